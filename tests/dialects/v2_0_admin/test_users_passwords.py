"""REST v2.0, users: change and reset passwords; deactivate, and activate by a one-time link."""

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import PASSWORD, World, headers, refusal

NEW = "Copper-Inside-19-Walls"
HOME = "http://gatepass.test"
CALLS: dict[str, dict[str, Any]] = {
    "users/change-password": {"current_password": PASSWORD, "new_password": NEW},
    "users/reset-password": {"new_password": NEW},
    "users/deactivate": {"base_url": HOME},
    "users/activate": {"auth_token": "gpa_" + "x" * 43, "password": NEW},
}


def change(name: str = "mira", current: str = PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"user_identifier": name, "current_password": current, "new_password": new}


async def signs_in(here: World, password: str, name: str = "mira") -> bool:
    reply = await here.post("auth/session/login", {"username": name, "password": password})
    return reply.status_code == 204


async def status(admin: Caller, name: str = "mira") -> str:
    (user,) = await admin.find("users/search", user_identifier=name)
    return str(user["account_status"])


async def link(admin: Caller, name: str = "mira", base: str = HOME) -> str:
    made = await admin.make("users/deactivate", user_identifier=name, base_url=base)
    assert set(made) == {"activation_link"}
    return str(made["activation_link"])


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["auth_token"][0]


async def test_whoever_knows_the_own_password_changes_it_and_all_else_ends(here: World) -> None:
    """What is held besides is refused from then on (checklist 8)."""
    await here.account("mira")
    others = [{"cookie": await here.login()}, {"bearer": await here.token()}]
    mira = await somebody(here)

    await mira.do("users/change-password", **change("MIRA"))

    assert [(await here.whoami(**one)).status_code for one in others] == [401, 401]
    assert (await here.whoami(bearer=mira.token)).status_code == 200
    assert not await signs_in(here, PASSWORD)
    assert await signs_in(here, NEW)


async def test_an_administrator_changes_anothers_password_knowing_it(here: World) -> None:
    """All that the other holds ends (checklist 8)."""
    admin = await administrator(here)
    mira = await here.account("mira")
    held = await here.token()

    await admin.do("users/change-password", **change(mira.id))

    assert (await here.whoami(bearer=held)).status_code == 401
    assert (await here.whoami(bearer=admin.token)).status_code == 200
    assert await signs_in(here, NEW)


@pytest.mark.parametrize(
    "body",
    [
        change(current="Not-the-one-77"),
        change(new=PASSWORD),
        change(new="short"),
        change(new="password1"),
        change(new=""),
        change(current=""),
        change(name=""),
        {"user_identifier": ["mira"], "current_password": PASSWORD, "new_password": NEW},
        {"user_identifier": None, "current_password": PASSWORD, "new_password": NEW},
    ],
    ids=str,
)
async def test_a_change_that_will_not_do_changes_nothing(here: World, body: dict[str, Any]) -> None:
    await here.account("mira")
    mira = await somebody(here)

    assert await mira.refused("users/change-password", **body) == BAD
    assert await signs_in(here, PASSWORD)


async def test_nobody_else_changes_a_password_even_knowing_it(here: World) -> None:
    await here.account("mira")
    await here.account("sven")
    sven = await somebody(here, "sven")

    for name in ("mira", "nobody-at-all"):
        assert await sven.refused("users/change-password", **change(name)) == FORBIDDEN
    assert await signs_in(here, PASSWORD)


