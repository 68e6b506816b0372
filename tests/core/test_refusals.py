"""Every refusal is written down in one place: at once, counted, or for who asks why."""

import re
from datetime import datetime
from typing import Any

import httpx2
import pytest

from gatepass.core import refusals as module
from gatepass.core.errors import Busy, NotAuthenticated, NotFound
from gatepass.core.explaining import Explained
from gatepass.core.records import AccountStatus, AuditEvent, Source
from gatepass.core.trail import Sought
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, NOON, PASSWORD, World, headers

SUBJECT = "11111111-2222-4333-8444-555555555555"


def incident(reply: httpx2.Response) -> str:
    return str(reply.json()["error"]["message"]["incident_id_guid"])


async def events(here: World, **sought: Any) -> list[AuditEvent]:
    kept = await here.core.means.store.scan(lambda tx: tx.audit.search(Sought(**sought), 1000))
    return [one.event for one in kept]


async def explained(here: World, reply: httpx2.Response) -> Explained:
    await here.core.refusals.write()
    (one,) = await here.core.auditing.explain(here.by, incident(reply))
    return one


async def test_a_refused_privilege_check_is_an_event_with_what_was_compared(here: World) -> None:
    """Who, where, when, Org, operation, result, incident id, deciding check (checklist 59)."""
    mira = await here.account("mira")
    token = await here.token()
    await here.post("auth/token/revoke", {"user_identifier": "mira"}, headers=headers(bearer=token))
    token = await here.token()

    reply = await here.post(
        "auth/token/revoke", {"user_identifier": ADMIN}, headers=headers(bearer=token)
    )

    assert reply.status_code == 403
    (event,) = await events(here, act="privilege.check")
    assert event.by_account == mira.id
    assert event.at == NOON
    assert event.org_id == 0
    assert event.refused is not None
    assert "USER_ADMINISTRATION" in event.refused
    assert event.source.address == "127.0.0.1"
    assert event.source.operation == "v2_0 revokeToken"
    assert event.source.incident_id == incident(reply)
    assert event.data["code"] == "not_permitted"
    assert event.data["values"]["privileges"] == ["AUTHORING"]


async def test_a_limited_token_of_a_secret_is_refused_under_both_names(here: World) -> None:
    """The account, and the secret's label as the actor (checklist 57)."""
    mira = await here.account("mira")
    key = await here.secret()
    token = await here.token("mira", secret_key=key, object_id=SUBJECT)

    reply = await here.post(
        "auth/token/revoke", {"user_identifier": ADMIN}, headers=headers(bearer=token)
    )

    assert reply.status_code == 403
    (event,) = await events(here, act="privilege.check")
    assert (event.by_account, event.actor) == (mira.id, "default")
    assert event.data["values"]["object_id"] == SUBJECT
    (issued,) = await events(here, act="token.issue")
    assert (issued.about, issued.actor) == (mira.id, "default")


async def test_what_an_act_wrote_down_itself_is_not_written_twice(here: World) -> None:
    await here.account("mira")
    key = await here.secret()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)

    for body in (
        {"username": "mira", "password": PASSWORD},
        {"username": "mira", "password": "wrong"},
        {"username": "nobody", "password": "wrong"},
        {"username": "mira", "secret_key": key},
        {"username": "mira", "secret_key": "wrong"},
    ):
        reply = await here.post("auth/token/full", body)
        assert reply.status_code >= 400
        assert len(await events(here, incident_id=incident(reply), refused=True)) == 1


async def test_a_right_password_for_a_foreign_org_is_a_refused_login(here: World) -> None:
    await here.account("mira")
    north = await here.org("north")

    reply = await here.post(
        "auth/session/login",
        {"username": "mira", "password": PASSWORD, "org_identifier": str(north.id)},
    )

    assert reply.status_code == 400
    (event,) = await events(here, incident_id=incident(reply))
    assert (event.act, event.data["code"]) == ("account.sign_in", "org_not_usable")


async def test_bad_credentials_are_counted_per_address_and_minute(here: World) -> None:
    """One event for each, however many came (checklist 59)."""
    for _ in range(7):
        await here.whoami(bearer="x")
    await here.whoami()
    await here.core.refusals.write()
    assert await events(here, act="gate.refuse") == []

    here.clock.advance(seconds=61)
    await here.whoami(bearer="x")
    await here.core.refusals.write()
    (counted,) = await events(here, act="gate.refuse")
    await here.core.refusals.write(everything=True)
    last, _ = await events(here, act="gate.refuse")

    assert counted.source.address == "127.0.0.1"
    assert counted.data["count"] == 8
    assert counted.data["reasons"] == {"malformed credential": 7, "no credential": 1}
    assert datetime.fromisoformat(counted.data["minute"]) == NOON
    assert last.data["count"] == 1


