"""Requests as code: what the playground writes runs as it stands, and does what it says."""

import asyncio
import dataclasses
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

import gatepass_sdk
from gatepass.http.described import JSON
from gatepass.pages.console.playground.code import Request, written
from gatepass.pages.console.playground.code.shapes import AUTH, ENUMS, SHAPES, fits, snake
from gatepass_sdk import requests, session_models
from tests.console.visitor import Page, Visitor
from tests.console.window import origin
from tests.embed.serving import listening, serving
from tests.sdks.csharp import Built, csharp
from tests.sdks.typescript import Packed, packed
from tests.tools import ROOT, tool
from tests.world import PASSWORD, World

__all__ = ["csharp", "packed"]

PATH = "develop/playground"
CODE = re.compile(r'<pre id="code-\d"[^>]*>(.*?)</pre>', re.DOTALL)
ODD = 'O\'Neil "$HOME" `id` \\ %7E {x} \N{SNOWMAN} \N{PILE OF POO}'
LANGUAGES = ("curl", "python", "typescript", "csharp")

ASKED: dict[str, tuple[str, dict[str, str], str]] = {
    "who": ("v2_0/getCurrentUserInfo", {}, '"name": ?"mira"|name=.mira|name: .mira|mira'),
    "who by v1": ("v1/getSessionInfo", {}, '"userName": ?"mira"'),
    "who by beta A": (
        "beta/getSessionInfo",
        {"address": "/api/rest/v2/session"},
        '"?userName"?: ?.mira',
    ),
    "who by beta B": ("beta/getSessionInfo", {}, '"userName": ?"mira"'),
    "who by ours": ("own/describeCaller", {}, '"name": ?"mira"'),
    "search": ("v2_0/searchUsers", {"body": '{"name_pattern": "mi%"}'}, '"name": ?"mira"'),
    "odd text": ("v2_0/createTag", {"body": msgspec.json.encode({"name": ODD}).decode()}, "O'Neil"),
    "broken": ("v2_0/searchUsers", {"body": '{"name_pattern": \'"$HOME" \\ oops'}, "400"),
    "token": (
        "v2_0/getFullAccessToken",
        {"body": '{"username": "mira", "password": "…", "validity_time_in_sec": 60}'},
        "gpf_",
    ),
    "custom token": (
        "v2_0/getCustomAccessToken",
        {
            "body": msgspec.json.encode(
                {
                    "username": "mira",
                    "password": "…",
                    "persist_option": "NONE",
                    "filter_rules": [
                        {"column_name": ODD, "operator": "NOT_IN", "values": ["a", 7, True]}
                    ],
                    "objects": [{"identifier": "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"}],
                    "groups": [{"identifier": "analysts"}],
                }
            ).decode()
        },
        r"eyJ",
    ),
    "beta token": (
        "beta/getToken",
        {
            "address": "/api/rest/v2/session/gettoken",
            "body": '{"userName": "mira", "password": "…", "tokenExpiryDuration": "60"}',
        },
        "gpf_",
    ),
    "later beta token": (
        "beta/getToken",
        {"body": '{"userName": "mira", "password": "…", "tokenExpiryDuration": "60"}'},
        "gpf_",
    ),
    "login by v1": ("v1/login", {"field-username": "mira", "field-password": "…"}, "204"),
    "query": ("v1/getHomePinboard", {"query-userid": ODD}, "403|404"),
    "part": ("v1/orgsOfUser", {"part-userid": "a/b ?#'\"$HOME"}, "400|403|404"),
    "org of a session": ("v1/getSessionOrgs", {}, "currentOrgId"),
    "delete": ("own/endSession", {"part-session_id": "nobody's"}, "403|404"),
    "logout": ("v2_0/logout", {}, "^$|204"),
    "later beta login": (
        "beta/login",
        {"body": '{"userName": "mira", "password": "…", "rememberMe": true}'},
        "Cookie|cookie",
    ),
    "beta login": (
        "beta/login",
        {
            "address": "/api/rest/v2/session/login",
            "body": '{"userName": "mira", "password": "…", "rememberMe": true}',
        },
        "Cookie|cookie",
    ),
    "beta revocation": (
        "beta/revokeToken",
        {"address": "/api/rest/v2/session/revoketoken"},
        "(?i)true",
    ),
    "cookie": ("beta/switchOrg", {"body": '{"id": "0"}'}, "true"),
    "put": ("v1/switchOrg", {"field-orgid": "0"}, "204"),
}
"""Operations with what is filled in, and what each of the programs prints."""
FEW = (
    "who",
    "who by beta A",
    "odd text",
    "broken",
    "custom token",
    "beta token",
    "login by v1",
    "query",
    "cookie",
    "logout",
    "beta login",
    "beta revocation",
)
"""One of each kind, for the languages that take long to start."""
RAISES = {"broken", "query", "part", "delete"}
"""Refused: Python's own library raises then, and says the status."""


