"""Sessions and tokens of others in a real browser, by keyboard alone."""

from playwright.async_api import expect

from tests.console.window import MARKS, Stage, press, walk_to

pytestmark = MARKS


async def test_one_session_of_somebody_is_found_and_ended(stage: Stage) -> None:
    """The other one goes on."""
    await stage.here.account("mira")
    first, second = await stage.here.login(), await stage.here.login()
    ended = (await stage.here.core.gate.principal(bearer=None, cookie=first)).credential_id
    tab = await stage.go("sessions")

    await walk_to(tab, "#account")
    await tab.keyboard.type("mira")
    await press(tab, "Enter")
    await expect(tab.get_by_role("row")).to_have_count(3)
    await walk_to(tab, f"details:has(input[value='session:{ended}']) > summary")
    await tab.keyboard.press("Enter")
    await walk_to(tab, "details[open] input[name=proof]")
    await tab.keyboard.type(stage.password)
    await press(tab, "Enter")

    await expect(tab.get_by_role("status")).to_contain_text("ended")
    assert (await stage.here.whoami(cookie=first)).status_code == 401
    assert (await stage.here.whoami(cookie=second)).status_code == 200


async def test_all_that_somebody_holds_is_ended(stage: Stage) -> None:
    await stage.here.account("mira")
    held = [{"cookie": await stage.here.login()}, {"bearer": await stage.here.token()}]
    tab = await stage.go("sessions?account=mira")

    await walk_to(tab, "details:has(input[value='end-account']) > summary")
    await tab.keyboard.press("Enter")
    await walk_to(tab, "details[open] input[name=proof]")
    await tab.keyboard.type(stage.password)
    await press(tab, "Enter")

    await expect(tab.get_by_role("status")).to_contain_text("ended")
    assert {(await stage.here.whoami(**one)).status_code for one in held} == {401}
