"""The vendor's Python client, unmodified: tags, sharing and headers, read back field by field.

Its models refuse a missing field, a wrong type and an unknown word of an enumeration.
"""

from typing import Any
from uuid import uuid4

import pytest
from thoughtspot_rest_api_sdk import (
    AssignChangeAuthorRequest,
    AssignTagRequest,
    CreateTagRequest,
    DeleteMetadataRequest,
    FetchPermissionsOfPrincipalsRequest,
    FetchPermissionsOnMetadataRequest,
    ImportMetadataTMLRequest,
    MetadataSearchResponse,
    SearchMetadataRequest,
    SearchTagsRequest,
    ShareMetadataRequest,
    Tag,
    ThoughtSpotRestApi,
    UnassignTagRequest,
    UpdateTagRequest,
)
from thoughtspot_rest_api_sdk.exceptions import BadRequestException, ForbiddenException

from tests.clients.conftest import Instance
from tests.clients.official import client, full_token


async def administrator(instance: Instance) -> ThoughtSpotRestApi:
    token = await full_token(
        instance, username=instance.admin.name, password=instance.admin.password
    )
    return client(instance, token.token)


async def mira(instance: Instance) -> ThoughtSpotRestApi:
    return client(instance, (await full_token(instance)).token)


async def a_liveboard(api: ThoughtSpotRestApi, name: str) -> str:
    """Bring in a Liveboard and return its id."""
    guid = str(uuid4())
    taken: Any = await api.import_metadata_tml(
        ImportMetadataTMLRequest(metadata_tmls=[f"guid: {guid}\nliveboard:\n  name: {name}\n"])
    )
    (one,) = taken
    assert one == {
        "response": {
            "status": {"status_code": "OK"},
            "header": {"id_guid": guid, "name": name, "metadata_type": "LIVEBOARD"},
        },
        "request_index": 0,
    }
    return guid


async def found(api: ThoughtSpotRestApi, **body: Any) -> list[MetadataSearchResponse]:
    answer: list[MetadataSearchResponse] = await api.search_metadata(
        SearchMetadataRequest.model_validate(body)
    )
    assert all(one.additional_properties == {} for one in answer)
    return answer


def share(guid: str, who: str, mode: str) -> ShareMetadataRequest:
    return ShareMetadataRequest.model_validate(
        {
            "metadata": [{"type": "LIVEBOARD", "identifier": guid}],
            "permissions": [{"principal": {"identifier": who, "type": "USER"}, "share_mode": mode}],
            "message": "",
        }
    )


async def test_tags_are_made_changed_and_deleted(instance: Instance) -> None:
    name = f"tag-{uuid4().hex[:8]}"
    async with await administrator(instance) as api:
        made: Tag = await api.create_tag(CreateTagRequest(name=name, color="#0a64a0"))
        assert made.additional_properties == {}
        assert (made.name, made.color) == (name, "#0a64a0")
        assert made.author_id == made.owner_id == made.modifier_id
        assert made.creation_time_in_millis == made.modification_time_in_millis
        assert not any((made.deleted, made.hidden, made.external, made.deprecated))
        await api.update_tag(name, UpdateTagRequest(name=f"{name}-2", color="#ffffff"))
        (read,) = await api.search_tags(SearchTagsRequest(tag_identifier=made.id))
        changed = {"name": f"{name}-2", "color": "#ffffff"}
        times = {"modification_time_in_millis": read.modification_time_in_millis}
        assert read.to_dict() == made.to_dict() | changed | times
        await api.delete_tag(made.id)
        assert await api.search_tags(SearchTagsRequest(name_pattern=name)) == []
        with pytest.raises(BadRequestException):
            await api.delete_tag(made.id)


