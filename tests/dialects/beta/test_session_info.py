"""GET session: typed as the strictest client checks it, nothing null."""

from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from gatepass.core.records import AccountType, Preferences
from tests.dialects.beta.asking import LIVEBOARD, PREFIXES, UNAUTHORIZED, ask, get_token, refused
from tests.world import ADMIN, ADMIN_PASSWORD, NOON, World, session_cookie

SECONDS = int(NOON.timestamp())
MILLIS = SECONDS * 1000


class DateTimeFormat(msgspec.Struct, frozen=True):
    formatPattern: str | UnsetType = UNSET  # noqa: N815 - as on the wire


class UserProperties(msgspec.Struct, frozen=True):
    persona: str | UnsetType = UNSET
    mail: str | UnsetType = UNSET


class SessionInfoResponse(msgspec.Struct, frozen=True):
    """As the client of generation A reads it: each may be missing, no type may be another."""

    userName: str | UnsetType = UNSET  # noqa: N815
    userDisplayName: str | UnsetType = UNSET  # noqa: N815
    userEmail: str | UnsetType = UNSET  # noqa: N815
    userGUID: str | UnsetType = UNSET  # noqa: N815
    userCreatedTime: float | UnsetType = UNSET  # noqa: N815
    canChangePassword: bool | UnsetType = UNSET  # noqa: N815
    isSystemUser: bool | UnsetType = UNSET  # noqa: N815
    userGroupMask: float | UnsetType = UNSET  # noqa: N815
    privileges: list[str] | UnsetType = UNSET
    expirationTime: float | UnsetType = UNSET  # noqa: N815
    authToken: str | UnsetType = UNSET  # noqa: N815
    locale: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    dateFormat: DateTimeFormat | UnsetType = UNSET  # noqa: N815
    timeFormat: DateTimeFormat | UnsetType = UNSET  # noqa: N815
    dateTimeFormat: DateTimeFormat | UnsetType = UNSET  # noqa: N815
    partialJSessionGUID: str | UnsetType = UNSET  # noqa: N815
    isFirstLogin: bool | UnsetType = UNSET  # noqa: N815
    firstLoginDate: float | UnsetType = UNSET  # noqa: N815
    userProperties: UserProperties | UnsetType = UNSET  # noqa: N815
    state: str | UnsetType = UNSET


SOMETIMES = {"userEmail", "firstLoginDate"}


def shown(reply: httpx2.Response) -> SessionInfoResponse:
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    assert nulls(reply.json()) == []
    return msgspec.json.decode(reply.content, type=SessionInfoResponse, strict=True)


