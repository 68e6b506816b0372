"""The caller: who one is, in which Org, and within which limits."""

from datetime import datetime
from typing import Any

import msgspec

from gatepass.core.attributes import Attributes
from gatepass.core.records import Group, Principal, Profile
from gatepass.http.call import Call, Reply
from gatepass.http.routing import NoBody, Operation


class AccountBody(msgspec.Struct, frozen=True):
    """An account, as its owner sees it."""

    id: str
    name: str
    display_name: str
    email: str | None
    type: str


class OrgBody(msgspec.Struct, frozen=True):
    """An Org that the credential reaches, and what the caller may do there."""

    id: int
    name: str
    privileges: list[str]


class GroupBody(msgspec.Struct, frozen=True):
    """A group of the current Org; ``inherited`` if by way of another group."""

    id: str
    name: str
    display_name: str
    inherited: bool


class CredentialBody(msgspec.Struct, frozen=True):
    """The session or token that was presented: its kind, its end, whom it is used by.

    ``expires_in`` is in seconds by this server's clock: a browser's own may be wrong.
    """

    id: str
    kind: str
    expires_at: datetime
    expires_in: float
    bound_to_org: bool
    actor: str | None


class CallerBody(msgspec.Struct, frozen=True):
    """Who is calling: times in ISO 8601, UTC; a limit that is null is none."""

    account: AccountBody
    org: OrgBody
    orgs: list[OrgBody]
    groups: list[GroupBody]
    credential: CredentialBody
    object_id: str | None
    attributes: Attributes | None


async def caller(call: Call[None]) -> Reply:
    """GET caller."""
    profile = await call.core.gate.profile(call.principal)
    now = call.core.means.clock()
    return Reply(200, msgspec.json.encode(_body(call.principal, profile, now)))


def _body(by: Principal, profile: Profile, now: datetime) -> CallerBody:
    account = profile.account
    current = OrgBody(profile.org.id, profile.org.name, profile.privileges)
    others = [
        OrgBody(one.id, one.name, profile.org_privileges.get(one.id, []))
        for one in profile.orgs
        if one.id != current.id and not by.bound_org
    ]
    # Those that it is in by way of another are told with its own: each is shown once.
    own = {one.id for one in profile.groups}
    return CallerBody(
        account=AccountBody(
            account.id, account.name, account.display_name, account.email, account.type.value
        ),
        org=current,
        orgs=[current, *others],
        groups=[
            *(_group(one, inherited=False) for one in profile.groups),
            *(_group(one, inherited=True) for one in profile.inherited_groups if one.id not in own),
        ],
        credential=CredentialBody(
            id=by.credential_id,
            kind=by.kind.value,
            expires_at=by.expires_at,
            expires_in=(by.expires_at - now).total_seconds(),
            bound_to_org=by.bound_org,
            actor=by.actor,
        ),
        object_id=by.object_id,
        attributes=by.attributes,
    )


def _group(group: Group, *, inherited: bool) -> GroupBody:
    return GroupBody(group.id, group.name, group.display_name, inherited)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("describeCaller", "GET", "caller", caller, NoBody),
)
