"""Which Org a token is for."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.dialects.v2_0.asking import ask, org_of
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World, refusal


async def test_an_org_is_named_by_number_or_digits(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)

    for org in (north.id, str(north.id), float(north.id)):
        reply = await ask(here, username="mira", password=PASSWORD, org_id=org)
        assert await org_of(reply) == north.id


@pytest.mark.parametrize("org", ["south", 2**31 - 1, -1, 2**40, "nowhere", "--5"])
async def test_an_org_not_the_users_is_a_bad_request(here: World, org: Any) -> None:
    await here.account()
    south = await here.org("south")
    key = await here.secret()
    named = south.id if org == "south" else org

    for proof in ({"password": PASSWORD}, {"secret_key": key}):
        assert refusal(await ask(here, username="mira", org_id=named, **proof)) == BAD
    assert refusal(await ask(here, username="mira", password="x", org_id=named)) == UNAUTHORIZED


@pytest.mark.parametrize("org", [[7], {"id": 7}, True, 7.5])
async def test_an_org_is_no_list_object_boolean_or_fraction(here: World, org: Any) -> None:
    await here.account()

    assert refusal(await ask(here, username="mira", password=PASSWORD, org_id=org)) == BAD
    reply = await ask(here, username="mira", password=PASSWORD, org_identifier=org)
    assert refusal(reply) == BAD


async def test_an_org_identifier_counts_where_no_org_id_is_given(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)

    for more in ({}, {"org_id": None}, {"org_id": ""}):
        for identifier in ("north", north.id, str(north.id)):
            reply = await ask(
                here, username="mira", password=PASSWORD, org_identifier=identifier, **more
            )
            assert await org_of(reply) == north.id
    both = await ask(here, username="mira", password=PASSWORD, org_id=0, org_identifier="north")
    assert await org_of(both) == 0
    name = await ask(here, username="mira", password=PASSWORD, org_id="north")
    assert await org_of(name) == north.id


@adjusted(strict_org_id=True)
async def test_org_identifiers_and_names_are_ignored_where_the_setting_says_so(
    here: World,
) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)

    for more in ({"org_identifier": "north"}, {"org_identifier": 99}, {"org_id": "north"}):
        reply = await ask(here, username="mira", password=PASSWORD, **more)
        assert await org_of(reply) == 0
    digits = await ask(here, username="mira", password=PASSWORD, org_id=str(north.id))
    assert await org_of(digits) == north.id


async def test_without_an_org_the_primary_one_counts_else_the_last_else_the_lowest(
    here: World,
) -> None:
    await here.account("mira")
    orgs = sorted([await here.org("north"), await here.org("south")], key=lambda org: org.id)
    await here.account("lena", org=orgs[1].id)
    await here.join("lena", orgs[0].id)
    await here.join("mira", orgs[0].id)
    await here.login("mira", org_identifier=orgs[0].id)
    key = await here.secret()

    for proof in ({"password": PASSWORD}, {"secret_key": key}):
        assert await org_of(await ask(here, username="mira", **proof)) == 0
        assert await org_of(await ask(here, username="lena", **proof)) == orgs[0].id
    await here.login("lena", org_identifier=orgs[1].id)
    for proof in ({"password": PASSWORD}, {"secret_key": key}):
        assert await org_of(await ask(here, username="lena", **proof)) == orgs[1].id


@adjusted(token_default_org="last_used")
async def test_without_an_org_the_last_one_counts_where_the_setting_says_so(here: World) -> None:
    await here.account()
    north = await here.org()
    await here.join("mira", north.id)
    key = await here.secret()
    assert await org_of(await ask(here, username="mira", password=PASSWORD)) == 0

    await here.login(org_identifier=north.id)

    for proof in ({"password": PASSWORD}, {"secret_key": key}):
        assert await org_of(await ask(here, username="mira", **proof)) == north.id


async def test_an_administrator_of_the_cluster_gets_tokens_for_every_org(here: World) -> None:
    south = await here.org("south")
    key = await here.secret()

    for proof in ({"password": ADMIN_PASSWORD}, {"secret_key": key}):
        reply = await ask(here, username=ADMIN, org_id=south.id, **proof)
        assert await org_of(reply) == south.id
        user = (await here.whoami(bearer=reply.json()["token"])).json()
        assert user["current_org"]["id"] == south.id
        assert "ADMINISTRATION" in user["privileges"]


async def test_an_orgs_key_works_for_its_own_org_only(here: World) -> None:
    """Even for a member of another, or an administrator of the cluster (checklist 53)."""
    await here.account()
    north, south = await here.org("north"), await here.org("south")
    for org in (north, south):
        await here.join("mira", org.id)
    key = await here.secret(north.id)

    assert await org_of(await ask(here, username="mira", secret_key=key)) == north.id
    named = await ask(here, username="mira", secret_key=key, org_id=north.id)
    assert await org_of(named) == north.id
    for name in ("mira", ADMIN):
        for other in (0, south.id, "nowhere"):
            reply = await ask(here, username=name, secret_key=key, org_id=other)
            assert refusal(reply) == BAD
    await here.account("lena")
    assert refusal(await ask(here, username="lena", secret_key=key)) == BAD


async def test_a_clusters_key_works_for_every_org_of_the_user(here: World) -> None:
    """Whatever the Orgs' own keys are (checklist 53)."""
    await here.account()
    north = await here.org("north")
    await here.join("mira", north.id)
    key, own = await here.secret(), await here.secret(north.id)

    assert key != own
    for org in (0, north.id):
        reply = await ask(here, username="mira", secret_key=key, org_id=org)
        assert await org_of(reply) == org


@adjusted(per_org_secret_keys=False)
async def test_an_orgs_key_is_worth_nothing_where_orgs_have_none(here: World) -> None:
    await here.account()

    with_none = await ask(here, username="mira", secret_key="gpk_" + "A" * 43)

    assert refusal(with_none) == FORBIDDEN


@adjusted(orgs_enabled=False)
async def test_without_orgs_there_is_the_primary_one(here: World) -> None:
    await here.account()

    for more in ({}, {"org_id": 0}, {"org_identifier": "Primary"}):
        reply = await ask(here, username="mira", password=PASSWORD, **more)
        assert await org_of(reply) == 0
    assert refusal(await ask(here, username="mira", password=PASSWORD, org_id=7)) == BAD
