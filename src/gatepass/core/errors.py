"""Every refusal of the server, as one tree with stable codes.

A refusal says what went wrong in facts; the dialect that was spoken to decides status and words.
A text of a refusal may be shown to the caller, so none carries a secret.
"""

from collections.abc import Mapping


class CoreError(Exception):
    """A refusal that the caller can act on."""

    code = "refused"
    noted = False
    """Whether the act that refused has written that down itself."""
    values: Mapping[str, object] = {}
    """What the deciding check compared: for the audit alone, and never a secret."""


class NotAuthenticated(CoreError):
    """No credential was presented, or none that is good.

    ``reason`` names the deciding check for the log; every reason sounds alike outside. ``ended``
    is ``expired``, ``idle`` or ``revoked`` for a credential that once was good: whoever holds it
    may be told how it ended.
    """

    code = "not_authenticated"

    def __init__(
        self,
        reason: str,
        values: Mapping[str, object] | None = None,
        ended: str | None = None,
    ) -> None:
        super().__init__("a valid session or token is required")
        self.reason = reason
        self.values = values or {}
        self.ended = ended


class NoSession(CoreError):
    """Nothing to log out of: neither a live cookie nor a live token came."""

    code = "no_session"

    def __init__(self) -> None:
        super().__init__("no active session found")


class WrongCredentials(CoreError):
    """The name and password, or the secret, are not right; which of them is not told."""

    code = "wrong_credentials"

    def __init__(self, reason: str) -> None:
        super().__init__("wrong user name, password or secret key")
        self.reason = reason


class AccountNotActive(CoreError):
    """The credential is right but the account may not sign in now."""

    code = "account_not_active"

    def __init__(self, status: str) -> None:
        super().__init__(f"the account is {status.lower()}")
        self.status = status


class SecondFactorRequired(CoreError):
    """The account signs in with multi-factor authentication; a password alone does not do."""

    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__("multi-factor authentication (MFA) is required for this account")


class TrustedAuthDisabled(CoreError):
    """A trusted secret was presented where trusted authentication is not enabled."""

    code = "trusted_auth_disabled"

    def __init__(self) -> None:
        super().__init__("trusted authentication is not enabled")


class NotPermitted(CoreError):
    """The principal lacks the privilege that the act asks for."""

    code = "not_permitted"

    def __init__(self, needed: str) -> None:
        super().__init__(f"not permitted: needs {needed}")
        self.needed = needed


class ScopeTooSmall(CoreError):
    """The token or session is limited to one object, and the act lies outside that limit."""

    code = "scope_too_small"

    def __init__(self) -> None:
        super().__init__("the token is limited to one object and does not cover this call")


class NotProved(CoreError):
    """The owner of the session has not shown the password again lately."""

    code = "not_proved"

    def __init__(self) -> None:
        super().__init__("prove who you are first: POST the password to sessions/prove")


class InvalidParameter(CoreError):
    """A value is missing, malformed, contradictory or not usable."""

    code = "invalid_parameter"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class WeakPassword(InvalidParameter):
    """The new password is too short, too long or too easily guessed."""

    code = "weak_password"

    def __init__(self, reason: str) -> None:
        super().__init__("password", reason)


class OrgNotUsable(InvalidParameter):
    """The Org does not exist, is not active, or is not one of the account's."""

    code = "org_not_usable"

    def __init__(self, field: str = "org_identifier") -> None:
        super().__init__(field, "no such Org for this user")


class BadToken(InvalidParameter):
    """The token to look at does not count; ``reason`` says why."""

    code = "bad_token"

    def __init__(self, reason: str) -> None:
        super().__init__("token", reason)


class NotFound(CoreError):
    """No such record that the principal may see."""

    code = "not_found"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"no {kind} named {name!r}")
        self.kind = kind
        self.name = name


class AlreadyExists(CoreError):
    """A record of that name, or of one that can be mistaken for it, exists."""

    code = "already_exists"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"a {kind} named {name!r}, or one easily mistaken for it, exists")
        self.kind = kind
        self.name = name


class TooManyGuesses(CoreError):
    """Too many wrong passwords or secrets came from one address."""

    code = "too_many_guesses"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many failed attempts from this address")
        self.retry_after = retry_after


class Busy(CoreError):
    """A queue is full or the store does not answer; the same call may succeed later."""

    code = "busy"

    def __init__(self, what: str, retry_after: int = 1) -> None:
        super().__init__(f"{what} is busy, try again")
        self.what = what
        self.retry_after = retry_after
