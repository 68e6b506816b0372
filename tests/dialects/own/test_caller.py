"""GET caller: who one is, in which Org, and what limits the credential."""

from datetime import timedelta
from typing import Any

from tests.dialects.own.sessions_api import Held, call, refused, signed_in
from tests.world import World

OBJECT = "0b4cc8ee-7b63-4bfe-a5f8-8e5bd9ad0a01"


async def asked(here: World, held: Held) -> dict[str, Any]:
    reply = await call(here, "GET", "caller", held)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def test_a_session_tells_account_org_groups_privileges_and_its_end(here: World) -> None:
    account = await here.account(display_name="Mira Holt", email="mira@example.com")
    group = await here.group("analysts", "DATADOWNLOADING")
    await here.put_in("analysts", "mira")

    body = await asked(here, await signed_in(here))

    assert body["account"] == {
        "id": account.id,
        "name": "mira",
        "display_name": "Mira Holt",
        "email": "mira@example.com",
        "type": "LOCAL_USER",
    }
    assert (body["org"]["id"], body["org"]["name"]) == (0, "Primary")
    assert "DATADOWNLOADING" in body["org"]["privileges"]
    shown = [one for one in body["groups"] if one["name"] != "All"]
    assert shown == [
        {"id": group.id, "name": "analysts", "display_name": "analysts", "inherited": False}
    ]
    assert len(body["groups"]) == 2, "and All, once"
    assert (body["object_id"], body["attributes"]) == (None, None)
    credential = body["credential"]
    assert (credential["kind"], credential["bound_to_org"], credential["actor"]) == (
        "session",
        False,
        None,
    )
    assert credential["expires_in"] == here.core.rules.session_max_age.total_seconds()


async def test_what_is_left_of_a_token_is_counted_by_this_servers_clock(here: World) -> None:
    await here.account()
    held = {"bearer": await here.token(validity_time_in_sec=100)}
    here.clock.advance(seconds=30)

    credential = (await asked(here, held))["credential"]

    assert (credential["kind"], credential["expires_in"]) == ("token", 70)
    assert credential["expires_at"] == f"{here.clock() + timedelta(seconds=70):%Y-%m-%dT%H:%M:%SZ}"


async def test_an_object_token_names_its_object(here: World) -> None:
    await here.account()

    body = await asked(here, {"bearer": await here.token(object_id=OBJECT)})

    assert body["object_id"] == OBJECT


async def test_a_custom_token_shows_its_attributes(here: World) -> None:
    await here.account()
    rule = {"column_name": "region", "operator": "IN", "values": ["EU"]}
    reply = await here.post(
        "auth/token/custom",
        {
            "username": "mira",
            "secret_key": await here.secret(),
            "persist_option": "NONE",
            "filter_rules": [rule],
        },
    )
    assert reply.status_code == 200, reply.text

    body = await asked(here, {"bearer": reply.json()["token"]})

    assert body["attributes"] == {"filter_rules": [rule]}


async def test_a_session_lists_every_org_and_a_token_only_the_one_it_is_bound_to(
    here: World,
) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)

    by_session = await asked(here, await signed_in(here))
    by_token = await asked(here, {"bearer": await here.token()})

    assert [one["name"] for one in by_session["orgs"]] == ["Primary", "north"]
    assert [one["name"] for one in by_token["orgs"]] == ["Primary"]


async def test_nobody_is_told_nothing(here: World) -> None:
    assert refused(await call(here, "GET", "caller", {})) == (401, "not_authenticated")
