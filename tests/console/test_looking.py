"""The first page and the audit trail in a browser: by keyboard alone, and while one waits."""

from playwright.async_api import Page as Tab

from tests.console.window import MARKS, Stage

pytestmark = MARKS
WRONG = {"username": "mira", "password": "not-hers-at-all-3"}


async def press(tab: Tab, *keys: str) -> None:
    for key in keys:
        await tab.keyboard.press(key)


async def at(tab: Tab) -> str:
    """Return the id of what has the focus, else its words."""
    found = await tab.evaluate("document.activeElement.id || document.activeElement.textContent")
    return str(found).strip()


async def reach(tab: Tab, target: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        if await at(tab) == target:
            return
        await tab.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


async def test_by_keyboard_from_an_event_to_why_it_was_refused(stage: Stage) -> None:
    await stage.here.account("mira")
    await stage.here.post("auth/session/login", WRONG)
    tab = await stage.go("audit")

    await reach(tab, "person")
    await tab.keyboard.type("mira")
    await tab.locator("#rows code", has_text="session.open").wait_for(state="detached")
    await reach(tab, "result")
    await tab.keyboard.type("Refused")
    await tab.locator("#rows code", has_text="account.create").wait_for(state="detached")
    assert "person=mira" in tab.url
    assert "result=refused" in tab.url
    await reach(tab, "Details")
    await press(tab, "Enter")
    assert "wrong_credentials" not in await tab.locator("#rows details").inner_text()
    assert '"status": "ACTIVE"' in await tab.locator("#rows details").inner_text()
    await reach(tab, "Why?")
    await press(tab, "Enter")
    await tab.get_by_role("heading", name="v2_0 login was refused").wait_for()

    assert await tab.get_by_text("the password is not that of mira").is_visible()


async def test_by_keyboard_the_search_works_with_its_button_too(stage: Stage) -> None:
    tab = await stage.go("audit")

    await reach(tab, "from")
    await tab.keyboard.type("06012026")
    await press(tab, "Tab")
    await tab.keyboard.type("1200PM")
    await reach(tab, "Find")
    await press(tab, "Enter")
    await tab.wait_for_url("**/audit?*from=2026-06-01T12%3A00*")

    assert await tab.locator("#rows").get_by_text("store.found").is_visible()


async def test_a_download_is_saved_under_its_name(stage: Stage) -> None:
    tab = await stage.go("audit")

    async with tab.expect_download() as started:
        await reach(tab, "Download these as JSON lines")
        await press(tab, "Enter")
    download = await started.value

    assert download.suggested_filename.startswith("gatepass-audit-")
    assert "store.found" in (await download.path()).read_text("utf-8")


async def test_figures_follow_and_leave_focus_and_open_details_alone(stage: Stage) -> None:
    await stage.here.account("mira")
    await stage.here.account("ned")
    await stage.here.post("auth/session/login", WRONG)
    tab = stage.tab
    await tab.clock.install()
    await stage.go()
    await reach(tab, "The numbers")
    await press(tab, "Enter")
    last = tab.locator("#plot-rows tr").last.locator("td").first
    before = int(await last.inner_text())

    await stage.here.login("ned")
    await stage.here.core.write_tallies()
    await tab.clock.fast_forward(31_000)
    await last.get_by_text(str(before + 2)).or_(last.get_by_text(str(before + 1))).wait_for()

    assert await at(tab) == "The numbers"
    assert await tab.locator("details").get_attribute("open") is not None
    (unlock,) = await tab.locator("[id^=unlock-]").all()
    name = str(await unlock.get_attribute("id"))
    await reach(tab, name)
    await stage.here.post("auth/session/login", WRONG)
    async with tab.expect_response("**/console/?span=hours&round=2"):
        await tab.clock.fast_forward(31_000)
    await tab.locator("#guesses td.number", has_text="2").first.wait_for()
    assert await at(tab) == name


async def test_by_keyboard_another_span_is_chosen(stage: Stage) -> None:
    tab = await stage.go()

    await reach(tab, "span-days")
    await press(tab, "Enter")
    await tab.get_by_role("heading", name="The last 30 days").wait_for()

    assert await tab.locator("#span-days").get_attribute("aria-current") == "true"
