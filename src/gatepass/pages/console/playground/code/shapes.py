"""What our own clients take: request classes with their fields, the same in all three languages.

A test holds this to the Python client, whose classes the other two share. What does not fit is
written without a client.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_SCALARS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int,),
    "truth": (bool,),
    "scalar": (str, int, bool),
}
_MOST = 2**31


class Kind(NamedTuple):
    """What a field holds: a kind of value, an enum or a class, or many of it."""

    name: str
    many: bool
    required: bool


class Call(NamedTuple):
    """A method of a client: what it takes and what of its answer is printed."""

    request: str = ""
    answer: str = ""
    """Empty: it has none; ``token``: the token in it; else all of it."""


ENUMS: Mapping[str, frozenset[str]] = {
    name: frozenset(members.split())
    for name, members in {
        "Operator": "EQ NE LT LE GT GE IN NOT_IN LIKE CONTAINS BEGINS_WITH ENDS_WITH "
        "BW BW_INC BW_INC_MIN BW_INC_MAX",
        "PersistOption": "REPLACE APPEND NONE RESET",
        "ResetOption": "FILTER_RULES PARAMETERS GROUPS",
        "AuthStatus": "ENABLED DISABLED",
        "AuthScope": "CLUSTER ORG",
    }.items()
}

_PERSON = (
    "username:text! password:text secret_key:text validity_time_in_sec:number email:text "
    "display_name:text auto_create:truth "
)
_FULL = _PERSON + "org_id:number group_identifiers:[text] user_parameters:UserParameters "
_RUNTIME = " persist:truth objects:[DataObject]"


def _of(fields: str) -> dict[str, Kind]:
    """Return kinds by name; ``!`` marks what is required, brackets a list."""
    found = {}
    for one in fields.split():
        name, _, kind = one.partition(":")
        plain = kind.removesuffix("!")
        found[name] = Kind(plain.strip("[]"), plain.startswith("["), kind.endswith("!"))
    return found


SHAPES: Mapping[str, Mapping[str, Kind]] = {
    name: _of(fields)
    for name, fields in {
        "LoginRequest": "username:text password:text org_identifier:scalar remember_me:truth",
        "DataObject": "identifier:text! type:text",
        "RuntimeFilter": "column_name:text! operator:Operator! values:[text]!" + _RUNTIME,
        "RuntimeSort": "column_name:text! order:text!" + _RUNTIME,
        "RuntimeParameter": "name:text! values:[text]!" + _RUNTIME,
        "UserParameters": "objects:[DataObject] runtime_filters:[RuntimeFilter] "
        "runtime_sorts:[RuntimeSort] parameters:[RuntimeParameter]",
        "FullTokenRequest": _FULL,
        "ObjectTokenRequest": _FULL + "object_id:text!",
        "FilterRule": "column_name:text! operator:Operator! values:[scalar]!",
        "NamedValues": "name:text! values:[scalar]!",
        "GroupIdentifier": "identifier:text!",
        "CustomTokenRequest": _PERSON
        + "org_identifier:scalar persist_option:PersistOption reset_option:[ResetOption] "
        "filter_rules:[FilterRule] parameter_values:[NamedValues] variable_values:[NamedValues] "
        "objects:[DataObject] groups:[GroupIdentifier]",
        "RevokeTokenRequest": "user_identifier:text token:text",
        "ValidateTokenRequest": "token:text!",
        "ClusterPreferencesInput": "auth_status:AuthStatus",
        "OrgPreferencesInput": "org_identifier:scalar! auth_status:AuthStatus",
        "ConfigureAuthRequest": "auth_type:text cluster_preferences:ClusterPreferencesInput "
        "org_preferences:[OrgPreferencesInput]",
        "SearchAuthRequest": "auth_type:text scope:AuthScope",
        # Of the betas, with the names on the wire; each generation has its own client's.
        "TspublicRestV2SessionLoginRequest": "userName:text password:text rememberMe:scalar",
        "TspublicRestV2SessionGettokenRequest": "userName:text password:text secretKey:text "
        "accessLevel:text tsObjectId:text tokenExpiryDuration:text orgId:text",
        "ApiRestV2SessionLoginRequest": "userName:text! password:text! rememberMe:truth",
        "ApiRestV2SessionGettokenRequest": "userName:text! password:text! tokenExpiryDuration:text",
    }.items()
}

AUTH: Mapping[str, Call] = {
    "login": Call("LoginRequest"),
    "logout": Call(),
    "getFullAccessToken": Call("FullTokenRequest", "token"),
    "getObjectAccessToken": Call("ObjectTokenRequest", "token"),
    "getCustomAccessToken": Call("CustomTokenRequest", "token"),
    "revokeToken": Call("RevokeTokenRequest"),
    "validateToken": Call("ValidateTokenRequest", "all"),
    "getCurrentUserInfo": Call("", "all"),
    "getCurrentUserToken": Call("", "token"),
    "configureAuthSettings": Call("ConfigureAuthRequest"),
    "searchAuthSettings": Call("SearchAuthRequest", "all"),
}
"""The ``auth`` face: REST v2.0, by the names of its operations in each language's own case."""


def fits(data: object, shape: str) -> bool:
    """Say whether a client's request class can hold a body."""
    if not isinstance(data, dict):
        return False
    kinds = SHAPES[shape]
    given = {name: value for name, value in data.items() if value is not None}
    return (
        given.keys() <= kinds.keys()
        and all(name in given for name, kind in kinds.items() if kind.required)
        and all(_holds(kinds[name], value) for name, value in given.items())
    )


def _holds(kind: Kind, value: Any) -> bool:  # noqa: ANN401 - what JSON can hold
    if kind.many:
        one = kind._replace(many=False)
        return isinstance(value, list) and all(_holds(one, entry) for entry in value)
    if kind.name in ENUMS:
        return isinstance(value, str) and value in ENUMS[kind.name]
    if kind.name in SHAPES:
        return fits(value, kind.name)
    if isinstance(value, bool):
        return bool in _SCALARS[kind.name]
    if isinstance(value, int) and not -_MOST <= value < _MOST:
        return False
    return isinstance(value, _SCALARS[kind.name])


def snake(name: str) -> str:
    """Return ``getToken`` as ``get_token``."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: "_" + found[0], name).lower()


def pascal(name: str) -> str:
    """Return ``get_token``, ``getToken`` and ``GET_TOKEN`` as ``GetToken``."""
    words = name.split("_")
    if name.isupper():
        words = [word.lower() for word in words]
    return "".join(word[:1].upper() + word[1:] for word in words)
