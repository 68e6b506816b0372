"""A good call of each operation of administration, from which the bad ones are made.

Each names every field of its body, so that every field is spoilt in turn. ``<fresh>`` stands for
something new in each call, ``<link>`` for the secret of the link that was furnished.
"""

from dataclasses import dataclass, field
from typing import Any

from gatepass.core.group_changes import GroupChange
from tests.dialects.v2_0_admin.administering import Caller, somebody
from tests.dialects.v2_0_admin.shared_objects import COSTS, LIVEBOARD, SALES, three
from tests.world import HERE, NOON, PASSWORD, World

NEW_PASSWORD = "Copper-Inside-19-Walls"
OWN_ORIGIN = "http://gatepass.test"
MILLIS = int(NOON.timestamp() * 1000)
ANSWER = {"identifier": COSTS, "type": "ANSWER"}
FAVORITE = {"identifier": "<fresh>", "type": "LIVEBOARD"}


@dataclass(frozen=True)
class Good:
    """What a call says, and of that what may be any text."""

    body: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    """What stands in the path, where something does."""
    free: frozenset[str] = frozenset()
    """Identifiers that need not be of anything that is there."""
    left_out: frozenset[str] = frozenset()
    """Fields that cannot stand beside the others."""
    gone: str = "unknown"
    """What an unknown identifier comes to: a refusal, ``nothing`` found or ``ignored``."""


FACTS: dict[str, Any] = {
    "display_name": "Somebody New",
    "email": "somebody@example.com",
    "account_type": "LOCAL_USER",
    "account_status": "ACTIVE",
    "org_identifiers": ["Primary"],
    "group_identifiers": ["crew"],
    "visibility": "SHARABLE",
    "notify_on_share": True,
    "show_onboarding_experience": True,
    "onboarding_experience_completed": False,
    "home_liveboard_identifier": "lb-1",
    "favorite_metadata": [FAVORITE],
    "preferred_locale": "en-GB",
    "use_browser_language": False,
    "extended_properties": {"a": "b"},
    "extended_preferences": {"c": "d"},
}
OF_GROUP: dict[str, Any] = {
    "display_name": "A Group",
    "default_liveboard_identifiers": ["lb-1"],
    "description": "Who sails",
    "privileges": ["DATADOWNLOADING"],
    "sub_group_identifiers": ["deck"],
    "type": "LOCAL_GROUP",
    "user_identifiers": ["mira"],
    "visibility": "SHARABLE",
    "role_identifiers": ["keepers"],
}
ANY_LIVEBOARD = frozenset({"home_liveboard_identifier", "favorite_metadata"})
ANY_LIVEBOARDS = frozenset({"default_liveboard_identifiers"})
PAGED: dict[str, Any] = {
    "record_offset": 0,
    "record_size": 10,
    "sort_options": {"field_name": "NAME", "order": "ASC"},
}
TO_SHARE = {
    "principal": {"identifier": "crew", "type": "USER_GROUP"},
    "share_mode": "READ_ONLY",
    "content_share_mode": "READ_ONLY",
}
ACCESS = {"block_full_app_access": True, "groups_identifiers_with_access": ["crew"]}

