"""Accounts in a real browser, by keyboard alone."""

from typing import Literal

import pytest
from playwright.async_api import Locator, expect

from tests.console.window import MARKS, Stage, complaints

pytestmark = MARKS
NEW = "Another-horse-battery-2"
MOST_STEPS = 60


async def step_to(stage: Stage, target: Locator) -> None:
    """Go on with the Tab key until the target is reached."""
    for _ in range(MOST_STEPS):
        if await target.evaluate("one => one === document.activeElement"):
            return
        await stage.tab.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached")


async def test_the_list_follows_what_is_typed(stage: Stage) -> None:
    """By keyboard alone, from the top of the page to the account."""
    for name in ("mira", "otto"):
        await stage.here.account(name, password=None)
    tab = await stage.go("accounts")
    await step_to(stage, tab.get_by_label("Begins with"))

    await tab.keyboard.type("mi")

    await expect(tab.get_by_role("row")).to_have_count(2)
    await expect(tab).to_have_url(stage.at("accounts") + "?text=mi&by=name&status=&group=&org=")
    await step_to(stage, tab.get_by_role("link", name="mira"))
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("heading", level=1)).to_have_text("mira")


async def test_an_account_is_made_by_keyboard(stage: Stage) -> None:
    tab = await stage.go("accounts/new")
    for label, text in (
        ("Name", "mira"),
        ("Display name", "Mira Holt"),
        ("E-mail", "mira@example.com"),
        ("Password", NEW),
        ("Your own password", stage.password),
    ):
        field = tab.get_by_label(label, exact=label in {"Name", "Password"})
        await step_to(stage, field)
        await tab.keyboard.type(text)
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("heading", level=1)).to_have_text("Mira Holt")
    await expect(tab.get_by_role("status")).to_have_text("The account is there.")


async def test_an_account_is_put_into_a_group_and_forced_out_by_keyboard(stage: Stage) -> None:
    """The groups are offered while one types."""
    mira = await stage.here.account()
    await stage.here.group("analysts", "DATADOWNLOADING")
    cookie = await stage.here.login()
    tab = await stage.go(f"accounts/{mira.id}")

    await step_to(stage, tab.get_by_text("Put it into a group"))
    await tab.keyboard.press("Enter")
    await step_to(stage, tab.get_by_label("Group of Primary"))
    await tab.keyboard.type("ana")
    await expect(tab.locator("#offered-groups option")).to_have_count(1)
    await tab.keyboard.type("lysts")
    await step_to(stage, tab.locator("#put-in-proof"))
    await tab.keyboard.type(stage.password)
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("The groups are changed")
    await expect(tab.get_by_role("row", name="DATADOWNLOADING")).to_contain_text("group analysts")
    await step_to(stage, tab.get_by_text("Force it out"))
    await tab.keyboard.press("Enter")
    await step_to(stage, tab.get_by_role("button", name="Force mira out"))
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("status")).to_have_text("All that the account held has ended.")
    assert (await stage.here.whoami(cookie=cookie)).status_code == 401


async def test_an_account_is_deleted_once_its_name_was_typed(stage: Stage) -> None:
    mira = await stage.here.account()
    tab = await stage.go(f"accounts/{mira.id}")
    await step_to(stage, tab.get_by_text("Delete the account"))
    await tab.keyboard.press("Enter")
    typed = tab.get_by_label("To be sure, type its name: mira")

    await step_to(stage, typed)
    await tab.keyboard.type("otto")
    await step_to(stage, tab.locator("#remove-proof"))
    await tab.keyboard.type(stage.password)
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("alert")).to_contain_text("is not mira")
    await expect(typed).to_be_visible()
    await step_to(stage, typed)
    await tab.keyboard.press("ControlOrMeta+a")
    await tab.keyboard.type("mira")
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status").first).to_have_text("The account is deleted.")
    await expect(tab.get_by_role("link", name="mira")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_what_is_folded_away_keeps_the_guidelines_too(
    stage: Stage, theme: Literal["light", "dark"]
) -> None:
    """And so does a refusal, and the page of an activation link, in a narrow window."""
    mira = await stage.here.account()
    await stage.here.group("analysts")
    await stage.here.put_in("analysts", "mira")
    await stage.tab.emulate_media(color_scheme=theme)
    await stage.tab.set_viewport_size({"width": 360, "height": 900})
    tab = await stage.go(f"accounts/{mira.id}")
    await tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert await complaints(tab) == []
    assert await tab.evaluate("document.documentElement.scrollWidth") <= 360

    await tab.get_by_label("New password").fill("short")
    await tab.locator("#password-proof").fill(stage.password)
    await tab.get_by_role("button", name="Set the password").click()
    await expect(tab.get_by_role("alert")).to_contain_text("at least 8")
    assert await complaints(tab) == []
    await tab.get_by_text("Make an activation link").click()
    await tab.get_by_role("button", name="Deactivate it and make a link").click()

    await expect(tab.get_by_role("heading", level=1)).to_have_text("Activation link of mira")
    assert await complaints(tab) == []
    assert await tab.evaluate("document.documentElement.scrollWidth") <= 360
