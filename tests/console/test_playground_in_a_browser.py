"""The playground in a real browser, by keyboard alone."""

import re

import pytest
from playwright.async_api import expect

from tests.console.window import MARKS, Stage, complaints
from tests.world import PASSWORD

pytestmark = MARKS


async def test_one_finds_runs_and_copies_an_operation_by_keyboard(stage: Stage) -> None:
    await stage.here.account(display_name="Mira Holt")
    await stage.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = await stage.go("develop/playground")
    await tab.get_by_label("Search").focus()

    await tab.keyboard.type("users/search")
    await expect(tab.locator("#rows a")).to_have_text(["searchUsers"])
    await tab.locator("#rows a").focus()
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("heading", level=1)).to_have_text("searchUsers")
    await tab.get_by_role("textbox", name="Body").focus()
    await tab.keyboard.press("Control+A")
    await tab.keyboard.type('{"name_pattern": "mira"}')
    await tab.get_by_role("button", name="Run").focus()
    await tab.keyboard.press("Enter")

    answer = tab.get_by_role("region", name="Answer", exact=True)
    await expect(answer).to_contain_text("200 OK")
    await expect(answer).to_contain_text("Mira Holt")
    await tab.get_by_role("button", name="Copy curl").focus()
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_text("Copied")).to_be_visible()
    copied = await tab.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -sSi -X POST {stage.server}/api/rest/2.0/users/search")


async def test_what_changes_something_asks_for_the_password_once(stage: Stage) -> None:
    tab = await stage.go("develop/playground/v2_0/createTag")

    await tab.get_by_role("button", name="Run").click()
    await expect(tab.get_by_role("alert")).to_contain_text("Enter your own password")
    await tab.get_by_label("Your own password").fill(stage.password)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#answer")).to_contain_text('"name": "Sales"')
    await expect(tab.get_by_label("Your own password")).to_have_count(0)


async def test_a_token_is_shown_on_demand_and_acts_when_it_is_pasted(stage: Stage) -> None:
    await stage.here.account()
    tab = await stage.go("develop/playground/v2_0/getFullAccessToken")
    body = f'{{"username": "mira", "password": "{PASSWORD}"}}'
    await tab.get_by_role("textbox", name="Body").fill(body)
    await tab.get_by_role("button", name="Run").click()
    shown = tab.get_by_role("region", name="Body with its secrets")
    await expect(shown).to_be_hidden()
    await tab.get_by_text("Show the body with its secrets").click()
    found = re.search(r"gpf_[\w-]{43}", await shown.inner_text())
    assert found is not None
    assert PASSWORD not in await tab.content()

    tab = await stage.go("develop/playground/v2_0/getCurrentUserInfo")
    await tab.get_by_label("A token").check()
    await tab.get_by_label("Token", exact=True).fill(found[0])
    await tab.get_by_role("button", name="Run").click()

    await expect(tab.locator("#answer")).to_contain_text('"name": "mira"')
    assert found[0] not in await tab.content()


@pytest.mark.parametrize("width", [360, 1280])
async def test_an_answer_is_readable(stage: Stage, width: int) -> None:
    """With every part of the page that an answer adds open, by axe-core."""
    await stage.tab.set_viewport_size({"width": width, "height": 900})
    tab = await stage.go("develop/playground/v2_0/getCurrentUserToken")
    await tab.get_by_label("Your own password").fill(stage.password)
    await tab.get_by_role("button", name="Run").click()
    await tab.get_by_text("Show the body with its secrets").click()
    await tab.get_by_text("Headers", exact=True).click()

    for theme in ("light", "dark"):
        await tab.emulate_media(color_scheme=theme)
        assert not await complaints(tab)
    assert await tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "operation",
    ["v1/getTrustedToken", "v1/login", "v1/loginByToken", "own/endSessions", "v2_0/deleteUser"],
)
async def test_a_form_of_each_kind_is_accessible(stage: Stage, operation: str) -> None:
    """With fields of a form, of a query and of a path; Chromium says what it thinks of it, too."""
    said: list[str] = []
    stage.tab.on("console", lambda message: said.append(message.text))

    tab = await stage.go(f"develop/playground/{operation}")

    assert not await complaints(tab)
    assert not said
