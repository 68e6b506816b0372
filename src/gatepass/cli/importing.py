"""Takes lines, wherever they come from, batch by batch, and says what became of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec
import typer
from msgspec.structs import replace

from gatepass.cli import printing
from gatepass.cli.pace import Bar, Pace, said
from gatepass.cli.rows import Line
from gatepass.core import Core
from gatepass.core.framing import GroupLine, OrgLine, RoleLine
from gatepass.core.import_lines import Fate, How, Result, Seen, UserLine
from gatepass.core.records import Principal, Source

Lines = Iterator[Line | Result]


class Report:
    """What became of the lines, counted, and shown as far as somebody has to know."""

    def __init__(self, *, dry_run: bool, json: bool) -> None:
        self._dry_run = dry_run
        self._json = json
        self.counts: Counter[tuple[str, str]] = Counter()

    @property
    def refused(self) -> int:
        """How many lines were refused."""
        return sum(count for (_, fate), count in self.counts.items() if fate == Fate.REFUSED)

    def add(self, results: Sequence[Result]) -> None:
        """Count results; a dry run shows every difference."""
        for one in results:
            self.counts[one.kind, one.fate.value] += 1
            if one.fate is Fate.REFUSED or (self._dry_run and one.fate is not Fate.SAME):
                self._show(one)

    def _show(self, one: Result) -> None:
        if self._json:
            printing.as_line(one)
            return
        where = f"line {one.number}: " if one.number else ""
        name = f"{one.kind} {one.name}" if one.name else one.kind
        if one.fate is Fate.REFUSED:
            typer.echo(printing.plain(f"{where}{name}: refused: {one.reason}"), err=True)
            return
        changes = []
        for each in one.differences:
            if each.before is None or each.before == []:
                changes.append(f"{each.field} {printing.plain(each.after)}")
            else:
                before, after = printing.plain(each.before), printing.plain(each.after)
                changes.append(f"{each.field} {before} -> {after}")
        sign = "+" if one.fate is Fate.CREATED else "~"
        typer.echo(printing.plain(f"{sign} {name}: {'; '.join(changes)}".removesuffix(": ")))

    def close(self) -> None:
        """Say how many there were of each."""
        if self._json:
            found: dict[str, dict[str, int]] = {}
            for (kind, fate), count in sorted(self.counts.items()):
                found.setdefault(kind, {})[fate] = count
            printing.as_line({"dry_run": self._dry_run, "counts": found})
            return
        would = "would be " if self._dry_run else ""
        for fate in Fate:
            words = [
                f"{count} {kind}{'s' * (count != 1)}"
                for (kind, known), count in sorted(self.counts.items())
                if known == fate
            ]
            if words:
                same = "as it is" if fate is Fate.SAME else f"{would}{fate.value}"
                typer.echo(f"{same}: {', '.join(words)}")


class Taking:
    """One import on an open core."""

    def __init__(
        self,
        core: Core,
        by: Principal,
        source: Source,
        how: How,
        report: Report,
        *,
        batch: int,
        pace: Pace | None = None,
    ) -> None:
        self._core = core
        self._by = by
        self._source = source
        self._how = how
        self._report = report
        self._batch = batch
        self._pace = pace
        self._seen = Seen()
        self._nested: list[GroupLine] = []
        self.stopped_at = 0
        """The first line of the batch that was not taken; 0 if all were."""

    async def all(self, lines: Lines, bar: Bar) -> None:
        """Take every line, or as far as it goes: a batch with a refused line ends it."""
        done = 0
        # What the lines come from may have to be waited for, and the store's watch goes on.
        while some := await asyncio.to_thread(list, islice(lines, self._batch)):
            began = time.perf_counter()
            hashed, hash_seconds = await self._some(some)
            done += len(some)
            if self._pace is not None:
                self._pace.add(
                    lines=len(some),
                    seconds=time.perf_counter() - began,
                    hashed=hashed,
                    hash_seconds=hash_seconds,
                )
                told = sum(isinstance(one, UserLine) and one.password is not None for one in some)
                self._pace.passed(told - hashed)
                bar.show(done, self._pace.lines, said(self._pace.rest))
            else:
                bar.show(done, None, "")
            if self.stopped_at:
                return
        await self._nest()

    async def _some(self, some: Sequence[Line | Result]) -> tuple[int, float]:
        """Take one batch; what accounts are put into comes first."""
        users: list[UserLine] = []
        bad: list[Result] = []
        framing = self._core.framing
        common = (self._seen, self._how)
        for one in some:
            if isinstance(one, UserLine):
                users.append(one)
                continue
            if isinstance(one, OrgLine):
                result = await framing.org(self._by, self._source, one, *common)
            elif isinstance(one, RoleLine):
                result = await framing.role(self._by, self._source, one, *common)
            elif isinstance(one, GroupLine):
                result = await framing.group(self._by, self._source, one, *common)
                self._nested += [one] if one.inside else []
            else:
                result = one
            if result.fate is Fate.REFUSED:
                bad.append(result)
            else:
                self._report.add([result])
        self._report.add(bad)
        halts = bool(bad) and not (self._how.skip_refused or self._how.dry_run)
        if users:
            # Of a batch that is not to be one still hears what else is wrong with it.
            how = replace(self._how, dry_run=True) if halts else self._how
            outcome = await self._core.bulk_importing.users(
                self._by, self._source, users, self._seen, how
            )
            wrong = outcome.refused
            halts = halts or (bool(wrong) and not (how.skip_refused or how.dry_run))
            self._report.add(wrong if halts else outcome.results)
            if halts:
                self.stopped_at = some[0].number
            return outcome.hashed, outcome.hash_seconds
        if halts:
            self.stopped_at = some[0].number
        return 0, 0.0

    async def _nest(self) -> None:
        """Put groups into groups, now that all are there."""
        for line in self._nested:
            result = await self._core.framing.nesting(
                self._by, self._source, line, self._seen, self._how
            )
            if result is not None:
                self._report.add([result])
                if result.fate is Fate.REFUSED and not (
                    self._how.skip_refused or self._how.dry_run
                ):
                    self.stopped_at = line.number
                    return


def counted(lines: Callable[[], Lines]) -> Pace:
    """Return the pace of a file, read once to the end for it."""
    total = passwords = 0
    for one in lines():
        total += 1
        passwords += isinstance(one, UserLine) and one.password is not None
    return Pace(total, passwords)


def encoded(value: object) -> str:
    """Return a line of JSON."""
    return msgspec.json.encode(value).decode()
