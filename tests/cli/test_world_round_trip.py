"""Any world, written to a file and applied to an empty home, is the same world there."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepass.cli.world_files import Format, WorldFile, written
from gatepass.core.records import AccountStatus, AccountType
from gatepass.core.role_words import CARRIED
from gatepass.core.shares import ShareMode
from gatepass.core.world_words import (
    TABLES,
    CspEntry,
    GroupEntry,
    ObjectEntry,
    OrgEntry,
    OrgSecurityEntry,
    RoleEntry,
    SecurityEntry,
    ShareEntry,
    TagEntry,
    UserEntry,
    World,
    visibility,
)
from tests.world import HERE, world

ORGS = ["Primary", "north", "south"]
NAMES = ['a "b" \\c', "Zoë", "'''", "x = [1]", "#no/comment"]
PEOPLE = ["mira", "olga@example.com", "Ünal"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ORIGINS = st.lists(
    st.sampled_from(["https://a.example", "http://b.example:8080", "https://*.c.example"]),
    unique=True,
    max_size=3,
)
SOURCES = st.lists(st.sampled_from(["https://a.example", "data:"]), unique=True, max_size=2)
WORDS = ["DATADOWNLOADING", "USERDATAUPLOADING", "CAN_USE_SPOTTER", "SHAREWITHALL"]
assert set(WORDS) <= CARRIED


def some(of: list[Any]) -> st.SearchStrategy[list[Any]]:
    """Return some of a list, in its order."""
    return st.lists(st.booleans(), min_size=len(of), max_size=len(of)).map(
        lambda takes: [one for one, take in zip(of, takes, strict=True) if take]
    )


VISIBILITY = st.booleans().map(lambda one: visibility(sharable=one))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world that rests on nothing but itself."""
    roles = [
        RoleEntry(
            org=org,
            name=name,
            description=draw(TEXTS),
            read_only=draw(st.booleans()),
            privileges=draw(some(WORDS)),
        )
        for org in ORGS
        for name in draw(some(NAMES[:2]))
    ]
    groups: list[GroupEntry] = []
    for org in ORGS:
        for name in draw(some(NAMES)):
            # Groups come in the order of NAMES, and hold earlier ones alone: no circle.
            earlier = [one.name for one in groups if one.org == org]
            groups.append(
                GroupEntry(
                    org=org,
                    name=name,
                    description=draw(TEXTS),
                    visibility=draw(VISIBILITY),
                    newcomers=draw(st.booleans()),
                    privileges=draw(some(WORDS)),
                    roles=draw(some([one.name for one in roles if one.org == org])),
                    inside=draw(some(earlier)),
                )
            )
    users = []
    for name in draw(some(PEOPLE)):
        own = draw(some(ORGS)) or ["north"]
        users.append(
            UserEntry(
                name=name,
                display_name=draw(st.sampled_from(NAMES)),
                account_type=draw(st.sampled_from([AccountType.LOCAL, AccountType.SAML])),
                account_status=draw(
                    st.sampled_from([AccountStatus.ACTIVE, AccountStatus.INACTIVE])
                ),
                visibility=draw(VISIBILITY),
                orgs=own,
                groups=draw(some([f"{one.org}/{one.name}" for one in groups if one.org in own])),
            )
        )
    return World(
        orgs=[OrgEntry(name="north", description="a \x7f b\n"), OrgEntry(name="south")],
        roles=roles,
        groups=groups,
        users=users,
        tags=[TagEntry(org=org, name=tag) for org in ORGS for tag in draw(some(NAMES[:3]))],
        objects=draw(objects(groups, users)),
        security=draw(security(groups)),
    )


