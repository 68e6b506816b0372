"""The curl examples of the REST v2.0 authentication document, run by a shell as they are printed.

Their text is in printed/, unchanged, with its broken JSON: that is repaired here to be run, and
refused as printed. Only host, names, passwords, e-mail, secret, tokens, cookies and ids are
substituted.
"""

import json
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.clients.conftest import Instance, Org, Person

pytestmark = pytest.mark.needs("curl")

PRINTED = Path(__file__).with_name("printed")
HOST = re.compile(r"https://[^/']+")
PRINTED_ORG = re.compile(r'"org_id": [12]\b')
SHOW_ALL = " --silent --show-error --include --noproxy '*'"
DAY = 86_400_000

COOKIES = (
    "JSESSIONID=fc3424f9-d3f0-4a24-bd33-400fd826cac7; clientId=70cf1328-af97-40b2-9bd5-1c520e133963"
)
"""As the example of a search has them."""

REPAIRS = {
    "object_by_password": {'"Guest123!"\n': '"Guest123!",\n'},
    "object_by_secret": {'c04060",\n}': 'c04060"\n}'},
    "full_just_in_time": {'"org_id": 2\n': '"org_id": 2,\n', '"User A"\n': '"User A",\n'},
    "object_just_in_time": {'"org_id": 2\n': '"org_id": 2,\n'},
    "revoke": {'"tsUserA,': '"tsUserA",', "{access_token_user}": '"{access_token_user}"'},
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        assert "content-type: application/json" in self.headers
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def cookies(self) -> dict[str, str]:
        """Every cookie set: its value and attributes by its name."""
        lines = [line.partition(": ")[2] for line in self.headers if line.startswith("set-cookie:")]
        return dict(line.split("=", 1) for line in lines)


@dataclass(frozen=True)
class Facts:
    """What is substituted: one fact for each thing that the document made up."""

    url: str
    secret: str
    username: str
    password: str
    org: Org
    token: str = ""
    cookies: str = ""

    def fill(self, text: str) -> str:
        """Return an example with these facts in it."""
        given = {
            "tsUserA": self.username,
            '"username": "UserA"': f'"username": "{self.username}"',
            'key": "4c55ff63-d03e-497a-8ec6-1be083f160ee"': f'key": "{self.secret}"',
            '"org_identifier": "2"': f'"org_identifier": "{self.org.id}"',
            "Guest@123!": self.password,
            "Guest123!": self.password,
            "2657f6f9-6aa9-4432-99f2-bf0d70f240ac": self.secret,
            "69fb6d98-1696-42c0-9841-22b078c04060": self.secret,
            "[email protected]": f"{self.username}@example.com",
            "{AUTH_TOKEN}": self.token,
            "{access_token_user}": self.token,
            COOKIES: self.cookies,
        }
        text, hosts = HOST.subn(self.url, text)
        assert hosts == 1
        for printed, fact in given.items():
            text = text.replace(printed, fact)
        # Each once: an Org's own number may begin like a printed one.
        return PRINTED_ORG.sub(f'"org_id": {self.org.id}', text)


@pytest.fixture
def mira(instance: Instance) -> Facts:
    person = instance.mira
    return Facts(instance.url, instance.secret, person.name, person.password, instance.north)


@pytest.fixture
def newcomer(instance: Instance) -> Facts:
    """Somebody whom the server does not know."""
    return Facts(instance.url, instance.secret, f"jit-{uuid4().hex[:8]}", "", instance.south)


def run(example: str, facts: Facts, *, as_printed: bool = False) -> Answer:
    text = (PRINTED / f"{example}.sh").read_text().removesuffix("\n")
    for broken, repaired in {} if as_printed else REPAIRS.get(example, {}).items():
        assert broken in text
        text = text.replace(broken, repaired)
    text = facts.fill(text) + SHOW_ALL
    if facts.cookies and facts.cookies not in text:
        text += f" -H 'Cookie: {facts.cookies}'"
    done = subprocess.run(
        ["sh", "-c", text], capture_output=True, text=True, check=True, timeout=30
    )
    head, _, body = done.stdout.partition("\n\n")
    status, *lines = head.splitlines()
    named = [line.partition(": ") for line in lines]
    return Answer(int(status.split()[1]), [f"{k.lower()}: {v}" for k, _, v in named], body)


def signed_in(facts: Facts) -> Facts:
    """Run the login example and return the facts with its cookies, as the document shows them."""
    cookies = run("login", facts).cookies
    pairs = [f"{name}={value.partition(';')[0]}" for name, value in cookies.items()]
    return replace(facts, cookies="; ".join(pairs))


def with_token(facts: Facts) -> Facts:
    """Run the first token example and return the facts with its token."""
    return replace(facts, token=run("full_by_password", facts).body["token"])


def check_token(
    answer: Answer, person: Person, org: Org, *, lives: int, object_id: str | None = None
) -> str:
    """Check status and body of a token's answer, field by field; return the token."""
    assert answer.status == 200
    body = answer.body
    token: str = body.pop("token")
    assert len(token) >= 43
    created, expires = body.pop("creation_time_in_millis"), body.pop("expiration_time_in_millis")
    assert (type(created), expires - created) == (int, lives)
    assert body == {
        "scope": {
            "access_type": "REPORT_BOOK_VIEW" if object_id else "FULL",
            "org_id": org.id,
            "metadata_id": object_id,
        },
        "valid_for_user_id": person.id,
        "valid_for_username": person.name,
    }
    return token


def check_refusal(answer: Answer, status: int, code: int) -> None:
    message = answer.body["error"]["message"]
    assert (answer.status, message["code"]) == (status, code)
    assert UUID(message["incident_id_guid"]) == UUID(message["trace_id_guid"])
    assert isinstance(message["debug"], str)


def test_the_login_example_sets_the_two_cookies(mira: Facts) -> None:
    answer = run("login", mira)

    assert (answer.status, answer.text) == (204, "")
    assert not [header for header in answer.headers if header.startswith("content-type")]
    assert answer.cookies.keys() == {"JSESSIONID", "clientId"}
    session, *attributes = answer.cookies["JSESSIONID"].split("; ")
    assert len(session) >= 43
    assert {"Path=/", "HttpOnly"} <= set(attributes)
    assert "Secure" not in attributes
    browser, *attributes = answer.cookies["clientId"].split("; ")
    assert str(UUID(browser)) == browser
    assert {"Path=/", "Secure", "HttpOnly"} <= set(attributes)


def test_the_full_token_example_with_a_password(instance: Instance, mira: Facts) -> None:
    answer = run("full_by_password", mira)

    check_token(answer, instance.mira, instance.north, lives=DAY)


def test_the_object_token_example_with_a_password(instance: Instance, mira: Facts) -> None:
    answer = run("object_by_password", mira)

    asked = "fa68ae91-7588-4136-bacd-d71fb12dda69"
    check_token(answer, instance.mira, instance.north, lives=DAY, object_id=asked)


def test_the_full_token_example_with_the_secret(instance: Instance, mira: Facts) -> None:
    answer = run("full_by_secret", mira)

    check_token(answer, instance.mira, instance.north, lives=300_000)


def test_the_object_token_example_with_the_secret(instance: Instance, mira: Facts) -> None:
    answer = run("object_by_secret", mira)

    asked = "061457a2-27bc-43a9-9754-0cd873691bf0"
    check_token(answer, instance.mira, instance.north, lives=300_000, object_id=asked)


@pytest.mark.parametrize(
    ("example", "object_id", "profile"),
    [
        # The full token's example names an object too; it limits nothing.
        ("full_just_in_time", None, ("User A", "{}@example.com")),
        ("object_just_in_time", "061457a2-27bc-43a9-9754-0cd873691bf0", ("{}", None)),
    ],
)
def test_the_just_in_time_examples_make_the_account(
    newcomer: Facts, example: str, object_id: str | None, profile: tuple[str, str | None]
) -> None:
    answer = run(example, newcomer)
    made = Person(answer.body["valid_for_user_id"], newcomer.username, "", "", "")
    token = check_token(answer, made, newcomer.org, lives=300_000, object_id=object_id)

    me = run("session_user", replace(newcomer, token=token)).body
    assert me["name"] == newcomer.username
    shown = tuple(text and text.format(newcomer.username) for text in profile)
    assert (me["display_name"], me["email"]) == shown
    assert {group["name"] for group in me["user_groups"]} >= {"DataAdmin", "Analyst"}


def test_the_session_token_example(instance: Instance, mira: Facts) -> None:
    answer = run("session_token", signed_in(mira))

    assert answer.status == 200
    body = answer.body
    assert len(body.pop("token")) >= 43
    created, expires = body.pop("creation_time_in_millis"), body.pop("expiration_time_in_millis")
    assert expires - created == DAY
    assert body == {
        "valid_for_user_id": instance.mira.id,
        "valid_for_username": instance.mira.name,
    }


@pytest.mark.parametrize("example", ["session_token", "logout"])
def test_the_examples_without_a_credential_need_one(mira: Facts, example: str) -> None:
    check_refusal(run(example, mira), 401, 10097)


def test_the_revoke_example_ends_the_token(mira: Facts) -> None:
    holder = with_token(mira)
    answer = run("revoke", holder)

    assert (answer.status, answer.text) == (204, "")
    check_refusal(run("session_user", holder), 401, 10097)


def test_the_session_user_example(instance: Instance, mira: Facts) -> None:
    answer = run("session_user", with_token(replace(mira, org=instance.primary)))

    assert answer.status == 200
    expected = instance.profile(
        instance.mira, current=instance.primary, orgs=[instance.primary, instance.north]
    )
    body = answer.body
    assert {field: body[field] for field in expected} == expected
    # The fields that the document prints and the profile leaves to the clock or to groups.
    for field in ("creation_time_in_millis", "modification_time_in_millis"):
        assert type(body[field]) is int
    assert str(UUID(body["author_id"])) == body["author_id"]
    assert str(UUID(body["modifier_id"])) == body["modifier_id"]
    assert body["first_login_time_in_millis"] is None or body["first_login_time_in_millis"] > 0
    assert isinstance(body["is_first_login"], bool)
    assert body["expiration_time_in_millis"] is None
    assert body["home_liveboard"] is None
    assert "DATADOWNLOADING" in body["privileges"]
    for field in ("user_groups", "user_inherited_groups"):
        assert all(group.keys() == {"id", "name"} for group in body[field])
        assert all(UUID(group["id"]) for group in body[field])
        assert "analysts" in [group["name"] for group in body[field]]


def test_the_logout_example_ends_the_session(mira: Facts) -> None:
    session = signed_in(mira)
    answer = run("logout", session)

    assert (answer.status, answer.text) == (204, "")
    check_refusal(run("session_token", session), 401, 10097)


@pytest.mark.parametrize("example", REPAIRS)
def test_the_broken_examples_are_refused_as_printed(mira: Facts, example: str) -> None:
    holder = with_token(mira)

    check_refusal(run(example, holder, as_printed=True), 400, 10002)
    assert run("session_user", holder).status == 200


def test_a_token_with_custom_rules_for_somebody_new(newcomer: Facts) -> None:
    answer = run("custom", newcomer)

    assert answer.status == 200
    assert answer.body["org"] == {"id": newcomer.org.id, "name": newcomer.org.name}
    assert answer.body["user"]["name"] == newcomer.username
    seen = run("session_user", replace(newcomer, token=answer.body["token"])).body
    object_id = "4c55ff63-d03e-497a-8ec6-1be083f160ee"
    assert seen["display_name"] == "User A"
    assert seen["access_control_properties"] == {
        str(newcomer.org.id): {
            object_id: {
                "filter_rules": [
                    {"column_name": "Item type", "operator": "EQ", "values": ["Jackets", "Bags"]},
                    {"column_name": "Customer ID", "operator": "EQ", "values": ["412870"]},
                ],
                "parameter_values": [{"name": "Discount", "values": ["20"]}],
            }
        }
    }


def test_the_search_example_finds_by_its_cookies_what_the_user_may_see(
    instance: Instance, mira: Facts
) -> None:
    name = f"Sales {uuid4().hex[:8]}"
    # The login example chooses no Org: it goes where the last one went.
    for org in (instance.primary, instance.north):
        for kind in ("liveboard", "answer"):
            hand_over(instance, mira, org, f"{kind}:\n  name: {name}\n")
    signed = signed_in(mira)

    answer = run("metadata_search", signed)

    assert (answer.status, answer.headers.count("content-type: application/json")) == (200, 1)
    found = [one for one in json.loads(answer.text) if one["metadata_name"] == name]
    assert [one["metadata_type"] for one in found] == ["LIVEBOARD"]
    assert found[0]["metadata_header"]["author"] == instance.mira.id
    check_refusal(run("metadata_search", replace(mira, cookies="JSESSIONID=x")), 401, 10097)


def hand_over(instance: Instance, to: Facts, org: Org, tml: str) -> None:
    """Bring an object in and make somebody its owner."""
    admin = {"username": instance.admin.name, "password": instance.admin.password}
    with httpx2.Client(base_url=f"{instance.url}/api/rest/2.0/", trust_env=False) as client:
        issued = client.post("auth/token/full", json={**admin, "org_id": org.id})
        client.headers["Authorization"] = f"Bearer {issued.json()['token']}"
        (taken,) = client.post("metadata/tml/import", json={"metadata_tmls": [tml]}).json()
        guid = taken["response"]["header"]["id_guid"]
        handed = {"metadata": [{"identifier": guid}], "user_identifier": to.username}
        assert client.post("security/metadata/assign", json=handed).status_code == 204
