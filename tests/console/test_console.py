"""The console itself: who gets in, what its forms ask, and how it is shown."""

import httpx2
import pytest

from tests.adjusted import adjusted
from tests.console.visitor import OWN_ORIGIN, Page, Visitor
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World


async def test_who_is_not_signed_in_is_asked_to_and_led_back(here: World) -> None:
    reply = await Visitor(here).get("?said=x")

    assert (reply.status_code, reply.headers["location"]) == (303, "sign-in?then=%3Fsaid%3Dx")


async def test_the_first_page_says_who_one_is(admin: Visitor) -> None:
    page = await admin.open()

    assert page.title == "Home · Gatepass"
    assert ADMIN in page.text
    assert "ADMINISTRATION" in page.text


async def test_its_cookie_is_strict_and_no_api_takes_it(here: World, admin: Visitor) -> None:
    """And no other cookie opens it (checklist 13)."""
    (secret,) = admin.cookies.values()
    assert list(admin.cookies) == ["gatepass-console"]
    sent = {"Cookie": f"gatepass-console={secret}"}
    assert (await here.get("auth/session/user", headers=sent)).status_code == 401
    stranger = Visitor(here, cookies={"JSESSIONID": await here.login(ADMIN, ADMIN_PASSWORD)})
    assert (await stranger.get()).status_code == 303


async def test_pages_load_from_here_alone_and_nobody_frames_them(admin: Visitor) -> None:
    """Each file that a page names is there (checklist 21)."""
    page = await admin.open()
    policy = page.reply.headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.reply.headers["cache-control"] == "no-store"
    assert page.loads
    for name in page.loads:
        assert (await admin.get(name.removeprefix("./"))).status_code == 200, name


async def test_who_signs_out_is_out(here: World, admin: Visitor) -> None:
    kept = dict(admin.cookies)

    reply = await admin.send("", "sign-out")

    assert (reply.status_code, reply.headers["location"]) == (303, "./sign-in")
    assert "gatepass-console" not in admin.cookies
    assert (await Visitor(here, cookies=kept).get()).status_code == 303


async def test_with_several_orgs_one_changes_between_them(here: World, admin: Visitor) -> None:
    north = await here.org("north")
    await here.join(ADMIN, north.id)

    page = await admin.done("", "switch-org", org=str(north.id))

    assert page.html.count("<h1>north</h1>") == 1
    page = await admin.refused("", "switch-org", org="77")
    assert page.status == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://gatepass.test"])
async def test_a_form_of_another_origin_does_nothing(admin: Visitor, origin: str) -> None:
    """Even with the right token (checklist 13)."""
    fields = (await admin.open()).form("sign-out")

    admin.origin = origin
    page = Page(await admin.post("", fields))

    assert page.status == 403
    assert "another site" in page.problem
    admin.origin = OWN_ORIGIN
    await admin.open()


@adjusted(cors_origins=["https://app.example"])
async def test_an_origin_that_may_call_the_apis_may_send_no_form(here: World) -> None:
    """checklist 13."""
    admin = await Visitor.signed_in(here)
    fields = (await admin.open()).form("sign-out")
    admin.origin = "https://app.example"

    assert (await admin.post("", fields)).status_code == 403


@adjusted(cors_origins=["http://app.gatepass.test"])
async def test_an_origin_that_may_call_the_apis_reads_nothing_here(here: World) -> None:
    """Beside this server in one domain it is of the same site, so the strict cookie comes along."""
    admin = await Visitor.signed_in(here)
    for place in ("", "audit/export", "assets/console.js"):
        reply = await admin.get(place, Origin="http://app.gatepass.test")

        assert reply.status_code == 200
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_a_form_without_its_token_does_nothing(admin: Visitor, token: str) -> None:
    """checklist 13."""
    page = Page(await admin.post("", [("act", "sign-out"), ("token", token)]))

    assert page.status == 403
    await admin.open()


async def test_a_token_of_another_session_does_nothing(here: World, admin: Visitor) -> None:
    """checklist 13."""
    other = await Visitor.signed_in(here)
    fields = (await other.open()).form("sign-out")

    assert (await admin.post("", fields)).status_code == 403


async def test_what_is_not_there_is_said_in_a_page(admin: Visitor) -> None:
    page = await admin.open("nowhere/at/all", status=404)

    assert "no such page" in page.problem
    assert page.loads[0].startswith("../../assets/")


async def test_an_act_that_is_not_there_does_nothing(admin: Visitor) -> None:
    fields = [*(await admin.open()).form("sign-out"), ("act", "explode")]

    assert (await admin.post("", fields)).status_code == 404


@pytest.mark.parametrize(
    ("query", "kept"), [("?self=x", "?self=x"), ("?path=x", "?path=x"), ("?said=x", "")]
)
async def test_no_name_in_a_query_is_a_fault(admin: Visitor, query: str, kept: str) -> None:
    """Names of a query are whoever's who sends it; what was said once is not said again."""
    token = dict((await admin.open()).form("sign-out"))["token"]
    fields = [("act", "prove"), ("token", token), ("proof", admin.password)]

    reply = await admin.post(f"own{query}", fields)

    assert (reply.status_code, reply.headers["location"]) == (303, f"./own{kept}")


async def test_other_methods_are_refused(admin: Visitor) -> None:
    reply = await admin.here.client.put("/console/")

    assert reply.status_code == 405


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "../login", "/x", "a/../../x", "%252e%252e/login"],
)
async def test_from_the_sign_in_page_one_gets_nowhere_else(here: World, target: str) -> None:
    """checklist 22."""
    assert (await Visitor(here).get(f"sign-in?then={target}")).status_code == 400


async def test_a_click_on_another_site_asks_once_more_with_the_cookie(here: World) -> None:
    reply = await Visitor(here).get("", **{"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 200
    assert 'http-equiv="refresh"' in reply.text


async def test_a_wrong_password_is_refused_like_everywhere(here: World) -> None:
    await here.account()
    with pytest.raises(AssertionError, match="do not match"):
        await Visitor.signed_in(here, "mira", "not this")
    await Visitor.signed_in(here, "mira", PASSWORD)


@adjusted(console_access="off")
async def test_switched_off_it_is_not_there(here: World) -> None:
    assert (await Visitor(here).get()).status_code == 404


@pytest.mark.parametrize(
    ("here", "status"), [({}, 404), ({"console_access": "everywhere"}, 303)], indirect=["here"]
)
async def test_from_elsewhere_it_is_there_only_if_set_so(here: World, status: int) -> None:
    """checklist 62."""
    transport = httpx2.ASGITransport(app=here.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=transport, base_url=OWN_ORIGIN) as client:
        assert (await client.get("/console/")).status_code == status
