"""The vendor's own Python client, unmodified, against a running server: what it gets."""

import asyncio
import re
import time
from uuid import uuid4

import pytest
from thoughtspot_rest_api_sdk import (
    ConfigureAuthSettingsRequest,
    GetFullAccessTokenRequest,
    GetObjectAccessTokenRequest,
    GetTokenResponse,
    LoginRequest,
    RevokeTokenRequest,
    SearchAuthSettingsRequest,
    ThoughtSpotTokenProvider,
    Token,
    TokenScopeInput,
    ValidateTokenRequest,
)
from thoughtspot_rest_api_sdk.exceptions import UnauthorizedException
from thoughtspot_rest_api_sdk.sync_helper import run_sync

from tests.clients.conftest import Instance
from tests.clients.official import client, full_token

GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OBJECT = "061457a2-27bc-43a9-9754-0cd873691bf0"
DAY = 24 * 60 * 60 * 1000


def lifetime(token: Token | GetTokenResponse) -> float:
    """Return the length in milliseconds of what says when it began and when it ends."""
    assert type(token.creation_time_in_millis) is int
    assert type(token.expiration_time_in_millis) is int
    return float(token.expiration_time_in_millis - token.creation_time_in_millis)


@pytest.mark.parametrize("credential", ["password", "secret_key"])
async def test_either_credential_buys_a_full_token(instance: Instance, credential: str) -> None:
    proof = {"password": instance.mira.password, "secret_key": instance.secret}[credential]
    async with client(instance) as api:
        token = await api.get_full_access_token(
            GetFullAccessTokenRequest.model_validate(
                {"username": instance.mira.name, credential: proof}
            )
        )

    assert re.fullmatch(r"[A-Za-z0-9._-]{43,4096}", token.token)
    assert abs(token.creation_time_in_millis - time.time() * 1000) < 10_000
    assert lifetime(token) == 300_000
    assert token.scope.access_type == "FULL"
    assert token.scope.org_id == instance.primary.id
    assert token.scope.metadata_id is None
    assert token.scope.additional_properties == {}
    assert token.valid_for_user_id == instance.mira.id
    assert token.valid_for_username == instance.mira.name
    assert token.additional_properties == {}


@pytest.mark.parametrize("credential", ["password", "secret_key"])
async def test_either_credential_buys_an_object_token(instance: Instance, credential: str) -> None:
    proof = {"password": instance.mira.password, "secret_key": instance.secret}[credential]
    async with client(instance) as api:
        token = await api.get_object_access_token(
            GetObjectAccessTokenRequest.model_validate(
                {"username": instance.mira.name, "object_id": OBJECT, credential: proof}
            )
        )

    assert lifetime(token) == 300_000
    assert token.scope.access_type == "REPORT_BOOK_VIEW"
    assert token.scope.org_id == instance.primary.id
    assert token.scope.metadata_id == OBJECT
    assert token.valid_for_user_id == instance.mira.id
    assert token.valid_for_username == instance.mira.name
    async with client(instance, token.token) as api:
        assert (await api.get_current_user_info()).id == instance.mira.id


async def test_a_wish_for_several_orgs_is_ignored(instance: Instance) -> None:
    token = await full_token(
        instance, org_id=instance.north.id, scope=TokenScopeInput(org_scope="ALL_MEMBER_ORGS")
    )

    assert token.scope.org_id == instance.north.id
    assert token.scope.org_scope is None
    assert token.scope.org_ids is None


async def test_a_token_lives_as_long_as_was_asked(instance: Instance) -> None:
    assert lifetime(await full_token(instance, validity_time_in_sec=900)) == 900_000


async def test_a_token_says_who_its_holder_is(instance: Instance) -> None:
    token = await full_token(instance)
    async with client(instance, token.token) as api:
        me = await api.get_current_user_info()

    expected = instance.profile(
        instance.mira, current=instance.primary, orgs=[instance.primary, instance.north]
    )
    told = me.to_dict()
    assert {field: told[field] for field in expected} == expected
    assert me.home_liveboard is None
    assert me.expiration_time_in_millis is None
    assert sorted(me.privileges or []) == ["AUTHORING", "DATADOWNLOADING"]
    assert "analysts" in [group.name for group in me.user_groups or []]
    assert "analysts" in [group.name for group in me.user_inherited_groups or []]
    assert re.fullmatch(GUID, me.author_id or "")
    assert re.fullmatch(GUID, me.modifier_id or "")
    assert type(me.creation_time_in_millis) is int
    assert type(me.modification_time_in_millis) is int
    assert me.additional_properties == {}


async def test_the_built_in_provider_signs_in_with_a_password(instance: Instance) -> None:
    provider = ThoughtSpotTokenProvider(
        instance.url, instance.mira.name, password=instance.mira.password
    )
    async with client(instance, provider) as api:
        first, second = await asyncio.gather(
            api.get_current_user_info(), api.get_current_user_info()
        )

    assert first.id == second.id == instance.mira.id


