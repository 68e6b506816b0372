"""POST auth/search: what it shows, to whom, and what is written down of it."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN, adjusted
from tests.dialects.v2_0.trusting import admin, configure, holder, key, of_org, search
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World, headers, refusal


@pytest.mark.parametrize("scope", ["ALL", "cluster", ["ORG"], {"a": 1}, 1, True])
async def test_an_unknown_scope_is_refused(here: World, scope: Any) -> None:
    assert refusal(await search(here, await admin(here), scope=scope)) == BAD


async def test_both_parts_are_shown_where_no_scope_is_named(here: World) -> None:
    made, own = await here.secret(), await here.secret(0)

    for more in ({}, {"scope": None}, {"scope": ""}):
        reply = await search(here, await admin(here), **more)
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "application/json"
        assert reply.json() == {
            "auth_type": "TRUSTED_AUTH",
            "cluster_preferences": {
                "auth_status": "ENABLED",
                "access_tokens": [{"key": made}],
            },
            "org_preferences": [
                {
                    "org": {"id": 0, "name": "Primary"},
                    "auth_status": "ENABLED",
                    "access_tokens": [{"key": own}],
                }
            ],
        }


async def test_a_part_without_a_key_leaves_the_keys_out(here: World) -> None:
    assert (await search(here, await admin(here))).json() == {
        "auth_type": "TRUSTED_AUTH",
        "cluster_preferences": {"auth_status": "DISABLED"},
        "org_preferences": [{"org": {"id": 0, "name": "Primary"}, "auth_status": "DISABLED"}],
    }


async def test_a_part_that_was_not_asked_for_is_left_out(here: World) -> None:
    by = await admin(here)

    cluster = (await search(here, by, scope="CLUSTER")).json()
    org = (await search(here, by, scope="ORG")).json()

    assert set(cluster) == {"auth_type", "cluster_preferences"}
    assert set(org) == {"auth_type", "org_preferences"}


async def test_the_orgs_part_holds_the_current_org_only(here: World) -> None:
    north, _ = await here.org("north"), await here.org("south")
    await here.secret(0)
    by = await holder(here, "CONTROL_TRUSTED_AUTH", org=north)
    own = await here.secret(north.id)

    for more in ({}, {"scope": "ORG"}):
        assert (await search(here, by, **more)).json() == {
            "auth_type": "TRUSTED_AUTH",
            "org_preferences": [
                {
                    "org": {"id": north.id, "name": "north"},
                    "auth_status": "ENABLED",
                    "access_tokens": [{"key": own}],
                }
            ],
        }


async def test_keys_are_url_safe_text_of_256_random_bits(here: World) -> None:
    made = await here.secret()

    assert len(made) == 47
    assert made.startswith("gpk_")
    assert made.replace("-", "").replace("_", "").isalnum()


@adjusted(hide_secret_keys=True)
async def test_only_the_first_characters_are_shown_where_the_setting_says_so(here: World) -> None:
    by = await admin(here)
    await configure(
        here, by, cluster_preferences={"auth_status": "ENABLED"}, org_preferences=of_org(0)
    )

    body = (await search(here, by)).json()
    parts = [body["cluster_preferences"], *body["org_preferences"]]
    for part in parts:
        (shown,) = part["access_tokens"]
        assert shown["key"].startswith("gpk_")
        assert len(shown["key"]) == 9
    assert "secret.read" not in await acts(here)


async def test_each_view_of_a_key_is_written_down(here: World) -> None:
    """With who looked (checklist 51)."""
    by = await admin(here)
    await search(here, by)
    assert "secret.read" not in await acts(here)
    await here.core.trusted.configure(here.by, HERE, cluster=True)

    here.clock.advance(seconds=1)
    await search(here, by)

    assert (await acts(here))[0] == "secret.read"


async def acts(here: World) -> list[str]:
    events = await here.core.means.store.read(lambda tx: tx.audit.latest(50))
    return [event.act for event in events]


async def test_switching_is_written_down_once_and_without_the_key(here: World) -> None:
    by = await admin(here)
    for _ in range(2):
        await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})
    made = await key(here, by)

    events = await here.core.means.store.read(lambda tx: tx.audit.latest(50))

    assert [event.act for event in events].count("secret.enable") == 1
    assert made is not None
    assert made not in str(events)


async def test_a_cookie_does_as_well_as_a_bearer(here: World) -> None:
    by = headers(cookie=await here.login(ADMIN, ADMIN_PASSWORD))

    on = await configure(here, by, cluster_preferences={"auth_status": "ENABLED"})

    assert on.status_code == 204
    assert await key(here, by) is not None


async def test_a_token_by_secret_switches_only_what_its_account_may(here: World) -> None:
    """It cannot read secrets by the fact of its secret (checklist 57)."""
    await here.account("mira", password=PASSWORD)
    by = headers(bearer=await here.token(secret_key=await here.secret()))

    assert refusal(await search(here, by)) == FORBIDDEN
