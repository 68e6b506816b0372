"""The vendor's own Python client, unmodified: its strict models take what is administered."""

import json
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from thoughtspot_rest_api_sdk import (
    ActivateUserRequest,
    ChangeUserPasswordRequest,
    ConfigureSecuritySettingsRequest,
    CreateRoleRequest,
    CreateUserGroupRequest,
    CreateUserRequest,
    DeactivateUserRequest,
    FetchLogsRequest,
    ImportUserGroupsRequest,
    ImportUsersRequest,
    ResetUserPasswordRequest,
    SearchRolesRequest,
    SearchSecuritySettingsRequest,
    SearchUserGroupsRequest,
    SearchUsersRequest,
    ThoughtSpotRestApi,
    UpdateRoleRequest,
    UpdateSystemConfigRequest,
    UpdateUserGroupRequest,
    UpdateUserRequest,
)

from tests.clients.conftest import Instance
from tests.clients.official import client, full_token

NEW = "Copper-Inside-23-Walls"


@pytest.fixture
async def admin(instance: Instance) -> AsyncIterator[ThoughtSpotRestApi]:
    admin = instance.admin
    token = await full_token(instance, username=admin.name, password=admin.password)
    async with client(instance, token.token) as api:
        yield api


async def test_a_user_is_made_read_back_changed_and_deleted(admin: ThoughtSpotRestApi) -> None:
    name = f"u-{uuid4()}"
    facts = {
        "name": name,
        "display_name": "Uta",
        "email": "uta@example.com",
        "account_type": "LOCAL_USER",
        "account_status": "ACTIVE",
        "visibility": "SHARABLE",
        "notify_on_share": False,
        "preferred_locale": "de-DE",
    }

    made = await admin.create_user(CreateUserRequest.model_validate({**facts, "password": NEW}))

    asked = SearchUsersRequest.model_validate({"user_identifier": name})
    (found,) = await admin.search_users(asked)
    for one in (made, found):
        assert {field: getattr(one, field) for field in facts} == facts
        assert one.id == made.id
    await admin.update_user(name, UpdateUserRequest.model_validate({"display_name": "Uta B."}))
    (found,) = await admin.search_users(asked)
    assert found.display_name == "Uta B."
    await admin.delete_user(name)
    assert await admin.search_users(asked) == []


async def test_a_group_with_a_role_is_made_read_back_changed_and_deleted(
    admin: ThoughtSpotRestApi,
) -> None:
    tail = uuid4()
    words = ["CAN_MODIFY_FOLDERS", "DEVELOPER"]
    role = await admin.create_role(
        CreateRoleRequest.model_validate(
            {"name": f"r-{tail}", "description": "Who keeps", "privileges": words}
        )
    )
    assert (role.name, role.description, role.privileges) == (f"r-{tail}", "Who keeps", words)
    (found,) = await admin.search_roles(
        SearchRolesRequest.model_validate({"role_identifiers": [role.id]})
    )
    # Its model of a search has the word in no other spelling.
    assert found.privileges == ["CAN_MODIDY_FOLDERS", "DEVELOPER"]

    group = await admin.create_user_group(
        CreateUserGroupRequest.model_validate(
            {"name": f"g-{tail}", "display_name": "Crew", "role_identifiers": [role.id]}
        )
    )
    assert [one.name for one in group.roles or ()] == [role.name]
    changed = await admin.update_role(
        role.id, UpdateRoleRequest.model_validate({"name": role.name, "privileges": []})
    )
    assert (changed.privileges, changed.groups_assigned_count) == ([], 1)
    assert [one.id for one in changed.groups or ()] == [group.id]
    await admin.update_user_group(
        group.id, UpdateUserGroupRequest.model_validate({"description": "Who sails"})
    )
    asked = SearchUserGroupsRequest.model_validate({"group_identifier": group.id})
    (shown,) = await admin.search_user_groups(asked)
    assert (shown.description, shown.display_name) == ("Who sails", "Crew")
    await admin.delete_role(role.id)
    await admin.delete_user_group(group.id)
    assert await admin.search_user_groups(asked) == []


