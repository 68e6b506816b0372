"""Accounts found in the console, and new ones made there."""

from html import unescape

import pytest

from gatepass.core.records import AccountStatus
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import ADMIN, HERE, PASSWORD, World

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
NEW = "Another-horse-battery-2"


def listed(page: Page) -> list[str]:
    """Return the names that the rows of a page begin with."""
    cells = [part.partition("</a>")[0] for part in page.html.split('<th scope="row">')[1:]]
    return [cell.partition(">")[2] for cell in cells]


async def names(visitor: Visitor, query: str = "") -> list[str]:
    return listed(await visitor.open(f"accounts{query}"))


async def test_every_account_is_listed_with_what_it_is(here: World, admin: Visitor) -> None:
    await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    north = await here.org()
    await here.join("mira", north.id)

    page = await admin.open("accounts")

    assert await names(admin) == ["mira", "su", "system", ADMIN]
    assert "mira Mira Holt active mira@example.com north, Primary" in page.text.replace(
        "Primary, north", "north, Primary"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?text=mi", ["mira", "mirb"]),
        ("?text=%25ira", ["amira", "mira"]),
        ("?text=HOLT&by=display_name", ["mira"]),
        ("?text=m.h&by=email", ["mira"]),
        ("?status=SUSPENDED", ["amira"]),
        ("?group=analysts", ["mirb"]),
        ("?org=north", ["mira"]),
        ("?text=zz", []),
        ("?status=NONSENSE&by=nonsense&text=mira", ["mira"]),
    ],
)
async def test_accounts_are_found_by(
    here: World, admin: Visitor, query: str, expected: list[str]
) -> None:
    north = await here.org()
    await here.account("mira", display_name="Holt, Mira", email="m.holt@example.com", org=north.id)
    await here.account("mirb")
    await here.account("amira")
    await here.group("analysts")
    await here.put_in("analysts", "mirb")
    await here.core.accounts.set_status(here.by, HERE, "amira", AccountStatus.SUSPENDED)

    assert await names(admin, query) == expected


async def test_an_org_that_is_not_there_lists_nobody_and_says_so(admin: Visitor) -> None:
    page = await admin.open("accounts?org=nowhere")

    assert "There is no Org 'nowhere'" in page.text
    assert listed(page) == []


