"""Sessions and tokens: who holds them, from where and within which limits; and their end."""

from typing import NamedTuple

from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.held import HeldKind, HeldPage
from gatepass.core.records import Account, Org
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.problems import problem_of
from gatepass.pages.console.visit import Visit

PATH = "sessions"
KINDS = (
    ("", "Sessions and tokens"),
    (HeldKind.SESSION.value, "Sessions"),
    (HeldKind.FULL.value, "Full tokens"),
    (HeldKind.OBJECT.value, "Object tokens"),
    (HeldKind.CUSTOM.value, "Custom tokens"),
    (HeldKind.V1.value, "Tokens of v1"),
)


class Asked(NamedTuple):
    """What the list is narrowed to."""

    account: str
    org: str
    kind: str

    @classmethod
    def of(cls, visit: Visit) -> "Asked":
        """Return what the query asks."""
        return cls(*(visit.query.get(name, "").strip() for name in cls._fields))


async def show(visit: Visit) -> Reply:
    """GET console/sessions: a page of them, of an account, an Org or all within reach."""
    asked = Asked.of(visit)
    names_orgs = visit.principal.cluster_admin and visit.core.rules.orgs_enabled
    person: Account | None = None
    page: HeldPage | None = None
    org = None if visit.principal.cluster_admin else visit.profile.org
    try:
        if asked.org and names_orgs:
            org = await visit.core.orgs.find(visit.principal, asked.org)
        page = await visit.core.credentials.page(
            visit.principal,
            account=asked.account or None,
            org_id=None if org is None else org.id,
            kinds=_kinds(asked.kind),
            before=visit.query.get("before") or None,
        )
        if asked.account:
            person = await visit.core.accounts.find(visit.principal, asked.account)
    except (InvalidParameter, NotFound) as error:
        # The page stays: what was asked for is to be put right there.
        if visit.problem is None:
            visit.problem = problem_of(error)
            visit.status = visit.problem.status
    return await visit.page(
        "sessions.html",
        asked=asked,
        kinds=KINDS,
        names_orgs=names_orgs,
        page=page,
        person=person,
        org=org,
        title=_title(asked, person, org),
    )


def _title(asked: Asked, person: Account | None, org: Org | None) -> str:
    what = dict(KINDS).get(asked.kind, KINDS[0][1])
    whose = "" if person is None else f" of {person.name}"
    return what + whose + ("" if org is None else f" in Org {org.name}")


def _kinds(word: str) -> list[HeldKind]:
    try:
        return [HeldKind(word)] if word else list(HeldKind)
    except ValueError:
        raise InvalidParameter("kind", "is none of those that there are") from None


async def end_held(visit: Visit) -> None:
    """End the one session or token that the form names, as ``session:ID`` or ``token:ID``."""
    kind, _, one = visit.form.get("key").partition(":")
    if kind == "session":
        await visit.core.sessions.end_one(visit.principal, visit.source, one)
    else:
        await visit.core.credentials.end_token(visit.principal, visit.source, one)


async def end(visit: Visit) -> Reply:
    """End one."""
    await end_held(visit)
    return visit.to(PATH, "held-one-ended", **Asked.of(visit)._asdict())


async def end_account(visit: Visit) -> Reply:
    """End all of one account."""
    account = visit.form.get("key")
    await visit.core.sessions.end_many(visit.principal, visit.source, account=account)
    return visit.to(PATH, "held-account-ended", **Asked.of(visit)._asdict())


async def end_org(visit: Visit) -> Reply:
    """End all in one Org."""
    try:
        org_id = int(visit.form.get("key"))
    except ValueError:
        raise InvalidParameter("org", "is not one that there is") from None
    await visit.core.sessions.end_many(visit.principal, visit.source, org_id=org_id)
    return visit.to(PATH, "held-org-ended", **Asked.of(visit)._asdict())


PLACES = (
    Place(
        "sessions",
        PATH,
        show,
        {
            "end": Act(end, dangerous=True),
            "end-account": Act(end_account, dangerous=True),
            "end-org": Act(end_org, dangerous=True),
        },
        {
            "held-one-ended": "It has ended, with everything that was bought with it.",
            "held-account-ended": "All of that account's sessions and tokens have ended.",
            "held-org-ended": "All sessions and tokens in that Org have ended.",
        },
    ),
)
