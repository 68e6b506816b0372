"""The security settings of REST v2.0: CORS, frames, redirects, cookies."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatepass.core.records import Undisclosed
from gatepass.core.searches import Named
from gatepass.core.security import Access as NonEmbed
from gatepass.core.security import ClusterChange, Csp, OrgChange, OrgState, SecurityState
from gatepass.dialects.v2_0.requests import MOST_ENTRIES, Identifier, Texts
from gatepass.dialects.v2_0.shapes import OrgReference, Reference, encode, org_reference
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.routing import Access, Operation

Status = Literal["ENABLED", "DISABLED"]


class Search(Undisclosed, frozen=True):
    """The body of ``system/security-settings/search``."""

    scope: Literal["CLUSTER", "ORG"] | None = None


class ScriptInput(Undisclosed, frozen=True):
    """Sources of scripts, and whether they count."""

    enabled: bool | None = None
    urls: Texts | None = None


class CspInput(Undisclosed, frozen=True):
    """What is to change of the content security policy."""

    connect_src_urls: Texts | None = None
    font_src_urls: Texts | None = None
    visual_embed_hosts: Texts | None = None
    iframe_src_urls: Texts | None = None
    img_src_urls: Texts | None = None
    script_src_urls: ScriptInput | None = None
    style_src_urls: Texts | None = None

    def changes(self) -> dict[str, Any]:
        """Return it as the core knows it: only what is there."""
        scripts = self.script_src_urls or ScriptInput()
        named = {
            "connect": self.connect_src_urls,
            "font": self.font_src_urls,
            "embed_hosts": self.visual_embed_hosts,
            "iframe": self.iframe_src_urls,
            "img": self.img_src_urls,
            "script_enabled": scripts.enabled,
            "script": scripts.urls,
            "style": self.style_src_urls,
        }
        return {name: value for name, value in named.items() if value is not None}


class AccessInput(Undisclosed, frozen=True):
    """Who may use the full application outside a frame."""

    block_full_app_access: bool | None = None
    groups_identifiers_with_access: Texts | None = None


class ClusterInput(Undisclosed, frozen=True):
    """What is to change of the cluster's part."""

    enable_partitioned_cookies: bool | None = None
    cors_whitelisted_urls: Texts | None = None
    csp_settings: CspInput = CspInput()
    saml_redirect_urls: Texts | None = None
    non_embed_access: AccessInput = AccessInput()

    def change(self) -> ClusterChange:
        """Return it as the core knows it."""
        return ClusterChange(
            partitioned=self.enable_partitioned_cookies,
            cors=self.cors_whitelisted_urls,
            csp=self.csp_settings.changes(),
            redirects=self.saml_redirect_urls,
            blocked=self.non_embed_access.block_full_app_access,
            groups=self.non_embed_access.groups_identifiers_with_access,
        )


class OrgInput(Undisclosed, frozen=True):
    """What is to change of an Org's part."""

    org_identifier: Identifier
    cors_whitelisted_urls: Texts | None = None
    non_embed_access: AccessInput = AccessInput()

    def change(self) -> OrgChange:
        """Return it as the core knows it."""
        return OrgChange(
            org=self.org_identifier,
            cors=self.cors_whitelisted_urls,
            blocked=self.non_embed_access.block_full_app_access,
            groups=self.non_embed_access.groups_identifiers_with_access,
        )


class Configure(Undisclosed, frozen=True):
    """The body of ``system/security-settings/configure``."""

    cluster_preferences: ClusterInput | None = None
    org_preferences: Annotated[list[OrgInput], Meta(max_length=MOST_ENTRIES)] = msgspec.field(
        default_factory=list
    )


class ScriptBody(msgspec.Struct, frozen=True):
    """Sources of scripts."""

    enabled: bool
    urls: Sequence[str]


