"""Trusted authentication without cookies: the token is the host's, the page keeps it in memory."""

from playwright.async_api import BrowserContext

from tests.embed.acting import COOKIELESS, ELSEWHERE, LIVEBOARD, VIEW, Minting, is_good, revoke
from tests.embed.conftest import MARKS, Stage
from tests.embed.hosting import Host

pytestmark = MARKS


async def started(host: Host, **config: object) -> None:
    """Embed a Liveboard with tokens, until the page has shown who is signed in."""
    await host.start(COOKIELESS, **{"token": "callback", "view": VIEW, **config})
    await host.until("SUCCESS")
    await host.shown("signed-in")


async def test_a_token_alone_signs_in_where_third_party_cookies_are_blocked(
    stage: Stage, host: Host, context: BrowserContext
) -> None:
    Minting(stage)

    await started(host)

    seen = await host.seen()
    order = ["SDK_SUCCESS", "EmbedListenerReady", "APP_INIT", "AuthInit", "RouteChange", "Data"]
    assert [one for one in seen if one in order] == order
    assert {"Init", "Load", "LiveboardRendered"} <= set(seen)
    assert seen.count("SUCCESS") == 1
    assert "FAILURE" not in " ".join(seen)
    assert await host.data("AuthInit") == [{"userGUID": stage.mira}]
    assert await host.data("RouteChange") == [{"currentPath": f"/embed/viz/{LIVEBOARD}"}]
    assert await context.cookies() == []
    assert host.alerts == []
    assert not [line for line in host.logged if "Content Security Policy" in line]


async def test_the_page_shows_account_org_limit_and_entitlements_and_that_it_stands_in(
    stage: Stage, host: Host
) -> None:
    Minting(stage, object_id=LIVEBOARD)

    await started(host)

    for shown in ("Mira Holt (mira)", "mira@example.com", "Primary (0)", LIVEBOARD, "analysts"):
        await host.says(shown)
    await host.says("DATADOWNLOADING")
    header = await host.frame.locator("header").inner_text()
    assert "stands in for ThoughtSpot" in header
    assert host.page.url.rstrip("/") in header


async def test_an_endpoint_serves_as_well_as_a_callback(stage: Stage, host: Host) -> None:
    Minting(stage)

    await started(host, token="endpoint")

    assert "AuthInit" in await host.seen()


async def test_without_a_token_nothing_is_embedded(stage: Stage, host: Host) -> None:
    stage.backend.mint = None

    await host.start(COOKIELESS, token="callback", view=VIEW)

    await host.until("FAILURE", "SDK")
    assert "AuthInit" not in await host.seen()


async def test_a_revoked_token_is_replaced_once_and_the_frame_goes_on(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)
    assert len(minting.tokens) == 1
    await revoke(stage, minting.tokens[0])

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "EXPIRY")
    await host.shown("signed-in")
    seen = await host.seen()
    assert seen.count("AuthExpire") == 1
    assert seen.count("FAILURE EXPIRY") == 1
    assert len(minting.tokens) == 2
    await host.again()
    assert await host.seen() == seen, "with the new token there is nothing to tell"


async def test_without_auto_login_the_host_is_told_and_the_frame_stays(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host, autoLogin=False)
    await revoke(stage, minting.tokens[0])

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "EXPIRY")
    await host.shown("stopped")
    await host.says("The token has ended")
    assert len(minting.tokens) == 1
    assert "AuthFailure" not in await host.seen()


async def test_a_token_is_renewed_once_in_its_life_before_it_ends(stage: Stage, host: Host) -> None:
    await host.page.clock.install()
    minting = Minting(stage, validity_time_in_sec=300)
    await started(host)

    for tokens in (2, 3):
        # A fifth before the end: after 240 of 300 seconds.
        stage.here.clock.advance(seconds=238)
        await host.page.clock.fast_forward(238_000)
        assert len(minting.tokens) == tokens - 1
        stage.here.clock.advance(seconds=4)
        async with host.redrawn():
            await host.page.clock.fast_forward(4_000)
        assert (await host.seen()).count("RefreshAuthToken") == tokens - 1
        await renewed(host, stage, minting, tokens)

    seen = await host.seen()
    assert "AuthExpire" not in seen
    assert "FAILURE" not in " ".join(seen)


async def renewed(host: Host, stage: Stage, minting: Minting, tokens: int) -> None:
    """The page uses the new token: the old one may go, and nobody notices."""
    assert len(minting.tokens) == tokens
    await revoke(stage, minting.tokens[-2])
    await host.again()


