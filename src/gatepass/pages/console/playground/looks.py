"""Which operations only look: they run by the visitor's session without a second look.

The playground presents the session of the console to an API. Everything that the console asks the
password for can be done there, and more: getting a token that outlives a borrowed keyboard. So
the rule is the other way round: by the session everything asks for the password but what is named
here, and an operation that is new asks until somebody puts it here. What is named writes nothing
and answers with no credential; a test runs each, and sees that. (Listing sessions is not: the core
itself shows one's own only to who has shown the password.)
"""

LOOKS: dict[str, frozenset[str]] = {
    "v2_0": frozenset(
        {
            "getCurrentUserInfo",
            "validateToken",
            "searchUsers",
            "searchUserGroups",
            "searchOrgs",
            "searchRoles",
            "searchTags",
            "searchMetadata",
            "fetchPermissionsOnMetadata",
            "fetchPermissionsOfPrincipals",
            "getSystemInformation",
            "getSystemConfig",
            "getSystemOverrideInfo",
            "searchSecuritySettings",
            "fetchLogs",
        }
    ),
    "beta": frozenset({"getSessionInfo"}),
    "v1": frozenset(
        {
            "isActive",
            "getSessionInfo",
            "getPreauthInfo",
            "getSystemConfig",
            "signInBySaml",
            "signInByOidc",
            "getSessionOrgs",
            "orgsOfUser",
            "getHomePinboard",
        }
    ),
    "own": frozenset({"describeCaller"}),
}
