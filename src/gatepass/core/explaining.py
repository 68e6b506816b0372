"""Say why a call was refused: the deciding check, what it compared, the clock, what would help."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from shlex import quote
from typing import Any

from gatepass.core.records import Record
from gatepass.core.trail import RefusedCall

_RENEW = "sign in again or ask for a new token"
_UNLOCK = "wait until then, or: gatepass account unlock {account}"


class Explained(Record, frozen=True):
    """Why a call was refused."""

    call: RefusedCall
    checks: list[str]
    """The checks that decided, each with the values and the clock that it compared."""
    fixes: list[str]


def explained(call: RefusedCall) -> Explained:
    """Return the explanation of a refused call."""
    checks, fixes = [], []
    for part in call.reason.split("; ") if call.code == "not_authenticated" else [call.reason]:
        reason = part.removeprefix("since the gate: ")
        say, fix = REASONS.get(reason) or CODES.get(call.code) or (_as_it_is, "change the request")
        later = "" if reason == part else ", in the time between the gate and the act"
        checks.append(say(reason, call) + later)
        fixes.append(fix.format_map(_Known(_quoted(call.values))))
    return Explained(call=call, checks=checks, fixes=fixes)


class _Known(dict[str, Any]):
    """Values by name; what is not known stands there as its name."""

    def __missing__(self, name: str) -> str:
        return name.upper()


def _as_it_is(reason: str, _: RefusedCall) -> str:
    return reason


def _says(text: str) -> Callable[[str, RefusedCall], str]:
    """Return what says a fixed text with the values of the call put in."""
    return lambda _, call: text.format_map(_Known(_shown(call)))


def _since(name: str, text: str) -> Callable[[str, RefusedCall], str]:
    """Return what says a text, and how long before the server's clock a time of the values lies."""

    def say(reason: str, call: RefusedCall) -> str:
        at = _time(call.values.get(name))
        if at is None:
            return reason
        known = _Known(_shown(call))
        return f"{text.format_map(known)} {_apart(at, call.at)} (at {_text(at)})"

    return say


def _time(value: object) -> datetime | None:
    """Return a time, also one that comes out of JSON."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def _text(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="milliseconds").replace("+00:00", "Z")


def _apart(at: datetime, clock: datetime) -> str:
    away = at - clock
    ahead = away > timedelta()
    length = f"{abs(away).total_seconds():.3f}".rstrip("0").rstrip(".")
    return f"{length} s ahead of the server clock" if ahead else f"{length} s ago by server clock"


def _shown(call: RefusedCall) -> dict[str, Any]:
    values = {"address": call.address, "org_id": call.org_id, **call.values}
    return {name: value for name, value in values.items() if value is not None}


def _quoted(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as they may stand in a command that somebody copies."""
    return {name: quote(str(value)) for name, value in values.items() if value is not None}


def _privileges(reason: str, call: RefusedCall) -> str:
    held = ", ".join(call.values.get("privileges") or ()) or "none"
    return f"{reason}; the caller's privileges: {held}"


Say = tuple[Callable[[str, RefusedCall], str], str]

