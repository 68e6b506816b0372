"""The first page: what goes on, for whom it is, and what stands there after refreshing."""

import re
from datetime import timedelta

import pytest

from gatepass.core.processes import Process
from gatepass.core.tallies import Tally, What
from gatepass.pages.console.home import MOST_ROUNDS
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import NOON, PASSWORD, World

WRONG = "not-hers-at-all-3"
HTMX = {"HX-Request": "true", "HX-Target": "figures"}


async def wrong(here: World, times: int, username: str = "mira") -> None:
    for _ in range(times):
        await here.post("auth/session/login", {"username": username, "password": WRONG})


async def counted(here: World, *tallies: Tally) -> None:
    await here.core.write_tallies()
    await here.core.means.store.write(lambda tx: tx.tallies.add(tallies))


def cells(page: Page) -> dict[str, list[int]]:
    """Return the lines of the table that has the plot's numbers."""
    (body,) = re.findall(r'<tbody id="plot-rows">(.*?)</tbody>', page.html, re.DOTALL)
    return {
        label: [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', line)]
        for label, line in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', body, re.DOTALL)
    }


async def test_it_counts_what_happened_by_the_hour(here: World, admin: Visitor) -> None:
    await here.account()
    await here.login()
    await here.token()
    await wrong(here, 2)
    await here.whoami(bearer="gp_at_nothing")
    await counted(here)

    page = await admin.open()
    found = cells(page)

    assert list(found)[-2:] == ["12:00", "Together"]
    assert len(found) == 24 + 1
    assert found["12:00"] == found["Together"] == [2, 2, 0, 1, 0, 0, 0]
    assert "Sign-ins and refusals in the last 24 hours, by hour, in UTC" in page.text
    assert "Sign-ins: 2 together. Refused sign-ins: 2 together." in page.text
    assert "Live sessions 2" in page.text
    assert "Tokens issued 1 1 full" in page.text


async def test_the_last_30_days_are_a_link_away(here: World, admin: Visitor) -> None:
    ago = NOON.replace(hour=0) - timedelta(days=29)
    await counted(here, Tally(since=ago, org_id=-1, what=What.REFUSED, times=7))

    assert "./?span=days" in (await admin.open()).links
    found = cells(await admin.open("?span=days"))

    assert len(found) == 30 + 1
    assert found["3 May"] == [0, 0, 7, 0, 0, 0, 0]


async def test_every_number_of_the_plot_is_written_in_it(here: World, admin: Visitor) -> None:
    """Neither colour nor pointer is needed."""
    await counted(here, Tally(since=NOON, org_id=-1, what=What.REFUSED, times=4321))

    page = await admin.open()

    assert re.search(r'<text class="over"[^>]*>4\.3k</text>', page.html)
    assert page.html.count('<rect class="second"') == 1


async def test_a_member_sees_who_it_is_and_nothing_else(here: World) -> None:
    """checklist 52"""
    await here.account()
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await mira.open()

    assert page.tags.count("section") == 1
    assert "svg" not in page.tags
    assert "mira" in page.text


async def test_who_administers_an_org_sees_what_goes_on_there(here: World) -> None:
    """Nothing of other Orgs, of the process, of the home or of signing keys (checklist 52)."""
    north, south = (await here.org("north")).id, (await here.org("south")).id
    await here.account("ada", org=north)
    await here.put_in("Administrator", "ada", north)
    await here.account("ned", org=north)
    await here.account("sam", org=south)
    await here.login("sam")
    await wrong(here, 1, "ned")
    await wrong(here, 2, "sam")
    ada = await Visitor.signed_in(here, "ada", PASSWORD)
    await counted(here)

    page = await ada.open()

    assert "What goes on in this Org" in page.text
    assert cells(page)["Together"] == [1, 0, 0, 0, 0, 0, 0]
    assert "ned" in page.text
    assert "sam" not in page.text
    assert "Doctor" not in page.text
    assert "Who serves" not in page.text
    assert "Signing keys" not in page.text
    page = await ada.refused("", "unlock", account="sam")
    assert (page.status, page.title) == (404, "Home · Gatepass")


async def test_guesses_are_shown_and_forgotten(here: World, admin: Visitor) -> None:
    mira = await here.account()
    await wrong(here, 9)
    page = await admin.open()
    assert "shut until" in page.text
    assert f"./accounts/{mira.id}" in page.links

    page = await admin.done("", "unlock", account=mira.id)

    assert "It may sign in" in page.text or "it may sign in" in page.text
    assert "Nobody guesses a password now." in page.text
    await here.login()


async def test_secrets_are_shown_by_age_and_last_use_and_never_in_clear(
    here: World, admin: Visitor
) -> None:
    text = await here.secret()
    here.clock.advance(days=3)
    admin = await Visitor.signed_in(here)

    page = await admin.open()

    assert "default the cluster 3 days ago never" in page.text
    assert "./develop/security" in page.links
    assert text not in page.html


@adjusted(trusted_proxies=["0.0.0.0/0"])
async def test_what_doctor_finds_wrong_is_shown_with_its_advice(admin: Visitor) -> None:
    page = await admin.open()

    assert "trusted proxies trusted_proxies has everybody" in page.text
    assert "list the proxies alone" in page.text
    assert re.search(r"\d+ looks at this home found nothing wrong", page.text)
    assert "the master key" not in page.text


async def test_each_process_shows_how_far_it_is_behind_the_others(
    here: World, admin: Visitor
) -> None:
    other = Process(
        id="other",
        node="north-1",
        pid=77,
        version="0.0.9",
        started_at=NOON - timedelta(hours=2),
        seen_at=NOON - timedelta(minutes=3),
        followed=here.core.means.store.counts().moves - 2,
        looked=timedelta(seconds=0.5),
    )
    await here.core.means.store.write(lambda tx: tx.processes.put(other))
    await here.core.presence.beat()

    page = await admin.open()

    assert "north-1 77 0.0.9 2 hours ago silent for 3 minutes 2 180.5 s" in page.text
    assert "just now serves 0 0.0 s" in page.text


async def test_what_goes_wrong_while_it_serves_is_shown(here: World, admin: Visitor) -> None:
    (here.home / "master.key").chmod(0o644)

    page = await admin.open()

    assert "wrong master key" in page.text


async def test_an_open_page_refreshes_its_figures_alone(here: World, admin: Visitor) -> None:
    page = await admin.open()
    (path,) = re.findall(r'hx-get="\./(\?[^"]*)"', page.html)
    await here.account()
    await here.login()
    await counted(here)

    part = Page(await admin.get(path.replace("&amp;", "&"), **HTMX))

    assert part.html.strip().startswith('<div id="figures">')
    assert cells(part)["12:00"][0] == 2
    for name in re.findall(r"#([\w-]+)", page.html.split("hx-select-oob=", 1)[1].split(">")[0]):
        assert f'id="{name}"' in part.html
        assert f'id="{name}"' in page.html
    assert "Doctor" not in part.text


async def test_an_open_page_does_not_keep_its_session_alive_for_ever(admin: Visitor) -> None:
    assert "hx-get" in (await admin.open(f"?round={MOST_ROUNDS - 1}")).html
    page = await admin.open(f"?round={MOST_ROUNDS}")

    assert "hx-get" not in page.html
    assert "./?span=hours" in page.links


@pytest.mark.parametrize("query", ["?span=ages&round=-1", f"?round={9**30}", "?round=²"])
async def test_what_no_link_says_shows_the_page_as_it_is(admin: Visitor, query: str) -> None:
    assert len(cells(await admin.open(query))) == 24 + 1


async def test_names_that_look_like_markup_are_text(here: World, admin: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    await here.account(evil)
    await wrong(here, 1, evil)

    page = await admin.open()

    assert evil in page.text
    assert page.tags.count("script") == 2
