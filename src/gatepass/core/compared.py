"""What the checks compared when they refused a credential or password: for the audit alone."""

from datetime import datetime
from typing import Any

from gatepass.core.guesses import shut_until
from gatepass.core.means import Means
from gatepass.core.records import Account, Principal, Session
from gatepass.core.store import Presented, Transaction


def of_credential(means: Means, found: Presented, now: datetime) -> dict[str, Any]:
    """Return what was known of a credential that does not let its holder in."""
    credential = found.credential
    values: dict[str, Any] = {
        "clock": now,
        "credential": "session",
        "credential_id": credential.id,
        "account_id": credential.account_id,
        "org_id": credential.org_id,
        "actor": credential.actor,
        "expires_at": credential.expires_at,
        "revoked_at": credential.revoked_at,
        "skew_s": means.rules.clock_skew.total_seconds(),
    }
    if isinstance(credential, Session):
        values["made_at"] = credential.opened_at
        values["last_seen_at"] = max(
            credential.last_seen_at, means.activity.last(credential.id) or credential.last_seen_at
        )
        values["idle_s"] = means.rules.session_idle.total_seconds()
    else:
        values["credential"] = f"{credential.kind.value} token"
        values["made_at"] = credential.issued_at
    values["org_active"] = found.org_active
    values["member"] = found.is_member
    return {**values, **of_account(found.account)}


def of_account(account: Account) -> dict[str, Any]:
    """Return what is compared before an account may sign in."""
    return {
        "account": account.name,
        "account_id": account.id,
        "status": account.status.value,
        "account_expires_at": account.expires_at,
        "locked_until": account.locked_until,
    }


async def of_guesses(
    tx: Transaction, account: Account, address: str | None, now: datetime
) -> dict[str, Any]:
    """Return the same, and until when the account is shut for this address."""
    return {
        "clock": now,
        **of_account(account),
        "shut_until": await shut_until(tx, account.id, address, now),
    }


def of_principal(by: Principal) -> dict[str, Any]:
    """Return what a caller's privileges are compared by."""
    return {
        "account": by.name,
        "credential": by.kind.value,
        "privileges": sorted(by.privileges),
        "object_id": by.object_id,
        "proved_at": by.proved_at,
    }
