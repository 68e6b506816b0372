"""Signing in with a session cookie: by password, by token, by the page's own form."""

from itertools import repeat

import pytest
from playwright.async_api import BrowserContext

from tests.embed.acting import BASIC, TRUSTED, VIEW, Minting, end_sessions, go_idle
from tests.embed.conftest import MARKS, Stage
from tests.embed.hosting import Host
from tests.world import PASSWORD

pytestmark = MARKS


async def started(host: Host, auth_type: str = "Basic", **config: object) -> None:
    await host.start(auth_type, view=VIEW, **(BASIC if auth_type == "Basic" else {}), **config)
    await host.until("SUCCESS")
    await host.shown("signed-in")


async def test_a_name_and_a_password_sign_in_with_a_partitioned_cookie(
    host: Host, context: BrowserContext
) -> None:
    await started(host)

    seen = await host.seen()
    assert {"Init", "Load", "AuthInit", "LiveboardRendered", "Data", "RouteChange"} <= set(seen)
    assert "FAILURE" not in " ".join(seen)
    await host.says("Mira Holt")
    assert {one["name"] for one in await context.cookies()} == {"JSESSIONID", "clientId"}


async def test_a_wrong_password_shows_nothing(host: Host) -> None:
    await host.start("Basic", view=VIEW, username="mira", password="not-this-one")

    await host.until("FAILURE", "SDK")
    assert "AuthInit" not in await host.seen()
    assert "Not logged in" in await host.page.locator("#embed").inner_text()


@pytest.mark.parametrize("token", ["callback", "endpoint"])
async def test_a_token_buys_a_session(stage: Stage, host: Host, token: str) -> None:
    Minting(stage)

    await started(host, TRUSTED, token=token)

    await host.says("Session until")
    assert "FAILURE" not in " ".join(await host.seen())


async def test_a_token_that_is_not_good_buys_nothing(stage: Stage, host: Host) -> None:
    minting = Minting(stage)
    minting.given = iter(["no-token-of-anybody"])

    await host.start(TRUSTED, view=VIEW, token="callback")

    await host.until("FAILURE", "SDK")
    assert "AuthInit" not in await host.seen()


async def test_a_session_that_went_idle_is_bought_again(stage: Stage, host: Host) -> None:
    minting = Minting(stage)
    await started(host, TRUSTED, token="callback")
    go_idle(stage)

    await host.frame.locator("#again").click()

    await host.until("SUCCESS", times=2)
    await host.shown("signed-in")
    seen = await host.seen()
    assert seen.count("FAILURE IDLE_SESSION_TIMEOUT") == 1
    assert "IdleSessionTimeout" in seen
    assert seen.count("AuthInit") == 2
    assert len(minting.tokens) == 2


async def test_a_session_is_bought_again_with_the_token_that_the_host_still_has(
    stage: Stage, host: Host
) -> None:
    """The SDK finds its token good, so it signs in nowhere: the page has to."""
    minting = Minting(stage, validity_time_in_sec=86_400)
    await started(host, TRUSTED, token="callback")
    go_idle(stage)

    await host.frame.locator("#again").click()

    await host.until("SUCCESS", times=2)
    assert len(minting.tokens) == 1


async def test_a_host_that_offers_a_bad_token_for_an_idle_session_fails_without_a_loop(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host, TRUSTED, token="callback")
    go_idle(stage)
    minting.given = repeat("no-token-of-anybody")

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "SDK")
    await host.shown("waiting")
    seen = await host.seen()
    assert seen.count("IdleSessionTimeout") == 1
    assert seen.count("getAuthToken") == 2
    assert "LOGOUT" not in seen


async def test_another_org_of_the_session_is_shown_when_the_host_asks(
    stage: Stage, host: Host
) -> None:
    await host.start("Basic", view={**VIEW, "overrideOrgId": stage.north}, **BASIC)

    await host.shown("signed-in")
    await host.says(f"north ({stage.north})")
    assert "Error" not in await host.seen()


async def test_a_session_that_ended_is_opened_again_by_a_host_with_auto_login(
    stage: Stage, host: Host
) -> None:
    logins: list[str] = []
    host.page.on("request", lambda one: logins.append(one.url) if one.method == "POST" else None)
    await started(host, autoLogin=True)
    await end_sessions(stage)

    await host.frame.locator("#again").click()

    await host.until("SUCCESS", times=2)
    await host.shown("signed-in")
    seen = await host.seen()
    assert (seen.count("AuthExpire"), seen.count("FAILURE EXPIRY")) == (1, 1)
    assert len([one for one in logins if one.endswith("/session/login")]) == 2


