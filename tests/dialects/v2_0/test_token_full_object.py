"""POST auth/token/full and auth/token/object."""

from typing import Any

import httpx2
import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, NOON, PASSWORD, World, headers, refusal

FULL, OBJECT = "auth/token/full", "auth/token/object"
LIVEBOARD = "2f0d3c8e-7f0a-4c55-9d4e-8f1e5b0d7a11"
MILLIS = int(NOON.timestamp() * 1000)

BOTH = pytest.mark.parametrize("path", [FULL, OBJECT])


async def ask(here: World, path: str = FULL, **body: Any) -> httpx2.Response:
    if path == OBJECT:
        body.setdefault("object_id", LIVEBOARD)
    return await here.post(path, body)


def span(reply: httpx2.Response) -> int:
    """Return the life of an answered token in milliseconds."""
    assert reply.status_code == 200, reply.text
    body = reply.json()
    return int(body["expiration_time_in_millis"] - body["creation_time_in_millis"])


async def org_of(reply: httpx2.Response) -> int:
    assert reply.status_code == 200, reply.text
    return int(reply.json()["scope"]["org_id"])


async def test_a_full_token_has_all_six_fields(here: World) -> None:
    mira = await here.account("Mira")

    reply = await ask(here, username="MIRA", password=PASSWORD)

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert body == {
        "token": body["token"],
        "creation_time_in_millis": MILLIS,
        "expiration_time_in_millis": MILLIS + 300_000,
        "scope": {"access_type": "FULL", "org_id": 0, "metadata_id": None},
        "valid_for_user_id": mira.id,
        "valid_for_username": "Mira",
    }


async def test_an_object_token_names_its_object_as_asked(here: World) -> None:
    await here.account()

    reply = await ask(here, OBJECT, username="mira", password=PASSWORD, object_id=LIVEBOARD)

    scope = reply.json()["scope"]
    assert scope == {"access_type": "REPORT_BOOK_VIEW", "org_id": 0, "metadata_id": LIVEBOARD}


@BOTH
async def test_a_token_is_url_safe_text(here: World, path: str) -> None:
    """Nothing in it is derived from a password: 256 random bits behind its kind (checklist 37)."""
    await here.account()
    made = [
        (await ask(here, path, username="mira", password=PASSWORD)).json()["token"]
        for _ in range(5)
    ]

    assert len(set(made)) == 5
    for token in made:
        assert len(token) == 47
        assert token[:4] == ("gpf_" if path == FULL else "gpo_")
        assert set(token) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
        )


@pytest.mark.parametrize("missing", [{}, {"object_id": None}, {"object_id": ""}])
async def test_an_object_token_needs_an_object(here: World, missing: dict[str, Any]) -> None:
    await here.account()

    reply = await here.post(OBJECT, {"username": "mira", "password": PASSWORD, **missing})

    assert refusal(reply) == BAD
    assert "object_id" in reply.json()["error"]["message"]["debug"]


@pytest.mark.parametrize("object_id", ["not-a-guid", "59a122dc0-38d7-43e7-bb90-86f724c7b602"])
async def test_any_text_names_an_object_and_it_need_not_exist(here: World, object_id: str) -> None:
    await here.account()

    reply = await ask(here, OBJECT, username="mira", password=PASSWORD, object_id=object_id)

    assert reply.json()["scope"]["metadata_id"] == object_id


@pytest.mark.parametrize("object_id", ["x" * 257, 7, ["a"], {"id": "a"}, True])
async def test_an_object_is_named_by_a_text_of_some_length(here: World, object_id: Any) -> None:
    await here.account()

    reply = await ask(here, OBJECT, username="mira", password=PASSWORD, object_id=object_id)

    assert refusal(reply) == BAD


async def test_a_full_token_ignores_an_object(here: World) -> None:
    await here.account()

    reply = await ask(here, username="mira", password=PASSWORD, object_id="x" * 300)

    assert reply.json()["scope"] == {"access_type": "FULL", "org_id": 0, "metadata_id": None}


@BOTH
@pytest.mark.parametrize("empty", [{}, {"password": "", "secret_key": ""}, {"password": None}])
async def test_a_password_or_a_key_is_needed(here: World, path: str, empty: dict[str, Any]) -> None:
    await here.account()

    assert refusal(await ask(here, path, username="mira", **empty)) == BAD


@BOTH
@pytest.mark.parametrize("name", ["absent", None, ""])
async def test_a_name_is_needed(here: World, path: str, name: str | None) -> None:
    more = {} if name == "absent" else {"username": name}

    assert refusal(await ask(here, path, password=PASSWORD, **more)) == BAD
    assert refusal(await ask(here, path, secret_key=await here.secret(), **more)) == BAD


@BOTH
@pytest.mark.parametrize("wish", [900, "900", 900.0])
async def test_the_life_is_as_asked(here: World, path: str, wish: Any) -> None:
    await here.account()

    reply = await ask(here, path, username="mira", password=PASSWORD, validity_time_in_sec=wish)

    assert span(reply) == 900_000


