"""The one place where settings, store, core and dialects are joined."""

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass.core import Core, Means
from gatepass.core.activity import Activity
from gatepass.core.clock import Clock, system_clock
from gatepass.core.crypto import Sealer, SystemRandomness
from gatepass.core.errors import Busy, CoreError
from gatepass.core.flood import Flood
from gatepass.core.hashing import Hasher, HashParameters
from gatepass.core.remembered import RememberedPasswords
from gatepass.dialects import own, v2_0
from gatepass.http import log, protocol
from gatepass.http.call import Reply
from gatepass.http.credentials import Cookies
from gatepass.http.health import METHODS, Probe, key_set, live, ready
from gatepass.http.middleware import Edge, https_beyond_loopback
from gatepass.http.origins import Origins
from gatepass.http.paths import Paths
from gatepass.http.refusals import Broken, NoSuchPath, PlainHttp, WrongMethod
from gatepass.http.routing import Dialect
from gatepass.settings import Misconfigured, Settings, read
from gatepass.storage import home as homes
from gatepass.storage import migrating
from gatepass.storage.sqlite import SqliteStore

HOME = "GATEPASS_HOME"
MASTER_KEY = "GATEPASS_MASTER_KEY"
REMEMBERED = 10_000
PRUNE_EVERY = timedelta(minutes=10)
LINK_EVERY = timedelta(minutes=1)
REFUSALS_EVERY = timedelta(seconds=2)


class NotReady(Misconfigured):
    """The home cannot be served from as it is; the text says what to do."""


class NoStore(NotReady):
    """The home has no tables yet."""


def store_url(home: Path, settings: Settings) -> str:
    """Return where the store is, as an SQLAlchemy URL."""
    return settings.database_url or f"sqlite:///{homes.database(home)}"


def database_path(home: Path, settings: Settings) -> Path:
    """Return the file of an embedded store.

    Raises:
        NotReady: the URL names another kind of store.
    """
    url = store_url(home, settings)
    if not url.startswith("sqlite:///"):
        # The scheme alone: what follows may hold a password.
        scheme = url.partition(":")[0][:20]
        raise NotReady(f"database_url: this version serves from sqlite:/// only, not {scheme}:")
    return Path(url.removeprefix("sqlite:///"))


def prepare(home: Path, settings: Settings) -> None:
    """Make what a home lacks: folder, master key, tables."""
    homes.make(home)
    if MASTER_KEY not in os.environ:
        homes.make_master_key(home)
    migrate(home, settings)


def migrate(home: Path, settings: Settings) -> bool:
    """Bring the tables up to date and say whether anything was to be done."""
    path = database_path(home, settings)
    if migrating.revision(path) == migrating.HEAD:
        return False
    old = os.umask(0o077)
    try:
        migrating.upgrade(store_url(home, settings))
    finally:
        os.umask(old)
    return True


def check(home: Path, settings: Settings) -> tuple[Path, bytes]:
    """Return the store's file and the master key of a home that can be served from.

    Raises:
        NotReady: there is no store, it is of another revision, or the master key is missing.
    """
    path = database_path(home, settings)
    try:
        found = migrating.revision(path)
    except ValueError as error:
        raise NotReady(str(error)) from error
    if found is None:
        raise NoStore(f"{home}: there is no store here; run: gatepass init --home {home}")
    if found != migrating.HEAD:
        raise NotReady(
            f"{home}: the store is of another version; run: gatepass migrate --home {home}"
        )
    try:
        return path, homes.read_master_key(home, os.environ.get(MASTER_KEY))
    except FileNotFoundError as error:
        raise NotReady(f"{error.filename}: the master key is missing; put it back") from error
    except (OSError, ValueError) as error:
        raise NotReady(f"the master key cannot be used: {error}") from error


