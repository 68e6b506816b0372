"""REST v2.0, security settings: kept, shown, and in force on the very next call."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT, adjusted
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.world import V2, World, headers, refusal

SEARCH, CONFIGURE = "system/security-settings/search", "system/security-settings/configure"
APP = "https://app.example.net"
EMPTY_CLUSTER: dict[str, Any] = {
    "enable_partitioned_cookies": False,
    "cors_whitelisted_urls": [],
    "csp_settings": {
        "connect_src_urls": [],
        "font_src_urls": [],
        "visual_embed_hosts": [],
        "iframe_src_urls": [],
        "img_src_urls": [],
        "script_src_urls": {"enabled": False, "urls": []},
        "style_src_urls": [],
    },
    "saml_redirect_urls": [],
    "non_embed_access": {"block_full_app_access": False, "groups_with_access": []},
    "trusted_auth_status": "DISABLED",
}
EMPTY_ORG = {
    "org": {"id": 0, "name": "Primary"},
    "cors_whitelisted_urls": [],
    "non_embed_access": {"block_full_app_access": False, "groups_with_access": []},
    "trusted_auth_status": "DISABLED",
}


async def cors(caller: Caller, *entries: str) -> None:
    await caller.do(CONFIGURE, cluster_preferences={"cors_whitelisted_urls": list(entries)})


async def cors_of(caller: Caller, org: str, *entries: str) -> None:
    own = {"org_identifier": org, "cors_whitelisted_urls": list(entries)}
    await caller.do(CONFIGURE, org_preferences=[own])


async def preflight(here: World, origin: str) -> str | None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    reply = await here.client.options(f"{V2}/users/search", headers=asked)
    found = reply.headers.get("access-control-allow-origin")
    return None if found is None else str(found)


async def reads(caller: Caller, origin: str) -> tuple[str | None, str | None]:
    """Return what the answer of a bearer's call says of who may read it, and of credentials."""
    sent = {**headers(bearer=caller.token), "Origin": origin}
    reply = await caller.here.get("auth/session/user", headers=sent)
    return (
        reply.headers.get("access-control-allow-origin"),
        reply.headers.get("access-control-allow-credentials"),
    )


async def test_nothing_is_set_at_first(here: World) -> None:
    admin = await administrator(here)

    assert await admin.make(SEARCH) == {
        "cluster_preferences": EMPTY_CLUSTER,
        "org_preferences": [EMPTY_ORG],
    }
    assert await admin.make(SEARCH, scope="CLUSTER") == {"cluster_preferences": EMPTY_CLUSTER}
    assert await admin.make(SEARCH, scope="ORG") == {"org_preferences": [EMPTY_ORG]}


async def test_what_is_set_is_shown_and_absent_fields_stay(here: World) -> None:
    admin = await administrator(here)
    crew = await here.group("crew")
    csp = {
        "connect_src_urls": ["https://api.example.net", "wss://live.example.net"],
        "font_src_urls": ["fonts.example.net"],
        "visual_embed_hosts": ["*.example.net", APP],
        "iframe_src_urls": ["https://frame.example.net"],
        "img_src_urls": ["*"],
        "script_src_urls": {"enabled": True, "urls": ["https://js.example.net"]},
        "style_src_urls": ["https://css.example.net/path/"],
    }
    cluster = {
        "enable_partitioned_cookies": True,
        "cors_whitelisted_urls": [APP, "localhost:3000"],
        "csp_settings": csp,
        "saml_redirect_urls": ["https://back.example.net"],
        "non_embed_access": {"block_full_app_access": True},
    }
    own = {
        "org_identifier": "0",
        "cors_whitelisted_urls": ["https://own.example.net"],
        "non_embed_access": {
            "block_full_app_access": True,
            "groups_identifiers_with_access": ["crew"],
        },
    }

    await admin.do(CONFIGURE, cluster_preferences=cluster, org_preferences=[own])
    await admin.do(CONFIGURE, cluster_preferences={"cors_whitelisted_urls": []})
    await admin.do(CONFIGURE)
    await here.secret()

    assert await admin.make(SEARCH) == {
        "cluster_preferences": {
            **cluster,
            "cors_whitelisted_urls": [],
            "non_embed_access": {"block_full_app_access": True, "groups_with_access": []},
            "trusted_auth_status": "ENABLED",
        },
        "org_preferences": [
            {
                "org": {"id": 0, "name": "Primary"},
                "cors_whitelisted_urls": ["https://own.example.net"],
                "non_embed_access": {
                    "block_full_app_access": True,
                    "groups_with_access": [{"id": crew.id, "name": "crew"}],
                },
                "trusted_auth_status": "DISABLED",
            }
        ],
    }


