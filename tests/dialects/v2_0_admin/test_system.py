"""REST v2.0, the system: what the cluster is, and settings changed while serving."""

import re
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gatepass.dialects.v2_0.unbuilt import UNBUILT
from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import World, refusal

READS = ("system", "system/config", "system/config-overrides")


async def get(caller: Caller, path: str) -> Any:
    reply = await caller.here.get(path, headers={"Authorization": f"Bearer {caller.token}"})
    return reply.json() if reply.status_code == 200 else refusal(reply)


async def configure(caller: Caller, **configuration: Any) -> None:
    await caller.do("system/config-update", configuration=configuration)


async def test_the_system_says_what_clients_parse(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")

    found = await get(admin, "system")

    # The ids are known to clients by heart.
    assert found.pop("id") == str(UUID((await get(admin, "system"))["id"]))
    assert re.fullmatch(r"\d+\.\d+\.\d+\.cl-\d+", found.pop("release_version"))
    assert ZoneInfo(found["time_zone"]).key == "UTC"
    assert found == {
        "name": "gatepass",
        "time_zone": "UTC",
        "locale": "en_US",
        "date_format": "MM/dd/yyyy",
        "date_time_format": "MM/dd/yyyy HH:mm",
        "time_format": "HH:mm",
        "api_version": "v1",
        "type": "SW",
        "environment": "gatepass",
        "license": "",
        "system_user_id": "67e15c06-d153-4924-a4cd-ff615393b60f",
        "super_user_id": "0f0dd0f7-7411-4195-a4aa-0dc6b58413c9",
        "hidden_object_id": "31745bb4-defd-4e8b-8de9-8fd01db78827",
        "system_group_id": "179d8867-cf36-4a8d-a019-63a226fd3196",
        "tsadmin_user_id": "59481331-ee53-42be-a548-bd87be6ddd4a",
        "admin_group_id": "d0326b56-ef23-4c8a-8327-a30e99bcc72b",
        "all_tables_connection_id": "bfc6feb4-8dac-402c-8ae8-78b43d318777",
        "all_user_group_id": "b25ee394-9d13-49e3-9385-cd97f5b253b4",
        "accept_language": "en-US",
        "all_user_group_member_user_count": 4,
        "logical_model_version": 1,
    }
    # A client takes these words for an outage.
    assert "maintenance" not in str(found).lower()


async def test_well_known_users_and_groups_are_the_ones_that_are_there(here: World) -> None:
    admin = await administrator(here)
    found = await get(admin, "system")

    for field, name in (
        ("tsadmin_user_id", "tsadmin"),
        ("system_user_id", "system"),
        ("super_user_id", "su"),
    ):
        assert await admin.names("users/search", user_identifier=found[field]) == [name]
    for field, name in (("admin_group_id", "Administrator"), ("all_user_group_id", "All")):
        assert await admin.names("groups/search", group_identifier=found[field]) == [name]


async def test_settings_are_shown_as_they_were_changed_and_last(here: World) -> None:
    admin = await administrator(here)
    assert await get(admin, "system/config") == {
        "onboarding_content_url": "",
        "saml_enabled": False,
        "okta_enabled": False,
    }
    own = {"oidcConfiguration.iamV2OIDCEnabled": {"current": False}}
    assert await get(admin, "system/config-overrides") == {"config_override_info": own}

    await configure(admin, timeZone="Europe/Vienna", clusterName="Nord")
    await configure(admin, onboardingContentUrl="https://example.com/start")
    await admin.do("system/config-update", configuration={})

    system = await get(admin, "system")
    assert (system["time_zone"], system["name"]) == ("Europe/Vienna", "Nord")
    config = await get(admin, "system/config")
    assert config["onboarding_content_url"] == "https://example.com/start"
    assert await get(admin, "system/config-overrides") == {
        "config_override_info": {
            "timeZone": "Europe/Vienna",
            "clusterName": "Nord",
            "onboardingContentUrl": "https://example.com/start",
            **own,
        }
    }
    await configure(admin, onboardingContentUrl="")
    assert (await get(admin, "system/config"))["onboarding_content_url"] == ""


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"configuration": None},
        {"configuration": []},
        {"configuration": "timeZone"},
        {"configuration": {"nonsense": "x"}},
        {"configuration": {"clusterName": "Nord", "nonsense": "x"}},
        {"configuration": {"clusterName": ""}},
        {"configuration": {"clusterName": 7}},
        {"configuration": {"clusterName": "x\ny"}},
        {"configuration": {"clusterName": "x" * 1025}},
        {"configuration": {"timeZone": "Nowhere/Atall"}},
        {"configuration": {"timeZone": "../../etc/passwd"}},
        {"configuration": {"onboardingContentUrl": "javascript:alert(1)"}},
        {"configuration": {"onboardingContentUrl": "example.com/start"}},
    ],
    ids=str,
)
async def test_a_setting_that_will_not_do_changes_nothing(
    here: World, body: dict[str, Any]
) -> None:
    admin = await administrator(here)

    assert await admin.refused("system/config-update", **body) == BAD
    assert (await get(admin, "system"))["name"] == "gatepass"


async def test_only_who_may_looks_and_changes(here: World) -> None:
    await here.account("mira")
    mira = await somebody(here)
    looker = await holder(here, "looker", "SYSTEM_INFO_ADMINISTRATION")
    keeper = await holder(here, "keeper", "APPLICATION_ADMINISTRATION")
    limited = Caller(here, await here.token("looker", object_id="lb-1"))

    for path in READS:
        assert refusal(await here.get(path)) == UNAUTHORIZED
        assert await get(mira, path) == FORBIDDEN
        assert await get(limited, path) == FORBIDDEN
    change = {"configuration": {"clusterName": "Mine"}}
    for caller in (mira, looker, limited):
        assert await caller.refused("system/config-update", **change) == FORBIDDEN
    assert (await get(looker, "system"))["name"] == "gatepass"
    assert await get(looker, "system/config-overrides") == FORBIDDEN
    assert await get(keeper, "system") == FORBIDDEN
    await keeper.do("system/config-update", **change)
    assert (await get(looker, "system"))["name"] == "Mine"


async def test_whoever_administers_one_org_looks_and_changes_nothing(here: World) -> None:
    north = await here.org("north")
    nora = await org_administrator(here, north.id)

    assert (await get(nora, "system"))["name"] == "gatepass"
    change = {"configuration": {"clusterName": "Mine"}}
    assert await nora.refused("system/config-update", **change) == FORBIDDEN


@pytest.mark.parametrize(
    "path", [path for _, path, _ in UNBUILT if path.startswith("system/") and "channel" in path]
)
async def test_communication_channels_are_refused_by_name(here: World, path: str) -> None:
    reply = await here.post(path)

    assert reply.status_code == 501
    assert "ommunicationChannel" in reply.text
