"""session/auth/token of v1: a trusted secret speaks for a user."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from gatepass.core.attributes import Attributes
from gatepass.core.crypto import digest
from tests.adjusted import adjusted
from tests.dialects.v1.forms import (
    BAD,
    FAILED,
    FORBIDDEN,
    LIVEBOARD,
    UNAUTHORIZED,
    ask,
    info,
    is_active,
    refusal,
    texts,
    trusted,
    trusted_token,
)
from tests.world import HERE, World, headers, session_cookie

MISSING_KEY = {"username": "mira"}


async def groups_of(here: World, token: str) -> set[str]:
    user = (await here.whoami(bearer=token)).json()
    return {one["name"] for one in user["user_groups"]} - {"All"}


async def carried(here: World, token: str) -> Attributes | None:
    """Return what a token's row carries."""
    row = await here.core.means.store.read(lambda tx: tx.tokens.by_digest(digest(token)))
    assert row is not None
    return row.attributes


async def test_the_token_is_the_whole_answer(here: World) -> None:
    await here.account("mira")

    reply = await trusted(here)

    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", reply.text)
    assert "set-cookie" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


async def test_it_is_good_as_a_bearer_everywhere(here: World) -> None:
    """In v1 and in v2.0, at once and as often as one likes."""
    await here.account("mira")
    token = await trusted_token(here)

    for _ in range(2):
        assert (await info(here, bearer=token))["userName"] == "mira"
        assert await is_active(here, bearer=token) == 200
        assert (await here.whoami(bearer=token)).json()["name"] == "mira"


async def test_no_header_no_session_and_no_level_are_asked_for(here: World) -> None:
    await here.account("mira")
    key = await here.secret()
    here.client.cookies.clear()

    reply = await here.client.post(
        "/callosum/v1/tspublic/v1/session/auth/token", data={**MISSING_KEY, "secret_key": key}
    )

    assert reply.status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"secret_key": ""},
        {"username": ""},
        {"username": "nobody"},
        {"access_level": "SOME"},
        {"access_level": "REPORT_BOOK_VIEW"},
        {"access_level": "REPORT_BOOK_VIEW", "id": ""},
        {"access_level": "REPORT_BOOK_VIEW", "id": "x" * 257},
        {"orgid": "north"},
        {"orgid": "4711"},
        {"orgid": str(2**31)},
        {"autocreate": "maybe"},
        {"autocreate": "true", "groups": "sales"},
        {"autocreate": "true", "groups": '{"a": 1}'},
        {"autocreate": "true", "groups": "[1]"},
        {"groups": "[" * 100_000},
        {"jwt_user_options": "[]"},
        {"jwt_user_options": '{"parameters": [{"runtime_filter": {"col1": "a", "op1": "EQ"}}]}'},
        {"jwt_user_options": '{"parameters": [{"runtime_magic": {}}]}'},
        {
            "jwt_user_options": json.dumps(
                {"parameters": [{"runtime_filter": {"col1": "a", "op1": "LIKES", "val1": "b"}}]}
            )
        },
    ],
    ids=str,
)
async def test_what_is_missing_or_malformed_is_a_bad_request(
    here: World, change: dict[str, str]
) -> None:
    """A rule that cannot be meant never becomes no rule (checklist 30)."""
    await here.account("mira")

    reply = await trusted(here, **{"secret_key": await here.secret(), "username": "mira", **change})

    assert refusal(reply) == BAD
    assert texts(reply)[0] == "Bad request. Invalid parameter values."


async def test_a_wrong_key_is_a_wrong_credential(here: World) -> None:
    await here.account("mira")
    await here.secret()

    for wrong in ("x", "gpk_" + "x" * 43, "2657f6f9-6aa9-4432-99f2-bf0d70f240ac"):
        assert refusal(await trusted(here, secret_key=wrong)) == UNAUTHORIZED


@pytest.mark.parametrize("status", ["INACTIVE", "LOCKED", "PENDING", "SUSPENDED", "EXPIRED"])
async def test_so_is_a_user_who_may_not_sign_in(here: World, status: str) -> None:
    await here.account("mira")
    admin = headers(bearer=await here.token("tsadmin", password="Zx-correct-horse-9"))
    done = await here.post("users/mira/update", {"account_status": status}, headers=admin)
    assert done.status_code == 204, done.text

    assert refusal(await trusted(here)) == UNAUTHORIZED


