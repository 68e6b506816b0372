"""One's own page: what everybody sees, ends and changes of themselves."""

import pytest

from tests.console.visitor import Visitor
from tests.world import HERE, PASSWORD, World

NEW = "Vx-ferry-lantern-41"


@pytest.fixture
async def mira(here: World) -> Visitor:
    """A member, signed in, with nothing else."""
    await here.account("mira", display_name='Mira "><b>Holt', email="mira@example.com")
    return await Visitor.signed_in(here, "mira", PASSWORD)


async def counts(here: World, **credential: str) -> bool:
    return (await here.whoami(**credential)).status_code == 200


async def shown(visitor: Visitor) -> str:
    """Return the page once the password was shown."""
    page = await visitor.open("own")
    if page.has_form("prove"):
        page = await visitor.done("own", "prove")
    return page.text


async def test_the_profile_is_there_and_what_one_holds_after_the_password(
    here: World, mira: Visitor
) -> None:
    """checklist 11."""
    await here.token("mira", object_id="sales")

    page = await mira.open("own")

    assert "mira@example.com" in page.text
    assert 'Mira "><b>Holt' in page.text
    assert "<b>Holt" not in page.html
    assert page.has_form("prove")
    assert "sales" not in page.text
    text = await shown(mira)
    assert "Object token only the object sales" in text
    assert "this browser" in text


async def test_a_wrong_password_shows_nothing(here: World, mira: Visitor) -> None:
    await here.token("mira", object_id="sales")

    page = await mira.refused("own", "prove", proof="not it")

    assert page.status == 403
    assert page.problem.startswith("That is not your password.")
    assert "sales" not in page.text


async def test_one_sees_and_ends_nothing_of_anybody_else(here: World, mira: Visitor) -> None:
    await here.account("sven")
    token = await here.token("sven", object_id="secret-plans")
    theirs = (await here.core.gate.principal(bearer=token, cookie=None)).credential_id

    assert "secret-plans" not in await shown(mira)
    own = await here.token("mira")
    mine = (await here.core.gate.principal(bearer=own, cookie=None)).credential_id
    page = await mira.refused("own", "end", where={"key": f"token:{mine}"}, key=f"token:{theirs}")
    assert page.status == 403
    assert await counts(here, bearer=token)


async def test_one_of_ones_own_ends(here: World, mira: Visitor) -> None:
    await shown(mira)
    gone, kept = await here.token("mira"), await here.login("mira")
    by = await here.core.gate.principal(bearer=gone, cookie=None)

    page = await mira.done("own", "end", where={"key": f"token:{by.credential_id}"})

    assert "It has ended" in page.text
    assert (await counts(here, bearer=gone), await counts(here, cookie=kept)) == (False, True)


async def test_all_others_end_and_this_browser_stays(here: World, mira: Visitor) -> None:
    """checklist 11."""
    text = await shown(mira)
    assert "in every Org, but this session" in text
    held = [{"bearer": await here.token("mira")}, {"cookie": await here.login("mira")}]

    page = await mira.done("own", "end-others")

    assert "All your other sessions and tokens have ended" in page.text
    assert "this browser" in page.text
    assert [await counts(here, **one) for one in held] == [False, False]


async def test_the_password_is_asked_again_after_a_while(here: World, mira: Visitor) -> None:
    await shown(mira)
    here.clock.advance(minutes=6)

    page = await mira.open("own")

    assert page.has_form("prove")
    assert not page.has_form("end-others")


async def test_a_new_password_holds_and_ends_all_else(here: World, mira: Visitor) -> None:
    """checklist 8."""
    token = await here.token("mira")
    page = await mira.open("own")
    assert "All that you hold elsewhere ends" in page.text

    page = await mira.done("own", "change-password", password=NEW, again=NEW)

    assert "Your password is changed" in page.text
    assert not await counts(here, bearer=token)
    await here.login("mira", NEW)
    reply = await here.post("auth/session/login", {"username": "mira", "password": PASSWORD})
    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ((NEW, NEW, "not it"), "proof", "That is not your password"),
        ((NEW, NEW + "x", PASSWORD), "again", "Again: is not the new password"),
        (("short", "short", PASSWORD), "password", "at least 8"),
        (("password1234", "password1234", PASSWORD), "password", "Password:"),
        (("mira-holt", "mira-holt", PASSWORD), "password", "is made of a name"),
        ((PASSWORD, PASSWORD, PASSWORD), "password", "is the current one"),
    ],
)
async def test_a_password_that_will_not_do_is_refused_at_its_field(
    here: World, mira: Visitor, typed: tuple[str, str, str], field: str, words: str
) -> None:
    new, again, proof = typed
    page = await mira.refused("own", "change-password", password=new, again=again, proof=proof)

    assert words in page.problem
    wrong = page.html.split('aria-invalid="true"')[0].rsplit("<input ", 1)[1]
    assert f'id="change-password-{field}"' in wrong
    for secret in (new, again, proof):
        if len(secret) > 8:
            assert secret not in page.html
    await here.login("mira", PASSWORD)


async def test_an_event_says_by_which_page(here: World, mira: Visitor) -> None:
    await mira.done("own", "change-password", password=NEW, again=NEW)

    (kept,) = (
        await here.core.auditing.search(here.by, act="account.change_password", most=9)
    ).events
    assert kept.event.source.operation == "console own.change-password"
    assert NEW not in repr(kept)
    assert kept.event.source.address == HERE.address
