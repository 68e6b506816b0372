"""The Log endpoint of REST v2.0: events of the audit trail, in the vendor's words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatepass.core.records import ALL_ORGS, AuditEvent, Undisclosed
from gatepass.dialects.v2_0.shapes import EPOCH, encode
from gatepass.http.call import Call, Reply
from gatepass.http.routing import Access, Operation

FIRST = 1_000
"""So many of the newest are told where not all are asked for."""
LATEST = 253_402_214_399_999
"""A day before the last millisecond of the year 9999."""
Millis = Annotated[float, Meta(ge=0, le=LATEST)]

Data = dict[str, Any]
Words = tuple[str, str | None, Callable[[AuditEvent, str | None], Data]]


class Fetch(Undisclosed, frozen=True):
    """The body of ``logs/fetch``."""

    log_type: Literal["SECURITY_AUDIT"]
    start_epoch_time_in_millis: Millis | None = None
    end_epoch_time_in_millis: Millis | None = None
    get_all_logs: bool = True


class LogBody(msgspec.Struct, frozen=True):
    """The vendor's ``LogResponse``; ``log`` is text that holds a JSON object."""

    date: str
    log: str


async def fetch(call: Call[Fetch]) -> Reply:
    """POST logs/fetch."""
    body = call.body
    more = {} if body.get_all_logs else {"most": FIRST}
    found = await call.core.auditing.fetch(
        call.principal,
        since=_time(body.start_epoch_time_in_millis),
        until=_time(body.end_epoch_time_in_millis),
        **more,
    )
    return Reply(200, encode([log_body(kept.event, found.accounts) for kept in found.events]))


def log_body(event: AuditEvent, names: dict[str, str]) -> LogBody:
    """Return an event as the vendor tells it; whom it names is named as today."""
    kind, desc, data = words_of(event)
    who = event.by_account
    if who is None and kind == "LOGIN_SUCCESSFUL":
        who = event.about
    about = None if event.about is None else names.get(event.about)
    log = {
        "version": "1.1",
        "id": f"TS-{event.id}",
        "ts": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "orgId": ALL_ORGS if event.act.startswith(_OF_CLUSTER) else event.org_id,
        "userGUID": who,
        "userName": None if who is None else names.get(who),
        "cIP": event.source.address,
        "type": kind,
        "desc": desc,
        "data": data(event, about),
    }
    date = event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return LogBody(date=date, log=encode(log).decode())


def words_of(event: AuditEvent) -> Words:
    """Return type, text and what makes the data of an event.

    What the vendor has no word for has the act's own, in the vendor's spelling.
    """
    if event.refused is not None:
        refused = _REFUSED.get(event.act)
        return refused or (f"{_spelt(event.act)}_FAILED", None, _refused)
    if event.act == "group.update":
        return _group_update(event)
    done = _DONE.get(event.act)
    return done or (_spelt(event.act), None, _about)


def _spelt(act: str) -> str:
    return act.replace(".", "_").upper()


def _time(millis: float | None) -> datetime | None:
    return None if millis is None else EPOCH + timedelta(milliseconds=millis)


def _user_name(event: AuditEvent, about: str | None) -> Data:
    return {"userName": event.data.get("name", about)}


def _user_names(event: AuditEvent, about: str | None) -> Data:
    return {"userNames": [event.data.get("name", about)]}


def _modified(event: AuditEvent, _: str | None) -> Data:
    return {"action": _spelt(event.act), "userId": event.about}


def _user_id(event: AuditEvent, _: str | None) -> Data:
    return {"userId": event.about}


def _deleted(event: AuditEvent, _: str | None) -> Data:
    return {"userGUIDs": [{"id": event.about}]}


def _nothing(_: AuditEvent, __: str | None) -> Data:
    return {}


def _about(event: AuditEvent, about: str | None) -> Data:
    return {} if event.about is None else {"userId": event.about, "userName": about}


def _refused(event: AuditEvent, about: str | None) -> Data:
    return {"error": event.refused, **_about(event, about)}


def _org_name(event: AuditEvent, _: str | None) -> Data:
    return {"OrgName": event.data.get("name")}


def _org_id(event: AuditEvent, _: str | None) -> Data:
    return {"OrgId": event.data.get("org", event.data.get("id", event.org_id))}


def _switched(event: AuditEvent, _: str | None) -> Data:
    return {"userGuid": {"id": event.about or event.by_account}, "org": event.org_id}


def _of_org(event: AuditEvent, _: str | None) -> Data:
    return {"UserId": event.about, "OrgId": event.org_id}


def _group_names(event: AuditEvent, _: str | None) -> Data:
    return {"groupNames": [event.data.get("name")]}


def _group_ids(event: AuditEvent, _: str | None) -> Data:
    return {"groupGUIDs": [{"id": event.data.get("group")}]}


def _in_group(event: AuditEvent, _: str | None) -> Data:
    users = event.data.get("users") or ([] if event.about is None else [event.about])
    group = event.data.get("group", event.data.get("name"))
    return {"groupID": group, "requestedUsersInGroup": users}


