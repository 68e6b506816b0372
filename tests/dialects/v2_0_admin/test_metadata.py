"""metadata/search, metadata/delete and metadata/tml/import."""

from typing import Any

import pytest

from gatepass.core.object_importing import ObjectRow
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
from tests.world import HERE, NOON, World

NOW = int(NOON.timestamp() * 1000)
SYSTEM = "67e15c06-d153-4924-a4cd-ff615393b60f"
STORED = [{"type": kind} for kind in ("LIVEBOARD", "ANSWER", "LOGICAL_TABLE")]


async def names(by: Caller, **body: Any) -> list[str]:
    return [one["metadata_name"] for one in await by.find("metadata/search", **body)]


async def share(by: Caller, who: str, mode: str, kind: str = "USER", what: str = SALES) -> None:
    await by.do(
        "security/metadata/share",
        metadata=[{"identifier": what}],
        permissions=[{"principal": {"identifier": who, "type": kind}, "share_mode": mode}],
        message="",
    )


async def test_an_object_is_told_in_every_field(here: World) -> None:
    await three(here)
    mira = await here.core.accounts.find(here.by, "mira")
    admin = await administrator(here)
    tags = await admin.find("tags/search")

    assert await admin.find("metadata/search", metadata=[LIVEBOARD]) == [
        {
            "metadata_id": SALES,
            "metadata_name": "Sales",
            "metadata_type": "LIVEBOARD",
            "metadata_obj_id": None,
            "metadata_header": {
                "id": SALES,
                "name": "Sales",
                "description": "",
                "author": mira.id,
                "authorName": "mira",
                "authorDisplayName": "mira",
                "created": NOW,
                "modified": NOW,
                "modifiedBy": SYSTEM,
                "owner": mira.id,
                "type": None,
                "tags": [{"id": tag["id"], "name": tag["name"]} for tag in tags],
                "ownerOrgId": 0,
                "generationNum": 1,
                "indexVersion": 1,
                "isDeleted": False,
                "isHidden": False,
                "isExternal": False,
                "isDeprecated": False,
                "isAutoCreated": False,
                "isAutoDelete": False,
                "resolvedObjects": {},
            },
            "dependent_objects": None,
            "incomplete_objects": None,
            "metadata_detail": None,
            "visualization_headers": None,
            "stats": None,
        }
    ]
    short = await admin.find("metadata/search", metadata=[LIVEBOARD], include_headers=False)
    assert (short[0]["metadata_id"], short[0]["metadata_header"]) == (SALES, None)


async def test_users_groups_and_tags_are_objects_too(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    found = await admin.find("metadata/search", record_size=-1)

    by_type: dict[str, list[str]] = {}
    for one in found:
        by_type.setdefault(one["metadata_type"], []).append(one["metadata_name"])
    assert by_type == {
        "USER": ["ben", "mira", "su", "system", "tsadmin"],
        "USER_GROUP": ["Administrator", "All"],
        "TAG": ["north", "year"],
        "LIVEBOARD": ["Sales"],
        "ANSWER": ["Costs"],
        "LOGICAL_TABLE": ["Orders"],
    }
    assert [one["metadata_name"].lower() for one in found] == sorted(
        one["metadata_name"].lower() for one in found
    )
    mira = await admin.find("metadata/search", metadata=[{"type": "USER", "identifier": "MIRA"}])
    header = mira[0]["metadata_header"]
    assert (header["displayName"], header["owner"]) == ("mira", header["id"])


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"metadata": [{"type": "ANSWER"}]}, ["Costs"]),
    ({"metadata": STORED}, ["Costs", "Orders", "Sales"]),
    ({"metadata": [{"type": "ANSWER"}, {"identifier": "sales"}]}, ["Costs", "Sales"]),
    ({"metadata": [{"identifier": SALES.upper()}]}, ["Sales"]),
    ({"metadata": [{"identifier": SALES, "type": "ANSWER"}]}, []),
    ({"metadata": [{"identifier": "nothing"}]}, []),
    ({"metadata": [{"name_pattern": "s%"}]}, ["Sales", "su", "system"]),
    ({"metadata": [{"name_pattern": "AL", "type": "LIVEBOARD"}]}, ["Sales"]),
    ({"metadata": [{"name_pattern": "x", "identifier": SALES}]}, []),
    ({"metadata": [{"obj_identifier": "orders-1"}]}, ["Orders"]),
    ({"metadata": [{"type": "LOGICAL_TABLE", "subtypes": ["WORKSHEET"]}]}, ["Orders"]),
    ({"metadata": [{"subtypes": ["OTHER"]}]}, []),
    ({"metadata": STORED, "created_by_user_identifiers": ["ben", "nobody"]}, ["Costs"]),
    ({"created_by_user_identifiers": ["nobody"]}, []),
    ({"metadata": STORED, "modified_by_user_identifiers": [SYSTEM]}, ["Costs", "Orders", "Sales"]),
    ({"tag_identifiers": ["YEAR", "nothing"]}, ["Sales"]),
    ({"tag_identifiers": ["nothing"]}, []),
    (
        {"metadata": STORED, "exclude_objects": [{"identifier": "sales", "type": "LIVEBOARD"}]},
        ["Costs", "Orders"],
    ),
    ({"metadata": STORED, "record_offset": 1, "record_size": 1}, ["Orders"]),
    ({"metadata": STORED, "record_offset": 3}, []),
    ({"metadata": STORED, "sort_options": {"order": "DESC"}}, ["Sales", "Orders", "Costs"]),
    ({"metadata": STORED, "sort_options": {"field_name": "VIEWS"}}, ["Costs", "Orders", "Sales"]),
    ({"metadata": STORED, "sort_options": {"field_name": "AUTHOR"}}, ["Costs", "Sales", "Orders"]),
    ({"metadata": [], "record_size": 1}, ["Administrator"]),
    ({"metadata": STORED[1:], "include_details": True, "include_stats": "x"}, ["Costs", "Orders"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), FILTERS, ids=str)
