"""The page in its frame: whom it speaks to, what it answers, how it lies in the host page."""

import pytest
from playwright.async_api import BrowserContext

from tests.embed.acting import COOKIELESS, LIVEBOARD, VIEW, Minting, revoke
from tests.embed.conftest import MARKS, Stage
from tests.embed.hosting import Host

pytestmark = MARKS


async def started(host: Host, **config: object) -> None:
    await host.start(COOKIELESS, **{"token": "callback", "view": VIEW, **config})
    await host.until("SUCCESS")
    await host.shown("signed-in")


async def test_a_host_that_is_not_on_the_list_may_not_frame_it(
    stage: Stage, context: BrowserContext
) -> None:
    Minting(stage)
    host = await Host.open(await context.new_page(), stage.stranger, stage.server)
    asked: list[str] = []
    host.page.on("request", lambda request: asked.append(request.url))

    await host.start(COOKIELESS, token="callback", view=VIEW)

    await host.until("Load")
    await host.alerted.wait()
    assert any(one.startswith(f"{stage.server}/?") for one in asked)
    assert f"{stage.server}/embed/main.js" not in asked
    assert "AuthInit" not in await host.seen()
    assert "CSP" in host.alerts[0]
    assert any("frame-ancestors" in line for line in host.logged)


@pytest.mark.parametrize(
    "shown",
    [
        ("LiveboardEmbed", VIEW, "/", f"/embed/viz/{LIVEBOARD}"),
        ("LiveboardEmbed", {**VIEW, "enableV2Shell_experimental": True}, "/v2/", "/embed/viz/"),
        ("AppEmbed", {"pageId": "home"}, "/", "/home"),
        ("SearchEmbed", {}, "/v2/", "/embed/answer"),
    ],
    ids=["LiveboardEmbed", "LiveboardEmbed-v2", "AppEmbed", "SearchEmbed"],
)
async def test_each_class_of_the_sdk_comes_up(
    stage: Stage, host: Host, shown: tuple[str, dict[str, object], str, str]
) -> None:
    show, view, path, route = shown
    Minting(stage)

    await started(host, show=show, view=view)

    assert host.page.frames[1].url.startswith(f"{stage.server}{path}?")
    assert (await host.data("RouteChange"))[0]["currentPath"].startswith(route)
    assert {"Init", "Load", "AuthInit", "Data"} <= set(await host.seen())
    assert ("LiveboardRendered" in await host.seen()) == (show == "LiveboardEmbed")
    assert host.alerts == []


async def test_a_server_named_localhost_is_asked_without_v2(
    stage: Stage, context: BrowserContext
) -> None:
    server = stage.server.replace("127.0.0.1", "localhost")
    host = await Host.open(await context.new_page(), stage.neighbour, server)
    Minting(stage)

    await started(host, show="SearchEmbed", view={})

    assert host.page.frames[1].url.startswith(f"{server}/?")
    assert "AuthInit" in await host.seen()


async def test_a_token_that_the_host_brings_by_itself_is_used_from_then_on(
    stage: Stage, host: Host
) -> None:
    minting = Minting(stage)
    await started(host)
    await revoke(stage, minting.tokens[0])

    async with host.redrawn():
        await host.trigger("UpdateEmbedParams", {"authToken": await minting()})

    assert "AuthExpire" not in await host.seen()


async def test_flags_that_come_packed_are_read(stage: Stage, host: Host) -> None:
    Minting(stage)

    await started(host, shouldEncodeUrlQueryParams=True)

    assert "base64UrlEncodedFlags=" in host.page.frames[1].url
    assert "LiveboardRendered" in await host.seen()


async def test_the_frame_becomes_as_high_as_the_page_says(stage: Stage, host: Host) -> None:
    Minting(stage)

    await started(host, view={**VIEW, "fullHeight": True, "defaultHeight": 100})

    await host.until("EmbedHeight")


async def test_every_host_event_is_answered_at_once(stage: Stage, host: Host) -> None:
    Minting(stage)
    await started(host)

    assert await host.trigger("SetVisibleVizs", ["x"]) == {
        "type": "SetPinboardVisibleVizs",
        "data": {},
    }
    assert await host.trigger("Navigate", "pinboards") == {"type": "Navigate", "data": {}}
    await host.until("RouteChange", times=2)
    assert (await host.data("RouteChange"))[-1] == {"currentPath": "/pinboards"}
    await host.noted("← InfoSuccess")


async def test_a_host_event_that_was_held_back_arrives(stage: Stage, host: Host) -> None:
    Minting(stage)

    await started(host)

    await host.until("context")
    answer = {"type": "GetPageContext", "data": {"currentPath": f"/embed/viz/{LIVEBOARD}"}}
    assert await host.data("context") == [answer]


async def test_what_another_window_sends_is_not_heard(stage: Stage, host: Host) -> None:
    Minting(stage)
    await started(host)
    forge = """() => new Promise(resolve => {
        const other = document.createElement("iframe");
        other.srcdoc = `<script>
            parent.frames[0].postMessage({type: "EmbedDestroyed", data: {}}, "*");
            parent.postMessage("forged", "*");
        </script>`;
        addEventListener("message", ({data}) => { if (data === "forged") resolve(); });
        document.body.append(other);
    })"""

    await host.page.evaluate(forge)

    await host.trigger("SetVisibleVizs", ["x"])
    notes = " ".join(await host.notes())
    assert "SetPinboardVisibleVizs" in notes
    assert "EmbedDestroyed" not in notes
    await host.again()


async def test_the_start_page_and_the_bare_embed_page_say_what_they_are(
    stage: Stage, context: BrowserContext
) -> None:
    page = await context.new_page()
    broken: list[str] = []
    page.on("console", lambda line: broken.append(line.text))

    await page.goto(stage.server)
    await page.get_by_role("link", name="Sign in").wait_for()
    await page.goto(f"{stage.server}/v2/")
    await page.get_by_text("Visual Embed SDK").wait_for()
    await page.get_by_role("link", name="The start page").click()
    await page.wait_for_url(f"{stage.server}/")

    assert broken == []


async def test_the_last_stop_of_a_popup_tells_listed_hosts_only(
    stage: Stage, context: BrowserContext
) -> None:
    opened = """server => new Promise(resolve => {
        addEventListener("message", ({data}) => resolve(data));
        window.popup = open(server + "/v2/#/embed/saml-complete");
    })"""
    for address, told in ((stage.host, True), (stage.stranger, False)):
        page = await context.new_page()
        await page.goto(address)
        async with page.expect_popup() as popup:
            answer = page.evaluate(opened, stage.server) if told else None
            if told:
                assert await answer == {"type": "samlComplete"}  # type: ignore[misc]
            else:
                await page.evaluate(f"void ({opened})('{stage.server}')")
        shown = (await popup.value).locator("#state[data-now=stopped]")
        await shown.wait_for()
