"""Every refusal of a credential is one and the same, on every operation that needs a caller."""

import httpx2
import pytest

from gatepass.core.records import AccountStatus
from gatepass.dialects import v2_0
from gatepass.http.routing import Access
from tests.world import HERE, V2, World, headers

CALLED = [one for one in v2_0.operations("ok") if one.access is Access.CALLER]


async def all_that_is_dead(here: World) -> dict[str, dict[str, str]]:
    """Return credentials that do not count, each for another reason."""
    north = await here.org("north")
    gone = await here.org("gone")
    for name, org in (("mira", None), ("closed", None), ("removed", None), ("left", north.id)):
        await here.account(name, org=org)
    await here.account("orphan", org=gone.id)
    await here.account("keeper")
    await here.join("left", 0)
    dead = {
        "expired": headers(bearer=await here.token(validity_time_in_sec=1)),
        "revoked": headers(bearer=await here.token()),
        "of a closed account": headers(bearer=await here.token("closed")),
        "of a removed account": headers(bearer=await here.token("removed")),
        "of an Org that was left": headers(bearer=await here.token("left", org_id=north.id)),
        "of an Org that is gone": headers(bearer=await here.token("orphan")),
        "unknown": headers(bearer="gpf_" + "A" * 43),
        "malformed": headers(bearer="forged"),
        "signed by nobody": headers(bearer="eyJhbGciOiJub25lIn0.e30."),
        "a cookie as a bearer": headers(bearer=await here.login()),
        "a bearer as a cookie": headers(cookie=await here.token()),
        "a trusted secret": headers(bearer=await here.secret()),
        "a session logged out of": headers(cookie=await here.login()),
        "none": {},
    }
    for name in ("revoked", "a session logged out of"):
        await here.post("auth/session/logout", headers=dead[name])
    await here.core.accounts.set_status(here.by, HERE, "closed", AccountStatus.INACTIVE)
    await here.core.accounts.remove(here.by, HERE, "removed")
    await here.core.memberships.leave(here.by, HERE, "left", north.id)
    await here.core.org_changes.remove(here.by, HERE, "gone")
    here.clock.advance(hours=1)
    dead["from the future"] = headers(bearer=await here.token())
    here.clock.advance(hours=-1, seconds=1)
    return dead


def said(reply: httpx2.Response) -> tuple[int, str]:
    """Return all of an answer but its ids."""
    message = dict(reply.json()["error"]["message"])
    ids = {message.pop("incident_id_guid"), message.pop("trace_id_guid")}
    heads = {name: value for name, value in reply.headers.items() if value not in ids}
    heads.pop("date", None)
    all_of_it = sorted(message.items()), sorted(heads.items()), len(reply.content)
    return reply.status_code, repr(all_of_it)


async def test_nobody_learns_from_a_refusal_why_a_credential_is_no_good(here: World) -> None:
    """Expired, revoked, forged, unknown, of whom and where: bytes alike (checklist 34)."""
    dead = await all_that_is_dead(here)

    for operation in CALLED:
        path = operation.path.replace("{", "").replace("}", "")
        answers: dict[tuple[int, str], list[str]] = {}
        for why, presented in dead.items():
            here.client.cookies.clear()
            reply = await here.client.request(operation.method, f"{V2}/{path}", headers=presented)
            answers.setdefault(said(reply), []).append(why)
        assert len(answers) == 1, (operation.name, list(answers.values()))
        assert next(iter(answers))[0] == 401


@pytest.mark.parametrize("presented", [{}, headers(bearer="forged"), headers(cookie="forged")])
async def test_without_a_caller_the_cause_is_told_to_nobody(
    here: World, presented: dict[str, str]
) -> None:
    """Validation answers alike whatever it is asked about (checklist 34)."""
    await here.account()
    good, revoked = await here.token(), await here.token()
    await here.post("auth/session/logout", headers=headers(bearer=revoked))

    answers = {
        str(said(await here.post("auth/token/validate", {"token": one}, headers=presented)))
        for one in (good, revoked, "forged", "", None)
    }

    assert len(answers) == 1
