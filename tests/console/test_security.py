"""The page of security settings: trusted keys and signing keys, by whom and for whom."""

from datetime import timedelta
from typing import Any

import pytest

from gatepass.pages.console.handed import FromFile
from gatepass.pages.console.security import places
from tests.adjusted import adjusted
from tests.console.visitor import Page, Visitor
from tests.world import HERE, PASSWORD, World, refusal

PATH = "develop/security"
GUID = "2657f6f9-6aa9-4432-99f2-bf0d70f240ac"
NASTY = '"><img src=x onerror=alert(1)>'


async def status(here: World, key: str, name: str = "mira") -> int:
    """Return what a token request by this key is answered with."""
    reply = await here.post("auth/token/full", {"username": name, "secret_key": key})
    return reply.status_code


async def keys(here: World, org: int | None = None) -> dict[str, str]:
    """Return the texts of the live keys by label."""
    found = await here.core.trusted.secrets_of(here.by, HERE, org)
    return {one.record.label: one.text for one in found}


async def key_id(here: World, label: str = "default", org: int | None = None) -> str:
    found = await here.core.trusted.secrets_of(here.by, HERE, org)
    return next(one.record.id for one in found if one.record.label == label)


async def done(visitor: Visitor, act: str, **more: str) -> Page:
    """Send a form whose answer is the page itself, with a key on it."""
    where = {"key": more.pop("key")} if "key" in more else None
    page = Page(await visitor.send(PATH, act, where=where, **more))
    assert page.status == 200, page.problem
    return page


async def forge(visitor: Visitor, act: str, **fields: str) -> Page:
    """Send what no form of the page has, with the token that its forms carry."""
    page = await visitor.open(PATH)
    token = dict(page.form("sign-out"))["token"]
    pairs = {"token": token, "act": act, "proof": visitor.password, **fields}
    return Page(await visitor.post(PATH, list(pairs.items())))


async def north_admin(here: World) -> tuple[Visitor, int, int]:
    """Return nora, who administers north alone, and the ids of north and south."""
    north, south = (await here.org("north")).id, (await here.org("south")).id
    await here.account("nora", org=north)
    await here.put_in("Administrator", "nora", north)
    return await Visitor.signed_in(here, "nora", PASSWORD), north, south


async def test_switched_on_a_key_is_made_and_shown_with_a_button_that_copies(
    here: World, admin: Visitor
) -> None:
    """As the vendor's page does: Develop, Customizations, the toggle, the clipboard."""
    await here.account("mira")
    page = await admin.open(PATH)
    assert page.title == "Security settings · Gatepass"
    assert "Customizations" in page.text
    assert "Trusted authentication is off" in page.text

    page = await done(admin, "cluster-on")

    key = (await keys(here))["default"]
    assert key in page.text
    assert 'data-copies="key"' in page.html
    assert "Trusted authentication is on" in page.text
    assert await status(here, key) == 200
    assert page.reply.headers["cache-control"] == "no-store"
    (kept,) = (await here.core.auditing.search(here.by, act="secret.enable", most=9)).events
    assert kept.event.source.operation == "console security.cluster-on"


