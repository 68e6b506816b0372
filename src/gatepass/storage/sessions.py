"""Rows to sessions and access tokens."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from gatepass.core.attributes import Attributes
from gatepass.core.records import Session, Token, TokenKind
from gatepass.core.store import Revoked
from gatepass.storage.columns import among_few
from gatepass.storage.schema import sessions, tokens
from gatepass.storage.statements import (
    Link,
    Prepared,
    Row,
    opt_micros,
    opt_time,
    to_micros,
    to_time,
)

_decode = msgspec.json.Decoder(Attributes).decode
_KINDS = {kind.value: kind for kind in TokenKind}
SESSION_COLUMNS = tuple(column for column in sessions.c if column.name != "digest")
TOKEN_COLUMNS = tuple(column for column in tokens.c if column.name != "digest")


def to_session(row: Row) -> Session:
    """Return the session of a row that begins with ``SESSION_COLUMNS``."""
    return Session(
        id=row[0],
        account_id=row[1],
        org_id=row[2],
        opened_at=to_time(row[3]),
        last_seen_at=to_time(row[4]),
        expires_at=to_time(row[5]),
        remembered=bool(row[6]),
        chain_started_at=to_time(row[7]),
        revoked_at=opt_time(row[8]),
        parent_id=row[9],
        object_id=row[10],
        secret_id=row[11],
        actor=row[12],
        address=row[13],
        agent=row[14],
        proved_at=opt_time(row[15]),
        attributes=_attributes(row[16]),
    )


def to_token(row: Row) -> Token:
    """Return the token of a row that begins with ``TOKEN_COLUMNS``."""
    return Token(
        id=row[0],
        kind=_KINDS[row[1]],
        account_id=row[2],
        org_id=row[3],
        issued_at=to_time(row[4]),
        expires_at=to_time(row[5]),
        chain_started_at=to_time(row[6]),
        revoked_at=opt_time(row[7]),
        parent_id=row[8],
        object_id=row[9],
        secret_id=row[10],
        actor=row[11],
        attributes=_attributes(row[12]),
    )


def _attributes(text: str | None) -> Attributes | None:
    return None if text is None else _decode(text)


def _encoded(attributes: Attributes | None) -> str | None:
    return None if attributes is None else msgspec.json.encode(attributes).decode()


def _is_live() -> ColumnElement[bool]:
    return sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > bindparam("at"))


_SESSION_BY_ID = Prepared(select(*SESSION_COLUMNS).where(sessions.c.id == bindparam("key")))
_SESSION_BY_DIGEST = Prepared(select(*SESSION_COLUMNS).where(sessions.c.digest == bindparam("key")))
_ADD_SESSION = Prepared(insert(sessions))
_LIVE = select(*SESSION_COLUMNS).where(_is_live()).order_by(sessions.c.opened_at, sessions.c.id)
_LIVE_ALL = Prepared(_LIVE)
_LIVE_OF_ACCOUNT = Prepared(_LIVE.where(sessions.c.account_id == bindparam("account")))
_LIVE_OF_ORG = Prepared(_LIVE.where(sessions.c.org_id == bindparam("org")))
_LIVE_OF_BOTH = Prepared(
    _LIVE.where(
        sessions.c.account_id == bindparam("account"),
        among_few(sessions.c.org_id, bindparam("org")),
    )
)
_COUNT_LIVE = Prepared(
    select(func.count()).select_from(
        select(sessions.c.id)
        .where(
            _is_live(),
            or_(sessions.c.remembered == 1, sessions.c.last_seen_at > bindparam("seen_after")),
        )
        .limit(bindparam("most"))
        .subquery()
    )
)
_BEYOND = Prepared(
    select(sessions.c.id)
    .where(_is_live(), sessions.c.account_id == bindparam("account"))
    .order_by(sessions.c.opened_at.desc(), sessions.c.id.desc())
    .limit(1000)
    .offset(bindparam("cap"))
)
_SET_ORG = Prepared(
    update(sessions).where(sessions.c.id == bindparam("key")).values(org_id=bindparam("org"))
)
_SET_PROVED = Prepared(
    update(sessions).where(sessions.c.id == bindparam("key")).values(proved_at=bindparam("proved"))
)
_TOUCH = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("key"), sessions.c.last_seen_at < bindparam("seen"))
    .values(last_seen_at=bindparam("seen"))
)
_TOKEN_BY_ID = Prepared(select(*TOKEN_COLUMNS).where(tokens.c.id == bindparam("key")))
_TOKEN_BY_DIGEST = Prepared(select(*TOKEN_COLUMNS).where(tokens.c.digest == bindparam("key")))
_ADD_TOKEN = Prepared(insert(tokens))
_MINTED_BEYOND = Prepared(
    select(tokens.c.id)
    .where(
        tokens.c.parent_id == bindparam("parent"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("at"),
    )
    .order_by(tokens.c.issued_at.desc(), tokens.c.id.desc())
    .limit(1000)
    .offset(bindparam("cap"))
)
_SHORTEN = Prepared(
    update(tokens)
    .where(
        tokens.c.account_id == bindparam("account"),
        tokens.c.secret_id == bindparam("secret"),
        tokens.c.kind == bindparam("of_kind"),
        tokens.c.id != bindparam("but"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("until"),
    )
    .values(expires_at=bindparam("until"))
    .returning(tokens.c.account_id, tokens.c.id, tokens.c.digest)
)
_SHORTEN_ALL = Prepared(
    update(tokens)
    .where(
        tokens.c.secret_id == bindparam("secret"),
        tokens.c.kind == bindparam("of_kind"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("until"),
    )
    .values(expires_at=bindparam("until"))
)
_ANY_OF = Prepared(
    select(tokens.c.id)
    .where(
        tokens.c.secret_id == bindparam("secret"),
        tokens.c.kind == bindparam("of_kind"),
        tokens.c.id != bindparam("but"),
    )
    .limit(1)
)


class Sessions:
    """The session desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, session_id: str) -> Session | None:
        row = await self._link.one(_SESSION_BY_ID, key=session_id)
        return None if row is None else to_session(row)

    async def by_digest(self, digest: bytes) -> Session | None:
        row = await self._link.one(_SESSION_BY_DIGEST, key=digest)
        return None if row is None else to_session(row)

    async def add(self, session: Session, *, digest: bytes) -> None:
        await self._link.run(
            _ADD_SESSION,
            id=session.id,
            digest=digest,
            account_id=session.account_id,
            org_id=session.org_id,
            opened_at=to_micros(session.opened_at),
            last_seen_at=to_micros(session.last_seen_at),
            expires_at=to_micros(session.expires_at),
            remembered=int(session.remembered),
            chain_started_at=to_micros(session.chain_started_at),
            revoked_at=None,
            parent_id=session.parent_id,
            object_id=session.object_id,
            secret_id=session.secret_id,
            actor=session.actor,
            address=session.address,
            agent=session.agent,
            proved_at=opt_micros(session.proved_at),
            attributes=_encoded(session.attributes),
        )

    async def live(
        self, at: datetime, *, account_id: str | None, org_id: int | None
    ) -> list[Session]:
        """Return sessions neither ended nor past their end, oldest first; some may be idle."""
        now = to_micros(at)
        if account_id is None and org_id is None:
            rows = await self._link.all(_LIVE_ALL, at=now)
        elif account_id is None:
            rows = await self._link.all(_LIVE_OF_ORG, at=now, org=org_id)
        elif org_id is None:
            rows = await self._link.all(_LIVE_OF_ACCOUNT, at=now, account=account_id)
        else:
            rows = await self._link.all(_LIVE_OF_BOTH, at=now, account=account_id, org=org_id)
        return [to_session(row) for row in rows]

    async def count_live(self, at: datetime, *, seen_after: datetime, most: int) -> int:
        """Count sessions neither ended, past their end nor idle, up to so many."""
        row = await self._link.one(
            _COUNT_LIVE, at=to_micros(at), seen_after=to_micros(seen_after), most=most
        )
        return 0 if row is None else int(row[0])

    async def beyond(self, account_id: str, at: datetime, cap: int) -> list[str]:
        """Return the ids of the account's oldest sessions beyond the newest ``cap``."""
        rows = await self._link.all(_BEYOND, account=account_id, at=to_micros(at), cap=cap)
        return [row[0] for row in rows]

    async def set_org(self, session_id: str, org_id: int) -> None:
        await self._link.run(_SET_ORG, key=session_id, org=org_id)

    async def set_proved(self, session_id: str, at: datetime) -> None:
        await self._link.run(_SET_PROVED, key=session_id, proved=to_micros(at))

    async def touch(self, seen: Mapping[str, datetime]) -> None:
        """Move last-seen times forward, never back."""
        await self._link.many(
            _TOUCH, [{"key": key, "seen": to_micros(at)} for key, at in seen.items()]
        )


