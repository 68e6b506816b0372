"""The page /docs: offline, strict, and honest about what it sends."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gatepass.http import docs
from tests.adjusted import adjusted
from tests.http.pages import inside, peer
from tests.world import World

ASSETS = Path(docs.__file__).with_name("assets")
TOKEN = "gpf_not-to-be-shown"


class Links(HTMLParser):
    """What a page loads, and what runs or is styled inside of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "src" or (name == "href" and tag == "link"):
                self.loads.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(name)


async def test_the_page_lists_every_operation_with_a_form(here: World) -> None:
    text = (await here.client.get("/docs")).text

    named = set(re.findall(r'<details id="([\w-]+)">', text))
    assert {"v2_0-login", "beta-login", "v2_0-getCurrentUserInfo", "own-endSessions"} <= named
    assert text.count("<form ") == len(named)


async def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(here: World) -> None:
    reply = await here.client.get("/docs")
    page = Links(reply.text)

    assert page.loads == ["/docs/docs.css", "/docs/try.js"]
    assert page.inline == []
    assert "style" not in page.tags
    assert "http:" not in reply.text
    assert "https:" not in reply.text
    for path in page.loads:
        assert (await here.client.get(path)).status_code == 200


async def test_the_policy_allows_this_server_alone(here: World) -> None:
    policy = (await here.client.get("/docs")).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; ")
    assert set(re.findall(r"'([a-z-]+)'", policy)) == {"none", "self"}
    assert "frame-ancestors 'none'" in policy


async def test_the_assets_have_their_types(here: World) -> None:
    for path, kind in docs.ASSETS.items():
        reply = await here.client.get(path)
        assert reply.headers["content-type"].startswith(kind)
        assert reply.headers["x-content-type-options"] == "nosniff"


async def test_strangers_do_not_see_the_page(here: World) -> None:
    async with peer(here.app) as stranger:
        assert (await stranger.get("/docs")).status_code == 404
        assert (await stranger.get("/docs/try.js")).status_code == 404


@adjusted(metrics_port=9464)
async def test_the_page_is_on_the_bind_of_its_own_with_the_api(here: World) -> None:
    """checklist 62: and what the page tries is tried there, at one origin."""
    assert (await here.client.get("/docs")).status_code == 404
    async with peer(inside(here.app)) as insider:
        assert (await insider.get("/docs")).status_code == 200
        assert (await insider.get("/api/rest/2.0/auth/session/user")).status_code == 401


def test_the_script_keeps_nothing_and_calls_nobody_else() -> None:
    script = (ASSETS / "try.js").read_text()

    for word in ("localStorage", "sessionStorage", "document.cookie", "innerHTML", "eval", "http:"):
        assert word not in script


@pytest.fixture
def tried() -> Any:
    """What the script sends and shows, on a page of two forms."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on this machine: install Node.js 20 or newer")
    harness = Path(__file__).with_name("try_page.mjs")
    done = subprocess.run(
        [node, harness, ASSETS / "try.js", TOKEN], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def test_the_script_sends_what_the_form_says(tried: Any) -> None:
    posted, deleted = tried["sent"]

    assert (posted["method"], posted["path"]) == ("POST", "/api/login")
    assert posted["body"] == '{"name": "O\'Hara"}'
    assert posted["headers"]["Content-Type"] == "application/json"
    assert deleted["path"] == "/api/sessions/a%2Fb%3Fc?account=x+y"
    assert deleted["body"] is None
    assert {one["headers"]["Authorization"] for one in tried["sent"]} == {f"Bearer {TOKEN}"}
    assert {one["credentials"] for one in tried["sent"]} == {"same-origin"}
    assert tried["answers"][0] == '200 OK\n{\n  "a": 1\n}'


def test_the_curl_command_is_quoted_and_does_not_show_the_token(tried: Any) -> None:
    posted, deleted = tried["curl"]

    assert "'{\"name\": \"O'\\''Hara\"}'" in posted
    assert '-H "Authorization: Bearer $TOKEN"' in posted
    assert "curl -X DELETE 'http://127.0.0.1:8080/api/sessions/a%2Fb%3Fc?account=x+y'" in deleted
    assert TOKEN not in posted + deleted
