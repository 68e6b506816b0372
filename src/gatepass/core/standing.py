"""Whether what stands behind a credential lets its holder in, and the principal that it makes.

The gate asks when a call comes in. A writing act asks once more inside its transaction: since the
gate, a body was read and perhaps a password hashed, and the caller may have been shut out.
"""

from datetime import datetime, timedelta

from gatepass.core.entitlements import effective, is_cluster_admin, require
from gatepass.core.errors import NotAuthenticated
from gatepass.core.means import Means
from gatepass.core.records import (
    PRIMARY_ORG,
    CredentialKind,
    Principal,
    Session,
    State,
    Token,
)
from gatepass.core.store import Presented, Transaction

_NEVER = timedelta()
_ENDED = {
    f"{state.value} credential": state.value for state in (State.EXPIRED, State.IDLE, State.REVOKED)
}


def objection(means: Means, found: Presented, now: datetime) -> str | None:
    """Say why what stands behind a credential does not let its holder in, if so."""
    credential = found.credential
    if isinstance(credential, Token):
        state = credential.state(now, skew=means.rules.clock_skew)
    else:
        state = _session_state(means, credential, now)
    if state is not State.LIVE:
        return f"{state.value} credential"
    if not found.account.keeps_credentials(now):
        return f"{found.account.standing(now).value.lower()} account"
    if not found.org_active:
        return "inactive Org"
    if not (found.is_member or is_cluster_admin(found.granted)):
        return "not a member of the Org"
    return None


def ended(reason: str) -> str | None:
    """Return how a credential ended that was good once, or None if the objection is another."""
    return _ENDED.get(reason)


def _session_state(means: Means, session: Session, now: datetime) -> State:
    """Judge idleness in the caller's favour by as much as batched writing may hide."""
    seen = means.activity.last(session.id)
    exact = seen is not None and not means.store.shared
    idle = means.rules.session_idle + (_NEVER if exact else means.rules.seen_granularity)
    if seen is not None and seen > session.last_seen_at:
        session = session.seen(seen)
    return session.state(now, idle=idle, skew=means.rules.clock_skew)


def principal_of(found: Presented, key: bytes) -> Principal:
    """Return the principal that a credential of this digest makes.

    An administrator of the cluster reaches beyond one Org only from the Primary Org: a credential
    of another Org, be it bought with that Org's own secret, holds there and nowhere else.
    """
    credential = found.credential
    is_session = isinstance(credential, Session)
    return Principal(
        account_id=found.account.id,
        name=found.account.name,
        org_id=credential.org_id,
        privileges=effective(found.granted, credential.org_id),
        cluster_admin=credential.org_id == PRIMARY_ORG and is_cluster_admin(found.granted),
        kind=CredentialKind.SESSION if is_session else CredentialKind.TOKEN,
        credential_id=credential.id,
        digest=key,
        chain_started_at=credential.chain_started_at,
        expires_at=credential.expires_at,
        object_id=credential.object_id,
        bound_org=not is_session or credential.parent_id is not None,
        secret_id=credential.secret_id,
        actor=credential.actor,
        proved_at=credential.proved_at if isinstance(credential, Session) else None,
        attributes=credential.attributes,
    )


async def behind(tx: Transaction, means: Means, by: Principal, now: datetime) -> Presented:
    """Return what stands behind the caller's credential inside this transaction.

    Raises:
        NotAuthenticated: it does not let its holder in any more.
    """
    found = await tx.presented(by.digest, session=by.kind is CredentialKind.SESSION)
    reason = "ended meanwhile" if found is None else objection(means, found, now)
    if found is None or reason is not None:
        raise NotAuthenticated(f"since the gate: {reason}")
    return found


async def again(tx: Transaction, means: Means, by: Principal, now: datetime) -> Principal:
    """Return the caller as it is inside this transaction; the local operator is what it was.

    Raises:
        NotAuthenticated: its credential does not let it in any more.
    """
    if by.kind is CredentialKind.LOCAL:
        return by
    return principal_of(await behind(tx, means, by, now), by.digest)


async def still(
    tx: Transaction, means: Means, by: Principal, now: datetime, *finer: str
) -> Principal:
    """Return the caller as it is inside this transaction, if it may still do this.

    Raises:
        NotAuthenticated: its credential does not let it in any more.
        ScopeTooSmall, NotPermitted: as ``require`` says.
    """
    caller = await again(tx, means, by, now)
    require(caller, means.rules, *finer)
    return caller