async def test_the_built_in_provider_signs_in_with_the_secret_and_an_org(
    instance: Instance,
) -> None:
    provider = ThoughtSpotTokenProvider(
        instance.url,
        instance.mira.name,
        secret_key=instance.secret,
        org_id=instance.north.id,
        validity_time_in_sec=60,
    )
    async with client(instance, provider) as api:
        me = await api.get_current_user_info()

    assert me.id == instance.mira.id
    assert me.current_org is not None
    assert me.current_org.id == instance.north.id


async def test_the_built_in_provider_hands_a_refused_password_on(instance: Instance) -> None:
    provider = ThoughtSpotTokenProvider(instance.url, instance.mira.name, password="wrong")
    async with client(instance, provider) as api:
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()
    await full_token(instance, password=instance.mira.password)


async def test_a_callable_supplies_a_token_for_every_call(instance: Instance) -> None:
    calls: list[str] = []

    async def supply() -> str:
        calls.append((await full_token(instance)).token)
        return calls[-1]

    async with client(instance, supply) as api:
        assert (await api.get_current_user_info()).name == instance.mira.name
        assert (await api.get_current_user_info()).name == instance.mira.name

    assert len(set(calls)) == 2


async def test_a_plain_callable_supplies_a_token_too(instance: Instance) -> None:
    token = (await full_token(instance)).token
    async with client(instance, lambda: token) as api:
        assert (await api.get_current_user_info()).name == instance.mira.name


async def test_a_dead_token_beside_a_good_password_spoils_nothing(instance: Instance) -> None:
    mira = instance.mira
    async with client(instance, lambda: "dead") as api:
        token = await api.get_full_access_token(
            GetFullAccessTokenRequest(username=mira.name, password=mira.password)
        )
        await api.login(LoginRequest(username=mira.name, password=mira.password))
        me = await api.get_current_user_info()

    assert token.valid_for_user_id == me.id == mira.id


def test_the_blocking_calls_work_as_the_awaited_ones(instance: Instance) -> None:
    mira = instance.mira
    api = client(instance)
    token = api.get_full_access_token_sync(
        GetFullAccessTokenRequest(username=mira.name, password=mira.password)
    )
    api.login_sync(LoginRequest(username=mira.name, password=mira.password))

    assert token.valid_for_username == mira.name
    assert api.get_current_user_info_sync().id == mira.id
    api.logout_sync()
    with pytest.raises(UnauthorizedException):
        api.get_current_user_info_sync()
    run_sync(api.api_client.close())


async def test_a_login_opens_a_session_that_the_cookie_carries(instance: Instance) -> None:
    mira = instance.mira
    async with client(instance) as api:
        answer = await api.login_with_http_info(
            LoginRequest(username=mira.name, password=mira.password)
        )
        me = await api.get_current_user_info()

    assert answer.status_code == 204
    assert answer.raw_data == b""
    assert answer.headers is not None
    assert "content-type" not in answer.headers
    assert "JSESSIONID=" in answer.headers["set-cookie"]
    assert "clientId=" in answer.headers["set-cookie"]
    assert me.id == mira.id


async def test_a_token_alone_opens_a_session_in_its_org(instance: Instance) -> None:
    token = await full_token(instance, org_id=instance.north.id)
    async with client(instance, token.token) as api:
        answer = await api.login_with_http_info(LoginRequest())
    assert answer.headers is not None
    cookie = answer.headers["set-cookie"].partition(";")[0]

    async with client(instance) as api:
        me = await api.get_current_user_info(_headers={"Cookie": cookie})

    assert me.id == instance.mira.id
    assert me.current_org is not None
    assert me.current_org.id == instance.north.id


async def test_a_session_hands_out_a_new_token_for_a_day(instance: Instance) -> None:
    mira = instance.mira
    async with client(instance) as api:
        await api.login(LoginRequest(username=mira.name, password=mira.password))
        first = await api.get_current_user_token()
        second = await api.get_current_user_token()

    assert first.token != second.token
    assert lifetime(first) == DAY
    assert first.valid_for_user_id == mira.id
    assert first.valid_for_username == mira.name
    assert first.additional_properties == {}
    for token in (first.token, second.token):
        async with client(instance, token) as api:
            assert (await api.get_current_user_info()).id == mira.id


async def test_a_token_buys_another_one_that_is_not_itself(instance: Instance) -> None:
    token = (await full_token(instance)).token
    async with client(instance, token) as api:
        bought = await api.get_current_user_token()

    assert bought.token != token
    assert lifetime(bought) == DAY


