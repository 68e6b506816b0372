"""security/metadata/share, both fetch-permissions, security/metadata/assign."""

import json
from typing import Any

import pytest

from tests.adjusted import adjusted
from tests.dialects.v2_0_admin.administering import (
    BAD,
    FORBIDDEN,
    UNKNOWN_OBJECT,
    Caller,
    administrator,
    holder,
    org_administrator,
    somebody,
)
from tests.dialects.v2_0_admin.shared_objects import (
    COSTS,
    LIVEBOARD,
    ORDERS,
    SALES,
    bring,
    three,
)
from tests.world import HERE, World


def grant(who: str, mode: str, kind: str | None = "USER") -> dict[str, Any]:
    return {"principal": {"identifier": who, "type": kind}, "share_mode": mode}


async def share(by: Caller, *grants: dict[str, Any], what: str = SALES) -> None:
    await by.do(
        "security/metadata/share",
        metadata=[{"identifier": what}],
        permissions=list(grants),
        message="",
    )


async def may(by: Caller, who: str, what: str = SALES, kind: str = "USER") -> str:
    """Return what somebody may do, as the server tells it."""
    found = await by.make(
        "security/metadata/fetch-permissions",
        metadata=[{"identifier": what}],
        principals=[{"identifier": who, "type": kind}],
    )
    info = found["metadata_permission_details"][0]["principal_permission_info"]
    return str(info[0]["principal_permissions"][0]["permission"])


async def test_permissions_of_an_object_are_told_in_every_field(here: World) -> None:
    await three(here)
    crew = await here.group("crew")
    await here.put_in("crew", "ben")
    admin = await administrator(here)
    ids = {one["name"]: one["id"] for one in await admin.find("users/search", record_size=-1)}
    await share(admin, grant("crew", "READ_ONLY", "USER_GROUP"), grant("ben", "MODIFY"))

    found = await admin.make(
        "security/metadata/fetch-permissions",
        metadata=[LIVEBOARD],
        principals=[{"identifier": "ben"}, {"identifier": "crew"}, {"identifier": "su"}],
    )

    assert found == {
        "metadata_permission_details": [
            {
                "metadata_id": SALES,
                "metadata_name": "Sales",
                "metadata_type": "LIVEBOARD",
                "metadata_owner": {"id": ids["mira"], "name": "mira"},
                "metadata_author": {"id": ids["mira"], "name": "mira"},
                "principal_permission_info": [
                    {
                        "principal_type": "USER",
                        "principal_sub_type": "LOCAL_USER",
                        "principal_permissions": [
                            {
                                "principal_id": ids["ben"],
                                "principal_name": "ben",
                                "permission": "MODIFY",
                                "shared_permission": "MODIFY",
                                "group_permission": [
                                    {"id": crew.id, "name": "crew", "permission": "READ_ONLY"}
                                ],
                            },
                            {
                                "principal_id": ids["su"],
                                "principal_name": "su",
                                "permission": "NO_ACCESS",
                                "shared_permission": "NO_ACCESS",
                                "group_permission": [],
                            },
                        ],
                    },
                    {
                        "principal_type": "USER_GROUP",
                        "principal_sub_type": "LOCAL_GROUP",
                        "principal_permissions": [
                            {
                                "principal_id": crew.id,
                                "principal_name": "crew",
                                "permission": "READ_ONLY",
                                "shared_permission": "READ_ONLY",
                                "group_permission": [],
                            }
                        ],
                    },
                ],
            }
        ]
    }


async def everybody(by: Caller, **more: Any) -> dict[str, str]:
    found = await by.make(
        "security/metadata/fetch-permissions", metadata=[{"identifier": SALES}], **more
    )
    return {
        row["principal_name"]: row["permission"]
        for info in found["metadata_permission_details"][0]["principal_permission_info"]
        for row in info["principal_permissions"]
    }


