"""The rows of the load: what is asked of which server, and what part of another it is to reach."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import homes, load, postgres, servers
from bench.apps import BODY, CONSTANT

USER = "/api/rest/2.0/auth/session/user"
USER_V1 = "/callosum/v1/tspublic/v1/session/info"
USER_BETA = "/api/rest/v2/session"
ALIKE = 0.87
"""Of the same question in v2.0: costs at most 1.15 times as much."""
FULL = "/api/rest/2.0/auth/token/full"
CUSTOM = "/api/rest/2.0/auth/token/custom"
BARE = (
    *("-m", "uvicorn", "bench.apps:bare", "--loop", "uvloop", "--http", "httptools"),
    *("--no-access-log", "--no-proxy-headers", "--no-server-header", "--log-level", "warning"),
)


def start(
    stack: ExitStack, folder: Path, real: servers.Server, home: homes.Furnished
) -> list[load.Row]:
    """Start what the rows need beside the real server, and describe the rows."""
    other = homes.furnish(folder / "other")
    double = folder / "double"
    shutil.copytree(other.path, double)
    user = servers.get(real.port, USER, {"Authorization": f"Bearer {home.tokens[0]}"})
    body = {BODY: str(len(user))}
    bare = stack.enter_context(servers.serve(BARE, folder / "bare.log", path="/", **body))
    constant = stack.enter_context(
        servers.serve(
            ("-m", "bench.apps", str(other.path)),
            folder / "constant.log",
            **homes.ENVIRONMENT,
            **body,
        )
    )
    two = stack.enter_context(served(double, folder / "double.log", "--workers", "2"))
    asked = load.write_requests(
        folder / "constant.txt", [("GET", CONSTANT, f"Bearer {home.tokens[0]}", "")]
    )
    who, others = _who(folder / "user.txt", home), _who(folder / "others.txt", other)
    first = _who(folder / "v1.txt", home, USER_V1)
    beta = _who(folder / "beta.txt", home, USER_BETA)
    full, custom = _full(folder / "full.txt", home), _custom(folder / "custom.txt", home)
    rows = [
        load.Row("a", "bare ASGI application on uvicorn", bare, 32, asked),
        load.Row("b", "constant route behind the whole middleware", constant, 32, asked, "a", 0.5),
        load.Row("c", "session/user, 1,000 tokens in rotation", real, 32, who, "b", 0.75),
        load.Row("d", "token/full by secret, on disk, 64 connections", real, 64, full, "b", 0.25),
        load.Row("e", "token/custom by secret, NONE, 64 connections", real, 64, custom, "b", 0.15),
        load.Row("f", "v1 session/info as c", real, 32, first, "c", ALIKE),
        load.Row("g", "beta session as c", real, 32, beta, "c", ALIKE),
        load.Row("h", "session/user as c, two workers, 64 connections", two, 64, others, "c", 0.9),
    ]
    if (reason := postgres.missing()) is not None:
        print(f"\nPostgreSQL is left out: {reason}")
        return rows
    cluster = stack.enter_context(postgres.running())
    url = postgres.put(cluster, other.path)
    far = stack.enter_context(
        served(other.path, folder / "postgres.log", GATEPASS_DATABASE_URL=url)
    )
    full = _full(folder / "full_others.txt", other)
    return [
        *rows,
        load.Row("i", "session/user as c, on PostgreSQL", far, 32, others, "c"),
        load.Row("j", "token/full as d, on PostgreSQL", far, 64, full, "d"),
    ]


def pair(
    stack: ExitStack, folder: Path, real: servers.Server, home: homes.Furnished
) -> list[load.Row]:
    """Start two workers beside the real server's one, and describe their two rows alone.

    Among ten rows each has a tenth of the time, in which its processes read anew all that they
    trusted for half a minute: two of them twice as much. Here both are kept busy, as they are meant
    to be.
    """
    other = homes.furnish(folder / "other")
    two = stack.enter_context(served(other.path, folder / "two.log", "--workers", "2"))
    one, both = _who(folder / "user.txt", home), _who(folder / "others.txt", other)
    return [
        load.Row("c", "session/user, 1,000 tokens in rotation", real, 32, one),
        load.Row("h", "session/user as c, two workers, 64 connections", two, 64, both, "c", 0.9),
    ]


@contextmanager
def served(home: Path, log: Path, *words: str, **environment: str) -> Iterator[servers.Server]:
    """Run ``gatepass serve`` on a home."""
    command = ("-m", "gatepass", "serve", "--home", str(home), *words)
    with servers.serve(command, log, **homes.ENVIRONMENT, **environment) as server:
        yield server


def _who(path: Path, home: homes.Furnished, asked: str = USER) -> Path:
    return load.write_requests(
        path, [("GET", asked, f"Bearer {token}", "") for token in home.tokens]
    )


def _full(path: Path, home: homes.Furnished) -> Path:
    """Ask for full tokens by the trusted secret."""
    return load.write_requests(
        path,
        [
            ("POST", FULL, "", f'{{"username":"{name}","secret_key":"{home.secret}"}}')
            for name in home.signers
        ],
    )


def _custom(path: Path, home: homes.Furnished) -> Path:
    """Ask for custom tokens by the trusted secret, of which the account keeps nothing."""
    rest = (
        '"persist_option":"NONE","filter_rules":'
        '[{"column_name":"Region","operator":"IN","values":["North","South"]}]'
    )
    return load.write_requests(
        path,
        [
            ("POST", CUSTOM, "", f'{{"username":"{name}","secret_key":"{home.secret}",{rest}}}')
            for name in home.signers
        ],
    )
