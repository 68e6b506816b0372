"""Trusted authentication in a real browser, by the keyboard alone."""

from typing import Literal

import pytest
from playwright.async_api import Page as Tab

from tests.console.people import peopled
from tests.console.window import MARKS, Stage, complaints, press, walk_to
from tests.world import HERE

pytestmark = MARKS
PATH = "develop/security"


async def copied(tab: Tab) -> str:
    """Copy the key, where the cursor is already, and return what the clipboard has."""
    assert await tab.evaluate("document.activeElement.matches('[data-copies=key]')")
    await tab.keyboard.press("Enter")
    await tab.get_by_text("Copied", exact=True).wait_for()
    text = await tab.evaluate("navigator.clipboard.readText()")
    assert isinstance(text, str)
    return text


async def test_on_show_copy_rotate_off(stage: Stage) -> None:
    """The key that is copied is the one that works, until it is switched off."""
    await stage.context.grant_permissions(
        ["clipboard-read", "clipboard-write"], origin=stage.server
    )
    await stage.here.account("mira")
    said: list[str] = []
    stage.tab.on("console", lambda message: said.append(message.text))
    tab = await stage.go(PATH)

    await walk_to(tab, "summary.switch:not(.on)")
    await tab.keyboard.press("Enter")
    await walk_to(tab, "#cluster-on-proof")
    await tab.keyboard.type(stage.password)
    await press(tab, "Enter")
    first = await copied(tab)
    secrets = await stage.here.core.trusted.secrets_of(stage.here.by, HERE, None)
    assert [one.text for one in secrets] == [first]

    await stage.go(PATH)
    assert first not in await tab.content()
    await walk_to(tab, "button[aria-label='Show: the key default']")
    await press(tab, "Space")
    assert await copied(tab) == first

    await walk_to(tab, "details:has(#cluster-rotate-label) > summary")
    await tab.keyboard.press("Space")
    await walk_to(tab, "details[open]:has(#cluster-rotate-label) button")
    await press(tab, "Enter")
    second = await copied(tab)
    assert second != first
    await stage.here.token(secret_key=first)
    await stage.here.token(secret_key=second)

    await walk_to(tab, "summary.switch.on")
    await tab.keyboard.press("Enter")
    await walk_to(tab, "#cluster-off-end_tokens-true")
    await tab.keyboard.press("Space")
    await walk_to(tab, "details[open] button.danger")
    await press(tab, "Enter")
    await tab.get_by_text("Trusted authentication is off, and its keys have ended.").wait_for()
    assert await stage.here.core.trusted.secrets_of(stage.here.by, HERE, None) == []
    assert not said


async def test_one_ones_own_sessions_ends_by_keyboard(stage: Stage) -> None:
    cookie = await stage.here.login("tsadmin", stage.password)
    other = await stage.here.core.gate.principal(bearer=None, cookie=cookie)
    tab = await stage.go("own")
    await walk_to(tab, "#prove-proof")
    await tab.keyboard.type(stage.password)
    await press(tab, "Enter")

    await walk_to(tab, f"details:has(input[value='session:{other.credential_id}']) > summary")
    await tab.keyboard.press("Enter")
    await walk_to(tab, "details[open] button.danger")
    await press(tab, "Enter")

    await tab.get_by_text("It has ended").wait_for()
    assert (await stage.here.whoami(cookie=cookie)).status_code == 401


@pytest.mark.parametrize("path", ["sessions?account=mira", "own", PATH])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_what_is_folded_away_is_as_accessible(
    stage: Stage, path: str, theme: Literal["light", "dark"]
) -> None:
    """WCAG 2 A and AA by axe-core with every fold open, in a narrow window; a shown key, too."""
    await peopled(stage.here)
    await stage.tab.emulate_media(color_scheme=theme)
    await stage.tab.set_viewport_size({"width": 360, "height": 900})
    tab = await stage.go("own")
    await tab.locator("#prove-proof").fill(stage.password)
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Go on").click()
    await stage.here.token("tsadmin", password=stage.password)

    for proved in (True, False):
        if not proved:
            stage.here.clock.advance(minutes=6)
        await stage.go(path)
        if path == PATH and proved:
            async with tab.expect_navigation():
                await tab.locator("button[aria-label='Show: the key default']").click()
            await tab.locator("#key").wait_for()
        await tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert not await complaints(tab)
        wide = await tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
