"""Bad input, over the whole of administration: the right words, and nothing half done.

Each operation has a good call. Of that each thing is spoilt in turn; whatever is refused must leave
every row of the store as it was, on both engines; and at last the good call is answered.
"""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
import pytest
from msgspec import inspect

from gatepass.dialects import v2_0
from gatepass.dialects.v2_0 import auth, custom
from gatepass.http.routing import NoBody, Operation
from tests.adjusted import BAD, FORBIDDEN, UNKNOWN_OBJECT
from tests.conftest import Ground
from tests.contents import Contents, Store, differing
from tests.dialects.v2_0_admin import spoiling
from tests.dialects.v2_0_admin.administering import Caller
from tests.dialects.v2_0_admin.bad_calls import BAD_CALLS
from tests.dialects.v2_0_admin.good_calls import GOOD, furnish
from tests.world import V2, World, headers, refusal, world

ALL = {one.name: one for one in v2_0.operations("tell")}
SIGNING_IN = {one.name for one in (*auth.operations("tell"), *custom.OPERATIONS)}
ADMINISTRATION = [name for name in ALL if name not in SIGNING_IN]
SEARCHES = [name for name, good in GOOD.items() if "record_offset" in good.body]
JSON = {"Content-Type": "application/json"}


class Trial:
    """A furnished world, its store, and one administrator who asks."""

    def __init__(self, here: World, store: Store, chief: Caller, link: str) -> None:
        self.here = here
        self.store = store
        self._by = headers(bearer=chief.token)
        self._link = link
        self._fresh = count()

    async def ask(self, operation: Operation[Any], target: str, body: Any) -> httpx2.Response:
        """Make a call, with what is fresh and what was furnished filled in."""
        text = json.dumps(body).replace("<fresh>", str(next(self._fresh)))
        content = text.replace("<link>", self._link).encode()
        return await self.send(operation, target, content)

    async def send(
        self, operation: Operation[Any], target: str, content: bytes, kind: str = "application/json"
    ) -> httpx2.Response:
        before, brace, rest = operation.path.partition("{")
        path = before + quote(target, safe="") + rest.partition("}")[2] if brace else before
        self.here.client.cookies.clear()
        return await self.here.client.request(
            operation.method,
            f"{V2}/{path}",
            content=content if operation.method == "POST" else None,
            headers={**self._by, "Content-Type": kind},
        )

    async def refused(
        self, name: str, bad: Iterable[spoiling.Spoilt], before: Contents
    ) -> list[str]:
        """Make bad calls of an operation; return what was answered or done otherwise."""
        wrong = []
        for one in bad:
            reply = await self.ask(ALL[name], one.target, one.body)
            said = answer(reply)
            if said not in one.expected:
                wrong.append(f"{one.what}: {said} {reply.text[:200]}")
            if harm := differing(before, await self.store.contents()):
                wrong.append(f"{one.what}: changed {harm}")
                before = await self.store.contents()
        return wrong


def answer(reply: httpx2.Response) -> tuple[int, int]:
    """Return status and code; the code of a success is 0."""
    return (reply.status_code, 0) if reply.is_success else refusal(reply)


@asynccontextmanager
async def trial_on(ground: Ground, folder: Path) -> AsyncIterator[Trial]:
    async with (
        world(ground.home, folder / "home", **ground.changes) as here,
        Store(here, ground.changes.get("database_url", "")) as store,
    ):
        yield Trial(here, store, *await furnish(here))


@pytest.fixture
async def trial(ground: Ground, tmp_path: Path) -> AsyncIterator[Trial]:
    async with trial_on(ground, tmp_path) as one:
        yield one


def test_every_operation_of_administration_has_a_good_call() -> None:
    """A new operation cannot be forgotten here, nor can a new field of one."""
    assert sorted(GOOD) == sorted(ADMINISTRATION)
    assert {one.operation for one in BAD_CALLS} <= set(GOOD)
    assert [
        name for name, good in GOOD.items() if bool(good.target) != ("{" in ALL[name].path)
    ] == []
    missing = {
        name: unnamed
        for name, good in GOOD.items()
        if (unnamed := _unnamed(inspect.type_info(ALL[name].body), good.body) - good.left_out)
    }
    assert missing == {}


