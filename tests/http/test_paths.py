"""Which application answers a path."""

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepass.http.paths import Paths


def named(name: str, called: list[str]) -> ASGIApp:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        called.append(name)

    return app


async def ask(scope: Scope) -> list[str]:
    called: list[str] = []
    paths = Paths(
        at={"/healthz": named("healthz", called)},
        under={
            "/api/one": named("one", called),
            "/api/one/inner": named("inner", called),
            "/api/two": named("two", called),
        },
        elsewhere=named("elsewhere", called),
        lifespan=named("lifespan", called),
    )

    async def nothing(*_: object) -> None: ...

    await paths(scope, nothing, nothing)  # type: ignore[arg-type]
    return called


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/api/one/users", "one"),
        ("/api/one/", "one"),
        ("/api/two/a/b", "two"),
        ("/api/one/inner/users", "inner"),
        ("/api/one/inner", "one"),
        ("//api/two/a/b", "two"),
        ("///api/two/a/b", "elsewhere"),
        ("//healthz", "elsewhere"),
        ("/api/one", "elsewhere"),
        ("/api/onestep/users", "elsewhere"),
        ("/x/api/one/users", "elsewhere"),
        ("/healthz", "healthz"),
        ("/healthz/", "elsewhere"),
        ("/", "elsewhere"),
        ("*", "elsewhere"),
        ("", "elsewhere"),
    ],
)
async def test_a_path_has_one_application(path: str, answers: str) -> None:
    assert await ask({"type": "http", "path": path}) == [answers]


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_what_is_no_request_is_for_the_lifespan(kind: str) -> None:
    assert await ask({"type": kind, "path": "/api/one/users"}) == ["lifespan"]


async def test_a_doubled_slash_is_gone_for_the_application_that_answers() -> None:
    scope = {"type": "http", "path": "//api/one/users"}

    await ask(scope)

    assert scope["path"] == "/api/one/users"
