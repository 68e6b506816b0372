"""Backups of homes: all that one holds in a file, and a home made of that file again."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from gatepass import app
from gatepass.core import Core
from gatepass.core.clock import Clock, system_clock
from gatepass.core.local import operator
from gatepass.core.records import Principal, Source
from gatepass.core.trail import Verdict
from gatepass.settings import FILE, Misconfigured, Settings, read
from gatepass.storage import archive, copies, migrating
from gatepass.storage import home as homes

T = TypeVar("T")
ELSEWHERE = (
    "the store is on a PostgreSQL server: back it up with pg_dump; docs/operations.md says how"
)


class Unfit(Exception):
    """A backup cannot be made or used; the text says why."""


class Backup(msgspec.Struct, frozen=True):
    """What was backed up or restored: from when it is, its bytes, and what is not as it was."""

    made_at: str
    size: int
    revision: str
    has_key: bool
    upgraded: bool = False
    ended: int = 0
    """Sessions and tokens that were ended on the way."""
    audit: Verdict | None = None


def make(home: Path, file: Path, *, with_key: bool, clock: Clock = system_clock) -> Backup:
    """Back up a home, beside whoever serves it, to a file that is not there yet.

    Secrets stay sealed by the master key, which is in the file only if ``with_key``.

    Raises:
        Misconfigured: the home cannot be used as it is, or its store is not in a file.
        Unfit: the copy does not hold together.
        Busy: the store cannot be read now.
        OSError: the file is there already, or cannot be written.
    """
    settings, _ = read(home)
    database = _embedded(home, settings)
    if file.exists():
        raise FileExistsError(17, "is there already", str(file))
    now = clock()
    where = app.database(home, settings)
    if where.revision() is None:
        raise app.NoStore(f"{home}: there is no store here")
    if where.revision() == migrating.HEAD:
        source = Source(operation="cli backup")
        facts = {"file": file.name, "master_key": with_key}
        _act(
            home, settings, clock, lambda core, by: core.auditing.note(by, source, "backup", facts)
        )
    with _folder(file.absolute().parent) as folder:
        copy = folder / homes.DATABASE
        copies.take(database, copy)
        revision = _fit(lambda: copies.examine(copy))
        files = {homes.DATABASE: copy}
        if (home / FILE).exists():
            files[FILE] = home / FILE
        if with_key:
            files[homes.MASTER_KEY] = folder / homes.MASTER_KEY
            _write_key(files[homes.MASTER_KEY], app.master_key(home))
        archive.write(file.absolute(), files, made_at=now.isoformat(), revision=revision)
    return Backup(now.isoformat(), file.stat().st_size, revision, with_key)


def restore(
    file: Path,
    home: Path,
    *,
    end_all: bool = False,
    despite_audit: bool = False,
    clock: Clock = system_clock,
) -> Backup:
    """Make a home of a backup, or put its store back into one that lost it; all of it or nothing.

    A settings file and a master key that are there stay. What is put there was examined before:
    its bytes, pages and rows, its revision, the audit chains, and whether the key opens it.
    ``end_all`` ends every session and token, as some may have been revoked after the backup.

    Raises:
        Misconfigured: the home has a store, or its settings or its master key will not do.
        Unfit: the file is no backup, it is damaged, or its audit trail was tampered with.
        OSError: the file cannot be read, or the home cannot be written.
    """
    made = not home.exists()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with _folder(home) as draft:
            try:
                with archive.opened(file) as backup:
                    _take_out(backup, home, draft)
                    manifest = backup.manifest
            except ValueError as error:
                raise Unfit(f"{file}: {error}") from error
            result = _examined(draft, manifest, clock, end_all=end_all, despite_audit=despite_audit)
            _put_in_place(home, draft)
            return replace(result, size=file.stat().st_size)
    except BaseException:
        if made:
            # Only if nothing got into it.
            with contextlib.suppress(OSError):
                home.rmdir()
        raise


def _take_out(backup: archive.Archive, home: Path, draft: Path) -> None:
    """Make a whole home of the backup in ``draft``, with what ``home`` has of its own."""
    names = backup.manifest.files
    for name in (FILE, homes.MASTER_KEY):
        if (home / name).exists():
            shutil.copy(home / name, draft / name)
        elif name in names:
            backup.take_out(name, draft / name)
    target = _embedded(home, read(draft)[0])
    if there := copies.lies_about(target):
        raise Misconfigured(
            f"{target.parent}: {', '.join(there)} is there already; "
            "restore into a new or empty home, or move what is there away"
        )
    if app.MASTER_KEY not in os.environ and not (draft / homes.MASTER_KEY).exists():
        raise Misconfigured(
            "the master key is not in this backup: "
            f"put {homes.MASTER_KEY} into {home} first, or set {app.MASTER_KEY}"
        )
    backup.take_out(homes.DATABASE, draft / homes.DATABASE)


def _examined(
    draft: Path, manifest: archive.Manifest, clock: Clock, *, end_all: bool, despite_audit: bool
) -> Backup:
    """Examine a drafted home, bring it up to date and write down that it was restored."""
    path = draft / homes.DATABASE
    found = _fit(lambda: copies.examine(path))
    settings = replace(read(draft)[0], database_url="")
    upgraded = app.migrate(draft, settings)
    verdict = copies.verdict(path)
    if not verdict.is_whole and not despite_audit:
        raise Unfit(f"its audit trail does not verify ({verdict.broken[0].what}); see --help")
    source = Source(operation="cli restore")
    facts = {"made_at": manifest.made_at, "audit_whole": verdict.is_whole}

    async def work(core: Core, by: Principal) -> int:
        vitals = await core.checkup.vitals()
        if closed := vitals.sealed_for_good:
            raise Misconfigured(f"another master key sealed {', '.join(closed)}; find that one")
        await core.auditing.note(by, source, "restore", facts)
        return await core.sessions.end_many(by, source, everyone=True) if end_all else 0

    ended = _act(draft, settings, clock, work)
    copies.tidy(path)
    return Backup(
        manifest.made_at,
        size=0,
        revision=found,
        has_key=homes.MASTER_KEY in manifest.files,
        upgraded=upgraded,
        ended=ended,
        audit=verdict,
    )


def _put_in_place(home: Path, draft: Path) -> None:
    """Give the files their places, the store last; none replaces one that is there."""
    settings, _ = read(draft)
    for name in (FILE, homes.MASTER_KEY):
        if (draft / name).exists() and not (home / name).exists():
            (home / name).hardlink_to(draft / name)
    target = _embedded(home, settings)
    copies.put(draft / homes.DATABASE, target)
    archive.settle(target.parent)


def _embedded(home: Path, settings: Settings) -> Path:
    path = app.database_path(home, settings)
    if path is None:
        raise Misconfigured(ELSEWHERE)
    return path


def _fit(examine: Callable[[], T]) -> T:
    try:
        return examine()
    except ValueError as error:
        raise Unfit(str(error)) from error


def _write_key(path: Path, key: bytes) -> None:
    with archive.private(path) as output:
        output.write(key.hex().encode() + b"\n")


def _act(
    home: Path, settings: Settings, clock: Clock, work: Callable[[Core, Principal], Awaitable[T]]
) -> T:
    async def run() -> T:
        core = app.open_core(home, settings, clock)
        try:
            return await work(core, operator(core.means.clock()))
        finally:
            await app.close_core(core)

    return asyncio.run(run())


@contextlib.contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    """Return a folder for drafts on the same disk, its owner's alone; it goes, whatever happens."""
    old = os.umask(0o077)
    try:
        with tempfile.TemporaryDirectory(prefix=".gatepass-", dir=beside) as folder:
            yield Path(folder)
    finally:
        os.umask(old)
