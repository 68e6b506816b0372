"""POST session/gettoken of both betas."""

from typing import Any

import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import adjusted
from tests.dialects.beta.asking import (
    BAD,
    LIVEBOARD,
    OTHER,
    PREFIXES,
    UNAUTHORIZED,
    LoginResponse,
    debug,
    failure,
    get_token,
    is_in,
    post,
    read,
    refused,
)
from tests.world import HERE, PASSWORD, World

PATH = "session/gettoken"
MONTH = 30 * 86_400


def body(**more: Any) -> dict[str, Any]:
    return {"userName": "mira", "password": PASSWORD, **more}


async def org_of(here: World, got: LoginResponse) -> int:
    return int((await here.whoami(bearer=got.token)).json()["current_org"]["id"])


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_answer_is_five_texts_and_no_cookie(here: World, prefix: str) -> None:
    await here.account("Mira")

    reply = await post(here, PATH, body(tokenExpiryDuration="900"), prefix=prefix)

    got = read(reply, LoginResponse)
    assert got == LoginResponse(
        userName="Mira",
        token=got.token,
        tokenCreatedTime="1780315200000",
        tokenExpiryDuration="900",
        tokenType="Bearer",
    )
    assert "set-cookie" not in reply.headers
    assert await is_in(here, bearer=got.token)


@pytest.mark.parametrize("header", ["", "dummy", "gpf_" + "x" * 43])
async def test_the_authorization_header_is_ignored(here: World, header: str) -> None:
    await here.account()

    assert (await post(here, PATH, body(), bearer=header)).status_code == 200


async def test_a_good_bearer_buys_nothing(here: World) -> None:
    await here.account()
    token = await here.token()

    for asked in ({}, {"userName": "mira"}, {"userName": "mira", "password": None}):
        assert refused(await post(here, PATH, asked, bearer=token)) == BAD


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, 300),
        ({"tokenExpiryDuration": None, "expiryTimeMs": ""}, 300),
        ({"tokenExpiryDuration": "900"}, 900),
        ({"tokenExpiryDuration": 900}, 900),
        ({"tokenExpiryDuration": "0900"}, 900),
        ({"tokenExpiryDuration": 1}, 1),
        ({"expiryTimeMs": "60000"}, 60),
        ({"expiryTimeMs": 60_000}, 60),
        ({"expiryTimeMs": 1}, 1),
        ({"expiryTimeMs": 1001}, 2),
        ({"tokenExpiryDuration": "900", "expiryTimeMs": "60000"}, 900),
        ({"tokenExpiryDuration": "900", "expiryTimeMs": "nonsense"}, 900),
        ({"tokenExpiryDuration": MONTH + 1}, MONTH),
        ({"tokenExpiryDuration": "9" * 4_500}, MONTH),
        ({"expiryTimeMs": str(10**30)}, MONTH),
    ],
)
async def test_the_life_is_in_seconds_or_milliseconds_by_the_fields_name(
    here: World, fields: dict[str, Any], seconds: int
) -> None:
    """Past the longest life it is the longest (checklist 38)."""
    await here.account()

    got = await get_token(here, **fields)

    assert got.tokenExpiryDuration == str(seconds)
    here.clock.advance(seconds=seconds - 1)
    assert await is_in(here, bearer=got.token)
    here.clock.advance(seconds=1)
    assert not await is_in(here, bearer=got.token)


@pytest.mark.parametrize("field", ["tokenExpiryDuration", "expiryTimeMs"])
@pytest.mark.parametrize("value", ["0", 0, -1, "-1", "1.5", "12s", "٣", " 5", "00", "+5", "1e3"])
async def test_a_life_that_is_no_positive_number_is_refused_by_its_name(
    here: World, field: str, value: object
) -> None:
    await here.account()

    reply = await post(here, PATH, body(**{field: value}))

    assert refused(reply) == BAD
    assert debug(reply) == f"Invalid parameter values {field}: is a positive whole number"


@pytest.mark.parametrize("value", [True, 1.5, ["300"], {"a": 1}])
async def test_a_life_of_a_wrong_type_is_bad_user_input(here: World, value: object) -> None:
    reply = await post(here, PATH, body(tokenExpiryDuration=value))

    assert refused(reply) == BAD
    assert failure(reply).extension.code == "BAD_USER_INPUT"
    assert debug(reply) == "Invalid parameter values tokenExpiryDuration"


async def test_a_trusted_secret_gets_a_token(here: World) -> None:
    await here.account()

    got = await get_token(here, secretKey=await here.secret(), accessLevel="FULL")

    assert await is_in(here, bearer=got.token)


@adjusted({}, {"credential_precedence": "secret_key"})
async def test_a_password_beats_a_secret(here: World) -> None:
    """Whatever the setting for v2.0 says: a password that came alone decides."""
    await here.account()
    key = await here.secret()

    wrong = await post(here, PATH, body(password="wrong", secretKey=key))
    right = await post(here, PATH, body(secretKey="gpk_" + "x" * 43))

    assert refused(wrong) == UNAUTHORIZED
    assert right.status_code == 200


