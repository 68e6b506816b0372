"""The C# client: its manual's examples as they are written, its own checks, its README."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.clients.conftest import Instance
from tests.sdks.csharp import CSHARP_SDK, Built
from tests.sdks.misbehaving import Misbehaving

NEEDS = pytest.mark.needs("mcs", "mono")
EXAMPLES: dict[str, str] = json.loads(
    (Path(__file__).parent / "manuals" / "csharp.json").read_text()
)
CONTROLLER = EXAMPLES.pop("controller")
PROGRAM = """
using System;
using System.Threading.Tasks;
using Gatepass.Sdk;

public static class Manual
{
    public static void Main(string[] words)
    {
        var watching = new HttpCallBack();
        watching.OnAfterHttpResponseEvent += (source, response) => Console.WriteLine(response);
        var client = new RESTAPISDKClient.Builder()
            .BaseUrl(words[1]).AccessToken(words[2]).HttpCallBack(watching).Build();
        var method = typeof(Manual).GetMethod(words[0]);
        ((Task)method.Invoke(null, new object[] { client })).GetAwaiter().GetResult();
    }

    private static void Tell(object result)
    {
        Console.WriteLine(GatepassJson.Write(result));
    }
"""
METHOD = "public static async Task {}(RESTAPISDKClient client)\n{{\n{}\n{}\n}}\n"
NAME, PASSWORD = "userName8", "password0"
CHECKS = sorted((CSHARP_SDK / "tests").glob("Check*.cs"))
CHECK = re.compile(r"public static void (\w+_\w+)\(\)")


@pytest.fixture(scope="module")
def manual(csharp: Built, instance: Instance) -> Path:
    """Compile every example as it is written; and once more for one who is known, to tell all."""
    known = {NAME: instance.mira.name, PASSWORD: instance.mira.password}
    methods = []
    for name, example in EXAMPLES.items():
        telling = example.replace("\n}\ncatch", "\n    Tell(result);\n}\ncatch")
        for printed, fact in known.items():
            telling = telling.replace(f'"{printed}"', json.dumps(fact))
        methods += [METHOD.format(name, CONTROLLER, example)]
        methods += [METHOD.format(f"telling_{name}", CONTROLLER, telling)]
    # The manual names exceptions and results that it does not use.
    unused = ("-nowarn:168,219",)
    return csharp.program("Manual.cs", text=PROGRAM + "\n".join(methods) + "}\n", options=unused)


@pytest.fixture
def token(instance: Instance) -> str:
    """A token of its own for each test."""
    wish = {"username": instance.mira.name, "secret_key": instance.secret}
    url = f"{instance.url}/api/rest/2.0/auth/token/full"
    issued: str = httpx2.post(url, json=wish).raise_for_status().json()["token"]
    return issued


def told(csharp: Built, manual: Path, *words: str) -> list[str]:
    done = csharp.run(manual, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@NEEDS
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_manual_runs_as_it_is_written(
    csharp: Built, manual: Path, instance: Instance, token: str, name: str
) -> None:
    # Nobody can have the manual's password here: it is too easily guessed.
    status = 500 if PASSWORD in EXAMPLES[name] else 200

    assert told(csharp, manual, name, instance.url, token) == [f"HTTP {status}"]


@NEEDS
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_manual_takes_what_the_server_answers(
    csharp: Built, manual: Path, misbehaving: Misbehaving, name: str
) -> None:
    key = f"csharp-manual/{name}"
    accepted = {"text": "true"} if "bool?" in EXAMPLES[name] else {"json": {"userName": NAME}}
    refusal = {"status": 500, "json": {"error": {"errors": {}}}}
    path = "/session" if name == "session_info" else f"/session/{name}"
    method = "GET" if name == "session_info" else "POST"
    misbehaving.scripts[key] = {f"{method} /api/rest/v2{path}": [accepted, refusal]}

    url = misbehaving.url("misbehaving", key)
    assert told(csharp, manual, name, url, "a-token-of-tests") == ["HTTP 200"]
    assert told(csharp, manual, f"telling_{name}", url, "a-token-of-tests") == ["HTTP 500"]


@NEEDS
def test_the_results_of_the_examples_are_what_the_manual_says(
    csharp: Built, manual: Path, instance: Instance, token: str
) -> None:
    def result(name: str) -> Any:
        _, line = told(csharp, manual, f"telling_{name}", instance.url, token)
        return json.loads(line)

    name = instance.mira.name
    assert json.loads(result("session_info"))["userName"] == name
    session, issued = result("login"), result("gettoken")
    assert (session["userName"], session["token"], session["tokenType"]) == (name, "", "Cookie")
    assert (issued["userName"], issued["tokenType"]) == (name, "Bearer")
    assert issued["token"] not in ("", token)
    assert result("logout") is True
    assert result("revoketoken") is True

    bearer = {"Authorization": f"Bearer {token}"}
    asked = httpx2.get(f"{instance.url}/api/rest/2.0/auth/session/user", headers=bearer)
    assert asked.status_code == 401


@dataclass(frozen=True)
class Checked:
    """What became of the checks that are written in C#."""