@pytest.mark.parametrize("wish", ["absent", None, ""])
async def test_the_life_is_300_seconds_where_none_is_asked_for(here: World, wish: Any) -> None:
    await here.account()
    more = {} if wish == "absent" else {"validity_time_in_sec": wish}

    assert span(await ask(here, username="mira", password=PASSWORD, **more)) == 300_000


@pytest.mark.parametrize(
    "wish", [0, -1, "0", -300, 2**31, 2**63, 10**40, 0.5, "five", "300.5", True, [], [300], {}]
)
@BOTH
async def test_a_life_that_is_no_positive_32_bit_number_is_refused(
    here: World, path: str, wish: Any
) -> None:
    """0, negative, 2³¹, text (checklist 38)."""
    await here.account()

    reply = await ask(here, path, username="mira", password=PASSWORD, validity_time_in_sec=wish)

    assert refusal(reply) == BAD


async def test_a_life_past_thirty_days_is_shortened_silently(here: World) -> None:
    """The largest number that is taken is cut to the cap (checklist 38)."""
    await here.account()
    days = 30 * 86_400

    for wish in (days, days + 1, 2**31 - 1):
        reply = await ask(here, username="mira", password=PASSWORD, validity_time_in_sec=wish)
        assert span(reply) == days * 1000


async def test_a_token_ends_at_its_announced_time_and_not_before(here: World) -> None:
    await here.account()
    token = await here.token(validity_time_in_sec=60)

    here.clock.advance(seconds=60, microseconds=-1)
    assert (await here.whoami(bearer=token)).status_code == 200
    here.clock.advance(microseconds=1)
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED


@BOTH
async def test_a_wrong_password_an_unknown_user_and_a_wrong_key_are_unauthorized(
    here: World, path: str
) -> None:
    await here.account()
    await here.secret()

    for body in (
        {"username": "mira", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "mira", "secret_key": "wrong"},
        {"username": "nobody", "secret_key": "gpk_" + "A" * 43},
    ):
        assert refusal(await ask(here, path, **body)) == UNAUTHORIZED


@BOTH
async def test_where_trusted_authentication_is_off_a_key_is_forbidden(
    here: World, path: str
) -> None:
    await here.account()
    key = await here.secret()
    await here.core.trusted.configure(here.by, HERE, cluster=False)

    for one in (key, "any"):
        assert refusal(await ask(here, path, username="mira", secret_key=one)) == FORBIDDEN


async def test_a_good_key_for_an_unknown_user_is_a_bad_request(here: World) -> None:
    key = await here.secret()

    assert refusal(await ask(here, username="nobody", secret_key=key)) == BAD
    off = await ask(here, username="nobody", secret_key=key, auto_create=None)
    assert refusal(off) == BAD


@pytest.mark.parametrize("status", [one for one in AccountStatus if one != "ACTIVE"], ids=str)
async def test_a_good_key_for_a_closed_account_is_forbidden(
    here: World, status: AccountStatus
) -> None:
    await here.account()
    key = await here.secret()
    await here.core.accounts.set_status(here.by, HERE, "mira", status)

    assert refusal(await ask(here, username="mira", secret_key=key)) == FORBIDDEN


@BOTH
async def test_a_second_factor_forbids_the_password_but_not_the_key(here: World, path: str) -> None:
    """No token for a password alone (checklist 48)."""
    await here.account(mfa_required=True)
    key = await here.secret()

    assert refusal(await ask(here, path, username="mira", password=PASSWORD)) == FORBIDDEN
    assert (await ask(here, path, username="mira", secret_key=key)).status_code == 200


@BOTH
async def test_neither_login_nor_header_is_needed_and_a_stale_one_does_no_harm(
    here: World, path: str
) -> None:
    await here.account()
    body = {"username": "mira", "secret_key": await here.secret(), "object_id": LIVEBOARD}

    for sent in ({}, headers(bearer="stale"), headers(cookie="stale"), {"Authorization": "x"}):
        assert (await here.post(path, body, headers=sent)).status_code == 200


async def test_a_good_bearer_does_not_stand_in_for_a_wrong_password(here: World) -> None:
    await here.account()
    sent = headers(bearer=await here.token())

    reply = await here.post(FULL, {"username": "mira", "password": "wrong"}, headers=sent)

    assert refusal(reply) == UNAUTHORIZED


async def test_the_password_decides_where_both_are_given(here: World) -> None:
    await here.account()
    key = await here.secret()

    wrong = await ask(here, username="mira", password="wrong", secret_key=key)
    right = await ask(here, username="mira", password=PASSWORD, secret_key="wrong")

    assert refusal(wrong) == UNAUTHORIZED
    assert right.status_code == 200


@adjusted(credential_precedence="secret_key")
async def test_the_key_decides_where_the_setting_says_so(here: World) -> None:
    await here.account()
    key = await here.secret()

    right = await ask(here, username="mira", password="wrong", secret_key=key)
    wrong = await ask(here, username="mira", password=PASSWORD, secret_key="wrong")
    alone = await ask(here, username="mira", password=PASSWORD, secret_key="")

    assert right.status_code == 200
    assert refusal(wrong) == UNAUTHORIZED
    assert alone.status_code == 200


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
