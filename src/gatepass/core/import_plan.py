"""What a batch of lines would do, found out inside its transaction and before anything is done."""

from collections.abc import Sequence
from datetime import datetime

from gatepass.core import orgs
from gatepass.core.account_changes import AccountChange
from gatepass.core.errors import (
    AlreadyExists,
    CoreError,
    InvalidParameter,
    NotFound,
    NotPermitted,
)
from gatepass.core.groups import find_group, refuse_superior_group
from gatepass.core.import_lines import (
    Difference,
    Fate,
    How,
    Ready,
    Result,
    Seen,
    UserLine,
    group_place,
    refused,
)
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.records import Account, Group, Org, Principal, Record
from gatepass.core.store import Transaction

PLANNED = -2
"""The id of an Org that a dry run has only read of."""


class New(Record, frozen=True):
    """An account that a line makes."""

    ready: Ready
    orgs: Sequence[Org]
    groups: Sequence[Group]


class Changed(Record, frozen=True):
    """What a line makes different about an account."""

    ready: Ready
    account: Account
    facts: AccountChange
    orgs: Sequence[Org]
    groups: Sequence[Group]


class Plan:
    """What is to be done with a batch: a result a line, accounts to make, accounts to change."""

    def __init__(
        self,
        tx: Transaction,
        means: Means,
        by: Principal,
        *,
        now: datetime,
        seen: Seen,
        how: How,
    ) -> None:
        self._tx = tx
        self._means = means
        self._by = by
        self._now = now
        self._seen = seen
        self._how = how
        self._orgs: dict[str, Org] = {}
        self._groups: dict[tuple[int, str], Group] = {}
        self.new: list[New] = []
        self.changed: list[Changed] = []
        self.results: list[Result] = []

    async def make(self, good: Sequence[Ready]) -> None:
        """Find out what is to be done."""
        known = await self._tx.bulk.named([one.key for one in good])
        fresh = [one for one in good if one.key not in known]
        # An id is tried before a name: who is named like another's id would pass for it.
        sought = [one.key for one in fresh] + [one.line.id.lower() for one in fresh if one.line.id]
        taken = await self._tx.bulk.ids_among(sought)
        alike = await self._tx.bulk.alike([one.skeleton for one in fresh])
        ids = [account.id for account in known.values()]
        orgs_of = await self._tx.directory.orgs_of(ids)
        groups_of = await self._tx.directory.groups_of(ids)
        for one in good:
            account = known.get(one.key)
            try:
                if account is None:
                    await self._plan_new(one, taken, alike)
                else:
                    await self._plan_change(
                        one, account, orgs_of.get(account.id, []), groups_of.get(account.id, [])
                    )
            except CoreError as error:
                self.results.append(refused(one.line, error))

    async def _plan_new(self, one: Ready, taken: set[str], alike: dict[str, list[str]]) -> None:
        line = one.line
        if one.key in taken or (line.id is not None and line.id.lower() in taken):
            raise AlreadyExists(
                "user", line.id if line.id and line.id.lower() in taken else one.name
            )
        similar = alike.get(one.skeleton, [])
        if not self._seen.shapes.get(hash(one.skeleton), True):
            raise AlreadyExists("user", one.name)
        if hash(one.skeleton) in self._seen.shapes and not one.name.isascii():
            raise AlreadyExists("user", one.name)
        orgs.refuse_lookalike("user", one.name, similar)
        own = [await self._org(text) for text in line.orgs or [self._by.org_id]]
        own = list({org.id if org.id != PLANNED else org.name: org for org in own}.values())
        groups = await self._named_groups(line, own)
        alike.setdefault(one.skeleton, []).append(one.name)
        self.new.append(New(ready=one, orgs=own, groups=groups))
        told = [
            Difference(field="orgs", before=None, after=[org.name for org in own]),
            Difference(field="groups", before=None, after=_places(groups, own)),
        ]
        self._result(one, Fate.CREATED, [one for one in told if one.after])

    async def _plan_change(
        self, one: Ready, account: Account, member: Sequence[Org], inside: Sequence[Group]
    ) -> None:
        if self._how.leave:
            self._result(one, Fate.SAME, [])
            return
        line = one.line
        facts = {
            "display_name": one.display_name,
            "email": one.email,
            "type": line.type,
            "status": line.status,
            "sharable": line.sharable,
        }
        differing = {
            field: value
            for field, value in facts.items()
            if value is not None and value != getattr(account, field)
        }
        named = [await self._org(text) for text in line.orgs or []]
        have = {org.id for org in member}
        joins = [org for org in named if org.id not in have]
        everywhere = [*member, *joins]
        first = [org for org in named if org.id in have] or named or member
        groups = await self._named_groups(line, everywhere, first=next(iter(first), None))
        is_in = {group.id for group in inside}
        enters = [group for group in groups if group.id not in is_in]
        told = [
            Difference(field=field, before=getattr(account, field), after=value)
            for field, value in differing.items()
        ]
        if joins:
            told.append(_added("orgs", [org.name for org in joins]))
        if enters:
            told.append(_added("groups", _places(enters, everywhere)))
        if not told:
            self._result(one, Fate.SAME, [])
            return
        if account.system:
            raise NotPermitted("another account than a system account, to import it")
        self.changed.append(
            Changed(
                ready=one,
                account=account,
                facts=AccountChange(**differing),  # type: ignore[arg-type]  # each is of its field
                orgs=joins,
                groups=enters,
            )
        )
        self._result(one, Fate.CHANGED, told)

    def _result(self, one: Ready, fate: Fate, differences: Sequence[Difference]) -> None:
        self.results.append(
            Result(number=one.line.number, name=one.name, fate=fate, differences=differences)
        )

    async def _org(self, identifier: str | int) -> Org:
        text = str(identifier)
        if text not in self._orgs:
            found = await orgs.find(self._tx, identifier)
            if found is None and name_key(text) in self._seen.orgs:
                found = Org(
                    id=PLANNED,
                    name=text,
                    description="",
                    active=True,
                    visible=True,
                    created_at=self._now,
                )
            if found is None:
                raise NotFound("Org", text)
            self._orgs[text] = found
        return self._orgs[text]

    async def _named_groups(
        self, line: UserLine, own: Sequence[Org], first: Org | None = None
    ) -> list[Group]:
        found = []
        for text in line.groups or []:
            org_name, name = group_place(text)
            org = first or own[0] if org_name is None and own else None
            if org_name is not None:
                org = await self._org(org_name)
            if org is None or all(org.name != one.name for one in own):
                raise InvalidParameter("groups", f"{text}: the user is not of that Org")
            found.append(await self._group(org, name))
        return list({group.id: group for group in found}.values())

    async def _group(self, org: Org, name: str) -> Group:
        key = (org.id if org.id != PLANNED else hash(org.name), name)
        if key not in self._groups:
            group = None if org.id == PLANNED else await find_group(self._tx, org.id, name)
            if group is not None:
                await refuse_superior_group(self._tx, self._means, self._by, group)
            elif (name_key(org.name), name_key(name)) in self._seen.groups:
                group = _planned_group(org, name, self._now)
            else:
                raise NotFound("group", f"{org.name}/{name}")
            self._groups[key] = group
        return self._groups[key]


def _added(field: str, names: Sequence[str]) -> Difference:
    return Difference(field=field, before=[], after=list(names))


def _places(groups: Sequence[Group], own: Sequence[Org]) -> list[str]:
    names = {org.id: org.name for org in own}
    return [f"{names.get(group.org_id, group.org_id)}/{group.name}" for group in groups]


def _planned_group(org: Org, name: str, now: datetime) -> Group:
    return Group(
        id=f"planned {org.name}/{name_key(name)}",
        org_id=org.id,
        name=name,
        display_name=name,
        description="",
        system=False,
        author_id="",
        modifier_id="",
        created_at=now,
        modified_at=now,
    )
