"""The document of the v1 session API, run as it is printed: its curl, its paths, its codes.

The curl's text is in printed/, unchanged. Host, name and password are substituted, nothing else.
The document gives no curl for the logout, so its line of method and path is asked as it stands.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.conftest import Instance

pytestmark = pytest.mark.needs("curl")

EXAMPLE = (Path(__file__).with_name("printed") / "v1_login.sh").read_text("utf-8")
HOST = "https://<instance>"
SHOWN = "/tspublic/v1"
"""The document's own short form of the prefix, in its lines of resource addresses."""
REALMS = (
    "Authentication token of type could not be authenticated by any configured realms.  "
    "Please ensure that at least one realm can authenticate these tokens."
)
CODES = {
    400: (10002, "Bad request. Invalid parameter values."),
    401: (10003, REALMS),
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[str]
    text: str

    @property
    def cookies(self) -> dict[str, str]:
        """Every cookie set, by name."""
        lines = [line.partition(": ")[2] for line in self.headers if line.startswith("set-cookie:")]
        return {line.split("=", 1)[0]: line.split(";")[0].split("=", 1)[1] for line in lines}

    def refusal(self) -> tuple[int, str]:
        body = json.loads(self.text)
        return body["code"], json.loads(body["debug"])[0]


def curl(line: str) -> Answer:
    """Run a line in a shell and return what was answered."""
    done = subprocess.run(
        ["sh", "-c", f"{line.strip()} --silent --show-error --include --noproxy '*'"],
        capture_output=True,
        timeout=30,
        check=True,
    )
    head, _, text = done.stdout.decode().partition("\r\n\r\n")
    if head.startswith("HTTP/1.1 100"):
        head, _, text = text.partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    return Answer(int(status.split()[1]), headers, text)


def login(instance: Instance, *, username: str | None = None, password: str | None = None) -> str:
    """Return the document's example with a host and a person in it."""
    assert EXAMPLE.count(HOST) == 1
    line = EXAMPLE.replace(HOST, instance.url)
    name = instance.mira.name if username is None else username
    word = instance.mira.password if password is None else password
    return line.replace("username=test", f"username={name}").replace("fhfh2323bbn", word)


def logout(instance: Instance, cookie: str = "") -> str:
    return f"curl -X POST --cookie 'JSESSIONID={cookie}' '{instance.url}{SHOWN}/session/logout'"


def is_active(instance: Instance, cookie: str) -> int:
    line = f"curl --cookie 'JSESSIONID={cookie}' '{instance.url}{SHOWN}/session/isactive'"
    return curl(line).status


def test_the_login_example_signs_in(instance: Instance) -> None:
    answer = curl(login(instance))

    assert (answer.status, answer.text) == (204, "")
    assert set(answer.cookies) == {"JSESSIONID", "clientId"}
    assert is_active(instance, answer.cookies["JSESSIONID"]) == 200


def test_so_it_does_at_its_resource_address_and_remembers_if_told(instance: Instance) -> None:
    line = login(instance).replace("/callosum/v1/tspublic/v1", SHOWN)

    answer = curl(line.replace("rememberme=false", "rememberme=true"))

    assert answer.status == 204
    assert any("Max-Age=604800" in header for header in answer.headers)


def test_the_flag_is_false_where_it_is_left_out(instance: Instance) -> None:
    answer = curl(login(instance).replace("&rememberme=false", ""))

    assert answer.status == 204
    assert not any("Max-Age" in header for header in answer.headers)


def test_the_logout_ends_the_session(instance: Instance) -> None:
    cookie = curl(login(instance)).cookies["JSESSIONID"]

    answer = curl(logout(instance, cookie))

    assert (answer.status, answer.text) == (204, "")
    assert is_active(instance, cookie) == 401


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"password": ""}, 400),
        ({"username": ""}, 400),
        ({"password": "fhfh2323bbn"}, 401),
        ({"username": "test"}, 401),
    ],
    ids=str,
)
def test_its_table_of_codes_holds_to_the_letter(
    instance: Instance, sent: dict[str, str], status: int
) -> None:
    answer = curl(login(instance, **sent))

    assert answer.status == status
    assert answer.refusal() == CODES[status]


def test_the_printed_flag_takes_a_truth_and_nothing_else(instance: Instance) -> None:
    answer = curl(re.sub("rememberme=false", "rememberme=perhaps", login(instance)))

    assert (answer.status, answer.refusal()) == (400, CODES[400])