@pytest.fixture
async def served(here: World) -> AsyncIterator[str]:
    """A server with somebody to ask about; its origin."""
    await here.account()
    await here.group("analysts", "ADMINISTRATION")
    await here.put_in("analysts", "mira")
    bound = listening()
    async with serving(here.app, bound):
        yield origin(bound)


async def codes(here: World, server: str, operation: str, filled: dict[str, str]) -> list[str]:
    """Return the code that the page shows to a browser of this server, secrets put in."""
    place = f"{PATH}/{operation}"
    own = here.client
    async with httpx2.AsyncClient(base_url=server) as client:
        here.client = client
        visitor = await Visitor.signed_in(here, "mira", PASSWORD, origin=server)
        fields = dict((await visitor.open(place)).form("run")) | filled
        page = Page(await visitor.post(place, [*fields.items(), ("act", "write")]))
    here.client = own
    assert page.status == 200, page.problem
    assert PASSWORD not in page.html
    found = [unescape(one).replace("…", PASSWORD) for one in CODE.findall(page.html)]
    assert len(found) == len(LANGUAGES)
    return found


@pytest.mark.parametrize(
    "body",
    ["[" * 900 + "]" * 900, "[" * 200 + "1," * 40_000 + "1" + "]" * 200, f"[{'1,' * 99_999}1]"],
)
def test_of_a_body_that_is_deep_or_long_no_more_is_made_than_was_sent(body: str) -> None:
    """Anybody who signs in may send it: it once was a fault, or hundreds of megabytes."""
    asked = Request("http://x", "v2_0", "searchUsers", "POST", "/p", body, media=JSON)

    assert all(len(one.text) < 2 * len(body) + 2000 for one in written(asked))


