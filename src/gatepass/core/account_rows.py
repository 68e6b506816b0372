"""Rows of accounts: found, added, unlocked; what the acts of several desks share."""

from datetime import datetime

from msgspec.structs import replace

from gatepass.core import guesses, orgs
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_superior
from gatepass.core.errors import AlreadyExists, NotFound, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import check_email, check_label, check_name, name_key, skeleton
from gatepass.core.records import Account, AccountStatus, AccountType, Principal, Source
from gatepass.core.store import Scope, Transaction


async def find_account(tx: Transaction, identifier: str) -> Account | None:
    """Return the account with this id or name; the id is tried first."""
    found = await tx.accounts.by_id(identifier.strip().lower())
    return found or await tx.accounts.by_key(name_key(identifier))


async def find_member(tx: Transaction, org_id: int, identifier: str) -> Account | None:
    """Return the Org's account with this id or name; the id is tried first.

    Takes as many steps for somebody of another Org as for nobody: so none can be told by time.
    """
    own = await tx.accounts.by_id(identifier.strip().lower())
    named = await tx.accounts.by_key(name_key(identifier))
    found = own or named
    is_here = await tx.orgs.is_member("" if found is None else found.id, org_id)
    return found if is_here else None


async def the_account(tx: Transaction, by: Principal, identifier: str) -> Account:
    """Return the account with this id or name that the principal may administer.

    Raises:
        NotFound: there is none, or it is not of the principal's Org.
    """
    account = await find_account(tx, identifier)
    if account is None or not (by.cluster_admin or await tx.orgs.is_member(account.id, by.org_id)):
        raise NotFound("user", identifier)
    return account


def fresh_account(
    account_id: str,
    name: str,
    *,
    author_id: str,
    now: datetime,
    display_name: str,
    email: str | None,
    has_password: bool,
    system: bool = False,
) -> Account:
    """Return a new local account that may sign in; what it says was checked."""
    return Account(
        id=account_id,
        name=name,
        display_name=display_name,
        email=email,
        type=AccountType.LOCAL,
        status=AccountStatus.ACTIVE,
        sharable=True,
        system=system,
        mfa_required=False,
        has_password=has_password,
        author_id=author_id,
        modifier_id=author_id,
        created_at=now,
        modified_at=now,
    )


async def add_account(
    tx: Transaction,
    means: Means,
    *,
    name: str,
    author_id: str,
    now: datetime,
    account_id: str | None = None,
    display_name: str | None = None,
    email: str | None = None,
    encoded: str | None = None,
    system: bool = False,
) -> Account:
    """Add the rows of an account that may sign in, with no membership yet.

    Raises:
        InvalidParameter: the name or e-mail will not do.
        AlreadyExists: the name is taken, or can be mistaken for another's.
    """
    name = check_name("username", name)
    key = name_key(name)
    # An id is tried before a name: who is named like another's id would pass for that account.
    if await tx.accounts.by_key(key) is not None or await tx.accounts.by_id(key) is not None:
        raise AlreadyExists("user", name)
    orgs.refuse_lookalike("user", name, await tx.accounts.lookalikes(skeleton(name), key))
    account = fresh_account(
        account_id or means.random.id(),
        name,
        author_id=author_id,
        now=now,
        display_name=check_label("display_name", display_name) if display_name else name,
        email=check_email(email) if email else None,
        has_password=encoded is not None,
        system=system,
    )
    await tx.accounts.add(account, key=key, skeleton=skeleton(name), password=encoded)
    return account


async def the_changeable(tx: Transaction, by: Principal, identifier: str) -> Account:
    """Return the account with this id or name that the principal may change.

    Raises:
        NotFound: there is none, or it is not of the principal's Org.
        NotPermitted: the account administers more than the principal does, works in an Org
            beyond the principal's, or belongs to the system.
    """
    account = await the_account(tx, by, identifier)
    refuse_superior(by, await tx.groups.privileges(account.id))
    if not by.cluster_admin:
        # Whoever may set the password of an account may be it, in all its Orgs.
        elsewhere = any(org.id != by.org_id for org in await tx.orgs.of_account(account.id))
        if account.system or elsewhere:
            raise NotPermitted("an administrator of every Org, for this account")
    return account


async def unlocked(tx: Transaction, account: Account, by: Principal, now: datetime) -> Account:
    """Forget the guesses at an account and return it without the lock that they brought."""
    await guesses.forget(tx, account.id)
    if account.status is not AccountStatus.LOCKED:
        return account
    account = replace(
        account,
        status=AccountStatus.ACTIVE,
        locked_until=None,
        modifier_id=by.account_id,
        modified_at=now,
    )
    await tx.accounts.put(account)
    return account


async def with_status(
    tx: Transaction, account: Account, status: AccountStatus, by: Principal, now: datetime
) -> Account:
    """Set the status; any but ACTIVE ends all that the account holds, ACTIVE unlocks it.

    Raises:
        NotPermitted: it would close the principal's own account or one of the system's.
    """
    closes = status is not AccountStatus.ACTIVE
    if closes and (account.system or account.id == by.account_id):
        raise NotPermitted("another account than this one")
    changed = account
    if (account.status, account.locked_until) != (status, None):
        changed = replace(
            account,
            status=status,
            locked_until=None,
            modifier_id=by.account_id,
            modified_at=now,
        )
        await tx.accounts.put(changed)
    # A link lifts the deactivation that it was made for, and no later one.
    await tx.links.drop(account.id)
    ended = await tx.revocations.of_account(account.id, now) if closes else []
    if not closes:
        await guesses.forget(tx, account.id)
    if ended or changed is not account:
        tx.moved(Scope.account(account.id))
    return changed


async def with_password(
    tx: Transaction,
    account: Account,
    encoded: str,
    now: datetime,
    *,
    by: Principal,
    keep: str | None = None,
) -> Account:
    """Set the password; all that the account holds ends, but for the session or token ``keep``."""
    await tx.accounts.set_password(account.id, encoded)
    changed = replace(account, has_password=True, modifier_id=by.account_id, modified_at=now)
    await tx.accounts.put(changed)
    await tx.links.drop(account.id)
    await tx.revocations.of_account(account.id, now, but=keep)
    tx.moved(Scope.account(account.id))
    return changed


async def delete_account(
    tx: Transaction, means: Means, by: Principal, source: Source, account: Account, *, now: datetime
) -> None:
    """Delete an account with all that it holds, and write that down.

    Raises:
        NotPermitted: it is the principal's own, or one of the system's.
    """
    if account.system or account.id == by.account_id:
        raise NotPermitted("another account than this one")
    await tx.revocations.of_account(account.id, now)
    await tx.accounts.remove(account.id)
    tx.moved(Scope.account(account.id))
    await record(
        tx,
        means,
        "account.remove",
        at=now,
        source=source,
        org_id=by.org_id,
        by=by,
        about=account.id,
        name=account.name,
    )
