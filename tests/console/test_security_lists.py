"""The page of security settings: which pages of other origins may do what here."""

from typing import Any

import pytest

from gatepass.core.records import Record
from tests.adjusted import adjusted
from tests.console.test_security import PATH, forge, north_admin
from tests.console.visitor import Visitor
from tests.world import PASSWORD, World

APP, OTHER = "https://app.example", "https://other.example"


async def kept(here: World) -> dict[str, Any]:
    """Return what is kept of the cluster, without what is empty."""
    return plain((await here.core.security.stored()).cluster)


def plain(record: Record) -> dict[str, Any]:
    found = {one: getattr(record, one) for one in record.__struct_fields__}
    found = {one: plain(of) if isinstance(of, Record) else of for one, of in found.items()}
    return {one: value for one, value in found.items() if value}


async def may_read(here: World, origin: str, **more: Any) -> bool:
    """Say whether a page of this origin may read an answer."""
    reply = await here.get("auth/session/user", headers={"Origin": origin, **more})
    return reply.headers.get("access-control-allow-origin") == origin


async def test_lists_are_saved_and_hold_from_the_next_call_on(here: World, admin: Visitor) -> None:
    """checklist 19."""
    assert not await may_read(here, APP)

    page = await admin.done(
        PATH,
        "lists",
        cors_whitelisted_urls=f"{APP}\r\n\r\n *.example.net \r\n",
        visual_embed_hosts="app.example",
        saml_redirect_urls=OTHER,
        connect_src_urls="https://api.example",
        script_enabled="true",
        script_src_urls="https://cdn.example",
        partitioned="true",
    )

    assert "Saved." in page.text
    found = await kept(here)
    assert found == {
        "cors": [APP, "*.example.net"],
        "csp": {
            "connect": ["https://api.example"],
            "embed_hosts": ["app.example"],
            "script_enabled": True,
            "script": ["https://cdn.example"],
        },
        "redirects": [OTHER],
        "partitioned": True,
    }
    assert await may_read(here, APP)
    form = dict(page.form("lists"))
    assert form["cors_whitelisted_urls"] == f"{APP}\n*.example.net"
    assert form["partitioned"] == "true"
    # Sent again as it stands, all of it stays.
    await admin.done(PATH, "lists")
    assert await kept(here) == found


async def test_what_is_taken_out_holds_no_more(here: World, admin: Visitor) -> None:
    await admin.done(
        PATH, "lists", cors_whitelisted_urls=APP, script_enabled="true", script_src_urls=APP
    )
    assert await may_read(here, APP)

    page = await admin.open(PATH)
    fields = [(n, v) for n, v in page.form("lists") if n != "script_enabled"]
    fields = [(n, "" if n == "cors_whitelisted_urls" else v) for n, v in fields]
    reply = await admin.post(PATH, fields)

    assert reply.status_code == 303
    assert not await may_read(here, APP)
    assert await kept(here) == {}


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("cors_whitelisted_urls", "https://app.example/path", "Callers (CORS): no origin"),
        ("cors_whitelisted_urls", "javascript:alert(1)", "Callers (CORS): no origin"),
        ("visual_embed_hosts", ".*", "Framing: not every page"),
        ("saml_redirect_urls", "ftp://x.example", "Redirect targets: no origin"),
        ("img_src_urls", "two words", "Images: no source"),
        ("font_src_urls", "'self'; script-src *", "Fonts: no source"),
        ("cors_whitelisted_urls", "</textarea><script>alert(1)</script>", "no origin"),
    ],
)
async def test_one_entry_that_will_not_do_spoils_all_and_stands_at_its_field(
    here: World, admin: Visitor, field: str, wrong: str, words: str
) -> None:
    """Nothing is half saved, and what was typed is still there."""
    typed: dict[str, Any] = {
        "cors_whitelisted_urls": APP,
        "visual_embed_hosts": APP,
        field: f"{APP}\n{wrong}",
    }

    page = await admin.refused(PATH, "lists", **typed)

    assert page.status == 400
    assert words in page.problem
    before = page.html.split('aria-invalid="true"')[0]
    assert f'id="lists-{field}"' in before[before.rfind("<textarea") :]
    form = dict(page.form("lists"))
    assert {name: form[name].replace("\r", "") for name in typed} == typed
    assert "<script>alert" not in page.html
    assert await kept(here) == {}


