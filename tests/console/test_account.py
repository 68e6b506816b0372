"""One account in the console: what is shown of it, what may be done, and what is refused how."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gatepass.core.errors import NotFound
from gatepass.core.group_changes import GroupChange
from gatepass.core.records import PRIMARY_ORG, Account, AccountStatus
from tests.console.visitor import Page, Visitor
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
NEW = "Another-horse-battery-2"
OUT = "All that the account held has ended."


@pytest.fixture
async def mira(here: World) -> Account:
    return await here.account("mira", display_name="Mira Holt", email="mira@example.com")


def at(account: Account, org: int | None = None) -> str:
    return f"accounts/{account.id}" + ("" if org is None else f"?org={org}")


async def now(here: World, name: str = "mira") -> Account:
    return await here.core.accounts.find(here.by, name)


async def groups(here: World, name: str = "mira", org: int = 0) -> list[str]:
    view = await here.core.account_views.of(here.by, name, org=org)
    return [one.name for one in view.profile.groups]


async def status(here: World, what: AccountStatus, name: str = "mira") -> None:
    await here.core.accounts.set_status(here.by, HERE, name, what)


async def nora(here: World, north: int) -> Visitor:
    """An administrator of one Org alone."""
    await here.account("nora", org=north)
    await here.put_in("Administrator", "nora", north)
    return await Visitor.signed_in(here, "nora", PASSWORD)


async def test_what_an_account_is_stands_on_its_page(admin: Visitor, mira: Account) -> None:
    page = await admin.open(at(mira))

    assert page.title == "mira · Gatepass"
    for words in ("Mira Holt active", "mira@example.com", mira.id, "It signs in with its password"):
        assert words in page.text
    assert f"../sessions?account={mira.id}" in page.links


async def test_privileges_are_told_with_where_each_comes_from(
    here: World, admin: Visitor, mira: Account
) -> None:
    await here.group("inner", "DATADOWNLOADING")
    await here.group("outer", "JOBSCHEDULING")
    await here.core.group_changes.update(here.by, HERE, "outer", GroupChange(inside=["inner"]))
    await here.core.roles.create(
        here.by, HERE, name="Looker", description="", privileges=["USERDATAUPLOADING"]
    )
    await here.core.group_changes.update(here.by, HERE, "outer", GroupChange(roles=["Looker"]))
    await here.put_in("inner", "mira")

    page = await admin.open(at(mira))

    assert "DATADOWNLOADING group inner" in page.text
    assert "JOBSCHEDULING group outer , which holds inner" in page.text
    assert "USERDATAUPLOADING role Looker of group outer , which holds inner" in page.text
    assert "AUTHORING group All" in page.text
    assert "Through these it is in, too: outer" in page.text
    assert "Looker by way of outer" in page.text


async def test_in_another_org_it_is_shown_as_it_is_there(
    here: World, admin: Visitor, mira: Account
) -> None:
    north = await here.org()
    await here.join("mira", north.id)
    await here.group("northerners", "JOBSCHEDULING", org=north.id)
    await here.put_in("northerners", "mira", north.id)

    page = await admin.open(at(mira, north.id))

    assert "In the Org north" in page.text
    assert "JOBSCHEDULING group northerners" in page.text
    assert "JOBSCHEDULING" not in (await admin.open(at(mira))).text
    elsewhere = await here.org("south")
    page = await admin.open(at(mira, elsewhere.id))
    assert "The account is not a member of this Org." in page.text
    await admin.open(at(mira, 77), status=404)


async def test_an_administrator_of_every_org_is_told_apart(here: World, admin: Visitor) -> None:
    north = await here.org()
    boss = await now(here, ADMIN)

    page = await admin.open(at(boss, north.id))

    assert "ADMINISTRATION group Administrator in the Primary Org, which makes" in page.text


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (AccountStatus.SUSPENDED, "Suspended until it is activated."),
        (AccountStatus.INACTIVE, "Deactivated, until it uses its activation link"),
        (AccountStatus.PENDING, "Waiting for activation"),
        (AccountStatus.EXPIRED, "Marked as expired"),
        (AccountStatus.LOCKED, "Locked by an administrator"),
    ],
)
async def test_why_an_account_may_not_sign_in_is_told_and_it_is_let_in_again(
    here: World, admin: Visitor, mira: Account, what: AccountStatus, words: str
) -> None:
    page = await admin.done(at(mira), "status", status=what.value)
    assert words in page.text
    assert (await now(here)).status is what

    page = await admin.done(at(mira), "activate")

    assert "The account is active." in page.text
    assert not page.has_form("activate")
    assert (await now(here)).status is AccountStatus.ACTIVE


async def test_guesses_lock_it_until_they_are_forgotten(
    here: World, admin: Visitor, mira: Account
) -> None:
    rules = here.core.rules
    for number in range(rules.lockout_total):
        await here.post(
            "auth/session/login",
            {"username": "mira", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    while not (await now(here)).locked_until:
        here.clock.advance(seconds=rules.lockout_duration.total_seconds() + 1)
        for _ in range(rules.lockout_threshold - 1):
            await here.post("auth/session/login", {"username": "mira", "password": "wrong"})
    admin = await Visitor.signed_in(here)
    page = await admin.open(at(mira))
    assert "Too many wrong passwords: it may not sign in until" in page.text

    page = await admin.done(at(mira), "unlock")

    assert "The wrong passwords are forgotten." in page.text
    assert not page.has_form("unlock")
    await here.login()


async def test_its_facts_are_changed(here: World, admin: Visitor, mira: Account) -> None:
    page = await admin.done(
        at(mira),
        "change",
        name="myra",
        display_name="Myra",
        email="myra@example.com",
        type="SAML_USER",
        sharable=[],
        notify_on_share=[],
    )

    assert "The account is changed." in page.text
    changed = await now(here, "myra")
    assert (changed.display_name, changed.email) == ("Myra", "myra@example.com")
    assert (changed.type.value, changed.sharable) == ("SAML_USER", False)
    assert not changed.preferences.notify_on_share
    assert changed.preferences.show_onboarding_experience


async def test_what_is_sent_as_it_stands_changes_nothing(
    here: World, admin: Visitor, mira: Account
) -> None:
    page = await admin.done(at(mira), "change")

    assert "Nothing was changed" in page.text
    assert await now(here) == mira


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", ADMIN, "easily mistaken"),
        ("name", "", "must not be empty"),
        ("display_name", "", "must not be empty"),
        ("email", "mira", "name@domain"),
        ("email", "", "must not be empty"),
        ("type", "ROBOT", "choose one of the list"),
    ],
)
async def test_facts_that_will_not_do_are_said_at_their_field(
    admin: Visitor, mira: Account, field: str, value: str, words: str
) -> None:
    changes = {"display_name": "Kept", field: value}

    page = await admin.refused(at(mira), "change", **changes)

    assert words in page.problem
    assert f'id="change-{field}"' in page.html.partition(' aria-invalid="true"')[0][-400:]
    assert await now(admin.here) == mira


async def test_a_password_is_set_and_ends_what_is_held(
    here: World, admin: Visitor, mira: Account
) -> None:
    """And shown nowhere (checklist 8, 58)."""
    cookie = await here.login()

    page = await admin.done(at(mira), "password", password=NEW)

    assert "The new password counts." in page.text
    assert NEW not in page.html
    assert (await here.whoami(cookie=cookie)).status_code == 401
    await here.login("mira", NEW)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 8"),
        ("short", "at least 8"),
        ("password1234", "most used"),
        ("miraholt1", "made of a name"),
    ],
)
async def test_a_weak_password_is_refused_at_its_field(
    here: World, admin: Visitor, mira: Account, password: str, words: str
) -> None:
    page = await admin.refused(at(mira), "password", password=password)

    assert words in page.problem
    assert 'id="password-password"' in page.html.partition(' aria-invalid="true"')[0][-300:]
    assert not password or f'"{password}"' not in page.html
    await here.login()


async def test_a_second_factor_is_required_and_no_longer(
    here: World, admin: Visitor, mira: Account
) -> None:
    await admin.done(at(mira), "second-factor")
    assert (await now(here)).mfa_required

    page = await admin.done(at(mira), "second-factor")

    assert not (await now(here)).mfa_required
    assert "not asked for" in page.text


async def test_it_is_forced_out(here: World, admin: Visitor, mira: Account) -> None:
    held = {"cookie": await here.login()}, {"bearer": await here.token()}

    page = await admin.done(at(mira), "force-out")

    assert OUT in page.text
    for one in held:
        assert (await here.whoami(**one)).status_code == 401


async def test_an_activation_link_is_shown_once(here: World, admin: Visitor, mira: Account) -> None:
    """checklist 49."""
    reply = await admin.send(at(mira), "link")

    secret = Page(reply).text.partition("auth_token=")[2].split()[0]
    assert (await now(here)).status is AccountStatus.INACTIVE
    assert secret not in (await admin.open(at(mira))).html
    await here.core.activation.activate(here.by, HERE, "mira", secret=secret, password=NEW)
    await here.login("mira", NEW)


async def test_it_is_put_into_groups_and_taken_out(
    here: World, admin: Visitor, mira: Account
) -> None:
    analysts = await here.group("analysts", "DATADOWNLOADING")

    page = await admin.done(at(mira), "put-in", group="ANALYSTS")
    assert "DATADOWNLOADING group analysts" in page.text
    assert await groups(here) == ["All", "analysts"]
    page = await admin.done(at(mira), "take-out", group=analysts.id)

    assert "DATADOWNLOADING" not in page.text
    assert await groups(here) == ["All"]


async def test_groups_of_another_org_are_changed_in_that_org(
    here: World, admin: Visitor, mira: Account
) -> None:
    north = await here.org()
    await here.join("mira", north.id)
    await here.group("analysts", org=north.id)
    await here.group("analysts")

    page = await admin.done(at(mira, north.id), "put-in", group="analysts")

    assert "In the Org north" in page.text
    assert await groups(here, org=north.id) == ["All", "analysts"]
    assert await groups(here) == ["All"]


@pytest.mark.parametrize("group", ["nobody", EVIL])
async def test_a_group_that_is_not_there_is_said_at_the_field(
    admin: Visitor, mira: Account, group: str
) -> None:
    page = await admin.refused(at(mira), "put-in", group=group)

    assert page.problem.startswith("There is no group ")
    assert 'id="put-in-group"' in page.html.partition(' aria-invalid="true"')[0][-600:]
    assert page.html.count("<img") == 1  # the mark


async def test_nothing_ticked_takes_out_of_nothing(
    here: World, admin: Visitor, mira: Account
) -> None:
    await here.group("analysts")
    await here.put_in("analysts", "mira")

    page = await admin.refused(at(mira), "take-out")

    assert "name one" in page.problem
    assert await groups(here) == ["All", "analysts"]


async def test_groups_are_offered_by_how_they_begin(
    here: World, admin: Visitor, mira: Account
) -> None:
    for name in ("analysts", "anglers", "bakers"):
        await here.group(name)
    sent = {"HX-Request": "true", "HX-Target": "offered-groups"}

    reply = await admin.get(f"{at(mira)}?group=AN%25", **sent)

    assert reply.text.count("<option") == 2
    assert "bakers" not in reply.text


async def test_it_joins_an_org_and_leaves_it(here: World, admin: Visitor, mira: Account) -> None:
    north = await here.org()

    page = await admin.done(at(mira), "join", org=str(north.id))
    assert "The account is a member of this Org now." in page.text
    assert "In the Org north" in page.text
    cookie = await here.login(org_identifier="north")
    page = await admin.done(at(mira), "leave", org=str(north.id))

    assert "The membership has ended" in page.text
    assert (await here.whoami(cookie=cookie)).status_code == 401
    page = await admin.refused(at(mira), "join", org="nowhere")
    assert "There is no Org " in page.problem


async def test_it_is_deleted_once_its_name_was_typed(
    here: World, admin: Visitor, mira: Account
) -> None:
    page = await admin.refused(at(mira), "remove", typed="otto")
    assert "is not mira" in page.problem
    assert await now(here) == mira

    page = await admin.done(at(mira), "remove", typed="mira")

    assert "The account is deleted." in page.text
    with pytest.raises(NotFound):
        await now(here)
    await admin.open(at(mira), status=404)


DANGEROUS = [
    ("password", {"password": NEW}),
    ("status", {}),
    ("link", {}),
    ("second-factor", {}),
    ("put-in", {"group": "analysts"}),
    ("leave", {}),
    ("join", {}),
    ("force-out", {}),
    ("remove", {"typed": "mira"}),
]


@pytest.mark.parametrize(("act", "fields"), DANGEROUS)
@pytest.mark.parametrize("proof", ["", "wrong"])
async def test_without_ones_own_password_nothing_dangerous_is_done(
    admin: Visitor, mira: Account, act: str, fields: dict[str, str], proof: str
) -> None:
    here = admin.here
    await here.group("analysts")
    await here.org()
    cookie = await here.login()

    page = await admin.refused(at(mira), act, proof=proof, **fields)

    assert page.status == 403
    assert f'id="{act}-proof"' in page.html.partition(' aria-invalid="true"')[0][-400:]
    assert (await here.whoami(cookie=cookie)).status_code == 200
    assert await groups(here) == ["All"]
    assert NEW not in page.html
    view = await here.core.account_views.of(here.by, mira.id)
    assert [one.id for one in view.orgs] == [PRIMARY_ORG]


@pytest.mark.parametrize("proof", ["", "wrong"])
async def test_without_ones_own_password_nobody_is_let_in_again(
    here: World, admin: Visitor, mira: Account, proof: str
) -> None:
    """Who borrows a keyboard may know the password of the account, and stays in with it."""
    await here.core.accounts.set_status(here.by, HERE, mira.id, AccountStatus.SUSPENDED)

    page = await admin.refused(at(mira), "activate", proof=proof)

    assert page.status == 403
    assert (await now(here)).status is AccountStatus.SUSPENDED


async def test_an_account_that_is_gone_is_said_to_be(admin: Visitor) -> None:
    page = await admin.open("accounts/00000000-0000-4000-8000-000000000000", status=404)

    assert page.problem.startswith("There is no account ")


async def test_ones_own_account_is_not_closed_by_oneself(here: World, admin: Visitor) -> None:
    own = await now(here, ADMIN)
    page = await admin.open(at(own))

    assert "Your own password, sessions and tokens are under Your own" in page.text
    for act in ("password", "status", "link", "force-out", "remove", "leave"):
        assert not page.has_form(act), act


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("status", {"status": "SUSPENDED"}),
        ("link", {}),
        ("remove", {"typed": "su"}),
        ("leave", {"org": "0"}),
    ],
)
async def test_an_account_of_the_system_stays_whatever_form_is_sent(
    here: World, admin: Visitor, mira: Account, act: str, fields: dict[str, str]
) -> None:
    su = await now(here, "su")
    form = (await admin.open(at(mira))).form(act)
    sent = [(name, value) for name, value in form if name not in {*fields, "proof"}]

    reply = await admin.post(at(su), [*sent, *fields.items(), ("proof", ADMIN_PASSWORD)])

    assert reply.status_code == 403
    assert "Nobody can do this to the account that they use" in Page(reply).problem
    assert await now(here, "su") == su


async def test_an_account_of_the_system_keeps_its_name(here: World, admin: Visitor) -> None:
    su = await now(here, "su")

    page = await admin.refused(at(su), "change", name="root")

    assert "keeps its name and its type" in page.problem


async def test_nobody_takes_themselves_out_of_what_administers(here: World, admin: Visitor) -> None:
    own = await now(here, ADMIN)
    (boss,) = [
        one
        for one in (await here.core.account_views.of(here.by, ADMIN)).profile.groups
        if one.name == "Administrator"
    ]

    page = await admin.refused(at(own), "take-out", group=boss.id)

    assert "out of a group that administers" in page.problem
    assert await groups(here, ADMIN) == ["Administrator", "All"]


async def test_who_administers_more_is_looked_at_and_not_changed(here: World) -> None:
    await here.account("keeper")
    await here.group("keepers", "USER_ADMINISTRATION")
    await here.put_in("keepers", "keeper")
    keeper = await Visitor.signed_in(here, "keeper", PASSWORD)
    boss = await now(here, ADMIN)

    page = await keeper.open(at(boss))

    assert page.text.count("This account administers more than you do here") == 2
    for act in ("change", "password", "status", "put-in", "take-out", "remove"):
        assert not page.has_form(act), act
    token = dict(page.form("sign-out"))["token"]
    sent = [("token", token), ("act", "password"), ("password", NEW), ("proof", PASSWORD)]
    reply = await keeper.post(at(boss), sent)
    assert "administers more than you do" in Page(reply).problem
    await here.login(ADMIN, ADMIN_PASSWORD)


async def test_an_administrator_of_one_org_sees_and_changes_that_orgs_part(here: World) -> None:
    """checklist 52."""
    north = await here.org()
    both = await here.account("both", org=north.id)
    await here.join("both", 0)
    await here.group("analysts", org=north.id)
    await here.group("bakers")
    await here.put_in("bakers", "both")
    visitor = await nora(here, north.id)

    await visitor.open(at(both, 0), status=404)
    page = await visitor.open(at(both))

    assert "works in other Orgs too" in page.text
    assert "Primary" not in page.html.partition('<main id="main"')[2].replace(
        "from the Primary Org, can change it", ""
    )
    assert "bakers" not in page.html
    for act in ("change", "password", "status", "remove", "join"):
        assert not page.has_form(act), act
    there, elsewhere = [await here.login("both", org_identifier=str(org)) for org in (north.id, 0)]
    await visitor.done(at(both), "force-out")
    assert (await here.whoami(cookie=there)).status_code == 401
    assert (await here.whoami(cookie=elsewhere)).status_code == 200
    await visitor.done(at(both), "put-in", group="analysts")
    assert await groups(here, "both", north.id) == ["All", "analysts"]
    page = await visitor.done(at(both), "leave")
    assert page.title == "Accounts · Gatepass"
    await visitor.open(at(both), status=404)
    assert [one.id for one in (await here.core.account_views.of(here.by, "both")).orgs] == [0]


async def test_of_another_orgs_account_nothing_is_seen_or_changed(
    here: World, mira: Account
) -> None:
    """checklist 52."""
    north = await here.org()
    visitor = await nora(here, north.id)
    cookie = await here.login()
    before = await now(here)
    token = dict((await visitor.open("accounts")).form("sign-out"))["token"]

    missing = await visitor.open("accounts/00000000-0000-4000-8000-000000000000", status=404)
    page = await visitor.open(at(mira), status=404)
    assert page.problem.partition("Incident")[0].replace(mira.id, "") == missing.problem.partition(
        "Incident"
    )[0].replace("00000000-0000-4000-8000-000000000000", "")
    for act, fields in DANGEROUS:
        sent = [("token", token), ("act", act), ("proof", PASSWORD), *fields.items()]
        assert (await visitor.post(at(mira), sent)).status_code in {403, 404}, act
    assert await now(here) == before
    assert (await here.whoami(cookie=cookie)).status_code == 200


async def test_names_are_shown_as_they_are(here: World, admin: Visitor) -> None:
    """No text of an account is markup."""
    account = await here.account("mira", display_name=EVIL)
    await here.group(EVIL[:40])
    await here.put_in(EVIL[:40], "mira")

    page = await admin.open(at(account))

    assert page.tags.count("img") == 1  # the mark
    assert page.tags.count("script") == 2
    assert EVIL in page.text


async def test_a_term_that_ran_out_is_told(here: World, admin: Visitor, mira: Account) -> None:
    ended = replace(mira, expires_at=here.clock() - timedelta(days=1))
    await here.core.means.store.write(lambda tx: tx.accounts.put(ended))

    page = await admin.open(at(mira))

    assert "Its term ended on 31 May 2026" in page.text
    assert "Mira Holt expired" in page.text
