"""Accounts made by a token request: whole or not at all, and never raised by it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gatepass.core.names import name_key
from gatepass.core.privileges import PRIVILEGES, is_administrative
from gatepass.core.provisioning import JustInTime
from gatepass.core.records import SYSTEM_ACCOUNT
from gatepass.core.store import Transaction
from gatepass.core.tokens import Wish
from gatepass.storage.desks import Desks
from gatepass.storage.statements import Prepared, Row
from tests.world import ADMIN, HERE, PASSWORD, World, refusal, world

ADMINISTRATIVE = sorted(word for word in PRIVILEGES if is_administrative(word))


async def ask(here: World, secret: str, username: str = "jo", **body: Any) -> httpx2.Response:
    return await here.post(
        "auth/token/full",
        {"username": username, "secret_key": secret, "auto_create": True, **body},
    )


async def rows(here: World) -> dict[str, int]:
    """Count the rows of every table but the log, whose refusals are meant to last."""

    def count(tx: Any) -> dict[str, int]:
        tables = (
            "accounts",
            "memberships",
            "groups",
            "group_members",
            "group_privileges",
            "entitlements",
            "tokens",
            "sessions",
        )
        execute = tx._link._execute  # noqa: SLF001 - the tables themselves, past every desk
        return {
            table: execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        }

    async def work(tx: Transaction) -> dict[str, int]:
        return count(tx)

    return await here.core.means.store.scan(work)


async def groups_of(here: World, name: str, org: int = 0) -> set[str]:
    account = await here.core.accounts.find(here.by, name)
    direct, _ = await here.core.means.store.read(lambda tx: tx.groups.of_account(account.id, org))
    return {group.name for group in direct}


@pytest.mark.parametrize("privilege", ADMINISTRATIVE)
async def test_a_group_that_administers_lifts_nobody_and_nothing_is_made(
    here: World, privilege: str
) -> None:
    """Refused whole with 403 / 10023, for new accounts and for old ones (checklist 55)."""
    secret = await here.secret()
    await here.account("mira")
    await here.group("keepers", privilege)
    before = await rows(here)

    for username in ("jo", "mira"):
        reply = await ask(
            here,
            secret,
            username,
            group_identifiers=["new-one", "KEEPERS"],
            display_name="Changed",
            user_parameters={"runtime_filters": [_filter()]},
        )
        assert refusal(reply) == (403, 10023)

    assert await rows(here) == before
    assert (await here.core.accounts.find(here.by, "mira")).display_name == "mira"


def _filter() -> dict[str, Any]:
    return {"column_name": "c", "operator": "EQ", "values": ["v"], "persist": True}


async def test_a_group_inside_an_administering_one_lifts_nobody(here: World) -> None:
    """Inheritance counts, at any depth, by name and by id (checklist 55)."""
    secret = await here.secret()
    parent = "Administrator"
    for name in ("first", "second", "third"):
        group = await here.core.groups.create(here.by, HERE, name=name, parents=[parent])
        parent = name
        for identifier in (name, group.id, group.id.upper(), f" {name.upper()} "):
            reply = await ask(here, secret, group_identifiers=[identifier])
            assert refusal(reply) == (403, 10023)


async def test_a_group_that_came_to_administer_later_lifts_nobody_either(here: World) -> None:
    """Who is in it already may be named in it only while it does not administer (checklist 55)."""
    secret = await here.secret()
    await here.group("readers")
    assert (await ask(here, secret, group_identifiers=["readers"])).status_code == 200
    await here.core.groups.grant(here.by, HERE, "readers", ["USER_ADMINISTRATION"])

    reply = await ask(here, secret, "new", group_identifiers=["readers"])

    assert refusal(reply) == (403, 10023)


@pytest.mark.parametrize("username", [ADMIN, "system", "su", "boss", "keeper", "BOSS"])
async def test_accounts_that_administer_and_the_systems_own_stay_as_they_are(
    here: World, username: str
) -> None:
    """No takeover: the token is issued, profile and groups stay, the log says so (checklist 55)."""
    secret = await here.secret()
    north = await here.org()
    await here.account("boss")
    await here.put_in("Administrator", "boss")
    await here.account("keeper", org=north.id)
    await here.put_in("Administrator", "keeper", north.id)
    await here.join("keeper", 0)
    before = await here.core.accounts.find(here.by, username)
    groups = await groups_of(here, username)

    reply = await ask(
        here,
        secret,
        username,
        group_identifiers=["intruders"],
        display_name="Mallory",
        email="mallory@evil.example",
    )

    assert reply.status_code == 200
    after = await here.core.accounts.find(here.by, username)
    assert (after.display_name, after.email) == (before.display_name, before.email)
    assert await groups_of(here, username) == groups
    events = await here.core.means.store.read(lambda tx: tx.audit.latest(5))
    assert [one.about for one in events if one.act == "jit.spare"] == [before.id]


async def test_with_the_setting_on_an_administering_group_may_be_named(
    template: Path, tmp_path: Path
) -> None:
    """Off by default; on, by the operator's own choice (checklist 55)."""
    async with world(template, tmp_path / "home", jit_allow_admin_groups=True) as here:
        secret = await here.secret()
        reply = await ask(here, secret, group_identifiers=["Administrator"])
        assert reply.status_code == 200
        assert await groups_of(here, "jo") == {"All", "Administrator"}