async def test_no_key_is_on_the_page_before_it_is_asked_for(
    here: World, admin: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    """A look is an event, and no log has the key (checklist 51, 56)."""
    key = await here.secret()
    which = await key_id(here)
    before = len((await here.core.auditing.search(here.by, act="secret.read", most=99)).events)
    page = await admin.open(PATH)
    assert key not in page.html
    assert key[:12] not in page.html

    page = await done(admin, "key-show", key=which)

    assert key in page.text
    assert "written in the audit trail" in page.text
    events = (await here.core.auditing.search(here.by, act="secret.read", most=99)).events
    assert len(events) == before + 1
    assert events[0].event.data == {"secrets": [which]}
    assert events[0].event.source.operation == "console security.key-show"
    assert key not in capsys.readouterr().out
    assert key not in repr(events)
    assert key not in (await admin.open(PATH)).html


@adjusted(hide_secret_keys=True)
async def test_hidden_keys_are_whole_when_made_and_never_again(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await done(admin, "cluster-on")
    key = (await keys(here))["default"]
    assert key in page.text
    assert "It is shown this once" in page.text

    page = await done(admin, "key-show", key=await key_id(here))
    assert key not in page.html
    assert f"{key[:8]}…" in page.text
    page = await done(admin, "cluster-add", label="portal")
    assert (await keys(here))["portal"] in page.text


async def test_before_it_is_switched_off_what_stops_is_said(here: World, admin: Visitor) -> None:
    await here.account("mira")
    key = await here.secret()
    token = await here.token(secret_key=key, validity_time_in_sec=7200)
    await here.core.write_activity()
    here.clock.advance(minutes=20)

    page = await admin.open(PATH)
    for words in (
        "whoever asks for a session or token with its key is refused",
        "The last one came 20 minutes ago",
        "Tokens of REST v1 bought with it end at once",
        "Else they run on to their own end",
    ):
        assert words in page.text, words

    page = await admin.done(PATH, "cluster-off")

    assert "Trusted authentication is off" in page.text
    assert await status(here, key) != 200
    assert (await here.whoami(bearer=token)).status_code == 200


async def test_switched_off_with_the_choice_to_end_what_was_bought(
    here: World, admin: Visitor
) -> None:
    await here.account("mira")
    token = await here.token(secret_key=await here.secret(), validity_time_in_sec=7200)
    own = await here.token()

    await admin.done(PATH, "cluster-off", end_tokens="true")

    assert refusal(await here.whoami(bearer=token)) == (401, 10097)
    assert (await here.whoami(bearer=own)).status_code == 200


@adjusted(revoke_on_key_disable=True)
async def test_where_the_setting_ends_tokens_there_is_no_choice(here: World) -> None:
    await here.account("mira")
    token = await here.token(secret_key=await here.secret(), validity_time_in_sec=7200)
    admin = await Visitor.signed_in(here)
    assert "end_tokens" not in (await admin.open(PATH)).html

    await admin.done(PATH, "cluster-off")

    assert (await here.whoami(bearer=token)).status_code == 401


async def test_a_rotated_key_counts_through_its_grace(here: World, admin: Visitor) -> None:
    await here.account("mira")
    old = await here.secret()

    page = await done(admin, "cluster-rotate", label="2027", grace="3600")

    new = (await keys(here))["2027"]
    assert new in page.text
    assert "in 1 hour" in page.text
    here.clock.advance(minutes=59)
    assert (await status(here, old), await status(here, new)) == (200, 200)
    here.clock.advance(minutes=1)
    assert (await status(here, old), await status(here, new)) == (401, 200)


async def test_keys_stand_side_by_side_by_their_labels(here: World, admin: Visitor) -> None:
    await here.account("mira")
    old = await here.secret()

    page = await done(admin, "cluster-add", label=f"portal {NASTY}")

    new = (await keys(here))[f"portal {NASTY}"]
    assert f"portal {NASTY}" in page.text
    assert "<img src=x" not in page.html
    assert (await status(here, old), await status(here, new)) == (200, 200)
    await here.core.write_activity()
    page = await admin.done(PATH, "key-end", where={"key": await key_id(here)})
    assert "The key has ended" in page.text
    assert (await status(here, old), await status(here, new)) == (401, 200)


async def test_a_key_of_elsewhere_is_taken_also_to_begin_with(here: World, admin: Visitor) -> None:
    await here.account("mira")

    page = await admin.done(PATH, "cluster-import", label="vendor", secret=GUID)

    assert "The key is taken" in page.text
    assert GUID not in page.html
    assert await status(here, GUID) == 200


async def test_the_last_key_that_ends_switches_off_and_says_so(here: World, admin: Visitor) -> None:
    await here.secret()
    assert "trusted authentication is off then" in (await admin.open(PATH)).text

    page = await admin.done(PATH, "key-end", where={"key": await key_id(here)})

    assert "It is off: whoever comes with a key is refused" in page.text
    assert page.has_form("cluster-on")


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        ("cluster-add", {"label": ""}, "label"),
        ("cluster-add", {"label": "a\u202eb"}, "label"),
        ("cluster-rotate", {"label": "x", "grace": "1"}, "grace"),
        ("cluster-rotate", {"label": "x", "grace": "-3600"}, "grace"),
        ("cluster-import", {"label": "x", "secret": "short"}, "secret"),
        ("cluster-import", {"label": "x", "secret": GUID}, "secret"),
    ],
    ids=str,
)
async def test_what_will_not_do_is_refused_at_its_field(
    here: World, admin: Visitor, act: str, fields: dict[str, Any], field: str
) -> None:
    """Its fold stays open, with what was typed, secrets excepted."""
    await here.core.rotation.add(here.by, HERE, label="there", text=GUID)

    page = await admin.refused(PATH, act, **fields)

    assert page.status == 400
    wrong = page.html.split('aria-invalid="true"')[0]
    assert f'id="{act}-{field}"' in wrong[max(wrong.rfind("<input"), wrong.rfind("<select")) :]
    assert "open" in wrong[wrong.rfind("<details") :].split(">")[0]
    assert GUID not in page.html
    assert set(await keys(here)) == {"there"}