GOOD: dict[str, Good] = {
    "searchUsers": Good(
        {
            "user_identifier": "mira",
            "name_pattern": "mi%",
            "role_identifiers": ["keepers"],
            "privileges": ["DEVELOPER"],
            "include_favorite_metadata": True,
            "include_variable_values": True,
            **{
                name: value
                for name, value in FACTS.items()
                if not name.startswith(("extended", "preferred", "use_browser"))
            },
            **PAGED,
        },
        gone="nothing",
    ),
    "createUser": Good(
        {
            "name": "new-<fresh>",
            **FACTS,
            "password": NEW_PASSWORD,
            "trigger_welcome_email": False,
            "trigger_activation_email": False,
        },
        free=ANY_LIVEBOARD,
    ),
    "updateUser": Good(
        {"name": "ben", **FACTS, "operation": "ADD"}, target="ben", free=ANY_LIVEBOARD
    ),
    "deleteUser": Good(target="spare"),
    "forceLogoutUsers": Good({"user_identifiers": ["mira", "ben"]}),
    "changeUserPassword": Good(
        {"user_identifier": "mira", "current_password": PASSWORD, "new_password": NEW_PASSWORD}
    ),
    "resetUserPassword": Good({"user_identifier": "mira", "new_password": NEW_PASSWORD}),
    "deactivateUser": Good({"user_identifier": "mira", "base_url": OWN_ORIGIN}),
    "activateUser": Good(
        {"user_identifier": "asleep", "auth_token": "<link>", "password": NEW_PASSWORD},
        # Every bad link is refused alike.
        gone="refused",
    ),
    "importUsers": Good(
        {
            "users": [
                {"user_identifier": "new-<fresh>", **FACTS, "password": NEW_PASSWORD},
                {"user_identifier": "mira", "display_name": "Mira"},
            ],
            "default_password": NEW_PASSWORD,
            "dry_run": False,
            "delete_unspecified_users": False,
        },
        free=ANY_LIVEBOARD | {"user_identifier"},
    ),
    "importUserGroups": Good(
        {
            "groups": [
                {"group_identifier": "new-<fresh>", **OF_GROUP},
                {"group_identifier": "crew", "display_name": "Crew"},
            ],
            "delete_unspecified_groups": False,
            "dry_run": False,
        },
        free=ANY_LIVEBOARDS | {"group_identifier"},
    ),
    "searchUserGroups": Good(
        {
            "group_identifier": "crew",
            "name_pattern": "cr%",
            **OF_GROUP,
            "org_identifiers": ["Primary"],
            "include_users": True,
            "include_sub_groups": True,
            **PAGED,
        },
        gone="nothing",
    ),
    "createUserGroup": Good({"name": "new-<fresh>", **OF_GROUP}, free=ANY_LIVEBOARDS),
    "updateUserGroup": Good(
        {"name": "crew", **OF_GROUP, "operation": "ADD"}, target="crew", free=ANY_LIVEBOARDS
    ),
    "deleteUserGroup": Good(target="crew"),
    "searchOrgs": Good(
        {
            "org_identifier": "north",
            "description": "",
            "visibility": "SHOW",
            "status": "ACTIVE",
            "user_identifiers": ["nora"],
        },
        gone="nothing",
    ),
    "createOrg": Good({"name": "new-<fresh>", "description": "The new one"}),
    "updateOrg": Good(
        {
            "name": "north",
            "description": "The north",
            "user_identifiers": ["mira"],
            "group_identifiers": ["north-crew"],
            "operation": "ADD",
        },
        target="north",
    ),
    "deleteOrg": Good(target="north"),
    "searchRoles": Good(
        {
            "role_identifiers": ["keepers"],
            "org_identifiers": ["Primary"],
            "group_identifiers": ["crew"],
            "privileges": ["DEVELOPER"],
        },
        gone="nothing",
    ),
    "createRole": Good(
        {
            "name": "new-<fresh>",
            "description": "Who keeps",
            "privileges": ["DEVELOPER"],
            "read_only": False,
        }
    ),
    "updateRole": Good(
        {"name": "keepers", "description": "Who keeps", "privileges": ["DEVELOPER"]},
        target="keepers",
    ),
    "deleteRole": Good(target="keepers"),
    "searchTags": Good(
        {"tag_identifier": "year", "name_pattern": "ye%", "color": "#0a64a0"}, gone="nothing"
    ),
    "createTag": Good({"name": "new-<fresh>", "color": "#0a64a0"}),
    "updateTag": Good({"name": "year", "color": "#0a64a0"}, target="year"),
    "deleteTag": Good(target="year"),
    "assignTag": Good({"metadata": [ANSWER, LIVEBOARD], "tag_identifiers": ["year", "north"]}),
    "unassignTag": Good({"metadata": [LIVEBOARD, ANSWER], "tag_identifiers": ["year", "north"]}),
    "searchMetadata": Good(
        {
            "metadata": [
                {
                    "identifier": SALES,
                    "obj_identifier": "orders-1",
                    "name_pattern": "s%",
                    "type": "LIVEBOARD",
                    "subtypes": ["WORKSHEET"],
                }
            ],
            "permissions": [{"principal": TO_SHARE["principal"], "share_mode": "READ_ONLY"}],
            "created_by_user_identifiers": ["mira"],
            "modified_by_user_identifiers": ["mira"],
            "exclude_objects": [ANSWER],
            "favorite_object_options": {"include": True, "user_identifiers": ["mira"]},
            "tag_identifiers": ["year"],
            "include_headers": True,
            **PAGED,
        },
        gone="nothing",
    ),
    "deleteMetadata": Good({"metadata": [LIVEBOARD, ANSWER]}),
    "importMetadataTML": Good(
        {
            "metadata_tmls": [f"guid: {SALES}\nliveboard:\n  name: Sales of <fresh>\n"],
            "import_policy": "ALL_OR_NONE",
            "create_new": False,
        }
    ),
    "shareMetadata": Good(
        {"permissions": [TO_SHARE], "message": "", "metadata": [LIVEBOARD, ANSWER]},
        left_out=frozenset({"metadata_type", "metadata_identifiers"}),
    ),
    "fetchPermissionsOnMetadata": Good(
        {
            "metadata": [LIVEBOARD],
            "principals": [{"identifier": "mira", "type": "USER"}],
            "permission_type": "EFFECTIVE",
            "record_offset": 0,
            "record_size": -1,
        }
    ),
    "fetchPermissionsOfPrincipals": Good(
        {
            "principals": [{"identifier": "mira", "type": "USER"}],
            "metadata": [LIVEBOARD],
            "default_metadata_type": "ALL",
            "record_offset": 0,
            "record_size": -1,
        }
    ),
    "assignChangeAuthor": Good(
        {
            "metadata": [LIVEBOARD],
            "user_identifier": "ben",
            "current_owner_identifier": "mira",
        }
    ),
    "getSystemInformation": Good(),
    "getSystemConfig": Good(),
    "getSystemOverrideInfo": Good(),
    "updateSystemConfig": Good({"configuration": {"clusterName": "Nord <fresh>"}}),
    "searchSecuritySettings": Good({"scope": "CLUSTER"}),
    "configureSecuritySettings": Good(
        {
            "cluster_preferences": {
                "enable_partitioned_cookies": True,
                "cors_whitelisted_urls": ["app.example.net"],
                "csp_settings": {
                    "connect_src_urls": ["app.example.net"],
                    "font_src_urls": ["app.example.net"],
                    "visual_embed_hosts": ["app.example.net"],
                    "iframe_src_urls": ["app.example.net"],
                    "img_src_urls": ["app.example.net"],
                    "script_src_urls": {"enabled": True, "urls": ["app.example.net"]},
                    "style_src_urls": ["app.example.net"],
                },
                "saml_redirect_urls": ["app.example.net"],
            },
            "org_preferences": [
                {
                    "org_identifier": "Primary",
                    "cors_whitelisted_urls": ["app.example.net"],
                    "non_embed_access": ACCESS,
                }
            ],
        },
        # Of another Org than one's own nothing is said, not even that there is none. Groups are
        # the cluster's where there are no Orgs.
        free=frozenset({"org_identifier"}),
        left_out=frozenset({"non_embed_access"}),
    ),
    "fetchLogs": Good(
        {
            "log_type": "SECURITY_AUDIT",
            "start_epoch_time_in_millis": MILLIS - 1000,
            "end_epoch_time_in_millis": MILLIS + 1000,
            "get_all_logs": True,
        }
    ),
}


async def furnish(here: World) -> tuple[Caller, str]:
    """Make all that the calls name; return an administrator of the cluster and a link's secret."""
    core, by = here.core, here.by
    await three(here)
    for name in ("spare", "asleep", "chief"):
        await here.account(name)
    north = await here.org("north")
    await here.account("nora", org=north.id)
    await here.group("north-crew", org=north.id)
    for name in ("crew", "deck", "hold", "taken"):
        await here.group(name)
    await core.group_changes.update(by, HERE, "deck", GroupChange(inside=["hold"]))
    for name in ("keepers", "holders"):
        await core.roles.create(by, HERE, name=name, privileges=["DEVELOPER"])
    await core.roles.create(by, HERE, name="fixed", privileges=[], read_only=True)
    await here.put_in("Administrator", "chief")
    _, secret = await core.activation.deactivate(by, HERE, "asleep")
    return await somebody(here, "chief"), secret