REASONS: dict[str, Say] = {
    "no credential": (
        _says("neither an Authorization header with a bearer token nor a session cookie came"),
        "send 'Authorization: Bearer TOKEN' or the session cookie; a proxy may have dropped it",
    ),
    "malformed credential": (
        _says("what came has not the look of a session or token of this server"),
        "send the token whole and unchanged, and a session's text as a cookie only",
    ),
    "unknown credential": (
        _says("no session or token of this server has that text, or it ended long ago"),
        f"{_RENEW}; or the token is another installation's",
    ),
    "expired credential": (
        _since("expires_at", "the {credential} {credential_id} of {account} expired"),
        f"{_RENEW}; for a longer life: validity_time_in_sec, up to max_token_validity",
    ),
    "revoked credential": (
        _since("revoked_at", "the {credential} {credential_id} of {account} was ended"),
        f"{_RENEW}; who ended it: gatepass audit search --person {{account}}",
    ),
    "idle credential": (
        _since(
            "last_seen_at",
            "the session {credential_id} of {account} goes idle after {idle_s} s; last used",
        ),
        "sign in again; for longer: session_idle, or remember_me at sign-in",
    ),
    "from the future credential": (
        _since(
            "made_at",
            "the {credential} {credential_id} of {account} (allowed: {skew_s} s) was made",
        ),
        "set the clocks of all nodes by NTP; clock_skew is what may differ",
    ),
    "expired account": (
        _since("account_expires_at", "the account {account} expired"),
        "give the account another end, or another account the work",
    ),
    "inactive account": (
        _says("the account {account} is INACTIVE"),
        "gatepass account activate {account}",
    ),
    "locked account": (_says("the account {account} is LOCKED"), _UNLOCK),
    "inactive Org": (_says("the Org {org_id} is switched off"), "switch the Org on again"),
    "not a member of the Org": (
        _says("{account} is no member of the Org {org_id} any more"),
        "gatepass org add {org_id} {account}, then a new sign-in",
    ),
    "ended meanwhile": (_says("the credential was ended while the call was under way"), _RENEW),
    "the token is another user's": (
        _says("the body names another user than the token's"),
        "name the token's user, or none",
    ),
    "no such account": (_says("no account has the name that was given"), "check the name"),
    "no password": (
        _says("the account {account} has no password"),
        "gatepass account set-password {account}, or sign in by trusted secret",
    ),
    "wrong password": (
        _says("the password is not that of {account}"),
        "gatepass account set-password {account}",
    ),
    "wrong secret key": (
        _says("no live trusted secret that counts here has this text"),
        "gatepass secret list: is it ended, or another Org's?",
    ),
    "locked": (
        _since("locked_until", "wrong passwords have locked {account} until a time that is"),
        _UNLOCK,
    ),
    "shut for this address": (
        _since("shut_until", "wrong passwords have shut {account} for this address until"),
        _UNLOCK,
    ),
    "changed meanwhile": (
        _says("the password was changed while this one was checked"),
        "use the new one",
    ),
    "locked or shut meanwhile": (
        _says("wrong passwords from elsewhere locked the account in that moment"),
        _UNLOCK,
    ),
    "second factor required": (
        _says("the account {account} signs in with a second factor; a password does not do"),
        "use a sign-in with a second factor, or switch it off for this account",
    ),
    "inactive": (_says("the account {account} is INACTIVE"), "gatepass account activate {account}"),
    "expired": (
        _since("account_expires_at", "the account {account} expired"),
        "give the account another end",
    ),
}
"""By the deciding check."""

CODES: dict[str, Say] = {
    "account_not_active": (_as_it_is, "gatepass account show {account}"),
    "trusted_auth_disabled": (
        _says("no trusted secret lives for the cluster or for this Org"),
        "gatepass secret enable",
    ),
    "not_permitted": (_privileges, "put {account} into a group that grants what is needed"),
    "scope_too_small": (
        _says("the {credential} of {account} is limited to the object {object_id}"),
        "use a token that is not limited to an object",
    ),
    "not_proved": (_as_it_is, "show the password again first; it holds for session_prove"),
    "org_not_usable": (_as_it_is, "gatepass org list; is the account a member, is the Org active?"),
    "too_many_guesses": (
        _says("too many wrong passwords or secrets came from {address} within a minute"),
        "wait a minute; for more: flood_limit; behind a proxy: trusted_proxies",
    ),
    "busy": (_as_it_is, "try again; is the disk full, the store locked, hash_queue too small?"),
    "broken": (_as_it_is, "a fault: the server's log has it under this incident id"),
    "foreign_origin": (_as_it_is, "name the page's origin in cors_origins"),
}
"""By code, where the check has no line of its own."""