async def test_filters_narrow_each_other(
    here: World, body: dict[str, Any], expected: list[str]
) -> None:
    await three(here)

    assert await names(await administrator(here), **body) == expected


@pytest.mark.parametrize(
    "field", ["NAME", "DISPLAY_NAME", "AUTHOR", "CREATED", "MODIFIED", "VIEWS"]
)
async def test_pages_are_parts_of_one_order_over_all_kinds(here: World, field: str) -> None:
    await three(here)
    admin = await administrator(here)
    for order in ("ASC", "DESC"):
        how = {"sort_options": {"field_name": field, "order": order}}
        whole = await names(admin, record_size=-1, **how)
        pages = [
            name
            for offset in range(0, len(whole) + 4, 4)
            for name in await names(admin, record_offset=offset, record_size=4, **how)
        ]
        assert pages == whole
        assert len(whole) == 12


async def test_favourites_are_found_for_the_caller_and_by_administrators_for_others(
    here: World,
) -> None:
    await three(here)
    admin, mira = await administrator(here), await somebody(here)
    await admin.do("users/mira/update", favorite_metadata=[{"identifier": SALES}])

    own: dict[str, Any] = {"favorite_object_options": {"include": True}}
    others: dict[str, Any] = {
        "favorite_object_options": {"include": "true", "user_identifiers": ["mira"]}
    }
    assert await names(mira, **own) == ["Sales"]
    assert await names(mira, **others) == ["Sales"]
    assert await names(admin, **own) == []
    assert await names(admin, **others) == ["Sales"]
    ben = await somebody(here, "ben")
    assert await ben.refused("metadata/search", **others) == FORBIDDEN


async def test_everybody_finds_what_is_his_or_shared_with_him(here: World) -> None:
    await three(here)
    await here.group("crew")
    await here.put_in("crew", "ben")
    mira, ben, admin = await somebody(here), await somebody(here, "ben"), await administrator(here)
    stored: dict[str, Any] = {"metadata": STORED}

    assert await names(mira, **stored) == ["Sales"]
    assert await names(ben, **stored) == ["Costs"]
    await share(mira, "crew", "READ_ONLY", "USER_GROUP")
    assert await names(ben, **stored) == ["Costs", "Sales"]
    await here.core.groups.take_out(here.by, HERE, "crew", "ben")
    assert await names(ben, **stored) == ["Costs"]
    await share(admin, "ben", "MODIFY", what=ORDERS)
    assert await names(ben, **stored) == ["Costs", "Orders"]
    assert await names(ben, metadata=[{"identifier": SALES}, {"identifier": "Sales"}]) == []
    assert await names(admin, **stored) == ["Costs", "Orders", "Sales"]


async def test_users_and_groups_not_to_be_found_are_not_found_here_either(here: World) -> None:
    await here.account("mira")
    await here.account("hidden")
    admin, mira = await administrator(here), await somebody(here)
    await here.group("secret-crew")
    await admin.do("users/hidden/update", visibility="NON_SHARABLE")
    await admin.do("groups/secret-crew/update", visibility="NON_SHARABLE")
    people: dict[str, Any] = {
        "metadata": [{"type": "USER"}, {"type": "USER_GROUP"}],
        "record_size": -1,
    }

    seen = await names(mira, **people)
    assert set(await names(admin, **people)) - set(seen) == {"hidden", "secret-crew"}
    assert await names(mira, metadata=[{"identifier": "hidden"}]) == []


