"""Whose sessions and tokens a principal may see and end: its own, or an Org's it administers."""

from datetime import datetime, timedelta

from gatepass.core import orgs
from gatepass.core.account_rows import find_account
from gatepass.core.entitlements import refuse_limited, require
from gatepass.core.errors import NotFound, NotPermitted, NotProved, OrgNotUsable
from gatepass.core.means import Means
from gatepass.core.privileges import ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import CredentialKind, Principal
from gatepass.core.store import Transaction


async def reach(
    tx: Transaction,
    means: Means,
    by: Principal,
    now: datetime,
    *,
    account: str | None,
    org_id: int | None,
    everyone: bool = False,
) -> tuple[str | None, int | None]:
    """Return the account and the Org that an act is confined to, None for all of them.

    Who is meant is settled by id: one account's name may be another's id.

    Raises:
        NotProved: it is about what the principal itself holds, and the proof is too old.
        ScopeTooSmall, NotPermitted: the principal may not.
        OrgNotUsable: the Org is beyond its reach, or there is none.
        NotFound: no such account within its reach.
    """
    named = None if account is None else await find_account(tx, account)
    if named is not None and named.id == by.account_id and org_id is None:
        await require_proof(tx, means, by, now)
        return named.id, widest(by, own=True)
    require(by, means.rules, USER_ADMINISTRATION)
    if everyone and not by.cluster_admin:
        raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")
    scope = widest(by, own=False)
    if org_id is not None:
        if scope not in {None, org_id} or await orgs.find(tx, org_id) is None:
            raise OrgNotUsable("org")
        scope = org_id
    if account is None:
        return None, scope
    if named is None or (scope is not None and not await tx.orgs.is_member(named.id, scope)):
        raise NotFound("user", account)
    return named.id, scope


def widest(by: Principal, *, own: bool) -> int | None:
    """Return the Org beyond which the principal ends and sees nothing, None if none."""
    everywhere = by.cluster_admin or (own and not by.bound_org)
    return None if everywhere else by.org_id


async def require_proof(tx: Transaction, means: Means, by: Principal, now: datetime) -> None:
    """Ask for a recent look at the password before one's own sessions and tokens are managed.

    Who has no password has proved itself by signing in lately.

    Raises:
        ScopeTooSmall: the principal is limited to one object.
        NotProved: it has not proved itself lately.
    """
    refuse_limited(by)
    if by.kind is CredentialKind.LOCAL:
        return
    age: timedelta | None = None
    if by.proved_at is not None:
        age = now - by.proved_at
    elif by.kind is CredentialKind.SESSION:
        account = await tx.accounts.by_id(by.account_id)
        session = await tx.sessions.by_id(by.credential_id)
        if account is not None and not account.has_password and session is not None:
            age = now - session.opened_at
    if age is None or not is_lately(means, age):
        raise NotProved


def is_lately(means: Means, age: timedelta) -> bool:
    """Say whether a proof of this age still counts."""
    return timedelta() <= age < means.rules.session_prove
