"""Worlds: what a server is to have, planned, made so all at once or not at all, and described."""

import asyncio
from collections.abc import Mapping

from gatepass.core.entitlements import require
from gatepass.core.errors import CoreError, InvalidParameter, NotPermitted
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import Principal, Source
from gatepass.core.security import Security
from gatepass.core.store import Transaction
from gatepass.core.within import within
from gatepass.core.world_course import Course, batches
from gatepass.core.world_export import Describing
from gatepass.core.world_frames import (
    declare_groups,
    declare_newcomers,
    declare_orgs,
    declare_roles,
)
from gatepass.core.world_people import declare_users
from gatepass.core.world_removals import remove_orgs, remove_the_rest
from gatepass.core.world_settings import declare_security
from gatepass.core.world_things import declare_objects, declare_tags
from gatepass.core.world_words import Outcome, Place, Problem, UserEntry, World, contradictions

MOST_ENTRIES = 10_000
"""Nobody else writes while a world is made: what is larger comes in by batches."""
HASHED_AT_ONCE = 16


class _Undone(Exception):
    """It is not to be kept; this is what it would have come to."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Worlds:
    """Acts that make a server what a world says.

    What an entry says is so afterwards, lists included; what it leaves out stays as it is, and so
    does what the world does not name, unless the rest is to be removed.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    async def plan(
        self,
        by: Principal,
        source: Source,
        world: World,
        passwords: Mapping[str, str | None],
        *,
        removes: bool = False,
    ) -> Outcome:
        """Return what ``apply`` would do: it is done, with every rule asked, and then undone.

        ``passwords`` are the values of the environment variables that the world names, None for
        one that is not set. Problems come all at once, as far as one does not hide another.

        Raises:
            NotPermitted: the principal does not administer the cluster.
            Busy: the store cannot be written now.
        """
        return await self._run(by, source, world, passwords, removes=removes, keeps=False)

    async def apply(
        self,
        by: Principal,
        source: Source,
        world: World,
        passwords: Mapping[str, str | None],
        *,
        removes: bool = False,
    ) -> Outcome:
        """Make the world so, in one transaction; where there is a problem, nothing is done.

        With ``removes`` what its tables do not name is taken away, too: never what is the
        system's. Where all is so already, nothing is written and nothing moves. Raises as
        ``plan`` does.
        """
        return await self._run(by, source, world, passwords, removes=removes, keeps=True)

    async def describe(self, by: Principal, *, passwords: bool = False) -> World:
        """Return the world as it is, on one snapshot, with hashes of ``passwords`` if so wished.

        Raises:
            NotPermitted: the principal does not administer the cluster.
        """
        self._require(by)

        async def work(tx: Transaction) -> World:
            reading = Security(within(self._means, tx))
            return await Describing(tx, reading, by).world(passwords=passwords)

        return await self._means.store.scan(work)

    async def _run(
        self,
        by: Principal,
        source: Source,
        world: World,
        passwords: Mapping[str, str | None],
        *,
        removes: bool,
        keeps: bool,
    ) -> Outcome:
        self._require(by)
        found = [*_too_many(world), *contradictions(world)]
        if found:
            return Outcome(problems=found)
        new = await self._with_passwords(world)
        problems = [one for one in (_unfit(*each, passwords) for each in new) if one is not None]
        keeps = keeps and not problems
        hashes = await self._hashes(new, passwords) if keeps else {}

        async def work(tx: Transaction) -> Outcome:
            course = Course(tx, self._means, by, source, world=world)
            course.problems += problems
            await declare_orgs(course)
            if removes:
                await remove_the_rest(course)
            await declare_roles(course)
            await declare_groups(course)
            await declare_users(course, hashes, rehearsed=not keeps)
            await declare_newcomers(course)
            await declare_tags(course)
            await declare_objects(course)
            await declare_security(course)
            await remove_orgs(course)
            outcome = course.outcome()
            if outcome.problems or (outcome.steps and not keeps):
                raise _Undone(outcome)
            return outcome

        try:
            return await self._means.store.write(work)
        except _Undone as undone:
            return undone.outcome

    async def _with_passwords(self, world: World) -> list[tuple[int, UserEntry]]:
        """Return the users that are to be made with a password of the environment."""
        told = [
            (index, one)
            for index, one in enumerate(world.users or ())
            if one.password_env is not None
        ]
        keys = [name_key(one.name) for _, one in told]
        known = await self._means.store.scan(lambda tx: tx.bulk.named(keys))
        return [(index, one) for index, one in told if name_key(one.name) not in known]

    async def _hashes(
        self, new: list[tuple[int, UserEntry]], passwords: Mapping[str, str | None]
    ) -> dict[str, str]:
        """Return encoded passwords by key of name: hashed before the store is asked to wait."""
        found: dict[str, str] = {}
        for some in batches(new, HASHED_AT_ONCE):
            encoded = await asyncio.gather(
                *(
                    self._means.hasher.hash(
                        prepare_password(passwords.get(one.password_env or "") or "")
                    )
                    for _, one in some
                )
            )
            keys = [name_key(one.name) for _, one in some]
            found |= dict(zip(keys, encoded, strict=True))
        return found

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules)
        if not by.cluster_admin:
            raise NotPermitted(f"{ADMINISTRATION} in the Primary Org")


def _too_many(world: World) -> list[Problem]:
    tables = (world.orgs, world.roles, world.groups, world.users, world.tags, world.objects)
    count = sum(len(table or ()) for table in tables)
    if count <= MOST_ENTRIES:
        return []
    reason = f"{count} entries, and at most {MOST_ENTRIES} are taken: import the rest in batches"
    return [Problem(place=Place(table="world"), reason=reason)]


def _unfit(index: int, one: UserEntry, passwords: Mapping[str, str | None]) -> Problem | None:
    """Return why the password of a new user will not do, if so; its text is not told."""
    place = Place(table="users", index=index, field="password_env", name=one.name)
    try:
        given = passwords.get(one.password_env or "")
        if not given:
            raise InvalidParameter(one.password_env or "password_env", "is not set")
        words = [word for word in (one.name, one.display_name, one.email) if word]
        check_new_password(given, words=words)
    except CoreError as error:
        return Problem(place=place, reason=str(error))
    return None
