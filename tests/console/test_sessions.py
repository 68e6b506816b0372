"""The page of sessions and tokens: who sees whose, and what ends by it."""

from urllib.parse import quote

import pytest

from gatepass.core.records import Session
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import ADMIN, HERE, PASSWORD, World, session_cookie

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 "
    "Safari/537.36"
)
OBJECT = "f2a1c9de-5a51-4b9e-8b7d-4a3f5c0f1d22"
NASTY = '"><img src=x onerror=alert(1)>'


@pytest.fixture
async def two_orgs(here: World) -> dict[str, int]:
    """North with its administrator nora and the member mira; south with sven."""
    north, south = (await here.org("north")).id, (await here.org("south")).id
    await here.account("nora", org=north)
    await here.put_in("Administrator", "nora", north)
    await here.account("mira", org=north)
    await here.account("sven", org=south)
    await here.join("mira", south)
    return {"north": north, "south": south}


async def held_id(here: World, **credential: str) -> str:
    """Return the id of the session or token behind a credential."""
    by = await here.core.gate.principal(
        bearer=credential.get("bearer"), cookie=credential.get("cookie")
    )
    return by.credential_id


async def counts(here: World, **credential: str) -> bool:
    return (await here.whoami(**credential)).status_code == 200


async def test_the_list_says_who_where_from_since_when_and_within_which_limits(
    here: World, admin: Visitor
) -> None:
    await here.account("mira")
    secret = await here.secret()
    await here.token(secret_key=secret, object_id=OBJECT)
    here.clock.advance(minutes=3)
    reply = await here.post(
        "auth/session/login",
        {"username": "mira", "password": PASSWORD},
        headers={"User-Agent": AGENT},
    )
    assert session_cookie(reply)

    page = await admin.open("sessions")

    for words in (
        "Object token only the object " + OBJECT,
        "key default",
        "3 minutes ago",
        "127.0.0.1 Chrome 148 on Linux",
        "this browser",
        "not kept",
        "Primary",
    ):
        assert words in page.text, words


async def test_it_narrows_to_an_account_an_org_and_a_kind(
    here: World, admin: Visitor, two_orgs: dict[str, int]
) -> None:
    await here.token("mira", org_id=two_orgs["north"])
    await here.token("mira", org_id=two_orgs["south"], object_id=OBJECT)
    await here.login("sven")

    async def shown(query: str) -> tuple[int, bool, bool]:
        page = await admin.open(f"sessions?{query}")
        return max(page.html.count("<tr>") - 1, 0), "mira" in page.text, "sven" in page.text

    assert await shown("account=mira") == (2, True, False)
    assert await shown("account=mira&org=north") == (1, True, False)
    assert await shown(f"org={two_orgs['south']}") == (2, True, True)
    assert await shown("kind=object") == (1, True, False)
    assert await shown("kind=v1") == (0, False, False)
    assert await shown("kind=session&account=sven") == (1, False, True)


async def test_older_ones_are_behind_a_link(here: World, admin: Visitor) -> None:
    account = await here.account("mira")

    async def many(tx: object) -> None:
        for number in range(60):
            here.clock.advance(seconds=1)
            now = here.clock()
            row = Session(
                id=here.core.means.random.row_id(now),
                account_id=account.id,
                org_id=0,
                opened_at=now,
                last_seen_at=now,
                expires_at=now.replace(year=2030),
                remembered=False,
                chain_started_at=now,
                address=f"192.0.2.{number}",
            )
            await tx.sessions.add(row, digest=row.id.encode())  # type: ignore[attr-defined]

    await here.core.means.store.write(many)

    first = await admin.open("sessions?account=mira")
    (older,) = [link for link in first.links if "before=" in link]
    second = await admin.open(older.removeprefix("./"))

    assert "192.0.2.59 " in first.text
    assert "192.0.2.9 " not in first.text
    assert "192.0.2.9 " in second.text
    assert "account=mira" in older
    assert not [link for link in second.links if "before=" in link]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("account=nobody", "There is no account 'nobody'"),
        ("org=nowhere", "There is no Org 'nowhere'"),
        ("kind=cake", "Kind: is none"),
        ("before=yesterday", "Before: is what the page before"),
        (f"account={quote(NASTY)}", "There is no account"),
    ],
)
async def test_what_is_not_there_is_said_above_the_form(
    admin: Visitor, query: str, words: str
) -> None:
    reply = await admin.get(f"sessions?{query}")

    page = Page(reply)
    assert page.status in {400, 404}
    assert words in page.problem
    assert "<img src=x" not in page.html


async def test_one_session_ends_and_the_list_stays_narrowed(here: World, admin: Visitor) -> None:
    await here.account("mira")
    gone, kept = await here.login("mira"), await here.login("mira")
    which = {"key": f"session:{await held_id(here, cookie=gone)}"}

    reply = await admin.send("sessions?account=mira&kind=session", "end", where=which)

    assert reply.status_code == 303
    assert reply.headers["location"] == "./sessions?account=mira&kind=session&said=held-one-ended"
    assert "It has ended" in (await admin.follow("sessions", reply)).text
    assert (await counts(here, cookie=gone), await counts(here, cookie=kept)) == (False, True)
    (event,) = (await here.core.auditing.search(here.by, act="session.end", most=9)).events
    assert event.event.source.operation == "console sessions.end"


