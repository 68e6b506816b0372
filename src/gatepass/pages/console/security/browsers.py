"""What pages of other origins may, on the page of security settings: all of a form or nothing."""

from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.security import ClusterChange, OrgChange
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act
from gatepass.pages.console.security.page import PATH, SOURCES
from gatepass.pages.console.visit import Visit

CORS = "cors_whitelisted_urls"
FRAMES = "visual_embed_hosts"
TARGETS = "saml_redirect_urls"
SCRIPTS = "script_src_urls"
GROUPS = "groups_identifiers_with_access"
SAID = {
    "lists-saved": "Saved. It holds in every process from the next call on.",
    "lists-kept": "Saved, for whoever asks for it.",
}


async def put_lists(visit: Visit) -> Reply:
    """Save the cluster's lists; one entry that will not do spoils them all."""
    form = visit.form
    csp: dict[str, object] = {name: form.lines(f"{name}_src_urls") for name, _ in SOURCES}
    csp["embed_hosts"] = form.lines(FRAMES)
    if SCRIPTS in form:
        # Switched off, the core empties their list.
        csp["script_enabled"] = "script_enabled" in form
        csp |= {"script": form.lines(SCRIPTS)} if csp["script_enabled"] else {}
    change = ClusterChange(
        partitioned="partitioned" in form,
        cors=form.lines(CORS),
        csp=csp,
        redirects=form.lines(TARGETS) if TARGETS in form else None,
    )
    await visit.core.security.configure(visit.principal, visit.source, cluster=change)
    return visit.to(PATH, "lists-saved")


async def put_org_lists(visit: Visit) -> Reply:
    """Save the Org's list, or give it up for the cluster's."""
    own = visit.form.get("own") == "true"
    change = OrgChange(
        org=visit.principal.org_id,
        cors=visit.form.lines(CORS) if own else None,
        inherits=not own,
    )
    await visit.core.security.configure(visit.principal, visit.source, of_orgs=[change])
    return visit.to(PATH, "lists-saved")


async def put_access(visit: Visit) -> Reply:
    """Save who may use the full application outside a frame."""
    blocked, groups = _access(visit)
    change = ClusterChange(blocked=blocked, groups=groups)
    await _with_groups(visit, change, [])
    return visit.to(PATH, "lists-kept")


async def put_org_access(visit: Visit) -> Reply:
    """Save the same of the Org."""
    blocked, groups = _access(visit)
    change = OrgChange(org=visit.principal.org_id, blocked=blocked, groups=groups)
    await _with_groups(visit, None, [change])
    return visit.to(PATH, "lists-kept")


def _access(visit: Visit) -> tuple[bool, list[str] | None]:
    """Return the switch and its groups; switched off, the core empties them."""
    blocked = "blocked" in visit.form
    return blocked, visit.form.lines(GROUPS) if blocked and GROUPS in visit.form else None


async def _with_groups(
    visit: Visit, cluster: ClusterChange | None, of_orgs: list[OrgChange]
) -> None:
    try:
        await visit.core.security.configure(
            visit.principal, visit.source, cluster=cluster, of_orgs=of_orgs
        )
    except NotFound as error:
        raise InvalidParameter(GROUPS, str(error)) from error


ACTS = {
    "lists": Act(put_lists, dangerous=True),
    "org-lists": Act(put_org_lists, dangerous=True),
    "access": Act(put_access, dangerous=True),
    "org-access": Act(put_org_access, dangerous=True),
}
