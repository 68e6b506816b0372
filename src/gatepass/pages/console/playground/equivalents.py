"""The same act in the other dialects, by the names of operations."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Same(NamedTuple):
    """One act, and the operations that do it."""

    act: str
    operations: Mapping[str, tuple[str, ...]]
    """Their names by dialect; one that is missing has no such operation."""


_TOKENS = ("getFullAccessToken", "getObjectAccessToken", "getCustomAccessToken")
_BY_TOKEN = ("loginByToken", "loginByTokenInUrl")

SAME = (
    Same(
        "Open a session with a password",
        {"v2_0": ("login",), "beta": ("login", "loginByQuery"), "v1": ("login",)},
    ),
    Same(
        "Open a session with a token",
        {"v2_0": ("login",), "beta": ("login", "loginByQuery"), "v1": _BY_TOKEN},
    ),
    Same(
        "Get a token with a password",
        {"v2_0": _TOKENS, "beta": ("getToken", "getTokenByQuery")},
    ),
    Same(
        "Get a token with a trusted secret",
        {"v2_0": _TOKENS, "beta": ("getToken", "getTokenByQuery"), "v1": ("getTrustedToken",)},
    ),
    Same("Get a token for the caller", {"v2_0": ("getCurrentUserToken",), "v1": ("fetchToken",)}),
    Same("Say what a token is", {"v2_0": ("validateToken",), "own": ("describeCaller",)}),
    Same("Revoke a token", {"v2_0": ("revokeToken",), "beta": ("revokeToken",)}),
    Same(
        "Say who is calling",
        {
            "v2_0": ("getCurrentUserInfo",),
            "beta": ("getSessionInfo",),
            "v1": ("getSessionInfo", "getPreauthInfo"),
            "own": ("describeCaller",),
        },
    ),
    Same(
        "Say whether a session is alive",
        {
            "v2_0": ("getCurrentUserInfo",),
            "beta": ("getSessionInfo",),
            "v1": ("isActive",),
            "own": ("describeCaller",),
        },
    ),
    Same(
        "End a session",
        {"v2_0": ("logout",), "beta": ("logout",), "v1": ("logout",), "own": ("endSession",)},
    ),
    Same(
        "End all that others hold",
        {
            "v2_0": ("forceLogoutUsers",),
            "beta": ("forceLogoutUsers",),
            "v1": ("invalidateSessions",),
            "own": ("endSessions",),
        },
    ),
    Same(
        "List one's own Orgs",
        {"v2_0": ("getCurrentUserInfo",), "v1": ("getSessionOrgs",), "own": ("describeCaller",)},
    ),
    Same("List the Orgs of a user", {"v2_0": ("searchUsers",), "v1": ("orgsOfUser",)}),
    Same(
        "Go on in another Org", {"v2_0": ("login",), "beta": ("switchOrg",), "v1": ("switchOrg",)}
    ),
    Same(
        "Set or take away the home Liveboard",
        {"v2_0": ("updateUser",), "v1": ("setHomePinboard", "removeHomePinboard")},
    ),
    Same("Name the home Liveboard", {"v2_0": ("searchUsers",), "v1": ("getHomePinboard",)}),
    Same(
        "Say which release this is",
        {"v2_0": ("getSystemInformation",), "v1": ("getSystemConfig",)},
    ),
)


def same_as(dialect: str, operation: str) -> Iterator[Same]:
    """Yield the acts that an operation does, of which there may be several or none."""
    for one in SAME:
        if operation in one.operations.get(dialect, ()):
            yield one
