"""How SQLite goes about searches for headers: by an index of the Org, whatever their kinds."""

from contextlib import closing
from typing import Any

import pytest

from gatepass.core.headers import HeaderFilter, Kind, Term
from gatepass.core.searches import NamePattern, Page, SortBy
from gatepass.core.shares import Party, PartyKind, ShareMode
from gatepass.storage import header_search, objects
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from gatepass.storage.statements import Prepared
from tests.storage.engines import SqliteEngine

MIRA = Party(id="a", kind=PartyKind.ACCOUNT, groups=frozenset({"g", "h"}), administers=False)
LIVEBOARDS = [Term(type=Kind.LIVEBOARD)]
SHOWN: dict[str, Any] = {
    "readers": [MIRA],
    "accounts_shown_to": "a",
    "groups_shown_to": "a",
}
ASKED: list[dict[str, Any]] = [
    {},
    SHOWN,
    {"terms": LIVEBOARDS},
    {"terms": LIVEBOARDS, **SHOWN},
    {"terms": [Term(name=NamePattern.of("s%"))]},
    {"terms": [Term(name=NamePattern.of("s"), type=Kind.ANSWER, subtypes=["x"])]},
    {"ids": [(Kind.ANSWER, "x"), (Kind.TAG, "y")], **SHOWN},
    {"but": [(Kind.ANSWER, "x")]},
    {"authors": ["a"], "modifiers": ["b"]},
    {"tags": ["t"], "kept_by": ["a"]},
    {"permitted": [(MIRA, mode) for mode in ShareMode]},
    {"only_id": "x", **SHOWN},
]


def plan(sqlite: SqliteEngine, what: dict[str, Any], page: Page) -> list[str]:
    asked = header_search.asked(HeaderFilter(org_id=7, **what), page)
    assert asked is not None
    return steps(sqlite, header_search.statement(asked[0]))


def steps(sqlite: SqliteEngine, statement: Prepared) -> list[str]:
    text, _ = statement.for_driver(DIALECT)
    with closing(connect(sqlite.path, writes=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
        return [row[3] for row in rows]


@pytest.mark.parametrize("by", SortBy)
@pytest.mark.parametrize("what", ASKED, ids=lambda what: "-".join(what) or "everything")
def test_no_search_walks_a_table(sqlite: SqliteEngine, what: dict[str, Any], by: SortBy) -> None:
    for descending in (False, True):
        found = plan(sqlite, what, Page(by=by, descending=descending))
        assert [step for step in found if step.startswith("SCAN")] == []


@pytest.mark.parametrize("what", [{}, {"terms": LIVEBOARDS}, {"terms": LIVEBOARDS, **SHOWN}])
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_by_name_is_read_in_its_order(
    sqlite: SqliteEngine, what: dict[str, Any], *, descending: bool
) -> None:
    found = plan(sqlite, what, Page(descending=descending))

    # Of accounts, whose names are the cluster's own, at most those of one name are sorted.
    assert "USE TEMP B-TREE FOR ORDER BY" not in found


def test_grants_are_looked_up_from_who_holds_them(sqlite: SqliteEngine) -> None:
    found = plan(sqlite, {"terms": LIVEBOARDS, **SHOWN}, Page())

    grants = [step for step in found if "_shares" in step]
    assert all("(account_id=? AND org_id=?)" in step for step in grants if "account_" in step)
    assert all("(group_id=? AND org_id=?)" in step for step in grants if "group_" in step)
    assert len(grants) == 2


BUILDS = [
    build
    for build in vars(objects).values()
    if getattr(build, "__annotations__", {}).keys() == {"size", "return"}
]


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: str(build.__name__))
def test_what_belongs_to_many_is_looked_up_by_index(sqlite: SqliteEngine, build: Any) -> None:
    assert not [step for step in steps(sqlite, Prepared(build(10))) if step.startswith("SCAN")]


def test_one_statement_is_compiled_for_each_shape_whatever_its_values() -> None:
    def shape(**what: Any) -> header_search.Shape:
        asked = header_search.asked(HeaderFilter(org_id=7, **what), Page())
        assert asked is not None
        return asked[0]

    other = Party(id="b", kind=PartyKind.ACCOUNT, groups=frozenset("xy"), administers=False)
    assert shape(readers=[MIRA]) == shape(readers=[other])
    assert shape(tags=["a", "b"]) == shape(tags=["c"] * 10)
    assert shape(readers=[MIRA]) != shape()


def test_a_search_for_one_of_none_finds_nothing_without_a_statement() -> None:
    for nothing in ("ids", "tags", "authors", "modifiers", "kept_by", "permitted"):
        what: dict[str, Any] = {nothing: []}
        if nothing in {"tags", "kept_by", "permitted"}:
            what["terms"] = LIVEBOARDS
        assert header_search.asked(HeaderFilter(org_id=7, **what), Page()) is None
