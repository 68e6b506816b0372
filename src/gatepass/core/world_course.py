"""The course of declaring a world: the acts in one transaction, what is done, what is wrong."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from gatepass.core.account_changes import AccountChanges
from gatepass.core.accounts import Accounts
from gatepass.core.bulk_importing import BulkImporting
from gatepass.core.errors import Busy, CoreError, NotFound
from gatepass.core.group_changes import GroupChanges
from gatepass.core.import_lines import Difference
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.object_importing import ObjectImporting
from gatepass.core.objects import Objects
from gatepass.core.org_changes import OrgChanges
from gatepass.core.orgs import Orgs
from gatepass.core.records import Group, Org, Principal, Source
from gatepass.core.roles import Roles
from gatepass.core.security import Security
from gatepass.core.sharing import Sharing
from gatepass.core.signing_in import SigningIn
from gatepass.core.store import Transaction
from gatepass.core.tags import Tags
from gatepass.core.trusted import Trusted
from gatepass.core.within import within
from gatepass.core.world_words import TABLES, Fate, Outcome, Place, Problem, Step, World, key_in

T = TypeVar("T")
AT_ONCE = 200


class Acts:
    """The acts that a world is made by: those that every dialect calls."""

    def __init__(self, means: Means) -> None:
        self.orgs = Orgs(means)
        self.org_changes = OrgChanges(means)
        self.roles = Roles(means)
        self.group_changes = GroupChanges(means)
        self.bulk_importing = BulkImporting(means)
        self.account_changes = AccountChanges(means)
        self.accounts = Accounts(means, SigningIn(means))
        self.tags = Tags(means)
        self.object_importing = ObjectImporting(means)
        self.objects = Objects(means)
        self.sharing = Sharing(means)
        self.security = Security(means)
        self.trusted = Trusted(means)


class Beside(Exception):
    """An entry rests on one that cannot be; that one's problem is told, this one's is none."""


class _OfField(Exception):
    """A refusal that one field of an entry is the reason for."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@contextmanager
def field(name: str) -> Iterator[None]:
    """Let a refusal be the problem of a field, within an entry."""
    try:
        yield
    except Busy:
        raise
    except CoreError as error:
        raise _OfField(name, str(error)) from error


@dataclass(slots=True)
class _Noted:
    fate: Fate
    differences: dict[str, Difference]


class Course:
    """One run over a world in one transaction. It may be run again: each run has its own."""

    def __init__(
        self,
        tx: Transaction,
        means: Means,
        by: Principal,
        source: Source,
        *,
        world: World,
    ) -> None:
        self.tx = tx
        self.acts = Acts(within(means, tx))
        self.by = by
        self.source = source
        self.world = world
        self.problems: list[Problem] = []
        self.going: set[int] = set()
        """Orgs that are to be removed at last: nothing can be of them any more."""
        self._steps: dict[tuple[str, str], _Noted] = {}
        self._failed = set(world.unread)
        self._orgs: dict[str, Org] = {}

    def outcome(self) -> Outcome:
        """Return what was done so far, and what is wrong."""
        steps = [
            Step(table=table, name=name, fate=one.fate, differences=list(one.differences.values()))
            for (table, name), one in self._steps.items()
        ]
        return Outcome(steps=steps, problems=sorted(self.problems, key=_order))

    @contextmanager
    def entry(self, place: Place, key: str = "") -> Iterator[None]:
        """Turn a refusal into the problem of an entry; ``key`` is what others name it by."""
        try:
            yield
        except Beside:
            self._failed.add((place.table, key))
        except _OfField as refusal:
            self.fail(replace(place, field=refusal.field), str(refusal), key)
        except Busy:
            raise
        except CoreError as error:
            self.fail(place, str(error), key)

    def fail(self, place: Place, reason: str, key: str = "") -> None:
        """Note a problem."""
        self._failed.add((place.table, key))
        self.problems.append(Problem(place=place, reason=reason))

    def note(self, table: str, name: str, fate: Fate, told: Sequence[Difference] = ()) -> None:
        """Note what is made different; of a field that is changed twice the last value counts."""
        noted = self._steps.setdefault((table, name), _Noted(fate, {}))
        for one in told:
            first = noted.differences.get(one.field)
            before = one.before if first is None else first.before
            noted.differences[one.field] = replace(one, before=before)

    def within_org(self, org_id: int) -> Principal:
        """Return who acts, in another Org."""
        return replace(self.by, org_id=org_id)

    async def org(self, name: str) -> Org:
        """Return the Org of this name.

        Raises:
            Beside: it was to be made and could not.
            NotFound: there is none.
        """
        key = name_key(name)
        if ("orgs", key) in self._failed:
            raise Beside
        if key not in self._orgs:
            found = await self.tx.orgs.by_key(key)
            if found is None or found.id in self.going:
                raise NotFound("Org", name)
            self._orgs[key] = found
        return self._orgs[key]

    async def group(self, org: Org, name: str) -> Group:
        """Return the group of this name; raises as ``org`` does."""
        if ("groups", key_in(org.name, name)) in self._failed:
            raise Beside
        found = await self.tx.groups.by_key(org.id, name_key(name))
        if found is None:
            raise NotFound("group", f"{org.name}/{name}")
        return found

    async def group_at(self, text: str) -> tuple[Org, Group]:
        """Return what ``ORG/GROUP`` means."""
        org_name, _, name = text.partition("/")
        org = await self.org(org_name)
        return org, await self.group(org, name)

    async def role_id(self, org: Org, name: str) -> str:
        """Return the id of the role of this name; raises as ``org`` does."""
        if ("roles", key_in(org.name, name)) in self._failed:
            raise Beside
        found = await self.tx.roles.by_key(org.id, name_key(name))
        if found is None:
            raise NotFound("role", f"{org.name}/{name}")
        return found.id

    async def member_id(self, org: Org, name: str) -> str:
        """Return the id of the Org's account of this name; raises as ``org`` does."""
        if ("users", name_key(name)) in self._failed:
            raise Beside
        found = await self.tx.accounts.by_key(name_key(name))
        if found is None or not await self.tx.orgs.is_member(found.id, org.id):
            raise NotFound("user", f"{org.name}/{name}")
        return found.id


def _order(problem: Problem) -> tuple[int, str, int]:
    """Return where a problem comes: in the order of tables and entries."""
    place = problem.place
    tables = [*TABLES]
    number = tables.index(place.table) if place.table in TABLES else len(tables)
    return number, place.table, -1 if place.index is None else place.index


def difference(field: str, before: object, after: object) -> list[Difference]:
    """Return the difference of a field, if there is one."""
    return [] if before == after else [Difference(field=field, before=before, after=after)]


def told(**facts: object) -> list[Difference]:
    """Return what is said of something new, as far as anything is said."""
    return [
        Difference(field=field, before=None, after=value)
        for field, value in facts.items()
        if value is not None and value != []
    ]


def batches(many: Sequence[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Return a sequence in parts."""
    rest = iter(many)
    while some := list(islice(rest, size)):
        yield some