async def test_a_header_is_read_back_in_every_field(instance: Instance) -> None:
    name, word = f"Sales {uuid4().hex[:8]}", f"tag-{uuid4().hex[:8]}"
    async with await administrator(instance) as api:
        guid = await a_liveboard(api, name)
        tag = await api.create_tag(CreateTagRequest(name=word))
        sales = {"identifier": name, "type": "LIVEBOARD"}
        of_both = {"metadata": [sales], "tag_identifiers": [word]}
        await api.assign_tag(AssignTagRequest.model_validate(of_both))

        (one,) = await found(api, tag_identifiers=[word])
        header: Any = one.metadata_header
        who = header["author"]
        when = {"created": header["created"], "modified": header["modified"]}
        assert all(type(at) is int for at in when.values())
        assert (one.metadata_id, one.metadata_name, one.metadata_type) == (guid, name, "LIVEBOARD")
        assert one.metadata_obj_id is None
        assert header == {
            "id": guid,
            "name": name,
            "description": "",
            "author": who,
            "authorName": instance.admin.name,
            "authorDisplayName": header["authorDisplayName"],
            **when,
            "modifiedBy": who,
            "owner": who,
            "type": None,
            "tags": [{"id": tag.id, "name": word}],
            "ownerOrgId": instance.primary.id,
            "generationNum": 1,
            "indexVersion": 1,
            "isDeleted": False,
            "isHidden": False,
            "isExternal": False,
            "isDeprecated": False,
            "isAutoCreated": False,
            "isAutoDelete": False,
            "resolvedObjects": {},
        }
        await api.unassign_tag(UnassignTagRequest.model_validate(of_both))
        assert await found(api, tag_identifiers=[word]) == []
        await api.delete_metadata(
            DeleteMetadataRequest.model_validate({"metadata": [{"identifier": guid}]})
        )
        assert await found(api, metadata=[{"identifier": guid}]) == []


async def test_every_kind_passes_the_models(instance: Instance) -> None:
    async with await administrator(instance) as api:
        await a_liveboard(api, f"Sales {uuid4().hex[:8]}")
        await api.create_tag(CreateTagRequest(name=f"tag-{uuid4().hex[:8]}"))
        kinds = {one.metadata_type for one in await found(api, record_size=-1)}
        assert kinds >= {"USER", "USER_GROUP", "TAG", "LIVEBOARD"}
        (one,) = await found(api, metadata=[{"type": "USER", "identifier": instance.mira.name}])
        header: Any = one.metadata_header
        assert (header["id"], header["displayName"]) == (
            instance.mira.id,
            instance.mira.display_name,
        )


async def test_what_is_shared_is_seen_and_told(instance: Instance) -> None:
    name = f"Sales {uuid4().hex[:8]}"
    async with await administrator(instance) as api, await mira(instance) as hers:
        guid = await a_liveboard(api, name)
        sought = {"metadata": [{"type": "LIVEBOARD", "identifier": guid}]}
        assert await found(hers, **sought) == []
        await api.share_metadata(share(guid, instance.mira.name, "READ_ONLY"))
        assert [one.metadata_id for one in await found(hers, **sought)] == [guid]

        told: Any = await hers.fetch_permissions_on_metadata(
            FetchPermissionsOnMetadataRequest.model_validate(
                {**sought, "principals": [{"identifier": instance.mira.id, "type": "USER"}]}
            )
        )
        (details,) = told.metadata_permission_details
        (info,) = details["principal_permission_info"]
        row = {
            "permission": "READ_ONLY",
            "shared_permission": "READ_ONLY",
            "group_permission": [],
        }
        person = {"principal_id": instance.mira.id, "principal_name": instance.mira.name}
        assert (details["metadata_id"], details["metadata_name"]) == (guid, name)
        assert details["metadata_owner"] == details["metadata_author"]
        assert info == {
            "principal_type": "USER",
            "principal_sub_type": "LOCAL_USER",
            "principal_permissions": [person | row],
        }
        of: Any = await hers.fetch_permissions_of_principals(
            FetchPermissionsOfPrincipalsRequest.model_validate(
                {"principals": [{"identifier": instance.mira.name}], **sought}
            )
        )
        (details,) = of.principal_permission_details
        (info,) = details["metadata_permission_info"]
        (rows,) = info["metadata_permissions"]
        assert rows.items() >= ({"metadata_id": guid, "metadata_name": name} | row).items()

        with pytest.raises(ForbiddenException):
            await hers.share_metadata(share(guid, instance.admin.name, "MODIFY"))
        await api.assign_change_author(
            AssignChangeAuthorRequest.model_validate(
                {
                    "metadata": [{"identifier": guid, "type": "LIVEBOARD"}],
                    "user_identifier": instance.mira.name,
                    "current_owner_identifier": instance.admin.name,
                }
            )
        )
        (one,) = await found(hers, **sought)
        header: Any = one.metadata_header
        assert header["author"] == header["owner"] == instance.mira.id
        await hers.share_metadata(share(guid, instance.admin.name, "NO_ACCESS"))