async def printed(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return out.decode()


ENDS = {"logout", "beta revocation"}
"""After these the token is no good any more."""


async def seen(here: World, name: str, out: str, environment: Mapping[str, str]) -> None:
    """See that a program printed what it was to print, and did what it was to do."""
    assert re.search(ASKED[name][2], out), out
    status = (await here.whoami(bearer=environment["GATEPASS_TOKEN"])).status_code
    assert status == (401 if name in ENDS else 200)


async def credentials(here: World) -> dict[str, str]:
    return {"GATEPASS_TOKEN": await here.token(), "GATEPASS_SESSION": await here.login()}


@pytest.mark.needs("curl")
@pytest.mark.parametrize("name", ASKED)
async def test_a_command_of_curl_runs(here: World, served: str, tmp_path: Path, name: str) -> None:
    operation, filled, _ = ASKED[name]
    environment = await credentials(here)
    code = (await codes(here, served, operation, filled))[0]

    out = await printed(["/bin/sh", "-c", code], tmp_path, environment)

    await seen(here, name, out, environment)


@pytest.mark.parametrize("name", ASKED)
async def test_a_program_in_python_runs(
    here: World, served: str, tmp_path: Path, name: str
) -> None:
    operation, filled, _ = ASKED[name]
    environment = await credentials(here)
    code = (await codes(here, served, operation, filled))[1]
    (tmp_path / "program.py").write_text(code, "utf-8")

    path = {"PYTHONPATH": str(ROOT / "sdks/python/src")}
    out = await printed([sys.executable, "program.py"], tmp_path, environment | path)

    await seen(here, name, out, environment)
    assert ("Traceback" in out) == (name in RAISES), out


@pytest.mark.needs("typescript")
@pytest.mark.parametrize("name", FEW)
async def test_a_program_in_typescript_runs(
    here: World, served: str, packed: Packed, name: str
) -> None:
    operation, filled, _ = ASKED[name]
    environment = await credentials(here)
    code = (await codes(here, served, operation, filled))[2]
    # Of TypeScript there is nothing in it that Node.js would not read as it is.
    program = packed.folder / f"{name.replace(' ', '_')}.mjs"
    program.write_text(code, "utf-8")

    out = await printed([str(tool("node")), program.name], packed.folder, environment)

    await seen(here, name, out, environment)
    assert "Error" not in out, out


@pytest.mark.needs("typescript")
async def test_programs_in_typescript_are_typed(here: World, served: str, packed: Packed) -> None:
    """As strictly as tsc can, with the types that the client is published with."""
    folder = packed.folder / "typed"
    folder.mkdir()
    nodes = "declare const process: { env: Record<string, string | undefined> };\n"
    for number, (operation, filled, _) in enumerate(ASKED.values()):
        code = (await codes(here, served, operation, filled))[2]
        (folder / f"program{number}.ts").write_text(f"{code}\nexport {{}};\n", "utf-8")
        (folder / "nodes.d.ts").write_text(nodes)
    (folder / "all.ts").write_text(
        '/// <reference path="nodes.d.ts" />\n'
        + "".join(f'import "./program{number}.js";\n' for number in range(len(ASKED)))
    )

    told = await asyncio.to_thread(packed.compiled, folder / "all.ts", "--noEmit")

    assert told.returncode == 0, told.stdout


@pytest.mark.needs("mcs", "mono")
@pytest.mark.parametrize("name", FEW)
async def test_a_program_in_csharp_runs(here: World, served: str, csharp: Built, name: str) -> None:
    operation, filled, _ = ASKED[name]
    environment = await credentials(here)
    code = (await codes(here, served, operation, filled))[3]
    file = f"Playground_{name.replace(' ', '_')}.cs"
    program = await asyncio.to_thread(csharp.program, file, text=code)

    out = await printed([str(tool("mono")), str(program)], csharp.folder, environment)

    await seen(here, name, out, environment)
    assert "Unhandled" not in out, out


async def test_our_clients_are_used_where_they_have_the_call(here: World, served: str) -> None:
    operation, filled, _ = ASKED["custom token"]

    _, python, typescript, sharp = await codes(here, served, operation, filled)

    assert "client.auth.get_custom_access_token(CustomTokenRequest(" in python
    assert "Operator.NOT_IN" in python
    assert "client.auth.getCustomAccessToken({" in typescript
    assert "client.Auth.GetCustomAccessToken(new CustomTokenRequest" in sharp
    assert "Operator.NotIn" in sharp


def test_the_clients_request_classes_are_as_they_are_told() -> None:
    """Each field with its type and whether it is required, and each member of an enum."""
    for name, members in ENUMS.items():
        assert {one.value for one in getattr(requests, name)} == members
    for name, kinds in SHAPES.items():
        if name.startswith("ApiRest"):
            continue
        home = session_models if name.startswith("Tspublic") else requests
        kind = getattr(home, name)
        fields = {one.name: one for one in dataclasses.fields(kind)}
        assert {snake(one) for one in kinds} == set(fields), name
        for one, told in kinds.items():
            field = fields[snake(one)]
            assert told.required == (field.default is dataclasses.MISSING), (name, one)
            assert told.many == str(field.type).startswith("tuple["), (name, one)
            if told.name in SHAPES or told.name in ENUMS:
                assert told.name in str(field.type), (name, one)
            assert hasattr(gatepass_sdk, name)


def test_the_clients_calls_are_there() -> None:
    assert {snake(name) for name in AUTH} == {
        name for name in vars(gatepass_sdk.client.AuthController) if not name.startswith("_")
    } - {"token"}


@pytest.mark.parametrize(
    "body",
    [
        {"user": "mira"},
        {},
        {"username": 7},
        {"username": "mira", "validity_time_in_sec": True},
        {"username": "mira", "validity_time_in_sec": 2**40},
        {"username": "mira", "group_identifiers": ["a", 1]},
        {"username": "mira", "user_parameters": {"runtime_sorts": [{"column_name": "a"}]}},
        {"username": "mira", "user_parameters": []},
        [],
        None,
    ],
)
def test_what_a_client_cannot_say_is_written_without_it(body: Any) -> None:
    assert not fits(body, "FullTokenRequest")
    found = written(
        Request(
            origin="http://here",
            dialect="v2_0",
            operation="getFullAccessToken",
            method="POST",
            path="/api/rest/2.0/auth/token/full",
            body=msgspec.json.encode(body).decode(),
            media="application/json",
        )
    )
    assert not any(one.client for one in found)


def test_programs_in_python_are_programs_whatever_is_in_them() -> None:
    for text in (ODD, "\n\"'''\\", "\x00\x1b[31m", "</script>", "\N{LINE SEPARATOR}"):
        request = Request(
            origin="http://here",
            dialect="v2_0",
            operation="createTag",
            method="POST",
            path="/x",
            body=msgspec.json.encode({"__proto__": [text, {text: None}]}).decode(),
            media="application/json",
        )
        compile(written(request)[1].text, "program.py", "exec")
        assert '["__proto__"]:' in written(request)[2].text
