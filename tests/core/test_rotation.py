"""Secrets side by side: one takes over from another without refusing anybody."""

from datetime import timedelta

import pytest

from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound, NotPermitted
from gatepass.core.records import Principal
from tests.adjusted import adjusted, here
from tests.world import HERE, World, refusal

__all__ = ["here"]

GUID = "2657f6f9-6aa9-4432-99f2-bf0d70f240ac"


async def status(here: World, secret: str) -> int:
    """Return what a token request by this secret is answered with."""
    reply = await here.post("auth/token/full", {"username": "mira", "secret_key": secret})
    return reply.status_code


async def test_the_old_secret_counts_until_its_grace_is_over(here: World) -> None:
    await here.account("mira")
    old = await here.secret()

    new = await here.core.rotation.add(here.by, HERE, label="2026", grace=timedelta(hours=24))

    here.clock.advance(hours=23, minutes=59)
    assert (await status(here, old), await status(here, new.text)) == (200, 200)
    here.clock.advance(minutes=1)
    assert (await status(here, old), await status(here, new.text)) == (401, 200)


async def test_without_a_grace_both_live_side_by_side(here: World) -> None:
    await here.account("mira")
    old = await here.secret()

    new = await here.core.rotation.add(here.by, HERE, label="second app")

    here.clock.advance(days=29)
    assert (await status(here, old), await status(here, new.text)) == (200, 200)


async def test_a_later_rotation_never_lengthens_an_earlier_grace(here: World) -> None:
    await here.account("mira")
    old = await here.secret()
    await here.core.rotation.add(here.by, HERE, label="two", grace=timedelta(hours=1))

    await here.core.rotation.add(here.by, HERE, label="three", grace=timedelta(hours=9))

    here.clock.advance(hours=1)
    assert await status(here, old) == 401


async def test_tokens_bought_with_a_rotated_secret_run_on(here: World) -> None:
    await here.account("mira")
    token = await here.token("mira", secret_key=await here.secret(), validity_time_in_sec=7200)

    await here.core.rotation.add(here.by, HERE, label="2026", grace=timedelta())

    assert (await here.whoami(bearer=token)).status_code == 200


async def test_a_secret_that_exists_elsewhere_can_be_brought_along_once(here: World) -> None:
    await here.account("mira")

    await here.core.rotation.add(here.by, HERE, label="vendor", text=f" {GUID}\n")

    assert await status(here, GUID) == 200
    with pytest.raises(AlreadyExists):
        await here.core.rotation.add(here.by, HERE, label="again", text=GUID)


@pytest.mark.parametrize("text", ["", "short", "é" * 40, "x" * 300, "line\nbreak" * 5])
async def test_a_text_that_can_be_guessed_is_no_secret(here: World, text: str) -> None:
    with pytest.raises(InvalidParameter):
        await here.core.rotation.add(here.by, HERE, label="weak", text=text)


async def test_one_secret_ends_alone_and_takes_its_tokens_if_asked(here: World) -> None:
    await here.account("mira")
    one, two = [
        await here.core.rotation.add(here.by, HERE, label=label) for label in ("one", "two")
    ]
    by_one = await here.token("mira", secret_key=one.text)
    by_two = await here.token("mira", secret_key=two.text)

    await here.core.rotation.end(here.by, HERE, one.record.id, end_tokens=True)

    assert (await status(here, one.text), await status(here, two.text)) == (401, 200)
    assert refusal(await here.whoami(bearer=by_one)) == (401, 10097)
    assert (await here.whoami(bearer=by_two)).status_code == 200
    with pytest.raises(NotFound):
        await here.core.rotation.end(here.by, HERE, one.record.id)


async def test_the_label_is_the_actor_of_what_the_secret_does(here: World) -> None:
    """A token by secret names both the account and the secret's label (checklist 57)."""
    account = await here.account("mira")
    secret = await here.core.rotation.add(here.by, HERE, label="portal")

    await here.token("mira", secret_key=secret.text)

    event = (await here.core.means.store.read(lambda tx: tx.audit.latest(1)))[0]
    assert (event.act, event.about, event.actor) == ("token.issue", account.id, "portal")


async def keeper(here: World, org: int, name: str = "nora") -> Principal:
    """Return who controls trusted authentication in an Org, and administers nothing else."""
    await here.account(name, org=org)
    await here.group(f"Keepers of {name}", "CONTROL_TRUSTED_AUTH", org=org)
    await here.put_in(f"Keepers of {name}", name, org)
    return await here.core.gate.principal(bearer=await here.token(name, org_id=org), cookie=None)


async def test_an_administrator_of_an_org_reaches_its_own_secrets_alone(here: World) -> None:
    org = await here.org("north")
    south = await here.org("south")
    nora = await keeper(here, org.id)
    foreign = await here.core.rotation.add(here.by, HERE, label="theirs", org=south.id)
    of_cluster = await here.core.rotation.add(here.by, HERE, label="cluster")

    own = await here.core.rotation.add(nora, HERE, org="north", label="own")

    assert own.record.org_id == org.id
    with pytest.raises(NotPermitted):
        await here.core.rotation.add(nora, HERE, label="cluster too")
    for unseen in (of_cluster, foreign):
        with pytest.raises(NotFound):
            await here.core.rotation.end(nora, HERE, unseen.record.id)
        with pytest.raises(NotFound):
            await here.core.rotation.show(nora, HERE, unseen.record.id)
    live = await here.core.rotation.live(nora)
    assert (live.cluster, live.of_org) == (None, [own.record])
    assert (await here.core.rotation.show(nora, HERE, own.record.id)).text == own.text


async def test_who_controls_trusted_authentication_in_primary_has_the_clusters(here: World) -> None:
    """As who may switch all of it off may see and end one."""
    kim = await keeper(here, 0, "kim")
    of_cluster = await here.core.rotation.add(kim, HERE, label="cluster")

    assert (await here.core.rotation.live(kim)).cluster == [of_cluster.record]
    assert (await here.core.rotation.show(kim, HERE, of_cluster.record.id)).text == of_cluster.text
    await here.core.rotation.end(kim, HERE, of_cluster.record.id)
    assert (await here.core.rotation.live(kim)).cluster == []


async def test_secrets_are_listed_without_being_read(here: World) -> None:
    """A look at one is an event of its own (checklist 51)."""
    await here.core.rotation.add(here.by, HERE, label="one")
    two = await here.core.rotation.add(here.by, HERE, label="two")

    live = await here.core.rotation.live(here.by)
    assert live.cluster is not None
    assert {one.label for one in live.cluster} == {"one", "two"}
    assert (await here.core.auditing.search(here.by, act="secret.read", most=9)).events == []
    await here.core.rotation.show(here.by, HERE, two.record.id)
    (kept,) = (await here.core.auditing.search(here.by, act="secret.read", most=9)).events
    assert kept.event.data["secrets"] == [two.record.id]
    assert two.text not in repr(kept)


@adjusted(hide_secret_keys=True)
async def test_a_hidden_secret_shows_its_beginning_and_is_whole_when_made(here: World) -> None:
    (made,) = await here.core.trusted.configure(here.by, HERE, cluster=True)

    assert await here.core.trusted.configure(here.by, HERE, cluster=True) == []
    shown = await here.core.rotation.show(here.by, HERE, made.record.id)
    assert len(made.text) > 40
    assert shown.text == made.text[:8] + "…"


@adjusted(per_org_secret_keys=False)
async def test_where_orgs_have_no_secrets_none_are_listed_of_them(here: World) -> None:
    assert (await here.core.rotation.live(here.by)).of_org is None
