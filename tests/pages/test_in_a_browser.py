"""A real browser: the sign-in page, frames of other sites, and calls from other origins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.http.sockets import served
from tests.pages.form import NEW, OWN_ORIGIN, Link
from tests.tools import CHROMIUM_FLAGS, tool
from tests.world import PASSWORD, World, world

pytestmark = pytest.mark.needs("chromium")

SESSION = "/api/rest/2.0/auth/session/user"


@dataclass
class Elsewhere:
    """Pages of another site, whose texts a test writes."""

    origin: str
    pages: dict[str, str] = field(default_factory=dict)


@dataclass
class Stage:
    """A server, a site that it lists, one that it does not, and a browser."""

    here: World
    server: str
    listed: Elsewhere
    strange: Elsewhere
    browser: Browser


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Serve the pages of another site: ``localhost`` is not the site of ``127.0.0.1``."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).split()[1].decode().partition("?")[0]
        while await reader.readline() not in {b"\r\n", b""}:
            pass
        body = found.pages.get(path, "<!doctype html><title>elsewhere</title>").encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    found = Elsewhere(f"http://localhost:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield found


@pytest.fixture
async def stage(template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        listed, strange = await enter(elsewhere()), await enter(elsewhere())
        here = await enter(
            world(
                template,
                tmp_path / "home",
                cors_origins=[listed.origin],
                visual_embed_hosts=[listed.origin],
                enable_partitioned_cookies=True,
            )
        )
        await here.account()
        where = await enter(served(here))
        playwright = await enter(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=tool("chromium"), args=CHROMIUM_FLAGS
        )
        stack.push_async_callback(browser.close)
        yield Stage(here, f"http://127.0.0.1:{where.port}", listed, strange, browser)


async def signed_in(context: BrowserContext) -> bool:
    return "JSESSIONID" in {one["name"] for one in await context.cookies()}


async def fill_in(page: Page, password: str = PASSWORD) -> None:
    """Use the page by keyboard alone, from where it puts the cursor."""
    await page.locator("#username:focus").wait_for()
    await page.keyboard.type("mira")
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")


async def test_by_keyboard_and_without_scripts_one_signs_in_and_goes_on(stage: Stage) -> None:
    """Wrong first, then right; fragment and query arrive as they were named (checklist 22)."""
    target = f"{stage.listed.origin}/back?a=b%20c#/viz/1?x=y"
    context = await stage.browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{stage.server}/login?targetURLPath={quote(target, safe='')}")

    await fill_in(page, "not this")
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "do not match" in await alert.inner_text()
    assert await page.get_by_role("textbox", name="User name").input_value() == "mira"
    assert not await signed_in(context)
    await page.locator("#password:focus").wait_for()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")

    await page.wait_for_url(target)
    assert await signed_in(context)
    reply = await context.request.get(f"{stage.server}{SESSION}")
    assert (await reply.json())["name"] == "mira"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_by_keyboard_and_without_scripts_the_holder_of_a_link_is_active_again(
    stage: Stage, scheme: Literal["light", "dark"]
) -> None:
    """Two that differ first, then one twice; then the link is no good (checklist 49)."""
    link = await Link.of(stage.here)
    address = link.address.replace(OWN_ORIGIN, stage.server)
    context = await stage.browser.new_context(java_script_enabled=False, color_scheme=scheme)
    page = await context.new_page()
    await page.goto(address)

    await type_twice(page, NEW, "Another-Inside-19")
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "differ" in await alert.inner_text()
    assert await page.get_by_role("textbox", name="User name").input_value() == "mira"
    again = page.get_by_role("textbox", name="New password again")
    assert await again.get_attribute("aria-invalid") == "true"
    await type_twice(page, NEW, NEW)

    await page.get_by_role("heading", name="Your account is active").wait_for()
    assert not await signed_in(context)
    await page.keyboard.press("Tab")  # to the one link of the page
    async with page.expect_request("**/login") as asked:
        await page.keyboard.press("Enter")
    assert "referer" not in await (await asked.value).all_headers()
    await page.wait_for_url("**/login")
    await fill_in(page, NEW)
    await page.wait_for_url(f"{stage.server}/")
    assert await signed_in(context)
    await page.goto(address)
    assert await page.get_by_role("heading", name="This link does not work").count() == 1


async def type_twice(page: Page, first: str, second: str) -> None:
    """Fill both passwords in, from where the page puts the cursor."""
    await page.locator("input:focus").wait_for()
    await page.keyboard.type(first)
    await page.keyboard.press("Tab")
    await page.keyboard.type(second)
    await page.keyboard.press("Enter")


async def test_in_a_frame_of_another_site_a_partitioned_session_works(stage: Stage) -> None:
    """Where third-party cookies are blocked; it is not the session of a tab (checklist 17)."""
    stage.listed.pages["/"] = (
        f"<iframe src='{stage.server}/login?targetURLPath={SESSION}'></iframe>"
    )
    context = await stage.browser.new_context()
    page = await context.new_page()
    await page.goto(f"{stage.listed.origin}/")
    form = page.frame_locator("iframe")

    await form.get_by_label("User name").fill("mira")
    await form.get_by_label("Password").fill(PASSWORD)
    await form.get_by_role("button", name="Sign in").click()

    await form.get_by_text('"name":"mira"').wait_for()
    tab = await context.new_page()
    assert (await tab.goto(f"{stage.server}{SESSION}")).status == 401  # type: ignore[union-attr]


async def test_a_site_that_is_not_listed_frames_nothing(stage: Stage) -> None:
    """checklist 21."""
    stage.strange.pages["/"] = f"<iframe src='{stage.server}/login'></iframe>"
    page = await (await stage.browser.new_context()).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    await page.goto(f"{stage.strange.origin}/")

    assert any("frame-ancestors" in one for one in said), said
    assert await page.frame_locator("iframe").get_by_label("User name").count() == 0


CALL = """async ([server, path, password]) => {
  const login = await fetch(`${server}/api/rest/2.0/auth/session/login`, {
    method: "POST", credentials: "include",
    headers: {"content-type": "application/json", "x-requested-by": "a page"},
    body: JSON.stringify({username: "mira", password}),
  });
  const who = await fetch(`${server}${path}`, {credentials: "include"});
  const lost = await fetch(`${server}/api/rest/2.0/nothing`, {credentials: "include"});
  return [login.status, who.status, lost.status, who.headers.get("x-request-id")];
}"""


async def test_a_listed_origin_calls_with_its_cookie_and_reads_errors(stage: Stage) -> None:
    """Preflight and all; no header is shown beyond those that every page sees (checklist 19)."""
    page = await (await stage.browser.new_context()).new_page()
    await page.goto(f"{stage.listed.origin}/")

    assert await page.evaluate(CALL, [stage.server, SESSION, PASSWORD]) == [204, 200, 404, None]
    assert await page.evaluate(CALL, [stage.server, SESSION, "wrong"]) == [401, 200, 404, None]


async def test_an_origin_that_is_not_listed_calls_nothing(stage: Stage) -> None:
    """checklist 19."""
    context = await stage.browser.new_context()
    page = await context.new_page()
    await page.goto(f"{stage.strange.origin}/")

    failed = await page.evaluate(
        f"args => ({CALL})(args).catch(error => error.message)", [stage.server, SESSION, PASSWORD]
    )

    assert failed == "Failed to fetch"
    assert not await signed_in(context)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
async def test_a_form_of_another_site_signs_nobody_in(stage: Stage, kind: str) -> None:
    """Sent by itself, the page's cookie already there (checklist 13)."""
    context = await stage.browser.new_context()
    page = await context.new_page()
    await page.goto(f"{stage.server}/login")
    stage.strange.pages["/"] = f"""<body onload="document.forms[0].submit()">
        <form method="post" enctype="{kind}" action="{stage.server}/login">
        <input name="username" value="mira"><input name="password" value="{PASSWORD}">
        <input name="token" value="{"0" * 64}"></form>"""

    async with page.expect_response(f"{stage.server}/login") as sent:
        await page.goto(f"{stage.strange.origin}/")

    assert (await sent.value).status == 403
    assert not await signed_in(context)
