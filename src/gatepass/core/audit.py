"""Write down what happened: one event an act, inside its transaction."""

from datetime import datetime

from gatepass.core.means import Means
from gatepass.core.records import AuditEvent, Principal, Source
from gatepass.core.store import Transaction


async def record(
    tx: Transaction,
    means: Means,
    act: str,
    *,
    at: datetime,
    source: Source,
    org_id: int,
    by: Principal | None = None,
    about: str | None = None,
    actor: str | None = None,
    refused: str | None = None,
    **data: object,
) -> None:
    """Add one event.

    ``about`` is the account that the act is about; ``actor`` the label of a trusted secret that
    acts for it; ``refused`` the deciding check, None for an act that was done. ``data`` holds
    facts that are safe to show: never a secret, never a password.
    """
    await tx.audit.add(
        AuditEvent(
            id=means.random.id(),
            at=at,
            act=act,
            refused=refused,
            org_id=org_id,
            by_account=None if by is None else by.account_id,
            actor=actor or (None if by is None else by.actor),
            about=about,
            source=source,
            data=data,
        )
    )