async def test_validating_tells_what_a_token_is_worth(instance: Instance) -> None:
    token = await full_token(instance, org_id=instance.north.id)
    async with client(instance, (await full_token(instance)).token) as api:
        told = await api.validate_token(ValidateTokenRequest(token=token.token))

    assert told.token_type == "BEARER"
    assert told.valid_for_user_id == instance.mira.id
    assert told.scope == token.scope
    assert told.creation_time_in_millis == token.creation_time_in_millis
    assert told.expiration_time_in_millis == token.expiration_time_in_millis
    assert told.additional_properties == {}


async def test_revoking_without_a_name_ends_the_callers_own_token(instance: Instance) -> None:
    async with client(instance, (await full_token(instance)).token) as api:
        await api.revoke_token(RevokeTokenRequest())
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()


async def test_revoking_a_named_token_leaves_the_callers_own(instance: Instance) -> None:
    other = (await full_token(instance)).token
    async with client(instance, (await full_token(instance)).token) as api:
        await api.revoke_token(RevokeTokenRequest(user_identifier=instance.mira.name, token=other))
        assert (await api.get_current_user_info()).id == instance.mira.id
    async with client(instance, other) as api:
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()


async def test_an_administrator_ends_every_token_of_an_account(instance: Instance) -> None:
    tokens = [(await full_token(instance, username=instance.lena.name)).token for _ in range(2)]
    admin = await full_token(instance, username=instance.admin.name)
    async with client(instance, admin.token) as api:
        await api.revoke_token(RevokeTokenRequest(user_identifier=instance.lena.id))

    for token in tokens:
        async with client(instance, token) as api:
            with pytest.raises(UnauthorizedException):
                await api.get_current_user_info()


async def test_a_logout_ends_the_session_and_every_token_it_bought(instance: Instance) -> None:
    mira = instance.mira
    async with client(instance) as api:
        await api.login(LoginRequest(username=mira.name, password=mira.password))
        bought = (await api.get_current_user_token()).token
        await api.logout()
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()
    async with client(instance, bought) as api:
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()


async def test_a_logout_by_token_revokes_that_token(instance: Instance) -> None:
    async with client(instance, (await full_token(instance)).token) as api:
        await api.logout()
        with pytest.raises(UnauthorizedException):
            await api.get_current_user_info()


@pytest.mark.parametrize("spelling", ["id", "name"])
async def test_a_login_chooses_its_org_by_id_or_name(instance: Instance, spelling: str) -> None:
    mira, north = instance.mira, instance.north
    async with client(instance) as api:
        await api.login(
            LoginRequest(
                username=mira.name,
                password=mira.password,
                org_identifier=str(getattr(north, spelling)),
            )
        )
        me = await api.get_current_user_info()

    assert me.current_org is not None
    assert (me.current_org.id, me.current_org.name) == (north.id, north.name)


async def test_a_token_without_an_org_is_for_the_only_one(instance: Instance) -> None:
    token = await full_token(instance, username=instance.lena.name)

    assert token.scope.org_id == instance.north.id


async def test_an_account_is_made_just_in_time_with_its_groups(instance: Instance) -> None:
    name = f"jit-{uuid4().hex[:8]}"
    request = {"username": name, "auto_create": True, "org_id": instance.north.id}
    token = await full_token(
        instance,
        display_name="Just In Time",
        email=f"{name}@example.com",
        group_identifiers=["readers", "writers"],
        **request,
    )
    async with client(instance, token.token) as api:
        made = await api.get_current_user_info()
    await full_token(instance, group_identifiers=["writers"], **request)
    async with client(instance, token.token) as api:
        moved = await api.get_current_user_info()

    assert token.valid_for_username == name
    assert token.scope.org_id == instance.north.id
    assert made.id == token.valid_for_user_id
    assert made.display_name == "Just In Time"
    assert made.email == f"{name}@example.com"
    assert made.account_type == "LOCAL_USER"
    assert made.can_change_password is False
    assert [org.id for org in made.orgs or []] == [instance.north.id]
    groups = {group.name for group in made.user_groups or []}
    assert groups >= {"readers", "writers"}
    assert groups - {group.name for group in moved.user_groups or []} == {"readers"}
    assert moved.display_name == "Just In Time"


async def test_an_administrator_reads_the_trusted_secret(instance: Instance) -> None:
    admin = await full_token(instance, username=instance.admin.name)
    async with client(instance, admin.token) as api:
        await api.configure_auth_settings(
            ConfigureAuthSettingsRequest.from_dict(
                {"auth_type": "TRUSTED_AUTH", "cluster_preferences": {"auth_status": "ENABLED"}}
            )
        )
        settings = await api.search_auth_settings(
            SearchAuthSettingsRequest(auth_type="TRUSTED_AUTH", scope="CLUSTER")
        )

    assert settings.auth_type == "TRUSTED_AUTH"
    assert settings.cluster_preferences is not None
    assert settings.cluster_preferences.auth_status == "ENABLED"
    keys = [each.key for each in settings.cluster_preferences.access_tokens or []]
    assert keys == [instance.secret]
