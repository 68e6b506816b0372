"""auth/token/custom: what it is asked, what it answers, what stays on the account."""

from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest

from gatepass.core.attributes import PersistOption
from tests.world import HERE, V2, World, refusal, session_cookie, world

GROUP = "a71d5d1f-6e02-4ee1-a6e9-e158af844367"
RULE = {"column_name": "Item type", "operator": "EQ", "values": ["Jackets", "Bags"]}
PARAMETER = {"name": "Discount", "values": ["20"]}


async def custom(here: World, secret: str, **body: Any) -> Any:
    """Ask for a custom token for mira by secret and return the answer."""
    reply = await here.post("auth/token/custom", {"username": "mira", "secret_key": secret, **body})
    assert reply.status_code == 200, reply.text
    return reply.json()


async def claims(here: World, token: str) -> dict[str, Any]:
    """Verify a token offline, as another service would, and return its claims."""
    keys = pyjwt.PyJWKSet.from_dict((await here.client.get("/.well-known/jwks.json")).json())
    kid = pyjwt.get_unverified_header(token)["kid"]
    found: dict[str, Any] = pyjwt.decode(
        token,
        keys[kid].key,
        algorithms=["ES256"],
        audience="gatepass",
        issuer="gatepass",
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    return found


async def stored(here: World, token: str) -> tuple[Any, Any]:
    """Return what session/user says is stored: access control properties and variables."""
    body = (await here.whoami(bearer=token)).json()
    return body["access_control_properties"], body["variable_values"]


async def test_the_answer_has_token_org_user_and_times(here: World) -> None:
    account = await here.account("mira")
    body = await custom(here, await here.secret(), filter_rules=[RULE])

    assert set(body) == {
        "id",
        "token",
        "org",
        "user",
        "creation_time_in_millis",
        "expiration_time_in_millis",
    }
    assert body["org"] == {"id": 0, "name": "Primary"}
    assert body["user"] == {"id": account.id, "name": "mira"}
    assert body["expiration_time_in_millis"] - body["creation_time_in_millis"] == 300_000


async def test_a_stock_library_verifies_the_token_offline(here: World) -> None:
    account = await here.account("mira")
    body = await custom(
        here, await here.secret(), filter_rules=[RULE], parameter_values=[PARAMETER]
    )

    found = await claims(here, body["token"])

    assert found["sub"] == account.id
    assert found["jti"] == body["id"]
    assert found["org_id"] == 0
    assert found["exp"] - found["iat"] == 300
    assert found["filter_rules"] == [RULE]
    assert found["parameter_values"] == [PARAMETER]


async def test_the_token_is_a_bearer_until_it_is_revoked(here: World) -> None:
    await here.account("mira")
    token = (await custom(here, await here.secret()))["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await here.whoami(bearer=token)).json()["name"] == "mira"

    assert (await here.post("auth/token/revoke", headers=bearer)).status_code == 204

    assert refusal(await here.whoami(bearer=token)) == (401, 10097)


async def test_both_spellings_of_every_field_are_one(here: World) -> None:
    """org_id and org_identifier, value and values, groups and group_identifiers, bare objects."""
    org = await here.org("north")
    secret = await here.secret()
    first = await custom(
        here,
        secret,
        username="ann",
        org_identifier="north",
        parameter_values=[{"name": "Discount", "values": ["20"]}],
        objects=[{"type": "LIVEBOARD", "identifier": "one"}],
        groups=[{"identifier": "Sales"}],
    )
    second = await custom(
        here,
        secret,
        username="bob",
        org_id=org.id,
        parameter_values=[{"name": "Discount", "value": 20}],
        objects=["one"],
        group_identifiers=["Sales"],
    )

    seen = [(await here.whoami(bearer=one["token"])).json() for one in (first, second)]
    for field in ("current_org", "access_control_properties", "user_groups"):
        assert seen[0][field] == seen[1][field], field
    assert seen[0]["access_control_properties"] == {
        str(org.id): {"one": {"filter_rules": [], "parameter_values": [PARAMETER]}}
    }


async def test_append_is_what_an_absent_persist_option_means(here: World) -> None:
    await here.account("mira")
    secret = await here.secret()
    await custom(here, secret, filter_rules=[RULE])
    more = {**RULE, "values": ["Hats"]}

    token = (await custom(here, secret, filter_rules=[more]))["token"]

    kept, _ = await stored(here, token)
    assert kept["0"]["ALL"]["filter_rules"] == [{**RULE, "values": ["Jackets", "Bags", "Hats"]}]


async def test_none_keeps_nothing_but_the_token_and_what_is_bought_with_it_carry_it(
    here: World,
) -> None:
    """Rules of one token reach no other session of the user (checklist 31)."""
    await here.account("mira")
    before = await here.login("mira")
    token = (await custom(here, await here.secret(), filter_rules=[RULE], persist_option="NONE"))[
        "token"
    ]
    reply = await here.post("auth/session/login", headers={"Authorization": f"Bearer {token}"})
    cookie = session_cookie(reply)
    minted = (
        await here.get("auth/session/token", headers={"Cookie": f"JSESSIONID={cookie}"})
    ).json()

    by_token = await here.core.gate.principal(bearer=token, cookie=None)
    by_cookie = await here.core.gate.principal(bearer=None, cookie=cookie)
    by_minted = await here.core.gate.principal(bearer=minted["token"], cookie=None)
    other = await here.core.gate.principal(bearer=None, cookie=before)

    assert by_token.attributes is not None
    assert by_token.attributes.filter_rules is not None
    assert by_cookie.attributes == by_token.attributes
    assert by_minted.attributes == by_token.attributes
    assert other.attributes is None
    assert await stored(here, token) == ({}, {})


async def test_what_is_minted_from_a_custom_token_directly_ends_with_it(here: World) -> None:
    await here.account("mira")
    body = await custom(here, await here.secret(), validity_time_in_sec=120)

    minted = await here.get(
        "auth/session/token", headers={"Authorization": f"Bearer {body['token']}"}
    )

    assert minted.json()["expiration_time_in_millis"] <= body["expiration_time_in_millis"]


async def test_variables_are_kept_when_they_are_known(template: Path, tmp_path: Path) -> None:
    async with world(template, tmp_path / "home", variable_names=["country"]) as here:
        await here.account("mira")
        secret = await here.secret()
        token = (
            await custom(here, secret, variable_values=[{"name": "country", "values": ["DE"]}])
        )["token"]
        unknown = await here.post(
            "auth/token/custom",
            {
                "username": "mira",
                "secret_key": secret,
                "variable_values": [{"name": "city", "values": ["Bonn"]}],
            },
        )

        _, kept = await stored(here, token)
        assert kept == {"0": {"ALL": {"variable_values": [{"name": "country", "values": ["DE"]}]}}}
        assert refusal(unknown) == (400, 10002)


async def test_reset_clears_what_is_kept_and_the_request_still_goes_into_the_token(
    here: World,
) -> None:
    await here.account("mira")
    secret = await here.secret()
    await custom(here, secret, filter_rules=[RULE], parameter_values=[PARAMETER])

    body = await custom(here, secret, persist_option="RESET", filter_rules=[RULE])

    assert await stored(here, body["token"]) == ({}, {})
    assert (await claims(here, body["token"]))["filter_rules"] == [RULE]


async def test_reset_option_groups_takes_the_user_out_of_its_groups(here: World) -> None:
    await here.account("mira")
    await here.group("Sales")
    await here.put_in("Sales", "mira")

    body = await custom(here, await here.secret(), persist_option="RESET", reset_option="GROUPS")

    groups = (await here.whoami(bearer=body["token"])).json()["user_groups"]
    assert [group["name"] for group in groups] == ["All"]


async def test_an_existing_user_is_left_as_it_is(here: World) -> None:
    await here.account("mira", display_name="Mira")
    org = await here.org("north")
    secret = await here.secret()

    body = await custom(
        here, secret, display_name="Other", email="other@example.org", groups=["Sales"]
    )
    elsewhere = await here.post(
        "auth/token/custom", {"username": "mira", "secret_key": secret, "org_id": org.id}
    )

    seen = (await here.whoami(bearer=body["token"])).json()
    assert (seen["display_name"], seen["email"]) == ("Mira", None)
    assert [group["name"] for group in seen["user_groups"]] == ["All"]
    assert refusal(elsewhere) == (400, 10002)


async def test_a_missing_user_is_created_unless_told_otherwise(here: World) -> None:
    secret = await here.secret()
    refused = await here.post(
        "auth/token/custom", {"username": "ann", "secret_key": secret, "auto_create": False}
    )

    body = await custom(here, secret, username="ann", display_name="Ann", groups=["Sales"])

    seen = (await here.whoami(bearer=body["token"])).json()
    assert refusal(refused) == (400, 10002)
    assert seen["display_name"] == "Ann"
    assert {group["name"] for group in seen["user_groups"]} == {"All", "Sales"}


async def test_attributes_by_password_need_an_administrator(here: World) -> None:
    await here.account("mira")
    secret = await here.secret()
    await custom(here, secret, filter_rules=[RULE])
    plain = {"username": "mira", "password": "Qp-battery-staple-7"}

    refused = await here.post("auth/token/custom", {**plain, "filter_rules": [RULE]})
    reset = await here.post("auth/token/custom", {**plain, "persist_option": "RESET"})
    emptied = await here.post(
        "auth/token/custom", {**plain, "filter_rules": [], "persist_option": "REPLACE"}
    )

    assert refusal(refused) == (403, 10023)
    assert refusal(reset) == (403, 10023)
    assert emptied.status_code == 200
    kept, _ = await stored(here, emptied.json()["token"])
    assert kept["0"]["ALL"]["filter_rules"] == [RULE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter_rules": [{**RULE, "operator": "ROUGHLY"}]},
        {"filter_rules": [{**RULE, "values": []}]},
        {"filter_rules": [{**RULE, "operator": "BW", "values": ["1"]}]},
        {"filter_rules": [{"operator": "EQ", "values": ["1"]}]},
        {"filter_rules": "EQ"},
        {"persist_option": "KEEP"},
        {"reset_option": ["GROUPS"]},
        {"reset_option": ["NAMES"], "persist_option": "RESET"},
        {"persist_option": "NONE", "variable_values": [{"name": "a", "values": ["b"]}]},
        {"persist_option": "RESET", "variable_values": [{"name": "a", "values": ["b"]}]},
        {"validity_time_in_sec": 0},
        {"parameter_values": [{"name": "Discount"}]},
        {"org_identifier": "nowhere"},
    ],
    ids=" ".join,
)
async def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    here: World, wrong: dict[str, Any]
) -> None:
    """An unusable rule is refused at mint, never dropped (checklist 30)."""
    await here.account("mira")
    secret = await here.secret()

    reply = await here.post(
        "auth/token/custom", {"username": "mira", "secret_key": secret, **wrong}
    )

    assert refusal(reply) == (400, 10002)
    assert await stored(here, await here.token("mira")) == ({}, {})