@adjusted(cors_origins=[APP], visual_embed_hosts=[OTHER], redirect_origins=["https://back.example"])
async def test_what_the_settings_file_says_stands_beside_the_lists(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await admin.open(PATH)

    for origin in (APP, OTHER, "https://back.example"):
        assert f"From the settings file, always: {origin}" in page.text
    assert dict(page.form("lists"))["cors_whitelisted_urls"] == ""


async def test_it_is_said_what_is_only_kept(admin: Visitor) -> None:
    page = await admin.open(PATH)

    assert "Sources of pages: kept and shown only" in page.text
    assert "this server goes by none of them" in page.text
    assert "this server itself blocks nobody by it" in page.text


async def test_a_developer_sees_redirects_and_scripts_and_leaves_them(
    here: World, admin: Visitor
) -> None:
    await admin.done(PATH, "lists", saml_redirect_urls=OTHER)
    await here.account("dev")
    await here.group("devs", "DEVELOPER")
    await here.put_in("devs", "dev")
    dev = await Visitor.signed_in(here, "dev", PASSWORD)

    page = await dev.open(PATH)
    assert OTHER in page.text
    assert not page.has_form("cluster-on")
    assert not {"saml_redirect_urls", "script_src_urls"} & set(dict(page.form("lists")))
    await dev.done(PATH, "lists", cors_whitelisted_urls=APP)

    found = await kept(here)
    assert found == {"cors": [APP], "redirects": [OTHER]}
    for field in ("saml_redirect_urls", "script_src_urls"):
        page = await forge(dev, "lists", **{field: APP})
        assert page.status == 403
    assert await kept(here) == found


async def test_an_orgs_list_overrides_the_clusters_until_it_is_given_up(here: World) -> None:
    nora, north, south = await north_admin(here)
    page = await nora.open(PATH)
    assert not page.has_form("lists")
    assert dict(page.form("org-lists"))["own"] == "false"

    async def own() -> dict[int, list[str]]:
        lists = (await here.core.security.stored()).cors_of_orgs
        return {org: list(one) for org, one in lists.items()}

    await nora.done(PATH, "org-lists", own="true", cors_whitelisted_urls=APP)
    assert await own() == {north: [APP]}
    page = await nora.refused(PATH, "org-lists", own="true", cors_whitelisted_urls="not an origin")
    assert "Callers (CORS)" in page.problem
    page = await forge(nora, "org-lists", own="true", org=str(south), cors_whitelisted_urls=OTHER)
    assert await own() == {north: [OTHER]}
    page = await nora.done(PATH, "org-lists", own="false")
    assert await own() == {}
    assert dict(page.form("org-lists"))["own"] == "false"


async def test_access_is_kept_with_its_groups_by_name(here: World) -> None:
    nora, north, south = await north_admin(here)
    crew = await here.group("<b>crew", org=north)
    await here.group("theirs", org=south)
    fields: dict[str, Any] = {"blocked": "true", "groups_identifiers_with_access": "<b>crew"}

    page = await nora.done(PATH, "org-access", **fields)

    assert dict(page.form("org-access"))["groups_identifiers_with_access"] == "<b>crew"
    assert "<b>crew" not in page.html
    by = await here.core.gate.principal(bearer=None, cookie=nora.cookies["gatepass-console"])

    async def access() -> dict[str, Any]:
        state = await here.core.security.look(by, cluster=False, org=True)
        assert state.org is not None
        return plain(state.org.kept.access)

    assert await access() == {"blocked": True, "groups": [crew.id]}
    for unknown in ("nobody", "theirs"):
        page = await nora.refused(
            PATH, "org-access", blocked="true", groups_identifiers_with_access=unknown
        )
        assert page.problem.startswith(f"Groups: no group named '{unknown}'")
        before = page.html.split('aria-invalid="true"')[0]
        assert 'id="org-access-groups' in before[before.rfind("<textarea") :]
    assert await access() == {"blocked": True, "groups": [crew.id]}
    form = [pair for pair in (await nora.open(PATH)).form("org-access") if pair[0] != "blocked"]
    assert (await nora.post(PATH, form)).status_code == 303
    assert await access() == {}


@adjusted(orgs_enabled=False)
async def test_without_orgs_the_cluster_names_the_groups(here: World) -> None:
    admin = await Visitor.signed_in(here)

    page = await admin.open(PATH)
    assert not page.has_form("org-lists")
    assert not page.has_form("org-access")
    await admin.done(PATH, "access", blocked="true", groups_identifiers_with_access="All")

    found = (await kept(here))["access"]
    assert (found["blocked"], len(found["groups"])) == (True, 1)