def _granted(event: AuditEvent, _: str | None) -> Data:
    return {
        "modifiedPrivileges": event.data.get("privileges") or [],
        "groupIdentity": event.data.get("group", event.data.get("name")),
    }


def _shared(event: AuditEvent, _: str | None) -> Data:
    return {
        "objIds": event.data.get("objects"),
        "objType": event.data.get("types"),
        "permissions": event.data.get("permissions"),
        "discoverability": False,
    }


def _role(event: AuditEvent, _: str | None) -> Data:
    return {"roleIds": [event.data.get("role")], "roleName": event.data.get("name")}


def _given(event: AuditEvent, _: str | None) -> Data:
    return {"groupNames": [event.data.get("name")], "roleIds": event.data.get("roles")}


_MODIFIED: Words = ("USERS_MODIFIED", "User account detail modification attempted", _modified)
_CREATED: Words = ("USERS_CREATED", "New user accounts creation attempted", _user_names)
_REVOKED: Words = ("AUTH_TOKEN_REVOKED", None, _about)
_PRIVILEGES: Words = ("PRIVILEGE_CHANGES", "Group privilege changes attempted.", _granted)
_PRINCIPALS: Words = (
    "PRINCIPALS_IN_GROUP_UPDATE",
    "Principals(User/UserGroup) in group update attempted",
    _in_group,
)
_TRUSTED: Words = ("TRUSTED_AUTH_CONFIGURED", None, _nothing)

_DONE: dict[str, Words] = {
    "session.open": ("LOGIN_SUCCESSFUL", "User login successful", _user_name),
    "account.lock": ("ACCOUNT_LOCKED", None, _user_name),
    "session.log_out": ("LOGOUT_SUCCESSFUL", "User logout successful", _nothing),
    "token.issue": ("AUTH_TOKEN_CREATED_SUCCESSFULLY", None, _user_name),
    "token.revoke": _REVOKED,
    "token.revoke_all": _REVOKED,
    "account.create": _CREATED,
    "jit.create": _CREATED,
    "account.update": _MODIFIED,
    "account.set_status": _MODIFIED,
    "account.deactivate": _MODIFIED,
    "account.unlock": _MODIFIED,
    "account.entitle": _MODIFIED,
    "account.attribute": _MODIFIED,
    "account.require_second_factor": _MODIFIED,
    "jit.update": _MODIFIED,
    "account.remove": ("USERS_DELETED", "User accounts deletion attempted", _deleted),
    "account.set_password": ("UPDATE_PASSWORD", None, _user_id),
    "account.change_password": ("UPDATE_PASSWORD", None, _user_id),
    "account.activate": ("USER_ACTIVATE", None, _user_id),
    "org.create": ("ORG_CREATION_SUCCESSFUL", "Successfully created an Org", _org_name),
    "org.remove": ("ORG_DELETION_SUCCESSFUL", "Successfully deleted an Org", _org_id),
    "session.switch_org": ("ORG_SWITCH_SUCCESSFUL", "Successfully switched org", _switched),
    "membership.join": ("ORG_ACCESS_GRANTED_TO_USER", "Added user to an Org", _of_org),
    "membership.leave": ("ORG_ACCESS_REVOKED_FROM_USER", "Removed user from Org", _of_org),
    "role.create": ("ROLE_CREATED", "Role creation attempted", _role),
    "role.update": ("ROLE_UPDATED", "Role update attempted", _role),
    "role.remove": ("ROLE_DELETED", "Role deletion attempted", _role),
    "group.create": ("USER_GROUPS_CREATED", "New groups creation attempted", _group_names),
    "group.remove": ("USER_GROUPS_DELETED", "Groups deletion attempted", _group_ids),
    "group.put_in": _PRINCIPALS,
    "group.take_out": _PRINCIPALS,
    "group.grant": _PRIVILEGES,
    "group.withdraw": _PRIVILEGES,
    "object.share": (
        "SHARE_OBJECTS",
        "Sharing of objects with groups/users attempted",
        _shared,
    ),
    "secret.add": _TRUSTED,
    "secret.end": _TRUSTED,
}
_REFUSED: dict[str, Words] = {
    "account.sign_in": ("LOGIN_FAILED", "User login failed", _user_name),
    "token.issue": ("FAILED_TO_CREATE_AUTH_TOKEN", None, _user_name),
}
_OF_CLUSTER = ("org.", "key.", "store.", "audit.", "system.")


def _group_update(event: AuditEvent) -> Words:
    """Say what of a group changed most."""
    if "privileges" in event.data:
        return _PRIVILEGES
    if "roles" in event.data:
        taken = event.data.get("operation") == "REMOVE"
        return ("ROLES_REMOVED" if taken else "ROLES_ASSIGNED", None, _given)
    if "users" in event.data or "inside" in event.data:
        return _PRINCIPALS
    return ("USER_GROUP_MODIFIED", None, _group_names)


_CALLER = Access.CALLER
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation("fetchLogs", "POST", "logs/fetch", fetch, Fetch, _CALLER),
)
