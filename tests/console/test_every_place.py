"""Every page of the console, whatever it is about: reachable, readable, in both themes."""

from typing import Literal

import pytest

from gatepass.pages.console import Handed, Place, places
from gatepass.pages.console.navigation import MENU
from tests.console.people import peopled
from tests.console.visitor import Visitor
from tests.console.window import Stage, complaints
from tests.world import PASSWORD, World

ALL = places(Handed())
PLACES = [place for place in ALL if not place.is_file]
PATHS = [place.path for place in ALL]
NARROW, WIDE = 360, 1280


def leads(item: str, path: str) -> bool:
    """Say whether a place is the one that a line of the menu leads to, or below it."""
    return path == item or (bool(item) and path.startswith(f"{item}/"))


def by_name(place: Place) -> str:
    return place.name


def test_the_menu_leads_to_places() -> None:
    assert {item.path for section in MENU for item in section.items} <= set(PATHS)


def test_places_have_names_of_their_own() -> None:
    assert len({place.name for place in ALL}) == len({place.path for place in ALL}) == len(ALL)


def test_a_word_stands_for_one_sentence_whichever_place_says_it() -> None:
    words = [word for place in PLACES for word in place.said]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("place", PLACES, ids=by_name)
async def test_a_place_is_shown_to_an_administrator(here: World, place: Place) -> None:
    """Its links within the console lead to places, and every form has token and act."""
    samples = await peopled(here)
    admin = await Visitor.signed_in(here)
    path = samples.get(place.path, place.path)

    page = await admin.open(path)

    if page.has_form("prove"):
        page = await admin.done(path, "prove")
    assert page.tags.count("h1") == 1
    for form in page.forms:
        names = {name for name, _ in form}
        assert {"token", "act"} <= names or not names & {"token", "act"}, form


@pytest.mark.parametrize("place", PLACES, ids=by_name)
async def test_a_place_shows_a_member_what_is_its_own_and_nothing_else(
    here: World, place: Place
) -> None:
    """To who administers nothing, what the menu leads others to is refused (checklist 52)."""
    samples = await peopled(here)
    await here.account("plain")
    member = await Visitor.signed_in(here, "plain", PASSWORD)
    (item,) = [item for section in MENU for item in section.items if leads(item.path, place.path)]

    reply = await member.get(samples.get(place.path, place.path))

    assert reply.status_code in ({200} if item.privileges is None else {403, 404})


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.needs("chromium", "node")
@pytest.mark.asyncio(loop_scope="session")
async def test_no_page_violates_the_guidelines_or_its_policy(
    stage: Stage, theme: Literal["light", "dark"], width: int
) -> None:
    """WCAG 2 A and AA by axe-core; nothing is wider than the window, and nothing is blocked."""
    samples = await peopled(stage.here)
    said: list[str] = []
    stage.tab.on("console", lambda message: said.append(message.text))
    stage.tab.on("pageerror", lambda error: said.append(str(error)))
    await stage.tab.emulate_media(color_scheme=theme)
    await stage.tab.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    for place in PLACES:
        tab = await stage.go(samples.get(place.path, place.path))
        if await tab.locator("input[name=act][value=prove]").count():
            await tab.get_by_label("Your own password").fill(stage.password)
            async with tab.expect_navigation():
                await tab.get_by_role("button", name="Go on").click()
        # What is folded away is looked at, too.
        await tab.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
        wide = await tab.evaluate("document.documentElement.scrollWidth")
        found = [*await complaints(tab), *([f"{wide} pixels wide"] if wide > width else [])]
        if found:
            wrong[place.name] = found

    assert not wrong
    assert not said