async def test_without_trusted_authentication_it_is_a_failure(here: World) -> None:
    await here.account("mira")

    assert refusal(await trusted(here, secret_key="gpk_" + "x" * 43)) == FAILED


async def test_an_orgs_key_is_good_for_that_org_alone(here: World) -> None:
    """Named or not; for any other it is a wrong key (checklist 53)."""
    north, south = await here.org("north"), await here.org("south")
    await here.account("mira", org=north.id)
    await here.join("mira", south.id)
    await here.secret()
    key = await here.secret(north.id)

    for named in ({}, {"orgid": str(north.id)}):
        token = await trusted_token(here, secret_key=key, **named)
        assert (await info(here, bearer=token))["currentOrgId"] == north.id
    for other in (south.id, 0, 4711):
        reply = await trusted(here, secret_key=key, orgid=str(other))
        assert refusal(reply) == UNAUTHORIZED


async def test_without_an_org_it_is_the_last_one_used(here: World) -> None:
    north = await here.org("north")
    await here.account("mira")
    await here.join("mira", north.id)
    await here.login("mira", org_identifier="north")

    token = await trusted_token(here)

    assert (await info(here, bearer=token))["currentOrgId"] == north.id


async def test_of_an_org_that_is_not_his_a_user_gets_no_token(here: World) -> None:
    north = await here.org("north")
    await here.account("mira")

    assert refusal(await trusted(here, orgid=str(north.id))) == BAD
    assert refusal(await trusted(here, orgid=str(north.id), autocreate="false")) == BAD


async def test_with_autocreate_he_joins_it(here: World) -> None:
    north = await here.org("north")
    await here.account("mira")

    token = await trusted_token(here, orgid=str(north.id), autocreate="true")

    user = (await here.whoami(bearer=token)).json()
    assert user["current_org"]["id"] == north.id
    assert {one["name"] for one in user["orgs"]} == {"Primary", "north"}


async def test_who_is_missing_is_created_with_what_is_said_of_him(here: World) -> None:
    north = await here.org("north")

    token = await trusted_token(
        here,
        "nova",
        autocreate="true",
        orgid=str(north.id),
        email="nova@example.com",
        display_name="Nova Büchner",
        groups='["sales", "new ones"]',
    )

    found = await info(here, bearer=token)
    assert (found["userDisplayName"], found["userEmail"]) == ("Nova Büchner", "nova@example.com")
    assert found["currentOrgId"] == north.id
    assert await groups_of(here, token) == {"sales", "new ones"}


async def test_in_primary_where_no_org_is_named(here: World) -> None:
    token = await trusted_token(here, "nova", autocreate="TRUE")

    assert (await info(here, bearer=token))["currentOrgId"] == 0


async def test_who_exists_keeps_name_and_address(here: World) -> None:
    await here.account("mira", display_name="Mira Holt", email="mira@example.com")

    token = await trusted_token(
        here, autocreate="true", display_name="Other", email="other@example.com"
    )

    found = await info(here, bearer=token)
    assert (found["userDisplayName"], found["userEmail"]) == ("Mira Holt", "mira@example.com")


@pytest.mark.parametrize(
    ("sent", "after"),
    [
        ({}, {"sales"}),
        ({"autocreate": "true"}, {"sales"}),
        ({"groups": '["other"]'}, {"sales"}),
        ({"groups": '["other"]', "autocreate": "false"}, {"sales"}),
        ({"groups": '["other"]', "autocreate": "true"}, {"other"}),
        ({"groups": "[]", "autocreate": "true"}, set()),
        ({"groups": "", "autocreate": "true"}, {"sales"}),
    ],
    ids=str,
)
async def test_groups_count_with_autocreate_alone(
    here: World, sent: dict[str, str], after: set[str]
) -> None:
    await here.account("mira")
    await here.group("sales")
    await here.put_in("sales", "mira")

    assert await groups_of(here, await trusted_token(here, **sent)) == after


async def test_nobody_is_raised_so(here: World) -> None:
    """A group that administers is refused, with the whole request (checklist 55)."""
    reply = await trusted(here, "nova", autocreate="true", groups='["Administrator"]')

    assert refusal(reply) == FORBIDDEN
    assert refusal(await trusted(here, "nova")) == BAD


