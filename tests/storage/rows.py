"""Records for the store suite: each new one is like no other, and a test says what matters."""

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    AuditEvent,
    Group,
    Org,
    Session,
    Source,
    Token,
    TokenKind,
    TrustedSecret,
)
from gatepass.core.store import Store, Transaction

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def new_id() -> str:
    return str(uuid4())


def new_digest() -> bytes:
    return secrets.token_bytes(32)


_NUMBERS = itertools.count(secrets.randbelow(2**30) + 1)
"""Drawn once a process, for workers may share a database; drawn each time, two of 10,000 met."""


def new_org(**facts: Any) -> Org:
    number = next(_NUMBERS)
    org = Org(
        id=number,
        name=f"org-{number}",
        description="",
        active=True,
        visible=True,
        created_at=NOON,
    )
    return replace(org, **facts)


def new_account(**facts: Any) -> Account:
    found = new_id()
    account = Account(
        id=found,
        name=f"Mira-{found[:8]}",
        display_name="Mira Holt",
        email=None,
        type=AccountType.LOCAL,
        status=AccountStatus.ACTIVE,
        sharable=True,
        system=False,
        mfa_required=False,
        has_password=False,
        author_id=new_id(),
        modifier_id=new_id(),
        created_at=NOON,
        modified_at=NOON,
    )
    return replace(account, **facts)


def new_group(org: Org, **facts: Any) -> Group:
    found = new_id()
    group = Group(
        id=found,
        org_id=org.id,
        name=f"Group-{found[:8]}",
        display_name="Analysts",
        description="they look at figures",
        system=False,
        author_id=new_id(),
        modifier_id=new_id(),
        created_at=NOON,
        modified_at=NOON,
    )
    return replace(group, **facts)


def new_session(account: Account, org: Org, **facts: Any) -> Session:
    session = Session(
        id=new_id(),
        account_id=account.id,
        org_id=org.id,
        opened_at=NOON,
        last_seen_at=NOON,
        expires_at=NOON + DAY,
        remembered=False,
        chain_started_at=NOON,
    )
    return replace(session, **facts)


def new_token(account: Account, org: Org, **facts: Any) -> Token:
    token = Token(
        id=new_id(),
        kind=TokenKind.FULL,
        account_id=account.id,
        org_id=org.id,
        issued_at=NOON,
        expires_at=NOON + DAY,
        chain_started_at=NOON,
    )
    return replace(token, **facts)


def new_secret(org: Org | None, **facts: Any) -> TrustedSecret:
    secret = TrustedSecret(
        id=new_id(), org_id=None if org is None else org.id, label="default", created_at=NOON
    )
    return replace(secret, **facts)


def new_event(act: str, **facts: Any) -> AuditEvent:
    event = AuditEvent(
        id=new_id(),
        at=NOON,
        act=act,
        refused=None,
        org_id=0,
        by_account=None,
        actor=None,
        about=None,
        source=Source(),
        data={},
    )
    return replace(event, **facts)


async def put(tx: Transaction, *rows: Any, digest: bytes | None = None) -> None:
    """Add records of any kind; names are their own keys, digests are made up unless given."""
    for row in rows:
        match row:
            case Org():
                await tx.orgs.add(row, key=row.name.lower(), skeleton=row.name.lower())
            case Account():
                key = row.name.lower()
                password = "encoded" if row.has_password else None
                await tx.accounts.add(row, key=key, skeleton=key, password=password)
            case Group():
                await tx.groups.add(row, key=row.name.lower(), skeleton=row.name.lower())
            case Session():
                await tx.sessions.add(row, digest=digest or new_digest())
            case Token():
                await tx.tokens.add(row, digest=digest or new_digest())
            case TrustedSecret():
                await tx.secrets.add(row, digest=digest or new_digest(), sealed=b"sealed")
            case AuditEvent():
                await tx.audit.add(row)
            case _:
                raise AssertionError(row)


async def stored(store: Store, *rows: Any, digest: bytes | None = None) -> None:
    """Write records of any kind in one work."""
    await store.write(lambda tx: put(tx, *rows, digest=digest))


@dataclass(frozen=True)
class Holder:
    """An account that is a member of an Org, and what it may hold there."""

    account: Account
    org: Org

    def session(self, **facts: Any) -> Session:
        return new_session(self.account, self.org, **facts)

    def token(self, **facts: Any) -> Token:
        return new_token(self.account, self.org, **facts)


async def stored_holder(store: Store, org: Org | None = None) -> Holder:
    """Write a new account as a member of the Org, or of a new one."""
    holder = Holder(new_account(), org or new_org())

    async def work(tx: Transaction) -> None:
        if org is None:
            await put(tx, holder.org)
        await put(tx, holder.account)
        await tx.orgs.join(holder.account.id, holder.org.id, NOON)

    await store.write(work)
    return holder