def nulls(value: Any, path: str = "") -> list[str]:
    """Return where in a body there is null."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in nulls(inner, f"{path}.{name}")]
    if isinstance(value, list):
        return [one for inner in value for one in nulls(inner, path)]
    return [path] if value is None else []


async def change(here: World, name: str, **facts: Any) -> None:
    async def work(tx: Any) -> None:
        await tx.accounts.put(replace(await tx.accounts.by_key(name), **facts))

    await here.core.means.store.write(work)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_plain_user_by_cookie(here: World, prefix: str) -> None:
    mira = await here.account("Mira", display_name="Mira M.", email="mira@example.com")
    cookie = await here.login()
    by = await here.core.gate.principal(bearer=None, cookie=cookie)

    got = shown(await ask(here, "GET", "session", prefix=prefix, cookie=cookie))

    assert got == SessionInfoResponse(
        userName="Mira",
        userDisplayName="Mira M.",
        userEmail="mira@example.com",
        userGUID=mira.id,
        userCreatedTime=MILLIS,
        canChangePassword=True,
        isSystemUser=False,
        userGroupMask=4,
        privileges=["AUTHORING"],
        expirationTime=SECONDS + 30 * 86_400,
        authToken=got.authToken,
        locale=got.locale,
        timezone=got.timezone,
        dateFormat=got.dateFormat,
        timeFormat=got.timeFormat,
        dateTimeFormat=got.dateTimeFormat,
        partialJSessionGUID=by.credential_id[:8],
        isFirstLogin=False,
        firstLoginDate=MILLIS,
        userProperties=UserProperties(persona=UNSET, mail="mira@example.com"),
        state="ACTIVE",
    )


async def test_all_that_v1_tells_is_told_too(here: World) -> None:
    """Both come from one object; only what is not known is left out here."""
    await here.account()
    token = (await get_token(here)).token

    told = (await ask(here, "GET", "session", bearer=token)).json()
    v1 = (await ask(here, "GET", "session/info", prefix="/callosum/v1", bearer=token)).json()

    assert set(v1) - set(told) == {"userEmail", "userExpirationTime"}
    assert {name: v1[name] for name in v1 if name in told} == {
        name: told[name] for name in told if name in v1
    }


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("kind", ["cookie", "bearer", "object", "admin", "bare"])
async def test_whoever_asks_every_type_is_right_and_nothing_is_null(
    here: World, prefix: str, kind: str
) -> None:
    await here.account(email=None if kind == "bare" else "m@example.com")
    if kind == "cookie":
        held = {"cookie": await here.login()}
    elif kind == "admin":
        held = {"cookie": await here.login(ADMIN, ADMIN_PASSWORD)}
    else:
        more = {"accessLevel": "REPORT_BOOK_VIEW", "tsObjectId": LIVEBOARD}
        held = {"bearer": (await get_token(here, **(more if kind == "object" else {}))).token}

    got = shown(await ask(here, "GET", "session", prefix=prefix, **held))

    missing = {name for name in got.__struct_fields__ if getattr(got, name) is UNSET}
    assert missing <= SOMETIMES
    assert ("userEmail" in missing) is (kind in {"bare", "admin"})
    assert ("firstLoginDate" in missing) is ("bearer" in held)
    assert got.isFirstLogin is ("bearer" in held)
    assert (got.partialJSessionGUID == "") is ("bearer" in held)
    assert got.userGroupMask == (6 if kind == "admin" else 4)


async def test_the_expiry_is_that_of_the_credential_that_asks(here: World) -> None:
    await here.account()
    token = (await get_token(here, tokenExpiryDuration=900)).token
    remembered = await here.login(remember_me=True)
    here.clock.advance(seconds=7)

    by_token = shown(await ask(here, "GET", "session", bearer=token))
    by_cookie = shown(await ask(here, "GET", "session", cookie=remembered))

    assert by_token.expirationTime == SECONDS + 900
    assert by_cookie.expirationTime == SECONDS + 7 * 86_400


async def test_nothing_that_is_told_lets_anybody_in(here: World) -> None:
    """`authToken` is of no use, and no part of a secret shows (checklist 37, 58)."""
    await here.account()
    cookie = session_cookie(await ask(here, "POST", "session/login", PAIR))
    token = (await get_token(here)).token

    for held in ({"cookie": cookie}, {"bearer": token}):
        reply = await ask(here, "GET", "session", **held)
        got = shown(reply)
        assert isinstance(got.authToken, str)
        for secret in (cookie, token):
            body = secret.split("_", 1)[1]
            assert not any(body[start : start + 8] in reply.text for start in range(35))
        for tried in ({"cookie": got.authToken}, {"bearer": got.authToken}):
            assert refused(await ask(here, "GET", "session", **tried)) == UNAUTHORIZED
    again = shown(await ask(here, "GET", "session", cookie=cookie))
    assert again == shown(await ask(here, "GET", "session", cookie=cookie))


PAIR = {"userName": "mira", "password": "Qp-battery-staple-7"}


async def test_privileges_are_those_of_the_current_org(here: World) -> None:
    north = await here.org()
    await here.account()
    await here.join("mira", north.id)
    await here.group("there", "A3ANALYSIS", org=north.id)
    await here.put_in("there", "mira", north.id)
    cookie = await here.login()

    before = shown(await ask(here, "GET", "session", cookie=cookie))
    await ask(here, "PUT", "session/org", {"id": north.id}, cookie=cookie)
    after = shown(await ask(here, "GET", "session", cookie=cookie))

    assert before.privileges == ["AUTHORING"]
    assert after.privileges == ["A3ANALYSIS", "AUTHORING"]
    assert before.partialJSessionGUID == after.partialJSessionGUID


async def test_what_changes_shows_on_the_next_call(here: World) -> None:
    """What was encoded goes with what it was made of."""
    await here.account()
    cookie = await here.login()
    await ask(here, "GET", "session", cookie=cookie)
    likes = Preferences(preferred_locale="fr-FR")
    await change(here, "mira", preferences=likes, locked_until=None, type=AccountType.SAML)
    await here.group("planners", "JOBSCHEDULING")
    await here.put_in("planners", "mira")

    got = shown(await ask(here, "GET", "session", cookie=cookie))

    assert got.locale == "fr_FR"
    assert got.canChangePassword is False
    assert got.privileges == ["AUTHORING", "JOBSCHEDULING"]


async def test_an_account_that_runs_out_is_told_so_no_more(here: World) -> None:
    await here.account()
    cookie = await here.login()
    assert shown(await ask(here, "GET", "session", cookie=cookie)).state == "ACTIVE"
    await change(here, "mira", expires_at=NOON + timedelta(seconds=5))
    here.clock.advance(seconds=31)

    assert refused(await ask(here, "GET", "session", cookie=cookie)) == UNAUTHORIZED


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_without_a_good_credential_it_is_unauthorized(here: World, prefix: str) -> None:
    """One answer whatever was wrong (checklist 34)."""
    await here.account()
    dead = (await get_token(here)).token
    await ask(here, "POST", "session/revoketoken", bearer=dead)
    bodies = set()

    tried: list[dict[str, str]] = [
        {},
        {"bearer": ""},
        {"bearer": "dummy"},
        {"bearer": dead},
        {"bearer": "gpf_" + "x" * 43},
        {"cookie": "gps_" + "x" * 43},
    ]
    for held in tried:
        reply = await ask(here, "GET", "session", prefix=prefix, **held)
        assert refused(reply) == UNAUTHORIZED
        assert reply.headers["www-authenticate"] == "Bearer"
        incident = reply.json()["error"]["errors"]["extension"]["exception"]["upstreamResponse"]
        bodies.add(reply.text.replace(incident["data"]["incident_id_guid"], "…"))
    assert len(bodies) == 1


async def test_of_bearer_and_cookie_the_first_good_one_counts(here: World) -> None:
    """One or the other, never a mix (checklist 14)."""
    await here.account()
    await here.account("lena")
    cookie, token = await here.login(), await here.token("lena")

    for bearer, name in ((token, "lena"), ("dummy", "mira"), ("", "mira")):
        got = shown(await ask(here, "GET", "session", bearer=bearer, cookie=cookie))
        assert got.userName == name
        assert (got.partialJSessionGUID == "") is (name == "lena")
