"""Live sessions and tokens by page, and the end of one token: who sees and ends what."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from gatepass.core.credentials import MOST, Credentials
from gatepass.core.errors import (
    InvalidParameter,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    NotProved,
    OrgNotUsable,
    ScopeTooSmall,
)
from gatepass.core.held import Held, HeldKind
from gatepass.core.records import Principal, Source
from gatepass.core.trail import Sought
from tests.core.test_administering import principal
from tests.storage.rows import DAY, Holder, put
from tests.world import ADMIN, HERE, NOON, PASSWORD, World


async def proved(here: World, name: str, org: int = 0) -> Principal:
    """Sign in, show the password again, and return the caller."""
    by = await principal(here, name, org)
    await here.core.sessions.prove(by, HERE, password=PASSWORD)
    return await again(here, by)


async def again(here: World, by: Principal) -> Principal:
    """Return the caller as its next call finds it."""
    session = await here.core.means.store.read(lambda tx: tx.sessions.by_id(by.credential_id))
    assert session is not None
    return replace(by, proved_at=session.proved_at)


async def all_of(here: World, by: Principal, size: int = 2, **which: Any) -> list[Held]:
    """Go through every page."""
    held: list[Held] = []
    before: str | None = None
    for _ in range(100):
        page = await here.core.credentials.page(by, size=size, before=before, **which)
        assert len(page.held) <= size
        held += page.held
        before = page.before
        if before is None:
            return held
    raise AssertionError("no end of pages")


async def token_row(here: World, text: str) -> str:
    return (await here.core.gate.principal(bearer=text, cookie=None)).credential_id


@pytest.fixture
async def north(here: World) -> int:
    """Make an Org north with its own administrator, nora, and a member of both, mira."""
    org = (await here.org("north")).id
    for name in ("mira", "nora", "sven"):
        await here.account(name)
    for name in ("mira", "nora"):
        await here.join(name, org)
    await here.group("wardens", "ADMINISTRATION", org=org)
    await here.put_in("wardens", "nora", org)
    return org


async def test_everybody_sees_their_own_everywhere_and_nobody_elses(
    here: World, north: int
) -> None:
    mira = await proved(here, "mira")
    await principal(here, "sven")
    token = await here.token("mira", org_id=north)
    here.clock.advance(seconds=1)
    bound = await here.token("mira", object_id="sales")

    held = await all_of(here, mira, account="mira")

    assert {one.account_name for one in held} == {"mira"}
    assert {one.id for one in held} == {
        mira.credential_id,
        await token_row(here, token),
        await token_row(here, bound),
    }
    assert [(one.kind, one.org_name, one.object_id) for one in held[:1]] == [
        (HeldKind.OBJECT, "Primary", "sales")
    ]
    for which in ({}, {"account": "sven"}, {"org_id": 0}, {"account": "mira", "org_id": 0}):
        with pytest.raises(NotPermitted):
            await here.core.credentials.page(mira, **which)


async def test_ones_own_are_shown_after_a_recent_look_at_the_password(here: World) -> None:
    await here.account("mira")
    mira = await proved(here, "mira")

    assert (await here.core.credentials.page(mira, account="mira")).held
    here.clock.advance(minutes=5)
    with pytest.raises(NotProved):
        await here.core.credentials.page(mira, account="mira")
    with pytest.raises(NotProved):
        await here.core.credentials.page(await principal(here, "mira"), account="mira")


async def test_a_token_shows_what_its_account_holds_in_its_own_org(here: World, north: int) -> None:
    """A token, or a session bought with one, never leaves its Org (checklist 28)."""
    mira = await proved(here, "mira", north)
    bought = replace(mira, bound_org=True)
    await here.token("mira", org_id=0)

    assert {one.org_id for one in await all_of(here, bought, account="mira")} == {north}
    assert {one.org_id for one in await all_of(here, mira, account="mira")} == {0, north}


async def test_an_orgs_administrator_sees_that_org_alone(here: World, north: int) -> None:
    nora = await principal(here, "nora", north)
    inside = await principal(here, "mira", north)
    outside = await principal(here, "mira", 0)
    other = await here.token("mira", org_id=0)

    for which in ({}, {"org_id": north}, {"account": "mira"}, {"account": "mira", "org_id": north}):
        held = await all_of(here, nora, **which)
        assert {one.org_id for one in held} == {north}
        assert inside.credential_id in {one.id for one in held}
    with pytest.raises(OrgNotUsable):
        await here.core.credentials.page(nora, org_id=0)
    with pytest.raises(OrgNotUsable):
        await here.core.credentials.page(nora, account="mira", org_id=0)
    for unknown in ("sven", "nobody", str(uuid4())):
        with pytest.raises(NotFound):
            await here.core.credentials.page(nora, account=unknown)
    for hidden in (outside.credential_id, await token_row(here, other)):
        page = await here.core.credentials.page(nora, before=hidden)
        assert {one.org_id for one in page.held} <= {north}, "an id of elsewhere opens nothing"


async def test_the_clusters_administrator_sees_all_or_whichever_it_names(
    here: World, north: int
) -> None:
    admin = await principal(here, ADMIN)
    mira, sven = await principal(here, "mira", north), await principal(here, "sven")
    ids = {admin.credential_id, mira.credential_id, sven.credential_id}

    assert {one.id for one in await all_of(here, admin)} == ids
    assert {one.id for one in await all_of(here, admin, org_id=north)} == {mira.credential_id}
    assert {one.id for one in await all_of(here, admin, account="sven")} == {sven.credential_id}


async def test_an_administrators_limited_token_sees_nothing(here: World) -> None:
    """(checklist 29)."""
    await here.account("mira")
    text = await here.token(ADMIN, password="Zx-correct-horse-9", object_id="sales")
    by = await here.core.gate.principal(bearer=text, cookie=None)

    for act in (
        here.core.credentials.page(by),
        here.core.credentials.page(by, account=ADMIN),
        here.core.credentials.end_token(by, HERE, by.credential_id),
    ):
        with pytest.raises(ScopeTooSmall):
            await act


async def test_what_is_shown_of_each(here: World) -> None:
    await here.account("mira")
    source = Source(address="192.0.2.7", agent="Browser/1", operation="test")
    opened = await here.core.sessions.open(source, username="mira", password=PASSWORD)
    mira = await here.core.gate.principal(bearer=None, cookie=opened.secret)
    here.clock.advance(minutes=2)
    await here.core.gate.principal(bearer=None, cookie=opened.secret)
    secret = await here.secret()
    by_secret = await here.token("mira", secret_key=secret)
    minted = await here.core.exchange.mint(mira, HERE)

    held = {one.id: one for one in await all_of(here, here.by, account="mira")}

    session = held[mira.credential_id]
    assert (session.kind, session.since, session.address, session.agent) == (
        HeldKind.SESSION,
        NOON,
        "192.0.2.7",
        "Browser/1",
    )
    assert session.last_seen_at == NOON + timedelta(minutes=2)
    assert session.expires_at == opened.session.expires_at
    assert (session.actor, session.parent_id, session.has_attributes) == (None, None, False)
    token = held[await token_row(here, by_secret)]
    assert (token.kind, token.actor, token.last_seen_at) == (HeldKind.FULL, "default", None)
    assert held[minted.token.id].parent_id == mira.credential_id


async def test_kinds_are_told_apart(here: World) -> None:
    await here.account("mira")
    await principal(here, "mira")
    full, bound = await here.token("mira"), await here.token("mira", object_id="sales")
    assert full != bound

    for kind in HeldKind:
        held = await all_of(here, here.by, account="mira", kinds={kind})
        shown = {HeldKind.SESSION, HeldKind.FULL, HeldKind.OBJECT}
        assert [one.kind for one in held] == ([kind] if kind in shown else [])
    assert await all_of(here, here.by, kinds=()) == []


@pytest.mark.parametrize("size", [1, 3, MOST])
async def test_pages_hold_everything_once_newest_first(here: World, size: int) -> None:
    await here.account("mira")
    ids = []
    for _ in range(7):
        here.clock.advance(seconds=1)
        ids.append((await principal(here, "mira")).credential_id)
        here.clock.advance(seconds=1)
        ids.append(await token_row(here, await here.token("mira")))

    held = await all_of(here, here.by, size=size, account="mira")

    assert [one.id for one in held] == ids[::-1]
    assert sorted(held, key=lambda one: one.since, reverse=True) == held


@pytest.mark.parametrize("which", ["all", "org", "account"])
async def test_a_page_looks_through_a_bounded_number_of_rows(here: World, which: str) -> None:
    """Hundreds ended or idle in between make pages short, not slow; none of the live is lost."""
    await here.account("mira")
    account = await here.core.accounts.find(here.by, "mira")
    org = await here.core.orgs.find(here.by, 0)
    mira = Holder(account, org)
    random, live = here.core.means.random, []

    def facts(number: int, **more: Any) -> dict[str, Any]:
        at = NOON - timedelta(minutes=500 - number)
        return {"id": random.row_id(at), "last_seen_at": at, **more}

    rows: list[Any] = []
    for number in range(300):
        if number % 100 == 7:
            rows.append(mira.session(**facts(number, last_seen_at=NOON)))
            live.append(rows[-1].id)
            continue
        rows.append(mira.session(**facts(number)))
        rows.append(mira.token(id=facts(number)["id"], expires_at=NOON - DAY))
    await here.core.means.store.write(lambda tx: put(tx, *rows))
    here.core.credentials = Credentials(here.core.means, looked=40)
    choice: dict[str, dict[str, Any]] = {
        "all": {},
        "org": {"org_id": 0},
        "account": {"account": "mira"},
    }

    pages: list[list[str]] = []
    before: str | None = None
    while not pages or before is not None:
        page = await here.core.credentials.page(here.by, before=before, **choice[which])
        before = page.before
        pages.append([one.id for one in page.held])

    assert [one for page in pages for one in page if one in live] == live[::-1]
    assert 300 / 40 < len(pages) < 2 * 300 / 40 + 2


@pytest.mark.parametrize("size", [0, -1, MOST + 1])
async def test_a_page_has_a_size_within_bounds(here: World, size: int) -> None:
    with pytest.raises(InvalidParameter):
        await here.core.credentials.page(here.by, size=size)


@pytest.mark.parametrize("before", ["", "x", "\x00", "' OR 1=1", "0" * 37])
async def test_what_is_no_id_leads_to_no_page(here: World, before: str) -> None:
    with pytest.raises(InvalidParameter):
        await here.core.credentials.page(here.by, before=before)


async def test_a_token_ends_with_all_that_was_bought_with_it(here: World) -> None:
    await here.account("mira")
    text = await here.token("mira", validity_time_in_sec=3600)
    by = await here.core.gate.principal(bearer=text, cookie=None)
    bought = await here.core.exchange.open_session(by, HERE)
    other = await here.token("mira", validity_time_in_sec=3600)

    assert await here.core.credentials.end_token(here.by, HERE, by.credential_id) == 2

    assert (await here.whoami(bearer=text)).status_code == 401
    assert (await here.whoami(cookie=bought.secret)).status_code == 401
    assert (await here.whoami(bearer=other)).status_code == 200
    found = await here.core.means.store.scan(lambda tx: tx.audit.search(Sought(act="token.end"), 9))
    assert [(one.event.about, one.event.data["count"]) for one in found] == [(by.account_id, 2)]
    with pytest.raises(NotFound):
        await here.core.credentials.end_token(here.by, HERE, by.credential_id)


async def test_ones_own_token_is_ended_after_a_recent_look_at_the_password(here: World) -> None:
    await here.account("mira")
    text = await here.token("mira", validity_time_in_sec=3600)
    token_id = await token_row(here, text)
    with pytest.raises(NotProved):
        await here.core.credentials.end_token(await principal(here, "mira"), HERE, token_id)
    mira = await proved(here, "mira")

    assert await here.core.credentials.end_token(mira, HERE, token_id) == 1

    assert (await here.whoami(bearer=text)).status_code == 401


async def test_nobody_ends_a_token_beyond_reach(here: World, north: int) -> None:
    """Who administers an Org is not told which tokens others have."""
    token = await here.token("mira", org_id=0)
    inside = await here.token("mira", org_id=north)
    nora, sven = await principal(here, "nora", north), await proved(here, "sven")
    hidden = await token_row(here, token)
    refusals = []
    for unseen in (hidden, str(uuid4()), nora.credential_id):
        with pytest.raises(NotFound) as refused:
            await here.core.credentials.end_token(nora, HERE, unseen)
        refusals.append(str(refused.value).replace(unseen, "ID"))
        with pytest.raises(NotPermitted):
            await here.core.credentials.end_token(sven, HERE, unseen)

    assert len(set(refusals)) == 1
    assert (await here.whoami(bearer=token)).status_code == 200
    inside_id = await token_row(here, inside)
    assert await here.core.credentials.end_token(nora, HERE, inside_id) == 1
    assert (await here.whoami(bearer=inside)).status_code == 401


async def test_who_was_shut_out_since_the_gate_ends_nothing(here: World) -> None:
    await here.account("mira")
    text = await here.token("mira", validity_time_in_sec=3600)
    admin = await principal(here, ADMIN)
    await here.core.sessions.end_one(here.by, HERE, admin.credential_id)

    with pytest.raises(NotAuthenticated):
        await here.core.credentials.end_token(admin, HERE, await token_row(here, text))

    assert (await here.whoami(bearer=text)).status_code == 200


async def test_all_that_an_account_or_an_org_holds_ends_at_once(here: World, north: int) -> None:
    """``Sessions.end_many`` takes tokens too: nothing is left to be listed."""
    await principal(here, "mira", north)
    await here.token("mira", org_id=north)
    await here.token("mira", org_id=0)
    nora = await principal(here, "nora", north)

    await here.core.sessions.end_many(nora, HERE, account="mira")
    assert await all_of(here, here.by, account="mira", org_id=north) == []
    assert len(await all_of(here, here.by, account="mira")) == 1
    await here.core.sessions.end_many(here.by, HERE, org_id=north)
    assert await all_of(here, here.by, org_id=north) == []
    await here.core.sessions.end_many(here.by, HERE, account="mira")
    assert await all_of(here, here.by, account="mira") == []
