"""Whatever an administrator of one Org asks, nothing of another Org comes back or changes."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepass.core.headers import STORED, HeaderFilter, Term
from gatepass.core.searches import Page
from gatepass.core.store import Transaction
from tests.dialects.v2_0_admin.administering import (
    Caller,
    administrator,
    org_administrator,
)
from tests.dialects.v2_0_admin.shared_objects import bring
from tests.world import ADMIN, ADMIN_PASSWORD, World, world

# Each name stands for what only the other Org, or Primary, has.
FOREIGN_USERS = ["faraway", "home-body"]
FOREIGN_GROUPS = ["far-crew", "home-crew"]
FOREIGN_ROLES = ["far-role", "home-role"]
FOREIGN_OBJECTS = ["far-board", "home-board", "far-tag", "home-tag", "far-obj"]
OWN_BOARD = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"
FAR_BOARD = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
"""The id of a Liveboard of the other Org and of one of Primary; the Org itself has none like it."""
FOREIGN = [
    *FOREIGN_USERS,
    *FOREIGN_GROUPS,
    *FOREIGN_ROLES,
    *FOREIGN_OBJECTS,
    "far",
    "lb-far",
    "far@example.com",
    FAR_BOARD,
]
OWN = [
    *("nora", "nils", "own-crew", "north", "All", "Administrator", "lb-own"),
    *("own-board", "own-tag"),
]
words = st.sampled_from([*FOREIGN, *OWN, "%far%", "%", "Primary", "0", "-1", "new"])
several = st.lists(words, min_size=1, max_size=3)
orgs = st.lists(st.sampled_from(["far", "Primary", "0", "-1", "north"]), min_size=1, max_size=2)
operations = st.sampled_from(["REPLACE", "ADD", "REMOVE"])
shared = {"operation": operations, "display_name": words, "visibility": st.just("SHARABLE")}


def body(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


identified = st.lists(
    st.fixed_dictionaries(
        {"identifier": words},
        optional={"type": st.sampled_from(["LIVEBOARD", "ANSWER", "LOGICAL_TABLE"])},
    ),
    min_size=1,
    max_size=2,
)
whom = st.fixed_dictionaries(
    {"identifier": words}, optional={"type": st.sampled_from(["USER", "USER_GROUP"])}
)
modes = st.sampled_from(["READ_ONLY", "MODIFY", "NO_ACCESS"])
sought = st.lists(
    body(
        identifier=words,
        name_pattern=words,
        obj_identifier=words,
        type=st.sampled_from(["LIVEBOARD", "USER", "USER_GROUP", "TAG"]),
    ),
    max_size=2,
)
documents = st.sampled_from(
    [f"guid: {FAR_BOARD}\nliveboard:\n  name: own-board\n", "answer:\n  name: far-board\n"]
)
of_objects = st.one_of(
    st.tuples(
        st.just("metadata/search"),
        body(
            metadata=sought,
            created_by_user_identifiers=several,
            modified_by_user_identifiers=several,
            tag_identifiers=several,
            exclude_objects=identified.map(
                lambda all_: [{"type": "LIVEBOARD", **one} for one in all_]
            ),
            permissions=st.lists(
                st.fixed_dictionaries({"principal": whom, "share_mode": modes}), max_size=2
            ),
            favorite_object_options=st.fixed_dictionaries(
                {"include": st.booleans(), "user_identifiers": several}
            ),
            record_size=st.just(-1),
        ),
    ),
    st.tuples(st.just("metadata/delete"), st.fixed_dictionaries({"metadata": identified})),
    st.tuples(
        st.just("metadata/tml/import"),
        st.fixed_dictionaries({"metadata_tmls": st.lists(documents, min_size=1, max_size=2)}),
    ),
    st.tuples(st.just("tags/search"), body(tag_identifier=words, name_pattern=words)),
    st.tuples(st.just("tags/create"), st.fixed_dictionaries({"name": words})),
    st.tuples(words.map("tags/{}/update".format), body(name=words, color=st.just("#000000"))),
    st.tuples(words.map("tags/{}/delete".format), body()),
    st.tuples(
        st.sampled_from(["tags/assign", "tags/unassign"]),
        st.fixed_dictionaries({"metadata": identified, "tag_identifiers": several}),
    ),
    st.tuples(
        st.just("security/metadata/share"),
        st.fixed_dictionaries(
            {
                "metadata": identified,
                "permissions": st.lists(
                    st.fixed_dictionaries({"principal": whom, "share_mode": modes}),
                    min_size=1,
                    max_size=2,
                ),
                "message": st.just(""),
            }
        ),
    ),
    st.tuples(
        st.just("security/metadata/fetch-permissions"),
        st.fixed_dictionaries(
            {"metadata": identified}, optional={"principals": st.lists(whom, max_size=2)}
        ),
    ),
    st.tuples(
        st.just("security/principals/fetch-permissions"),
        st.fixed_dictionaries(
            {"principals": st.lists(whom, min_size=1, max_size=2)},
            optional={"metadata": identified},
        ),
    ),
    st.tuples(
        st.just("security/metadata/assign"),
        st.fixed_dictionaries(
            {"metadata": identified, "user_identifier": words},
            optional={"current_owner_identifier": words},
        ),
    ),
)
calls = st.one_of(
    of_objects,
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
    st.tuples(
        st.just("users/activate"),
        st.fixed_dictionaries(
            {
                "user_identifier": words,
                "auth_token": st.just("gpa_" + "x" * 43),
                "password": st.just("Copper-Inside-19-Walls"),
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
        await objects_beyond(admin.here),
    )


async def objects_beyond(here: World) -> list[Any]:
    """Return objects, grants and tags of Primary and of the other Org."""

    async def work(tx: Transaction) -> list[Any]:
        far = await tx.orgs.by_key("far")
        assert far is not None
        found: list[Any] = []
        for org_id in (0, far.id):
            terms = [Term(type=kind) for kind in STORED]
            headers = await tx.objects.search(
                HeaderFilter(org_id=org_id, terms=terms), Page(size=None)
            )
            ids = [one.id for one in headers]
            shares = await tx.objects.shares_of(org_id, ids)
            tags = await tx.objects.tags_of(org_id, ids)
            found += [headers, shares, tags, await tx.tags.all(org_id)]
        return found

    return await here.core.means.store.read(work)


async def furnish_objects(here: World, far: int) -> None:
    """Bring in what the other Org and Primary have, shared with whom they have."""
    await bring(
        here,
        {"id": FAR_BOARD, "name": "far-board", "owner": "faraway", "custom_id": "far-obj"},
        {"name": "far-answer", "type": "ANSWER", "tags": ["far-tag"]},
        org=far,
    )
    await bring(
        here,
        {"id": FAR_BOARD, "name": "home-board", "owner": "home-body", "tags": ["home-tag"]},
    )
    admin = Caller(here, await here.token(ADMIN, password=ADMIN_PASSWORD, org_id=far))
    grants = [
        {"principal": {"identifier": name}, "share_mode": "READ_ONLY"}
        for name in ("faraway", "far-crew")
    ]
    await admin.do(
        "security/metadata/share",
        metadata=[{"identifier": "far-answer"}],
        permissions=grants,
        message="",
    )


async def furnish_own(here: World, north: int) -> None:
    """Bring in what the Org itself has; with ids of its own, so that their order is known."""
    await bring(here, {"id": OWN_BOARD, "name": "own-board", "tags": ["own-tag"]}, org=north)


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
    await furnish_own(here, north.id)
    await furnish_objects(here, far.id)
    ids |= {tag["id"] for tag in await admin.find("tags/search")}
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
