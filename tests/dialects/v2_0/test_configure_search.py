"""POST auth/configure and auth/search: trusted authentication, switched and shown."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.dialects.v2_0.trusting import (
    LIVEBOARD,
    admin,
    configure,
    holder,
    key,
    of_org,
    search,
    shown_of_org,
)
from tests.world import ADMIN, World, headers, refusal


async def test_switching_on_makes_a_key_and_a_second_time_keeps_it(here: World) -> None:
    by = await admin(here)
    assert await key(here, by) is None

    first = await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})
    assert first.status_code == 204
    assert first.content == b""
    made = await key(here, by)
    await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})

    assert made is not None
    assert await key(here, by) == made
    assert (await here.post("auth/token/full", {"username": ADMIN, "secret_key": made})).is_success


async def test_off_and_on_again_is_a_new_key_and_the_old_one_dies_at_once(here: World) -> None:
    await here.account()
    by = await admin(here)
    old = await here.secret()
    bought = await here.token(secret_key=old)

    await configure(here, by, cluster_preferences={"auth_status": "DISABLED"})
    dead = await here.post("auth/token/full", {"username": "mira", "secret_key": old})
    await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})
    late = await here.post("auth/token/full", {"username": "mira", "secret_key": old})

    assert refusal(dead) == FORBIDDEN
    assert refusal(late) == UNAUTHORIZED
    assert await key(here, by) not in {None, old}
    assert (await here.whoami(bearer=bought)).status_code == 200


@adjusted(revoke_on_key_disable=True)
async def test_off_ends_what_the_key_bought_where_the_setting_says_so(here: World) -> None:
    await here.account()
    by = await admin(here)
    bought = await here.token(secret_key=await here.secret())
    own = await here.token()
    assert (await here.whoami(bearer=bought)).status_code == 200

    await configure(here, by, cluster_preferences={"auth_status": "DISABLED"})

    assert refusal(await here.whoami(bearer=bought)) == UNAUTHORIZED
    assert (await here.whoami(bearer=own)).status_code == 200


@pytest.mark.parametrize("status", ["ENABLE", "ENABLED"])
async def test_the_words_of_the_docs_are_accepted_too(here: World, status: str) -> None:
    by = await admin(here)

    await configure(here, by, cluster_preferences={"auth_status": status})
    assert await key(here, by) is not None
    await configure(here, by, cluster_preferences={"auth_status": status.replace("EN", "DIS")})
    assert await key(here, by) is None


@pytest.mark.parametrize(
    "nothing",
    [
        {},
        {"cluster_preferences": None, "org_preferences": None},
        {"cluster_preferences": {}, "org_preferences": []},
        {"cluster_preferences": {"auth_status": None}},
        {"cluster_preferences": {"auth_status": ""}},
        {"cluster_preferences": {"other": 1}},
        {"org_preferences": [{"org_identifier": "Primary"}]},
        {"org_preferences": [{"org_identifier": "Primary", "auth_status": ""}]},
    ],
    ids=str,
)
async def test_absent_parts_change_nothing(here: World, nothing: dict[str, Any]) -> None:
    by = await admin(here)
    made = await here.secret()
    own = await here.secret(0)

    assert (await configure(here, by, **nothing)).status_code == 204

    assert await key(here, by) == made
    assert await here.secret(0) == own


async def test_cluster_and_orgs_are_independent(here: World) -> None:
    by = await admin(here)
    north, south = await here.org("north"), await here.org("south")

    reply = await configure(
        here,
        by,
        cluster_preferences={"auth_status": "DISABLED"},
        org_preferences=of_org(north) + of_org("south"),
    )

    assert reply.status_code == 204
    assert await key(here, by) is None
    own = [await here.secret(org.id) for org in (north, south)]
    await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})
    await configure(here, by, org_preferences=of_org("NORTH", "DISABLED"))
    made = await key(here, by)
    assert made is not None
    assert await here.secret(south.id) == own[1]
    assert await here.secret(north.id) != own[0]
    assert len({made, *own}) == 3


async def test_an_unknown_org_changes_nothing(here: World) -> None:
    by = await admin(here)
    north = await here.org()

    for unknown in ("nowhere", 2**31 - 1, -1):
        reply = await configure(
            here,
            by,
            cluster_preferences={"auth_status": "ENABLED"},
            org_preferences=of_org(north) + of_org(unknown),
        )
        assert refusal(reply) == BAD
        bare = [{"org_identifier": unknown}]
        assert refusal(await configure(here, by, org_preferences=bare)) == BAD
    assert await key(here, by) is None
    assert await shown_of_org(here, north) == "DISABLED"


async def test_the_clusters_part_belongs_to_the_primary_org(here: World) -> None:
    north = await here.org()
    there = await admin(here, org_id=north.id)

    for status in ("ENABLED", "DISABLED"):
        reply = await configure(here, there, cluster_preferences={"auth_status": status})
        assert refusal(reply) == FORBIDDEN
    assert refusal(await search(here, there, scope="CLUSTER")) == FORBIDDEN
    assert "cluster_preferences" not in (await search(here, there)).json()


async def test_an_orgs_administrator_may_switch_the_own_org_only(here: World) -> None:
    """And cannot tell which other Orgs there are (checklist 52)."""
    north, south = await here.org("north"), await here.org("south")
    by = await holder(here, "ADMINISTRATION", org=north)

    assert (await configure(here, by, org_preferences=of_org(north))).status_code == 204
    texts = set()
    for other in (south, 0, "nowhere", 12345):
        reply = await configure(here, by, org_preferences=of_org(other))
        assert refusal(reply) == FORBIDDEN
        texts.add(reply.json()["error"]["message"]["debug"])
    assert len(texts) == 1
    mixed = await configure(here, by, org_preferences=of_org(north, "DISABLED") + of_org(south))
    assert refusal(mixed) == FORBIDDEN
    assert await shown_of_org(here, north) == "ENABLED"
    assert await shown_of_org(here, south) == "DISABLED"


async def test_an_administrator_of_the_cluster_in_another_org_switches_that_one_only(
    here: World,
) -> None:
    north, south = await here.org("north"), await here.org("south")
    there = await admin(here, org_id=north.id)

    assert (await configure(here, there, org_preferences=of_org(north))).status_code == 204
    assert refusal(await configure(here, there, org_preferences=of_org(south))) == FORBIDDEN


@adjusted(per_org_secret_keys=False)
async def test_where_orgs_have_no_keys_their_part_is_refused(here: World) -> None:
    by = await admin(here)

    reply = await configure(here, by, org_preferences=of_org("Primary"))

    assert refusal(reply) == BAD
    assert set((await search(here, by)).json()) == {"auth_type", "cluster_preferences"}
    assert refusal(await search(here, by, scope="ORG")) == FORBIDDEN


@pytest.mark.parametrize("privilege", ["ADMINISTRATION", "CONTROL_TRUSTED_AUTH"])
async def test_either_privilege_suffices(here: World, privilege: str) -> None:
    by = await holder(here, privilege)

    on = await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})

    assert on.status_code == 204
    assert await key(here, by) is not None


@adjusted(rbac_enabled=False)
async def test_without_finer_privileges_administration_is_needed(here: World) -> None:
    by = await holder(here, "CONTROL_TRUSTED_AUTH")

    on = await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})

    assert refusal(on) == FORBIDDEN
    assert refusal(await search(here, by)) == FORBIDDEN
    assert (await search(here, await admin(here))).status_code == 200


@pytest.mark.parametrize(
    "privileges", [(), ("USER_ADMINISTRATION", "AUTHENTICATION_ADMINISTRATION")]
)
async def test_no_other_privilege_does(here: World, privileges: tuple[str, ...]) -> None:
    by = await holder(here, *privileges)

    assert refusal(await configure(here, by)) == FORBIDDEN
    assert refusal(await search(here, by)) == FORBIDDEN


async def test_a_token_limited_to_one_object_neither_switches_nor_sees(here: World) -> None:
    """Whoever its account is (checklist 29, writes)."""
    by = await admin(here, object_id=LIVEBOARD)

    on = await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})

    assert refusal(on) == FORBIDDEN
    assert refusal(await search(here, by)) == FORBIDDEN
    assert await key(here, await admin(here)) is None


async def test_without_a_good_credential_it_is_unauthorized(here: World) -> None:
    for sent in ({}, headers(bearer="dead"), headers(cookie="dead")):
        assert refusal(await configure(here, sent)) == UNAUTHORIZED
        assert refusal(await search(here, sent)) == UNAUTHORIZED


@pytest.mark.parametrize("operation", ["auth/configure", "auth/search"])
@pytest.mark.parametrize(
    "kind", ["absent", None, "", "SAML", "trusted_auth", ["TRUSTED_AUTH"], {"a": 1}, 1]
)
async def test_the_type_is_required_and_has_one_word(
    here: World, operation: str, kind: Any
) -> None:
    body = {} if kind == "absent" else {"auth_type": kind}

    assert refusal(await here.post(operation, body, headers=await admin(here))) == BAD


@pytest.mark.parametrize(
    "body",
    [
        {"cluster_preferences": {"auth_status": "ON"}},
        {"cluster_preferences": {"auth_status": "enabled"}},
        {"cluster_preferences": {"auth_status": ["ENABLED"]}},
        {"cluster_preferences": {"auth_status": True}},
        {"cluster_preferences": "ENABLED"},
        {"cluster_preferences": []},
        {"org_preferences": {"org_identifier": "Primary"}},
        {"org_preferences": ["Primary"]},
        {"org_preferences": [{"auth_status": "ENABLED"}]},
        {"org_preferences": [{"org_identifier": "", "auth_status": "ENABLED"}]},
        {"org_preferences": [{"org_identifier": None, "auth_status": "ENABLED"}]},
        {"org_preferences": [{"org_identifier": ["Primary"], "auth_status": "ENABLED"}]},
        {"org_preferences": [{"org_identifier": "Primary", "auth_status": "ON"}]},
        {"org_preferences": [{"org_identifier": "Primary"}] * 1001},
    ],
    ids=lambda body: str(body)[:60],
)
async def test_unknown_words_and_wrong_shapes_are_refused(
    here: World, body: dict[str, Any]
) -> None:
    by = await admin(here)

    assert refusal(await configure(here, by, **body)) == BAD
    assert await key(here, by) is None