async def test_with_nobody_named_all_are_told_who_may_do_anything(here: World) -> None:
    await three(here)
    await here.group("outer")
    await here.core.groups.create(here.by, HERE, name="inner", parents=["outer"])
    await here.account("ina")
    await here.put_in("inner", "ina")
    admin = await administrator(here)
    await share(admin, grant("outer", "READ_ONLY", "USER_GROUP"), grant("ben", "MODIFY"))

    assert await everybody(admin) == {
        "ben": "MODIFY",
        "ina": "READ_ONLY",
        "mira": "MODIFY",
        "tsadmin": "MODIFY",
        "Administrator": "MODIFY",
        "inner": "READ_ONLY",
        "outer": "READ_ONLY",
    }
    assert await everybody(admin, permission_type="DEFINED") == {
        "ben": "MODIFY",
        "outer": "READ_ONLY",
    }
    first = await everybody(admin, record_size=2)
    assert list(first) == list(await everybody(admin))[:2]


async def test_no_access_takes_the_grant_away_and_nothing_else(here: World) -> None:
    await three(here)
    await here.group("crew")
    await here.put_in("crew", "ben")
    admin = await administrator(here)
    await share(admin, grant("ben", "MODIFY"), grant("crew", "READ_ONLY", "USER_GROUP"))

    await share(admin, grant("ben", "NO_ACCESS"))
    assert await may(admin, "ben") == "READ_ONLY", "by his group"
    await share(admin, grant("crew", "NO_ACCESS", "USER_GROUP"))
    assert await may(admin, "ben") == "NO_ACCESS"
    await share(admin, grant("mira", "NO_ACCESS"))
    assert await may(admin, "mira") == "MODIFY", "it is hers"


