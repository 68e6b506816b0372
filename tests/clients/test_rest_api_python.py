"""The community's Python client `thoughtspot-rest-api`, unmodified, against a running server."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from requests import HTTPError
from thoughtspot_rest_api import TSRestApiV2

from tests.clients.conftest import Instance, until_expired

OBJECT = "061457a2-27bc-43a9-9754-0cd873691bf0"
DAY = 24 * 60 * 60 * 1000


def client(instance: Instance, token: str | None = None) -> TSRestApiV2:
    # The trailing slash is one that people write; the library takes it off.
    api = TSRestApiV2(server_url=f"{instance.url}/")
    if token is not None:
        api.bearer_token = token
    return api


def signed_in(instance: Instance, **choices: object) -> TSRestApiV2:
    """Return a client with mira's live session cookie."""
    api = client(instance)
    api.auth_session_login(instance.mira.name, instance.mira.password, **choices)
    return api


def secret_token(instance: Instance, username: str, **choices: object) -> str:
    token: str = client(instance).auth_token_full(username, secret_key=instance.secret, **choices)[
        "token"
    ]
    return token


def refusal(call: Callable[..., object], *words: object, **choices: object) -> tuple[int, int]:
    """Make the call and return the status and the code it is refused with."""
    with pytest.raises(HTTPError) as caught:
        call(*words, **choices)
    response = caught.value.response
    assert response is not None
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body.keys() == {"error"}
    message = body["error"]["message"]
    assert message.keys() == {"code", "incident_id_guid", "trace_id_guid", "debug"}
    assert UUID(message["incident_id_guid"]) == UUID(message["trace_id_guid"])
    assert isinstance(message["debug"], str)
    return response.status_code, message["code"]


def check_token(instance: Instance, answer: dict[str, Any], scope: dict[str, Any]) -> None:
    """Check every field of a token for mira."""
    times = answer.pop("creation_time_in_millis"), answer.pop("expiration_time_in_millis")
    assert abs(times[0] - time.time() * 1000) < 10_000
    assert times[1] - times[0] == 300_000
    assert len(answer.pop("token")) >= 43
    assert answer == {
        "scope": {"org_id": instance.primary.id} | scope,
        "valid_for_user_id": instance.mira.id,
        "valid_for_username": instance.mira.name,
    }


def test_a_password_and_the_secret_buy_the_same_full_token(instance: Instance) -> None:
    mira, api = instance.mira, client(instance)
    scope = {"access_type": "FULL", "metadata_id": None}

    check_token(instance, api.auth_token_full(mira.name, mira.password), scope)
    check_token(instance, api.auth_token_full(mira.name, secret_key=instance.secret), scope)


def test_a_password_and_the_secret_buy_the_same_object_token(instance: Instance) -> None:
    mira, api = instance.mira, client(instance)
    scope = {"access_type": "REPORT_BOOK_VIEW", "metadata_id": OBJECT}

    check_token(instance, api.auth_token_object(mira.name, OBJECT, mira.password), scope)
    check_token(
        instance, api.auth_token_object(mira.name, OBJECT, secret_key=instance.secret), scope
    )


def test_a_session_cookie_says_who_its_holder_is(instance: Instance) -> None:
    me = signed_in(instance, org_identifier=instance.primary.id).auth_session_user()

    expected = instance.profile(
        instance.mira, current=instance.primary, orgs=[instance.primary, instance.north]
    )
    assert {field: me[field] for field in expected} == expected
    assert sorted(me["privileges"]) == ["AUTHORING", "DATADOWNLOADING"]
    assert "analysts" in [group["name"] for group in me["user_groups"]]
    for field in ("creation_time_in_millis", "modification_time_in_millis"):
        assert abs(me[field] - time.time() * 1000) < 3_600_000
    for field in ("home_liveboard", "expiration_time_in_millis"):
        assert me[field] is None
    # All fields are there, whether or not they say anything.
    assert me.keys() >= {
        "author_id",
        "first_login_time_in_millis",
        "is_first_login",
        "modifier_id",
        "org_privileges",
        "preferred_locale",
        "use_browser_language",
        "user_inherited_groups",
        "user_parameters",
    }


@pytest.mark.parametrize("remember_me", [True, False])
def test_a_remembered_session_keeps_its_cookie(instance: Instance, *, remember_me: bool) -> None:
    api = signed_in(instance, remember_me=remember_me)

    cookies = {cookie.name: cookie for cookie in api.requests_session.cookies}
    assert cookies.keys() == {"JSESSIONID", "clientId"}
    session = cookies["JSESSIONID"]
    assert session.path == "/"
    assert session.has_nonstandard_attr("HttpOnly")
    assert cookies["clientId"].secure
    if remember_me:
        assert session.expires is not None
        assert abs(session.expires - time.time() - 7 * 86_400) < 60
    else:
        assert session.expires is None