    outcomes: dict[str, str | None]


@pytest.fixture(scope="module")
def checked(csharp: Built, misbehaving: Misbehaving) -> Checked:
    key = "csharp/certificates"
    user = {"id": "1", "name": "ann", "display_name": "Ann", "visibility": "SHARABLE"}
    misbehaving.scripts[key] = {"GET /api/rest/2.0/auth/session/user": [{"json": user}]}
    program = csharp.program(*(path.name for path in CHECKS))
    outcomes = csharp.folder / "checks.json"
    done = csharp.run(
        program,
        GATEPASS_OUTCOMES=str(outcomes),
        GATEPASS_UNTRUSTED=misbehaving.url("untrusted", key),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Checked(json.loads(outcomes.read_text()))


@NEEDS
@pytest.mark.parametrize(
    "name", [one for path in CHECKS for one in CHECK.findall(path.read_text())]
)
def test_a_check_in_csharp_holds(checked: Checked, name: str) -> None:
    assert checked.outcomes[name] is None


@NEEDS
def test_no_check_in_csharp_is_left_out(checked: Checked) -> None:
    named = {one for path in CHECKS for one in CHECK.findall(path.read_text())}

    assert len(named) > 25
    assert checked.outcomes.keys() == named


@NEEDS
def test_the_readmes_first_call_says_who_it_is(csharp: Built, instance: Instance) -> None:
    readme = (CSHARP_SDK / "README.md").read_text()
    text = readme.split("## A first call")[1].split("```csharp\n")[1].split("```")[0]
    name = f"ann-{uuid4().hex[:8]}"
    wish = {"username": name, "secret_key": instance.secret, "auto_create": True}
    httpx2.post(f"{instance.url}/api/rest/2.0/auth/token/full", json=wish).raise_for_status()
    facts = {"http://127.0.0.1:8080": instance.url, "gpk_…": instance.secret, '"ann"': f'"{name}"'}
    for printed, fact in facts.items():
        assert printed in text
        text = text.replace(printed, fact)
    lines = text.splitlines()
    imports = [line for line in lines if line.startswith("using ") and line.endswith(";")]
    body = "\n".join(line for line in lines if line not in imports)
    head = "public static class FirstCall { public static void Main() {"
    program = csharp.program("FirstCall.cs", text="\n".join([*imports, head, body, "} }"]))
    done = csharp.run(program)

    assert (done.returncode, done.stdout.split()[0]) == (0, name), done.stderr


def test_the_readme_names_every_operation_and_every_error() -> None:
    readme = (CSHARP_SDK / "README.md").read_text()
    sources = "".join(path.read_text() for path in (CSHARP_SDK / "src").glob("*.cs"))
    operations = re.findall(r"public \S+ (\w+)Async\(", sources)
    errors = re.findall(r"class (\w+Exception)\b", sources)

    assert len(operations) == 11 + 5
    assert len(errors) == 16
    assert [name for name in (*operations, *errors) if name not in readme] == []


def test_the_project_file_says_what_the_code_says() -> None:
    project = (CSHARP_SDK / "src" / "Gatepass.Sdk.csproj").read_text()
    calls = (CSHARP_SDK / "src" / "AuthCalls.cs").read_text()
    (version,) = re.findall("<Version>(.*)</Version>", project)

    assert "<TargetFramework>netstandard2.0</TargetFramework>" in project
    assert "PackageReference" not in project
    assert f'"gatepass-sdk-csharp/{version}"' in calls
