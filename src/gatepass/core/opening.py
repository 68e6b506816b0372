"""Rows of new sessions and of ended ones: what the acts on sessions and the exchange share."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from gatepass.core.audit import record
from gatepass.core.crypto import SESSION, digest
from gatepass.core.means import Means
from gatepass.core.records import (
    PRIMARY_ORG,
    Account,
    Org,
    Principal,
    Session,
    Source,
    Undisclosed,
)
from gatepass.core.store import Revoked, Scope, Transaction

FEW = 16
"""So many ended credentials are told apart in the epoch; more are told by account."""


class Opened(Undisclosed, frozen=True, kw_only=True):
    """A new session, and the secret that its caller holds."""

    session: Session
    secret: str
    name: str
    """The name of the account that the session is of."""


async def open_row(
    tx: Transaction,
    means: Means,
    source: Source,
    account: Account,
    org: Org,
    *,
    now: datetime,
    remember: bool = False,
    parent: Principal | None = None,
) -> Opened:
    """Add a session with a new secret; the account's oldest ends where the cap is passed."""
    rules = means.rules
    started = now if parent is None else parent.chain_started_at
    ends = now + (rules.session_remember if remember else rules.session_max_age)
    ends = min(ends, started + rules.max_token_chain_age)
    if parent is not None and rules.hardened:
        ends = min(ends, parent.expires_at)
    # Chosen before the new one is there: with a clock set back it would count as the oldest.
    surplus = await tx.sessions.beyond(account.id, now, rules.session_cap - 1)
    secret = means.random.secret(SESSION)
    session = Session(
        id=means.random.row_id(now),
        account_id=account.id,
        org_id=org.id,
        opened_at=now,
        last_seen_at=now,
        expires_at=ends,
        remembered=remember,
        chain_started_at=started,
        parent_id=None if parent is None else parent.credential_id,
        object_id=None if parent is None else parent.object_id,
        secret_id=None if parent is None else parent.secret_id,
        actor=None if parent is None else parent.actor,
        attributes=None if parent is None else parent.attributes,
        address=source.address,
        agent=source.agent,
    )
    await tx.sessions.add(session, digest=digest(secret))
    await note_sign_in(tx, account, org, now)
    await record(
        tx,
        means,
        "session.open",
        at=now,
        source=source,
        org_id=org.id,
        by=parent,
        about=account.id,
        session=session.id,
        name=account.name,
        remembered=remember,
    )
    await end_rows(tx, means, source, surplus, now=now, by=parent, act="session.cap")
    return Opened(session=session, secret=secret, name=account.name)


async def note_sign_in(tx: Transaction, account: Account, org: Org, now: datetime) -> None:
    """Keep the Org as the account's last, and the time of its first sign-in."""
    if account.last_org_id != org.id or account.first_login_at is None:
        await tx.accounts.put(
            replace(account, last_org_id=org.id, first_login_at=account.first_login_at or now)
        )
        tx.moved(Scope.account(account.id))


async def end_rows(
    tx: Transaction,
    means: Means,
    source: Source,
    ids: Sequence[str],
    *,
    now: datetime,
    by: Principal | None,
    act: str,
) -> int:
    """End sessions or tokens with all that was bought with them, and write it down."""
    ended = await tx.revocations.ids(ids, now)
    moved_by(tx, ended)
    if ended:
        await record(
            tx,
            means,
            act,
            at=now,
            source=source,
            org_id=PRIMARY_ORG if by is None else by.org_id,
            by=by,
            about=ended[0].account_id,
            ended=[one.id for one in ended[:FEW]],
            count=len(ended),
        )
    return len(ended)


def moved_by(tx: Transaction, ended: Sequence[Revoked]) -> None:
    """Note the revocations: one by one when few, else by account."""
    if len(ended) <= FEW:
        for one in ended:
            tx.moved(Scope.credential(one.digest))
    else:
        for account_id in {one.account_id for one in ended}:
            tx.moved(Scope.account(account_id))