async def test_a_token_for_one_object_is_limited_to_it(here: World) -> None:
    """In every dialect (checklist 29)."""
    await here.account("mira")
    token = await trusted_token(here, access_level="REPORT_BOOK_VIEW", id=LIVEBOARD)

    asked = await here.post("auth/token/validate", {"token": token}, headers=headers(bearer=token))

    assert asked.json()["scope"] == {
        "access_type": "REPORT_BOOK_VIEW",
        "org_id": 0,
        "metadata_id": LIVEBOARD,
    }
    assert (await info(here, bearer=token))["userName"] == "mira"
    for method, path in [
        ("PUT", "session/orgs"),
        ("POST", "session/homepinboard"),
        ("POST", "user/session/invalidate"),
    ]:
        reply = await ask(here, method, path, {"orgid": "0", "id": LIVEBOARD}, bearer=token)
        assert refusal(reply) == FORBIDDEN, path
        assert reply.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


async def test_an_object_without_that_level_limits_nothing(here: World) -> None:
    await here.account("mira")
    token = await trusted_token(here, access_level="FULL", id=LIVEBOARD)

    reply = await ask(here, "POST", "session/homepinboard", {"id": LIVEBOARD}, bearer=token)

    assert reply.status_code == 204


async def test_options_travel_with_the_token_and_all_that_it_buys(here: World) -> None:
    """And reach no other token of the user (checklist 31)."""
    await here.account("mira")
    options: dict[str, Any] = {
        "parameters": [
            {
                "runtime_filter": {
                    "col1": "Region",
                    "op1": "IN",
                    "val1": ["north", "south"],
                    "row2": "Year",
                    "op2": "EQ",
                    "val2": 2026,
                }
            },
            {"runtime_sort": {"sortCol1": "Year", "asc1": True}},
            {"runtime_param_override": {"param1": "Currency", "paramVal1": "EUR"}},
        ],
        "metadata": [{"type": "LOGICAL_TABLE", "identifier": LIVEBOARD}],
    }
    plain = await trusted_token(here)

    token = await trusted_token(here, jwt_user_options=json.dumps(options))

    kept = await carried(here, token)
    assert kept is not None
    assert [(one.column_name, one.operator, one.values) for one in kept.filter_rules or ()] == [
        ("Region", "IN", ["north", "south"]),
        ("Year", "EQ", ["2026"]),
    ]
    assert [(one.name, one.values) for one in kept.parameter_values or ()] == [
        ("Currency", ["EUR"])
    ]
    assert [(one.column_name, one.ascending) for one in kept.orderings or ()] == [("Year", True)]
    assert [(one.type, one.identifier) for one in kept.objects or ()] == [
        ("LOGICAL_TABLE", LIVEBOARD)
    ]
    assert await carried(here, plain) is None
    bought = await ask(here, "GET", "v2/auth/token/fetch", bearer=token)
    assert await carried(here, bought.json()["data"]["token"]) == kept


async def test_it_lives_until_the_next_one_and_five_minutes_more(here: World) -> None:
    await here.account("mira")
    await here.account("lena")
    first, of_lena = await trusted_token(here), await trusted_token(here, "lena")
    here.clock.advance(hours=3)

    second = await trusted_token(here)

    here.clock.advance(minutes=5, seconds=-1)
    assert await is_active(here, bearer=first) == 200
    here.clock.advance(seconds=1)
    assert await is_active(here, bearer=first) == 401
    assert await is_active(here, bearer=second) == 200
    assert await is_active(here, bearer=of_lena) == 200


async def test_many_in_a_row_do_not_chase_one_another(here: World) -> None:
    """Several frames of one page, each with its own: five minutes are left to each."""
    await here.account("mira")
    tokens = []
    for _ in range(4):
        tokens.append(await trusted_token(here))
        here.clock.advance(minutes=1)

    assert [await is_active(here, bearer=one) for one in tokens] == [200] * 4
    here.clock.advance(minutes=2)
    assert [await is_active(here, bearer=one) for one in tokens] == [401, 200, 200, 200]