async def test_an_org_of_many_is_typed_not_chosen(
    here: World, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepass.pages.console.accounts.MOST_ORGS", 1)
    north = await here.org()
    nora = await here.account("nora", org=north.id)

    assert await names(admin, "?org=north") == ["nora"]
    page = await admin.open("accounts?org=north")
    assert '<input id="org-of" name="org" value="north"' in page.html
    assert '<input id="org-of"' in (await admin.open("accounts/new")).html
    await admin.done(f"accounts/{nora.id}", "join", org="Primary")
    assert await names(admin, "?org=Primary&text=no") == ["nora"]


async def test_a_long_list_has_a_next_page_that_keeps_what_is_sought(
    here: World, admin: Visitor
) -> None:
    for number in range(51):
        await here.account(f"mira{number:02}", password=None)

    page = await admin.open("accounts?text=mira&status=ACTIVE")

    assert len(listed(page)) == 50
    (more,) = [link for link in page.links if "after=" in link]
    last = await admin.open(more.removeprefix("./"))
    assert listed(last) == ["mira50"]
    assert not [link for link in last.links if "after=" in link]


async def test_a_page_that_looked_at_so_many_in_vain_says_so_and_goes_on(
    here: World, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepass.core.account_lists.MOST_LOOKED", 2)
    for name in ("anna", "bert", "mira"):
        await here.account(name, password=None)

    page = await admin.open("accounts?text=%25ira")

    assert listed(page) == []
    assert "None fits among the 2 accounts looked at so far" in page.text
    (more,) = [link for link in page.links if "after=" in link]
    assert listed(await admin.open(more.removeprefix("./"))) == ["mira"]


async def test_what_follows_while_one_types_is_the_rows_alone(here: World, admin: Visitor) -> None:
    await here.account()

    reply = await admin.get("accounts?text=mi", **{"HX-Request": "true", "HX-Target": "rows"})

    assert reply.text.lstrip().startswith('<div id="rows">')
    assert ">mira</a>" in reply.text


async def test_names_are_shown_as_they_are(here: World, admin: Visitor) -> None:
    """No text of an account is markup."""
    await here.account("mira", display_name=EVIL)

    page = await admin.open("accounts")

    assert "img" not in page.tags[page.tags.index("table") :]
    assert EVIL in page.text


async def test_an_administrator_of_one_org_finds_that_orgs_alone(here: World) -> None:
    """checklist 52."""
    north = await here.org()
    for name in ("nora", "both"):
        await here.account(name, org=north.id)
    await here.join("both", 0)
    await here.account("mira")
    await here.put_in("Administrator", "nora", north.id)
    nora = await Visitor.signed_in(here, "nora", PASSWORD)

    assert await names(nora) == ["both", "nora"]
    assert await names(nora, "?org=0") == ["both", "nora"]
    page = await nora.open("accounts")
    assert "Primary" not in page.html
    assert "/console/accounts/new" not in page.html  # links are relative
    assert (await nora.open("accounts/new?org=0")).text.count("New account in north") == 1


async def test_a_member_finds_nobody(here: World) -> None:
    await here.account()
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    for path in ("accounts", "accounts/new"):
        page = await mira.open(path, status=403)
        assert "USER_ADMINISTRATION" in page.problem


async def test_an_account_is_made_with_a_password_and_groups(here: World, admin: Visitor) -> None:
    group = await here.group("analysts")
    await here.org()

    page = await admin.done(
        "accounts/new",
        "create",
        username="mira",
        display_name="Mira Holt",
        email="mira@example.com",
        password=NEW,
        group=group.id,
        orgs="north",
    )

    assert page.title == "mira · Gatepass"
    assert "The account is there." in page.text
    assert NEW not in page.html
    await Visitor.signed_in(here, "mira", NEW)
    found = await here.core.account_views.of(here.by, "mira")
    assert [one.name for one in found.profile.groups] == ["All", "analysts"]
    assert {one.name for one in found.orgs} == {"Primary", "north"}


async def test_an_account_is_made_in_another_org_with_that_orgs_groups(
    here: World, admin: Visitor
) -> None:
    north = await here.org()
    group = await here.group("analysts", org=north.id)
    path = f"accounts/new?org={north.id}"

    await admin.done(path, "create", username="nora", way="nothing", groups="", group=group.id)

    found = await here.core.account_views.of(here.by, "nora")
    assert ([one.name for one in found.orgs], found.profile.account.has_password) == (
        ["north"],
        False,
    )
    assert [one.name for one in found.profile.groups] == ["All", "analysts"]


async def test_who_chooses_a_password_gets_a_link_that_is_shown_once(
    here: World, admin: Visitor
) -> None:
    """checklist 49."""
    reply = await admin.send("accounts/new", "create", username="mira", way="link")

    assert reply.status_code == 200
    link = reply.text.partition('<code id="link">')[2].partition("</code>")[0]
    assert link.startswith("http://gatepass.test/activate?user=")
    behind = await here.client.get(unescape(link).removeprefix("http://gatepass.test"))
    assert "password" in behind.text
    assert behind.status_code == 200
    account = await here.core.accounts.find(here.by, "mira")
    secret = link.rpartition("auth_token=")[2]
    await here.core.activation.activate(here.by, HERE, "mira", secret=secret, password=NEW)
    await Visitor.signed_in(here, "mira", NEW)
    assert secret not in (await admin.open(f"accounts/{account.id}")).html


@pytest.mark.parametrize(
    ("changes", "words", "field"),
    [
        ({"username": "", "password": NEW}, "must not be empty", "username"),
        ({"username": ADMIN, "password": NEW}, "easily mistaken", "username"),
        ({"username": "mira", "email": "no", "password": NEW}, "form name@domain", "email"),
        ({"username": "mira", "password": "short"}, "at least 8", "password"),
        ({"username": "mira", "password": ""}, "must not be empty", "password"),
        ({"username": "mira", "password": "password1234"}, "most used", "password"),
        ({"username": "mira", "password": NEW, "orgs": "nowhere"}, "no Org 'nowhere'", "org"),
        ({"username": "mira", "password": NEW, "group": "nobody"}, "no group 'nobody'", "group"),
        ({"username": "mira", "way": "nonsense"}, "choose one", "way"),
    ],
)
async def test_what_will_not_do_is_said_at_its_field_and_nothing_is_made(
    admin: Visitor, changes: dict[str, str], words: str, field: str
) -> None:
    page = await admin.refused("accounts/new", "create", display_name="Kept <b>", **changes)

    assert words in page.problem
    assert "Kept &lt;b&gt;" in page.html
    if f'name="{field}"' in page.html and field in {"username", "email", "password"}:
        assert (
            f'name="{field}"'
            in page.html.partition('aria-invalid="true"')[0].rpartition("<input")[2]
        )
    assert NEW not in page.html
    assert await names(admin) == ["su", "system", ADMIN]


@adjusted(orgs_enabled=False)
async def test_without_orgs_none_is_asked_for(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await admin.open("accounts/new")

    assert "In another Org" not in page.text
    assert "Also in these Orgs" not in page.text


async def test_who_may_not_hand_out_a_group_makes_nobody_in_it(here: World) -> None:
    await here.account("mira")
    await here.group("keepers", "USER_ADMINISTRATION")
    boss = await here.group("bosses", "ADMINISTRATION")
    await here.put_in("keepers", "mira")
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await mira.refused(
        "accounts/new", "create", username="otto", way="nothing", group=boss.id
    )

    assert page.problem.startswith("You may not do this here: it takes ADMINISTRATION.")
    assert await names(mira, "?text=otto") == []
