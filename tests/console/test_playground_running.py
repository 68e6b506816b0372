"""Running operations in the playground: as whom, what it asks, and what it never shows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest
from starlette.types import Receive, Scope, Send

from gatepass.core.records import AuditEvent
from gatepass.http.call import Call, Reply
from gatepass.http.credentials import Cookies
from gatepass.http.origins import Allowlists, Lists, Origins
from gatepass.http.routing import Access, Dialect, NoBody, Operation, Table
from gatepass.pages.console import Console, Handed
from gatepass.pages.console.playground.filled import NOBODY
from gatepass.pages.console.playground.looks import LOOKS
from gatepass.pages.console.playground.running import MOST_SHOWN
from tests.adjusted import adjusted
from tests.console.spoken import EVERYTHING, spoken
from tests.console.visitor import OWN_ORIGIN, Page, Visitor
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World

PATH = "develop/playground"
ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


async def events(here: World) -> Sequence[AuditEvent]:
    found = await here.core.auditing.search(here.by, most=200)
    return [one.event for one in found.events]


async def ran(visitor: Visitor, operation: str, **changes: str) -> Page:
    """Run an operation and return the page with its answer."""
    sent: dict[str, Any] = {"as": "session", **changes}
    page = Page(await visitor.send(f"{PATH}/{operation}", "run", **sent))
    assert page.status == 200, page.problem
    assert "Answer" in page.text
    return page


async def only_written(visitor: Visitor, place: str, changes: dict[str, str]) -> Page:
    """Press the other button: what is filled in, as code."""
    fields = dict((await visitor.open(place)).form("run"))
    return Page(await visitor.post(place, [*(fields | changes).items(), ("act", "write")]))


async def test_an_operation_is_run_as_who_is_signed_in(here: World) -> None:
    await here.account(display_name="Mira Holt")
    mira = await Visitor.signed_in(here, "mira", PASSWORD)

    page = await ran(mira, "v2_0/getCurrentUserInfo")

    assert "200 OK" in page.text
    assert '"display_name": "Mira Holt"' in page.text
    assert "content-type application/json" in page.text
    assert " ms," in page.text


@EVERYTHING
async def test_what_only_looks_writes_nothing_and_shows_no_secret(
    here: World, admin: Visitor
) -> None:
    """Run by the session alone; what a name in the table must not be is seen here."""
    await here.secret()
    before = await events(here)
    for dialect, names in LOOKS.items():
        for name in sorted(names):
            page = await ran(admin, f"{dialect}/{name}", proof="")
            assert "Show the body with its secrets" not in page.text, name
            assert "set-cookie" not in page.text, name
    assert await events(here) == before


@EVERYTHING
async def test_all_else_asks_for_the_password_when_run_by_the_session(
    here: World, admin: Visitor
) -> None:
    """The playground is no way around the second look (ASVS 7.5.1)."""
    before = await events(here)
    for dialect in spoken(here.core):
        for operation in dialect.operations:
            if operation.name in LOOKS[dialect.name]:
                continue
            place = f"{PATH}/{dialect.name}/{operation.name}"
            parts = {
                name: "x" for name, _ in (await admin.open(place)).form("run") if "part-" in name
            }
            page = await admin.refused(place, "run", **{"as": "session", "proof": "", **parts})
            assert page.status == 403
            assert "Enter your own password" in page.problem
            assert "Answer" not in page.text
    assert [one for one in await events(here) if one.refused is None] == [
        one for one in before if one.refused is None
    ]


async def test_a_wrong_password_runs_nothing(here: World, admin: Visitor) -> None:
    place = f"{PATH}/v2_0/createTag"

    page = await admin.refused(place, "run", **{"as": "session"}, proof="not this")

    assert "not your password" in page.problem
    assert "tag.create" not in {one.act for one in await events(here)}


async def test_it_is_audited_as_from_its_dialect_with_the_persons_address(
    here: World, admin: Visitor
) -> None:
    page = await ran(admin, "v2_0/createTag")

    assert "Sales" in page.text
    (event,) = [one for one in await events(here) if one.act == "tag.create"]
    assert (event.source.operation, event.source.address) == ("v2_0 createTag", "127.0.0.1")


async def test_what_a_person_may_not_do_the_playground_may_not(here: World) -> None:
    """The dialect refuses, and the refusal is looked up by its incident id."""
    await here.account()
    mira = await Visitor.signed_in(here, "mira", PASSWORD)
    mira.password = PASSWORD

    page = await ran(mira, "v2_0/createUser")

    assert "403 Forbidden" in page.text
    assert "Incident" in page.text
    assert "Why?" not in page.text


async def test_an_org_administrator_sees_the_own_org_alone(here: World) -> None:
    north = await here.org("north")
    await here.account("south")
    await here.group("keepers", "ADMINISTRATION", org=north.id)
    await here.account("nora", org=north.id)
    await here.put_in("keepers", "nora", north.id)
    nora = await Visitor.signed_in(here, "nora", PASSWORD)

    page = await ran(nora, "v2_0/searchUsers", body="{}")

    assert '"name": "nora"' in page.text
    assert '"south"' not in page.text


async def test_names_are_text_wherever_they_stand(here: World, admin: Visitor) -> None:
    """A stored name, a typed field, and an answer that repeats both."""
    await here.account("eve", display_name=ATTACK)

    page = await ran(admin, "v2_0/searchUsers", body=msgspec.json.encode({"x": ATTACK}).decode())

    assert "eve" in page.text
    assert "alert(2)" in page.text
    assert "<img src=x" not in page.html
    assert "<script>alert" not in page.html
    page = await ran(admin, "v1/getHomePinboard", **{"query-userid": ATTACK})
    assert "<script>alert" not in page.html


async def test_a_pasted_token_acts_and_is_never_shown(
    here: World, admin: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    """It asks for no password: who has the token needs no console."""
    await here.account()
    token = await here.token()
    place = f"{PATH}/v2_0/getCurrentUserToken"

    page = await ran(
        admin, "v2_0/getCurrentUserToken", **{"as": "token", "proof": ""}, bearer=token
    )
    page_of_info = await ran(admin, "v2_0/getCurrentUserInfo", **{"as": "token"}, bearer=token)

    assert '"valid_for_username": "mira"' in page.text or '"mira"' in page.text
    assert '"name": "mira"' in page_of_info.text
    for one in (page_of_info.html, (await admin.open(place)).html, *capsys.readouterr()):
        assert token not in one


async def test_a_token_that_is_no_good_is_refused_by_the_dialect(admin: Visitor) -> None:
    for token in ("", "gpf_nothing", "é\r\nX: y"):
        page = await ran(admin, "v2_0/getCurrentUserInfo", **{"as": "token"}, bearer=token)
        assert "401 Unauthorized" in page.text
    page = await ran(admin, "v2_0/getCurrentUserInfo", **{"as": NOBODY})
    assert "401 Unauthorized" in page.text


async def test_a_token_that_was_asked_for_is_shown_on_demand_alone(
    here: World, admin: Visitor
) -> None:
    page = await ran(admin, "v2_0/getCurrentUserToken")

    shown, _, demanded = page.html.partition("Show the body with its secrets")
    assert "gpf_…" in shown
    secret = demanded.partition("gpf_")[2][:43]
    assert f"gpf_{secret}" not in shown
    assert (await here.whoami(bearer=f"gpf_{secret}")).status_code == 200


@EVERYTHING
async def test_cookies_are_not_shown_and_not_handed_on(here: World, admin: Visitor) -> None:
    await here.account()
    body = msgspec.json.encode({"username": "mira", "password": PASSWORD}).decode()
    before = dict(admin.cookies)

    page = await ran(admin, "v2_0/login", **{"as": NOBODY}, body=body)

    assert "204 No Content" in page.text
    assert "JSESSIONID=…; Path=/" in page.text
    assert "gps_" not in page.html
    assert admin.cookies == before


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ("v2_0/login", {"body": '{"username": "mira", "password": "Hush-hush-1"}'}),
        ("v2_0/login", {"body": '{"username": "mira", "password": "Hush-hush-1'}),
        ("v1/login", {"field-username": "mira", "field-password": "Hush-hush-1"}),
        ("v1/getTrustedToken", {"field-username": "mira", "field-secret_key": "Hush-hush-1"}),
        ("beta/loginByQuery", {"query-userName": "mira", "query-password": "Hush-hush-1"}),
    ],
)
@EVERYTHING
async def test_secrets_that_were_typed_are_not_shown_again(
    admin: Visitor, operation: str, changes: dict[str, str]
) -> None:
    """Neither in the form nor in the code, whether it is run or only written."""
    place = f"{PATH}/{operation}"

    page = await ran(admin, operation, **{"as": NOBODY}, **changes)
    written = await only_written(admin, place, {"as": NOBODY, **changes})
    refused = await admin.refused(place, "run", **{"as": "session"}, **changes, proof="wrong")

    for one in (page, written, refused):
        assert "mira" in one.html
        assert "Hush" not in one.html


async def test_who_logs_out_there_is_told_and_out(admin: Visitor) -> None:
    page = await ran(admin, "v2_0/logout")

    assert "Your session has ended" in page.text
    assert (await admin.get(PATH)).status_code == 303


async def test_who_changes_the_org_there_is_in_it(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    await here.join(ADMIN, north.id)

    page = await ran(admin, "v1/switchOrg", **{"field-orgid": str(north.id)})

    assert "204 No Content" in page.text
    assert f'<option value="{north.id}" selected>' in page.html


async def test_forms_of_v1_and_both_betas_are_spoken(here: World, admin: Visitor) -> None:
    await here.account()
    key = await here.secret()

    token = await ran(
        admin,
        "v1/getTrustedToken",
        **{"as": NOBODY, "field-secret_key": key, "field-username": "mira"},
    )
    assert "gpv_…" in token.text
    for prefix in ("/tspublic/rest/v2", "/api/rest/v2"):
        page = await ran(admin, "beta/getSessionInfo", address=f"{prefix}/session")
        assert f'"userName": "{ADMIN}"' in page.text
    page = await ran(admin, "v1/getPreauthInfo")
    assert "/prism/preauth/info" in page.text
    assert f'"userName": "{ADMIN}"' in page.text


async def test_a_part_of_the_path_has_to_be_there(here: World, admin: Visitor) -> None:
    account = await here.account()
    place = f"{PATH}/v2_0/deleteUser"

    page = await admin.refused(place, "run", **{"as": "session", "part-user_identifier": " "})
    assert "cannot be empty" in page.problem
    page = await ran(admin, "v2_0/deleteUser", **{"part-user_identifier": "../x y"})
    assert "404 Not Found" in page.text or "400 Bad Request" in page.text
    page = await ran(admin, "v2_0/deleteUser", **{"part-user_identifier": account.id})
    assert "204 No Content" in page.text


async def test_no_other_page_runs_anything(here: World, admin: Visitor) -> None:
    """checklist 13."""
    place = f"{PATH}/v2_0/createTag"
    fields = (await admin.open(place)).form("run")
    forged = [(name, value) for name, value in fields if name != "token"]
    sent = [*forged, ("as", "session"), ("proof", ADMIN_PASSWORD)]

    assert (await admin.post(place, sent)).status_code == 403
    admin.origin = "http://evil.example"
    assert (await admin.post(place, [*sent, *fields])).status_code == 403
    assert "tag.create" not in {one.act for one in await events(here)}


@adjusted(console_access="everywhere", mode="hardened")
async def test_over_https_it_presents_the_cookie_of_https(here: World) -> None:
    transport = httpx2.ASGITransport(app=here.app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://gatepass.test") as client:
        here.client = client
        admin = await Visitor.signed_in(here, origin="https://gatepass.test")

        page = await ran(admin, "v2_0/getCurrentUserInfo")

    assert "200 OK" in page.text
    assert "https://gatepass.test/api/rest/2.0/auth/session/user" in page.text


class Slow:
    """A dialect whose one operation says a lot, or waits until it may answer."""

    def __init__(self, here: World) -> None:
        self.may_answer = asyncio.Event()
        self.answered = asyncio.Event()
        cookies = Cookies(hardened=False, samesite="lax", remember=timedelta(days=1))
        self.origins = Origins(Allowlists(Lists()))
        v2 = spoken(here.core)[0]
        operations = [
            Operation("talk", "GET", "talk", self.talk, NoBody, Access.OPEN),
            Operation("wait", "GET", "wait", self.wait, NoBody, Access.OPEN),
            Operation("fail", "GET", "fail", self.fail, NoBody, Access.OPEN),
        ]
        self.dialect = Dialect(
            name="slow",
            prefix="/slow",
            core=here.core,
            table=Table(operations),
            codec=v2._codec,  # noqa: SLF001 - any will do
            cookies=cookies,
            origins=self.origins,
        )
        self.console = Console(here.core, self.origins, Handed([self.dialect], 0.05), v2)
        self.faults: list[object] = []

    async def talk(self, call: Call[NoBody]) -> Reply:  # noqa: ARG002 - as handlers are called
        return Reply(200, b"[" + b'"x",' * MOST_SHOWN + b"1]")

    async def wait(self, call: Call[NoBody]) -> Reply:  # noqa: ARG002
        await self.may_answer.wait()
        self.answered.set()
        return Reply(204)

    async def fail(self, call: Call[NoBody]) -> Reply:  # noqa: ARG002
        raise RuntimeError("unforeseen")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["gatepass.incident"] = "0" * 32
        await self.console(scope, receive, send)
        self.faults.append(scope.get("gatepass.fault"))


@pytest.fixture
async def slow(here: World) -> AsyncIterator[Slow]:
    """The console with this dialect, in place of the world's own application."""
    one = Slow(here)
    transport = httpx2.ASGITransport(app=one)
    async with httpx2.AsyncClient(transport=transport, base_url=OWN_ORIGIN) as client:
        here.client = client
        yield one


@pytest.mark.usefixtures("slow")
async def test_a_long_answer_is_cut_off(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await ran(admin, "slow/talk", **{"as": NOBODY})

    assert "it is cut off here" in page.text
    assert MOST_SHOWN < len(page.html) < 10 * MOST_SHOWN


async def test_a_late_answer_is_not_waited_for_and_not_cut_short(here: World, slow: Slow) -> None:
    admin = await Visitor.signed_in(here)

    page = await ran(admin, "slow/wait", **{"as": NOBODY})

    assert "There is no answer yet" in page.text
    slow.may_answer.set()
    await asyncio.wait_for(slow.answered.wait(), 5)


async def test_a_fault_in_a_dialect_is_the_servers_to_log(here: World, slow: Slow) -> None:
    admin = await Visitor.signed_in(here)

    page = await ran(admin, "slow/fail", **{"as": NOBODY})

    assert "500 Internal Server Error" in page.text
    assert isinstance(slow.faults[-1], RuntimeError)
