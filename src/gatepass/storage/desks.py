"""The desks of one transaction, and the gate's own read."""

from sqlalchemy import Table, and_, bindparam, select

from gatepass.core.store import Presented, Scope
from gatepass.storage.accounts import COLUMNS as ACCOUNT_COLUMNS
from gatepass.storage.accounts import Accounts, GuessRows, to_account
from gatepass.storage.audit import Audit
from gatepass.storage.chain import Chain
from gatepass.storage.groups import Groups
from gatepass.storage.keys import KeyRows
from gatepass.storage.orgs import Orgs
from gatepass.storage.refused import Refusals
from gatepass.storage.revocations import Revocations
from gatepass.storage.schema import accounts, memberships, orgs, sessions, tokens
from gatepass.storage.sessions import (
    SESSION_COLUMNS,
    TOKEN_COLUMNS,
    Sessions,
    Tokens,
    to_session,
    to_token,
)
from gatepass.storage.statements import Link, Prepared
from gatepass.storage.trusted import Secrets


def _presented(table: Table, columns: tuple[object, ...]) -> Prepared:
    return Prepared(
        select(*columns, *ACCOUNT_COLUMNS, orgs.c.active, memberships.c.org_id.label("member"))  # type: ignore[call-overload]
        .select_from(table)
        .join(accounts, accounts.c.id == table.c.account_id)
        .join(orgs, orgs.c.id == table.c.org_id)
        .outerjoin(
            memberships,
            and_(
                memberships.c.account_id == table.c.account_id,
                memberships.c.org_id == table.c.org_id,
            ),
        )
        .where(table.c.digest == bindparam("key"))
    )


_SESSION = _presented(sessions, SESSION_COLUMNS)
_TOKEN = _presented(tokens, TOKEN_COLUMNS)


class Desks:
    """One transaction: a desk per noun, and the scopes that its writes make untrue.

    Who writes hands in a chain, and before the commit appends to it what ``audit.drafts`` holds.
    """

    def __init__(self, link: Link, chain: Chain | None = None) -> None:
        self._link = link
        self.accounts = Accounts(link)
        self.orgs = Orgs(link)
        self.groups = Groups(link)
        self.sessions = Sessions(link)
        self.tokens = Tokens(link)
        self.revocations = Revocations(link)
        self.secrets = Secrets(link)
        self.guesses = GuessRows(link)
        self.keys = KeyRows(link)
        self.audit = Audit(link, chain)
        self.refusals = Refusals(link)
        self.scopes: list[Scope] = []

    async def presented(self, digest: bytes, *, session: bool) -> Presented | None:
        """Return what stands behind a digest: two look-ups."""
        row = await self._link.one(_SESSION if session else _TOKEN, key=digest)
        if row is None:
            return None
        own = len(SESSION_COLUMNS if session else TOKEN_COLUMNS)
        account = to_account(row[own:-2])
        return Presented(
            credential=to_session(row) if session else to_token(row),
            account=account,
            org_active=bool(row[-2]),
            is_member=row[-1] is not None,
            granted=await self.groups.privileges(account.id),
        )

    def moved(self, scope: Scope) -> None:
        """Note what this write makes untrue."""
        self.scopes.append(scope)