async def test_permissions_are_searched_by_what_they_come_to(here: World) -> None:
    await three(here)
    admin = await administrator(here)
    await share(admin, "ben", "READ_ONLY")

    async def having(mode: str, who: str = "ben", **more: Any) -> list[str]:
        asked = {"principal": {"identifier": who, **more}, "share_mode": mode}
        return await names(admin, permissions=[asked])

    assert await having("MODIFY") == ["Costs"]
    assert await having("READ_ONLY") == ["Sales"]
    assert await having("NO_ACCESS") == ["Orders"]
    assert await having("MODIFY", "tsadmin") == ["Costs", "Orders", "Sales"]
    assert await having("READ_ONLY", "tsadmin") == []
    assert await having("NO_ACCESS", "All", type="USER_GROUP") == ["Costs", "Orders", "Sales"]
    assert await having("NO_ACCESS", "nobody") == []


@pytest.mark.parametrize(
    "body",
    [
        {"metadata": {}},
        {"metadata": ["x"]},
        {"metadata": [{"type": "PINBOARD"}]},
        {"metadata": [{"name_pattern": str(number)} for number in range(51)]},
        {"permissions": [{"share_mode": "READ_ONLY"}]},
        {"permissions": [{"principal": {"identifier": "x"}, "share_mode": "ALL"}]},
        {"exclude_objects": [{"type": "ANSWER"}]},
        {"record_size": -2},
        {"record_offset": -1},
        {"record_offset": 2**40},
        {"sort_options": {"field_name": "SIZE"}},
        {"tag_identifiers": "x"},
        {"metadata": [{"identifier": str(number)} for number in range(1001)]},
    ],
    ids=lambda body: str(body)[:60],
)
async def test_what_cannot_be_asked_is_refused(here: World, body: dict[str, Any]) -> None:
    assert await (await administrator(here)).refused("metadata/search", **body) == BAD


async def test_odd_names_are_found_as_they_are(here: World) -> None:
    odd = ["50% of 'sales\"", "a_b", "a\\b", "Ünï \U0001f600", "x" * 256]
    await bring(here, *({"name": name} for name in odd))
    admin = await administrator(here)

    for name in odd:
        assert await names(admin, metadata=[{"identifier": name}]) == [name]
    for pattern, found in (("%\\%", ["a\\b"]), ("a_", ["a_b"]), ("50%of%", odd[:1])):
        searched = [{"type": "LIVEBOARD", "name_pattern": pattern}]
        assert await names(admin, metadata=searched) == found


async def test_objects_are_deleted_all_or_none_by_who_may_edit_them(here: World) -> None:
    await three(here)
    mira, admin = await somebody(here), await administrator(here)
    stored: dict[str, Any] = {"metadata": STORED}

    assert await mira.refused("metadata/delete", metadata=[{"identifier": COSTS}]) == UNKNOWN_OBJECT
    await share(admin, "mira", "READ_ONLY", what=COSTS)
    both = [LIVEBOARD, {"identifier": COSTS}]
    assert await mira.refused("metadata/delete", metadata=both) == FORBIDDEN
    assert await admin.refused("metadata/delete", metadata=[]) == BAD
    assert await admin.refused("metadata/delete", metadata=[{"identifier": "mira"}]) == (
        UNKNOWN_OBJECT
    )
    refused = await admin.refused(
        "metadata/delete", metadata=[{"identifier": "mira", "type": "USER"}]
    )
    assert refused == BAD
    assert await names(admin, **stored) == ["Costs", "Orders", "Sales"]
    await mira.do("metadata/delete", metadata=[LIVEBOARD])
    assert await names(admin, **stored) == ["Costs", "Orders"]


async def test_a_name_of_several_is_refused_where_one_is_meant(here: World) -> None:
    await bring(here, {"name": "Twin"}, {"name": "twin"}, {"name": "Twin", "type": "ANSWER"})
    admin = await administrator(here)

    assert await admin.refused("metadata/delete", metadata=[{"identifier": "TWIN"}]) == BAD
    await admin.do("metadata/delete", metadata=[{"identifier": "twin", "type": "ANSWER"}])
    assert sorted(await names(admin, metadata=[{"identifier": "twin"}])) == ["Twin", "twin"]


async def test_objects_of_another_org_are_nowhere(here: World) -> None:
    """Not even an id that both Orgs have tells of the other (checklist 52)."""
    await three(here)
    north = (await here.org("north")).id
    await bring(here, {"id": SALES, "name": "Northern sales"}, org=north)
    nora, admin = await org_administrator(here, north), await administrator(here)

    assert await names(nora, metadata=STORED) == ["Northern sales"]
    for identifier in (COSTS, "Costs", "orders-1"):
        for sought in ({"identifier": identifier}, {"obj_identifier": identifier}):
            assert await names(nora, metadata=[sought]) == []
        body = {"metadata": [{"identifier": identifier}]}
        assert await nora.refused("metadata/delete", **body) == UNKNOWN_OBJECT
    await nora.do("metadata/delete", metadata=[{"identifier": SALES}])
    assert await names(admin, metadata=STORED) == ["Costs", "Orders", "Sales"]
    await bring(here, {"id": COSTS, "name": "Northern costs", "custom_id": "orders-1"}, org=north)
    assert await names(nora, metadata=STORED) == ["Northern costs"]
    await here.core.org_changes.remove(here.by, HERE, "north")
    assert await names(admin, metadata=STORED) == ["Costs", "Orders", "Sales"]


