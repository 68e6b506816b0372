"""Every setting: name, default, one-line help."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.records import Undisclosed
from gatepass.core.rules import Rules

_NOTHING = timedelta()
LONGEST = timedelta(days=36_500)


def _help(
    text: str,
    *,
    ge: int | None = None,
    le: int | None = None,
    least: timedelta = timedelta(seconds=1),
    most: timedelta = LONGEST,
) -> Meta:
    """Return a setting's help and its bounds: of a number, or of a length of time."""
    return Meta(description=text, ge=ge, le=le, extra={"least": least, "most": most})


class Settings(Undisclosed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings with their defaults. Lengths of time are ``90s``, ``5m``, ``3h``, ``30d``."""

    # The server
    host: Annotated[str, _help("Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, _help("Port to listen on; 0 takes a free one.", ge=0, le=65535)] = 8080
    workers: Annotated[int, _help("Processes that serve this home.", ge=1, le=64)] = 1
    database_url: Annotated[
        str,
        _help("Where the store is: postgresql://… for several nodes; empty: gatepass.db (SQLite)."),
    ] = ""
    database_listen_url: Annotated[
        str,
        _help("Where PostgreSQL is listened to for changes, if database_url is a pooler."),
    ] = ""
    database_connections: Annotated[
        int, _help("Connections to PostgreSQL per worker, beside two for changes.", ge=1, le=500)
    ] = 10
    database_statements: Annotated[
        Literal["kept", "sent"],
        _help("PostgreSQL's prepared statements; sent each time for a pooler that swaps servers."),
    ] = "kept"
    database_patience: Annotated[
        timedelta,
        _help("How long a call waits for PostgreSQL before it is refused as busy (503)."),
    ] = timedelta(seconds=5)
    mode: Annotated[
        Literal["compat", "hardened"],
        _help("compat speaks exactly like ThoughtSpot; hardened closes what that leaves open."),
    ] = "compat"
    trusted_proxies: Annotated[
        list[str], _help("Addresses or networks whose X-Forwarded-* headers are believed.")
    ] = msgspec.field(default_factory=list)
    tls_cert: Annotated[
        str,
        _help("Certificate with its chain (PEM) to serve https with; empty: plain http."),
    ] = ""
    tls_key: Annotated[
        str, _help("The certificate's key (PEM, not encrypted); empty: it is in tls_cert.")
    ] = ""
    cors_origins: Annotated[
        list[str],
        _help("Origins, matched exactly, whose pages may read answers and send cookie writes."),
    ] = msgspec.field(default_factory=list)
    visual_embed_hosts: Annotated[
        list[str], _help("Origins that may show this server's pages in a frame.")
    ] = msgspec.field(default_factory=list)
    redirect_origins: Annotated[
        list[str],
        _help("Origins that browsers may be sent back to after signing in, beside those two."),
    ] = msgspec.field(default_factory=list)
    cookie_samesite: Annotated[
        Literal["lax", "none"],
        _help("SameSite of the session cookie; none (implies Secure) for embedding by cookie."),
    ] = "lax"
    enable_partitioned_cookies: Annotated[
        bool,
        _help("Session cookies of a frame belong to the site around it (CHIPS); implies none."),
    ] = False
    hsts: Annotated[
        timedelta,
        _help("How long browsers are told to ask by https alone (HSTS); 0s: not.", least=_NOTHING),
    ] = timedelta(days=365)
    log_format: Annotated[
        Literal["auto", "json", "pretty"], _help("auto: pretty on a terminal, else json.")
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _help("The least that is logged.")
    ] = "info"
    request_timeout: Annotated[
        timedelta, _help("How long a request may stop in the middle before it is cut.")
    ] = timedelta(seconds=10)
    shutdown_timeout: Annotated[
        timedelta, _help("How long calls in flight may take to finish on SIGTERM.")
    ] = timedelta(seconds=30)

    # Operating it
    metrics_host: Annotated[
        str, _help("Address to listen on for those who run the server, if metrics_port is set.")
    ] = "127.0.0.1"
    metrics_port: Annotated[
        int,
        _help(
            "Port of /metrics, one more for each further worker; 0: port, to this machine alone.",
            ge=0,
            le=65535,
        ),
    ] = 0

    docs_enabled: Annotated[
        bool, _help("Serve /docs and the OpenAPI documents, where /metrics is served.")
    ] = True
    console_access: Annotated[
        Literal["inside", "everywhere", "off"],
        _help("Who reaches the console: where /metrics is served, everybody, nobody."),
    ] = "inside"
    otel_endpoint: Annotated[
        str,
        _help("Where traces are sent: http://HOST:4318/v1/traces (OTLP); empty: nowhere."),
    ] = ""

    # Features
    orgs_enabled: Annotated[bool, _help("Serve several Orgs.")] = True
    rbac_enabled: Annotated[
        bool, _help("Finer administration privileges count, not ADMINISTRATION alone.")
    ] = True
    per_org_secret_keys: Annotated[bool, _help("Orgs may have trusted secrets of their own.")] = (
        True
    )

    # Sessions
    session_idle: Annotated[timedelta, _help("A session unused for so long ends.")] = timedelta(
        hours=3
    )
    session_remember: Annotated[
        timedelta, _help("A remembered session ends so long after sign-in, used or not.")
    ] = timedelta(days=7)
    session_max_age: Annotated[
        timedelta, _help("No session lives longer than this, however much it is used.")
    ] = timedelta(days=30)
    session_cap: Annotated[
        int, _help("Live sessions an account may have; the oldest ends.", ge=1)
    ] = 100
    session_prove: Annotated[
        timedelta, _help("How long showing the password again lets one manage own sessions.")
    ] = timedelta(minutes=5)

    # Tokens
    default_token_validity: Annotated[
        timedelta, _help("Life of a token whose request names none.")
    ] = timedelta(seconds=300)
    max_token_validity: Annotated[
        timedelta, _help("Longest life of a token; more is shortened to it.")
    ] = timedelta(days=30)
    max_token_chain_age: Annotated[
        timedelta,
        _help("Nothing bought with a token or session outlives the first sign-in by more."),
    ] = timedelta(days=30)
    session_token_mode: Annotated[
        Literal["mint", "current"],
        _help("auth/session/token gives a new token, or a bearer caller its own."),
    ] = "mint"  # noqa: S105 - a mode, not a secret
    session_token_validity: Annotated[
        timedelta, _help("Life of a token from auth/session/token.")
    ] = timedelta(hours=24)
    session_token_cap: Annotated[
        int, _help("Live tokens from auth/session/token per session; the oldest ends.", ge=1)
    ] = 20
    v1_token_max_age: Annotated[
        timedelta, _help("Longest life of a v1 trusted token that no later one replaces.")
    ] = timedelta(hours=24)
    v1_token_grace: Annotated[
        timedelta,
        _help("Life left to a v1 trusted token that a later one replaces.", least=_NOTHING),
    ] = timedelta(minutes=5)
    token_default_org: Annotated[
        Literal["primary", "last_used"], _help("Org of a token whose request names none.")
    ] = "primary"  # noqa: S105 - an Org, not a secret
    token_issuer: Annotated[str, _help("Issuer (iss) that custom tokens name.")] = "gatepass"  # noqa: S105 - a name, not a secret
    token_audience: Annotated[str, _help("Audience (aud) that custom tokens name.")] = "gatepass"  # noqa: S105 - a name, not a secret
    variable_names: Annotated[list[str], _help("Formula variables that custom tokens may set.")] = (
        msgspec.field(default_factory=list)
    )
    allow_any_variable: Annotated[bool, _help("Custom tokens may set variables of any name.")] = (
        False
    )
    credential_precedence: Annotated[
        Literal["password", "secret_key"],
        _help("Which counts when a token request carries both."),
    ] = "password"
    strict_org_id: Annotated[
        bool,
        _help("token/full and token/object know an Org by its number alone, as live clusters do."),
    ] = False
    object_must_exist: Annotated[
        bool, _help("A token for one object needs that the account may see such an object.")
    ] = False
    clock_skew: Annotated[
        timedelta,
        _help(
            "How far in the future a credential may have been made (at most 120s).",
            least=_NOTHING,
            most=timedelta(seconds=120),
        ),
    ] = timedelta(seconds=60)

    # The gate
    cache_size: Annotated[int, _help("Verified principals kept per worker.", ge=1)] = 50_000
    cache_trust: Annotated[
        timedelta,
        _help(
            "A verified principal is looked up again after so long (at most 30s); 0s: each time.",
            least=_NOTHING,
            most=timedelta(seconds=30),
        ),
    ] = timedelta(seconds=30)
    seen_granularity: Annotated[timedelta, _help("How often last-seen times are written.")] = (
        timedelta(seconds=60)
    )
    dead_retention: Annotated[
        timedelta,
        _help(
            "How long ended sessions and tokens are kept, to say why they ended.", least=_NOTHING
        ),
    ] = timedelta(days=7)

    sweep_interval: Annotated[timedelta, _help("How often such rows are deleted.")] = timedelta(
        hours=1
    )

    # The audit trail
    audit_retention: Annotated[
        timedelta,
        _help("How long audit events are kept (whole days).", least=timedelta(days=1)),
    ] = timedelta(days=400)
    explain_retention: Annotated[
        timedelta,
        _help("How long each refusal is kept for audit explain (at most 100,000)."),
    ] = timedelta(hours=24)

    # Passwords and guessing
    hash_time: Annotated[int, _help("Argon2id passes.", ge=1, le=20)] = 2
    hash_memory: Annotated[int, _help("Argon2id memory in KiB.", ge=8, le=4_194_304)] = 19_456
    hash_threads: Annotated[
        int, _help("Threads that hash passwords, per worker; 0: cores / workers.", ge=0)
    ] = 0
    hash_queue: Annotated[int, _help("Passwords that may wait to be hashed.", ge=1)] = 64
    password_memory: Annotated[
        timedelta,
        _help(
            "How long a right password is remembered unhashed (keyed); 0s: never.", least=_NOTHING
        ),
    ] = timedelta(seconds=60)
    lockout_threshold: Annotated[
        int, _help("Wrong passwords in a row that shut an account for one address.", ge=1)
    ] = 4
    lockout_duration: Annotated[timedelta, _help("How long that lasts.")] = timedelta(hours=1)
    lockout_total: Annotated[
        int, _help("Wrong passwords in a row, from all addresses, that lock it for all.", ge=1)
    ] = 100
    flood_limit: Annotated[
        int, _help("Failed passwords or secrets a minute from one address before 429.", ge=1)
    ] = 600
    reveal_locked: Annotated[
        bool, _help("Say 'locked' (403) instead of answering as for a wrong password.")
    ] = False

    # Just-in-time accounts
    jit_enabled: Annotated[bool, _help("Token requests by secret may create accounts.")] = True
    jit_require_profile: Annotated[bool, _help("Creating one needs display_name and email.")] = (
        False
    )
    jit_allow_admin_groups: Annotated[
        bool, _help("Such a request may name groups that administer.")
    ] = False

    # Trusted secrets
    revoke_on_key_disable: Annotated[
        bool, _help("Switching a secret off ends every token bought with it, not only v1's.")
    ] = False
    hide_secret_keys: Annotated[
        bool, _help("auth/search shows only the first characters of a secret.")
    ] = False

    # The betas
    beta_created_time: Annotated[
        Literal["millis", "iso8601"],
        _help("How tokenCreatedTime is written: digits since the epoch, or ISO 8601."),
    ] = "millis"
    beta_get_login: Annotated[
        bool,
        _help("Serve session/login and session/gettoken by GET too: passwords in addresses."),
    ] = False

    # The v2.0 dialect
    v2_error_shape: Annotated[
        Literal["flat", "nested"], _help("Which of two attested error bodies to answer.")
    ] = "flat"
    v2_wrong_credentials_status: Annotated[
        Literal[401, 400], _help("Status of a wrong name, password or secret.")
    ] = 401
    v2_logout_without_session: Annotated[
        Literal["unauthorized", "ok"], _help("What logging out of nothing answers.")
    ] = "unauthorized"

    # The v1 dialect
    v1_require_requested_by: Annotated[
        Literal["off", "cookie_writes", "all_writes"],
        _help("Which writes need an X-Requested-By header: none, those by cookie, all."),
    ] = "cookie_writes"
    v1_logout_without_session: Annotated[
        Literal["ok", "unauthorized"], _help("What logging out of nothing answers.")
    ] = "ok"
    v1_get_login_token: Annotated[
        bool,
        _help("Serve GET session/login/token, the token in the query; never in hardened mode."),
    ] = True

    def rules(self) -> Rules:
        """Return the part that the core decides by."""
        given: dict[str, Any] = {
            name: getattr(self, name, None) for name in Rules.__struct_fields__
        }
        given["hardened"] = self.mode == "hardened"
        return Rules(**given)
