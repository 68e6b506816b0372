"""The documents at ``/``, ``/v2`` and ``/v2/``, and the files that they load."""

import base64
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.world import World, world

EMBEDDED = "?embedApp=true&authType=None"
PACKED = base64.urlsafe_b64encode(EMBEDDED.encode()).decode().rstrip("=")
HOSTS = ["https://app.example.com", "http://localhost:3000"]
STAND_IN = "Gatepass stands in for ThoughtSpot"


def policy(text: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (one.split() for one in text.split(";"))}


@pytest.mark.parametrize(
    "path", [f"/{EMBEDDED}", f"/v2/{EMBEDDED}", f"/v2{EMBEDDED}", "/v2/", "/v2"]
)
async def test_the_embed_page_is_answered_itself_and_says_what_it_is(
    here: World, path: str
) -> None:
    reply = await here.client.get(path)

    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert STAND_IN in reply.text


async def test_flags_may_come_packed(here: World) -> None:
    assert STAND_IN in (await here.client.get(f"/?base64UrlEncodedFlags={PACKED}")).text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?x=1",
        "?embedApp=false",
        "?embedApp=",
        "?base64UrlEncodedFlags=%",
        "?base64UrlEncodedFlags=",
    ],
)
async def test_the_root_by_itself_is_a_start_page_without_a_redirect(
    here: World, query: str
) -> None:
    reply = await here.client.get(f"/{query}")

    assert reply.status_code == 200
    assert STAND_IN not in reply.text
    assert policy(reply.headers["content-security-policy"])["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("path", ["/", f"/{EMBEDDED}", f"/v2/{EMBEDDED}", "/v2"])
async def test_nobody_may_frame_it_unless_a_setting_says_so(here: World, path: str) -> None:
    """(checklist 21)"""
    reply = await here.client.get(path)

    assert policy(reply.headers["content-security-policy"])["frame-ancestors"] == ["'none'"]
    assert 'data-hosts=""' in reply.text


@pytest.mark.parametrize("path", [f"/{EMBEDDED}", f"/v2/{EMBEDDED}", "/v2"])
async def test_the_listed_hosts_may_frame_it_and_nothing_comes_from_elsewhere(
    template: Path, tmp_path: Path, path: str
) -> None:
    """(checklist 21)"""
    async with world(template, tmp_path / "home", visual_embed_hosts=HOSTS) as here:
        reply = await here.client.get(path)

    found = policy(reply.headers["content-security-policy"])
    assert sorted(found.pop("frame-ancestors")) == sorted(HOSTS)
    assert found == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    assert "x-frame-options" not in reply.headers
    assert "cross-origin-opener-policy" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"
    assert set(re.findall(r'data-hosts="([^"]*)"', reply.text)) == {" ".join(sorted(HOSTS))}


@pytest.mark.parametrize("path", ["/", f"/{EMBEDDED}", "/v2", "/v2/"])
async def test_every_file_of_a_document_is_served_wherever_the_server_is_mounted(
    here: World, path: str
) -> None:
    text = (await here.client.get(path)).text
    named = set(re.findall(r'(?:src|href)="([^"]+\.\w+)"', text))

    assert len(named) == 3
    for name in named:
        assert not name.startswith(("/", "http"))
        reply = await here.client.get(urljoin(path, name))
        assert reply.status_code == 200, name
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)


async def test_a_file_may_be_kept_but_is_asked_for_again(here: World) -> None:
    first = await here.client.get("/embed/main.js")
    again = await here.client.get(
        "/embed/main.js", headers={"If-None-Match": first.headers["etag"]}
    )

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_the_modules_find_one_another(here: World) -> None:
    waiting, known = ["/embed/main.js", "/embed/start.js"], set()
    while waiting:
        path = waiting.pop()
        if path not in known:
            known.add(path)
            reply = await here.client.get(path)
            assert (reply.status_code, reply.headers["content-type"]) == (
                200,
                "text/javascript; charset=utf-8",
            )
            waiting += [urljoin(path, one) for one in re.findall(r'from "([^"]+)"', reply.text)]

    assert len(known) > 10


@pytest.mark.parametrize("path", ["/", "/v2/", "/embed/main.js"])
async def test_other_methods_are_refused(here: World, path: str) -> None:
    assert (await here.client.post(path)).status_code == 405
    assert (await here.client.head(path)).status_code == 200


@pytest.mark.parametrize("path", ["/embed/page.html", "/embed/", "/embed/../app.py", "/embed/x.js"])
async def test_nothing_else_is_served(here: World, path: str) -> None:
    assert (await here.client.get(path)).status_code == 404