@adjusted(cors_origins=["https://file.example.net"])
async def test_a_listed_origin_is_allowed_from_the_next_call_on_and_until_it_is_not(
    here: World,
) -> None:
    """What administrators add holds at once beside what the file says (checklist 19)."""
    admin = await administrator(here)
    assert await preflight(here, APP) is None
    assert await reads(admin, APP) == (None, None)

    await cors(admin, APP)

    assert await preflight(here, APP) == APP
    assert await reads(admin, APP) == (APP, "true")
    assert await reads(admin, "https://file.example.net") == ("https://file.example.net", "true")
    assert await reads(admin, "https://evil.example") == (None, None)

    await cors(admin)

    assert await preflight(here, APP) is None
    assert await reads(admin, APP) == (None, None)
    assert await preflight(here, "https://file.example.net") == "https://file.example.net"


@pytest.mark.parametrize(
    ("entry", "matching", "others"),
    [
        ("app.example.net", [APP], ["http://app.example.net", f"{APP}:8443", f"{APP}.evil.org"]),
        ("http://localhost:3000", ["http://localhost:3000"], ["https://localhost:3000"]),
        ("app.example.net:8443", [f"{APP}:8443"], [APP]),
        ("app.example.net:*", [APP, f"{APP}:8443"], [f"{APP}:x", "https://b.example.net"]),
        ("203.0.113.9", ["https://203.0.113.9"], ["https://203.0.113.90"]),
        (
            r".*\.example.net",
            [APP, "https://a.b.example.net"],
            ["https://example.net", "https://xexample.net", "https://a.example.net.evil.org"],
        ),
        ("*.example.net", [APP], ["https://appexample.net", "https://evil.org/.example.net"]),
        ("HTTPS://App.Example.Net/", [APP], ["null"]),
    ],
    ids=str,
)
async def test_an_entry_matches_whole_origins_and_no_others(
    here: World, entry: str, matching: list[str], others: list[str]
) -> None:
    """Matches are anchored at both ends (checklist 19)."""
    admin = await administrator(here)
    await cors(admin, entry)

    for origin in matching:
        assert await preflight(here, origin) == origin
        assert await reads(admin, origin) == (origin, "true")
    for origin in others:
        assert await preflight(here, origin) is None
        assert await reads(admin, origin) == (None, None)


async def test_any_origin_may_read_and_never_with_credentials(here: World) -> None:
    """A star opens nothing that a cookie opens (checklist 19)."""
    admin = await administrator(here)
    await here.account("mira")
    await cors(admin, ".*")

    assert await preflight(here, "https://evil.example") == "https://evil.example"
    assert await reads(admin, "https://evil.example") == ("https://evil.example", None)
    assert await reads(admin, "null") == (None, None)
    sent = {**headers(cookie=await here.login()), "Origin": "https://evil.example"}
    assert refusal(await here.post("auth/session/logout", headers=sent)) == FORBIDDEN


@pytest.mark.parametrize(
    "entry",
    [
        "https://app.example.net/path",
        "https://app.example.net?x=1",
        "https://app.example.net#x",
        "wss://app.example.net",
        "https://user@app.example.net",
        "app.example.net; script-src *",
        "app example.net",
        "https://app.example.net:99999",
        "https://",
        "https://*",
        "*",
        "https://app.*.net",
        ".*example.net",
        "javascript:alert(1)",
        "https://app.example.net\r\nx: y",
        "x" * 4097,
    ],
)
async def test_what_is_no_origin_is_refused_and_nothing_changes(here: World, entry: str) -> None:
    admin = await administrator(here)
    await cors(admin, APP)
    before = await admin.make(SEARCH)

    for cluster in (
        {"cors_whitelisted_urls": [APP, entry]},
        {"saml_redirect_urls": [entry]},
        {"csp_settings": {"visual_embed_hosts": [entry]}},
    ):
        assert await admin.refused(CONFIGURE, cluster_preferences=cluster) == BAD
    own = {"org_identifier": "Primary", "cors_whitelisted_urls": [entry]}
    assert await admin.refused(CONFIGURE, org_preferences=[own]) == BAD
    assert await admin.make(SEARCH) == before


