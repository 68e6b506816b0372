"""Homes with many accounts: one is made by the core, the others are copies of its rows.

So every column holds what the server writes there, and only what tells one row from the next
(ids, names and the keys of names, digests) is made here, by the server's own functions.
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.homes import HERE, PASSWORD
from gatepass.app import close_core, database_path, open_core, prepare
from gatepass.core.crypto import FULL_TOKEN, SystemRandomness, digest
from gatepass.core.local import operator
from gatepass.core.names import name_key, skeleton
from gatepass.core.tokens import Wish
from gatepass.settings import Settings

FIRST = "holder"
SETTINGS = Settings(cache_trust=timedelta(0))
"""Under which each check asks the store."""
AT_ONCE = 50_000

Change = Mapping[str, object]


@dataclass(frozen=True)
class Crowd:
    """A home with so many accounts and a token of each."""

    path: Path
    accounts: int
    tokens: list[str]
    """Some of the tokens, drawn at random."""


def gather(path: Path, accounts: int, known: int) -> Crowd:
    """Make a home with so many accounts and a token of each; so many of these are known."""
    prepare(path, SETTINGS)
    asyncio.run(_found(path))
    file = database_path(path, SETTINGS)
    drawn = set(random.sample(range(accounts), min(known, accounts)))
    with closing(sqlite3.connect(str(file), isolation_level=None)) as rows:
        # What a crash here would lose is deleted anyway.
        rows.execute("PRAGMA synchronous=OFF")
        rows.execute("PRAGMA cache_size=-1000000")
        tokens = _multiply(rows, accounts, drawn)
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    random.shuffle(tokens)
    return Crowd(path, accounts, tokens)


async def _found(path: Path) -> None:
    core = open_core(path, SETTINGS)
    by = operator(core.means.clock())
    try:
        await core.founding.found(HERE, password=PASSWORD)
        await core.trusted.configure(by, HERE, cluster=True)
        secret = (await core.trusted.secrets_of(by, HERE, None))[0].text
        await core.groups.create(by, HERE, name="analysts", privileges=["DATADOWNLOADING"])
        await core.accounts.create(
            by, HERE, name=FIRST, display_name=FIRST, email=f"{FIRST}@example.com"
        )
        await core.groups.put_in(by, HERE, "analysts", FIRST, None)
        wish = Wish(username=FIRST, secret_key=secret, validity=timedelta(days=1))
        await core.tokens.issue(HERE, wish)
    finally:
        await close_core(core)


def _multiply(rows: sqlite3.Connection, accounts: int, drawn: set[int]) -> list[str]:
    """Add accounts like the first, each with memberships and a token; return the drawn tokens."""
    made = SystemRandomness()
    tokens: list[str] = []
    first = rows.execute("SELECT id FROM accounts WHERE name = ?", (FIRST,)).fetchone()[0]
    ids = [made.id() for _ in range(accounts)]

    def account(number: int) -> Change:
        name = f"{FIRST}{number:07}"
        email = f"{name}@example.com"
        return {
            "id": ids[number],
            "name": name,
            "name_key": name_key(name),
            "skeleton": skeleton(name),
            "display_name": name,
            "display_key": name_key(name),
            "email": email,
            "email_key": name_key(email),
        }

    def membership(number: int) -> Change:
        return {"account_id": ids[number], "name_key": name_key(f"{FIRST}{number:07}")}

    def group_member(number: int) -> Change:
        return {"account_id": ids[number]}

    def token(number: int) -> Change:
        text = made.secret(FULL_TOKEN)
        if number in drawn:
            tokens.append(text)
        issued = made.row_id(datetime.now(UTC))
        return {"id": issued, "digest": digest(text), "account_id": ids[number]}

    for table, key, change in (
        ("accounts", "id", account),
        ("memberships", "account_id", membership),
        ("group_members", "account_id", group_member),
        ("tokens", "account_id", token),
    ):
        found = rows.execute(f"SELECT * FROM {table} WHERE {key} = ?", (first,))  # noqa: S608 - our names
        names = [column[0] for column in found.description]
        for row in found.fetchall():
            copy_rows(rows, table, dict(zip(names, row, strict=True)), accounts, change)
    return tokens


def copy_rows(
    rows: sqlite3.Connection,
    table: str,
    model: dict[str, Any],
    times: int,
    change: Callable[[int], Change],
) -> None:
    """Add copies of a row, changed by their number."""
    marks = ", ".join("?" * len(model))
    text = f"INSERT INTO {table} ({', '.join(model)}) VALUES ({marks})"  # noqa: S608 - our names
    for start in range(0, times, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, times))
        rows.execute("BEGIN")
        rows.executemany(text, _copies(model, numbers, change))
        rows.execute("COMMIT")


def _copies(
    model: dict[str, Any], numbers: range, change: Callable[[int], Change]
) -> Iterator[list[object]]:
    for number in numbers:
        yield list({**model, **change(number)}.values())