async def test_a_session_that_went_idle_without_auto_login_leaves_the_frame(
    stage: Stage, host: Host
) -> None:
    await started(host)
    go_idle(stage)

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "EXPIRY")
    await host.shown("stopped")
    await host.says("The session has ended")


async def test_a_session_that_somebody_ended_is_a_sign_out(stage: Stage, host: Host) -> None:
    await started(host)
    await end_sessions(stage)

    await host.frame.locator("#again").click()

    await host.until("AuthLogout")
    assert "LOGOUT" in await host.seen()
    assert "AuthExpire" not in await host.seen()


async def test_nobody_signed_in_is_a_failure_that_the_host_shows(
    host: Host, context: BrowserContext
) -> None:
    await started(host)
    await context.clear_cookies()

    await host.trigger("Reload")

    await host.until("FAILURE", "OTHER")
    assert "AuthFailure" in await host.seen()
    assert "Not logged in" in await host.page.locator("#embed").inner_text()


async def test_signing_out_in_the_page_ends_the_session_first(
    stage: Stage, host: Host, context: BrowserContext
) -> None:
    await started(host)
    cookie = next(one for one in await context.cookies() if one["name"] == "JSESSIONID")

    await host.frame.locator("#sign-out").click()

    await host.until("AuthLogout")
    assert "LOGOUT" in await host.seen()
    assert (await stage.here.whoami(cookie=cookie["value"])).status_code == 401
    assert await context.cookies() == []


async def test_signing_out_by_the_host_ends_the_session(
    stage: Stage, host: Host, context: BrowserContext
) -> None:
    await started(host)
    cookie = next(one for one in await context.cookies() if one["name"] == "JSESSIONID")

    await host.page.evaluate("host.logout()")

    await host.until("LOGOUT")
    await host.frame.owner.wait_for(state="detached")
    assert (await stage.here.whoami(cookie=cookie["value"])).status_code == 401


async def test_where_the_host_leaves_it_to_the_page_one_signs_in_there(host: Host) -> None:
    await host.start("None", view=VIEW)
    await host.shown("sign-in")
    assert "AuthInit" not in await host.seen()

    await host.frame.get_by_label("Name").fill("mira")
    await host.frame.get_by_label("Password").fill("not-this-one")
    await host.frame.get_by_role("button", name="Sign in").click()
    await host.frame.get_by_role("alert").filter(has_text="not right").wait_for()
    await host.frame.get_by_label("Password").fill(PASSWORD)
    await host.frame.get_by_role("button", name="Sign in").click()

    await host.until("SUCCESS")
    await host.shown("signed-in")
    assert "FAILURE" not in " ".join(await host.seen())


async def test_a_host_that_wants_no_sign_in_form_gets_none(host: Host) -> None:
    await host.start("None", view=VIEW, disableLoginRedirect=True)

    await host.until("AuthFailure")
    await host.shown("stopped")
    assert await host.frame.locator("form").count() == 0
    assert "FAILURE" not in " ".join(await host.seen())


async def test_blocked_cookies_are_told_as_such(lax: Stage, context: BrowserContext) -> None:
    host = await Host.open(await context.new_page(), lax.host, lax.server)

    await host.start("Basic", view=VIEW, **BASIC)

    await host.until("NoCookieAccess")
    seen = await host.seen()
    assert [one for one in seen if one.startswith("FAILURE")] == ["FAILURE NO_COOKIE_ACCESS"]
    assert "AuthInit" not in seen
    assert len(host.alerts) == 1
    assert "cookie" in host.alerts[0].lower()


async def test_cookies_that_are_not_partitioned_are_blocked_too(
    unpartitioned: Stage, context: BrowserContext
) -> None:
    host = await Host.open(await context.new_page(), unpartitioned.host, unpartitioned.server)

    await host.start("Basic", view=VIEW, suppressErrorAlerts=True, **BASIC)

    await host.until("NoCookieAccess")
    assert "FAILURE OTHER" not in await host.seen()


async def test_over_https_and_under_names_it_is_the_same(
    secure: Stage, context: BrowserContext
) -> None:
    host = await Host.open(await context.new_page(), secure.host, secure.server)

    await started(host)

    assert {(one["name"], one["secure"], one["sameSite"]) for one in await context.cookies()} == {
        ("JSESSIONID", True, "None"),
        ("clientId", True, "None"),
    }
    go_idle(secure)
    await host.frame.locator("#again").click()
    await host.until("FAILURE", "EXPIRY")
    assert "FAILURE NO_COOKIE_ACCESS" not in await host.seen()


async def test_a_host_of_the_same_site_needs_no_special_cookie(
    lax: Stage, context: BrowserContext
) -> None:
    host = await Host.open(await context.new_page(), lax.neighbour, lax.server)

    await started(host)

    assert "FAILURE" not in " ".join(await host.seen())
