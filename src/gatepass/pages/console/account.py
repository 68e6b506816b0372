"""One account: what it is, where its privileges come from, and what may be done with it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gatepass.core.account_changes import AccountChange
from gatepass.core.account_views import AccountView
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.privileges import GROUP_ADMINISTRATION
from gatepass.core.provenance import Explained
from gatepass.core.records import AccountStatus, AccountType, ListChange
from gatepass.core.role_words import ROLE_ADMINISTRATION
from gatepass.http.call import Reply
from gatepass.pages.console.account_links import with_link
from gatepass.pages.console.accounts import orgs_to_choose
from gatepass.pages.console.offers import offered, wants_offers
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.problems import needed
from gatepass.pages.console.visit import Visit

T = TypeVar("T")

MOST_SHOWN = 100
"""Groups, Orgs and the like that one page lists."""
TYPES = (
    (AccountType.LOCAL, "Local"),
    (AccountType.SAML, "SAML"),
    (AccountType.OIDC, "OpenID Connect"),
    (AccountType.LDAP, "LDAP"),
    (AccountType.REMOTE, "Remote"),
)
CLOSED = (
    (AccountStatus.SUSPENDED, "Suspended"),
    (AccountStatus.INACTIVE, "Inactive"),
    (AccountStatus.LOCKED, "Locked"),
    (AccountStatus.EXPIRED, "Expired"),
    (AccountStatus.PENDING, "Pending"),
)
BOXES = (
    "sharable",
    "notify_on_share",
    "show_onboarding_experience",
    "onboarding_experience_completed",
)


async def show(visit: Visit) -> Reply:
    """GET console/accounts/{account}: in the Org that the query names, else in one of its own."""
    org = _org(visit)
    if wants_offers(visit):
        return await offered(visit, org)
    view = await visit.core.account_views.of(visit.principal, _id(visit), org=org)
    here = view.profile.org.id == visit.principal.org_id
    mine = view.profile.account.id == visit.principal.account_id
    return await visit.page(
        "account.html",
        view=view,
        account=view.profile.account,
        org=view.profile.org,
        mine=mine,
        hindrance=None if view.hindrance is None else needed(view.hindrance),
        superior=None if view.superior is None else needed(view.superior),
        explained=await _explained(visit, view),
        orgs=await orgs_to_choose(visit),
        types=TYPES,
        closed=CLOSED,
        most=MOST_SHOWN,
        opens_groups=here and visit.may(GROUP_ADMINISTRATION),
        opens_roles=here and visit.may(ROLE_ADMINISTRATION) and visit.core.rules.rbac_enabled,
    )


async def _explained(visit: Visit, view: AccountView) -> Sequence[Explained]:
    try:
        return await visit.core.provenance.of(
            visit.principal, view.profile.account.id, org=view.profile.org.id
        )
    except NotFound:  # it is shown in an Org that it is not in
        return ()


async def change(visit: Visit) -> Reply:
    """Change what it is called, where it comes from, and what it likes: what differs alone."""
    form = visit.form
    account = await visit.core.accounts.find(visit.principal, _id(visit))
    likes = account.preferences
    before: dict[str, object] = {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email or "",
        "type": account.type,
        "sharable": account.sharable,
        "notify_on_share": likes.notify_on_share,
        "show_onboarding_experience": likes.show_onboarding_experience,
        "onboarding_experience_completed": likes.onboarding_experience_completed,
    }
    after: dict[str, object] = {
        **{name: form.get(name) for name in ("name", "display_name", "email")},
        "type": _member(AccountType, "type", form.get("type")),
        **{name: name in form for name in BOXES},
    }
    what = AccountChange(**{name: value for name, value in after.items() if value != before[name]})  # type: ignore[arg-type]  # each is of its field
    if not what.fields():
        return _back(visit, "account-same")
    await visit.core.account_changes.update(visit.principal, visit.source, account.id, what)
    return _back(visit, "account-changed")


async def set_password(visit: Visit) -> Reply:
    """Set a password that another person typed."""
    await visit.core.accounts.set_password(
        visit.principal, visit.source, _id(visit), visit.form.secret("password")
    )
    return _back(visit, "account-password")


async def set_status(visit: Visit) -> Reply:
    """Close it, one way or another."""
    status = _member(AccountStatus, "status", visit.form.get("status"))
    await visit.core.accounts.set_status(visit.principal, visit.source, _id(visit), status)
    return _back(visit, "account-closed")


async def activate(visit: Visit) -> Reply:
    """Let it in again."""
    await visit.core.accounts.set_status(
        visit.principal, visit.source, _id(visit), AccountStatus.ACTIVE
    )
    return _back(visit, "account-active")


async def unlock(visit: Visit) -> Reply:
    """Forget the wrong passwords."""
    await visit.core.admission.unlock(visit.principal, visit.source, _id(visit))
    return _back(visit, "account-unlocked")


async def link(visit: Visit) -> Reply:
    """Close it until it chooses a new password by a link, which is shown here and never again."""
    account, secret = await visit.core.activation.deactivate(
        visit.principal, visit.source, _id(visit)
    )
    return await with_link(visit, account, secret)


async def second_factor(visit: Visit) -> Reply:
    """Ask for more than a password from now on, or no longer."""
    required = visit.form.get("required") == "true"
    await visit.core.admission.require_second_factor(
        visit.principal, visit.source, _id(visit), required=required
    )
    return _back(visit, "account-factor")


async def put_in(visit: Visit) -> Reply:
    """Put it into a group of the Org shown."""
    return await _group(visit, [visit.form.get("group")], ListChange.ADD)


async def take_out(visit: Visit) -> Reply:
    """Take it out of the groups that are ticked."""
    return await _group(visit, visit.form.all("group"), ListChange.REMOVE)


async def _group(visit: Visit, groups: Sequence[str], operation: ListChange) -> Reply:
    if not any(groups):
        raise InvalidParameter("group", "name one")
    what = AccountChange(groups=groups, operation=operation, org=_org(visit))
    await visit.core.account_changes.update(visit.principal, visit.source, _id(visit), what)
    return _back(visit, "account-groups")


async def join(visit: Visit) -> Reply:
    """Make it a member of one more Org."""
    org = visit.form.get("org")
    await visit.core.memberships.join(visit.principal, visit.source, _id(visit), org)
    return visit.to(visit.path, "account-joined", org=org)


async def leave(visit: Visit) -> Reply:
    """End its membership of an Org."""
    org = visit.form.get("org")
    await visit.core.memberships.leave(visit.principal, visit.source, _id(visit), org)
    if not visit.principal.cluster_admin:
        return visit.to("accounts", "account-left")
    return visit.to(visit.path, "account-left")


async def force_out(visit: Visit) -> Reply:
    """End all that it holds."""
    await visit.core.sessions.force_out(visit.principal, visit.source, [_id(visit)])
    return _back(visit, "account-out")


async def remove(visit: Visit) -> Reply:
    """Delete it, once its name was typed."""
    account = await visit.core.accounts.find(visit.principal, _id(visit))
    if visit.form.get("typed") != account.name:
        raise InvalidParameter("typed", f"is not {account.name}")
    await visit.core.accounts.remove(visit.principal, visit.source, account.id)
    return visit.to("accounts", "account-removed")


def _id(visit: Visit) -> str:
    return visit.named["account"]


def _org(visit: Visit) -> str | None:
    """Return the Org that the query names: it stays there while one acts."""
    return visit.query.get("org") or None


def _back(visit: Visit, said: str) -> Reply:
    return visit.to(visit.path, said, org=_org(visit))


def _member(kind: Callable[[str], T], field: str, text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise InvalidParameter(field, "choose one of the list") from None


_Do = Callable[[Visit], Awaitable[Reply]]
_PLAIN: dict[str, _Do] = {"change": change, "unlock": unlock}
_DANGEROUS: dict[str, _Do] = {
    # Who is let in stays in when a borrowed keyboard was given back.
    "activate": activate,
    "join": join,
    "password": set_password,
    "status": set_status,
    "link": link,
    "second-factor": second_factor,
    "put-in": put_in,
    "take-out": take_out,
    "leave": leave,
    "force-out": force_out,
    "remove": remove,
}
PLACES = (
    Place(
        "account",
        "accounts/{account}",
        show,
        acts={name: Act(do) for name, do in _PLAIN.items()}
        | {name: Act(do, dangerous=True) for name, do in _DANGEROUS.items()},
        said={
            "account-made": "The account is there.",
            "account-same": "Nothing was changed: all stands as it was sent.",
            "account-changed": "The account is changed.",
            "account-password": "The new password counts. All that the account held has ended.",
            "account-closed": "The account may not sign in now, and all that it held has ended.",
            "account-active": "The account is active.",
            "account-unlocked": "The wrong passwords are forgotten.",
            "account-factor": "Done. If that changed anything, all that it held has ended.",
            "account-groups": "The groups are changed, and with them what the account may do.",
            "account-joined": "The account is a member of this Org now.",
            "account-left": "The membership has ended, with all that the account held there.",
            "account-out": "All that the account held has ended.",
            "account-removed": "The account is deleted.",
        },
    ),
)
