"""The desks of one transaction, and the gate's own read."""

from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, select

from gatepass.core.store import Presented, Scope
from gatepass.storage.accounts import COLUMNS as ACCOUNT_COLUMNS
from gatepass.storage.accounts import Accounts, GuessRows, to_account
from gatepass.storage.audit import Audit
from gatepass.storage.bulk import Bulk
from gatepass.storage.chain import Chain
from gatepass.storage.directory import Directory
from gatepass.storage.glanced import Glanced
from gatepass.storage.groups import Groups
from gatepass.storage.held import HeldRows
from gatepass.storage.keys import KeyRows
from gatepass.storage.leafing import Leafing
from gatepass.storage.links import LinkRows
from gatepass.storage.listed import Listings
from gatepass.storage.members import Members
from gatepass.storage.objects import Objects
from gatepass.storage.orgs import Orgs
from gatepass.storage.processes import Processes
from gatepass.storage.refused import Refusals
from gatepass.storage.revocations import Revocations
from gatepass.storage.roles import Roles
from gatepass.storage.schema import accounts, memberships, orgs, sessions, tokens
from gatepass.storage.sessions import (
    SESSION_COLUMNS,
    TOKEN_COLUMNS,
    Sessions,
    Tokens,
    to_session,
    to_token,
)
from gatepass.storage.statements import Link, Prepared, Row
from gatepass.storage.stored_settings import SettingRows
from gatepass.storage.tags import Tags
from gatepass.storage.tallied import Tallied
from gatepass.storage.trusted import Secrets

Granted = dict[int, frozenset[str]]

_COLUMNS = {sessions: SESSION_COLUMNS, tokens: TOKEN_COLUMNS}


def presented_rows(table: Table) -> Select[Any]:
    """Select what stands behind the rows of sessions or of tokens."""
    return (
        select(
            *_COLUMNS[table], *ACCOUNT_COLUMNS, orgs.c.active, memberships.c.org_id.label("member")
        )
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
    )


def account_place(table: Table) -> int:
    """Return where in such a row the account begins, with its id."""
    return len(_COLUMNS[table])


def to_presented(table: Table, row: Row, granted: Granted) -> Presented:
    """Return what a row that begins with ``presented_rows`` says, with its account's privileges."""
    own = account_place(table)
    end = own + len(ACCOUNT_COLUMNS)
    return Presented(
        credential=to_session(row) if table is sessions else to_token(row),
        account=to_account(row[own:end]),
        org_active=bool(row[end]),
        is_member=row[end + 1] is not None,
        granted=granted,
    )


_SESSION = Prepared(presented_rows(sessions).where(sessions.c.digest == bindparam("key")))
_TOKEN = Prepared(presented_rows(tokens).where(tokens.c.digest == bindparam("key")))


class Desks:
    """One transaction: a desk per noun, and the scopes that its writes make untrue.

    Who writes hands in a chain, and before the commit appends to it what ``audit.drafts`` holds.
    """

    def __init__(self, link: Link, chain: Chain | None = None) -> None:
        self._link = link
        self.accounts = Accounts(link)
        self.bulk = Bulk(link)
        self.orgs = Orgs(link)
        self.groups = Groups(link)
        self.members = Members(link)
        self.roles = Roles(link)
        self.listings = Listings(link)
        self.directory = Directory(link)
        self.leafing = Leafing(link)
        self.objects = Objects(link)
        self.tags = Tags(link)
        self.sessions = Sessions(link)
        self.tokens = Tokens(link)
        self.held = HeldRows(link)
        self.revocations = Revocations(link)
        self.secrets = Secrets(link)
        self.guesses = GuessRows(link)
        self.links = LinkRows(link)
        self.settings = SettingRows(link)
        self.keys = KeyRows(link)
        self.audit = Audit(link, chain)
        self.refusals = Refusals(link)
        self.tallies = Tallied(link)
        self.glances = Glanced(link)
        self.processes = Processes(link)
        self.scopes: list[Scope] = []

    async def presented(self, digest: bytes, *, session: bool) -> Presented | None:
        """Return what stands behind a digest: two look-ups."""
        table = sessions if session else tokens
        row = await self._link.one(_SESSION if session else _TOKEN, key=digest)
        if row is None:
            return None
        granted = await self.groups.privileges(row[account_place(table)])
        return to_presented(table, row, granted)

    def moved(self, scope: Scope) -> None:
        """Note what this write makes untrue."""
        self.scopes.append(scope)
