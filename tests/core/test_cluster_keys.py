"""Whose the signing keys of the cluster are, and which list of origins an Org goes by."""

import pytest

from gatepass.core.errors import InvalidParameter, NotAuthenticated, NotPermitted
from gatepass.core.security import ClusterChange, OrgChange
from tests.core.test_administering import principal
from tests.core.test_credentials import north
from tests.world import ADMIN, HERE, World

__all__ = ["north"]


async def test_an_orgs_administrator_neither_sees_nor_rotates_the_clusters_keys(
    here: World, north: int
) -> None:
    """An emergency would end the custom tokens of every Org (checklist 39, 53)."""
    first = await here.core.keys.rotate(here.by, HERE)
    nora = await principal(here, "nora", north)

    with pytest.raises(NotPermitted):
        await here.core.keys.list_all(nora)
    for emergency in (False, True):
        with pytest.raises(NotPermitted):
            await here.core.keys.rotate(nora, HERE, emergency=emergency)

    keys = await here.core.keys.list_all(here.by)
    assert {key.state.value: key.id for key in keys}["current"] == first


async def test_who_was_shut_out_since_the_gate_rotates_nothing(here: World) -> None:
    admin = await principal(here, ADMIN)
    await here.core.sessions.end_one(here.by, HERE, admin.credential_id)

    with pytest.raises(NotAuthenticated):
        await here.core.keys.rotate(admin, HERE)

    assert not await here.core.keys.list_all(here.by)


async def test_an_org_gives_its_list_up_for_the_clusters(here: World, north: int) -> None:
    nora = await principal(here, "nora", north)

    async def own() -> object:
        state = await here.core.security.look(nora, cluster=False, org=True)
        assert state.org is not None
        return state.org.kept.cors

    assert await own() is None
    await here.core.security.configure(nora, HERE, of_orgs=[OrgChange(org=north, cors=[])])
    assert await own() == []
    await here.core.security.configure(nora, HERE, of_orgs=[OrgChange(org=north, inherits=True)])
    assert await own() is None


@pytest.mark.parametrize(
    ("field", "name"),
    [("connect", "connect_src_urls"), ("img", "img_src_urls"), ("style", "style_src_urls")],
)
async def test_a_source_that_will_not_do_is_named_with_its_list(
    here: World, field: str, name: str
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        await here.core.security.configure(
            here.by, HERE, cluster=ClusterChange(csp={field: ["good.example", "two words"]})
        )

    assert refused.value.field == name