@pytest.mark.parametrize(
    "source", ["a; script-src *", "a b", "", "x" * 1025, "a,b", "\u00e9", "a\nb"]
)
async def test_a_source_cannot_begin_another_directive(here: World, source: str) -> None:
    admin = await administrator(here)
    csp = {"img_src_urls": ["ok.example.net", source]}

    refused = await admin.refused(CONFIGURE, cluster_preferences={"csp_settings": csp})

    assert refused == BAD


async def test_an_orgs_list_overrides_the_clusters_for_its_requests(here: World) -> None:
    admin = await administrator(here)
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    await cors(admin, APP)
    assert await reads(nora, APP) == (APP, "true")

    await cors_of(nora, "north", "https://north.example.net")

    assert await reads(nora, APP) == (None, None)
    assert await reads(nora, "https://north.example.net") == ("https://north.example.net", "true")
    assert await reads(admin, "https://north.example.net") == (None, None)
    assert await reads(admin, APP) == (APP, "true")
    cookie = await here.login("nora", org_identifier="north")
    for origin, status in ((APP, 403), ("https://north.example.net", 204)):
        sent = {**headers(cookie=cookie), "Origin": origin}
        reply = await here.post("users/nora/update", {"display_name": "Nora"}, headers=sent)
        assert reply.status_code == status
    await cors_of(nora, "north")
    assert await reads(nora, "https://north.example.net") == (None, None)


async def test_redirects_go_to_whole_origins_that_are_listed(here: World) -> None:
    """No star is a redirect target (checklist 22)."""
    admin = await administrator(here)
    listed = ["https://back.example.net", "*.example.org", "any.example.com:*"]
    await admin.do(CONFIGURE, cluster_preferences={"saml_redirect_urls": listed})

    async def goes_to(target: str) -> bool:
        reply = await here.client.get("/login", params={"targetURLPath": target})
        return reply.status_code == 200

    good = await goes_to("https://back.example.net/x")
    assert good
    for target in (
        "https://a.example.org/",
        "https://any.example.com:81/",
        "https://back.example.net.evil.org/",
    ):
        assert await goes_to(target) is False
    await admin.do(CONFIGURE, cluster_preferences={"saml_redirect_urls": []})
    assert await goes_to("https://back.example.net/x") is False


async def test_hosts_that_embed_may_frame_the_pages(here: World) -> None:
    admin = await administrator(here)
    hosts = ["*.example.net", "https://shop.example.org"]
    await admin.do(CONFIGURE, cluster_preferences={"csp_settings": {"visual_embed_hosts": hosts}})

    policy = (await here.client.get("/login")).headers["content-security-policy"]

    frames = next(part for part in policy.split(";") if "frame-ancestors" in part).split()
    assert {"https://*.example.net", "https://shop.example.org"} <= set(frames)


async def test_cookies_are_partitioned_from_the_next_sign_in_on(here: World) -> None:
    """Partitioned; SameSite=None; Secure (checklist 15)."""
    admin = await administrator(here)
    await here.account("mira")
    body = {"username": "mira", "password": "Qp-battery-staple-7"}

    async def attributes() -> str:
        reply = await here.post("auth/session/login", body)
        return str(reply.headers["set-cookie"])

    assert "Partitioned" not in await attributes()
    await admin.do(CONFIGURE, cluster_preferences={"enable_partitioned_cookies": True})
    assert "Secure; HttpOnly; SameSite=None; Partitioned" in await attributes()
    await admin.do(CONFIGURE, cluster_preferences={"enable_partitioned_cookies": False})
    assert "Partitioned" not in await attributes()


async def test_a_developer_sets_all_but_redirects_and_scripts(here: World) -> None:
    dev = await holder(here, "dev", "DEVELOPER")

    await cors(dev, APP)
    beyond: list[dict[str, Any]] = [
        {"saml_redirect_urls": [APP]},
        {"csp_settings": {"script_src_urls": {"enabled": True}}},
        {"csp_settings": {"script_src_urls": {"urls": []}}},
    ]
    for cluster in beyond:
        assert await dev.refused(CONFIGURE, cluster_preferences=cluster) == FORBIDDEN
    assert (await dev.make(SEARCH))["cluster_preferences"]["cors_whitelisted_urls"] == [APP]


