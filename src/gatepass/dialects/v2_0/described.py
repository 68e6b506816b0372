"""What the OpenAPI document of v2.0 says of its operations: summary, reply, an example."""

from gatepass.dialects.v2_0 import custom, shapes
from gatepass.http.described import Described

_OBJECT = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
_TRUSTED = {"username": "mira", "secret_key": "gpk_…", "validity_time_in_sec": 300}

DESCRIBED = {
    "login": Described(
        "Open a session by name and password, or by a bearer token",
        example={"username": "mira", "password": "…", "remember_me": False},
    ),
    "logout": Described("End the session of the cookie, or of the bearer token"),
    "getFullAccessToken": Described(
        "Get a token for all that an account may do, by password or trusted secret",
        reply=shapes.TokenBody,
        example={
            **_TRUSTED,
            "auto_create": True,
            "display_name": "Mira Holt",
            "email": "mira@example.com",
            "group_identifiers": ["analysts"],
        },
    ),
    "getObjectAccessToken": Described(
        "Get a token that is limited to one object",
        reply=shapes.TokenBody,
        example={**_TRUSTED, "object_id": _OBJECT},
    ),
    "getCustomAccessToken": Described(
        "Get a signed token that carries the user's entitlements",
        reply=custom.AccessToken,
        example={
            **_TRUSTED,
            "persist_option": "NONE",
            "filter_rules": [{"column_name": "Region", "operator": "IN", "values": ["north"]}],
            "parameter_values": [{"name": "Currency", "values": ["EUR"]}],
            "objects": [{"identifier": _OBJECT, "type": "LOGICAL_TABLE"}],
            "groups": [{"identifier": "analysts"}],
        },
    ),
    "revokeToken": Described(
        "Revoke one token, or all of a user", example={"user_identifier": "mira"}
    ),
    "validateToken": Described(
        "Say what a live token is", reply=shapes.ValidationBody, example={"token": "gpf_…"}
    ),
    "getCurrentUserInfo": Described("Say who is calling", reply=shapes.UserBody),
    "getCurrentUserToken": Described(
        "Get a token for the caller, no more than the caller is", reply=shapes.SessionTokenBody
    ),
    "configureAuthSettings": Described(
        "Switch trusted authentication on or off, for the cluster or for Orgs",
        example={
            "auth_type": "TRUSTED_AUTH",
            "cluster_preferences": {"auth_status": "ENABLED"},
            "org_preferences": [{"org_identifier": "north", "auth_status": "DISABLED"}],
        },
    ),
    "searchAuthSettings": Described(
        "Show the state of trusted authentication, with its secrets",
        reply=shapes.AuthSettingsBody,
        example={"auth_type": "TRUSTED_AUTH", "scope": "CLUSTER"},
    ),
}