def test_a_bearer_token_says_who_its_holder_is(instance: Instance) -> None:
    api = client(instance, secret_token(instance, instance.mira.name))

    assert api.auth_session_user()["id"] == instance.mira.id


def test_a_token_alone_opens_a_session_in_its_org(instance: Instance) -> None:
    token = secret_token(instance, instance.mira.name, org_id=instance.north.id)
    api = client(instance)
    api.auth_session_login(bearer_token=token)

    me = api.auth_session_user()
    assert me["id"] == instance.mira.id
    assert me["current_org"] == {"id": instance.north.id, "name": "north"}


def test_a_session_hands_out_a_new_token_for_a_day(instance: Instance) -> None:
    api = signed_in(instance)
    first, second = api.auth_session_token(), api.auth_session_token()

    assert first["token"] != second["token"]
    assert first["expiration_time_in_millis"] - first["creation_time_in_millis"] == DAY
    assert first["valid_for_user_id"] == instance.mira.id
    assert first["valid_for_username"] == instance.mira.name
    assert "scope" not in first
    assert client(instance, first["token"]).auth_session_user()["id"] == instance.mira.id


def test_validating_tells_what_a_token_is_worth(instance: Instance) -> None:
    issued = client(instance).auth_token_full(
        instance.mira.name, secret_key=instance.secret, org_id=instance.north.id
    )
    api = signed_in(instance)

    # The library's own method makes the call and drops the answer; its generic one hands it on.
    assert api.auth_token_validate(issued["token"]) is None
    told = api.post_request("auth/token/validate", {"token": issued["token"]})
    assert told == {
        "creation_time_in_millis": issued["creation_time_in_millis"],
        "expiration_time_in_millis": issued["expiration_time_in_millis"],
        "scope": issued["scope"],
        "valid_for_user_id": instance.mira.id,
        "token_type": "BEARER",
    }


def test_revoking_ends_the_token_of_the_call(instance: Instance) -> None:
    api = client(instance, secret_token(instance, instance.mira.name))

    assert api.auth_token_revoke() is True
    assert refusal(api.auth_session_user) == (401, 10097)


def test_revoking_by_cookie_ends_the_session_and_what_it_bought(instance: Instance) -> None:
    api = signed_in(instance)
    bought = client(instance, api.auth_session_token()["token"])

    assert api.auth_token_revoke() is True
    assert refusal(api.auth_session_user) == (401, 10097)
    assert refusal(bought.auth_session_user) == (401, 10097)


def test_a_logout_ends_the_session(instance: Instance) -> None:
    api = signed_in(instance)
    cookies = dict(api.requests_session.cookies)

    assert api.auth_session_logout() is True
    assert "JSESSIONID" not in api.requests_session.cookies
    # The cookie is gone from the client, and dead for whoever kept a copy.
    api.requests_session.cookies.update(cookies)
    assert refusal(api.auth_session_user) == (401, 10097)


def test_a_logout_ends_both_the_cookie_and_the_token(instance: Instance) -> None:
    api = signed_in(instance)
    cookies = dict(api.requests_session.cookies)
    api.bearer_token = secret_token(instance, instance.mira.name)

    assert api.auth_session_logout() is True
    assert refusal(client(instance, api.bearer_token).auth_session_user) == (401, 10097)
    kept = client(instance)
    kept.requests_session.cookies.update(cookies)
    assert refusal(kept.auth_session_user) == (401, 10097)


def test_a_dead_token_beside_a_live_cookie_spoils_nothing(instance: Instance) -> None:
    api = signed_in(instance)
    api.bearer_token = "dead"

    assert api.auth_session_user()["id"] == instance.mira.id
    assert api.auth_session_logout() is True


def test_a_login_chooses_its_org_by_number(instance: Instance) -> None:
    api = signed_in(instance, org_identifier=instance.north.id)

    assert api.auth_session_user()["current_org"] == {"id": instance.north.id, "name": "north"}


def test_a_login_without_an_org_goes_where_the_last_one_went(instance: Instance) -> None:
    for org in (instance.north, instance.primary):
        signed_in(instance, org_identifier=org.id)

        assert signed_in(instance).auth_session_user()["current_org"]["id"] == org.id