@pytest.mark.parametrize("password", [None, ""])
async def test_an_empty_password_is_none(here: World, password: str | None) -> None:
    await here.account()

    got = await get_token(here, password=password, secretKey=await here.secret())

    assert got.tokenType == "Bearer"


async def test_neither_password_nor_secret_is_a_bad_request(here: World) -> None:
    await here.account()
    token = await here.token()

    for asked in ({"userName": "mira"}, {"userName": "mira", "password": "", "secretKey": None}):
        reply = await post(here, PATH, asked, bearer=token)
        assert refused(reply) == BAD
        wanted = "Invalid parameter values password: a password or a secretKey is required"
        assert debug(reply) == wanted
    reply = await post(here, PATH, {"password": PASSWORD})
    assert refused(reply) == BAD
    assert debug(reply).startswith("Invalid parameter values userName")


async def test_where_trusted_authentication_is_off_a_secret_is_another_failure(
    here: World,
) -> None:
    await here.account()

    reply = await post(here, PATH, {"userName": "mira", "secretKey": "gpk_" + "x" * 43})

    assert refused(reply) == OTHER


async def test_a_wrong_secret_an_unknown_user_and_a_closed_one(here: World) -> None:
    await here.account()
    await here.account("closed")
    await here.core.accounts.set_status(here.by, HERE, "closed", AccountStatus.INACTIVE)
    key = await here.secret()

    async def asked(name: str, secret: str) -> tuple[int, int]:
        return refused(await post(here, PATH, {"userName": name, "secretKey": secret}))

    assert await asked("mira", "gpk_" + "x" * 43) == UNAUTHORIZED
    assert await asked("nobody", key) == BAD
    assert await asked("closed", key) == UNAUTHORIZED


async def test_where_a_second_factor_is_due_a_password_alone_does_not_do(here: World) -> None:
    """Nor is it told apart from a wrong one (checklist 48)."""
    await here.account()
    await here.core.admission.require_second_factor(here.by, HERE, "mira", required=True)

    replies = [await post(here, PATH, body()), await post(here, PATH, body(password="wrong"))]

    assert {refused(reply) for reply in replies} == {UNAUTHORIZED}
    assert len({debug(reply) for reply in replies}) == 1


async def test_a_token_for_one_object(here: World) -> None:
    await here.account()

    got = await get_token(here, accessLevel="REPORT_BOOK_VIEW", tsObjectId=LIVEBOARD)
    full = await get_token(here, accessLevel="FULL", tsObjectId=LIVEBOARD)

    by = await here.core.gate.principal(bearer=got.token, cookie=None)
    assert by.object_id == LIVEBOARD
    by = await here.core.gate.principal(bearer=full.token, cookie=None)
    assert by.object_id is None


@pytest.mark.parametrize("given", [None, "", "absent", "x" * 257])
async def test_such_a_token_without_an_object_is_a_bad_request(
    here: World, given: str | None
) -> None:
    await here.account()
    more = {} if given == "absent" else {"tsObjectId": given}

    reply = await post(here, PATH, body(accessLevel="REPORT_BOOK_VIEW", **more))

    assert refused(reply) == BAD
    assert debug(reply).startswith("Invalid parameter values tsObjectId")


async def test_another_access_level_is_refused(here: World) -> None:
    await here.account()

    assert refused(await post(here, PATH, body(accessLevel="SOME"))) == BAD


@pytest.mark.parametrize("form", [str, int])
async def test_an_org_may_be_named(here: World, form: Any) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)

    assert await org_of(here, await get_token(here, orgId=form(north.id))) == north.id
    south = await here.org("south")
    reply = await post(here, PATH, body(orgId=form(south.id)))
    assert refused(reply) == BAD
    assert debug(reply).startswith("Invalid parameter values orgId")


@pytest.mark.parametrize("by_secret", [False, True])
async def test_without_one_it_is_the_last_used(here: World, by_secret: bool) -> None:  # noqa: FBT001
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    more = {"secretKey": await here.secret()} if by_secret else {}

    assert await org_of(here, await get_token(here, **more)) == 0
    await here.login(org_identifier=north.id)

    assert await org_of(here, await get_token(here, **more)) == north.id


async def test_an_orgs_own_secret_gets_tokens_of_that_org_alone(here: World) -> None:
    """(checklist 53)"""
    north, south = await here.org(), await here.org("south")
    await here.account()
    for org in (north, south):
        await here.join("mira", org.id)
    key = await here.secret(north.id)

    assert await org_of(here, await get_token(here, secretKey=key)) == north.id
    reply = await post(here, PATH, {"userName": "mira", "secretKey": key, "orgId": south.id})
    assert reply.status_code == 500
