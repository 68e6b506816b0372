"""The examples of the vendor's TypeScript manual, compiled and run with the installed tarball."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.clients.conftest import Instance
from tests.sdks.typescript import TYPESCRIPT_SDK, Packed

pytestmark = pytest.mark.needs("typescript")

EXAMPLES = json.loads((Path(__file__).parent / "manuals" / "typescript.json").read_text())
OPERATIONS = sorted(EXAMPLES.keys() - {"controller"})
IMPORTS = """
import {{ ApiError, Client, SessionController }} from "gatepass-sdk";
import type {{ ApiRestV2SessionGettokenRequest, ApiRestV2SessionLoginRequest }} from "gatepass-sdk";
const client = new Client({{ baseUrl: {url}, accessToken: {token} }});
{controller}
"""
# What the manual shows as comments is meant to be written too; then what was got is told.
COMMENTED = {
    "// const { statusCode, headers } = httpResponse;": """
  const { statusCode, headers } = httpResponse;
  const type = headers["content-type"];
  console.log(JSON.stringify({ statusCode, type, result, fields: Object.keys(httpResponse) }));""",
    "// const { statusCode, headers } = error;": """
    const { statusCode, headers } = error;
    const type = headers["content-type"];
    const fields = Object.keys({ ...error });
    console.log(JSON.stringify({ statusCode, type, errors, fields, name: error.name }));""",
}


@pytest.fixture
def token(instance: Instance) -> str:
    """A token of its own for each test."""
    url = f"{instance.url}/api/rest/2.0/auth/token/full"
    wish = {"username": "userName8", "secret_key": instance.secret, "auto_create": True}
    issued: str = httpx2.post(url, json=wish).raise_for_status().json()["token"]
    return issued


def run(packed: Packed, program: str) -> str:
    """Compile a program strictly and run it; return what it printed."""
    source = packed.folder / f"program_{uuid4().hex}.ts"
    source.write_text(program)
    made = packed.compiled(source)
    assert made.returncode == 0, made.stdout
    done = packed.node(source.with_suffix(".js").name)
    assert done.returncode == 0, done.stderr
    return done.stdout


def program(url: str, token: str, *examples: str) -> str:
    head = IMPORTS.format(
        url=json.dumps(url), token=json.dumps(token), controller=EXAMPLES["controller"]
    )
    return head + "\n".join(f"{{\n{one}\n}}" for one in examples)


def told(packed: Packed, url: str, token: str, example: str) -> Any:
    for comment, code in COMMENTED.items():
        assert comment in example
        example = example.replace(comment, code)
    return json.loads(run(packed, program(url, token, example)))


def test_the_examples_run_as_they_are_written(
    packed: Packed, instance: Instance, token: str
) -> None:
    examples = [EXAMPLES[name] for name in OPERATIONS]

    assert run(packed, program(instance.url, token, *examples)) == ""


@pytest.mark.parametrize("operation", ["sessionInfo", "logout", "revoketoken"])
def test_an_example_without_a_body_gets_what_the_manual_says(
    packed: Packed, instance: Instance, token: str, operation: str
) -> None:
    found = told(packed, instance.url, token, EXAMPLES[operation])
    result = found.pop("result")

    assert result is True or result["userName"] == "userName8"
    assert (result is True) == (operation != "sessionInfo")
    assert found == {
        "statusCode": 200,
        "type": "application/json",
        "fields": ["request", "statusCode", "headers", "body"],
    }
    bearer = {"Authorization": f"Bearer {token}"}
    asked = httpx2.get(f"{instance.url}/api/rest/2.0/auth/session/user", headers=bearer)
    # Logging out shows no token, as its manual has it: it ends the session of the cookie.
    assert asked.status_code == (401 if operation == "revoketoken" else 200)


@pytest.mark.parametrize(
    ("operation", "name", "password"),
    [("login", "abc", "abc"), ("gettoken", "userName8", "password0")],
)
def test_an_example_with_a_body_is_refused_until_the_name_and_the_password_are_right(
    packed: Packed, instance: Instance, operation: str, name: str, password: str
) -> None:
    example = EXAMPLES[operation]
    refused = told(packed, instance.url, "", example)

    upstream = refused["errors"]["error"]["errors"]["extension"]["exception"]["upstreamResponse"]
    assert upstream["status"] == 401
    assert (refused["statusCode"], refused["name"]) == (500, "ErrorResponseError")
    assert refused["fields"] == ["request", "statusCode", "headers", "result", "body"]

    for printed in (f"userName: '{name}'", f"password: '{password}'"):
        assert printed in example
    example = example.replace(f"userName: '{name}'", f"userName: '{instance.mira.name}'")
    example = example.replace(f"password: '{password}'", f"password: '{instance.mira.password}'")
    found = told(packed, instance.url, "", example)["result"]
    assert found["userName"] == instance.mira.name
    assert found["tokenType"] == {"login": "Cookie", "gettoken": "Bearer"}[operation]


def test_the_readmes_first_call_says_who_it_is(packed: Packed, instance: Instance) -> None:
    readme = (TYPESCRIPT_SDK / "README.md").read_text()
    text = readme.split("## A first call")[1].split("```ts\n")[1].split("```")[0]
    name = f"ann-{uuid4().hex[:8]}"
    wish = {"username": name, "secret_key": instance.secret, "auto_create": True}
    httpx2.post(f"{instance.url}/api/rest/2.0/auth/token/full", json=wish).raise_for_status()
    facts = {"http://127.0.0.1:8080": instance.url, "gpk_…": instance.secret, '"ann"': f'"{name}"'}
    for printed, fact in facts.items():
        assert printed in text
        text = text.replace(printed, fact)

    assert run(packed, text).split()[0] == name