def open_core(home: Path, settings: Settings, clock: Clock = system_clock) -> Core:
    """Open the home's store and return a core on it; ``close_core`` lets go again.

    Raises:
        NotReady: there is no store, it is of another revision, or the master key is missing.
    """
    path, key = check(home, settings)
    rules = settings.rules()
    threads = settings.hash_threads or max(1, _cores() // settings.workers)
    hasher = Hasher(
        HashParameters(
            time_cost=settings.hash_time, memory_kib=settings.hash_memory, parallelism=1
        ),
        threads=threads,
        queue=settings.hash_queue,
    )
    means = Means(
        store=SqliteStore(path, shared=settings.workers > 1),
        clock=clock,
        random=SystemRandomness(),
        rules=rules,
        hasher=hasher,
        remembered=RememberedPasswords(clock, settings.password_memory, REMEMBERED),
        sealer=Sealer(key),
        flood=Flood(clock, settings.flood_limit),
        activity=Activity(),
    )
    return Core(means)


async def close_core(core: Core) -> None:
    """Write down what is still in memory and let go of store and threads."""
    with contextlib.suppress(Busy):
        await core.write_activity()
        await core.refusals.write(everything=True)
    core.means.store.close()
    core.means.hasher.close()


def create_app(core: Core, settings: Settings, given: log.AccessLog | None = None) -> ASGIApp:
    """Return the application on an open core; who opened the core closes it."""
    cookies = Cookies(
        hardened=settings.mode == "hardened",
        samesite=settings.cookie_samesite,
        remember=settings.session_remember,
    )
    origins = Origins(settings.cors_origins)
    v2 = v2_0.dialect(
        core,
        cookies,
        origins,
        error_shape=settings.v2_error_shape,
        wrong_credentials_status=settings.v2_wrong_credentials_status,
        logout_without_session=settings.v2_logout_without_session,
    )
    ours = own.dialect(core, cookies, origins)
    access = given or log.AccessLog()

    def word(refusal: CoreError) -> Reply:
        incident = core.means.random.id()
        structlog.get_logger().info("unread", refusal=refusal.code, incident_id=incident)
        return v2.word(refusal, incident)

    @contextlib.asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[dict[str, Any]]:
        every = settings.seen_granularity * 0.8
        tasks = [
            asyncio.create_task(_again(every, core.write_activity)),
            asyncio.create_task(_again(PRUNE_EVERY, core.prune)),
            asyncio.create_task(_again(LINK_EVERY, core.auditing.link)),
            asyncio.create_task(_again(REFUSALS_EVERY, core.refusals.write)),
        ]
        yield {
            protocol.WORD: word,
            protocol.TIMEOUT: settings.request_timeout.total_seconds(),
        }
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    elsewise = _always(WrongMethod(METHODS), v2)
    app: ASGIApp = Paths(
        at={
            "/healthz": Probe(live, elsewise),
            "/.well-known/jwks.json": Probe(key_set(core.keys.published), elsewise),
            "/readyz": Probe(ready(core.founding.is_founded), elsewise),
        },
        under={v2_0.PREFIX: v2, own.PREFIX: ours},
        elsewhere=_always(NoSuchPath(), v2),
        lifespan=Router(lifespan=lifespan),
    )
    if settings.mode == "hardened":
        app = https_beyond_loopback(app, _always(PlainHttp(), v2))
    return Edge(app, access, _always(Broken(), v2), core.means.random.id)


def worker() -> ASGIApp:
    """Return the application of one worker process; uvicorn calls this."""
    home = Path(os.environ[HOME])
    settings, _ = read(home)
    access = log.configure(settings.log_format, settings.log_level)
    core = open_core(home, settings)
    app = create_app(core, settings, access)
    # What was made so far stays: the collector need not look at it again, nor workers copy it.
    gc.collect()
    gc.freeze()

    async def closing(scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            # Before it is told: uvicorn waits for these words, and for nothing after them.
            if message["type"] != "lifespan.startup.complete":
                await close_core(core)
            await send(message)

        await app(scope, receive, last if scope["type"] == "lifespan" else send)

    return closing


def _cores() -> int:
    """Return how many cores this process may use, which may be fewer than the machine has.

    More hashing threads than cores would keep one another from running while one holds the
    interpreter's lock, and with it everybody else.
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _always(refusal: CoreError, dialect: Dialect) -> ASGIApp:
    """Return an application that refuses everything in a dialect's words."""

    async def refuse(scope: Scope, _: Receive, send: Send) -> None:
        scope["gatepass.refusal"] = refusal
        await dialect.send(dialect.word(refusal, scope["gatepass.incident"]), send)

    return refuse


async def _again(every: timedelta, act: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a fault is logged and does not end it."""
    logger = structlog.get_logger()
    while True:
        await asyncio.sleep(every.total_seconds())
        try:
            await act()
        except Exception as fault:
            logger.warning("background", exc_info=fault)