async def test_permissions_of_principals_list_their_objects(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    await share(admin, grant("ben", "READ_ONLY"))
    ids = {one["name"]: one["id"] for one in await admin.find("users/search", record_size=-1)}

    async def of(**body: Any) -> list[dict[str, Any]]:
        found = await admin.make("security/principals/fetch-permissions", **body)
        details: list[dict[str, Any]] = found["principal_permission_details"]
        return details

    found = await of(principals=[{"identifier": "ben", "type": "USER"}])
    assert found == [
        {
            "principal_id": ids["ben"],
            "principal_name": "ben",
            "principal_type": "USER",
            "principal_sub_type": "LOCAL_USER",
            "metadata_permission_info": [
                {
                    "metadata_type": "ANSWER",
                    "metadata_permissions": [
                        {
                            "metadata_id": COSTS,
                            "metadata_name": "Costs",
                            "metadata_owner": {"id": ids["ben"], "name": "ben"},
                            "metadata_author": {"id": ids["ben"], "name": "ben"},
                            "permission": "MODIFY",
                            "shared_permission": "NO_ACCESS",
                            "group_permission": [],
                        }
                    ],
                },
                {
                    "metadata_type": "LIVEBOARD",
                    "metadata_permissions": [
                        {
                            "metadata_id": SALES,
                            "metadata_name": "Sales",
                            "metadata_owner": {"id": ids["mira"], "name": "mira"},
                            "metadata_author": {"id": ids["mira"], "name": "mira"},
                            "permission": "READ_ONLY",
                            "shared_permission": "READ_ONLY",
                            "group_permission": [],
                        }
                    ],
                },
            ],
        }
    ]

    def told(details: list[dict[str, Any]]) -> list[str]:
        return [
            row["metadata_name"]
            for info in details[0]["metadata_permission_info"]
            for row in info["metadata_permissions"]
        ]

    ben = [{"identifier": "ben"}]
    assert told(await of(principals=ben, default_metadata_type="LIVEBOARD")) == ["Sales"]
    assert told(await of(principals=ben, record_offset=1)) == ["Sales"]
    assert told(await of(principals=ben, metadata=[{"identifier": ORDERS}])) == ["Orders"]
    assert told(await of(principals=[{"identifier": "All", "type": "USER_GROUP"}])) == []
    assert told(await of(principals=[{"identifier": "Administrator"}])) == [
        "Costs",
        "Orders",
        "Sales",
    ]


async def test_who_may_edit_shares_and_who_may_read_sees_who_may(here: World) -> None:
    await three(here)
    await here.account("cleo")
    mira, ben, cleo = [await somebody(here, name) for name in ("mira", "ben", "cleo")]
    body = {"metadata": [LIVEBOARD], "permissions": [grant("cleo", "READ_ONLY")], "message": ""}

    assert await ben.refused("security/metadata/share", **body) == UNKNOWN_OBJECT
    await share(mira, grant("ben", "READ_ONLY"))
    assert await ben.refused("security/metadata/share", **body) == FORBIDDEN
    assert await may(ben, "mira") == "MODIFY"
    assert await cleo.refused("security/metadata/fetch-permissions", metadata=[LIVEBOARD]) == (
        UNKNOWN_OBJECT
    )
    await share(mira, grant("ben", "MODIFY"))
    await ben.do("security/metadata/share", **body)
    assert await may(cleo, "cleo") == "READ_ONLY"


async def test_sharing_with_everybody_takes_the_privilege(here: World) -> None:
    await three(here)
    mira = await somebody(here)
    everyone = grant("All", "READ_ONLY", "USER_GROUP")
    body = {"metadata": [LIVEBOARD], "permissions": [everyone], "message": ""}

    assert await mira.refused("security/metadata/share", **body) == FORBIDDEN
    await here.group("sharers", "SHAREWITHALL")
    await here.put_in("sharers", "mira")
    await share(mira, everyone)
    assert await may(mira, "ben") == "READ_ONLY"


async def test_who_is_not_to_be_found_is_neither_shared_with_nor_told(here: World) -> None:
    await three(here)
    admin, mira = await administrator(here), await somebody(here)
    await share(admin, grant("ben", "READ_ONLY"))
    await admin.do("users/ben/update", visibility="NON_SHARABLE")
    body = {"metadata": [LIVEBOARD], "permissions": [grant("ben", "MODIFY")], "message": ""}

    assert await mira.refused("security/metadata/share", **body) == UNKNOWN_OBJECT
    assert "ben" not in await everybody(mira)
    asked = {"principals": [{"identifier": "ben"}]}
    assert await mira.refused("security/principals/fetch-permissions", **asked) == UNKNOWN_OBJECT
    assert (await everybody(admin))["ben"] == "READ_ONLY"


async def test_objects_may_be_named_by_type_and_identifiers(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    await admin.do(
        "security/metadata/share",
        metadata_type="LIVEBOARD",
        metadata_identifiers=["sales"],
        permissions=[{**grant("ben", "READ_ONLY", None), "content_share_mode": ""}],
        message="Look at this",
        emails=[],
        notify_on_share=True,
    )

    assert await may(admin, "ben") == "READ_ONLY"


@pytest.mark.parametrize(
    "change",
    [
        {"message": None},
        {"permissions": []},
        {"permissions": [{"principal": {"identifier": "ben"}}]},
        {"permissions": [grant("ben", "OWN")]},
        {"permissions": [grant("ben", "MODIFY", "ROLE")]},
        {"permissions": [{"principal": "ben", "share_mode": "MODIFY"}]},
        {"metadata": []},
        {"metadata": [{"identifier": SALES, "type": "USER"}]},
        {"metadata_identifiers": [COSTS]},
    ],
    ids=str,
)
async def test_bad_input_shares_nothing(here: World, change: dict[str, Any]) -> None:
    await three(here)
    admin = await administrator(here)
    body = {"metadata": [LIVEBOARD], "permissions": [grant("ben", "MODIFY")], "message": ""}

    assert await admin.refused("security/metadata/share", **{**body, **change}) == BAD
    assert await may(admin, "ben") == "NO_ACCESS"


async def test_all_is_shared_or_nothing(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    for metadata, permissions in (
        ([LIVEBOARD, {"identifier": "nothing"}], [grant("ben", "MODIFY")]),
        ([LIVEBOARD], [grant("ben", "MODIFY"), grant("nobody", "MODIFY")]),
    ):
        body = {"metadata": metadata, "permissions": permissions, "message": ""}
        assert await admin.refused("security/metadata/share", **body) == UNKNOWN_OBJECT
    assert await may(admin, "ben") == "NO_ACCESS"


async def test_an_object_is_handed_over_with_all_that_ownership_gives(here: World) -> None:
    await three(here)
    admin, mira, ben = (
        await administrator(here),
        await somebody(here),
        await somebody(here, "ben"),
    )
    await admin.do("security/metadata/assign", metadata=[LIVEBOARD], user_identifier="ben")

    found = await ben.find("metadata/search", metadata=[LIVEBOARD])
    assert found[0]["metadata_header"]["authorName"] == "ben"
    assert await mira.find("metadata/search", metadata=[LIVEBOARD]) == []
    body = {"metadata": [LIVEBOARD, {"identifier": COSTS}], "user_identifier": "mira"}
    wrong = {**body, "current_owner_identifier": "mira"}
    assert await admin.refused("security/metadata/assign", **wrong) == BAD
    await admin.do("security/metadata/assign", **body, current_owner_identifier="ben")
    assert await may(admin, "mira", COSTS) == "MODIFY"


@adjusted(rbac_enabled=True)
async def test_who_hands_over_administers_users_and_may_edit(here: World) -> None:
    await three(here)
    mira, una = await somebody(here), await holder(here, "una", "USER_ADMINISTRATION")
    body = {"metadata": [LIVEBOARD], "user_identifier": "ben"}

    assert await mira.refused("security/metadata/assign", **body) == FORBIDDEN
    assert await una.refused("security/metadata/assign", **body) == UNKNOWN_OBJECT
    await share(mira, grant("una", "READ_ONLY"))
    assert await una.refused("security/metadata/assign", **body) == FORBIDDEN
    await share(mira, grant("una", "MODIFY"))
    nobody = {**body, "user_identifier": "nobody"}
    assert await una.refused("security/metadata/assign", **nobody) == UNKNOWN_OBJECT
    await una.do("security/metadata/assign", **body)
    assert await may(una, "ben") == "MODIFY"


async def test_nothing_is_shared_across_orgs(here: World) -> None:
    """Neither with users and groups of another Org, nor of its objects (checklist 52)."""
    await three(here)
    north = (await here.org("north")).id
    await bring(here, {"id": ORDERS, "name": "Northern"}, org=north)
    await here.account("nils", org=north)
    crew = await here.group("crew", org=north)
    nora, admin = await org_administrator(here, north), await administrator(here)

    for kind, names in (("USER", ["nils", "nora"]), ("USER_GROUP", ["crew", crew.id])):
        for name in names:
            body = {
                "metadata": [LIVEBOARD],
                "permissions": [grant(name, "MODIFY", kind)],
                "message": "",
            }
            assert await admin.refused("security/metadata/share", **body) == UNKNOWN_OBJECT
    for what in (SALES, "Sales"):
        body = {"metadata": [{"identifier": what}]}
        for path, more in (
            ("share", {"permissions": [grant("nils", "MODIFY")], "message": ""}),
            ("fetch-permissions", {}),
            ("assign", {"user_identifier": "nils"}),
        ):
            assert await nora.refused(f"security/metadata/{path}", **body, **more) == UNKNOWN_OBJECT
    for name in ("mira", "ben"):
        asked = {"principals": [{"identifier": name}]}
        path = "security/principals/fetch-permissions"
        assert await nora.refused(path, **asked) == UNKNOWN_OBJECT
        handed = {"metadata": [{"identifier": ORDERS}], "user_identifier": name}
        assert await nora.refused("security/metadata/assign", **handed) == UNKNOWN_OBJECT


async def test_who_leaves_an_org_and_comes_back_has_no_grants_there(here: World) -> None:
    north = (await here.org("north")).id
    await bring(here, {"id": SALES, "name": "Northern"}, org=north)
    await here.account("mira")
    await here.join("mira", north)
    nora = await org_administrator(here, north)
    await share(nora, grant("mira", "MODIFY"))
    await here.core.memberships.leave(here.by, HERE, "mira", north)
    await here.join("mira", north)

    assert await may(nora, "mira") == "NO_ACCESS"


async def test_sharing_is_in_the_log_with_objects_and_permissions(here: World) -> None:
    await three(here)
    crew = await here.group("crew")
    admin = await administrator(here)
    await share(admin, grant("crew", "READ_ONLY", "USER_GROUP"))

    latest = (await admin.find("logs/fetch", log_type="SECURITY_AUDIT"))[0]
    told = json.loads(latest["log"])
    assert told["type"] == "SHARE_OBJECTS"
    assert told["data"] == {
        "objIds": [SALES],
        "objType": ["LIVEBOARD"],
        "permissions": [{"id": crew.id, "type": "USER_GROUP", "mode": "READ_ONLY"}],
        "discoverability": False,
    }
