"""The nouns of the domain as frozen data, with the rules that need nothing but the record."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from gatepass.core.attributes import Attributes, Stored

T = TypeVar("T")

PRIMARY_ORG = 0
ALL_ORGS = -1
SYSTEM_ACCOUNT = "67e15c06-d153-4924-a4cd-ff615393b60f"
"""The account ``system``: author of what no signed-in person made."""


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Frozen data; change is ``msgspec.structs.replace``."""


class Undisclosed(msgspec.Struct, frozen=True):
    """Data that may hold a secret: whatever prints values shows its kind and nothing more.

    Both ways are closed: ``repr``, and the protocol by which rich prints a traceback's locals.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class AccountType(StrEnum):
    """Where an account comes from."""

    LOCAL = "LOCAL_USER"
    LDAP = "LDAP_USER"
    SAML = "SAML_USER"
    OIDC = "OIDC_USER"
    REMOTE = "REMOTE_USER"


class AccountStatus(StrEnum):
    """Whether an account may sign in, and why not."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    EXPIRED = "EXPIRED"
    LOCKED = "LOCKED"
    PENDING = "PENDING"
    SUSPENDED = "SUSPENDED"


class GroupType(StrEnum):
    """Where a group comes from."""

    LOCAL = "LOCAL_GROUP"
    LDAP = "LDAP_GROUP"
    TEAM = "TEAM_GROUP"
    TENANT = "TENANT_GROUP"


class ListChange(StrEnum):
    """What a change does with a list: set it, add to it, take from it."""

    REPLACE = "REPLACE"
    ADD = "ADD"
    REMOVE = "REMOVE"

    def of(self, current: AbstractSet[T], named: AbstractSet[T]) -> set[T]:
        """Return what is in the list after the change."""
        if self is ListChange.REPLACE:
            return set(named)
        return set(current | named if self is ListChange.ADD else current - named)


class State(StrEnum):
    """Whether a session or token counts, and why not."""

    LIVE = "live"
    REVOKED = "revoked"
    EXPIRED = "expired"
    IDLE = "idle"
    FUTURE = "from the future"


class TokenKind(StrEnum):
    """What an access token is limited to, and by which rules it lives."""

    FULL = "full"
    OBJECT = "object"
    CUSTOM = "custom"
    V1 = "v1"


class CredentialKind(StrEnum):
    """What proved a principal."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    LOCAL = "local"


class Org(Record, frozen=True):
    """A tenant."""

    id: int
    name: str
    description: str
    active: bool
    visible: bool
    created_at: datetime


class Preferences(Record, frozen=True, omit_defaults=True):
    """What an account likes; kept and shown, never decided on."""

    notify_on_share: bool = True
    show_onboarding_experience: bool = True
    onboarding_experience_completed: bool = False
    welcome_email_sent: bool = False
    preferred_locale: str | None = None
    use_browser_language: bool | None = None
    extended_properties: dict[str, Any] = {}
    extended_preferences: dict[str, Any] = {}


class Account(Record, frozen=True):
    """One that can sign in, person or service."""

    id: str
    name: str
    display_name: str
    email: str | None
    type: AccountType
    status: AccountStatus
    sharable: bool
    system: bool
    mfa_required: bool
    has_password: bool
    author_id: str
    modifier_id: str
    created_at: datetime
    modified_at: datetime
    expires_at: datetime | None = None
    locked_until: datetime | None = None
    first_login_at: datetime | None = None
    last_org_id: int | None = None
    preferences: Preferences = Preferences()

    def standing(self, now: datetime) -> AccountStatus:
        """Say the status at ``now``: a lock by guesses and a term run out by themselves."""
        if self.status is AccountStatus.LOCKED and self.locked_until is not None:
            if now < self.locked_until:
                return AccountStatus.LOCKED
        elif self.status is not AccountStatus.ACTIVE:
            return self.status
        if self.expires_at is not None and now >= self.expires_at:
            return AccountStatus.EXPIRED
        return AccountStatus.ACTIVE

    def keeps_credentials(self, now: datetime) -> bool:
        """Say whether live sessions and tokens go on: a lock by guesses is no weapon."""
        # Nor is it a shelter: whoever locks an account does not lengthen its term.
        if self.expires_at is not None and now >= self.expires_at:
            return False
        standing = self.standing(now)
        return standing is AccountStatus.ACTIVE or (
            standing is AccountStatus.LOCKED and self.locked_until is not None
        )


class Group(Record, frozen=True):
    """Accounts of one Org together."""

    id: str
    org_id: int
    name: str
    display_name: str
    description: str
    system: bool
    author_id: str
    modifier_id: str
    created_at: datetime
    modified_at: datetime
    type: GroupType = GroupType.LOCAL
    sharable: bool = True
    joined_by_all: bool = False
    """Whether whoever joins the Org from now on is put in."""


class Favorite(Record, frozen=True):
    """An object that an account keeps at hand in one Org."""

    id: str
    type: str


class Session(Record, frozen=True):
    """One signed-in stretch of one account in one Org."""

    id: str
    account_id: str
    org_id: int
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    remembered: bool
    chain_started_at: datetime
    revoked_at: datetime | None = None
    parent_id: str | None = None
    object_id: str | None = None
    secret_id: str | None = None
    actor: str | None = None
    address: str | None = None
    agent: str | None = None
    proved_at: datetime | None = None
    attributes: Attributes | None = None

    def seen(self, at: datetime) -> "Session":
        """Return the session as last seen then."""
        return msgspec.structs.replace(self, last_seen_at=at)

    def state(self, now: datetime, *, idle: timedelta, skew: timedelta = timedelta()) -> State:
        """Say whether the session counts at ``now``, and why not if not."""
        if self.revoked_at is not None:
            return State.REVOKED
        if now >= self.expires_at:
            return State.EXPIRED
        if now < self.opened_at - skew:
            return State.FUTURE
        if not self.remembered and now - self.last_seen_at >= idle:
            return State.IDLE
        return State.LIVE


class Token(Record, frozen=True):
    """What a client shows instead of a password."""

    id: str
    kind: TokenKind
    account_id: str
    org_id: int
    issued_at: datetime
    expires_at: datetime
    chain_started_at: datetime
    revoked_at: datetime | None = None
    parent_id: str | None = None
    object_id: str | None = None
    secret_id: str | None = None
    actor: str | None = None
    attributes: Attributes | None = None
    """What a custom token carries, and what is bought with one; None for all others."""

    def state(self, now: datetime, *, skew: timedelta = timedelta()) -> State:
        """Say whether the token counts at ``now``, and why not if not."""
        if self.revoked_at is not None:
            return State.REVOKED
        if now >= self.expires_at:
            return State.EXPIRED
        if now < self.issued_at - skew:
            return State.FUTURE
        return State.LIVE


class TrustedSecret(Record, frozen=True):
    """A secret that speaks for a whole Org, or for the cluster if ``org_id`` is None."""

    id: str
    org_id: int | None
    label: str
    created_at: datetime
    revoked_at: datetime | None = None
    """When it ends, while a later one takes over; before all time if it was ended at once."""
    last_used_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Say whether the secret counts at ``now``."""
        return self.revoked_at is None or now < self.revoked_at