async def test_a_session_that_it_bought_lives_on(here: World) -> None:
    await here.account("mira")
    form = {"auth_token": await trusted_token(here), "no_url_redirection": "true"}
    cookie = session_cookie(await ask(here, "POST", "session/login/token", form))
    await trusted_token(here)

    here.clock.advance(hours=2)

    assert await is_active(here, cookie=cookie) == 200


async def test_without_a_next_one_it_lives_a_day(here: World) -> None:
    await here.account("mira")
    token = await trusted_token(here)

    here.clock.advance(hours=24, seconds=-1)
    assert await is_active(here, bearer=token) == 200
    here.clock.advance(seconds=1)
    assert await is_active(here, bearer=token) == 401


@adjusted(v1_token_max_age=timedelta(hours=1), v1_token_grace=timedelta(0))
async def test_settings_say_how_long(here: World) -> None:
    await here.account("mira")
    first = await trusted_token(here)
    second = await trusted_token(here)

    assert await is_active(here, bearer=first) == 401
    here.clock.advance(hours=1, seconds=-1)
    assert await is_active(here, bearer=second) == 200
    here.clock.advance(seconds=1)
    assert await is_active(here, bearer=second) == 401


async def rotated(here: World, **more: Any) -> str:
    """Let a new secret take over within a day and return it."""
    return (
        await here.core.rotation.add(
            here.by, HERE, label="next", **{"grace": timedelta(hours=24), **more}
        )
    ).text


async def test_the_first_token_of_a_new_key_ends_those_of_the_old_one(here: World) -> None:
    """Of every user; only v1's; and not what the old key buys after that."""
    await here.account("mira")
    await here.account("lena")
    old = await here.secret()
    before = [await trusted_token(here, name, secret_key=old) for name in ("mira", "lena")]
    plain = await here.token("lena", secret_key=old)
    new = await rotated(here)
    assert [await is_active(here, bearer=one) for one in before] == [200, 200]

    first = await trusted_token(here, secret_key=new)

    assert [await is_active(here, bearer=one) for one in before] == [401, 401]
    assert await is_active(here, bearer=plain) == 200
    late = await trusted_token(here, "lena", secret_key=old)
    second = await trusted_token(here, secret_key=new)
    for token in (first, late, second):
        assert await is_active(here, bearer=token) == 200


async def test_another_process_knows_that_it_was_not_the_first(here: World) -> None:
    await here.account("mira")
    old = await here.secret()
    new = await rotated(here)
    await trusted_token(here, secret_key=new)
    late = await trusted_token(here, secret_key=old)
    here.core.tokens._succession._settled.clear()  # noqa: SLF001 - as a process that starts

    await trusted_token(here, secret_key=new)

    assert await is_active(here, bearer=late) == 200


async def test_keys_side_by_side_leave_one_another_alone(here: World) -> None:
    await here.account("mira")
    token = await trusted_token(here)

    await trusted_token(here, secret_key=await rotated(here, grace=None))

    assert await is_active(here, bearer=token) == 200


async def test_so_do_keys_of_the_cluster_and_of_an_org(here: World) -> None:
    north = await here.org("north")
    await here.account("mira")
    await here.join("mira", north.id)
    token = await trusted_token(here)
    await rotated(here)

    await trusted_token(here, secret_key=await here.secret(north.id))

    assert await is_active(here, bearer=token) == 200


async def test_a_key_that_is_switched_off_ends_its_tokens_at_once(here: World) -> None:
    await here.account("mira")
    token = await trusted_token(here)

    await here.core.trusted.configure(here.by, HERE, cluster=False)

    assert await is_active(here, bearer=token) == 401


async def test_the_audit_names_user_and_secret(here: World) -> None:
    """Both identities stay in sight (checklist 57), and a refusal is written down."""
    await here.account("mira")
    await trusted_token(here)
    await trusted(here, secret_key="gpk_" + "y" * 43)

    refused, issued = await here.core.means.store.read(lambda tx: tx.audit.latest(2))

    assert (issued.act, issued.actor, issued.data["kind"]) == ("token.issue", "default", "v1")
    assert issued.data["name"] == "mira"
    assert (refused.act, refused.refused) == ("token.issue", "wrong secret key")
    assert issued.source.operation == refused.source.operation == "v1 getTrustedToken"
