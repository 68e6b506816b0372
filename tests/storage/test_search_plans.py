"""How SQLite goes about searches: an index leads to what was asked, whatever else there is."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from gatepass.core.searches import AccountFilter, GroupFilter, NamePattern, Page, SortBy
from gatepass.storage import account_search, bulk, directory, group_search, groups
from gatepass.storage.searching import Shape
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from gatepass.storage.statements import Prepared
from tests.storage.engines import SqliteEngine

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PREFIX, ANYWHERE = NamePattern.of("mir%"), NamePattern.of("mir")

BY_NAME = "memberships USING INDEX ix_memberships_org_id_name_key"
FIRST_STEPS: list[tuple[dict[str, Any], str]] = [
    ({}, f"{BY_NAME} (org_id=?)"),
    (
        {"name": PREFIX},
        f"{BY_NAME} (org_id=? AND name_key>? AND name_key<?)",
    ),
    ({"name": ANYWHERE}, f"{BY_NAME} (org_id=?)"),
    ({"ids": ["x"]}, "accounts USING INDEX sqlite_autoindex_accounts_1 (id=?)"),
    ({"email": "x"}, "accounts USING INDEX ix_accounts_email_key (email_key=?)"),
    ({"display_name": "x"}, "accounts USING INDEX ix_accounts_display_key (display_key=?)"),
    (
        {"orgs": [1, 2], "name": PREFIX},
        "accounts USING INDEX sqlite_autoindex_accounts_2 (name_key>? AND name_key<?)",
    ),
    ({"orgs": None, "email": "x"}, "accounts USING INDEX ix_accounts_email_key (email_key=?)"),
    ({"privileges": ["X"]}, f"{BY_NAME} (org_id=?)"),
    ({"groups": ["x"]}, f"{BY_NAME} (org_id=?)"),
    ({"favorites": ["x"]}, f"{BY_NAME} (org_id=?)"),
    ({"status": "LOCKED"}, f"{BY_NAME} (org_id=?)"),
]


def plan(sqlite: SqliteEngine, statement: Prepared) -> list[str]:
    text, _ = statement.for_driver(DIALECT)
    with closing(connect(sqlite.path, writes=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
        return [row[3] for row in rows]


def of_accounts(page: Page = Page(), **what: Any) -> Prepared:  # noqa: B008 - frozen
    asked = account_search.asked(AccountFilter(now=NOON, **{"orgs": [7], **what}), page)
    assert asked is not None
    return account_search.statement(asked[0])


def walks(steps: list[str]) -> list[str]:
    """Return the steps that walk a whole table; what a step before has gathered is none."""
    return [
        step
        for step in steps
        if step.startswith("SCAN") and step.split()[1] not in {"reach", "granting"}
    ]


@pytest.mark.parametrize(("what", "first"), FIRST_STEPS, ids=str)
def test_a_search_for_accounts_begins_with_the_index_that_fits(
    sqlite: SqliteEngine, what: dict[str, Any], first: str
) -> None:
    steps = plan(sqlite, of_accounts(**what))

    assert steps[0] == f"SEARCH {first}"
    assert walks(steps) == []


@pytest.mark.parametrize("what", [{}, {"name": PREFIX}, {"name": ANYWHERE}], ids=str)
def test_the_names_of_one_org_are_read_in_their_order(
    sqlite: SqliteEngine, what: dict[str, Any]
) -> None:
    for descending in (False, True):
        steps = plan(sqlite, of_accounts(Page(descending=descending), **what))
        assert not [step for step in steps if "TEMP B-TREE" in step]


@pytest.mark.parametrize("by", SortBy)
def test_whatever_the_order_no_search_walks_a_table(sqlite: SqliteEngine, by: SortBy) -> None:
    assert walks(plan(sqlite, of_accounts(Page(by=by)))) == []


def test_a_search_for_groups_of_one_org_meets_no_other_orgs_groups(sqlite: SqliteEngine) -> None:
    every: list[dict[str, Any]] = [
        {},
        {"key": "x"},
        {"name": PREFIX},
        {"members": ["x"]},
        {"holding": ["x"]},
        {"liveboards": ["x"]},
        {"privileges": ["X"]},
    ]
    for what in every:
        asked = group_search.asked(GroupFilter(**{"orgs": [7], **what}), Page())
        assert asked is not None
        assert walks(plan(sqlite, group_search.statement(asked[0]))) == []


BUILDS = [
    build
    for name, build in (vars(directory) | vars(bulk)).items()
    if getattr(build, "__annotations__", {}).keys() == {"size", "return"} and name != "_reach"
]


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: str(build.__name__))
def test_what_belongs_to_many_is_looked_up_by_index(sqlite: SqliteEngine, build: Any) -> None:
    assert walks(plan(sqlite, Prepared(build(10)))) == []


def test_one_statement_is_compiled_for_each_shape_whatever_its_values() -> None:
    def shape(**what: Any) -> Shape:
        asked = account_search.asked(AccountFilter(now=NOON, **{"orgs": [7], **what}), Page())
        assert asked is not None
        return asked[0]

    assert shape(email="a", groups=["x", "y"]) == shape(email="b", groups=["z"] * 10)
    assert shape(email="a") != shape(display_name="a")
    assert of_accounts(email="a") is of_accounts(email="b")


def test_a_search_for_one_of_none_finds_nothing_without_a_statement() -> None:
    assert account_search.asked(AccountFilter(now=NOON, orgs=[]), Page()) is None
    assert group_search.asked(GroupFilter(orgs=None, ids=[]), Page()) is None


@pytest.mark.parametrize(
    ("text", "prefix", "like"),
    [
        ("MIR%", "mir", None),
        ("mir", "", "%mir%"),
        ("%", "", None),
        ("%mir", "", "%mir"),
        ("m%r%", "m", "m%r%"),
        ("50_\\%", "50_\\", None),
        ("%a_b\\c", "", "%a\\_b\\\\c"),
        ("\uff21nna  m%x", "anna m", "anna m%x"),
        ("anna % x", "anna ", "anna % x"),
        ("\u017ftraße%", "strasse", None),
    ],
)
def test_a_pattern_is_folded_as_names_are(text: str, prefix: str, like: str | None) -> None:
    assert NamePattern.of(text) == NamePattern(prefix=prefix, like=like)


def test_holders_of_a_privilege_are_led_to_by_their_groups(sqlite: SqliteEngine) -> None:
    """Not by a walk through all who are in any group: there is one that everybody is in."""
    steps = plan(sqlite, Prepared(groups._members(2)))  # noqa: SLF001 - a statement of that desk

    assert steps == ["SEARCH group_members USING INDEX ix_group_members_group_id (group_id=?)"]
