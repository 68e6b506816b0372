"""Worlds, on both engines: planned as they are made, all or nothing, twice the same."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gatepass.core.errors import NotPermitted
from gatepass.core.records import AccountStatus, AccountType
from gatepass.core.shares import ShareMode
from gatepass.core.world_words import (
    CspEntry,
    GroupEntry,
    ObjectEntry,
    OrgEntry,
    OrgSecurityEntry,
    Outcome,
    RoleEntry,
    SecurityEntry,
    ShareEntry,
    TagEntry,
    UserEntry,
    World,
)
from tests.conftest import Ground
from tests.world import HERE, PASSWORD, refusal
from tests.world import World as Served
from tests.world import world as served

SALES = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
COSTS = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"
SECRET = "Heron-By-93-Harbours"

NORTH = World(
    orgs=[OrgEntry(name="north", description="Northern")],
    roles=[RoleEntry(org="north", name="Loader", privileges=["DATADOWNLOADING"])],
    groups=[
        GroupEntry(org="north", name="Staff", privileges=["DATAMANAGEMENT"], inside=["Readers"]),
        GroupEntry(org="north", name="Readers", roles=["Loader"], newcomers=True),
    ],
    users=[
        UserEntry(
            name="mira",
            email="mira@example.com",
            orgs=["Primary", "north"],
            groups=["north/Readers"],
            password_env="MIRA",
        ),
        UserEntry(name="olga", orgs=["north"], groups=[], account_status=AccountStatus.INACTIVE),
    ],
    tags=[TagEntry(org="north", name="year", color="#00ff00")],
    objects=[
        ObjectEntry(
            org="north",
            id=SALES,
            type="LIVEBOARD",
            name="Sales",
            owner="mira",
            tags=["year", "new"],
            shares=[
                ShareEntry(group="Staff", mode=ShareMode.READ_ONLY),
                ShareEntry(user="olga", mode=ShareMode.MODIFY),
            ],
        )
    ],
    security=SecurityEntry(
        cors=["https://app.example.com"],
        redirects=["https://app.example.com"],
        trusted_authentication=True,
        csp=CspEntry(embed_hosts=["https://app.example.com"]),
        orgs=[OrgSecurityEntry(org="north", cors=[], trusted_authentication=True)],
    ),
)
GIVEN: dict[str, str | None] = {"MIRA": SECRET}


@pytest.fixture
async def here(ground: Ground, tmp_path: Path) -> AsyncIterator[Served]:
    """A world on each engine in turn, where Orgs may have secrets of their own."""
    changes = {**ground.changes, "per_org_secret_keys": True}
    async with served(ground.home, tmp_path / "home", **changes) as one:
        yield one


async def apply(here: Served, world: World, **more: Any) -> Outcome:
    outcome = await here.core.worlds.apply(here.by, HERE, world, GIVEN, **more)
    assert outcome.problems == [], outcome.problems
    return outcome


async def refused(here: Served, world: World, **more: Any) -> list[str]:
    """Apply what cannot be; return what is said of it, after a look that nothing was done."""
    before = await state(here)
    outcome = await here.core.worlds.apply(here.by, HERE, world, GIVEN, **more)
    assert outcome.problems
    assert await state(here) == before
    return [f"{one.place}: {one.reason}" for one in outcome.problems]


async def state(here: Served) -> tuple[Any, ...]:
    """Return all that a change would show in: the world, the epoch and the trail."""
    core = here.core
    trail = await core.means.store.scan(lambda tx: tx.audit.latest(1000))
    world = await core.worlds.describe(here.by, passwords=True)
    live = await core.trusted.live(here.by)
    return parts(world), core.means.store.counts().moves, trail, live


def parts(world: World) -> dict[str, Any]:
    """Return a world as what compares."""
    fields = {name: getattr(world, name) for name in world.__struct_fields__}
    return {
        **fields,
        "users": [
            {name: getattr(one, name) for name in one.__struct_fields__}
            for one in world.users or ()
        ],
    }


def steps(outcome: Outcome) -> list[str]:
    return [f"{one.fate} {one.table} {one.name}" for one in outcome.steps]


async def user(here: Served, name: str) -> UserEntry:
    world = await here.core.worlds.describe(here.by)
    return next(one for one in world.users or () if one.name == name)


async def test_a_world_is_there_once_it_is_applied(here: Served) -> None:
    outcome = await apply(here, NORTH)

    assert steps(outcome) == [
        "added orgs north",
        "added roles north/Loader",
        "added groups north/Staff",
        "added groups north/Readers",
        "added users mira",
        "added users olga",
        "added tags north/year",
        "added tags north/new",
        f"added objects north/{SALES} (Sales)",
        "changed security cluster",
        "changed security north",
    ]
    token = await here.token("mira", password=SECRET, org_id=None)
    reply = await here.whoami(bearer=token)
    assert reply.json()["email"] == "mira@example.com"
    north = await here.core.orgs.find(here.by, "north")
    of_north = (await here.core.trusted.secrets_of(here.by, HERE, "north"))[0].text
    token = await here.token("mira", secret_key=of_north, org_id=north.id)
    info = (await here.whoami(bearer=token)).json()
    assert {"DATADOWNLOADING", "DATAMANAGEMENT"} <= set(info["privileges"])


async def test_a_second_time_changes_nothing_moves_nothing_and_writes_nothing(
    here: Served,
) -> None:
    await apply(here, NORTH)
    before = await state(here)

    outcome = await apply(here, NORTH, removes=True)

    assert steps(outcome) == []
    assert await state(here) == before


async def test_a_plan_is_what_apply_does_and_leaves_no_trace(here: Served) -> None:
    before = await state(here)
    plan = await here.core.worlds.plan(here.by, HERE, NORTH, GIVEN)

    assert await state(here) == before
    assert (await here.core.auditing.verify(here.by)).is_whole
    assert await apply(here, NORTH) == plan
    assert (await here.core.auditing.verify(here.by)).is_whole


async def test_worlds_that_are_made_at_once_are_made_once(here: Served) -> None:
    desk = here.core.worlds
    acts = [desk.apply, desk.plan, desk.apply, desk.plan]

    found = await asyncio.gather(*(act(here.by, HERE, NORTH, GIVEN) for act in acts))

    assert [one.problems for one in found] == [[]] * 4
    assert sorted(bool(one.steps) for one in found[::2]) == [False, True]
    assert steps(await apply(here, NORTH, removes=True)) == []
    assert (await here.core.auditing.verify(here.by)).is_whole


async def test_everything_is_written_down_as_the_local_operators(here: Served) -> None:
    await apply(here, NORTH)

    found = await here.core.means.store.scan(lambda tx: tx.audit.latest(1000))
    made = {one.act: one for one in found}
    assert {
        "org.create",
        "role.create",
        "group.create",
        "group.update",
        "account.create",
        "org.update",
        "tag.create",
        "object.import",
        "object.share",
        "security.configure",
        "secret.enable",
    } <= set(made)
    assert {one.actor for one in made.values() if one.act != "store.found"} == {"local operator"}


async def test_all_problems_come_at_once_and_nothing_is_done(here: Served) -> None:
    await here.account("taken", password=None)
    world = World(
        orgs=[OrgEntry(name="north west"), OrgEntry(name="south")],
        roles=[RoleEntry(org="south", name="R", privileges=["ADMINISTRATION"])],
        groups=[
            GroupEntry(org="north west", name="rests on what cannot be"),
            GroupEntry(org="south", name="G", privileges=["NOTHING"]),
            GroupEntry(org="nowhere", name="H"),
            GroupEntry(org="south", name="inner", inside=["outer"]),
            GroupEntry(org="south", name="outer", inside=["inner"]),
        ],
        users=[
            UserEntry(name="p\u0430ul", orgs=["south"]),
            UserEntry(name="paul", orgs=["south"]),
            UserEntry(name="kim", groups=["south/inner"]),
            UserEntry(name="lee", password_env="LEE"),
            UserEntry(name="taken", id=SALES),
        ],
        tags=[TagEntry(org="south", name="t", color="red")],
        objects=[
            ObjectEntry(id=SALES, type="LIVEBOARD", name="A", owner="nobody"),
            ObjectEntry(id=COSTS, type="USER", name="B"),
        ],
        security=SecurityEntry(cors=["no origin"], orgs=[OrgSecurityEntry(org="nowhere")]),
    )

    said = await refused(here, world)

    assert [one.partition(":")[0] for one in said] == [
        "orgs[0]",
        "roles[0]",
        "groups[1]",
        "groups[2].org",
        "groups[4].inside",
        "users[1]",
        "users[2].groups",
        "users[3].password_env",
        "users[4]",
        "tags[0]",
        "objects[0].owner",
        "objects[1]",
        "security",
        "security.orgs[0].org",
    ]


CONTRADICTIONS: list[tuple[World, str]] = [
    (World(orgs=[OrgEntry(name="a"), OrgEntry(name="A")]), "orgs[1].name"),
    (World(tags=[TagEntry(name="a"), TagEntry(org="primary", name=" A")]), "tags[1].name"),
    (
        World(users=[UserEntry(name="a", password_env="A", password_hash="$argon2id$")]),
        "users[0].password_env",
    ),
    (World(users=[UserEntry(name="a", password_hash="plain")]), "users[0].password_hash"),
    (
        World(users=[UserEntry(name="a", password_env="A", account_type=AccountType.SAML)]),
        "users[0].account_type",
    ),
    (World(users=[UserEntry(name="a", groups=["Readers"])]), "users[0].groups"),
    (World(users=[UserEntry(name="a", orgs=[])]), "users[0].orgs"),
    (World(users=[UserEntry(name="a", email="")]), "users[0].email"),
    (
        World(
            objects=[
                ObjectEntry(
                    id=SALES,
                    type="ANSWER",
                    name="A",
                    shares=[ShareEntry(mode=ShareMode.MODIFY, user="a", group="b")],
                )
            ]
        ),
        "objects[0].shares[0]",
    ),
]


@pytest.mark.parametrize(("world", "place"), CONTRADICTIONS, ids=[one for _, one in CONTRADICTIONS])
async def test_what_contradicts_itself_is_refused_by_its_place(
    here: Served, world: World, place: str
) -> None:
    said = await refused(here, world)

    assert [one.partition(": ")[0] for one in said] == [place]


async def test_what_an_entry_says_is_exact_and_what_it_leaves_out_stays(here: Served) -> None:
    await apply(here, NORTH)
    world = World(
        groups=[GroupEntry(org="north", name="Staff", privileges=["DATADOWNLOADING"])],
        users=[UserEntry(name="mira", groups=["north/Staff"])],
        objects=[ObjectEntry(org="north", id=SALES, type="LIVEBOARD", name="Sales", shares=[])],
    )

    outcome = await apply(here, world)

    assert [[d.field for d in one.differences] for one in outcome.steps] == [
        ["privileges"],
        ["groups"],
        ["shares"],
    ]
    after = await here.core.worlds.describe(here.by)
    staff = next(one for one in after.groups or () if one.name == "Staff")
    assert (staff.privileges, staff.inside) == (["DATADOWNLOADING"], ["Readers"])
    assert (await user(here, "mira")).groups == ["north/Staff"]
    assert (await user(here, "mira")).email == "mira@example.com"
    assert [(one.tags, one.shares) for one in after.objects or ()] == [(["new", "year"], [])]


async def test_two_groups_may_change_places(here: Served) -> None:
    await apply(here, NORTH)
    world = World(
        groups=[
            GroupEntry(org="north", name="Readers", inside=["Staff"]),
            GroupEntry(org="north", name="Staff", inside=[]),
        ]
    )

    await apply(here, world)

    assert steps(await apply(here, world)) == []


async def test_whom_the_world_names_is_in_no_more_groups_than_it_says(here: Served) -> None:
    await apply(here, NORTH)
    world = World(
        users=[
            UserEntry(name="kim", orgs=["north"], groups=["north/Staff"]),
            UserEntry(name="lee", orgs=["north"]),
        ]
    )

    await apply(here, world)

    assert (await user(here, "kim")).groups == ["north/Staff"]
    assert (await user(here, "lee")).groups == ["north/Readers"]
    assert steps(await apply(here, world)) == []


async def test_removal_takes_what_the_tables_do_not_name_and_never_what_is_the_systems(
    here: Served,
) -> None:
    await apply(here, NORTH)
    empty = World(orgs=[], roles=[], groups=[], users=[], tags=[], objects=[])

    outcome = await apply(here, empty, removes=True)

    assert steps(outcome) == ["removed users mira", "removed users olga", "removed orgs north"]
    after = await here.core.worlds.describe(here.by)
    assert [one.name for one in after.orgs or ()] == ["Primary"]
    assert [one.name for one in after.users or ()] == ["tsadmin"]
    assert (await user(here, "tsadmin")).groups == ["Primary/Administrator"]
    assert [one.name for one in await here.core.accounts.list_all(here.by)] == [
        "su",
        "system",
        "tsadmin",
    ]
    groups = await here.core.groups.list_all(here.by)
    assert sorted(group.name for group, _ in groups) == ["Administrator", "All"]


async def test_removal_leaves_alone_what_no_table_is_of(here: Served) -> None:
    await apply(here, NORTH)

    outcome = await apply(here, World(tags=[], groups=NORTH.groups), removes=True)

    assert steps(outcome) == ["removed tags north/new", "removed tags north/year"]


async def test_removal_within_an_org_that_stays(here: Served) -> None:
    await apply(here, NORTH)
    less = World(orgs=NORTH.orgs, roles=[], groups=[], users=NORTH.users[:0], objects=[])  # type: ignore[index]  # it has users

    outcome = await apply(here, less, removes=True)

    assert steps(outcome) == [
        f"removed objects north/{SALES} (Sales)",
        "removed users mira",
        "removed users olga",
        "removed groups north/Readers",
        "removed groups north/Staff",
        "removed roles north/Loader",
    ]


async def test_what_rests_on_what_is_to_be_removed_cannot_be(here: Served) -> None:
    await apply(here, NORTH)
    sales = ObjectEntry(org="north", id=SALES, type="LIVEBOARD", name="Sales", owner="mira")
    olga = UserEntry(name="olga", groups=["north/Staff"])
    world = World(orgs=NORTH.orgs, groups=[], users=[olga], objects=[sales])

    said = await refused(here, world, removes=True)
    assert said == [
        "users[0].groups: no group named 'north/Staff'",
        "objects[0].owner: no user named 'north/mira'",
    ]

    said = await refused(here, World(orgs=[], tags=NORTH.tags), removes=True)
    assert said == ["tags[0].org: no Org named 'north'"]


async def test_a_name_that_is_to_be_removed_is_free_for_one_that_looks_like_it(
    here: Served,
) -> None:
    await here.account("paul", password=None)

    outcome = await apply(here, World(users=[UserEntry(name="p\u0430ul")]), removes=True)

    assert steps(outcome) == ["removed users paul", "added users p\u0430ul"]


async def test_who_is_in_no_org_cannot_be_named_and_is_not_removed(here: Served) -> None:
    await here.account("lost", password=None)
    await here.core.memberships.leave(here.by, HERE, "lost", "Primary")
    found = await here.core.worlds.describe(here.by)
    assert [one.name for one in found.users or ()] == ["tsadmin"]

    assert steps(await apply(here, found, removes=True)) == []


async def test_who_goes_with_an_org_is_told_and_who_is_named_is_not_lost_with_it(
    here: Served,
) -> None:
    await apply(here, NORTH)
    plan = await here.core.worlds.plan(here.by, HERE, World(orgs=[]), {}, removes=True)
    assert steps(plan) == ["removed users olga", "removed orgs north"]

    said = await refused(here, World(orgs=[], users=[UserEntry(name="olga")]), removes=True)
    assert said == ["users[0].orgs: the user's only Org is to be removed: name another one"]

    await apply(
        here, World(orgs=[], users=[UserEntry(name="olga", orgs=["Primary"])]), removes=True
    )
    assert (await user(here, "olga")).orgs == ["Primary"]


@pytest.mark.parametrize(
    "world",
    [
        World(users=[UserEntry(name="tsadmin", groups=[])]),
        World(users=[UserEntry(name="tsadmin", account_status=AccountStatus.INACTIVE)]),
        World(groups=[GroupEntry(name="Administrator", privileges=[])]),
        World(orgs=[OrgEntry(name="north")], users=[UserEntry(name="tsadmin", orgs=["north"])]),
    ],
    ids=["taken out", "closed", "without privileges", "elsewhere"],
)
async def test_the_last_administrator_stays_one(here: Served, world: World) -> None:
    said = await refused(here, world, removes=True)

    assert ["not permitted" in one for one in said] == [True]


async def test_who_is_closed_by_a_world_is_shut_out_by_the_next_call(here: Served) -> None:
    await here.account("mira")
    token = await here.token()
    assert (await here.whoami(bearer=token)).status_code == 200

    await apply(here, World(users=[UserEntry(name="mira", account_status=AccountStatus.SUSPENDED)]))

    assert refusal(await here.whoami(bearer=token))[0] == 401


async def test_the_password_of_a_user_who_is_there_stays(here: Served) -> None:
    await here.account("mira")

    await apply(here, NORTH)

    assert await here.token("mira", password=PASSWORD)


async def test_a_password_that_is_weak_is_refused_and_not_told(here: Served) -> None:
    outcome = await here.core.worlds.apply(here.by, HERE, NORTH, {"MIRA": "mira2026"})

    assert [str(one.place) for one in outcome.problems] == ["users[0].password_env"]
    assert "mira2026" not in str(outcome)


async def test_no_secret_is_in_what_is_said_described_or_written_down(here: Served) -> None:
    """(checklist 58)"""
    encoded = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
    olga = UserEntry(name="olga", password_hash=encoded)
    world = replace(NORTH, users=[NORTH.users[0], olga], objects=[])  # type: ignore[index]  # it has users
    plan = await here.core.worlds.plan(here.by, HERE, world, GIVEN)
    outcome = await apply(here, world)
    found = await here.core.worlds.describe(here.by)
    trail = await here.core.means.store.scan(lambda tx: tx.audit.latest(1000))
    texts = await here.core.trusted.secrets_of(here.by, HERE, None)
    texts += await here.core.trusted.secrets_of(here.by, HERE, "north")

    told = repr((plan, outcome, parts(found), trail, world))

    assert len(texts) == 2
    for secret in (SECRET, encoded, *(one.text for one in texts)):
        assert secret not in told


async def test_a_world_described_is_the_same_world_elsewhere(
    here: Served, template: Path, tmp_path: Path
) -> None:
    await apply(here, NORTH)
    found = await here.core.worlds.describe(here.by, passwords=True)

    other = tmp_path / "other"
    async with served(template, other, per_org_secret_keys=True) as there:
        await apply(there, found)
        again = await there.core.worlds.describe(there.by, passwords=True)

    mine, theirs = parts(found), parts(again)
    # Each home has an administrator's password of its own.
    assert [one for one in mine.pop("users") if one["name"] != "tsadmin"] == [
        one for one in theirs.pop("users") if one["name"] != "tsadmin"
    ]
    assert theirs == mine


async def test_without_orgs_and_roles_a_world_is_of_the_primary_org(
    ground: Ground, tmp_path: Path
) -> None:
    changes = {**ground.changes, "orgs_enabled": False, "rbac_enabled": False}
    async with served(ground.home, tmp_path / "home", **changes) as here:
        world = World(
            groups=[GroupEntry(name="Readers", roles=[])],
            users=[UserEntry(name="mira", groups=["Primary/Readers"])],
            security=SecurityEntry(block_full_app=True, full_app_groups=["Readers"]),
        )
        await apply(here, world)
        found = await here.core.worlds.describe(here.by)
        assert found.security is not None
        assert found.security.full_app_groups == ["Readers"]
        assert steps(await apply(here, found, removes=True)) == []

        said = await refused(here, NORTH)

    assert [one.partition(":")[0] for one in said] == ["orgs[0]"]


async def test_only_who_administers_the_cluster_makes_worlds(here: Served) -> None:
    await here.org("north")
    by = replace(here.by, cluster_admin=False)

    for act in (here.core.worlds.plan, here.core.worlds.apply):
        with pytest.raises(NotPermitted):
            await act(by, HERE, World(), {})
    with pytest.raises(NotPermitted):
        await here.core.worlds.describe(by)
