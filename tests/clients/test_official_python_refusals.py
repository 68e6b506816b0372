"""The vendor's own Python client, unmodified, against a running server: what it is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from thoughtspot_rest_api_sdk import (
    GetFullAccessTokenRequest,
    GetObjectAccessTokenRequest,
    LoginRequest,
    RevokeTokenRequest,
    SearchAuthSettingsRequest,
    SearchCalendarsRequest,
    ValidateTokenRequest,
)
from thoughtspot_rest_api_sdk.exceptions import (
    BadRequestException,
    ForbiddenException,
    ServiceException,
    UnauthorizedException,
)

from tests.clients.conftest import Instance, until_expired
from tests.clients.official import client, full_token, wording

OBJECT = "061457a2-27bc-43a9-9754-0cd873691bf0"


async def dead_token(instance: Instance, death: str) -> str:
    """A token that is no good any more, or never was."""
    if death == "garbage":
        return "not-a-token"
    token = await full_token(instance, validity_time_in_sec=1)
    if death == "expired":
        await asyncio.sleep(until_expired(token.expiration_time_in_millis))
    else:
        async with client(instance, token.token) as api:
            await api.revoke_token(RevokeTokenRequest())
    return token.token


@pytest.mark.parametrize("act", ["login", "full", "object"])
async def test_a_wrong_password_and_an_unknown_name_are_one_refusal(
    instance: Instance, act: str
) -> None:
    mira, sentences = instance.mira, []
    async with client(instance) as api:
        call: Callable[[Any], Awaitable[object]] = {
            "login": api.login,
            "full": api.get_full_access_token,
            "object": api.get_object_access_token,
        }[act]
        for username, password in [(mira.name, "wrong"), ("nobody", mira.password)]:
            request = {"username": username, "password": password, "object_id": OBJECT}
            with pytest.raises(UnauthorizedException) as caught:
                await call(request)
            code, sentence = wording(caught.value)
            assert (caught.value.status, code) == (401, 10097)
            sentences.append(sentence)
        # One failure shuts nobody out.
        await api.login(LoginRequest(username=mira.name, password=mira.password))

    assert sentences[0] == sentences[1]


@pytest.mark.parametrize("key", ["wrong", "gps_" + "A" * 43])
async def test_a_wrong_secret_is_refused(instance: Instance, key: str) -> None:
    async with client(instance) as api:
        with pytest.raises(UnauthorizedException) as caught:
            await api.get_full_access_token(
                GetFullAccessTokenRequest(username=instance.mira.name, secret_key=key)
            )

    assert caught.value.status == 401
    assert wording(caught.value)[0] == 10097


async def test_a_wrong_password_is_not_healed_by_a_good_secret(instance: Instance) -> None:
    mira = instance.mira
    async with client(instance) as api:
        with pytest.raises(UnauthorizedException) as caught:
            await api.get_full_access_token(
                GetFullAccessTokenRequest(
                    username=mira.name, password="wrong", secret_key=instance.secret
                )
            )
        await api.login(LoginRequest(username=mira.name, password=mira.password))

    assert wording(caught.value)[0] == 10097


async def test_the_secret_opens_no_unknown_account_unless_asked_to(instance: Instance) -> None:
    with pytest.raises(BadRequestException) as caught:
        await full_token(instance, username="nobody")

    assert caught.value.status == 400
    assert wording(caught.value)[0] == 10002


@pytest.mark.parametrize(
    "request_body",
    [
        pytest.param({}, id="neither password nor secret"),
        pytest.param({"username": "", "password": "x"}, id="no name"),
        pytest.param({"secret_key": True, "validity_time_in_sec": 0}, id="no lifetime"),
        pytest.param({"secret_key": True, "org_id": 99999}, id="no such org"),
        pytest.param({"secret_key": True, "org_id": "south"}, id="an org that is not the user's"),
    ],
)
async def test_a_full_token_needs_a_usable_request(
    instance: Instance, request_body: dict[str, Any]
) -> None:
    request = {"username": instance.mira.name} | request_body
    if "secret_key" in request:
        request["secret_key"] = instance.secret
    if request.get("org_id") == "south":
        request["org_id"] = instance.south.id
    async with client(instance) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.get_full_access_token(GetFullAccessTokenRequest.model_validate(request))

    assert caught.value.status == 400
    assert wording(caught.value)[0] == 10002


async def test_an_object_token_needs_its_object(instance: Instance) -> None:
    async with client(instance) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.get_object_access_token(
                GetObjectAccessTokenRequest(username=instance.mira.name, secret_key=instance.secret)
            )

    assert wording(caught.value)[0] == 10002


@pytest.mark.parametrize("field", ["username", "password"])
async def test_half_a_login_is_refused_even_with_a_good_token(
    instance: Instance, field: str
) -> None:
    mira = instance.mira
    half = {field: {"username": mira.name, "password": mira.password}[field]}
    async with client(instance, (await full_token(instance)).token) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.login(LoginRequest.model_validate(half))

    assert caught.value.status == 400
    assert wording(caught.value)[0] == 10002


@pytest.mark.parametrize("org", ["south", "99999", "nowhere"])
async def test_a_login_to_a_foreign_or_unknown_org_is_refused(instance: Instance, org: str) -> None:
    mira = instance.mira
    async with client(instance) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.login(
                LoginRequest(username=mira.name, password=mira.password, org_identifier=org)
            )

    assert wording(caught.value)[0] == 10002


@pytest.mark.parametrize("death", ["garbage", "expired", "revoked"])
async def test_a_dead_token_opens_nothing(instance: Instance, death: str) -> None:
    token = await dead_token(instance, death)
    async with client(instance, token) as api:
        for call in (
            api.get_current_user_info,
            api.get_current_user_token,
            api.logout,
            lambda: api.login(LoginRequest()),
            lambda: api.revoke_token(RevokeTokenRequest()),
            lambda: api.validate_token(ValidateTokenRequest(token=token)),
        ):
            with pytest.raises(UnauthorizedException) as caught:
                await call()
            assert caught.value.status == 401
            assert wording(caught.value)[0] == 10097


async def test_nobody_is_told_anything_without_a_credential(instance: Instance) -> None:
    async with client(instance) as api:
        with pytest.raises(UnauthorizedException) as caught:
            await api.get_current_user_info()

    assert wording(caught.value)[0] == 10097


@pytest.mark.parametrize(
    ("death", "word"), [("garbage", "malformed"), ("expired", "expired"), ("revoked", "revoked")]
)
async def test_validating_a_dead_token_says_what_it_died_of(
    instance: Instance, death: str, word: str
) -> None:
    dead = await dead_token(instance, death)
    async with client(instance, (await full_token(instance)).token) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.validate_token(ValidateTokenRequest(token=dead))

    code, sentence = wording(caught.value)
    assert (caught.value.status, code) == (400, 10002)
    assert word in sentence


@pytest.mark.parametrize(
    "request_body",
    [
        pytest.param({"token": "never-issued"}, id="never issued"),
        pytest.param({"token": ""}, id="empty token"),
        pytest.param({"user_identifier": ""}, id="empty user"),
    ],
)
async def test_revoking_needs_a_usable_request(
    instance: Instance, request_body: dict[str, str]
) -> None:
    async with client(instance, (await full_token(instance)).token) as api:
        with pytest.raises(BadRequestException) as caught:
            await api.revoke_token(RevokeTokenRequest.model_validate(request_body))

        assert wording(caught.value)[0] == 10002
        assert (await api.get_current_user_info()).id == instance.mira.id


async def test_only_an_administrator_learns_that_a_name_is_unknown(instance: Instance) -> None:
    request = RevokeTokenRequest(user_identifier="nobody")
    admin = (await full_token(instance, username=instance.admin.name)).token
    async with client(instance, admin) as api:
        with pytest.raises(BadRequestException) as told:
            await api.revoke_token(request)
    async with client(instance, (await full_token(instance)).token) as api:
        with pytest.raises(ForbiddenException) as untold:
            await api.revoke_token(request)

    assert wording(told.value)[0] == 10002
    assert wording(untold.value)[0] == 10023


async def test_a_members_token_ends_nobody_elses(instance: Instance) -> None:
    theirs = (await full_token(instance, username=instance.lena.name)).token
    async with client(instance, (await full_token(instance)).token) as api:
        for request in (
            RevokeTokenRequest(token=theirs),
            RevokeTokenRequest(user_identifier=instance.lena.name),
        ):
            with pytest.raises(ForbiddenException) as caught:
                await api.revoke_token(request)
            assert caught.value.status == 403
            assert wording(caught.value)[0] == 10023
    async with client(instance, theirs) as api:
        assert (await api.get_current_user_info()).id == instance.lena.id


async def test_a_member_may_not_read_the_trusted_secret(instance: Instance) -> None:
    async with client(instance, (await full_token(instance)).token) as api:
        with pytest.raises(ForbiddenException) as caught:
            await api.search_auth_settings(SearchAuthSettingsRequest(auth_type="TRUSTED_AUTH"))

    assert wording(caught.value)[0] == 10023


async def test_an_operation_that_is_not_built_is_named(instance: Instance) -> None:
    async with client(
        instance, (await full_token(instance, username=instance.admin.name)).token
    ) as api:
        with pytest.raises(ServiceException) as caught:
            await api.search_calendars(SearchCalendarsRequest())

    assert caught.value.status == 501
    assert "searchCalendars" in wording(caught.value)[1]
