"""Trusted authentication on the page of security settings: on and off, and key by key."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from gatepass.core.errors import AlreadyExists, InvalidParameter
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act
from gatepass.pages.console.security.page import GRACES, PATH, SecurityPage
from gatepass.pages.console.visit import Visit

CLUSTER, ORG = "cluster", "org"
SAID = {
    "trust-already": "Trusted authentication was on already.",
    "trust-off": "Trusted authentication is off, and its keys have ended.",
    "key-imported": "The key is taken, and counts from now on.",
    "key-ended": "The key has ended.",
}


def acts(page: SecurityPage) -> Mapping[str, Act]:
    """Return what is done with keys, by the words of the forms: the cluster's, and the Org's."""
    found = {
        "key-show": Act(partial(show_key, page), dangerous=True),
        "key-end": Act(end_key, dangerous=True),
    }
    for whose in (CLUSTER, ORG):
        found |= {
            f"{whose}-on": Act(partial(turn_on, page, whose), dangerous=True),
            f"{whose}-off": Act(partial(turn_off, whose), dangerous=True),
            f"{whose}-add": Act(partial(add, page, whose), dangerous=True),
            f"{whose}-rotate": Act(partial(rotate, page, whose), dangerous=True),
            f"{whose}-import": Act(partial(bring, whose), dangerous=True),
        }
    return found


async def turn_on(page: SecurityPage, whose: str, visit: Visit) -> Reply:
    """Switch trusted authentication on, and show the key that was made."""
    by, trusted = visit.principal, visit.core.trusted
    if whose == CLUSTER:
        made = await trusted.configure(by, visit.source, cluster=True)
    else:
        made = await trusted.configure(by, visit.source, for_orgs=[(by.org_id, True)])
    if not made:
        return visit.to(PATH, "trust-already")
    return await page.with_key(visit, made[0], is_new=True)


async def turn_off(whose: str, visit: Visit) -> Reply:
    """Switch it off; all that was bought with the keys ends if that is asked for."""
    by, trusted = visit.principal, visit.core.trusted
    end_tokens = "end_tokens" in visit.form
    if whose == CLUSTER:
        await trusted.configure(by, visit.source, cluster=False, end_tokens=end_tokens)
    else:
        off = [(by.org_id, False)]
        await trusted.configure(by, visit.source, for_orgs=off, end_tokens=end_tokens)
    return visit.to(PATH, "trust-off")


async def add(page: SecurityPage, whose: str, visit: Visit) -> Reply:
    """Make one more key and show it."""
    made = await visit.core.rotation.add(
        visit.principal, visit.source, org=_org(whose, visit), label=visit.form.get("label")
    )
    return await page.with_key(visit, made, is_new=True)


async def rotate(page: SecurityPage, whose: str, visit: Visit) -> Reply:
    """Make a key that takes over from the others, which end after a grace."""
    grace = visit.form.get("grace")
    if grace not in dict(GRACES):
        raise InvalidParameter("grace", "is none of those that are offered")
    made = await visit.core.rotation.add(
        visit.principal,
        visit.source,
        org=_org(whose, visit),
        label=visit.form.get("label"),
        grace=timedelta(seconds=int(grace)),
    )
    return await page.with_key(visit, made, is_new=True)


async def bring(whose: str, visit: Visit) -> Reply:
    """Take a key that exists elsewhere."""
    try:
        await visit.core.rotation.add(
            visit.principal,
            visit.source,
            org=_org(whose, visit),
            label=visit.form.get("label"),
            text=visit.form.secret("secret"),
        )
    except AlreadyExists as error:
        raise InvalidParameter("secret", "is one of this server's already") from error
    return visit.to(PATH, "key-imported")


async def show_key(page: SecurityPage, visit: Visit) -> Reply:
    """Show one key; that is written down."""
    shown = await visit.core.rotation.show(visit.principal, visit.source, visit.form.get("key"))
    return await page.with_key(visit, shown, is_new=False)


async def end_key(visit: Visit) -> Reply:
    """End one key at once."""
    await visit.core.rotation.end(
        visit.principal,
        visit.source,
        visit.form.get("key"),
        end_tokens="end_tokens" in visit.form,
    )
    return visit.to(PATH, "key-ended")


def _org(whose: str, visit: Visit) -> int | None:
    return None if whose == CLUSTER else visit.principal.org_id
