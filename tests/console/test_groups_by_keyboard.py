"""Groups, roles and Orgs in a real browser, by keyboard alone."""

import re

from playwright.async_api import Page as Tab
from playwright.async_api import expect

from tests.console.window import MARKS, Stage

pytestmark = MARKS


async def come_to(tab: Tab, name: str, role: str = "") -> None:
    """Press the tabulator until the cursor is on what is called so."""
    for _ in range(150):
        await tab.keyboard.press("Tab")
        found = await tab.evaluate(
            "() => { const it = document.activeElement;"
            " const label = it.labels && it.labels[0];"
            " return [it.tagName, it.getAttribute('aria-label')"
            " || (label ? label.textContent : it.textContent)]; }"
        )
        if (not role or found[0] == role) and found[1].strip().startswith(name):
            return
    raise AssertionError(f"no key leads to {name}")


async def test_a_group_is_made_filled_and_found(stage: Stage) -> None:
    await stage.here.account("mira")
    tab = await stage.go("groups/new")
    await come_to(tab, "Name")
    await tab.keyboard.type("analysts")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("status")).to_contain_text("The group is made.")

    await come_to(tab, "Put accounts in", "SUMMARY")
    await tab.keyboard.press("Enter")
    await come_to(tab, "Accounts", "TEXTAREA")
    await tab.keyboard.type("mira")
    await come_to(tab, "Put in", "BUTTON")
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("They are in the group now.")
    await expect(tab.get_by_role("link", name="mira")).to_be_visible()
    await stage.go("groups")
    await come_to(tab, "Find by name", "INPUT")
    await tab.keyboard.type("ana")
    await expect(tab.get_by_role("link", name="All", exact=True)).to_be_hidden()
    await expect(tab.get_by_role("link", name="analysts")).to_be_visible()
    await expect(tab).to_have_url(re.compile("find=ana"))
    await expect(tab.get_by_label("Find by name")).to_be_focused()


async def test_privileges_are_ticked_after_the_password_was_shown(stage: Stage) -> None:
    made = await stage.here.group("analysts")
    tab = await stage.go(f"groups/{made.id}")
    await come_to(tab, "Change what the group grants", "SUMMARY")
    await tab.keyboard.press("Enter")
    await come_to(tab, "USER_ADMINISTRATION", "INPUT")
    await tab.keyboard.press("Space")
    await come_to(tab, "Your own password", "INPUT")
    await tab.keyboard.type(stage.password)
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("is changed")
    row = tab.get_by_role("row").filter(has_text="USER_ADMINISTRATION")
    await expect(row).to_contain_text("this group itself")
    await expect(tab.get_by_label("Your own password")).to_have_count(0)


async def test_a_role_is_made(stage: Stage) -> None:
    tab = await stage.go("roles/new")
    await come_to(tab, "Name")
    await tab.keyboard.type("Fetchers")
    await come_to(tab, "DATADOWNLOADING", "INPUT")
    await tab.keyboard.press("Space")
    await come_to(tab, "Your own password", "INPUT")
    await tab.keyboard.type(stage.password)
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("The role is made.")
    await expect(tab.get_by_text("DATADOWNLOADING").first).to_be_visible()


async def test_one_goes_to_work_in_an_org_and_comes_back(stage: Stage) -> None:
    await stage.here.org("north")
    tab = await stage.go("orgs")
    await come_to(tab, "north", "A")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("heading", level=1)).to_have_text("north")
    await come_to(tab, "Work in this Org", "BUTTON")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("button", name="Switch")).to_be_visible()

    await come_to(tab, "Org", "SELECT")
    await tab.keyboard.type("Pri")
    await come_to(tab, "Switch", "BUTTON")
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_text("Org Primary")).to_be_visible()


async def test_an_org_is_shut_after_the_password_was_shown(stage: Stage) -> None:
    north = await stage.here.org("north")
    tab = await stage.go(f"orgs/{north.id}")
    await come_to(tab, "Deactivate the Org", "SUMMARY")
    await tab.keyboard.press("Enter")
    await come_to(tab, "Your own password", "INPUT")
    await tab.keyboard.type(stage.password)
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("The Org is inactive")
    await expect(tab.get_by_role("button", name="Activate the Org")).to_be_visible()
