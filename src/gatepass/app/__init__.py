"""The one place where settings, store, core and dialects are joined."""

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepass import __version__
from gatepass.app.cores import cores
from gatepass.app.examining import examining, key_problem, patient
from gatepass.app.stores import (
    MASTER_KEY,
    NoStore,
    NotReady,
    check,
    check_store,
    copy_store,
    database,
    database_path,
    embedded_path,
    master_key,
    migrate,
    prepare,
)
from gatepass.core import Core, Means
from gatepass.core.activity import Activity
from gatepass.core.clock import Clock, system_clock
from gatepass.core.crypto import Sealer, SystemRandomness
from gatepass.core.errors import Busy, CoreError
from gatepass.core.flood import Flood
from gatepass.core.hashing import Hasher, HashParameters
from gatepass.core.processes import EVERY, Itself
from gatepass.core.remembered import RememberedPasswords
from gatepass.core.tallies import Tallies
from gatepass.dialects import beta, own, v1, v2_0
from gatepass.http import insiders, log, protocol
from gatepass.http.background import Chore, doing
from gatepass.http.call import Reply
from gatepass.http.cors import Cors
from gatepass.http.counts import Counts
from gatepass.http.credentials import Cookies
from gatepass.http.docs import Docs
from gatepass.http.health import METHODS, Answer, Probe, key_set, live, ready
from gatepass.http.insiders import Insiders
from gatepass.http.metrics import Metrics
from gatepass.http.middleware import Edge, https_beyond_loopback
from gatepass.http.origins import Allowlists, Lists, Origins
from gatepass.http.paths import Paths
from gatepass.http.refusals import Broken, NoSuchPath, PlainHttp, WrongMethod
from gatepass.http.routing import Dialect
from gatepass.http.settled import Settled
from gatepass.http.unadorned import structlog
from gatepass.pages import activation, console, embed, sign_in
from gatepass.settings import Settings, read

HOME = "GATEPASS_HOME"
REMEMBERED = 10_000
LINK_EVERY = timedelta(minutes=1)
REFUSALS_EVERY = timedelta(seconds=2)
TALLIES_EVERY = timedelta(seconds=10)


