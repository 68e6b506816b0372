"""The values that the core is handed: one set of settings, read once by ``app``."""

from datetime import timedelta

import msgspec


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How this server is set up, as far as the core decides by it."""

    hardened: bool
    orgs_enabled: bool
    rbac_enabled: bool
    per_org_secret_keys: bool
    session_idle: timedelta
    session_remember: timedelta
    session_max_age: timedelta
    session_cap: int
    session_prove: timedelta
    session_token_mode: str
    session_token_validity: timedelta
    session_token_cap: int
    default_token_validity: timedelta
    max_token_validity: timedelta
    max_token_chain_age: timedelta
    v1_token_max_age: timedelta
    v1_token_grace: timedelta
    token_default_org: str
    token_issuer: str
    token_audience: str
    variable_names: list[str]
    allow_any_variable: bool
    credential_precedence: str
    strict_org_id: bool
    object_must_exist: bool
    clock_skew: timedelta
    seen_granularity: timedelta
    cache_size: int
    cache_trust: timedelta
    lockout_threshold: int
    lockout_duration: timedelta
    lockout_total: int
    flood_limit: int
    reveal_locked: bool
    jit_enabled: bool
    jit_require_profile: bool
    jit_allow_admin_groups: bool
    revoke_on_key_disable: bool
    hide_secret_keys: bool
    dead_retention: timedelta
    audit_retention: timedelta
    explain_retention: timedelta