@pytest.mark.parametrize("option", [one.value for one in PersistOption])
async def test_a_token_past_4096_characters_is_refused_by_the_part_to_shorten(
    here: World, option: str
) -> None:
    await here.account("mira")
    long = {"column_name": "c", "operator": "IN", "values": [f"value {n:04}" for n in range(900)]}

    reply = await here.post(
        "auth/token/custom",
        {
            "username": "mira",
            "secret_key": await here.secret(),
            "filter_rules": [long],
            "persist_option": option,
        },
    )

    assert refusal(reply) == (400, 10002)
    assert "filter_rules" in reply.json()["error"]["message"]["debug"]
    assert await stored(here, await here.token("mira")) == ({}, {})


async def test_rotation_refuses_nothing_good_and_an_emergency_ends_all(here: World) -> None:
    """Old tokens live through a rotation; an emergency kills at once (checklist 39)."""
    await here.account("mira")
    secret = await here.secret()
    first = (await custom(here, secret))["token"]
    published = {
        key["kid"] for key in (await here.client.get("/.well-known/jwks.json")).json()["keys"]
    }

    current = await here.core.keys.rotate(here.by, HERE)
    second = (await custom(here, secret))["token"]

    assert current in published, "verifiers knew the key before it signed"
    assert pyjwt.get_unverified_header(second)["kid"] == current
    for token in (first, second):
        assert (await here.whoami(bearer=token)).status_code == 200
        await claims(here, token)

    full = await here.token("mira")
    await here.core.keys.rotate(here.by, HERE, emergency=True)

    for token in (first, second):
        assert refusal(await here.whoami(bearer=token)) == (401, 10097)
        with pytest.raises(KeyError):
            await claims(here, token)
    assert (await here.whoami(bearer=full)).status_code == 200
    assert (await here.whoami(bearer=(await custom(here, secret))["token"])).status_code == 200