def _unnamed(kind: inspect.Type, value: Any) -> set[str]:
    """Return the fields of a shape, and of those inside it, that a value does not name."""
    if isinstance(kind, inspect.UnionType):
        structs = [
            one for one in kind.types if isinstance(one, inspect.StructType | inspect.ListType)
        ]
        return _unnamed(structs[0], value) if structs else set()
    if isinstance(kind, inspect.ListType):
        return _unnamed(kind.item_type, value[0])
    if not isinstance(kind, inspect.StructType):
        return set()
    found = set()
    for field in kind.fields:
        if isinstance(field.type, inspect.NoneType):
            continue
        if field.encode_name not in value:
            found.add(field.encode_name)
        else:
            found |= _unnamed(field.type, value[field.encode_name])
    return found


@pytest.mark.parametrize("name", ADMINISTRATION)
async def test_whatever_is_spoilt_of_a_call_it_is_refused_and_nothing_changes(
    trial: Trial, name: str
) -> None:
    operation, good = ALL[name], GOOD[name]
    before = await trial.store.contents()

    wrong = await trial.refused(name, spoiling.ill_shaped(operation, good), before)
    if good.gone != "nothing":
        wrong += await trial.refused(name, spoiling.unknown(operation, good), before)
    if operation.body is not NoBody:
        for content in (b"{", b"[]", b"null", b'"x"', b"\xff", b'{"a":' * 100_000):
            said = answer(await trial.send(operation, good.target, content))
            wrong += [] if said == BAD else [f"{content[:9]!r}: {said}"]
        said = answer(await trial.send(operation, good.target, b"{}", "text/plain"))
        wrong += [] if said == (415, BAD[1]) else [f"text/plain: {said}"]
    assert differing(before, await trial.store.contents()) == []
    assert not wrong, "\n".join(wrong)

    done = await trial.ask(operation, good.target, good.body)
    assert done.is_success, done.text


@pytest.mark.parametrize("name", [name for name, good in GOOD.items() if good.gone == "nothing"])
async def test_a_search_for_what_is_not_there_finds_nothing(trial: Trial, name: str) -> None:
    before = await trial.store.contents()

    for spoilt in spoiling.unknown(ALL[name], GOOD[name]):
        reply = await trial.ask(ALL[name], "", spoilt.body)
        assert (reply.status_code, reply.json()) == (200, []), spoilt.what
    assert differing(before, await trial.store.contents()) == []


@pytest.mark.parametrize("name", ADMINISTRATION)
async def test_no_text_is_ever_a_fault(trial: Trial, name: str) -> None:
    """Control characters, look-alikes, wildcards, quotes, far too much (checklist 56)."""
    operation = ALL[name]
    # A wrong current password is a guess.
    counted = {"guesses"} if name == "changeUserPassword" else set()
    before = await trial.store.contents()
    wrong = []
    for one in spoiling.hostile(operation, GOOD[name]):
        reply = await trial.ask(operation, one.target, one.body)
        after = await trial.store.contents()
        if reply.is_success:
            before = after
            continue
        if answer(reply) not in {BAD, UNKNOWN_OBJECT, FORBIDDEN}:
            wrong.append(f"{one.what}: {reply.status_code} {reply.text[:200]}")
        if harm := set(differing(before, after)) - counted:
            wrong.append(f"{one.what}: changed {harm}")
        before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted({one.operation for one in BAD_CALLS}))
async def test_what_must_not_be_done_is_refused_in_its_words_and_not_done_in_part(
    trial: Trial, name: str
) -> None:
    """Taken names and look-alikes, circles, one unknown among many, what is the system's own."""
    before = await trial.store.contents()
    wrong = []
    for bad in BAD_CALLS:
        if bad.operation != name:
            continue
        reply = await trial.ask(ALL[name], bad.target, bad.body)
        after = await trial.store.contents()
        if answer(reply) != bad.answer:
            wrong.append(f"{bad}: {answer(reply)} {reply.text[:200]}")
        if harm := set(differing(before, after)) - bad.counts:
            wrong.append(f"{bad}: changed {harm}")
        before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", SEARCHES)