async def test_only_who_may_looks_and_sets(here: World) -> None:
    await here.account("mira")
    mira = await somebody(here)
    limited = Caller(here, await here.token("mira", object_id="lb-1"))

    for path in (SEARCH, CONFIGURE):
        assert refusal(await here.post(path)) == UNAUTHORIZED
        assert await mira.refused(path) == FORBIDDEN
        assert await limited.refused(path) == FORBIDDEN


async def test_an_orgs_administrator_sets_that_orgs_part_alone(here: World) -> None:
    north = await here.org("north")
    nora = await org_administrator(here, north.id)
    await here.group("crew")

    await cors_of(nora, "north", APP)
    found = await nora.make(SEARCH)
    assert set(found) == {"org_preferences"}
    assert found["org_preferences"][0]["org"] == {"id": north.id, "name": "north"}
    assert await nora.refused(SEARCH, scope="CLUSTER") == FORBIDDEN
    cluster = {"cors_whitelisted_urls": [APP]}
    assert await nora.refused(CONFIGURE, cluster_preferences=cluster) == FORBIDDEN
    own: dict[str, Any]
    for org in ("0", "Primary", "nowhere"):
        own = {"org_identifier": org, "cors_whitelisted_urls": []}
        assert await nora.refused(CONFIGURE, org_preferences=[own]) == FORBIDDEN
    access = {"block_full_app_access": True, "groups_identifiers_with_access": ["crew"]}
    own = {"org_identifier": "north", "non_embed_access": access}
    assert await nora.refused(CONFIGURE, org_preferences=[own]) == UNKNOWN_OBJECT


@pytest.mark.parametrize(
    "body",
    [
        {"cluster_preferences": {"non_embed_access": {"groups_identifiers_with_access": ["All"]}}},
        {
            "cluster_preferences": {
                "non_embed_access": {
                    "block_full_app_access": True,
                    "groups_identifiers_with_access": ["All"],
                }
            }
        },
        {
            "org_preferences": [
                {
                    "org_identifier": "0",
                    "non_embed_access": {"groups_identifiers_with_access": ["All"]},
                }
            ]
        },
        {"cluster_preferences": {"csp_settings": {"script_src_urls": {"urls": ["a.example"]}}}},
        {"cluster_preferences": {"csp_settings": {"visual_embed_hosts": [".*"]}}},
        {"org_preferences": [{"cors_whitelisted_urls": []}]},
        {"cluster_preferences": {"cors_whitelisted_urls": APP}},
        {"cluster_preferences": []},
    ],
    ids=str,
)
async def test_what_has_no_place_is_refused(here: World, body: dict[str, Any]) -> None:
    admin = await administrator(here)

    assert await admin.refused(CONFIGURE, **body) == BAD
    assert (await admin.make(SEARCH))["cluster_preferences"] == EMPTY_CLUSTER


@adjusted(orgs_enabled=False)
async def test_without_orgs_the_cluster_names_the_groups(here: World) -> None:
    admin = await administrator(here)
    access = {"block_full_app_access": True, "groups_identifiers_with_access": ["All"]}

    await admin.do(CONFIGURE, cluster_preferences={"non_embed_access": access})

    found = (await admin.make(SEARCH, scope="CLUSTER"))["cluster_preferences"]["non_embed_access"]
    assert [one["name"] for one in found["groups_with_access"]] == ["All"]
    unblocked = {"non_embed_access": {"block_full_app_access": False}}
    await admin.do(CONFIGURE, cluster_preferences=unblocked)
    found = (await admin.make(SEARCH, scope="CLUSTER"))["cluster_preferences"]["non_embed_access"]
    assert found == {"block_full_app_access": False, "groups_with_access": []}


@adjusted(cors_origins=["https://file.example.net"])
async def test_without_the_store_the_settings_file_alone_counts(here: World) -> None:
    """In doubt less is allowed (checklist 64)."""
    admin = await administrator(here)
    await cors(admin, APP)
    assert await preflight(here, APP) == APP

    here.core.means.store.close()

    assert await preflight(here, APP) is None
    assert await preflight(here, "https://file.example.net") == "https://file.example.net"