async def test_signing_keys_are_sealed_at_rest(here: World) -> None:
    """(checklist 40)"""
    await here.account("mira")
    await custom(here, await here.secret())

    async def work(tx: Any) -> list[bytes]:
        return [await tx.keys.sealed(key.id) for key in await tx.keys.all()]

    for sealed in await here.core.means.store.read(work):
        assert b'"d"' not in sealed
        assert b"crv" not in sealed


async def test_the_key_set_is_public_and_holds_no_private_part(here: World) -> None:
    await here.account("mira")
    await custom(here, await here.secret())

    reply = await here.client.get("/.well-known/jwks.json")

    assert reply.status_code == 200
    assert len(reply.json()["keys"]) == 2
    for key in reply.json()["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def forged(token: str) -> dict[str, str]:
    """Return what attackers make of a good token."""
    head, body, signature = token.split(".")
    none = pyjwt.encode({"sub": "x"}, "", algorithm="none")
    return {
        "no signature": f"{head}.{body}.",
        "another's signature": f"{head}.{body}.{signature[::-1]}",
        "alg none": none,
        "alg none, good body": f"{none.split('.')[0]}.{body}.",
        "hmac under the public key": pyjwt.encode({"sub": "x"}, "p" * 32, algorithm="HS256"),
        "another body": f"{head}.{body[:-4]}AAAA.{signature}",
        "padding": f"{head}.{body}.{signature}=",
        "a blank": f"{head}.{body}.{signature} x",
        "four parts": f"{token}.x",
        "very long": "eyJ" + "a" * 5000 + "..",
    }


async def test_a_forged_token_is_refused_like_an_unknown_one(here: World) -> None:
    """(checklist 24, 25, 26) What is not the very text that was issued is nobody's."""
    await here.account("mira")
    token = (await custom(here, await here.secret()))["token"]

    for name, text in forged(token).items():
        assert refusal(await here.whoami(bearer=text)) == (401, 10097), name
    for header in (
        {"kid": "../../etc/passwd"},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
    ):
        text = pyjwt.encode({"sub": "x"}, "p" * 32, algorithm="HS256", headers=header)
        assert refusal(await here.whoami(bearer=text)) == (401, 10097), header


async def test_the_path_is_served_under_v2(here: World) -> None:
    assert (await here.client.get(f"{V2}/auth/token/custom")).status_code == 405