@st.composite
def objects(draw: st.DrawFn, groups: list[GroupEntry], users: list[UserEntry]) -> list[ObjectEntry]:
    found = []
    modes = st.sampled_from([ShareMode.READ_ONLY, ShareMode.MODIFY])
    for org in ORGS:
        members = [one.name for one in users if org in (one.orgs or ())]
        of_org = [one.name for one in groups if one.org == org]
        for number in range(draw(st.integers(0, 2))):
            shares = [ShareEntry(group=one, mode=draw(modes)) for one in draw(some(of_org))]
            shares += [ShareEntry(user=one, mode=draw(modes)) for one in draw(some(members))]
            people = st.none() | st.sampled_from(members) if members else st.none()
            found.append(
                ObjectEntry(
                    org=org,
                    id=f"7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c7{number}",
                    type=draw(st.sampled_from(["LIVEBOARD", "ANSWER", "LOGICAL_TABLE"])),
                    name=draw(st.sampled_from(NAMES)),
                    owner=draw(people),
                    author=draw(people),
                    description=draw(TEXTS),
                    subtype=draw(st.none() | st.just("WORKSHEET")),
                    custom_id=draw(st.none() | st.just(f"custom-{number}")),
                    tags=draw(some(NAMES)),
                    shares=shares,
                )
            )
    return found


@st.composite
def security(draw: st.DrawFn, groups: list[GroupEntry]) -> SecurityEntry:
    scripts = draw(st.booleans())
    of_orgs = []
    for org in draw(some(ORGS)):
        blocked = draw(st.booleans())
        named = draw(some([one.name for one in groups if one.org == org])) if blocked else []
        of_orgs.append(
            OrgSecurityEntry(
                org=org,
                cors=draw(st.none() | ORIGINS),
                trusted_authentication=draw(st.booleans()),
                block_full_app=blocked,
                full_app_groups=named,
            )
        )
    return SecurityEntry(
        cors=draw(ORIGINS),
        redirects=draw(ORIGINS),
        trusted_authentication=draw(st.booleans()),
        partitioned_cookies=draw(st.booleans()),
        block_full_app=draw(st.booleans()),
        csp=CspEntry(
            embed_hosts=draw(ORIGINS),
            connect=draw(SOURCES),
            img=draw(SOURCES),
            script_enabled=scripts,
            script=draw(SOURCES) if scripts else [],
        ),
        orgs=of_orgs,
    )


def read(path: Path, text: str) -> World:
    """Return what a file of this text declares."""
    path.write_text(text, "utf-8")
    found = WorldFile(path)
    assert found.problems == []
    return found.world


async def made(template: Path, home: Path, text: str, form: Format, *more: str) -> str:
    """Apply a file to an empty home, where it and ``more`` files then change nothing.

    Return what the home exports then.
    """
    path = home.with_suffix(f".{form}")
    async with world(template, home, per_org_secret_keys=True) as one:
        desk = one.core.worlds
        outcome = await desk.apply(one.by, HERE, read(path, text), {})
        assert outcome.problems == []
        for each in (text, *more):
            again = await desk.apply(one.by, HERE, read(path, each), {}, removes=True)
            assert (again.steps, again.problems) == ([], [])
        assert (await one.core.auditing.verify(one.by)).is_whole
        return written(await desk.describe(one.by), form)


@settings(max_examples=25)
@given(worlds(), st.sampled_from(list(Format)))
def test_what_is_exported_is_the_same_world_in_an_empty_home(
    template: Path, declared: World, form: Format
) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        said = written(declared, form)
        first = asyncio.run(made(template, place / "one", said, form))
        second = asyncio.run(made(template, place / "two", first, form, said))

        assert second == first


WORDS_OF_FILES = [
    *[name for kind in TABLES.values() for name in kind.__struct_fields__],
    *SecurityEntry.__struct_fields__,
    *CspEntry.__struct_fields__,
    "user",
    "group",
    "mode",
    "password",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS_OF_FILES), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*TABLES, "security", "nonsense"]), VALUES, max_size=4))
def test_whatever_a_file_holds_is_a_world_or_is_told_by_its_places(said: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.json"
        path.write_bytes(json.dumps(said).encode())
        found = WorldFile(path)

    for one in found.problems:
        assert one.place.table in {*TABLES, "security", "security.orgs", "nonsense"}
        assert found.worded(found.placed(one))
    if not found.problems:
        assert {one for one in TABLES if getattr(found.world, one) is not None} == set(said) & set(
            TABLES
        )


@pytest.mark.parametrize("form", list(Format))
def test_a_home_that_has_nothing_yet_is_a_world_too(
    template: Path, tmp_path: Path, form: Format
) -> None:
    first = asyncio.run(made(template, tmp_path / "one", written(World(), form), form))

    assert asyncio.run(made(template, tmp_path / "two", first, form)) == first
