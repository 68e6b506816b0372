"""The System endpoints of REST v2.0."""

from typing import Any

import msgspec

from gatepass.core.founding import ADMINISTRATORS, EVERYONE, SU, TSADMIN
from gatepass.core.records import SYSTEM_ACCOUNT
from gatepass.dialects.v2_0.bodies import Keeps
from gatepass.dialects.v2_0.shapes import encode
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, NoBody, Operation

RELEASE = "26.8.0.cl-1"
"""The vendor's release whose API this is: clients read which operations there are from it."""
# The same on every cluster of the vendor's; nothing stands behind them here.
SYSTEM_GROUP = "179d8867-cf36-4a8d-a019-63a226fd3196"
HIDDEN_OBJECT = "31745bb4-defd-4e8b-8de9-8fd01db78827"
ALL_TABLES = "bfc6feb4-8dac-402c-8ae8-78b43d318777"


class Update(Keeps, frozen=True):
    """The body of ``system/config-update``."""

    configuration: dict[str, Any]


class SystemBody(msgspec.Struct, frozen=True):
    """The vendor's ``SystemInfo``."""

    id: str
    name: str
    release_version: str
    time_zone: str
    locale: str
    date_format: str
    date_time_format: str
    time_format: str
    api_version: str
    type: str
    environment: str
    license: str
    system_user_id: str
    super_user_id: str
    hidden_object_id: str
    system_group_id: str
    tsadmin_user_id: str
    admin_group_id: str
    all_tables_connection_id: str
    all_user_group_id: str
    accept_language: str
    all_user_group_member_user_count: int
    logical_model_version: int


class ConfigBody(msgspec.Struct, frozen=True):
    """The vendor's ``SystemConfig``."""

    onboarding_content_url: str
    saml_enabled: bool
    okta_enabled: bool


class OverridesBody(msgspec.Struct, frozen=True):
    """The vendor's ``SystemOverrideInfo``."""

    config_override_info: dict[str, Any]


async def info(call: Call[None]) -> Reply:
    """GET system."""
    cluster = await call.core.system.info(call.principal)
    shown = cluster.configuration
    return Reply(
        200,
        encode(
            SystemBody(
                id=cluster.id,
                name=shown["clusterName"],
                release_version=RELEASE,
                time_zone=shown["timeZone"],
                locale=shown["locale"],
                date_format=shown["dateFormat"],
                date_time_format=shown["dateTimeFormat"],
                time_format=shown["timeFormat"],
                api_version="v1",
                type="SW",
                environment="gatepass",
                license="",
                system_user_id=SYSTEM_ACCOUNT,
                super_user_id=SU,
                hidden_object_id=HIDDEN_OBJECT,
                system_group_id=SYSTEM_GROUP,
                tsadmin_user_id=TSADMIN,
                admin_group_id=ADMINISTRATORS,
                all_tables_connection_id=ALL_TABLES,
                all_user_group_id=EVERYONE,
                accept_language="en-US",
                all_user_group_member_user_count=cluster.people,
                logical_model_version=1,
            )
        ),
    )


async def config(call: Call[None]) -> Reply:
    """GET system/config."""
    shown = await call.core.system.configuration(call.principal)
    return Reply(
        200,
        encode(
            ConfigBody(
                onboarding_content_url=shown["onboardingContentUrl"],
                saml_enabled=False,
                okta_enabled=False,
            )
        ),
    )


async def overrides(call: Call[None]) -> Reply:
    """GET system/config-overrides: what was changed, and that there is no sign-in by OIDC."""
    changed = await call.core.system.overrides(call.principal)
    own = {"oidcConfiguration.iamV2OIDCEnabled": {"current": False}}
    return Reply(200, encode(OverridesBody({**changed, **own})))


async def update(call: Call[Update]) -> Reply:
    """POST system/config-update."""
    await call.core.system.configure(call.principal, call.source, call.body.configuration)
    return Reply(NO_CONTENT)


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("getSystemInformation", "GET", "system", info, NoBody, _CALLER),
    Operation("getSystemConfig", "GET", "system/config", config, NoBody, _CALLER),
    Operation(
        "getSystemOverrideInfo", "GET", "system/config-overrides", overrides, NoBody, _CALLER
    ),
    Operation("updateSystemConfig", "POST", "system/config-update", update, Update, _CALLER),
)