async def test_beyond_the_end_there_is_nothing_and_no_refusal(trial: Trial, name: str) -> None:
    operation, good = ALL[name], GOOD[name]
    required = {field.name for field in msgspec.structs.fields(operation.body) if field.required}
    asked = {field: value for field, value in good.body.items() if field in required}

    async def found(**part: int) -> int:
        reply = await trial.ask(operation, "", {**asked, **part})
        assert reply.status_code == 200, reply.text
        return _rows(reply.json())

    everything = await found(record_size=-1)
    assert everything > 0
    assert await found(record_size=2**31 - 1) == everything
    assert await found(record_size=0) == 0
    for offset in (everything, everything + 1, 10**6, 2**31 - 1):
        assert await found(record_offset=offset, record_size=-1) == 0
        assert await found(record_offset=offset, record_size=2**31 - 1) == 0
    assert await found(record_offset=everything - 1, record_size=2**31 - 1) == 1


def _rows(body: Any) -> int:
    """Return how many things an answer lists; permissions are listed by object or by principal."""
    if isinstance(body, list):
        return len(body)
    (listed,) = body.values()
    parts = [value for one in listed for value in one.values() if isinstance(value, list)]
    rows = [inner for part in parts for one in part for inner in one.values()]
    return sum(len(inner) for inner in rows if isinstance(inner, list))


ODD = [
    "100%",
    "a_b",
    "a%b",
    "it's",
    'said "so"',
    "back\\slash",
    "b\\%k",
    "c\\_d",
    "--",
    "名前",
    "ü",
]


@pytest.mark.parametrize(
    ("create", "search", "update", "named"),
    [
        ("createUser", "searchUsers", "updateUser", "user_identifier"),
        ("createUserGroup", "searchUserGroups", "updateUserGroup", "group_identifier"),
        ("createRole", "searchRoles", "updateRole", "role_identifiers"),
        ("createTag", "searchTags", "updateTag", "tag_identifier"),
    ],
)
async def test_an_odd_name_is_taken_found_and_changed_as_it_is(
    trial: Trial, create: str, search: str, update: str, named: str
) -> None:
    """Of the pattern's signs only ``%`` counts, and in what is asked alone."""
    made = {}
    for name in ODD:
        body = {"name": name, "display_name": "Odd", "email": "odd@example.com"}
        reply = await trial.ask(ALL[create], "", body)
        assert reply.status_code == 200, reply.text
        assert reply.json()["name"] == name
        made[name] = reply.json()["id"]
    for name, its_id in made.items():
        asked: dict[str, Any] = {named: [name] if named.endswith("s") else name}
        found = (await trial.ask(ALL[search], "", asked)).json()
        assert [one["id"] for one in found] == [its_id], name
        if named.endswith("s"):
            continue
        by_pattern = (await trial.ask(ALL[search], "", {"name_pattern": name})).json()
        like = _like(name)
        names = sorted(one["name"] for one in by_pattern if one["name"] in made)
        assert names == sorted(one for one in made if like(one)), name
    for name, its_id in made.items():
        done = await trial.ask(ALL[update], name, {"name": f"{name}!"})
        assert done.is_success, (name, done.text)
        asked = {named: [its_id] if named.endswith("s") else its_id}
        found = (await trial.ask(ALL[search], "", asked)).json()
        assert [one["name"] for one in found] == [f"{name}!"]


def _like(pattern: str) -> Any:
    """Say which names a pattern finds: a slow and obvious model of the contract's."""
    if "%" not in pattern:
        return lambda name: pattern in name
    first, *others = pattern.split("%")

    def fits(name: str) -> bool:
        if not name.startswith(first):
            return False
        at = len(first)
        for part in others[:-1]:
            at = name.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return len(name) - at >= len(others[-1]) and name.endswith(others[-1])

    return fits
