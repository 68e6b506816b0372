"""gatepass audit: read, search and verify what happened."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import typer

from gatepass import settings
from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.cli.exits import Refusal
from gatepass.core import Core
from gatepass.core.auditing import Found
from gatepass.core.explaining import Explained
from gatepass.core.records import AuditEvent, Principal, Source
from gatepass.core.trail import Broken, Kept, Verdict

app = options.group("The audit trail: who did what, and what was refused.")

Lines = Annotated[bool, typer.Option("--json", help="Print JSON, one line an event.")]
AT_ONCE = 1000
PAUSE = 1.0
"""Seconds between two looks at what is new."""
LATE = timedelta(seconds=30)
"""How long an event may be under way: on PostgreSQL others with higher numbers overtake it."""


class Followed:
    """What ``tail --follow`` has shown, as far as something may still turn up between."""

    def __init__(self) -> None:
        self.settled: int | None = None
        """Up to this number nothing is under way any more; None before the first event."""
        self._shown: set[int] = set()

    def fresh(self, events: Sequence[Kept], now: datetime) -> list[Kept]:
        """Return those that were not there before; they come in the order of their numbers."""
        new = [one for one in events if one.number not in self._shown]
        self._shown.update(one.number for one in new)
        if self.settled is None and events:
            self.settled = events[0].number - 1
        old = (one.number for one in events if one.event.at < now - LATE)
        self.settled = max(old, default=self.settled)
        self._shown = {one for one in self._shown if one > (self.settled or 0)}
        return new


@app.command("tail")
def tail(
    *,
    most: Annotated[int, typer.Option("--lines", "-n", min=1, max=100_000, help="How many.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    json: Lines = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Print the newest events, the oldest of them first."""

    async def work(core: Core, by: Principal, _: Source) -> None:
        found = await core.auditing.search(by, most=max(most, AT_ONCE) if follow else most)
        _print(found, found.events[:most][::-1], json=json)
        followed = Followed()
        followed.fresh(found.events[::-1], core.means.clock())
        while follow:
            await asyncio.sleep(PAUSE)
            after: int | None = followed.settled or 0
            while after is not None:
                found = await core.auditing.search(by, most=AT_ONCE, after=after)
                _print(found, followed.fresh(found.events, core.means.clock()), json=json)
                after = found.events[-1].number if len(found.events) == AT_ONCE else None

    act(home, "audit tail", work)


@app.command("search")
def search(
    *,
    person: Annotated[
        str | None,
        typer.Option(help="By or about whom: an account, a name that was tried, a secret's label."),
    ] = None,
    did: Annotated[
        str | None, typer.Option("--act", help="An act, or all of a kind: token.issue, token.")
    ] = None,
    refused: Annotated[
        bool | None, typer.Option("--refused/--done", help="Only what was refused, or only not.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From then on: 2026-06-01, 2026-06-01T12:00, or 2h ago.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Up to then, likewise.")] = None,
    incident: Annotated[str | None, typer.Option(help="The incident id of one call.")] = None,
    org: Annotated[str | None, typer.Option(help="An Org, by id or name.")] = None,
    most: Annotated[int, typer.Option("--lines", "-n", min=1, max=100_000, help="How many.")] = 100,
    json: Lines = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Print the newest events that match, the oldest of them first."""
    sought = {"act": did, "refused": refused, "incident_id": incident}

    async def work(core: Core, by: Principal, _: Source) -> Found:
        now = core.means.clock()
        return await core.auditing.search(
            by,
            most=most,
            person=person,
            org=org,
            since=_time(since, now, "--since"),
            until=_time(until, now, "--until"),
            **sought,
        )

    found = act(home, "audit search", work)
    _print(found, found.events[::-1], json=json)


@app.command("verify")
def verify(*, json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """Say whether the trail is as it was written; ends with 1 if anything was changed.

    A row that was changed, removed or moved is named. A tail that was cut off shows as far as
    another chain attests it.
    """

    async def work(core: Core, by: Principal, _: Source) -> Verdict:
        return await core.auditing.verify(by)

    verdict = act(home, "audit verify", work)
    if json:
        printing.as_json({"whole": verdict.is_whole, **msgspec.structs.asdict(verdict)})
    else:
        for one in verdict.broken:
            typer.echo(f"{_place(one)}: {one.what}")
        typer.echo(
            f"{verdict.events} events in {verdict.chains} chains, {verdict.links} links"
            + (f", {verdict.unchained} events older than the chains" * bool(verdict.unchained))
        )
    if not verdict.is_whole:
        count = len(verdict.broken) + verdict.more
        raise Refusal(f"the audit trail is broken in {count} places")


@app.command("explain")
def explain(
    incident: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="The incident id that the caller was told.")
    ],
    *,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say why a call was refused: the deciding check, what it compared, and what would help.

    Refused logins and privilege checks are known as long as the audit trail is kept, all others
    for explain_retention.
    """

    async def work(core: Core, by: Principal, _: Source) -> list[Explained]:
        return await core.auditing.explain(by, incident)

    told = act(home, "audit explain", work)
    if json:
        printing.as_json(told)
        return
    for one in told:
        call = one.call
        rows: list[tuple[str, object]] = [
            ("refused", f"{call.operation} ({call.code})"),
            ("clock", call.at),
        ]
        rows += [("check", text) for text in one.checks]
        rows += [("fix", text) for text in one.fixes]
        rows += [("from", call.address), ("account", call.account_id), ("as", call.actor)]
        rows += [("credential", call.credential_id), ("org", call.org_id)]
        for name, value in rows:
            if value is not None:
                typer.echo(f"{name:<10}  {printing.plain(value)}")


def _place(one: Broken) -> str:
    words = [
        f"{name} {value}"
        for name, value in (("chain", one.chain), ("event", one.sequence), ("row", one.number))
        if value is not None
    ]
    return printing.plain(", ".join(words) + (f" ({one.event_id})" if one.event_id else ""))


def _time(text: str | None, now: datetime, option: str) -> datetime | None:
    """Return a point in time: given as such, in UTC unless it says otherwise, or as so long ago."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        try:
            return now - settings.length(text.removesuffix("ago").strip())
        except ValueError as error:
            raise typer.BadParameter(f"no time: {text}", param_hint=option) from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _print(found: Found, events: Sequence[Kept], *, json: bool) -> None:
    for kept in events:
        if json:
            printing.as_line(found.facts(kept))
        else:
            typer.echo(_line(found, kept.event))


def _line(found: Found, event: AuditEvent) -> str:
    """Return an event on one line, whatever names and values hold."""
    words = [printing.plain(event.at), event.act]
    if event.refused is not None:
        words.append(f"refused: {event.refused}")
    for label, value in (
        ("by", found.accounts.get(event.by_account or "", event.by_account)),
        ("as", event.actor),
        ("about", found.accounts.get(event.about or "", event.about)),
        ("in", found.orgs.get(event.org_id, event.org_id)),
        ("from", event.source.address),
        ("through", event.source.operation or None),
        ("incident", event.source.incident_id or None),
    ):
        if value is not None:
            words.append(f"{label} {value}")
    words += [f"{name}={msgspec.json.encode(value).decode()}" for name, value in event.data.items()]
    return printing.plain("  ".join(words))