TML = "guid: {}\nliveboard:\n  name: {}\n  visualizations:\n  - name: chart\n"


def told(reply: Any) -> list[tuple[str, str | None]]:
    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert [one["request_index"] for one in found] == list(range(len(found)))
    return [
        (one["response"]["status"]["status_code"], one["response"].get("header", {}).get("name"))
        for one in found
    ]


async def test_a_document_brings_in_id_kind_and_name(here: World) -> None:
    admin = await administrator(here)
    new = "11111111-2222-4333-8444-555555555555"
    reply = await admin.ask(
        "metadata/tml/import", metadata_tmls=[TML.format(new, '"Plan: \\"A\\""'), "x: 1"]
    )

    assert told(reply) == [("OK", 'Plan: "A"'), ("ERROR", None)]
    assert reply.json()[0]["response"]["header"] == {
        "id_guid": new,
        "name": 'Plan: "A"',
        "metadata_type": "LIVEBOARD",
    }
    assert "kind of object" in reply.json()[1]["response"]["status"]["error_message"]
    found = await admin.find("metadata/search", metadata=[{"identifier": new}])
    assert found[0]["metadata_header"]["authorName"] == "tsadmin"


async def test_the_policy_says_what_is_written(here: World) -> None:
    await three(here)
    admin = await administrator(here)

    async def import_(policy: str, **more: Any) -> list[tuple[str, str | None]]:
        texts = [TML.format(SALES, "Renamed"), "guid: nonsense\nanswer:\n  name: x"]
        return told(
            await admin.ask(
                "metadata/tml/import", metadata_tmls=texts, import_policy=policy, **more
            )
        )

    stored: dict[str, Any] = {"metadata": STORED}
    assert await import_("VALIDATE_ONLY") == [("OK", "Renamed"), ("ERROR", None)]
    assert await import_("ALL_OR_NONE") == [("ERROR", None), ("ERROR", None)]
    assert await names(admin, **stored) == ["Costs", "Orders", "Sales"]
    assert await import_("PARTIAL") == [("OK", "Renamed"), ("ERROR", None)]
    assert await names(admin, **stored) == ["Costs", "Orders", "Renamed"]
    assert await import_("PARTIAL_OBJECT", create_new=True) == [("OK", "Renamed"), ("OK", "x")]
    assert await names(admin, **stored) == ["Costs", "Orders", "Renamed", "Renamed", "x"]


async def test_documents_are_taken_from_who_manages_data_and_change_what_he_may_edit(
    here: World,
) -> None:
    await three(here)
    mira, dora = await somebody(here), await holder(here, "dora", "DATAMANAGEMENT")
    texts = [TML.format(SALES, "Mine")]

    assert await mira.refused("metadata/tml/import", metadata_tmls=texts) == FORBIDDEN
    assert await dora.refused("metadata/tml/import", metadata_tmls=[]) == BAD
    assert await dora.refused("metadata/tml/import", metadata_tmls=texts, import_policy="X") == BAD
    assert told(await dora.ask("metadata/tml/import", metadata_tmls=texts)) == [("ERROR", None)]
    await share(mira, "dora", "READ_ONLY")
    assert told(await dora.ask("metadata/tml/import", metadata_tmls=texts)) == [("ERROR", None)]
    await share(mira, "dora", "MODIFY")
    assert told(await dora.ask("metadata/tml/import", metadata_tmls=texts)) == [("OK", "Mine")]
    found = await mira.find("metadata/search", metadata=[LIVEBOARD])
    assert (found[0]["metadata_name"], found[0]["metadata_header"]["authorName"]) == (
        "Mine",
        "mira",
    )


async def test_a_batch_with_a_refused_row_is_not_written(here: World) -> None:
    rows = [
        ObjectRow(line=1, type="LIVEBOARD", name="Good"),
        ObjectRow(line=2, type="USER", name="Bad"),
        ObjectRow(line=3, type="ANSWER", name="Bad", owner="nobody"),
        ObjectRow(line=4, type="ANSWER", name="Bad", id="x"),
        ObjectRow(line=5, type="ANSWER", name=" "),
    ]
    done = await here.core.object_importing.bring_in(here.by, HERE, rows)

    assert [one.line for one in done.refused] == [2, 3, 4, 5]
    assert await names(await administrator(here), metadata=STORED) == []
