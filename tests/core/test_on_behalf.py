"""A token that the operator issues, and who may not."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gatepass.core.errors import AccountNotActive, InvalidParameter, NotPermitted
from gatepass.core.records import AccountStatus, AuditEvent
from tests.world import HERE, World


async def latest(here: World) -> AuditEvent:
    return (await here.core.means.store.read(lambda tx: tx.audit.latest(1)))[0]


async def test_the_audit_names_the_operator_who_issued_a_token_and_never_the_token(
    here: World,
) -> None:
    mira = await here.account()

    issued = await here.core.on_behalf.issue(here.by, HERE, "mira", validity=timedelta(hours=1))
    event = await latest(here)

    assert (event.act, event.actor, event.about) == ("token.issue", "local operator", mira.id)
    assert issued.secret not in str(event)
    assert (await here.whoami(bearer=issued.secret)).json()["name"] == "mira"


async def test_a_token_on_behalf_lives_no_longer_than_any_other(here: World) -> None:
    await here.account()

    issued = await here.core.on_behalf.issue(here.by, HERE, "mira", validity=timedelta(days=999))

    assert issued.token.expires_at - here.clock() == here.core.rules.max_token_validity


async def test_only_an_administrator_of_the_cluster_issues_tokens_on_behalf(here: World) -> None:
    await here.account()
    of_one_org = replace(here.by, cluster_admin=False)
    nobody = replace(of_one_org, privileges=frozenset())

    for principal in (of_one_org, nobody):
        with pytest.raises(NotPermitted):
            await here.core.on_behalf.issue(principal, HERE, "mira")


async def test_no_token_on_behalf_of_an_account_that_may_not_sign_in(here: World) -> None:
    await here.account()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.SUSPENDED)

    with pytest.raises(AccountNotActive):
        await here.core.on_behalf.issue(here.by, HERE, "mira")


async def test_a_validity_of_nothing_and_an_unnamed_object_are_refused(here: World) -> None:
    await here.account()

    with pytest.raises(InvalidParameter):
        await here.core.on_behalf.issue(here.by, HERE, "mira", validity=timedelta())
    with pytest.raises(InvalidParameter):
        await here.core.on_behalf.issue(here.by, HERE, "mira", object_id="")


async def test_neither_unlocking_nor_a_second_factor_is_for_just_anybody(here: World) -> None:
    await here.account()
    nobody = replace(here.by, cluster_admin=False, privileges=frozenset())

    with pytest.raises(NotPermitted):
        await here.core.admission.unlock(nobody, HERE, "mira")
    with pytest.raises(NotPermitted):
        await here.core.admission.require_second_factor(nobody, HERE, "mira", required=False)


async def test_unlocking_activates_no_account_that_was_deactivated(here: World) -> None:
    await here.account()
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.INACTIVE)

    unlocked = await here.core.admission.unlock(here.by, HERE, "mira")

    assert unlocked.status is AccountStatus.INACTIVE
