"""The community's Python client `thoughtspot-rest-api`, unmodified: administration."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from requests import HTTPError
from thoughtspot_rest_api import TSRestApiV2

from tests.clients.conftest import Instance
from tests.clients.test_rest_api_python import client

NEW = "Copper-Inside-23-Walls"


@pytest.fixture
def admin(instance: Instance) -> TSRestApiV2:
    api = client(instance)
    made = api.auth_token_full(instance.admin.name, password=instance.admin.password)
    return client(instance, made["token"])


def one(found: list[dict[str, Any]]) -> dict[str, Any]:
    (only,) = found
    return only


def test_a_user_is_made_read_back_changed_and_deleted(admin: TSRestApiV2) -> None:
    name = f"u-{uuid4()}"
    facts = {
        "name": name,
        "display_name": "Uta",
        "email": "uta@example.com",
        "account_type": "LOCAL_USER",
        "account_status": "ACTIVE",
        "visibility": "NON_SHARABLE",
        "notify_on_share": False,
        "show_onboarding_experience": False,
        "onboarding_experience_completed": True,
        "preferred_locale": "de-DE",
        "extended_properties": {"a": 1},
        "extended_preferences": {"b": [2]},
    }

    made = admin.users_create(request={**facts, "password": NEW})

    assert {field: made[field] for field in facts} == facts
    found = one(admin.users_search(request={"user_identifier": made["id"]}))
    assert {field: found[field] for field in facts} == facts
    admin.users_update(name, request={"display_name": "Uta B.", "visibility": "SHARABLE"})
    found = one(admin.users_search(request={"name_pattern": name}))
    assert {field: found[field] for field in facts} == {
        **facts,
        "display_name": "Uta B.",
        "visibility": "SHARABLE",
    }
    admin.users_delete(made["id"])
    assert admin.users_search(request={"user_identifier": name}) == []


def test_a_group_with_a_role_is_made_read_back_changed_and_deleted(admin: TSRestApiV2) -> None:
    tail = uuid4()
    role_facts = {
        "name": f"r-{tail}",
        "description": "Who keeps",
        "privileges": ["DATADOWNLOADING", "DEVELOPER"],
    }
    role = admin.roles_create(request=role_facts)
    assert {field: role[field] for field in role_facts} == role_facts
    facts = {
        "name": f"g-{tail}",
        "display_name": "Crew",
        "description": "Who sails",
        "privileges": ["SHAREWITHALL"],
        "type": "LOCAL_GROUP",
        "visibility": "SHARABLE",
    }

    made = admin.groups_create(request={**facts, "role_identifiers": [role["id"]]})

    assert {field: made[field] for field in facts} == facts
    found = one(admin.groups_search(request={"role_identifiers": [role["name"]]}))
    assert {field: found[field] for field in facts} == facts
    assert found["roles"] == [{"id": role["id"], "name": role["name"]}]
    changed = admin.roles_update(role["id"], request={"name": role["name"], "privileges": []})
    assert (changed["privileges"], changed["description"]) == ([], "Who keeps")
    shown = one(admin.roles_search(request={"role_identifiers": [role["id"]]}))
    assert shown == {**changed, "groups": [{"id": made["id"], "name": made["name"]}]}
    admin.groups_update(made["id"], request={"description": "", "display_name": "Other"})
    assert one(admin.groups_search(request={"group_identifier": made["id"]}))["display_name"] == (
        "Other"
    )
    admin.roles_delete(role["id"])
    assert admin.roles_search(request={"role_identifiers": [role["id"]]}) == []
    admin.groups_delete(made["id"])
    assert admin.groups_search(request={"group_identifier": made["id"]}) == []


def test_lists_are_tried_and_then_imported(admin: TSRestApiV2) -> None:
    name, crew = f"i-{uuid4()}", f"c-{uuid4()}"
    users = {"users": [{"user_identifier": name, "display_name": "Ina"}]}
    groups = {
        "groups": [{"group_identifier": crew, "display_name": crew, "user_identifiers": [name]}]
    }

    told = admin.users_import(request=users)
    assert told["users_added"] == [{"id": None, "name": name}]
    assert admin.users_search(request={"user_identifier": name}) == []
    done = admin.users_import(request={**users, "dry_run": False, "default_password": NEW})
    user = one(admin.users_search(request={"user_identifier": name}))
    assert done == {
        "users_added": [{"id": user["id"], "name": name}],
        "users_updated": [],
        "users_deleted": [],
    }
    done = admin.groups_import(request={**groups, "dry_run": False})
    group = one(admin.groups_search(request={"group_identifier": crew}))
    assert done["groups_added"] == [{"id": group["id"], "name": crew}]
    assert group["users"] == [{"id": user["id"], "name": name}]


def test_passwords_are_changed_reset_and_set_by_a_link(
    instance: Instance, admin: TSRestApiV2
) -> None:
    name = f"p-{uuid4()}"
    admin.users_create(
        request={"name": name, "display_name": "P", "email": "p@example.com", "password": NEW}
    )
    passwords = [NEW, "Second-Walls-42", "Third-Walls-42-x", "Fourth-Walls-42"]

    def signs_in(password: str) -> bool:
        try:
            client(instance).auth_session_login(name, password)
        except HTTPError as refused:
            if refused.response is None or refused.response.status_code not in {401, 403}:
                raise
            return False
        return True

    admin.users_change_password(name, passwords[0], passwords[1])
    assert [signs_in(one) for one in passwords] == [False, True, False, False]
    admin.users_reset_password(name, passwords[2])
    assert [signs_in(one) for one in passwords[1:3]] == [False, True]
    link = admin.users_deactivate(name, instance.url)["activation_link"]
    assert not signs_in(passwords[2])
    token = parse_qs(urlsplit(link).query)["auth_token"][0]
    assert admin.users_activate(name, token, passwords[3])["account_status"] == "ACTIVE"
    assert signs_in(passwords[3])


def test_the_system_is_shown_and_configured(admin: TSRestApiV2) -> None:
    admin.system_config_update({"onboardingContentUrl": "https://example.com/start"})

    assert admin.system_config()["onboarding_content_url"] == "https://example.com/start"
    shown = admin.system_config_overrides()["config_override_info"]
    assert shown["onboardingContentUrl"] == "https://example.com/start"
    assert admin.system()["release_version"].count(".") >= 2


def test_logs_tell_who_did_what(admin: TSRestApiV2) -> None:
    name = f"l-{uuid4()}"
    admin.users_create(request={"name": name, "display_name": "L", "email": "l@example.com"})

    told = [json.loads(entry["log"]) for entry in admin.logs_fetch()]

    made = one([log for log in told if log["data"].get("userNames") == [name]])
    assert (made["type"], made["userName"]) == ("USERS_CREATED", "tsadmin")