def open_core(home: Path, settings: Settings, clock: Clock = system_clock) -> Core:
    """Open the home's store and return a core on it; ``close_core`` lets go again.

    Raises:
        NotReady: there is no store, it is of another revision, or the master key is missing.
    """
    where, key = check(home, settings)
    rules = settings.rules()
    threads = settings.hash_threads or max(1, cores() // settings.workers)
    hasher = Hasher(
        HashParameters(
            time_cost=settings.hash_time, memory_kib=settings.hash_memory, parallelism=1
        ),
        threads=threads,
        queue=settings.hash_queue,
    )
    means = Means(
        store=where.open(shared=settings.workers > 1),
        clock=clock,
        random=SystemRandomness(),
        rules=rules,
        hasher=hasher,
        remembered=RememberedPasswords(clock, settings.password_memory, REMEMBERED),
        sealer=Sealer(key),
        flood=Flood(clock, settings.flood_limit),
        activity=Activity(),
        tallies=Tallies(),
        itself=Itself(node=socket.gethostname(), pid=os.getpid(), version=__version__),
    )
    return Core(means)


async def close_core(core: Core) -> None:
    """Write down what is still in memory and let go of store and threads."""
    with contextlib.suppress(Busy):
        await core.write_activity()
        await core.refusals.write(everything=True)
    # Sums are for looking at: they keep nobody from closing a store that is damaged.
    with contextlib.suppress(Exception):
        await core.write_tallies()
    core.means.store.close()
    await core.means.store.closed()
    core.means.hasher.close()


def create_app(
    core: Core,
    settings: Settings,
    given: log.AccessLog | None = None,
    *,
    home: Path | None = None,
) -> ASGIApp:
    """Return the application on an open core; who opened the core closes it.

    With its home the console shows what ``gatepass doctor`` would say of it.
    """
    cookies = Cookies(
        hardened=settings.mode == "hardened",
        samesite=settings.cookie_samesite,
        remember=settings.session_remember,
        partitioned=settings.enable_partitioned_cookies,
    )
    allowlists = Allowlists(
        Lists.of(
            senders=settings.cors_origins,
            frames=settings.visual_embed_hosts,
            targets=settings.redirect_origins,
        )
    )
    origins = Origins(allowlists)
    v2 = v2_0.dialect(
        core,
        cookies,
        origins,
        error_shape=settings.v2_error_shape,
        wrong_credentials_status=settings.v2_wrong_credentials_status,
        logout_without_session=settings.v2_logout_without_session,
    )
    betas = beta.dialect(
        core,
        cookies,
        origins,
        created_time=settings.beta_created_time,
        get_login=settings.beta_get_login,
    )
    ours = own.dialect(core, cookies, origins)
    first = v1.dialect(
        core,
        cookies,
        origins,
        require_requested_by=settings.v1_require_requested_by,
        logout_without_session=settings.v1_logout_without_session,
        get_login_token=settings.v1_get_login_token and settings.mode != "hardened",
    )
    access = given or log.AccessLog()
    closing: list[Callable[[], None]] = []
    counts = Counts()
    metrics = Metrics(core, counts, "0" if settings.workers == 1 else str(os.getpid()))

    def word(refusal: CoreError) -> Reply:
        incident = core.means.random.id()
        counts.refusals[refusal.code] += 1
        structlog.get_logger().info("unread", refusal=refusal.code, incident_id=incident)
        return v2.word(refusal, incident)

    @contextlib.asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[dict[str, Any]]:
        async with contextlib.AsyncExitStack() as stack:
            if settings.metrics_port:
                bound, number = insiders.listen(
                    settings.metrics_host, settings.metrics_port, settings.workers
                )
                metrics.worker = str(number)
                structlog.get_logger().info(
                    "serving insiders",
                    host=settings.metrics_host,
                    port=settings.metrics_port + number,
                    pid=os.getpid(),
                )
                await stack.enter_async_context(insiders.serving(edge, bound))
            await stack.enter_async_context(core.presence.shown())
            await stack.enter_async_context(
                doing(
                    counts,
                    Chore("activity", settings.seen_granularity * 0.8, core.write_activity),
                    Chore("sweep", settings.sweep_interval, core.prune),
                    Chore("link", LINK_EVERY, core.auditing.link),
                    Chore("refusals", REFUSALS_EVERY, core.refusals.write),
                    Chore("tallies", TALLIES_EVERY, core.write_tallies),
                    Chore("presence", EVERY, core.presence.beat, core.presence.shift),
                )
            )
            yield {
                protocol.WORD: word,
                protocol.TIMEOUT: settings.request_timeout.total_seconds(),
            }
        for close in closing:
            await asyncio.to_thread(close)

    def guarded(app: ASGIApp, spoken: Dialect = v2) -> ASGIApp:
        if settings.mode == "hardened":
            return https_beyond_loopback(app, _always(PlainHttp(), spoken))
        return app

    elsewise = _always(WrongMethod(METHODS), v2)
    nowhere = guarded(_always(NoSuchPath(), v2))

    def inside(page: Answer) -> ASGIApp:
        return Insiders(Probe(page, elsewise), nowhere, own_bind=settings.metrics_port > 0)

    wrong = _always(WrongMethod(sign_in.METHODS), v2)
    desk: ASGIApp | None = None
    if settings.console_access != "off":
        from_file = console.FromFile(
            senders=settings.cors_origins,
            frames=settings.visual_embed_hosts,
            targets=settings.redirect_origins,
            partitioned=settings.enable_partitioned_cookies,
        )
        doctor = None if home is None else examining(core, home, settings)
        handed = console.Handed([v2, betas, first, ours], doctor=doctor, from_file=from_file)
        pages = console.Console(core, origins, handed, wrong)
        everywhere = settings.console_access == "everywhere"
        desk = guarded(
            pages if everywhere else Insiders(pages, nowhere, own_bind=settings.metrics_port > 0)
        )

    docs = Docs([v2, betas, ours]).pages() if settings.docs_enabled else {}
    apis = {
        v2_0.PREFIX: guarded(v2),
        v1.PREFIX: guarded(first, first),
        **{one: guarded(app, first) for one, app in first.under().items()},
        beta.PREFIX: guarded(betas, betas),
        **{one: guarded(app, betas) for one, app in betas.under().items()},
        own.PREFIX: guarded(ours, ours),
    }
    app = Paths(
        at={
            **{path: guarded(app, first) for path, app in first.at().items()},
            "/healthz": guarded(Probe(live, elsewise)),
            "/.well-known/jwks.json": guarded(Probe(key_set(core.keys.published), elsewise)),
            "/readyz": guarded(Probe(ready(core.founding.is_founded), elsewise)),
            # Not guarded: it takes no credential, and who scrapes it may do so over plain http.
            "/metrics": inside(metrics.page),
            **{path: guarded(inside(page)) for path, page in docs.items()},
            **{
                path: guarded(Probe(page, elsewise))
                for path, page in embed.pages(allowlists, cookies).items()
            },
            sign_in.PATH: guarded(
                sign_in.SignIn(core, sign_in.login(cookies, origins), origins, wrong)
            ),
            activation.PATH: guarded(activation.Activation(core, cookies, origins, wrong)),
            **({console.PREFIX: desk} if desk else {}),
        },
        under={**apis, **({console.PREFIX: desk} if desk else {})},
        elsewhere=nowhere,
        lifespan=Router(lifespan=lifespan),
    )
    edge: ASGIApp = Edge(
        app,
        log=access,
        counts=counts,
        broken=_always(Broken(), v2),
        new_id=core.means.random.id,
        # Beside the dialects one path has a root of its own (`/prism/preauth/info`).
        cors=Cors(origins, (*apis, "/prism")),
        hsts=settings.hsts,
        settled=Settled(core, origins.lists, cookies),
    )
    if settings.otel_endpoint:
        from gatepass.http.traces import Traced, exporting  # noqa: PLC0415 - an optional package

        provider = exporting(settings.otel_endpoint)
        closing.append(provider.shutdown)
        edge = Traced(edge, provider)
    return edge


def worker() -> ASGIApp:
    """Return the application of one worker process; uvicorn calls this."""
    home = Path(os.environ[HOME])
    settings, _ = read(home)
    access = log.configure(settings.log_format, settings.log_level)
    core = open_core(home, settings)
    app = create_app(core, settings, access, home=home)
    # What was made so far stays: the collector need not look at it ever again.
    gc.freeze()

    async def closing(scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            # Before it is told: uvicorn waits for these words, and for nothing after them.
            if message["type"] != "lifespan.startup.complete":
                await close_core(core)
            await send(message)

        await app(scope, receive, last if scope["type"] == "lifespan" else send)

    return closing


def _always(refusal: CoreError, dialect: Dialect) -> ASGIApp:
    """Return an application that refuses everything in a dialect's words."""

    async def refuse(scope: Scope, _: Receive, send: Send) -> None:
        scope["gatepass.refusal"] = refusal
        await dialect.send(dialect.word(refusal, scope["gatepass.incident"]), send)

    return refuse


__all__ = [
    "HOME",
    "MASTER_KEY",
    "NoStore",
    "NotReady",
    "check",
    "check_store",
    "close_core",
    "copy_store",
    "cores",
    "create_app",
    "database",
    "database_path",
    "embedded_path",
    "examining",
    "key_problem",
    "master_key",
    "migrate",
    "open_core",
    "patient",
    "prepare",
    "worker",
]