def test_a_token_without_an_org_is_for_the_primary_one(instance: Instance) -> None:
    signed_in(instance, org_identifier=instance.north.id)

    answer = client(instance).auth_token_full(instance.mira.name, instance.mira.password)
    assert answer["scope"]["org_id"] == 0


def test_an_administrator_may_enter_every_org(instance: Instance) -> None:
    token = secret_token(instance, instance.admin.name, org_id=instance.south.id)

    me = client(instance, token).auth_session_user()
    assert me["current_org"] == {"id": instance.south.id, "name": "south"}
    assert [org["id"] for org in me["orgs"]] == [0]
    assert "ADMINISTRATION" in me["privileges"]


@pytest.mark.parametrize("kind", ["full", "object"])
def test_an_account_is_made_just_in_time(instance: Instance, kind: str) -> None:
    name = f"jit-{uuid4().hex[:8]}"
    api = client(instance)
    choices: dict[str, Any] = {
        "secret_key": instance.secret,
        "org_id": instance.south.id,
        "auto_create": True,
        "display_name": "Just In Time",
        "email": f"{name}@example.com",
        "group_identifiers": ["guests", "readers"],
    }
    answer = (
        api.auth_token_full(name, **choices)
        if kind == "full"
        else api.auth_token_object(name, OBJECT, **choices)
    )
    me = client(instance, answer["token"]).auth_session_user()

    assert me["id"] == answer["valid_for_user_id"]
    assert me["name"] == name
    assert me["display_name"] == "Just In Time"
    assert me["email"] == f"{name}@example.com"
    assert me["current_org"] == {"id": instance.south.id, "name": "south"}
    assert me["orgs"] == [{"id": instance.south.id, "name": "south"}]
    assert {group["name"] for group in me["user_groups"]} >= {"guests", "readers"}
    assert me["can_change_password"] is False


def test_wrong_credentials_are_refused_alike(instance: Instance) -> None:
    mira, api = instance.mira, client(instance)

    assert refusal(api.auth_session_login, mira.name, "wrong") == (401, 10097)
    assert refusal(api.auth_session_login, "nobody", mira.password) == (401, 10097)
    api.auth_session_login(mira.name, mira.password)
    assert refusal(api.auth_token_full, mira.name, "wrong") == (401, 10097)
    assert refusal(api.auth_token_full, mira.name, secret_key="wrong") == (401, 10097)
    assert refusal(api.auth_token_object, mira.name, OBJECT, "wrong") == (401, 10097)
    assert api.auth_token_full(mira.name, mira.password)["valid_for_user_id"] == mira.id


def test_dead_tokens_are_refused(instance: Instance) -> None:
    revoked = secret_token(instance, instance.mira.name)
    client(instance, revoked).auth_token_revoke()
    brief = client(instance).auth_token_full(
        instance.mira.name, secret_key=instance.secret, validity_time_in_sec=1
    )
    live = signed_in(instance)
    time.sleep(until_expired(brief["expiration_time_in_millis"]))

    for token in ("garbage", revoked, brief["token"]):
        api = client(instance, token)
        assert refusal(api.auth_session_user) == (401, 10097)
        assert refusal(api.auth_session_login, bearer_token=token) == (401, 10097)
        assert refusal(api.auth_token_revoke) == (401, 10097)
        assert refusal(api.auth_session_logout) == (401, 10097)
        assert refusal(live.auth_token_validate, token) == (400, 10002)


def test_unusable_requests_are_refused(instance: Instance) -> None:
    mira, api = instance.mira, client(instance)

    assert refusal(api.auth_token_direct_request, "full", {"username": mira.name}) == (400, 10002)
    assert refusal(
        api.auth_token_direct_request,
        "object",
        {"username": mira.name, "password": mira.password},
    ) == (400, 10002)
    assert refusal(
        api.auth_token_full, "nobody", secret_key=instance.secret, org_id=instance.north.id
    ) == (400, 10002)
    assert refusal(
        api.auth_session_login, mira.name, mira.password, org_identifier=instance.south.id
    ) == (400, 10002)
    assert refusal(api.auth_session_logout) == (401, 10097)


def test_a_custom_token_carries_its_rules_and_is_a_bearer(instance: Instance) -> None:
    api = client(instance)

    answer = api.auth_token_custom(
        instance.mira.name,
        secret_key=instance.secret,
        additional_request_parameters={
            "filter_rules": [{"column_name": "Region", "operator": "EQ", "values": ["east"]}],
            "persist_option": "NONE",
        },
    )

    assert answer["user"] == {"id": instance.mira.id, "name": instance.mira.name}
    api.bearer_token = answer["token"]
    assert api.auth_session_user()["name"] == instance.mira.name