async def test_wrong_current_passwords_count_like_wrong_sign_ins(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    wrong = change(current="Not-the-one-77")

    for _ in range(here.core.rules.lockout_threshold):
        assert await admin.refused("users/change-password", **wrong) == BAD

    assert await admin.refused("users/change-password", **change()) == BAD
    assert not await signs_in(here, PASSWORD)


async def test_a_reset_sets_the_password_ends_everything_and_unlocks(here: World) -> None:
    """A new password ends all that is held (checklist 8)."""
    admin = await administrator(here)
    await here.account("mira")
    held = [{"cookie": await here.login()}, {"bearer": await here.token()}]
    for _ in range(here.core.rules.lockout_threshold):
        assert not await signs_in(here, "Not-the-one-77")

    await admin.do("users/reset-password", user_identifier="mira", new_password=NEW)

    assert [(await here.whoami(**one)).status_code for one in held] == [401, 401]
    assert await signs_in(here, NEW)
    weak = {"user_identifier": "mira", "new_password": "mira2026"}
    assert await admin.refused("users/reset-password", **weak) == BAD


async def test_a_deactivated_user_is_out_and_comes_back_by_the_link(here: World) -> None:
    """Deactivation ends what is held; the link works once (checklist 7, checklist 49)."""
    admin = await administrator(here)
    mira = await here.account("mira")
    held = [{"cookie": await here.login()}, {"bearer": await here.token()}]

    address = await link(admin)

    assert address.startswith(f"{HOME}/activate?")
    assert mira.id in address
    assert [(await here.whoami(**one)).status_code for one in held] == [401, 401]
    assert await status(admin) == "INACTIVE"
    assert not await signs_in(here, PASSWORD)
    body = {"user_identifier": "mira", "auth_token": token_of(address), "password": NEW}
    user = await admin.make("users/activate", **body, properties="{}")
    assert (user["id"], user["account_status"]) == (mira.id, "ACTIVE")
    assert await signs_in(here, NEW)
    assert not await signs_in(here, PASSWORD)
    # Replay: it has been used.
    assert await admin.refused("users/activate", **{**body, "password": PASSWORD}) == BAD
    assert not await signs_in(here, PASSWORD)


async def test_a_link_lasts_fourteen_days(here: World) -> None:
    """It runs out, used or not (checklist 49)."""
    admin = await administrator(here)
    await here.account("mira")
    await here.account("sven")
    links = {name: token_of(await link(admin, name)) for name in ("mira", "sven")}

    here.clock.advance(days=14, seconds=-1)
    admin = await administrator(here)
    body = {"user_identifier": "mira", "auth_token": links["mira"], "password": NEW}
    await admin.make("users/activate", **body)
    here.clock.advance(seconds=1)

    body = {"user_identifier": "sven", "auth_token": links["sven"], "password": NEW}
    assert await admin.refused("users/activate", **body) == BAD
    await here.core.prune()
    assert _digests(here) == []


async def test_the_store_has_a_link_as_a_digest_alone(here: World) -> None:
    """Who reads the database cannot use a link (checklist 49)."""
    admin = await administrator(here)
    await here.account("mira")
    secret = token_of(await link(admin))

    assert len(_digests(here)) == 1
    for file in here.home.iterdir():
        if file.is_file():
            assert secret.encode() not in file.read_bytes()


def _digests(here: World) -> list[bytes]:
    with closing(sqlite3.connect(here.home / "gatepass.db")) as connection:
        return [row[0] for row in connection.execute("SELECT digest FROM links")]


async def test_a_link_lifts_its_own_deactivation_and_no_later_one(here: World) -> None:
    """A newer link, another status or a new password makes it void (checklist 49)."""
    admin = await administrator(here)
    await here.account("mira")
    links = [token_of(await link(admin)), token_of(await link(admin))]
    body = {"user_identifier": "mira", "password": NEW}

    assert await admin.refused("users/activate", **body, auth_token=links[0]) == BAD
    for change_it in (
        ("users/mira/update", {"account_status": "SUSPENDED"}),
        ("users/mira/update", {"account_status": "ACTIVE"}),
        ("users/reset-password", {"user_identifier": "mira", "new_password": PASSWORD}),
    ):
        last = token_of(await link(admin))
        await admin.do(change_it[0], **change_it[1])
        assert await admin.refused("users/activate", **body, auth_token=last) == BAD
    assert not await signs_in(here, NEW)


async def test_every_bad_link_is_refused_in_the_same_words(here: World) -> None:
    """An unknown user sounds like a wrong link (checklist 49)."""
    admin = await administrator(here)
    for name in ("mira", "sven"):
        await here.account(name)
    good = token_of(await link(admin))
    texts = set()

    for name, secret in [
        ("mira", "gpa_" + "x" * 43),
        ("mira", "x"),
        ("mira", good[:-1]),
        ("mira", good.replace("gpa_", "gpf_")),
        ("sven", good),
        ("nobody-at-all", good),
    ]:
        reply = await admin.ask(
            "users/activate", user_identifier=name, auth_token=secret, password=NEW
        )
        assert refusal(reply) == BAD
        texts.add(reply.json()["error"]["message"]["debug"])
    assert len(texts) == 1
    await admin.make("users/activate", user_identifier="mira", auth_token=good, password=NEW)


async def test_a_weak_password_does_not_use_a_link_up(here: World) -> None:
    admin = await administrator(here)
    await here.account("mira")
    body = {"user_identifier": "mira", "auth_token": token_of(await link(admin))}

    assert await admin.refused("users/activate", **body, password="short") == BAD
    await admin.make("users/activate", **body, password=NEW)


@pytest.mark.parametrize(
    "base",
    [
        "https://evil.example",
        "http://gatepass.test.evil.example",
        "http://gatepass.test@evil.example",
        "http://gatepass.test/path",
        "https://gatepass.test",
        "gatepass.test",
        "javascript:alert(1)",
        "",
    ],
)
async def test_a_link_leads_to_this_server_alone(here: World, base: str) -> None:
    admin = await administrator(here)
    await here.account("mira")

    refused = await admin.refused("users/deactivate", user_identifier="mira", base_url=base)

    assert refused == BAD
    assert await status(admin) == "ACTIVE"


async def test_a_pending_user_comes_in_by_a_link_too(here: World) -> None:
    admin = await administrator(here)
    await admin.make(
        "users/create",
        name="mira",
        display_name="M",
        email="m@example.com",
        trigger_activation_email=True,
    )
    body = {"user_identifier": "mira", "auth_token": token_of(await link(admin)), "password": NEW}

    await admin.make("users/activate", **body)

    assert await signs_in(here, NEW)


@pytest.mark.parametrize("path", CALLS)
async def test_only_who_administers_users_does_it_to_others(here: World, path: str) -> None:
    admin = await administrator(here)
    await here.account("mira")
    await here.account("sven")
    sven = await somebody(here, "sven")
    body = {"user_identifier": "mira", **CALLS[path]}

    assert refusal(await here.post(path, body)) == UNAUTHORIZED
    assert await sven.refused(path, **body) == FORBIDDEN
    limited = Caller(here, await here.token("sven", object_id="lb-1"))
    assert await limited.refused(path, **body) == FORBIDDEN
    assert (await status(admin), await signs_in(here, PASSWORD)) == ("ACTIVE", True)


@pytest.mark.parametrize("path", [one for one in CALLS if one != "users/activate"])
async def test_nobody_does_it_to_who_administers_more(here: World, path: str) -> None:
    keeper = await holder(here, "keeper", "USER_ADMINISTRATION")
    await holder(here, "mira", "GROUP_ADMINISTRATION")

    for name in ("mira", "tsadmin", "system"):
        refused = await keeper.refused(path, user_identifier=name, **CALLS[path])
        assert refused == FORBIDDEN
    refused = await keeper.refused(path, user_identifier="nobody-at-all", **CALLS[path])
    assert refused == UNKNOWN_OBJECT


async def test_users_of_another_org_are_unknown(here: World) -> None:
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    await here.account("mira")

    for path, body in CALLS.items():
        expected = BAD if path == "users/activate" else UNKNOWN_OBJECT
        assert await nora.refused(path, user_identifier="mira", **body) == expected
    assert await signs_in(here, PASSWORD)


async def test_nobody_deactivates_himself_or_the_systems_accounts(here: World) -> None:
    admin = await administrator(here)
    keeper = await holder(here, "keeper", "USER_ADMINISTRATION")

    for caller, name in ((admin, "tsadmin"), (admin, "su"), (keeper, "keeper")):
        body = {"user_identifier": name, "base_url": HOME}
        assert await caller.refused("users/deactivate", **body) == FORBIDDEN


async def test_a_cookie_of_a_foreign_page_changes_no_password(here: World) -> None:
    await here.account("mira")
    sent = {**headers(cookie=await here.login()), "Origin": "https://evil.example"}

    reply = await here.post("users/change-password", change(), headers=sent)

    assert refusal(reply) == FORBIDDEN
    assert await signs_in(here, PASSWORD)