class Tokens:
    """The token desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, token_id: str) -> Token | None:
        row = await self._link.one(_TOKEN_BY_ID, key=token_id)
        return None if row is None else to_token(row)

    async def by_digest(self, digest: bytes) -> Token | None:
        row = await self._link.one(_TOKEN_BY_DIGEST, key=digest)
        return None if row is None else to_token(row)

    async def add(self, token: Token, *, digest: bytes) -> None:
        await self._link.run(
            _ADD_TOKEN,
            id=token.id,
            digest=digest,
            kind=token.kind.value,
            account_id=token.account_id,
            org_id=token.org_id,
            issued_at=to_micros(token.issued_at),
            expires_at=to_micros(token.expires_at),
            chain_started_at=to_micros(token.chain_started_at),
            revoked_at=None,
            parent_id=token.parent_id,
            object_id=token.object_id,
            secret_id=token.secret_id,
            actor=token.actor,
            attributes=_encoded(token.attributes),
        )

    async def minted_beyond(self, parent_id: str, at: datetime, cap: int) -> list[str]:
        """Return the ids of the oldest live tokens of one parent beyond the newest ``cap``."""
        rows = await self._link.all(_MINTED_BEYOND, parent=parent_id, at=to_micros(at), cap=cap)
        return [row[0] for row in rows]

    async def shorten(
        self, account_id: str, secret_id: str, kind: str, until: datetime, *, but: str
    ) -> list[Revoked]:
        """Bring the end of the account's other tokens of this kind and secret forward."""
        rows = await self._link.all(
            _SHORTEN,
            account=account_id,
            secret=secret_id,
            of_kind=kind,
            until=to_micros(until),
            but=but,
        )
        return [Revoked(account_id=row[0], id=row[1], digest=row[2]) for row in rows]

    async def shorten_all(self, secret_id: str, kind: str, until: datetime) -> int:
        """Let the tokens of one kind and secret end then at the latest; return how many did not."""
        return await self._link.run(
            _SHORTEN_ALL, secret=secret_id, of_kind=kind, until=to_micros(until)
        )

    async def any_of(self, secret_id: str, kind: str, *, but: str) -> bool:
        """Say whether the secret has bought a token of this kind, another than that."""
        return await self._link.one(_ANY_OF, secret=secret_id, of_kind=kind, but=but) is not None
