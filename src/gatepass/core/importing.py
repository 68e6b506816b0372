"""Many accounts or groups brought to what a list says of them, in one act: all of it or nothing.

A dry run is the same work, undone at its end: what it says would happen is what happened. Where
entries cannot bear on one another it goes part by part, and others write between the parts.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar, cast

from gatepass.core.account_rows import find_account
from gatepass.core.entitlements import require
from gatepass.core.errors import InvalidParameter
from gatepass.core.import_steps import (
    AccountEntry,
    AccountSteps,
    GroupEntry,
    GroupSteps,
    Planned,
    R,
    Steps,
    refuse_twice,
)
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import ADMINISTRATION, GROUP_ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import Account, AccountType, Group, Principal, Record, Source
from gatepass.core.searches import Named
from gatepass.core.store import Transaction

E = TypeVar("E")
T = TypeVar("T")
AT_ONCE = 25
"""Entries of one part of a dry run: some 20 ms in which others cannot write."""


class Imported(Record, frozen=True):
    """What a list brings about; in a dry run what is added has no id."""

    added: Sequence[Named]
    updated: Sequence[Named]
    deleted: Sequence[Named]


class _Undone(Exception):
    """The end of what is to be undone, and what came of it until then."""

    def __init__(self, outcome: object) -> None:
        super().__init__("dry run")
        self.outcome = outcome


class Importing:
    """Acts on lists, in the principal's Org."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def accounts(
        self,
        by: Principal,
        source: Source,
        entries: Sequence[AccountEntry],
        *,
        default_password: str | None = None,
        delete_others: bool = False,
        dry: bool = True,
    ) -> Imported:
        """Create who is missing and update who is there; with ``delete_others`` no one else stays.

        Who is there keeps the password. Of the others, those who are in another Org too leave this
        one, and the rest are deleted; the system's accounts, ``guest`` and the caller stay.

        Raises:
            NotPermitted: the principal may not manage accounts, or one of these.
            InvalidParameter, WeakPassword: a value will not do, or one account comes twice.
            AlreadyExists: a name is taken or confusable.
            NotFound: there is no such Org or group within reach.
            Busy: too many passwords wait to be hashed, or accounts went meanwhile.
        """
        require(by, self._means.rules, USER_ADMINISTRATION)
        if delete_others and not entries:
            raise InvalidParameter("users", "name who is to stay")
        refuse_twice("users", [name_key(entry.account) for entry in entries])
        encoded = await self._encoded(entries, default_password, dry=dry)
        now = self._means.clock()

        steps = AccountSteps(self._means, by, source, encoded=encoded, now=now)
        # Accounts share nothing but their names.
        return await self._run(steps, entries, delete_others=delete_others, dry=dry, apart=True)

    async def groups(
        self,
        by: Principal,
        source: Source,
        entries: Sequence[GroupEntry],
        *,
        delete_others: bool = False,
        dry: bool = True,
    ) -> Imported:
        """Create what is missing and update what is there; with ``delete_others`` no other stays.

        Entries may name one another, in any order. System groups stay.

        Raises:
            NotPermitted: the principal may not manage groups, or one of these.
            InvalidParameter: a value will not do, or one group comes twice.
            AlreadyExists: a name is taken or confusable.
            NotFound: there is no such account, group or role in the Org.
        """
        require(by, self._means.rules, GROUP_ADMINISTRATION)
        if delete_others and not entries:
            raise InvalidParameter("groups", "name what is to stay")
        refuse_twice("groups", [name_key(entry.group) for entry in entries])
        now = self._means.clock()

        steps = GroupSteps(self._means, by, source, now=now)
        # Nested groups grant to one another, and whoever lacks ADMINISTRATION is held to that.
        nests = any(entry.what.inside is not None for entry in entries)
        apart = ADMINISTRATION in by.privileges and not nests
        return await self._run(steps, entries, delete_others=delete_others, dry=dry, apart=apart)

    async def _run(
        self,
        steps: Steps[E, R],
        entries: Sequence[E],
        *,
        delete_others: bool,
        dry: bool,
        apart: bool,
    ) -> Imported:
        """Take all steps in one transaction; in a dry run undo them, part by part if ``apart``."""

        async def work(tx: Transaction) -> Imported:
            added, updated = await steps.take(tx, entries)
            named = _named(steps, added, updated)
            gone = await steps.drop(tx, await steps.others(tx, named)) if delete_others else []
            return _imported(added, updated, gone, dry=dry)

        if not dry:
            return await self._means.store.write(work)
        if not apart:
            return await self._undone(work)
        added: list[R] = []
        updated: list[R] = []
        gone: list[R] = []
        planned = Planned(steps.kind)
        for some in _parts(entries):
            new, there = await self._undone(steps.take, some, planned)
            planned.add([one.name for one in new])
            added += new
            updated += there
        named = _named(steps, added, updated)
        if delete_others:
            others = await self._means.store.scan(lambda tx: steps.others(tx, named))
            for some_others in _parts(others):
                gone += await self._undone(steps.drop, some_others)
        return _imported(added, updated, gone, dry=True)

    async def _undone(self, work: Callable[..., Awaitable[T]], *facts: object) -> T:
        """Return what a work on these facts does, once it is undone."""

        async def undone(tx: Transaction) -> None:
            raise _Undone(await work(tx, *facts))

        try:
            await self._means.store.write(undone)
        except _Undone as end:
            return cast("T", end.outcome)
        raise AssertionError("a dry run came to no end")

    async def _encoded(
        self, entries: Sequence[AccountEntry], default: str | None, *, dry: bool
    ) -> dict[str, str | None]:
        """Return the hashes of new accounts' passwords, one after the other: others hash too."""

        async def missing(tx: Transaction) -> list[AccountEntry]:
            return [one for one in entries if await find_account(tx, one.account) is None]

        encoded: dict[str, str | None] = {}
        for entry in await self._means.store.read(missing):
            is_local = entry.what.type in {None, AccountType.LOCAL}
            if entry.password is not None and not is_local:
                raise InvalidParameter("password", "only a local user has one")
            password = entry.password or (default if is_local else None)
            encoded[entry.account] = None
            if password is not None:
                facts = (entry.account, entry.what.display_name, entry.what.email)
                check_new_password(password, words=[word for word in facts if word])
                if not dry:
                    encoded[entry.account] = await self._means.hasher.hash(
                        prepare_password(password)
                    )
        return encoded


def _parts(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(every), AT_ONCE):
        yield every[first : first + AT_ONCE]


def _named(steps: Steps[E, R], added: Sequence[R], updated: Sequence[R]) -> set[str]:
    """Return the ids of what the entries name, if they name nothing twice."""
    ids = [one.id for one in (*added, *updated)]
    refuse_twice(f"{steps.kind}s", ids)
    return set(ids)


def _imported(
    added: Sequence[Account | Group],
    updated: Sequence[Account | Group],
    deleted: Sequence[Account | Group],
    *,
    dry: bool,
) -> Imported:
    return Imported(
        added=[Named(id="" if dry else one.id, name=one.name) for one in added],
        updated=[Named(id=one.id, name=one.name) for one in updated],
        deleted=[Named(id=one.id, name=one.name) for one in deleted],
    )
