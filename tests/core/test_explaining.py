"""Why a call was refused, for every kind of refusal, by a held clock."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest
from msgspec.structs import replace

from gatepass.core.errors import NotFound, NotPermitted
from gatepass.core.explaining import REASONS, Explained, explained
from gatepass.core.records import AccountStatus
from gatepass.core.trail import RefusedCall
from tests.core.test_refusals import SUBJECT, incident
from tests.core.test_refusals import explained as why
from tests.world import ADMIN, HERE, NOON, PASSWORD, World, headers

Case = Callable[[World], Awaitable[httpx2.Response]]


async def login(here: World, username: str, password: str) -> httpx2.Response:
    return await here.post("auth/session/login", {"username": username, "password": password})


async def nothing(here: World) -> httpx2.Response:
    return await here.whoami()


async def malformed(here: World) -> httpx2.Response:
    return await here.whoami(bearer="gpf_no")


async def unknown(here: World) -> httpx2.Response:
    return await here.whoami(bearer="gpf_" + "x" * 43)


async def two_bad_ones(here: World) -> httpx2.Response:
    return await here.whoami(bearer="gpf_" + "x" * 43, cookie="y")


async def expired(here: World) -> httpx2.Response:
    token = await here.token(validity_time_in_sec=100)
    here.clock.advance(seconds=142)
    return await here.whoami(bearer=token)


async def revoked(here: World) -> httpx2.Response:
    token = await here.token()
    await here.core.tokens.revoke(here.by, HERE, user="mira", token=None)
    here.clock.advance(seconds=7)
    return await here.whoami(bearer=token)


async def idle(here: World) -> httpx2.Response:
    cookie = await here.login()
    here.clock.advance(hours=3, seconds=90)
    return await here.whoami(cookie=cookie)


async def from_the_future(here: World) -> httpx2.Response:
    token = await here.token()
    here.clock.advance(minutes=-10)
    return await here.whoami(bearer=token)


async def expired_account(here: World) -> httpx2.Response:
    temp = await here.account("temp")
    ends = replace(temp, expires_at=here.clock() + timedelta(seconds=60))
    await here.core.means.store.write(lambda tx: tx.accounts.put(ends))
    token = await here.token("temp")
    here.clock.advance(seconds=90)
    return await here.whoami(bearer=token)


async def left_the_org(here: World) -> httpx2.Response:
    north = await here.org("north")
    await here.join("mira", north.id)
    token = await here.token(org_identifier=str(north.id))
    await here.whoami(bearer=token)
    link = here.core.means.store
    await link.write(lambda tx: tx.orgs.leave(here.extra["mira"], north.id))
    here.clock.advance(seconds=31)
    return await here.whoami(bearer=token)


async def no_such_account(here: World) -> httpx2.Response:
    return await login(here, "nobody", "x")


async def wrong_password(here: World) -> httpx2.Response:
    return await login(here, "mira", "x")


async def no_password(here: World) -> httpx2.Response:
    await here.account("robot", password=None)
    return await login(here, "robot", "x")


async def shut(here: World) -> httpx2.Response:
    for _ in range(4):
        await login(here, "mira", "x")
    here.clock.advance(minutes=10)
    return await login(here, "mira", PASSWORD)


async def inactive(here: World) -> httpx2.Response:
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)
    return await login(here, "mira", PASSWORD)


async def second_factor(here: World) -> httpx2.Response:
    await here.core.admission.require_second_factor(here.by, HERE, "mira", required=True)
    return await login(here, "mira", PASSWORD)


async def no_trusted_secret(here: World) -> httpx2.Response:
    return await here.post("auth/token/full", {"username": "mira", "secret_key": "x"})


async def wrong_secret(here: World) -> httpx2.Response:
    await here.secret()
    return await here.post("auth/token/full", {"username": "mira", "secret_key": "x"})


async def unknown_by_secret(here: World) -> httpx2.Response:
    key = await here.secret()
    return await here.post("auth/token/full", {"username": "nobody", "secret_key": key})


async def not_permitted(here: World) -> httpx2.Response:
    token = await here.token()
    return await here.post(
        "auth/token/revoke", {"user_identifier": ADMIN}, headers=headers(bearer=token)
    )


async def limited(here: World) -> httpx2.Response:
    token = await here.token(object_id=SUBJECT)
    return await here.post(
        "auth/token/revoke", {"user_identifier": ADMIN}, headers=headers(bearer=token)
    )


async def bad_value(here: World) -> httpx2.Response:
    return await here.post("auth/token/full", {"username": "mira"})


CASES: dict[Case, tuple[str, str]] = {
    nothing: ("neither an Authorization header", "Bearer TOKEN"),
    malformed: ("has not the look", "whole and unchanged"),
    unknown: ("no session or token of this server", "another installation"),
    expired: ("expired 42 s ago by server clock (at 2026-06-01 12:01:40.000Z)", "validity_time"),
    revoked: ("of mira was ended 7 s ago by server clock", "audit search --person mira"),
    idle: ("idle after 10800.0 s; last used 10890 s ago by server clock", "session_idle"),
    from_the_future: ("(allowed: 60.0 s) was made 600 s ahead of the server clock", "NTP"),
    expired_account: ("the account temp expired 30 s ago by server clock", "another end"),
    left_the_org: ("mira is no member of the Org", "gatepass org add"),
    no_such_account: ("no account has the name", "check the name"),
    wrong_password: ("not that of mira", "account set-password mira"),
    no_password: ("the account robot has no password", "set-password robot"),
    shut: ("shut mira for this address until 3000 s ahead", "account unlock mira"),
    inactive: ("the account mira is INACTIVE", "account activate mira"),
    second_factor: ("second factor", "second factor"),
    no_trusted_secret: ("no trusted secret lives", "gatepass secret enable"),
    wrong_secret: ("no live trusted secret", "gatepass secret list"),
    unknown_by_secret: ("no such user", "change the request"),
    not_permitted: ("needs ADMINISTRATION or USER_ADMINISTRATION; the caller's", "a group"),
    limited: (f"of mira is limited to the object {SUBJECT}", "not limited"),
    bad_value: ("a password or a secret_key is required", "change the request"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_each_refusal_says_its_check_its_values_and_what_would_help(
    here: World, case: Case
) -> None:
    here.extra["mira"] = (await here.account("mira")).id
    reply = await case(here)
    assert reply.status_code >= 400

    one = await why(here, reply)

    check, fix = CASES[case]
    assert check in one.checks[-1]
    assert fix in one.fixes[-1]
    assert one.call.at == here.clock()
    assert one.call.address == "127.0.0.1"
    assert one.call.operation.startswith("v2_0 ")


async def test_of_two_bad_credentials_each_is_explained(here: World) -> None:
    one = await why(here, await two_bad_ones(here))

    assert ["no session or token" in one.checks[0], "has not the look" in one.checks[1]] == [
        True
    ] * 2


@pytest.mark.parametrize(
    "case", [shut, inactive, second_factor, wrong_secret, not_permitted], ids=lambda c: c.__name__
)
async def test_what_is_in_the_chain_is_explained_long_after(here: World, case: Case) -> None:
    """Refused logins and privilege checks, from their events alone."""
    here.extra["mira"] = (await here.account("mira")).id
    reply = await case(here)
    at = here.clock()
    here.clock.advance(days=30)
    await here.core.refusals.write()
    await here.core.prune()

    (one,) = await here.core.auditing.explain(here.by, incident(reply))

    check, fix = CASES[case]
    assert check in one.checks[-1]
    assert fix in one.fixes[-1]
    assert one.call.at == at


async def test_an_unknown_incident_is_not_found_and_only_the_cluster_s_administrator_asks(
    here: World,
) -> None:
    await here.account("mira")
    by = await here.core.gate.principal(bearer=await here.token(), cookie=None)

    with pytest.raises(NotFound):
        await here.core.auditing.explain(here.by, SUBJECT)
    for act in (
        here.core.auditing.explain(by, SUBJECT),
        here.core.auditing.search(by, most=1),
        here.core.auditing.leaf(by, most=1),
        here.core.auditing.verify(by),
    ):
        with pytest.raises(NotPermitted):
            await act


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained_though_its_values_are_missing(reason: str) -> None:
    call = RefusedCall(
        incident_id="i", at=NOON, code="not_authenticated", reason=reason, operation="x"
    )

    one = explained(call)

    assert isinstance(one, Explained)
    assert all((*one.checks, *one.fixes))
    (late,) = explained(
        RefusedCall(
            incident_id="i",
            at=NOON,
            code="not_authenticated",
            reason=f"since the gate: {reason}",
            operation="x",
        )
    ).checks
    assert late.endswith("between the gate and the act")


def test_no_name_makes_a_command_that_does_something_else() -> None:
    """What is to be copied into a shell is quoted (checklist 60)."""
    call = RefusedCall(
        incident_id="i",
        at=NOON,
        code="account_not_active",
        reason="inactive",
        operation="x",
        values={"account": "a; reboot {0.__class__}"},
    )

    assert explained(call).fixes == ["gatepass account activate 'a; reboot {0.__class__}'"]
