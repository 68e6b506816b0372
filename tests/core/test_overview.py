"""The overview: for an administrator of the cluster all of it, for one of an Org that Org alone."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gatepass.core import overview
from gatepass.core.errors import NotPermitted, ScopeTooSmall
from gatepass.core.overview import DAYS, HOURS, Glance, issued
from gatepass.core.records import KeyState, Principal, TokenKind
from gatepass.core.tallies import DAY, HOUR, Tally, What
from tests.adjusted import adjusted
from tests.adjusted import here as adjusted_here
from tests.conftest import Ground
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, NOON, PASSWORD, World, world

here = adjusted_here
WRONG = "Wrong-wrong-9-wrong"


@pytest.fixture
async def two_orgs(ground: Ground, tmp_path: Path) -> AsyncIterator[World]:
    """On each engine: ada administers north, where ned works; sam works in south."""
    async with world(
        ground.home, tmp_path / "home", per_org_secret_keys=True, **ground.changes
    ) as one:
        north, south = (await one.org("north")).id, (await one.org("south")).id
        await one.account("ada", org=north)
        await one.put_in("Administrator", "ada", north)
        await one.account("ned", org=north)
        await one.account("sam", org=south)
        await one.core.write_tallies()
        one.extra.update(north=north, south=south)
        yield one


async def principal(here: World, username: str, org: int = 0) -> Principal:
    """Sign in to an Org and return the caller."""
    password = ADMIN_PASSWORD if username == ADMIN else PASSWORD
    opened = await here.core.sessions.open(HERE, username=username, password=password, org=org)
    return await here.core.gate.principal(bearer=None, cookie=opened.secret)


async def look(here: World, by: Principal | None = None) -> Glance:
    """Write down what is counted, as a server does now and then, and look."""
    await here.core.write_tallies()
    return await here.core.overview.look(by or here.by)


async def wrong(here: World, username: str, times: int = 1) -> None:
    for _ in range(times):
        reply = await here.post("auth/session/login", {"username": username, "password": WRONG})
        assert reply.status_code == 401


def sums(glance: Glance) -> Counter[What]:
    found: Counter[What] = Counter()
    for one in glance.hours:
        found.update(one.times)
    return found


async def test_who_administers_one_org_sees_nothing_of_any_other(two_orgs: World) -> None:
    """checklist 52"""
    here, north, south = two_orgs, two_orgs.extra["north"], two_orgs.extra["south"]
    ada = await principal(here, "ada", north)
    of_north = await here.secret(north)
    await here.secret(south)
    await here.secret()
    await here.token("ned", org_id=north)
    for _ in range(3):
        await here.token("sam", org_id=south)
        await principal(here, "sam", south)
    await wrong(here, "sam", 2)
    await wrong(here, "ned")

    seen = await look(here, ada)

    assert seen.org_id == north
    assert sums(seen) == {What.SIGN_IN: 1, What.TOKEN_FULL: 1}
    assert sum(one.of(What.SIGN_IN) for one in seen.days) == 1
    assert seen.sessions is not None
    assert seen.sessions.number == 1
    assert seen.guesses is not None
    assert {one.name for one in seen.guesses} == {"ned"}
    assert [one.org_id for one in seen.secrets or ()] == [north]
    assert (seen.keys, seen.work, seen.processes) == (None, None, None)
    assert of_north not in repr(seen)


async def test_who_administers_the_cluster_sees_all_of_it(two_orgs: World) -> None:
    here, north, south = two_orgs, two_orgs.extra["north"], two_orgs.extra["south"]
    await here.secret(north)
    await here.secret()
    await here.core.keys.rotate(here.by, HERE)
    boss = await principal(here, ADMIN)
    before = sums(await look(here, boss))
    await here.token("ned", org_id=north)
    await here.token("sam", org_id=south)
    await here.token("sam", org_id=south, object_id="a-liveboard")
    await wrong(here, "sam", 2)

    seen = await look(here, boss)

    assert seen.org_id is None
    assert sums(seen) - before == {
        What.TOKEN_FULL: 2,
        What.TOKEN_OBJECT: 1,
        What.SIGN_IN_REFUSED: 2,
    }
    tokens = {TokenKind.FULL: 2, TokenKind.OBJECT: 1, TokenKind.CUSTOM: 0, TokenKind.V1: 0}
    assert issued(seen.hours) == issued(seen.days) == tokens
    assert seen.sessions is not None
    assert (seen.sessions.number, seen.sessions.is_all) == (1, True)
    assert {(one.name, one.address, one.failures) for one in seen.guesses or ()} == {
        ("sam", "127.0.0.1", 2),
        ("sam", None, 2),
    }
    assert {one.org_id for one in seen.secrets or ()} == {None, north}
    assert [one.state for one in seen.keys or ()].count(KeyState.CURRENT) == 1
    assert seen.work is not None
    assert seen.work.commits > 0
    on_a_server = here.core.means.store.shared
    assert (seen.work.looked is not None) == on_a_server
    if seen.work.looked is not None:
        assert timedelta() <= seen.work.looked < timedelta(minutes=1)


async def test_an_administrator_of_the_cluster_who_works_in_an_org_sees_that_org(
    two_orgs: World,
) -> None:
    """A credential of an Org holds there and nowhere else (checklist 52)."""
    north = two_orgs.extra["north"]
    await two_orgs.join(ADMIN, north)
    boss = await principal(two_orgs, ADMIN, north)

    seen = await look(two_orgs, boss)

    assert (seen.org_id, seen.keys, seen.work) == (north, None, None)


async def test_who_administers_nothing_is_refused(here: World) -> None:
    await here.account()
    await here.group("Analysts", "DATADOWNLOADING")
    await here.put_in("Analysts", "mira")

    with pytest.raises(NotPermitted):
        await look(here, await principal(here, "mira"))


async def test_a_token_of_one_object_shows_nothing_else(here: World) -> None:
    """checklist 29"""
    token = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id="a-liveboard")
    limited = await here.core.gate.principal(bearer=token, cookie=None)

    with pytest.raises(ScopeTooSmall):
        await look(here, limited)


PARTS = {
    "USER_ADMINISTRATION": {"sessions", "guesses"},
    "CONTROL_TRUSTED_AUTH": {"secrets", "keys"},
    "GROUP_ADMINISTRATION": set(),
    "ADMINISTRATION": {"sessions", "guesses", "secrets", "keys", "work", "processes"},
}


@adjusted(rbac_enabled=True)
@pytest.mark.parametrize("privilege", PARTS)
async def test_each_privilege_shows_its_part(here: World, privilege: str) -> None:
    await here.account()
    await here.group("Crew", privilege)
    await here.put_in("Crew", "mira")

    seen = await look(here, await principal(here, "mira"))

    shown = {
        name
        for name in ("sessions", "guesses", "secrets", "keys", "work", "processes")
        if getattr(seen, name) is not None
    }
    assert shown == PARTS[privilege]
    assert len(seen.hours) == HOURS


@adjusted(rbac_enabled=False)
async def test_with_roles_switched_off_the_finer_privileges_show_nothing(here: World) -> None:
    await here.account()
    await here.group("Crew", "USER_ADMINISTRATION")
    await here.put_in("Crew", "mira")

    with pytest.raises(NotPermitted):
        await look(here, await principal(here, "mira"))


async def test_the_running_hour_and_day_come_last_and_none_is_left_out(here: World) -> None:
    await here.account()
    here.clock.advance(minutes=59)
    await here.token()
    here.clock.advance(hours=22)
    await here.token()
    await here.token()

    seen = await look(here)

    assert [one.since for one in seen.hours] == [
        NOON + (number - 1) * HOUR for number in range(HOURS)
    ]
    assert [one.of(What.TOKEN_FULL) for one in seen.hours] == [0, 1, *[0] * 21, 2]
    midnight = datetime(2026, 6, 2, tzinfo=NOON.tzinfo)
    assert [one.since for one in seen.days] == [
        midnight - (DAYS - 1 - number) * DAY for number in range(DAYS)
    ]
    assert [one.of(What.TOKEN_FULL) for one in seen.days[-3:]] == [0, 1, 2]


async def test_what_is_older_than_a_span_has_left_it(here: World) -> None:
    await here.account()
    await here.token()

    here.clock.advance(days=1)
    assert issued((seen := await look(here)).hours)[TokenKind.FULL] == 0
    assert issued(seen.days)[TokenKind.FULL] == 1

    here.clock.advance(days=29)
    assert issued((await look(here)).days)[TokenKind.FULL] == 0


async def test_a_clock_that_went_back_shows_no_hour_to_come(here: World) -> None:
    await here.account()
    await here.token()

    here.clock.advance(days=-2)

    assert issued((await look(here)).days)[TokenKind.FULL] == 0


@adjusted(lockout_threshold=2)
async def test_guesses_show_until_when_an_address_is_shut_and_go_when_forgiven(
    here: World,
) -> None:
    await here.account()
    await wrong(here, "mira", 2)

    shut = {one.address: one.shut_until for one in (await look(here)).guesses or ()}
    assert shut["127.0.0.1"] == here.clock() + here.core.rules.lockout_duration

    here.clock.advance(seconds=here.core.rules.lockout_duration.total_seconds())
    assert [one.address for one in (await look(here)).guesses or ()] == [None]
    await here.login()
    assert (await look(here)).guesses == []


async def test_no_list_grows_beyond_its_bound(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MOST_SESSIONS", 2)
    monkeypatch.setattr(overview, "MOST_GUESSES", 3)
    await here.account()
    for name in ("lena", "otto"):
        await here.account(name)
        await wrong(here, name)
    for _ in range(3):
        await here.login()

    seen = await look(here)

    assert seen.sessions is not None
    assert (seen.sessions.number, seen.sessions.is_all) == (2, False)
    assert len(seen.guesses or ()) == 3


async def test_secrets_come_with_age_and_last_use_and_without_their_text(here: World) -> None:
    """checklist 58"""
    key = await here.secret()
    await here.account()
    here.clock.advance(days=3)
    await here.token(secret_key=key)
    await here.core.write_activity()

    seen = await look(here)

    assert [(one.created_at, one.last_used_at) for one in seen.secrets or ()] == [
        (NOON, NOON + 3 * DAY)
    ]
    assert key not in repr(seen)


async def test_each_sum_is_in_the_span_that_holds_its_hour_and_in_no_other(
    two_orgs: World,
) -> None:
    """A model of sums drawn at random, told apart by asking of each span what fell into it."""
    chance = random.Random(11)  # noqa: S311 - no secret
    for org_id in range(1_000, 1_012):
        at = two_orgs.clock.now = NOON + timedelta(minutes=chance.randrange(48 * 60))
        this_hour = at.replace(minute=0)
        rows = [
            Tally(
                since=this_hour + chance.randrange(-35 * 24, 30) * HOUR,
                org_id=org_id,
                what=chance.choice(list(What)),
                times=chance.randrange(1, 9),
            )
            for _ in range(40)
        ]
        await two_orgs.core.means.store.write(lambda tx: tx.tallies.add(rows))  # noqa: B023 - at once
        by = replace(two_orgs.by, org_id=org_id, cluster_admin=False)

        seen = await look(two_orgs, by)

        for spans, length in ((seen.hours, HOUR), (seen.days, DAY)):
            assert spans[-1].since <= at < spans[-1].since + length
            for one in spans:
                within = Counter[What]()
                for row in rows:
                    if one.since <= row.since < one.since + length:
                        within[row.what] += row.times
                assert one.times == within