async def test_one_token_ends_with_what_was_bought_with_it(here: World, admin: Visitor) -> None:
    await here.account("mira")
    token = await here.token("mira", validity_time_in_sec=3600)
    by = await here.core.gate.principal(bearer=token, cookie=None)
    bought = (await here.core.exchange.open_session(by, HERE)).secret

    await admin.done("sessions", "end", where={"key": f"token:{by.credential_id}"})

    assert not await counts(here, bearer=token)
    assert not await counts(here, cookie=bought)


async def test_all_of_one_account_ends_in_every_org(
    here: World, admin: Visitor, two_orgs: dict[str, int]
) -> None:
    held = [await here.token("mira", org_id=org) for org in two_orgs.values()]
    other = await here.token("sven", org_id=two_orgs["south"])

    page = await admin.done("sessions?account=mira", "end-account")

    assert "have ended" in page.text
    assert "None." in page.text
    assert [await counts(here, bearer=one) for one in held] == [False, False]
    assert await counts(here, bearer=other)


async def test_all_of_an_org_ends_and_no_other_org_notices(
    here: World, admin: Visitor, two_orgs: dict[str, int]
) -> None:
    north = await here.token("mira", org_id=two_orgs["north"])
    south = await here.token("mira", org_id=two_orgs["south"])

    await admin.done("sessions?org=north", "end-org")

    assert (await counts(here, bearer=north), await counts(here, bearer=south)) == (False, True)


async def test_what_it_ends_is_said_before_and_asks_for_the_password(
    here: World, admin: Visitor
) -> None:
    await here.account("mira")
    token = await here.token("mira")

    page = await admin.open("sessions?account=mira")

    assert "Every session and token of mira in every Org ends at once" in page.text
    assert "The full token of mira ends at once, with everything that was bought" in page.text
    for proof in ("", "not it"):
        refused = await admin.refused("sessions?account=mira", "end-account", proof=proof)
        assert refused.status == 403
        assert "aria-invalid" in refused.html
        assert await counts(here, bearer=token)


async def test_who_ends_the_session_of_this_browser_signs_in_again(admin: Visitor) -> None:
    """One's own are shown after a look at the password, which the page asks for."""
    path = f"sessions?account={ADMIN}"
    page = await admin.done(path, "prove")
    keys = [value for form in page.forms for name, value in form if name == "key"]

    reply = await admin.send(path, "end", where={"key": keys[0]})

    assert reply.status_code == 303
    assert "sign-in" in (await admin.get("sessions")).headers["location"]


async def test_an_orgs_administrator_sees_and_ends_its_org_alone(
    here: World, two_orgs: dict[str, int]
) -> None:
    """Nothing of south is told apart from what does not exist (checklist 53)."""
    north, south = two_orgs["north"], two_orgs["south"]
    inside = await here.token("mira", org_id=north)
    beyond = await here.token("mira", org_id=south)
    theirs = await here.login("sven")
    nora = await Visitor.signed_in(here, "nora", PASSWORD)

    page = await nora.open("sessions")

    assert "of Org north" in page.text
    assert "mira" in page.text
    assert "sven" not in page.text
    assert "south" not in page.text
    assert 'name="org"' not in page.html.split('class="sought"')[1].split("</form>")[0]
    # An Org that is named changes nothing.
    assert "sven" not in (await nora.open(f"sessions?org={south}")).text
    assert (
        "There is no account 'sven'"
        in (await nora.open("sessions?account=sven", status=404)).problem
    )
    inside_key = f"token:{await held_id(here, bearer=inside)}"
    for key in (
        f"token:{await held_id(here, bearer=beyond)}",
        f"session:{await held_id(here, cookie=theirs)}",
    ):
        page = await nora.refused("sessions", "end", where={"key": inside_key}, key=key)
        assert page.status == 404
    page = await nora.refused("sessions", "end-org", key=str(south))
    assert page.status in {400, 403}
    page = await nora.refused("sessions?account=mira", "end-account", key="sven")
    assert page.status == 404
    assert await counts(here, bearer=beyond)
    assert await counts(here, cookie=theirs)

    await nora.done("sessions?account=mira", "end-account")

    assert (await counts(here, bearer=inside), await counts(here, bearer=beyond)) == (False, True)


async def test_a_member_sees_none(here: World) -> None:
    await here.account("mira")
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await mira.open("sessions", status=403)

    assert "You may not do this here" in page.problem
    assert not page.has_form("end")
    assert "sessions" not in " ".join(page.links)


async def test_names_and_agents_are_shown_as_text(here: World, admin: Visitor) -> None:
    await here.account("<script>alert(1)")
    await here.post(
        "auth/session/login",
        {"username": "<script>alert(1)", "password": PASSWORD},
        headers={"User-Agent": NASTY},
    )
    await here.core.rotation.add(here.by, HERE, label=NASTY)

    page = await admin.open("sessions")

    assert "<script>alert(1)" in page.text
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html


@adjusted(orgs_enabled=False)
async def test_without_orgs_none_is_asked_for(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await admin.open("sessions")

    assert 'id="of-org"' not in page.html


@pytest.mark.parametrize("org", ["77", "-77", "9" * 30])
async def test_all_in_an_org_that_is_not_there_is_refused_and_not_written_down(
    here: World, admin: Visitor, org: str
) -> None:
    token = dict((await admin.open()).form("sign-out"))["token"]
    fields = [("token", token), ("proof", admin.password), ("act", "end-org"), ("key", org)]

    assert Page(await admin.post("sessions", fields)).status == 400
    assert (
        await here.core.auditing.leaf(here.by, most=1, among=99, act="session.end_all")
    ).events == []
