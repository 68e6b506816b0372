"""Forms that no page of ours sent: nobody is signed in by them (login CSRF)."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.adjusted import adjusted
from tests.pages.form import Document, Page
from tests.world import PASSWORD, World, world

FORM = {"username": "mira", "password": PASSWORD}
OWN = {"Origin": "http://gatepass.test"}


def refused(reply: httpx2.Response, cookie: str = "gatepass-login") -> bool:
    """Say whether a form was refused as forged, with nothing set but a new form's cookie."""
    cookies = [line.partition("=")[0] for line in reply.headers.get_list("set-cookie")]
    assert set(cookies) <= {cookie}
    assert "location" not in reply.headers
    return reply.status_code == 403 and "Nothing was done" in Document(reply.text).problem


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "https://gatepass.test",
        "http://gatepass.test:8080",
        "http://gatepass.test.evil.example",
    ],
)
async def test_a_form_from_another_origin_is_refused(here: World, origin: str) -> None:
    """Even with the right token and cookie (checklist 13)."""
    await here.account()

    assert refused(await Page(here, origin=origin).send())


async def test_a_form_without_the_pages_own_cookie_is_refused(here: World) -> None:
    """A token that the attacker got for a browser of their own (checklist 13)."""
    await here.account()
    token = (await Page(here).open()).inputs["token"]["value"]
    here.client.cookies.clear()

    assert refused(await here.client.post("/login", data={**FORM, "token": token}, headers=OWN))


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64])
async def test_a_form_without_the_token_of_its_cookie_is_refused(
    here: World, token: str | None
) -> None:
    """A form that another site made up (checklist 13)."""
    await here.account()

    assert refused(await Page(here).send(token=token))


async def test_the_token_of_another_browser_does_not_do(here: World) -> None:
    """checklist 13."""
    await here.account()
    theirs = (await Page(here).open()).inputs["token"]["value"]
    here.client.cookies.clear()

    assert refused(await Page(here).send(token=theirs))


@pytest.mark.parametrize("value", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "!"])
async def test_a_cookie_that_the_page_never_set_is_replaced(here: World, value: str) -> None:
    reply = await here.client.get("/login", headers={"Cookie": f"gatepass-login={value}"})

    assert reply.headers["set-cookie"].startswith("gatepass-login=")


async def test_a_refused_form_can_be_sent_again(here: World) -> None:
    """It comes back with a token that is good."""
    await here.account()

    reply = await here.client.post("/login", data=FORM, headers=OWN)
    assert refused(reply)
    page = Document(reply.text)
    assert page.inputs["username"]["value"] == "mira"
    again = {**FORM, "token": page.inputs["token"]["value"]}

    assert (await here.client.post("/login", data=again, headers=OWN)).status_code == 303


async def test_two_tabs_do_not_spoil_one_another(here: World) -> None:
    await here.account()
    first = (await Page(here).open()).inputs["token"]["value"]
    await Page(here).open()

    assert (await Page(here).send(token=first)).status_code == 303


async def test_after_signing_in_the_forms_cookie_is_gone(here: World) -> None:
    """checklist 1."""
    await here.account()

    await Page(here).send()

    assert set(here.client.cookies) == {"JSESSIONID"} | ({"clientId"} & set(here.client.cookies))


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_that_is_no_form_signs_nobody_in(here: World, kind: str) -> None:
    """checklist 13."""
    await here.account()
    await Page(here).open()

    reply = await here.client.post(
        "/login", content=b'{"username": "mira"}', headers={**OWN, "Content-Type": kind}
    )

    assert refused(reply)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=b&" * 100, b"%ff=%fe", b"=&=&=", b""])
async def test_a_body_that_cannot_be_read_is_no_fault(here: World, body: bytes) -> None:
    await Page(here).open()

    reply = await here.client.post(
        "/login",
        content=body,
        headers={**OWN, "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert refused(reply)


async def test_a_body_past_the_limit_is_refused_in_a_page(here: World) -> None:
    reply = await here.client.post("/login", content=b"x" * 1_048_577, headers=OWN)

    assert reply.status_code == 413
    assert "too large" in Document(reply.text).problem


@adjusted(cors_origins=["https://app.example"])
async def test_no_other_origin_reads_the_form(here: World) -> None:
    """Nor may it ask to send one in a way that a form cannot (checklist 19)."""
    at = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

    for reply in (
        await here.client.get("/login", headers=at),
        await here.client.options("/login", headers=at),
        await here.client.post("/login", data=FORM, headers=at),
    ):
        assert "text/html" not in reply.headers["content-type"] or (
            "access-control-allow-origin" not in reply.headers
        )


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({}, "gatepass-login; Path=/; HttpOnly; SameSite=Lax"),
        (
            {"scheme": "https"},
            "__Host-gatepass-login; Path=/; Secure; HttpOnly; SameSite=Lax",
        ),
        (
            {"cookie_samesite": "none"},
            "gatepass-login; Path=/; Secure; HttpOnly; SameSite=None",
        ),
        (
            {"scheme": "https", "enable_partitioned_cookies": True},
            "__Host-gatepass-login; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        ),
    ],
)
async def test_the_forms_cookie_goes_where_the_session_cookie_goes(
    template: Path, tmp_path: Path, setting: dict[str, Any], expected: str
) -> None:
    """In a frame of another site too (checklist 15)."""
    async with world(template, tmp_path / "home", **setting) as here:
        (line,) = (await here.client.get("/login")).headers.get_list("set-cookie")

    pair, _, attributes = line.partition("; ")
    assert f"{pair.partition('=')[0]}; {attributes}" == expected
