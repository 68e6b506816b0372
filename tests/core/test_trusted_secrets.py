"""Trusted secrets: which Org they speak for, how they are kept, who sees them."""

from pathlib import Path

import pytest

from gatepass.core.errors import NotAuthenticated, NotPermitted
from gatepass.core.records import AuditEvent, Principal
from tests.world import ADMIN, ADMIN_PASSWORD, HERE, PASSWORD, World, headers, refusal, world


async def events(here: World, act: str) -> list[AuditEvent]:
    found = await here.core.means.store.read(lambda tx: tx.audit.latest(1000))
    return [one for one in found if one.act == act]


async def bearer(here: World, token: str) -> Principal:
    return await here.core.gate.principal(bearer=token, cookie=None)


async def two_orgs(here: World) -> tuple[int, int]:
    """North and south, with mira in both and nora in north alone."""
    north, south = (await here.org("north")).id, (await here.org("south")).id
    await here.account("mira", org=north)
    await here.join("mira", south)
    await here.account("nora", org=north)
    return north, south


async def test_the_table_of_secrets_and_orgs(here: World) -> None:
    """An Org's secret mints for its Org alone, whatever Org is asked for (checklist 53)."""
    north, south = await two_orgs(here)
    keys = {
        "cluster": await here.secret(),
        "north": await here.secret(north),
        "south": await here.secret(south),
    }
    table: tuple[tuple[str, str, object, int | None], ...] = (
        ("cluster", "mira", north, north),
        ("cluster", "mira", south, south),
        ("cluster", "mira", None, min(north, south)),
        ("cluster", "mira", 0, None),
        ("cluster", "nora", south, None),
        ("cluster", ADMIN, south, south),
        ("cluster", "mira", 4711, None),
        ("north", "mira", north, north),
        ("north", "mira", str(north), north),
        ("north", "mira", None, north),
        ("north", "mira", south, None),
        ("north", "mira", 0, None),
        ("north", "mira", 4711, None),
        ("north", ADMIN, None, north),
        ("north", ADMIN, 0, None),
        ("north", ADMIN, south, None),
        ("south", "nora", None, None),
        ("south", "nora", north, None),
        ("south", "mira", None, south),
    )
    for key, username, asked, gets in table:
        for path in ("auth/token/full", "auth/token/object"):
            body = {
                "username": username,
                "secret_key": keys[key],
                "object_id": "3f0c2c7e-5f0e-4d22-9f7e-7a4b0e6f1c11",
            }
            reply = await here.post(path, body if asked is None else {**body, "org_id": asked})

            case = (key, username, asked, path, reply.text)
            if gets is None:
                assert refusal(reply) == (400, 10002), case
            else:
                assert reply.status_code == 200, case
                assert reply.json()["scope"]["org_id"] == gets, case


async def test_a_number_names_an_org_by_its_id_even_where_an_org_is_called_so(
    here: World,
) -> None:
    """A token asked for Org 7 is not one for the Org that is named 7 (checklist 53)."""
    org = await here.org("7")
    await here.account("mira", org=str(org.id))
    secret = await here.secret()

    reply = await here.post(
        "auth/token/full", {"username": "mira", "secret_key": secret, "org_id": 7}
    )

    assert refusal(reply) == (400, 10002)


async def test_an_orgs_secret_makes_a_cluster_administrator_only_of_that_org(
    here: World,
) -> None:
    """Neither directly nor by what is bought with it does it reach the cluster (checklist 53)."""
    north, south = await two_orgs(here)
    key = await here.secret(north)
    token = await here.token(ADMIN, secret_key=key)
    opened = await here.core.exchange.open_session(await bearer(here, token), HERE)
    cookie = opened.secret

    for by in (
        await bearer(here, token),
        await here.core.gate.principal(bearer=None, cookie=cookie),
    ):
        assert not by.cluster_admin
        for refused in (
            here.core.trusted.configure(by, HERE, for_orgs=[(south, True)]),
            here.core.trusted.configure(by, HERE, cluster=True),
            here.core.trusted.secrets_of(by, HERE, None),
            here.core.sessions.end_many(by, HERE, everyone=True),
            here.core.accounts.set_password(by, HERE, "mira", "Another-horse-battery-2"),
        ):
            with pytest.raises(NotPermitted):
                await refused
        assert {one.name for one in await here.core.accounts.list_all(by)} == {"mira", "nora"}


async def test_a_switched_off_secret_is_none_at_once_and_the_other_goes_on(here: World) -> None:
    """Cluster and Org are independent; a new key is not the old one (checklist 51)."""
    north, _ = await two_orgs(here)
    cluster, own = await here.secret(), await here.secret(north)
    await here.core.trusted.configure(here.by, HERE, for_orgs=[(north, False)])

    reply = await here.post(
        "auth/token/full", {"username": "mira", "secret_key": own, "org_id": north}
    )
    assert refusal(reply) == (401, 10097)
    await here.token("mira", secret_key=cluster, org_id=north)
    await here.core.trusted.configure(here.by, HERE, cluster=False)
    reply = await here.post(
        "auth/token/full", {"username": "mira", "secret_key": cluster, "org_id": north}
    )
    assert refusal(reply) == (403, 10023)
    assert await here.secret() != cluster


