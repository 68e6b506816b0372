"""POST auth/token/full and auth/token/object."""

from typing import Any

import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, adjusted
from tests.dialects.v2_0.asking import FULL, LIVEBOARD, OBJECT, ask, span
from tests.world import HERE, NOON, PASSWORD, World, headers, refusal

MILLIS = int(NOON.timestamp() * 1000)

BOTH = pytest.mark.parametrize("path", [FULL, OBJECT])


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