async def test_where_the_host_wants_no_renewal_the_end_is_waited_for(
    stage: Stage, host: Host
) -> None:
    await host.page.clock.install()
    minting = Minting(stage, validity_time_in_sec=300)
    await started(host, view={**VIEW, "refreshAuthTokenOnNearExpiry": False})

    stage.here.clock.advance(seconds=302)
    await host.page.clock.fast_forward(302_000)

    await host.until("FAILURE", "EXPIRY")
    await host.shown("signed-in")
    seen = await host.seen()
    assert (seen.count("AuthExpire"), seen.count("RefreshAuthToken")) == (1, 0)
    assert len(minting.tokens) == 2


async def test_a_host_that_repeats_a_dead_token_hears_of_it_once_and_no_loop_begins(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)
    dead = minting.tokens[0]
    minting.given = iter([dead])
    await revoke(stage, dead)

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "EXPIRY")
    seen = await host.seen()
    failures = [one for one in seen if one.startswith("FAILURE")]
    assert failures == ["FAILURE OTHER", "FAILURE EXPIRY"]
    assert seen.count("AuthExpire") == 1
    assert len(host.alerts) == 1
    assert "uplicate" in host.alerts[0]


async def test_a_host_that_offers_another_bad_token_fails_without_an_alert(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)
    other = await stage.here.token("mira")
    await revoke(stage, other)
    minting.given = iter([other])
    await revoke(stage, minting.tokens[0])

    await host.frame.locator("#again").click()

    await host.until("FAILURE", "EXPIRY")
    assert "FAILURE OTHER" in await host.seen()
    assert host.alerts == []


async def test_another_object_than_the_tokens_is_an_error_after_auth_init(
    stage: Stage, host: Host
) -> None:
    Minting(stage, object_id=ELSEWHERE)

    await host.start(COOKIELESS, token="callback", view=VIEW)

    await host.until("Error")
    seen = await host.seen()
    assert seen.index("AuthInit") < seen.index("Error")
    assert "LiveboardRendered" not in seen
    assert (await host.data("Error"))[0]["code"] == "OBJECT_NOT_ALLOWED"
    await host.says("limited to another object")


async def test_an_org_that_is_not_the_callers_is_an_error_after_auth_init(
    stage: Stage, host: Host
) -> None:
    Minting(stage)

    await host.start(COOKIELESS, token="callback", view={**VIEW, "overrideOrgId": 4711})

    await host.until("Error")
    seen = await host.seen()
    assert seen.index("AuthInit") < seen.index("Error")
    assert (await host.data("Error"))[0]["code"] == "ORG_NOT_ALLOWED"


async def test_a_token_of_somebody_else_is_told_before_the_host_hears_of_the_new_user(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)
    minting.username, minting.wish = "lena", {"org_id": stage.north}
    await revoke(stage, minting.tokens[0])

    await host.frame.locator("#again").click()

    await host.until("SUCCESS", times=2)
    seen = await host.seen()
    assert seen.index("CLEAR_INFO_CACHE") < len(seen) - 1 - seen[::-1].index("AuthInit")
    await host.says("Lena Vogt")


async def test_signing_out_in_the_page_ends_the_token_first(stage: Stage, host: Host) -> None:
    minting = Minting(stage)
    await started(host)

    await host.frame.locator("#sign-out").click()

    await host.until("AuthLogout")
    assert "LOGOUT" in await host.seen()
    assert not await is_good(stage, minting.tokens[0])
    assert len(minting.tokens) == 1


async def test_signing_out_by_the_host_ends_the_token_and_removes_the_frame(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)

    await host.page.evaluate("host.logout()")

    await host.until("LOGOUT")
    await host.frame.owner.wait_for(state="detached")
    assert not await is_good(stage, minting.tokens[0])


async def test_the_token_is_kept_in_memory_alone(stage: Stage, context: BrowserContext) -> None:
    """On the server's own site, where the frame could store things."""
    host = await Host.open(await context.new_page(), stage.neighbour, stage.server)
    minting = Minting(stage)
    heard = """() => {
        host.heard = [];
        addEventListener("message", one => host.heard.push(JSON.stringify(one.data)));
    }"""
    await host.page.evaluate(heard)

    await started(host)

    frame = host.page.frames[1]
    kept = await frame.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie,"
        " document.documentElement.outerHTML, history.state])"
    )
    said = " ".join(await host.page.evaluate("host.heard"))
    assert "authInit" in said
    for token in minting.tokens:
        assert token not in kept
        assert token not in said
        assert token not in " ".join(host.logged)
