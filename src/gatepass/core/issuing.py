"""The row of a new access token: what issuing by a password or secret and the exchange share."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from gatepass.core.attributes import Attributes
from gatepass.core.audit import record
from gatepass.core.crypto import FULL_TOKEN, OBJECT_TOKEN, V1_TOKEN, digest
from gatepass.core.means import Means
from gatepass.core.records import (
    Account,
    Org,
    Principal,
    Source,
    Token,
    TokenKind,
    TrustedSecret,
    Undisclosed,
)
from gatepass.core.store import Transaction

PREFIXES = {
    TokenKind.FULL: FULL_TOKEN,
    TokenKind.OBJECT: OBJECT_TOKEN,
    TokenKind.V1: V1_TOKEN,
}


class Issued(Undisclosed, frozen=True, kw_only=True):
    """A new token, and the secret that its caller holds."""

    token: Token
    secret: str
    name: str
    """The name of the account that the token is for."""
    org_name: str


async def add_token(
    tx: Transaction,
    means: Means,
    source: Source,
    *,
    account: Account,
    org: Org,
    now: datetime,
    validity: timedelta,
    object_id: str | None = None,
    v1: bool = False,
    parent: Principal | None = None,
    secret: TrustedSecret | None = None,
    by: Principal | None = None,
    attributes: Attributes | None = None,
    sign: Callable[[Token], Awaitable[str]] | None = None,
) -> Issued:
    """Add a token that lives so long, but never past the end of its chain.

    ``parent`` buys it with what it holds; ``by`` merely acts for the account. ``sign`` makes the
    text of a custom token from its row; others are random.
    """
    rules = means.rules
    kind = TokenKind.FULL if object_id is None else TokenKind.OBJECT
    if v1 or sign is not None:
        kind = TokenKind.V1 if v1 else TokenKind.CUSTOM
    started = now if parent is None else parent.chain_started_at
    ends = min(now + validity, started + rules.max_token_chain_age)
    if parent is not None and rules.hardened:
        ends = min(ends, parent.expires_at)
    inherited = None if parent is None else parent.secret_id
    acting = by or parent
    token = Token(
        id=means.random.row_id(now),
        kind=kind,
        account_id=account.id,
        org_id=org.id,
        issued_at=now,
        expires_at=ends,
        chain_started_at=started,
        parent_id=None if parent is None else parent.credential_id,
        object_id=object_id,
        secret_id=inherited if secret is None else secret.id,
        actor=secret.label if secret else None if acting is None else acting.actor,
        attributes=attributes if parent is None else parent.attributes,
    )
    text = means.random.secret(PREFIXES[kind]) if sign is None else await sign(token)
    await tx.tokens.add(token, digest=digest(text))
    await record(
        tx,
        means,
        "token.issue",
        at=now,
        source=source,
        org_id=org.id,
        by=acting,
        about=account.id,
        actor=token.actor,
        token=token.id,
        kind=kind.value,
        name=account.name,
        expires_at=ends,
    )
    return Issued(token=token, secret=text, name=account.name, org_name=org.name)