async def test_every_act_here_asks_for_the_password(here: World, admin: Visitor) -> None:
    """And does nothing without it."""
    key = await here.secret()
    (place,) = places(FromFile())
    assert {act.dangerous for act in place.acts.values()} == {True}

    for act in place.acts:
        page = await forge(admin, act, proof="", key=await key_id(here), label="x")
        assert page.status == 403, act
        assert "Enter your own password" in page.problem
        assert key not in page.html
    assert await keys(here) == {"default": key}
    assert not await here.core.keys.list_all(here.by)


async def test_an_orgs_administrator_has_the_orgs_keys_and_no_others(here: World) -> None:
    """Neither the cluster's nor south's are shown or ended by north's (checklist 53)."""
    of_cluster = await here.secret()
    nora, north, south = await north_admin(here)
    of_south = await here.secret(south)
    await here.core.keys.rotate(here.by, HERE)
    await here.account("mira", org=north)

    page = await nora.open(PATH)
    assert "Trusted authentication of Org north is off" in page.text
    for act in ("cluster-on", "cluster-off", "signing-rotate", "lists", "access", "key-show"):
        assert not page.has_form(act), act
    assert "south" not in page.text
    page = await done(nora, "org-on")
    own = (await keys(here, north))["default"]
    assert own in page.text

    for act, which in (
        ("cluster-on", ""),
        ("cluster-off", ""),
        ("cluster-add", ""),
        ("cluster-rotate", ""),
        ("cluster-import", ""),
        ("signing-rotate", ""),
        ("signing-emergency", ""),
        ("lists", ""),
        ("access", ""),
        ("key-show", await key_id(here)),
        ("key-end", await key_id(here)),
        ("key-show", await key_id(here, org=south)),
        ("key-end", await key_id(here, org=south)),
    ):
        page = await forge(nora, act, key=which, label="x", grace="0", secret=GUID, org=str(south))
        assert page.status in {403, 404}, act
        assert of_cluster not in page.html
        assert of_south not in page.html
    assert await keys(here) == {"default": of_cluster}
    assert await keys(here, south) == {"default": of_south}

    await nora.done(PATH, "org-off")
    assert await keys(here, north) == {}
    assert await status(here, of_cluster) == 200


@adjusted(per_org_secret_keys=False)
async def test_where_orgs_have_no_keys_nothing_of_them_is_offered(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await admin.open(PATH)

    assert page.has_form("cluster-on")
    assert not page.has_form("org-on")


async def test_who_controls_trusted_authentication_alone_sees_keys_and_no_lists(
    here: World,
) -> None:
    await here.account("kim")
    await here.group("keepers", "CONTROL_TRUSTED_AUTH")
    await here.put_in("keepers", "kim")
    kim = await Visitor.signed_in(here, "kim", PASSWORD)

    page = await kim.open(PATH)

    assert page.has_form("cluster-on")
    assert not page.has_form("lists")
    assert (await forge(kim, "lists")).status == 403
    page = await done(kim, "cluster-on")
    assert (await keys(here))["default"] in page.text


async def test_a_member_has_no_part_of_it(here: World) -> None:
    await here.account("mira")
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await mira.open(PATH, status=403)

    assert "You may not do this here" in page.problem
    assert not page.has_form("cluster-on")


async def test_signing_keys_are_listed_by_state_and_age_and_rotated(
    here: World, admin: Visitor
) -> None:
    assert "There is none yet" in (await admin.open(PATH)).text
    first = await here.core.keys.rotate(here.by, HERE)
    here.clock.now += timedelta(days=3)
    admin = await Visitor.signed_in(here)

    page = await admin.done(PATH, "signing-rotate")

    assert "The next key signs from now on" in page.text
    states = {key.id: key.state.value for key in await here.core.keys.list_all(here.by)}
    assert sorted(states.values()) == ["current", "next", "previous"]
    assert states[first] == "previous"
    assert f"previous: its tokens count 3 days ago just now {first}" in page.text


async def test_an_emergency_says_whom_it_shuts_out_and_does(here: World, admin: Visitor) -> None:
    await here.account("mira")
    body = {"username": "mira", "secret_key": await here.secret()}
    token = (await here.post("auth/token/custom", body)).json()["token"]
    page = await admin.open(PATH)
    assert "every custom token of every Org" in page.text

    page = await admin.done(PATH, "signing-emergency")

    assert "All keys have ended" in page.text
    assert (await here.whoami(bearer=token)).status_code == 401


async def test_many_signing_keys_do_not_lengthen_the_page(here: World, admin: Visitor) -> None:
    for _ in range(12):
        await here.core.keys.rotate(here.by, HERE, emergency=True)

    page = await admin.open(PATH)

    assert page.text.count("ended ") <= 8
    assert "before these" in page.text
