"""The AuthTypes that leave signing in to this server's own page: popup, whole page, frame."""

from urllib.parse import parse_qs, urlsplit

from playwright.async_api import BrowserContext, FrameLocator, Page, expect

from tests.embed.acting import VIEW
from tests.embed.conftest import MARKS, Stage
from tests.embed.hosting import Host
from tests.world import PASSWORD

pytestmark = MARKS


async def sign_in(page: Page | FrameLocator) -> None:
    """Fill in the server's sign-in page."""
    await page.locator("input[name=username]").fill("mira")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def test_a_popup_signs_in_tells_the_host_and_is_closed(
    lax: Stage, context: BrowserContext
) -> None:
    host = await Host.open(await context.new_page(), lax.neighbour, lax.server)
    await host.start("SAMLRedirect", view=VIEW, inPopup=True)
    await host.until("WAITING_FOR_POPUP")

    async with host.page.expect_popup() as opened:
        await host.page.get_by_role("button").click()
    popup = await opened.value
    closed = popup.wait_for_event("close")
    await sign_in(popup)

    await closed
    await host.until("SUCCESS")
    await host.shown("signed-in")
    seen = await host.seen()
    assert seen.index("WAITING_FOR_POPUP") < seen.index("SDK_SUCCESS") < seen.index("AuthInit")
    assert "FAILURE" not in " ".join(seen)


async def test_the_whole_host_page_goes_to_sign_in_and_comes_back(
    lax: Stage, context: BrowserContext
) -> None:
    host = await Host.open(await context.new_page(), lax.neighbour, lax.server)
    config = {"view": VIEW, "redirectPath": "/"}
    await host.start("OIDCRedirect", **config)
    await host.page.wait_for_url(f"{lax.server}/login?*")

    await sign_in(host.page)
    await host.page.wait_for_url(f"{lax.neighbour}/**")
    await host.page.wait_for_function("window.isReady")
    await host.start("OIDCRedirect", **config)

    await host.until("SUCCESS")
    await host.shown("signed-in")
    assert "FAILURE" not in " ".join(await host.seen())


async def test_the_frame_itself_goes_to_sign_in_and_comes_back(host: Host) -> None:
    await host.start("EmbeddedSSO", view=VIEW)
    await host.until("AuthFailure")

    await sign_in(host.frame)

    await host.until("SUCCESS")
    await host.shown("signed-in")
    assert await host.data("AuthFailure") == [{"type": "UNAUTHENTICATED_FAILURE"}]
    assert "FAILURE" not in " ".join(await host.seen())


async def test_a_frame_that_comes_back_with_nobody_signed_in_is_not_sent_away_again(
    host: Host,
) -> None:
    await host.start("EmbeddedSSO", view=VIEW)
    await host.frame.locator("input[name=username]").wait_for()
    frame = host.page.frames[1]
    back = parse_qs(urlsplit(frame.url).query)["targetURLPath"][0]

    await frame.evaluate("back => location.replace(back)", back)

    await host.until("FAILURE", "OTHER")
    await expect(host.page.locator("#embed")).to_contain_text("Not logged in")
    assert [one["type"] for one in await host.data("AuthFailure")] == [
        "UNAUTHENTICATED_FAILURE",
        "OTHER",
    ]


async def test_once_somebody_was_signed_in_the_frame_may_be_sent_away_again(
    host: Host, context: BrowserContext
) -> None:
    await host.start("EmbeddedSSO", view=VIEW)
    await host.until("AuthFailure")
    await sign_in(host.frame)
    await host.shown("signed-in")
    await context.clear_cookies()

    await host.page.frames[1].evaluate("location.reload()")

    await host.until("AuthFailure", times=2)
    await sign_in(host.frame)
    await host.until("SUCCESS", times=2)
