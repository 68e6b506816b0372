"""The examples of the vendor's Python manual, run as they are written with the installed wheel."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.clients.conftest import Instance
from tests.sdks.conftest import Installed

EXAMPLES = json.loads((Path(__file__).parent / "manuals" / "python.json").read_text())
IMPORTS = """
import json
from gatepass_sdk import *
client = RestapisdkClient(base_url={url!r}, access_token={token!r})
"""
TELL = """
print(json.dumps(result if isinstance(result, (str, bool)) else vars(result)))
"""
COMPLETED = ("\n\n", "\nbody.secret_key = {secret!r}\n\n")


@pytest.fixture
def token(instance: Instance) -> str:
    """A token of its own for each test; the user of the manual's examples exists then."""
    url = f"{instance.url}/api/rest/2.0/auth/token/full"
    wish = {"username": "userName8", "secret_key": instance.secret, "auto_create": True}
    issued: str = httpx2.post(url, json=wish).raise_for_status().json()["token"]
    return issued


def result_of(installed: Installed, url: str, token: str, *examples: str) -> Any:
    program = IMPORTS.format(url=url, token=token) + "\n".join(
        [EXAMPLES["controller"], *examples, TELL]
    )
    done = installed.run("-c", program, NO_PROXY="127.0.0.1")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_session_info_example_gives_the_raw_text(
    installed: Installed, instance: Instance, token: str
) -> None:
    text = result_of(installed, instance.url, token, EXAMPLES["get_session_info"])

    assert isinstance(text, str)
    assert json.loads(text)["userName"] == "userName8"


def test_the_login_example_opens_a_session_with_the_token(
    installed: Installed, instance: Instance, token: str
) -> None:
    found = result_of(installed, instance.url, token, EXAMPLES["login"])

    assert found.pop("token_created_time").isdecimal()
    assert found == {
        "user_name": "userName8",
        "token": "",
        "token_expiry_duration": "10800",
        "token_type": "Cookie",
    }


def test_the_logout_example_says_true(installed: Installed, instance: Instance, token: str) -> None:
    assert result_of(installed, instance.url, token, EXAMPLES["logout"]) is True


def test_the_token_example_lacks_a_credential_and_is_told_so(
    installed: Installed, instance: Instance, token: str
) -> None:
    example = EXAMPLES["get_token"].replace("\n", "\n    ")
    caught = f"try:\n    {example}\nexcept ErrorResponseException as refused:\n"
    caught += "    result = f'{refused.reason} {json.dumps(refused.error)}'\n"
    reason, _, error = result_of(installed, instance.url, token, caught).partition(" {")

    assert reason == "Operation failed or unauthorized request"
    upstream = json.loads("{" + error)["errors"]["extension"]["exception"]["upstreamResponse"]
    assert (upstream["status"], upstream["data"]["code"]) == (400, 10002)


def test_the_token_example_gets_a_token_when_the_credential_is_added(
    installed: Installed, instance: Instance, token: str
) -> None:
    before, after = COMPLETED
    example = EXAMPLES["get_token"].replace(before, after.format(secret=instance.secret))
    found = result_of(installed, instance.url, token, example)

    assert (found["user_name"], found["token_type"]) == ("userName8", "Bearer")
    assert found["token"] not in ("", token)


def test_the_revoke_example_revokes_the_token(
    installed: Installed, instance: Instance, token: str
) -> None:
    assert result_of(installed, instance.url, token, EXAMPLES["revoke_token"]) is True

    bearer = {"Authorization": f"Bearer {token}"}
    asked = httpx2.get(f"{instance.url}/api/rest/2.0/auth/session/user", headers=bearer)
    assert asked.status_code == 401


def test_the_readmes_first_call_says_who_it_is(installed: Installed, instance: Instance) -> None:
    readme = (Path(__file__).parents[2] / "sdks" / "python" / "README.md").read_text()
    program = readme.split("## A first call")[1].split("```python\n")[1].split("```")[0]
    name = f"ann-{uuid4().hex[:8]}"
    wish = {"username": name, "secret_key": instance.secret, "auto_create": True}
    httpx2.post(f"{instance.url}/api/rest/2.0/auth/token/full", json=wish).raise_for_status()
    facts = {"http://127.0.0.1:8080": instance.url, "gpk_…": instance.secret, '"ann"': f'"{name}"'}
    for printed, fact in facts.items():
        assert printed in program
        program = program.replace(printed, fact)
    done = installed.run("-c", program, NO_PROXY="127.0.0.1")

    assert (done.returncode, done.stdout.split()[0]) == (0, name), done.stderr