class KeyState(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"
    CURRENT = "current"
    PREVIOUS = "previous"
    ENDED = "ended"


class SigningKey(Record, frozen=True):
    """A key as kept: its public part in clear, its private part sealed elsewhere."""

    id: str
    state: KeyState
    public: dict[str, Any]
    created_at: datetime
    changed_at: datetime


class Guesses(Record, frozen=True):
    """Wrong passwords in a row for one account, from one address or (empty) from all."""

    account_id: str
    address: str
    failures: int
    shut_until: datetime | None = None


class Entitlements(Record, frozen=True):
    """Runtime filters, sorts and parameters that stand on an account in one Org, as on the wire."""

    runtime_filters: list[dict[str, Any]] = []
    runtime_sorts: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []


class Principal(Record, frozen=True):
    """Who is calling, as proved by the session or token behind the call."""

    account_id: str
    name: str
    org_id: int
    privileges: frozenset[str]
    cluster_admin: bool
    kind: CredentialKind
    credential_id: str
    digest: bytes
    chain_started_at: datetime
    expires_at: datetime
    object_id: str | None = None
    bound_org: bool = False
    secret_id: str | None = None
    actor: str | None = None
    proved_at: datetime | None = None
    attributes: Attributes | None = None

    @property
    def is_limited(self) -> bool:
        """Whether an object or attributes narrow what the credential gives."""
        return self.object_id is not None or self.attributes is not None


class Profile(Record, frozen=True):
    """All that an account is in one Org, for showing it."""

    account: Account
    org: Org
    orgs: list[Org]
    groups: list[Group]
    inherited_groups: list[Group]
    privileges: list[str]
    org_privileges: dict[int, list[str]]
    entitlements: dict[int, Entitlements]
    attributes: dict[int, dict[str, Stored]]
    home_liveboard: str | None = None
    favorites: Sequence[Favorite] = ()
    object_names: Mapping[tuple[str, str], str] = {}
    """Names of objects among those, by kind and id, as far as whoever asks may see them."""
    worded: dict[object, bytes] = msgspec.field(default_factory=dict)
    """What dialects made of it, by what that depends on besides; it goes with the profile."""


class Source(Record, frozen=True):
    """Where a call comes from; the audit names it."""

    address: str | None = None
    agent: str | None = None
    operation: str = ""
    incident_id: str = ""


class AuditEvent(Record, frozen=True):
    """What happened, by whom, when; never changed."""

    id: str
    at: datetime
    act: str
    refused: str | None
    org_id: int
    by_account: str | None
    actor: str | None
    about: str | None
    source: Source
    data: dict[str, Any]
