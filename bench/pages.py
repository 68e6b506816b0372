"""Pages of the console in a large home: ``python -m bench.pages FOLDER [PATH …]``.

The folder gets a home with a million accounts and a million audit events, if it has none yet: some
minutes, and 3 GB. Each page is asked for as a browser does, inside of this process.
"""

import asyncio
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2

from bench.crowds import SETTINGS, gather
from bench.homes import PASSWORD
from gatepass.app import close_core, create_app, database_path, open_core

ACCOUNTS = EVENTS = 1_000_000
TIMES = 15
APART = 2_000_000
"""Microseconds between two events: a million of them take 23 days."""
ACTS: list[tuple[str, str | None]] = [
    *[("token.issue", None)] * 12,
    *[("session.open", None)] * 6,
    *[("account.sign_in", "wrong password")] * 2,
    ("account.create", None),
]
PATHS = (
    *("", "?span=days", "audit", "audit?result=refused", "audit?person=holder0000007"),
    *("audit?act=org.create", "audit?person=nobody&result=refused&from=2020-01-01T00:00"),
    *("audit?incident=i0000018", "audit?incident=i0000017", "audit/why?incident=i0000018"),
    "audit/export?act=token",
    *("accounts", "accounts?text=holder00000", "accounts?by=email&text=holder", "accounts/new"),
    *("accounts?status=SUSPENDED", "accounts?text=%25999", "groups", "groups?text=g", "groups/new"),
    *("roles", "roles/new", "orgs", "orgs/new", "orgs/0", "own", "develop/security"),
    *("sessions", "sessions?kind=session", "sessions?org=0&kind=object"),
    *("develop/playground", "develop/playground/v2_0/searchUsers"),
)
ONE_OF = {"accounts": "accounts/", "groups": "groups/"}
"""Lists, and where the first thing in each has its page."""
SIGN_IN = "/console/sign-in"


def happen(path: Path, events: int) -> None:
    """Add copies of an event, each before the others; they stand in no chain."""
    with closing(sqlite3.connect(str(database_path(path, SETTINGS)))) as rows:
        rows.execute("PRAGMA synchronous=OFF")
        accounts = [row[0] for row in rows.execute("SELECT id FROM accounts LIMIT 10000")]
        found = rows.execute("SELECT * FROM audit_events WHERE act = 'token.issue' LIMIT 1")
        names = [column[0] for column in found.description]
        model = dict(zip(names, found.fetchone(), strict=True))

        def copies() -> Iterator[list[object]]:
            for number in range(events):
                act, refused = ACTS[number % len(ACTS)]
                change = {
                    "number": None,
                    "id": f"e{number:07}",
                    "act": act,
                    "refused": refused,
                    "at": model["at"] - (events - number) * APART,
                    "about": accounts[number % len(accounts)],
                    "incident_id": f"i{number:07}",
                    "chain": None,
                    "sequence": None,
                }
                yield list({**model, **change}.values())

        marks = ", ".join("?" * len(names))
        text = f"INSERT INTO audit_events ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our names
        rows.executemany(text, copies())
        rows.commit()
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(path: Path, paths: list[str]) -> None:
    """Sign in, and print how long each page takes: the middle one and the slowest but the first."""
    core = open_core(path, SETTINGS)
    transport = httpx2.ASGITransport(app=create_app(core, SETTINGS, home=path))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gatepass.test") as client:
        form = (await client.get(SIGN_IN)).text
        token = form.split('name="token" value="')[1].split('"')[0]
        fields = {"token": token, "username": "tsadmin", "password": PASSWORD}
        headers = {"Origin": "http://gatepass.test"}
        reply = await client.post(SIGN_IN, data=fields, headers=headers)
        cookie = {"Cookie": reply.headers["set-cookie"].partition(";")[0]}
        client.cookies.clear()
        for listing, prefix in ONE_OF.items() if paths == list(PATHS) else ():
            page = (await client.get(f"/console/{listing}", headers=cookie)).text
            found = re.search(rf'"\./({prefix}[0-9a-f-]{{36}})', page)
            paths += [found[1]] if found else []
        for one in paths:
            lengths = []
            for _ in range(TIMES + 1):
                began = time.perf_counter()
                reply = await client.get(f"/console/{one}", headers=cookie)
                lengths.append(1000 * (time.perf_counter() - began))
            first, *others = lengths
            print(
                f"{statistics.median(others):7.1f} {max(others):7.1f} ms (first {first:.0f})"
                f"  {reply.status_code} {len(reply.content):8}  {one or '/'}"
            )
    await close_core(core)


def main() -> None:
    """Run by hand."""
    path = Path(sys.argv[1])
    if not path.exists():
        gather(path, ACCOUNTS, 1)
        happen(path, EVENTS)
    asyncio.run(measure(path, sys.argv[2:] or list(PATHS)))


if __name__ == "__main__":
    main()