class CspBody(msgspec.Struct, frozen=True):
    """The vendor's ``CspSettings``."""

    connect_src_urls: Sequence[str]
    font_src_urls: Sequence[str]
    visual_embed_hosts: Sequence[str]
    iframe_src_urls: Sequence[str]
    img_src_urls: Sequence[str]
    script_src_urls: ScriptBody
    style_src_urls: Sequence[str]


class AccessBody(msgspec.Struct, frozen=True):
    """Who may use the full application outside a frame."""

    block_full_app_access: bool
    groups_with_access: Sequence[Reference]


class ClusterBody(msgspec.Struct, frozen=True):
    """The vendor's ``SecuritySettingsClusterPreferences``."""

    enable_partitioned_cookies: bool
    cors_whitelisted_urls: Sequence[str]
    csp_settings: CspBody
    saml_redirect_urls: Sequence[str]
    non_embed_access: AccessBody
    trusted_auth_status: Status


class OrgBody(msgspec.Struct, frozen=True):
    """The vendor's ``SecuritySettingsOrgPreferences``."""

    org: OrgReference
    cors_whitelisted_urls: Sequence[str]
    non_embed_access: AccessBody
    trusted_auth_status: Status


class SettingsBody(msgspec.Struct, frozen=True):
    """The vendor's ``SecuritySettingsResponse``: the parts that were asked for."""

    cluster_preferences: ClusterBody | UnsetType = UNSET
    org_preferences: Sequence[OrgBody] | UnsetType = UNSET


async def search(call: Call[Search]) -> Reply:
    """POST system/security-settings/search."""
    scope = call.body.scope
    state = await call.core.security.look(
        call.principal,
        cluster=None if scope is None else scope == "CLUSTER",
        org=None if scope is None else scope == "ORG",
    )
    return Reply(200, encode(settings_body(state)))


async def configure(call: Call[Configure]) -> Reply:
    """POST system/security-settings/configure."""
    cluster = call.body.cluster_preferences
    await call.core.security.configure(
        call.principal,
        call.source,
        cluster=None if cluster is None else cluster.change(),
        of_orgs=[one.change() for one in call.body.org_preferences],
    )
    return Reply(NO_CONTENT)


def settings_body(state: SecurityState) -> SettingsBody:
    """Return the answer that shows the settings."""
    cluster: ClusterBody | UnsetType = UNSET
    if (kept := state.cluster) is not None:
        cluster = ClusterBody(
            enable_partitioned_cookies=kept.partitioned,
            cors_whitelisted_urls=kept.cors,
            csp_settings=_csp(kept.csp),
            saml_redirect_urls=kept.redirects,
            non_embed_access=_access(kept.access, state.cluster_groups),
            trusted_auth_status=_status(on=state.cluster_trusted),
        )
    return SettingsBody(cluster, UNSET if state.org is None else [_of_org(state.org)])


def _of_org(own: OrgState) -> OrgBody:
    return OrgBody(
        org=org_reference(own.org),
        cors_whitelisted_urls=own.kept.cors or [],
        non_embed_access=_access(own.kept.access, own.groups),
        trusted_auth_status=_status(on=own.trusted),
    )


def _csp(csp: Csp) -> CspBody:
    return CspBody(
        connect_src_urls=csp.connect,
        font_src_urls=csp.font,
        visual_embed_hosts=csp.embed_hosts,
        iframe_src_urls=csp.iframe,
        img_src_urls=csp.img,
        script_src_urls=ScriptBody(csp.script_enabled, csp.script),
        style_src_urls=csp.style,
    )


def _access(access: NonEmbed, groups: Sequence[Named]) -> AccessBody:
    return AccessBody(access.blocked, [Reference(one.id, one.name) for one in groups])


def _status(*, on: bool) -> Status:
    return "ENABLED" if on else "DISABLED"


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        "searchSecuritySettings", "POST", "system/security-settings/search", search, Search, _CALLER
    ),
    Operation(
        "configureSecuritySettings",
        "POST",
        "system/security-settings/configure",
        configure,
        Configure,
        _CALLER,
    ),
)
