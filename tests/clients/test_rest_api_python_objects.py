"""The community's client `thoughtspot-rest-api`, unmodified: tags, sharing and headers."""

from uuid import uuid4

from thoughtspot_rest_api import TSRestApiV2

from tests.clients.conftest import Instance
from tests.clients.test_rest_api_python import client, refusal


def signed_in(instance: Instance, name: str, password: str) -> TSRestApiV2:
    api = client(instance)
    api.auth_session_login(name, password, org_identifier=instance.primary.id)
    return api


def test_an_object_is_tagged_shared_found_and_deleted(instance: Instance) -> None:
    admin = signed_in(instance, instance.admin.name, instance.admin.password)
    mira = signed_in(instance, instance.mira.name, instance.mira.password)
    guid, word = str(uuid4()), f"tag-{uuid4().hex[:8]}"
    sales = {"identifier": guid, "type": "ANSWER"}

    (taken,) = admin.metadata_tml_import([f"guid: {guid}\nanswer:\n  name: Sales\n"])
    assert taken["response"]["status"] == {"status_code": "OK"}
    tag = admin.tags_create(name=word, color="#0a64a0")
    assert admin.tags_search(tag_identifier=word) == [tag]
    admin.tags_assign({"metadata": [sales], "tag_identifiers": [word]})
    assert mira.metadata_search({"metadata": [sales]}) == []
    admin.security_metadata_share(
        {
            "metadata": [sales],
            "permissions": [
                {
                    "principal": {"identifier": "analysts", "type": "USER_GROUP"},
                    "share_mode": "READ_ONLY",
                }
            ],
            "message": "",
        }
    )

    (found,) = mira.metadata_search({"metadata": [sales]})
    assert found["metadata_id"] == found["metadata_header"]["id"] == guid
    assert found["metadata_header"]["tags"] == [{"id": tag["id"], "name": word}]
    whom = {"principals": [{"identifier": instance.mira.name, "type": "USER"}]}
    told = mira.security_metadata_fetch_permissions({"metadata": [sales], **whom})
    info = told["metadata_permission_details"][0]["principal_permission_info"]
    (row,) = info[0]["principal_permissions"]
    assert (row["permission"], row["shared_permission"]) == ("READ_ONLY", "NO_ACCESS")
    (group,) = row["group_permission"]
    assert (group["name"], group["permission"]) == ("analysts", "READ_ONLY")
    of = mira.security_principals_fetch_permissions({**whom, "metadata": [sales]})
    (info,) = of["principal_permission_details"][0]["metadata_permission_info"]
    assert info["metadata_permissions"][0]["permission"] == "READ_ONLY"

    assert refusal(mira.metadata_delete, [guid]) == (403, 10023)
    assert refusal(mira.tags_delete, word) == (403, 10023)
    admin.tags_update(word, name=f"{word}-2")
    admin.tags_unassign({"metadata": [sales], "tag_identifiers": [f"{word}-2"]})
    admin.tags_delete(tag["id"])
    handed = {"metadata": [sales], "user_identifier": instance.mira.name}
    admin.security_metadata_assign(handed)
    mira.metadata_delete([guid])
    assert admin.metadata_search({"metadata": [sales]}) == []
    assert refusal(admin.metadata_delete, [guid]) == (400, 13003)