async def test_lists_are_tried_and_then_imported(admin: ThoughtSpotRestApi) -> None:
    name, crew = f"i-{uuid4()}", f"c-{uuid4()}"
    users = {"users": [{"user_identifier": name, "display_name": "Ina"}]}
    groups = {"groups": [{"group_identifier": crew, "display_name": crew}]}

    told = await admin.import_users(ImportUsersRequest.model_validate(users))
    assert [(one.id, one.name) for one in told.users_added or ()] == [(None, name)]
    done = await admin.import_users(ImportUsersRequest.model_validate({**users, "dry_run": False}))
    (found,) = await admin.search_users(
        SearchUsersRequest.model_validate({"user_identifier": name})
    )
    assert [(one.id, one.name) for one in done.users_added or ()] == [(found.id, name)]
    made = await admin.import_user_groups(
        ImportUserGroupsRequest.model_validate({**groups, "dry_run": False})
    )
    assert [one.name for one in made.groups_added] == [crew]
    assert (made.groups_updated, made.groups_deleted) == ([], [])


async def test_passwords_are_changed_reset_and_set_by_a_link(
    instance: Instance, admin: ThoughtSpotRestApi
) -> None:
    name = f"p-{uuid4()}"
    await admin.create_user(
        CreateUserRequest.model_validate(
            {"name": name, "display_name": "P", "email": "p@example.com", "password": NEW}
        )
    )
    second, third, fourth = "Second-Walls-42", "Third-Walls-42-x", "Fourth-Walls-42"

    await admin.change_user_password(
        ChangeUserPasswordRequest.model_validate(
            {"user_identifier": name, "current_password": NEW, "new_password": second}
        )
    )
    await full_token(instance, username=name, password=second)
    await admin.reset_user_password(
        ResetUserPasswordRequest.model_validate({"user_identifier": name, "new_password": third})
    )
    await full_token(instance, username=name, password=third)
    told = await admin.deactivate_user(
        DeactivateUserRequest.model_validate({"user_identifier": name, "base_url": instance.url})
    )
    user = await admin.activate_user(
        ActivateUserRequest.model_validate(
            {
                "user_identifier": name,
                "auth_token": str(told.activation_link).rpartition("=")[2],
                "password": fourth,
            }
        )
    )
    assert user.account_status == "ACTIVE"
    await full_token(instance, username=name, password=fourth)


async def test_the_system_is_shown_and_configured(admin: ThoughtSpotRestApi) -> None:
    await admin.update_system_config(
        UpdateSystemConfigRequest.model_validate({"configuration": {"clusterName": "Nord"}})
    )

    system = await admin.get_system_information()
    assert (system.name, system.api_version) == ("Nord", "v1")
    assert system.tsadmin_user_id == "59481331-ee53-42be-a548-bd87be6ddd4a"
    assert (await admin.get_system_config()).saml_enabled is False
    overrides = await admin.get_system_override_info()
    assert overrides.to_dict()["config_override_info"]["clusterName"] == "Nord"


async def test_security_settings_are_set_and_read_back(admin: ThoughtSpotRestApi) -> None:
    cluster = {
        "cors_whitelisted_urls": ["https://app.example.net"],
        "csp_settings": {"visual_embed_hosts": ["https://app.example.net"]},
        "saml_redirect_urls": ["https://back.example.net"],
        "non_embed_access": {"block_full_app_access": True},
    }
    await admin.configure_security_settings(
        ConfigureSecuritySettingsRequest.model_validate({"cluster_preferences": cluster})
    )

    found = await admin.search_security_settings(
        SearchSecuritySettingsRequest.model_validate({"scope": "CLUSTER"})
    )

    kept = found.to_dict()["cluster_preferences"]
    csp = kept.pop("csp_settings")
    assert csp["visual_embed_hosts"] == ["https://app.example.net"]
    assert csp["script_src_urls"] == {"enabled": False, "urls": []}
    assert kept == {
        "enable_partitioned_cookies": False,
        "cors_whitelisted_urls": ["https://app.example.net"],
        "saml_redirect_urls": ["https://back.example.net"],
        "non_embed_access": {"block_full_app_access": True, "groups_with_access": []},
        "trusted_auth_status": "ENABLED",
    }
    assert found.org_preferences is None


async def test_logs_tell_who_did_what(admin: ThoughtSpotRestApi) -> None:
    start = int(time.time() * 1000) - 60_000
    name = f"l-{uuid4()}"
    await admin.create_user(
        CreateUserRequest.model_validate(
            {"name": name, "display_name": "L", "email": "l@example.com"}
        )
    )

    told = await admin.fetch_logs(
        FetchLogsRequest.model_validate(
            {"log_type": "SECURITY_AUDIT", "start_epoch_time_in_millis": start}
        )
    )

    logs = [json.loads(entry.log) for entry in told]
    (made,) = [log for log in logs if log["data"].get("userNames") == [name]]
    assert (made["type"], made["userName"]) == ("USERS_CREATED", "tsadmin")
