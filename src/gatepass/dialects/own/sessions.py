"""Sessions: list them, prove who one is, end one, some or all."""

from datetime import datetime
from typing import Any

import msgspec

from gatepass.core.errors import InvalidParameter
from gatepass.core.records import Session, Undisclosed
from gatepass.http.call import NO_CONTENT, Call, Reply
from gatepass.http.refusals import BadRequest, WrongMediaType
from gatepass.http.routing import NoBody, Operation

_JSON = b"application/json"
_TRUE, _FALSE = ("true", "1"), ("false", "0", "")


class Proof(Undisclosed, frozen=True):
    """The body of ``sessions/prove``."""

    password: str | None = None


class SessionBody(msgspec.Struct, frozen=True):
    """A session as shown: times in ISO 8601, UTC."""

    id: str
    account_id: str
    org_id: int
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    remembered: bool
    object_id: str | None
    actor: str | None
    address: str | None
    agent: str | None
    current: bool


def _body(session: Session, current_id: str) -> SessionBody:
    return SessionBody(
        id=session.id,
        account_id=session.account_id,
        org_id=session.org_id,
        opened_at=session.opened_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
        remembered=session.remembered,
        object_id=session.object_id,
        actor=session.actor,
        address=session.address,
        agent=session.agent,
        current=session.id == current_id,
    )


async def listing(call: Call[None]) -> Reply:
    """GET sessions: one's own, or by ``account`` and ``org`` as an administrator."""
    by = call.principal
    account, org_id, _ = _which(call)
    if account is None and org_id is None:
        account = by.account_id
    found = await call.core.sessions.live(by, account=account, org_id=org_id)
    return Reply(200, msgspec.json.encode([_body(one, by.credential_id) for one in found]))


async def end_one(call: Call[None]) -> Reply:
    """DELETE sessions/{session_id}."""
    ended = await call.core.sessions.end_one(
        call.principal, call.source, call.path["session_id"].lower()
    )
    return Reply(200, msgspec.json.encode({"ended": ended}))


async def end_many(call: Call[None]) -> Reply:
    """DELETE sessions: exactly one of ``account``, ``org`` and ``all=true``."""
    account, org_id, everyone = _which(call)
    ended = await call.core.sessions.end_many(
        call.principal, call.source, account=account, org_id=org_id, everyone=everyone
    )
    return Reply(200, msgspec.json.encode({"ended": ended}))


async def prove(call: Call[Proof]) -> Reply:
    """POST sessions/prove."""
    await call.core.sessions.prove(call.principal, call.source, password=call.body.password)
    return Reply(NO_CONTENT)


def _which(call: Call[None]) -> tuple[str | None, int | None, bool]:
    query = call.query
    org = query.get("org", "")
    if org and not (org.isascii() and org.removeprefix("-").isdigit() and len(org) <= 11):  # noqa: PLR2004
        raise InvalidParameter("org", "is the number of an Org")
    word = query.get("all", "").lower()
    if word not in _TRUE + _FALSE:
        raise InvalidParameter("all", "is true or false")
    return query.get("account") or None, int(org) if org else None, word in _TRUE


def decode(operation: Operation[Any], content_type: bytes | None, body: bytes) -> Any:
    """Return the body as the operation's struct.

    Raises:
        WrongMediaType: a body comes as something other than JSON.
        BadRequest: it is malformed or of a wrong type.
    """
    kind: type[Any] = operation.body
    if kind is NoBody:
        return None
    if not body.strip():
        return kind()
    if (content_type or _JSON).split(b";", 1)[0].strip().lower() != _JSON:
        raise WrongMediaType(_JSON.decode())
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest("malformed JSON, or a wrong type") from error


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("listSessions", "GET", "sessions", listing, NoBody),
    Operation("endSessions", "DELETE", "sessions", end_many, NoBody),
    Operation("proveSession", "POST", "sessions/prove", prove, Proof),
    Operation("endSession", "DELETE", "sessions/{session_id}", end_one, NoBody),
)
