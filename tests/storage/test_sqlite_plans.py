"""How SQLite goes about each statement: by an index that leads to few rows, never by a walk."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import closing

import pytest

from gatepass import storage
from gatepass.storage.sqlite import connect
from gatepass.storage.sqlite_link import DIALECT
from gatepass.storage.statements import Prepared
from tests.storage.engines import SqliteEngine

LISTINGS = {
    *("accounts._ALL", "orgs._ALL", "audit._LATEST"),
    *("keys._ALL", "keys._IN_STATE", "revocations._OF_KIND"),
    *("roles._ALL", "stored_settings._OF_ORGS", "trusted._EVERYWHERE"),
}
"""These are asked for every row or the last so many, of a handful of keys, trusted secrets or
settings, or in an emergency."""
GATHERED = ("CO-ROUTINE ", "MATERIALIZE ")
"""What a step before has gathered is no table, and neither is a row of values."""


def prepared(value: object) -> Iterator[Prepared]:
    if isinstance(value, Prepared):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from prepared(one)


def statements() -> dict[str, Prepared]:
    """Find every statement of the storage, by where it stands."""
    found = {}
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            names = vars(importlib.import_module(f"gatepass.storage.{module.name}"))
            for name, value in names.items():
                for place, one in enumerate(prepared(value)):
                    found[f"{module.name}.{name}" + (f"[{place}]" if place else "")] = one
    return found


def gathered(plan: list[str]) -> set[str]:
    names = {line.removeprefix(word) for line in plan for word in GATHERED if line.startswith(word)}
    return {*names, "CONSTANT ROW"}


@pytest.fixture
def plans(sqlite: SqliteEngine) -> dict[str, list[str]]:
    """Ask for the plan of every statement."""
    plans = {}
    with closing(connect(sqlite.path, writes=True)) as connection:
        for name, statement in statements().items():
            text, _ = statement.for_driver(DIALECT)
            rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
            plans[name] = [row[3] for row in rows]
    return plans


def test_no_statement_walks_a_whole_table(plans: dict[str, list[str]]) -> None:
    walks = {
        name: line
        for name, plan in plans.items()
        for line in plan
        if line.startswith("SCAN") and line.removeprefix("SCAN ") not in gathered(plan)
    }

    assert len(plans) > 70
    assert set(walks) == LISTINGS


def test_no_statement_walks_all_that_has_not_been_revoked(plans: dict[str, list[str]]) -> None:
    first_steps = {name: plan[0] for name, plan in plans.items() if plan}

    assert not {name: step for name, step in first_steps.items() if step.endswith("(revoked_at=?)")}


@pytest.mark.parametrize("of", ["_SESSION", "_TOKEN"])
def test_the_gate_takes_one_step_into_each_table(plans: dict[str, list[str]], of: str) -> None:
    keys = [step.partition("(")[2] for step in plans[f"desks.{of}"]]

    assert keys == ["digest=?)", "id=?)", "rowid=?)", "account_id=? AND org_id=?) LEFT-JOIN"]


@pytest.mark.parametrize("of", ["revocations._OF_MEMBER", "sessions._LIVE_OF_BOTH"])
def test_what_an_account_holds_in_an_org_is_found_by_the_account(
    plans: dict[str, list[str]], of: str
) -> None:
    """An Org has as many rows as all its accounts together."""
    first_steps = [plan[0] for name, plan in plans.items() if name.startswith(of)]

    assert first_steps
    assert all("(account_id=? AND revoked_at=?" in step for step in first_steps)


def test_what_belongs_to_an_account_or_group_is_not_sought_among_all_of_its_org(
    plans: dict[str, list[str]],
) -> None:
    """An Org's own trusted secrets are few, and with an Org goes all that it has."""
    by_org = {
        name
        for name, plan in plans.items()
        if any(step.endswith("_org_id (org_id=?)") for step in plan)
    }

    assert {one for one in by_org if not one.startswith(("trusted.", "orgs._REMOVE"))} == set()
