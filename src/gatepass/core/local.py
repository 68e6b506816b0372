"""The principal of who runs the command line beside the store: it may do everything."""

from datetime import datetime

from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, SYSTEM_ACCOUNT, CredentialKind, Principal


def operator(now: datetime) -> Principal:
    """Return the local operator: whoever can read the master key and write the store."""
    return Principal(
        account_id=SYSTEM_ACCOUNT,
        name="system",
        org_id=PRIMARY_ORG,
        privileges=frozenset({ADMINISTRATION}),
        cluster_admin=True,
        kind=CredentialKind.LOCAL,
        credential_id="local",
        digest=b"",
        chain_started_at=now,
        expires_at=now,
        actor="local operator",
    )
