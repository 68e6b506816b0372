"""Whatever an administrator of one Org asks, nothing of another Org comes back or changes."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    org_administrator,
)
from tests.world import World, world

# Each name stands for what only the other Org, or Primary, has.
FOREIGN_USERS = ["faraway", "home-body"]
FOREIGN_GROUPS = ["far-crew", "home-crew"]
FOREIGN_ROLES = ["far-role", "home-role"]
FOREIGN = [*FOREIGN_USERS, *FOREIGN_GROUPS, *FOREIGN_ROLES, "far", "lb-far", "far@example.com"]
OWN = ["nora", "nils", "own-crew", "north", "All", "Administrator", "lb-own"]
words = st.sampled_from([*FOREIGN, *OWN, "%far%", "%", "Primary", "0", "-1", "new"])
several = st.lists(words, min_size=1, max_size=3)
orgs = st.lists(st.sampled_from(["far", "Primary", "0", "-1", "north"]), min_size=1, max_size=2)
operations = st.sampled_from(["REPLACE", "ADD", "REMOVE"])
shared = {"operation": operations, "display_name": words, "visibility": st.just("SHARABLE")}


def body(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


calls = st.one_of(
    st.tuples(
        st.just("users/search"),
        body(
            user_identifier=words,
            name_pattern=words,
            email=words,
            group_identifiers=several,
            org_identifiers=orgs,
            home_liveboard_identifier=words,
            privileges=st.just(["DEVELOPER"]),
            record_size=st.just(-1),
        ),
    ),
    st.tuples(
        st.just("groups/search"),
        body(
            group_identifier=words,
            name_pattern=words,
            org_identifiers=orgs,
            user_identifiers=several,
            sub_group_identifiers=several,
            default_liveboard_identifiers=several,
            record_size=st.just(-1),
        ),
    ),
    st.tuples(st.just("orgs/search"), body(org_identifier=words, user_identifiers=several)),
    st.tuples(
        words.map("users/{}/update".format),
        body(**shared, group_identifiers=several, org_identifiers=orgs, name=words),
    ),
    st.tuples(
        words.map("groups/{}/update".format),
        body(
            **shared,
            user_identifiers=several,
            sub_group_identifiers=several,
            privileges=st.just(["DEVELOPER"]),
            name=words,
        ),
    ),
    st.tuples(words.map("orgs/{}/update".format), body(user_identifiers=several, name=words)),
    st.tuples(words.map("orgs/{}/delete".format), body()),
    st.tuples(words.map("groups/{}/delete".format), body()),
    st.tuples(words.map("users/{}/delete".format), body()),
    st.tuples(st.just("users/force-logout"), st.fixed_dictionaries({"user_identifiers": several})),
    st.tuples(
        st.just("groups/create"),
        st.fixed_dictionaries(
            {"name": words, "display_name": words},
            optional={
                "user_identifiers": several,
                "sub_group_identifiers": several,
                "role_identifiers": several,
            },
        ),
    ),
    st.tuples(
        st.just("roles/search"),
        body(role_identifiers=several, org_identifiers=orgs, group_identifiers=several),
    ),
    st.tuples(st.just("roles/create"), st.fixed_dictionaries({"name": words})),
    st.tuples(words.map("roles/{}/update".format), st.fixed_dictionaries({"name": words})),
    st.tuples(words.map("roles/{}/delete".format), body()),
    st.tuples(
        st.just("users/import"),
        st.fixed_dictionaries(
            {
                "users": st.lists(
                    st.fixed_dictionaries(
                        {"user_identifier": words, "display_name": words},
                        optional={"group_identifiers": several, "org_identifiers": orgs},
                    ),
                    min_size=1,
                    max_size=2,
                ),
                "dry_run": st.booleans(),
                "delete_unspecified_users": st.booleans(),
            }
        ),
    ),
    st.tuples(
        st.just("groups/import"),
        st.fixed_dictionaries(
            {
                "groups": st.lists(
                    st.fixed_dictionaries(
                        {"group_identifier": words, "display_name": words},
                        optional={"user_identifiers": several, "role_identifiers": several},
                    ),
                    min_size=1,
                    max_size=2,
                ),
                "dry_run": st.booleans(),
                "delete_unspecified_groups": st.booleans(),
            }
        ),
    ),
    st.tuples(
        st.sampled_from(["users/reset-password", "users/change-password", "users/deactivate"]),
        st.fixed_dictionaries(
            {
                "user_identifier": words,
                "new_password": st.just("Copper-Inside-19-Walls"),
                "current_password": st.just("Qp-battery-staple-7"),
                "base_url": st.just("http://gatepass.test"),
            }
        ),
    ),
    st.tuples(st.just("logs/fetch"), st.just({"log_type": "SECURITY_AUDIT"})),
    st.tuples(st.just("system/security-settings/search"), body()),
    st.tuples(
        st.just("system/security-settings/configure"),
        body(
            cluster_preferences=st.just({"cors_whitelisted_urls": ["evil.example"]}),
            org_preferences=st.lists(
                st.fixed_dictionaries(
                    {"org_identifier": words},
                    optional={"cors_whitelisted_urls": st.just(["evil.example"])},
                ),
                max_size=2,
            ),
        ),
    ),
    st.tuples(st.just("system/config-update"), st.just({"configuration": {"clusterName": "evil"}})),
    st.tuples(
        st.just("users/create"),
        st.fixed_dictionaries(
            {"name": words, "display_name": words, "email": st.just("x@example.com")},
            optional={"org_identifiers": orgs, "group_identifiers": several},
        ),
    ),
)


USER_FILTERS = {
    "user_identifier": words,
    "name_pattern": words,
    "email": words,
    "org_identifiers": orgs,
    "group_identifiers": several,
    "home_liveboard_identifier": words,
}
GROUP_FILTERS = {
    "group_identifier": words,
    "name_pattern": words,
    "org_identifiers": orgs,
    "user_identifiers": several,
    "sub_group_identifiers": several,
}
# One filter alone leaves the most to be found.
looks = st.one_of(
    *(
        st.tuples(st.just("users/search"), st.fixed_dictionaries({field: values}))
        for field, values in USER_FILTERS.items()
    ),
    *(
        st.tuples(st.just("groups/search"), st.fixed_dictionaries({field: values}))
        for field, values in GROUP_FILTERS.items()
    ),
)


async def rest(admin: Caller) -> tuple[Any, ...]:
    """Return all that there is outside the Org north."""
    named = {"org_identifiers": [0, "far"], "record_size": -1}
    return (
        await admin.find("users/search", **named),
        await admin.find("groups/search", **named),
        [one for one in await admin.find("orgs/search") if one["name"] != "north"],
        await admin.find("roles/search", org_identifiers=[0, "far"]),
        await admin.make("system/security-settings/search"),
        await admin.here.core.system.overrides(admin.here.by),
    )


async def furnish(here: World) -> tuple[Caller, Caller, set[str]]:
    """Make three Orgs; return the administrators of all and of one, and the others' ids."""
    admin = await administrator(here)
    north, far = await here.org("north"), await here.org("far")
    ids = {
        (await here.account("faraway", org=far.id, email="far@example.com")).id,
        (await here.account("home-body")).id,
        (await here.group("far-crew", "DEVELOPER", org=far.id)).id,
        (await here.group("home-crew", "DEVELOPER")).id,
        str(far.id),
    }
    await here.put_in("far-crew", "faraway", far.id)
    other = await org_administrator(here, far.id, "fiona")
    for caller, role in ((admin, "home-role"), (other, "far-role")):
        ids.add((await caller.make("roles/create", name=role, privileges=["DEVELOPER"]))["id"])
    await here.group("own-crew", org=north.id)
    await here.account("nils", org=north.id)
    return admin, await org_administrator(here, north.id), ids


def test_an_org_administrator_neither_sees_nor_changes_another_org(template: Path) -> None:
    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(calls, looks), min_size=10, max_size=30))
    def check(made: list[tuple[str, dict[str, Any]]]) -> None:
        with TemporaryDirectory() as folder:
            asyncio.run(scenario(Path(folder) / "home", made))

    async def scenario(home: Path, made: list[tuple[str, dict[str, Any]]]) -> None:
        async with world(template, home) as here:
            admin, nora, ids = await furnish(here)
            before = await rest(admin)
            for path, asked in made:
                reply = await nora.ask(path, **asked)
                if reply.status_code == 401:
                    break  # she has signed herself out
                assert reply.status_code < 500, reply.text
                if reply.status_code == 200:
                    assert not [one for one in ids if f'"{one}"' in reply.text]
            assert await rest(admin) == before

    check()
