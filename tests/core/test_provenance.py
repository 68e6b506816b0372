"""Where a privilege comes from: who may ask, and what is said of other Orgs."""

from uuid import uuid4

import pytest

from gatepass.core.errors import NotFound, NotPermitted, ScopeTooSmall
from gatepass.core.group_changes import GroupChange
from gatepass.core.provenance import Explained
from gatepass.core.records import Principal
from tests.core.test_administering import principal
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, World


def told(found: list[Explained]) -> dict[str, list[tuple[list[str], str | None, bool]]]:
    """Return chains by name, roles by name, and whether that is by the cluster."""
    return {
        one.privilege: [
            (
                [group.name for group in way.chain],
                None if way.role is None else way.role.name,
                way.of_cluster,
            )
            for way in one.ways
        ]
        for one in found
    }


@pytest.fixture
async def north(here: World) -> int:
    """Make Org north with its administrator nora, and mira in nested groups and a role there."""
    org = (await here.org("north")).id
    for name in ("mira", "nora", "sven"):
        await here.account(name)
    for name in ("mira", "nora"):
        await here.join(name, org)
    await here.group("wardens", "ADMINISTRATION", org=org)
    await here.put_in("wardens", "nora", org)
    return org


async def nested(here: World, nora: Principal) -> None:
    """Put mira into readers, those into writers; writers have the role makers."""
    core = here.core
    await core.roles.create(nora, HERE, name="makers", privileges=["DEVELOPER"])
    await core.groups.create(nora, HERE, name="writers", privileges=["DATADOWNLOADING"])
    await core.groups.create(nora, HERE, name="readers", privileges=["DATADOWNLOADING"])
    await core.group_changes.update(
        nora, HERE, "writers", GroupChange(roles=["makers"], inside=["readers"])
    )
    await core.groups.put_in(nora, HERE, "readers", "mira")


async def test_chains_and_roles_are_told_the_shortest_first(here: World, north: int) -> None:
    nora = await principal(here, "nora", north)
    await nested(here, nora)

    found = told(await here.core.provenance.of(nora, "mira"))

    assert found == {
        "DATADOWNLOADING": [
            (["readers"], None, False),
            (["readers", "writers"], None, False),
        ],
        "DEVELOPER": [(["readers", "writers"], "makers", False)],
        "AUTHORING": [(["All"], None, False)],
    }
    mira = await principal(here, "mira", north)
    assert mira.privileges == found.keys()
    assert told(await here.core.provenance.of(mira, "mira")) == found
    admin = await principal(here, ADMIN)
    assert told(await here.core.provenance.of(admin, "mira", org=north)) == found


async def test_an_orgs_administrator_asks_of_that_org_alone(here: World, north: int) -> None:
    nora = await principal(here, "nora", north)

    for unknown in ("sven", "nobody", str(uuid4())):
        with pytest.raises(NotFound):
            await here.core.provenance.of(nora, unknown)
    for org in (0, "Primary", 4711):
        with pytest.raises(NotFound):
            await here.core.provenance.of(nora, "mira", org=org)
    assert await here.core.provenance.of(nora, "mira", org="north")


async def test_who_manages_no_accounts_asks_of_nobody_else(here: World, north: int) -> None:
    mira = await principal(here, "mira", north)

    for name in ("nora", "sven", "nobody", ADMIN):
        with pytest.raises(NotPermitted):
            await here.core.provenance.of(mira, name)
    with pytest.raises(NotFound):
        await here.core.provenance.of(mira, "mira", org=0)


async def test_an_administrators_limited_token_asks_nothing(here: World) -> None:
    """(checklist 29)."""
    text = await here.token(ADMIN, password=ADMIN_PASSWORD, object_id="sales")
    by = await here.core.gate.principal(bearer=text, cookie=None)

    with pytest.raises(ScopeTooSmall):
        await here.core.provenance.of(by, ADMIN)


async def test_the_clusters_administrators_groups_are_told_to_their_like_alone(
    here: World, north: int
) -> None:
    """What makes one so lies in the Primary Org: who administers another sees nothing of it."""
    await here.group("inner circle", "ADMINISTRATION")
    await here.put_in("inner circle", "mira")
    nora, admin = await principal(here, "nora", north), await principal(here, ADMIN)

    seen = told(await here.core.provenance.of(nora, "mira"))
    assert seen["ADMINISTRATION"] == [([], None, True)]
    seen = told(await here.core.provenance.of(admin, "mira", org=north))
    assert seen["ADMINISTRATION"] == [(["inner circle"], None, True)]
    seen = told(await here.core.provenance.of(admin, "mira", org=0))
    assert seen["ADMINISTRATION"] == [(["inner circle"], None, False)]
    bound = await principal(here, "mira", north)
    seen = told(await here.core.provenance.of(bound, "mira"))
    assert seen["ADMINISTRATION"] == [([], None, True)]


async def test_of_an_org_that_an_account_is_not_in_there_is_nothing_to_tell(
    here: World, north: int
) -> None:
    """But an administrator of the cluster administers every Org, member or not."""
    admin = await principal(here, ADMIN)

    with pytest.raises(NotFound):
        await here.core.provenance.of(admin, "sven", org=north)
    found = told(await here.core.provenance.of(admin, ADMIN, org=north))
    assert found["ADMINISTRATION"] == [(["Administrator"], None, True)]
