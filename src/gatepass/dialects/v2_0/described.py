"""What the OpenAPI document of v2.0 says of its operations: summary, reply, an example."""

from typing import Any

from gatepass.dialects.v2_0 import (
    custom,
    importing,
    logs,
    metadata,
    orgs,
    passwords,
    roles,
    security,
    shapes,
    system,
    tags,
)
from gatepass.http.described import Described

_OBJECT = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
_LIVEBOARD = {"identifier": _OBJECT, "type": "LIVEBOARD"}
_TRUSTED = {"username": "mira", "secret_key": "gpk_…", "validity_time_in_sec": 300}

DESCRIBED = {
    "login": Described(
        "Open a session by name and password, or by a bearer token",
        example={"username": "mira", "password": "…", "remember_me": False},
    ),
    "logout": Described("End the session of the cookie, or of the bearer token"),
    "getFullAccessToken": Described(
        "Get a token for all that an account may do, by password or trusted secret",
        reply=shapes.TokenBody,
        example={
            **_TRUSTED,
            "auto_create": True,
            "display_name": "Mira Holt",
            "email": "mira@example.com",
            "group_identifiers": ["analysts"],
        },
    ),
    "getObjectAccessToken": Described(
        "Get a token that is limited to one object",
        reply=shapes.TokenBody,
        example={**_TRUSTED, "object_id": _OBJECT},
    ),
    "getCustomAccessToken": Described(
        "Get a signed token that carries the user's entitlements",
        reply=custom.AccessToken,
        example={
            **_TRUSTED,
            "persist_option": "NONE",
            "filter_rules": [{"column_name": "Region", "operator": "IN", "values": ["north"]}],
            "parameter_values": [{"name": "Currency", "values": ["EUR"]}],
            "objects": [{"identifier": _OBJECT, "type": "LOGICAL_TABLE"}],
            "groups": [{"identifier": "analysts"}],
        },
    ),
    "revokeToken": Described(
        "Revoke one token, or all of a user", example={"user_identifier": "mira"}
    ),
    "validateToken": Described(
        "Say what a live token is", reply=shapes.ValidationBody, example={"token": "gpf_…"}
    ),
    "getCurrentUserInfo": Described("Say who is calling", reply=shapes.UserBody),
    "getCurrentUserToken": Described(
        "Get a token for the caller, no more than the caller is", reply=shapes.SessionTokenBody
    ),
    "configureAuthSettings": Described(
        "Switch trusted authentication on or off, for the cluster or for Orgs",
        example={
            "auth_type": "TRUSTED_AUTH",
            "cluster_preferences": {"auth_status": "ENABLED"},
            "org_preferences": [{"org_identifier": "north", "auth_status": "DISABLED"}],
        },
    ),
    "searchAuthSettings": Described(
        "Show the state of trusted authentication, with its secrets",
        reply=shapes.AuthSettingsBody,
        example={"auth_type": "TRUSTED_AUTH", "scope": "CLUSTER"},
    ),
    "searchUsers": Described(
        "Find users of the Org",
        reply=list[dict[str, Any]],
        example={"name_pattern": "mi%", "record_offset": 0, "record_size": 10},
    ),
    "createUser": Described(
        "Create a user in the Org",
        reply=dict[str, Any],
        example={
            "name": "mira",
            "display_name": "Mira Holt",
            "email": "mira@example.com",
            "group_identifiers": ["analysts"],
        },
    ),
    "updateUser": Described(
        "Change what is named of a user; lists by the operation",
        example={"display_name": "Mira Holt", "operation": "ADD", "group_identifiers": ["sales"]},
    ),
    "deleteUser": Described("Delete a user with all that it holds"),
    "forceLogoutUsers": Described(
        "End all that these users hold; with none named, all that anybody holds",
        example={"user_identifiers": ["mira"]},
    ),
    "changeUserPassword": Described(
        "Change a password, of which the current one is known",
        example={"user_identifier": "mira", "current_password": "…", "new_password": "…"},
    ),
    "resetUserPassword": Described(
        "Set a user's password; all that the user holds ends",
        example={"user_identifier": "mira", "new_password": "…"},
    ),
    "deactivateUser": Described(
        "Deactivate a user and get the link that lifts it",
        reply=passwords.LinkBody,
        example={"user_identifier": "mira", "base_url": "…"},
    ),
    "activateUser": Described(
        "Use a link: the user is active, with a new password",
        reply=shapes.UserBody,
        example={"user_identifier": "mira", "auth_token": "gpa_…", "password": "…"},
    ),
    "importUsers": Described(
        "Bring users to what a list says, all or nothing; by default only say what would change",
        reply=importing.UsersBody,
        example={
            "users": [{"user_identifier": "mira", "display_name": "Mira Holt"}],
            "dry_run": True,
        },
    ),
    "importUserGroups": Described(
        "Bring groups to what a list says, all or nothing; by default only say what would change",
        reply=importing.GroupsBody,
        example={
            "groups": [{"group_identifier": "analysts", "display_name": "Analysts"}],
            "dry_run": True,
        },
    ),
    "searchUserGroups": Described(
        "Find groups of the Org",
        reply=list[dict[str, Any]],
        example={"name_pattern": "sales", "include_users": False},
    ),
    "createUserGroup": Described(
        "Create a group in the Org",
        reply=dict[str, Any],
        example={
            "name": "analysts",
            "display_name": "Analysts",
            "privileges": ["DATADOWNLOADING"],
            "user_identifiers": ["mira"],
        },
    ),
    "updateUserGroup": Described(
        "Change what is named of a group; lists by the operation",
        example={"description": "Who may download", "operation": "REPLACE"},
    ),
    "deleteUserGroup": Described("Delete a group; its users stay"),
    "searchOrgs": Described(
        "Find Orgs", reply=list[orgs.OrgBody], example={"org_identifier": "north"}
    ),
    "createOrg": Described(
        "Create an Org with its groups All and Administrator",
        reply=orgs.OrgBody,
        example={"name": "north", "description": "The north"},
    ),
    "updateOrg": Described(
        "Change an Org: name, description, members",
        example={"user_identifiers": ["mira"], "operation": "ADD"},
    ),
    "deleteOrg": Described("Delete an Org with what is only in it"),
    "searchRoles": Described(
        "Find roles of the Org",
        reply=list[roles.RoleBody],
        example={"privileges": ["USER_ADMINISTRATION"]},
    ),
    "createRole": Described(
        "Create a role that groups may have",
        reply=roles.RoleBody,
        example={"name": "keepers", "description": "", "privileges": ["USER_ADMINISTRATION"]},
    ),
    "updateRole": Described(
        "Change a role; its privileges are replaced",
        reply=roles.RoleBody,
        example={"name": "keepers", "privileges": ["USER_ADMINISTRATION", "DEVELOPER"]},
    ),
    "deleteRole": Described("Delete a role; groups that have it lose what it carries"),
    "searchTags": Described(
        "Find tags of the Org", reply=list[tags.TagBody], example={"name_pattern": "sales"}
    ),
    "createTag": Described(
        "Create a tag in the Org",
        reply=tags.TagBody,
        example={"name": "Sales", "color": "#ff78a9"},
    ),
    "updateTag": Described("Change a tag: name, colour", example={"color": "#0a64a0"}),
    "deleteTag": Described("Delete a tag; the objects that have it stay"),
    "assignTag": Described(
        "Put tags on objects", example={"metadata": [_LIVEBOARD], "tag_identifiers": ["Sales"]}
    ),
    "unassignTag": Described(
        "Take tags off objects", example={"metadata": [_LIVEBOARD], "tag_identifiers": ["Sales"]}
    ),
    "searchMetadata": Described(
        "Find objects, users, groups and tags of the Org: their headers",
        reply=list[metadata.FoundBody],
        example={"metadata": [{"type": "LIVEBOARD", "name_pattern": "sales%"}]},
    ),
    "deleteMetadata": Described("Delete objects", example={"metadata": [_LIVEBOARD]}),
    "importMetadataTML": Described(
        "Take id, kind and name of objects from TML; of the rest nothing is kept",
        reply=list[metadata.ImportBody],
        example={
            "metadata_tmls": [f"guid: {_OBJECT}\nliveboard:\n  name: Sales\n"],
            "import_policy": "PARTIAL",
        },
    ),
    "shareMetadata": Described(
        "Grant on objects to users and groups",
        example={
            "metadata": [_LIVEBOARD],
            "permissions": [
                {
                    "principal": {"identifier": "analysts", "type": "USER_GROUP"},
                    "share_mode": "READ_ONLY",
                }
            ],
            "message": "",
        },
    ),
    "fetchPermissionsOnMetadata": Described(
        "Say who may do what with objects",
        reply=dict[str, Any],
        example={"metadata": [_LIVEBOARD], "principals": [{"identifier": "mira"}]},
    ),
    "fetchPermissionsOfPrincipals": Described(
        "Say what users and groups may do with objects",
        reply=dict[str, Any],
        example={"principals": [{"identifier": "mira"}]},
    ),
    "assignChangeAuthor": Described(
        "Hand objects over to a user",
        example={"metadata": [_LIVEBOARD], "user_identifier": "mira"},
    ),
    "getSystemInformation": Described("Say what the cluster is", reply=system.SystemBody),
    "getSystemConfig": Described("Show settings of the cluster", reply=system.ConfigBody),
    "getSystemOverrideInfo": Described(
        "Show the settings that were changed while serving", reply=system.OverridesBody
    ),
    "updateSystemConfig": Described(
        "Change settings of the cluster", example={"configuration": {"timeZone": "Europe/Vienna"}}
    ),
    "searchSecuritySettings": Described(
        "Show who may call, frame and be redirected to",
        reply=security.SettingsBody,
        example={"scope": "CLUSTER"},
    ),
    "configureSecuritySettings": Described(
        "Change who may call, frame and be redirected to; it holds at once",
        example={
            "cluster_preferences": {
                "cors_whitelisted_urls": ["app.example.com"],
                "csp_settings": {"visual_embed_hosts": ["app.example.com"]},
            }
        },
    ),
    "fetchLogs": Described(
        "Say what happened within a day, newest first",
        reply=list[logs.LogBody],
        example={"log_type": "SECURITY_AUDIT"},
    ),
}