async def test_a_thousand_addresses_a_minute_are_told_apart_and_the_rest_not(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ADDRESSES", 3)
    for last in range(9):
        source = Source(address=f"192.0.2.{last}", operation="x", incident_id=str(last))
        await here.core.refusals.note(NotAuthenticated("no credential"), source, None)

    await here.core.refusals.write(everything=True)

    counted = await events(here, act="gate.refuse")
    assert {one.source.address: one.data["count"] for one in counted} == {
        "192.0.2.0": 1,
        "192.0.2.1": 1,
        "192.0.2.2": 1,
        "others": 6,
    }


async def test_what_cannot_be_written_now_is_written_later(here: World) -> None:
    await here.whoami(bearer="x")
    store, write = here.core.means.store, here.core.means.store.write

    async def busy(_: object) -> None:
        raise Busy("the store")

    store.write = busy  # type: ignore[method-assign, assignment]
    with pytest.raises(Busy):
        await here.core.refusals.write(everything=True)
    store.write = write  # type: ignore[method-assign]

    assert await here.core.refusals.write(everything=True) == 1
    assert len(await events(here, act="gate.refuse")) == 1


async def test_refusals_are_kept_a_day_and_no_more_than_so_many(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    replies = [await here.whoami(bearer="x") for _ in range(5)]
    await here.core.refusals.write()
    with pytest.raises(NotFound):
        await explained(here, replies[1])
    assert (await explained(here, replies[2])).call.at == NOON

    here.clock.advance(hours=24, seconds=1)
    await here.core.prune()

    with pytest.raises(NotFound):
        await explained(here, replies[4])


async def test_a_flood_waits_in_bounded_memory(here: World) -> None:
    refused = here.core.refusals
    for number in range(module.MOST_WAITING + 50):
        source = Source(address="::1", operation="x", incident_id=str(number))
        await refused.note(NotAuthenticated("no credential"), source, None)

    assert await refused.write(everything=True) == module.MOST_WAITING
    (counted,) = await events(here, act="gate.refuse")
    assert counted.data["count"] == module.MOST_WAITING + 50


async def test_no_secret_is_in_any_event_or_refusal(here: World) -> None:
    """Passwords, tokens, cookies, trusted secrets, right ones and wrong (checklist 59 and 58)."""
    await here.account("mira")
    canary = "Canary-Feather-Yellow-5"
    key = await here.secret()
    token, cookie = await here.token(), await here.login()
    limited = await here.token("mira", secret_key=key, object_id=SUBJECT)
    secrets = [canary, PASSWORD, ADMIN_PASSWORD, key, token, cookie, limited]
    for body in ({"password": canary}, {"secret_key": canary}, {"secret_key": canary + key}):
        for path in ("auth/token/full", "auth/token/object", "auth/token/custom"):
            await here.post(path, {"username": "mira", "object_id": SUBJECT, **body})
        await here.post("auth/session/login", {"username": "mira", **body})
    for name, text in (("bearer", token), ("bearer", limited), ("cookie", cookie)):
        await here.post(
            "auth/token/revoke", {"user_identifier": ADMIN}, headers=headers(**{name: text})
        )
        await here.whoami(**{name: text + "x"})
        await here.whoami(**{name: canary})
    await here.post("auth/token/validate", {"token": canary}, headers=headers(bearer=token))
    here.clock.advance(days=40)
    await here.whoami(bearer=token)
    await here.whoami(cookie=cookie)
    await here.core.refusals.write(everything=True)

    link = here.core.means.store._reading  # type: ignore[attr-defined]  # noqa: SLF001
    rows = [
        repr(row)
        for table in ("audit_events", "refusals", "audit_chains")
        for row in link.execute(f"SELECT * FROM {table}")  # noqa: S608
    ]
    assert len(rows) > 25
    assert [one for one in secrets if any(one in row for row in rows)] == []


async def test_a_refused_call_costs_no_more_than_its_refusal_where_nothing_can_be_written(
    here: World,
) -> None:
    await here.account("mira")
    token = await here.token()
    await here.whoami(bearer=token)
    here.core.means.store.close()

    reply = await here.post("auth/session/login", {"username": "mira", "password": ""})

    assert reply.status_code == 400
    assert re.fullmatch(r"[0-9a-f-]{36}", incident(reply))