async def test_a_group_made_by_the_way_grants_nothing(here: World) -> None:
    """Not even one that is called like a privilege (checklist 55)."""
    secret = await here.secret()
    reply = await ask(here, secret, group_identifiers=["ADMINISTRATION", "Admin\u0456strators2"])
    principal = await here.core.gate.principal(bearer=reply.json()["token"], cookie=None)

    assert principal.privileges == {"AUTHORING"}


async def test_an_orgs_secret_does_not_touch_the_profile_of_a_neighbours_account(
    here: World,
) -> None:
    """It may come in as a member; who it is elsewhere is not this Org's to say (checklist 55)."""
    north = await here.org()
    key = await here.secret(north.id)
    await here.account("mira", email="mira@home.example")

    reply = await ask(
        here, key, "mira", email="mallory@evil.example", display_name="M", group_identifiers=["g"]
    )

    assert reply.status_code == 200
    after = await here.core.accounts.find(here.by, "mira")
    assert (after.display_name, after.email) == ("mira", "mira@home.example")
    assert await groups_of(here, "mira", north.id) == {"All", "g"}
    assert await groups_of(here, "mira") == {"All"}


async def test_no_local_password_is_ever_changed_by_it(here: World) -> None:
    """A password in the same request counts as one, and is no new one (checklist 55)."""
    secret = await here.secret()
    await here.account("mira")
    encoded = await password_of(here, "mira")

    reply = await ask(here, secret, "mira", password="Some-thing-else-44")
    assert refusal(reply) == (401, 10097)
    assert (await ask(here, secret, "mira", email="m@home.example")).status_code == 200

    assert await password_of(here, "mira") == encoded


async def password_of(here: World, name: str) -> str | None:
    account = await here.core.accounts.find(here.by, name)
    return await here.core.means.store.read(lambda tx: tx.accounts.password(account.id))


@pytest.mark.parametrize(
    "bad",
    [
        {"email": "no-address"},
        {"display_name": "a\u0000b"},
        {"group_identifiers": ["fine", "bad\u202ename"]},
        {"group_identifiers": ["fine", ""]},
        {"group_identifiers": ["payments", "p\u0430yments"]},  # the second with a Cyrillic letter
        {"org_id": 4711},
        {"username": "ts\u0430dmin"},  # with a Cyrillic letter
        {"username": "a\u200bb"},
        {"group_identifiers": ["new", "Administrator"]},
    ],
)
async def test_a_request_refused_at_any_step_leaves_nothing(
    here: World, bad: dict[str, Any]
) -> None:
    """Account, membership, groups, entitlements, token: all or nothing (checklist 54)."""
    secret = await here.secret()
    before = await rows(here)
    body = {
        "group_identifiers": ["one", "two"],
        "email": "jo@home.example",
        "user_parameters": {"runtime_filters": [_filter()]},
        **bad,
    }

    reply = await ask(here, secret, **body)

    assert reply.status_code in {400, 403}, reply.text
    assert await rows(here) == before


