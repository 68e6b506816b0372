"""The vendor's REST v1 identity operations that are not served, so that a refusal can name them."""

# (method, path under the prefix, operation), by the vendor's page on them.
_USER = "user/{userid}"
_GROUP = "group/{groupid}"
UNBUILT: tuple[tuple[str, str, str], ...] = (
    ("POST", "user", "createUser"),
    ("GET", "user", "getUser"),
    ("PUT", _USER, "updateUser"),
    ("DELETE", _USER, "deleteUser"),
    ("GET", "user/list", "listUsers"),
    ("PUT", "user/email", "updateUserEmail"),
    ("POST", "user/addtoorg", "addUsersToOrg"),
    ("POST", "user/inactivate", "inactivateUser"),
    ("POST", "user/activate", "activateUser"),
    ("POST", "user/updatepassword", "updatePassword"),
    ("POST", "user/resetpassword", "resetPassword"),
    ("POST", "user/updatepreference", "updatePreference"),
    ("POST", "user/transfer/ownership", "transferOwnership"),
    ("POST", "user/sync", "syncPrincipals"),
    *(
        (method, f"{_USER}/groups", f"{name}GroupsOfUser")
        for method, name in (
            ("POST", "add"),
            ("GET", "list"),
            ("PUT", "replace"),
            ("DELETE", "remove"),
        )
    ),
    ("POST", "group", "createGroup"),
    ("GET", "group", "getGroups"),
    ("PUT", _GROUP, "updateGroup"),
    ("DELETE", _GROUP, "deleteGroup"),
    ("POST", "group/addprivilege", "addPrivilege"),
    ("POST", "group/removeprivilege", "removePrivilege"),
    *(
        (method, f"{_GROUP}/{what}s", f"{name}{what.title()}sOfGroup")
        for what in ("user", "group")
        for method, name in (
            ("POST", "add"),
            ("PUT", "replace"),
            ("GET", "list"),
            ("DELETE", "remove"),
        )
    ),
    ("POST", f"{_GROUP}/user/{{userid}}", "addUserToGroup"),
    ("DELETE", f"{_GROUP}/user/{{userid}}", "removeUserFromGroup"),
    ("POST", "group/addmemberships", "addMemberships"),
    ("POST", "group/removememberships", "removeMemberships"),
    ("POST", "group/addrole", "addRole"),
    ("POST", "group/removerole", "removeRole"),
    ("POST", "role", "createRole"),
    ("PUT", "role/{id}", "updateRole"),
    ("DELETE", "role/{id}", "deleteRole"),
    ("POST", "role/search", "searchRoles"),
    ("POST", "org", "createOrg"),
    ("PUT", "org", "updateOrg"),
    ("GET", "org", "getOrg"),
    ("DELETE", "org", "deleteOrg"),
    ("POST", "org/search", "searchOrgs"),
    ("GET", "logs/topics/{topic}", "getSecurityLogs"),
    ("GET", "session/v2/gettoken", "refreshToken"),
)
