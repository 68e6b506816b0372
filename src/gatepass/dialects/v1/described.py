"""What is said of the operations of v1: summary, reply, an example of its fields."""

from typing import Any

from gatepass.dialects.session_info import SessionInfo
from gatepass.dialects.v1 import shapes
from gatepass.http.described import Described

_LIVEBOARD = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
_TOKEN = "gpv_…"  # noqa: S105 - an example
_BY_TOKEN = {"auth_token": _TOKEN, "username": "mira", "no_url_redirection": True}

DESCRIBED = {
    "login": Described(
        "Open a session by name and password",
        example={"username": "mira", "password": "…", "rememberme": False},
    ),
    "logout": Described("End the session of the cookie, or of the bearer token"),
    "getTrustedToken": Described(
        "Get a token by trusted secret; it is the whole answer",
        reply=str,
        example={"secret_key": "gpk_…", "username": "mira", "access_level": "FULL"},
    ),
    "loginByToken": Described("Open a session by a trusted token", example=_BY_TOKEN),
    "loginByTokenInUrl": Described(
        "As loginByToken; the token stands in the address", example=_BY_TOKEN
    ),
    "isActive": Described("Say whether the session is alive", reply=dict[str, Any]),
    "getSessionInfo": Described("Say who is calling", reply=SessionInfo),
    "getPreauthInfo": Described("Say who is calling, as the browser asks", reply=dict[str, Any]),
    "getSystemConfig": Described("Say which release this is", reply=dict[str, Any]),
    "signInBySaml": Described(
        "Lead a browser to this server's own sign-in page, and from there on",
        example={"targetURLPath": "/"},
    ),
    "signInByOidc": Described(
        "Lead a browser to this server's own sign-in page, and from there on",
        example={"targetURLPath": "/"},
    ),
    "fetchToken": Described(
        "Get a token for the caller, no more than the caller is",
        reply=dict[str, Any],
        example={"validity_time_in_sec": 300},
    ),
    "getSessionOrgs": Described(
        "List the Orgs that the caller may work in",
        reply=shapes.OrgsBody,
        example={"batchsize": -1, "offset": -1},
    ),
    "switchOrg": Described("Go on in another Org", example={"orgid": 0}),
    "orgsOfUser": Described("List the Orgs of a user", reply=shapes.OrgsBody),
    "setHomePinboard": Described("Set the home Liveboard of a user", example={"id": _LIVEBOARD}),
    "getHomePinboard": Described("Name the home Liveboard of a user", reply=str, example={}),
    "removeHomePinboard": Described(
        "Take the home Liveboard of a user away", reply=dict[str, Any], example={}
    ),
    "invalidateSessions": Described(
        "End all that these users hold; with none named, all that anybody holds",
        example={"username": ["mira"]},
    ),
}