class Failing:
    """A link of a real store whose n-th statement fails as a broken disk does."""

    def __init__(self, link: Any, fails_at: int) -> None:
        self._link = link
        self._left = fails_at

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise OSError("the disk is gone")

    async def one(self, statement: Prepared, **values: object) -> Row | None:
        self._count()
        row: Row | None = await self._link.one(statement, **values)
        return row

    async def all(self, statement: Prepared, **values: object) -> Sequence[Row]:
        self._count()
        found: Sequence[Row] = await self._link.all(statement, **values)
        return found

    async def run(self, statement: Prepared, **values: object) -> int:
        self._count()
        changed: int = await self._link.run(statement, **values)
        return changed

    async def many(self, statement: Prepared, values: Sequence[Any]) -> None:
        self._count()
        await self._link.many(statement, values)


async def test_a_fault_at_any_statement_leaves_nothing(here: World) -> None:
    """Each of the statements fails once: no half of an account is left (checklist 54)."""
    secret = await here.secret()
    before = await rows(here)
    tokens = here.core.tokens
    wish = Wish(
        username="jo",
        secret_key=secret,
        just_in_time=JustInTime(email="jo@home.example", groups=["one", "two"]),
    )

    async def attempt(step: int) -> None:
        async def work(tx: Transaction) -> Any:
            assert isinstance(tx, Desks)
            broken = Desks(Failing(tx._link, step))  # noqa: SLF001 - the link under the desks
            broken.audit = tx.audit
            return await tokens._by_secret(broken, HERE, wish, "jo", here.clock())  # noqa: SLF001

        await here.core.means.store.write(work)

    steps = 0
    while True:
        steps += 1
        try:
            await attempt(steps)
        except OSError:
            assert await rows(here) == before, steps
        else:
            break

    assert steps > 20
    assert await rows(here) != before


async def test_fifty_first_requests_at_once_make_one_account(here: World) -> None:
    """One account, its groups once, and fifty tokens for it (checklist 54)."""
    secret = await here.secret()
    names = ["jo", "JO", "Jo", " jo "]

    replies = await asyncio.gather(
        *(
            here.core.tokens.issue(
                HERE,
                Wish(
                    username=names[number % 4],
                    secret_key=secret,
                    just_in_time=JustInTime(groups=["readers", "Readers"]),
                ),
            )
            for number in range(50)
        )
    )

    assert len({one.token.account_id for one in replies}) == 1
    accounts = await here.core.accounts.list_all(here.by)
    assert sum(name_key(one.name) == "jo" for one in accounts) == 1
    assert await groups_of(here, "jo") == {"All", "readers"}
    assert len({one.secret for one in replies}) == 50


async def test_the_same_request_again_moves_no_epoch(here: World) -> None:
    """What changes nothing makes nobody be looked up again."""
    secret = await here.secret()
    body: dict[str, Any] = {
        "group_identifiers": ["g"],
        "email": "jo@home.example",
        "display_name": "Jo",
    }
    await ask(here, secret, **body)
    here.core.means.store.moves()

    await ask(here, secret, **body)
    assert list(here.core.means.store.moves()) == []
    await ask(here, secret, **{**body, "group_identifiers": ["h"]})
    assert len(here.core.means.store.moves()) == 1


async def test_what_a_request_by_password_may_not_ask_for(here: World) -> None:
    """Entitlements need an administrator; to clear those that stand does too (checklist 55)."""
    secret = await here.secret()
    await here.account("mira")
    kept = {"user_parameters": {"runtime_filters": [_filter()]}}
    await here.token("mira", secret_key=secret, **kept)
    stored = await entitlements(here)

    reply = await here.post("auth/token/full", {"username": "mira", "password": PASSWORD, **kept})
    assert refusal(reply) == (403, 10023)
    await here.token("mira", user_parameters={"runtime_filters": []})
    await here.token("mira", auto_create=True, display_name="New", group_identifiers=["g"])

    assert await entitlements(here) == stored
    assert (await here.core.accounts.find(here.by, "mira")).display_name == "mira"
    assert await groups_of(here, "mira") == {"All"}


async def entitlements(here: World) -> Any:
    account = await here.core.accounts.find(here.by, "mira")
    return await here.core.means.store.read(lambda tx: tx.accounts.entitlements(account.id))


async def test_the_account_that_authors_just_in_time_accounts_cannot_sign_in(
    here: World,
) -> None:
    system = await here.core.accounts.find(here.by, SYSTEM_ACCOUNT)
    assert system.system
    assert not system.has_password
    for password in ("", " ", "system", "password"):
        reply = await here.post("auth/session/login", {"username": "system", "password": password})
        assert reply.status_code in {400, 401}
