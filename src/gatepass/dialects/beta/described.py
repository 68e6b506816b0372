"""What the OpenAPI document of the betas says of their operations."""

from gatepass.dialects.beta import info, requests, shapes
from gatepass.http.described import Described

_LOGIN = {"userName": "mira", "password": "…"}

DESCRIBED = {
    "getSessionInfo": Described("Say who is calling", reply=info.SessionInfo),
    "login": Described(
        "Open a session by name and password, or by a bearer token",
        reply=shapes.SessionLoginResponse,
        example={**_LOGIN, "rememberMe": False},
    ),
    "getToken": Described(
        "Get a token by password or trusted secret",
        reply=shapes.SessionLoginResponse,
        example={
            "userName": "mira",
            "secretKey": "gpk_…",
            "accessLevel": "FULL",
            "tokenExpiryDuration": "900",
        },
    ),
    "logout": Described("End the session and the token that are presented", reply=bool),
    "revokeToken": Described("Revoke the bearer token, or end the session", reply=bool),
    "switchOrg": Described("Go on in another Org", reply=bool, example={"id": "0"}),
    "forceLogoutUsers": Described(
        "Log users out, or everybody", reply=bool, example={"user": [{"name": "mira"}]}
    ),
    "loginByQuery": Described(
        "As login; the password stands in the address",
        reply=shapes.SessionLoginResponse,
        query=requests.Login,
    ),
    "getTokenByQuery": Described(
        "As getToken; the password stands in the address",
        reply=shapes.SessionLoginResponse,
        query=requests.TokenRequest,
    ),
}