async def test_where_orgs_have_no_secrets_an_old_one_of_an_org_does_not_count(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home") as here:
        north, _ = await two_orgs(here)
        own = await here.secret(north)
        await here.secret()
    async with world(template, tmp_path / "home", per_org_secret_keys=False) as here:
        reply = await here.post("auth/token/full", {"username": "mira", "secret_key": own})
        assert refusal(reply) == (401, 10097)


async def test_a_secret_lies_sealed_and_each_look_at_it_is_written_down(here: World) -> None:
    """Not in the files in clear; who saw which key is on record (checklist 51)."""
    north, _ = await two_orgs(here)
    keys = [await here.secret(), await here.secret(north)]
    cookie = await here.login(ADMIN, ADMIN_PASSWORD)
    before = len(await events(here, "secret.read"))

    reply = await here.post(
        "auth/search", {"auth_type": "TRUSTED_AUTH"}, headers=headers(cookie=cookie)
    )

    shown = reply.json()["cluster_preferences"]["access_tokens"]
    assert shown == [{"key": keys[0]}]
    looked = await events(here, "secret.read")
    assert len(looked) == before + 1
    [last] = [one for one in looked if one.by_account and one.source.operation != "test"]
    assert last.by_account == (await here.core.accounts.find(here.by, ADMIN)).id
    assert len(last.data["secrets"]) == 1
    assert all(key not in str(one) for one in looked for key in keys)
    for file in here.home.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        assert not any(key.encode() in held for key in keys), file


async def test_only_the_digest_of_a_presented_secret_is_compared(here: World) -> None:
    """Wrong in its first or its last letter is the same miss of a digest (checklist 51)."""
    await here.account("mira")
    key = await here.secret()
    for wrong in ("x" + key[1:], key[:-1] + "!", key[:-1], key + "x", key.upper(), f" {key}"):
        reply = await here.post("auth/token/full", {"username": "mira", "secret_key": wrong})
        assert refusal(reply) == (401, 10097)
    refused = await events(here, "token.issue")
    assert sum(one.refused == "wrong secret key" for one in refused) == 6


@pytest.mark.parametrize(
    "body",
    [
        {"username": "nobody"},
        {"username": "mira", "org_id": 4711},
        {"username": "mira", "auto_create": True, "group_identifiers": ["Administrator"]},
        {"username": "bad\u202ename", "auto_create": True},
    ],
)
async def test_every_refused_request_by_a_secret_is_written_down(
    here: World, body: dict[str, object]
) -> None:
    """With the name that was asked for, and never the key (checklist 51)."""
    await here.account("mira")
    key = await here.secret()

    reply = await here.post("auth/token/full", {**body, "secret_key": key})

    assert reply.status_code in {400, 403}
    [refused] = [one for one in await events(here, "token.issue") if one.refused]
    assert refused.data["name"] == body["username"]
    assert key not in repr(refused)


async def test_who_controls_trusted_authentication_in_one_org_sees_no_others_key(
    here: World,
) -> None:
    """The privilege counts in its Org (checklist 53)."""
    north, south = await two_orgs(here)
    await here.secret(south)
    await here.group("keepers", "CONTROL_TRUSTED_AUTH", org=north)
    await here.put_in("keepers", "mira", north)
    by = await bearer(here, await here.token(org_id=north))

    await here.core.trusted.configure(by, HERE, for_orgs=[(north, True)])
    for unknown in (south, 4711, "nowhere"):
        with pytest.raises(NotPermitted):
            await here.core.trusted.configure(by, HERE, for_orgs=[(unknown, True)])
    state = await here.core.trusted.look(by, HERE, cluster=None, org=None)
    assert state.cluster is None
    assert len(state.of_org) == 1
    here.clock.advance(seconds=1)
    await here.core.groups.take_out(here.by, HERE, "keepers", "mira", north)
    with pytest.raises(NotPermitted):  # the act asks again: this principal is of before
        await here.core.trusted.look(by, HERE, cluster=None, org=None)
    await here.core.memberships.leave(here.by, HERE, "mira", north)
    with pytest.raises(NotAuthenticated):
        await here.core.trusted.look(by, HERE, cluster=None, org=None)


async def test_a_token_by_secret_says_for_ever_whose_secret_it_was(here: World) -> None:
    """The secret's label is the actor, and by that fact it reads no secret (checklist 51)."""
    await here.account("mira")
    by = await bearer(here, await here.token("mira", secret_key=await here.secret()))

    assert by.actor == "default"
    assert by.secret_id is not None
    with pytest.raises(NotPermitted):
        await here.core.trusted.look(by, HERE, cluster=None, org=None)
    assert (
        await here.post("auth/token/full", {"username": "mira", "password": PASSWORD})
    ).is_success
