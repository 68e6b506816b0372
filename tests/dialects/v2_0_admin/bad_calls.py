"""Calls of administration that are well shaped and must not be done, with what is answered."""

from dataclasses import dataclass, field
from typing import Any

from tests.adjusted import BAD, FORBIDDEN, UNKNOWN_OBJECT
from tests.dialects.v2_0_admin.good_calls import ANSWER, MILLIS, NEW_PASSWORD, OWN_ORIGIN
from tests.dialects.v2_0_admin.shared_objects import LIVEBOARD, ORDERS, SALES
from tests.world import ADMIN, PASSWORD

CYRILLIC_I, FULLWIDTH_M = "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}", "\uff4d"
LIKE_MIRA = (f"m{CYRILLIC_I}ra", f"{FULLWIDTH_M}ira", "MIRA", " mira ")
NO_NAMES = ("  ", "a\u0000b", "a\nb", "\u202earim", "mi\u200bra", "a\uffffb", "x" * 257, "\u0301x")
SYSTEM_ACCOUNTS = (ADMIN, "su", "system")
SYSTEM_GROUPS = ("All", "Administrator")
PRIMARY = ("0", "Primary", "primary")
DAY = 24 * 60 * 60 * 1000
SOMEBODY = {"display_name": "New", "email": "new@example.com", "password": NEW_PASSWORD}
GROUP = {"display_name": "New"}
GOOD_ENTRY = {"user_identifier": "newcomer", **SOMEBODY}
GOOD_GROUP = {"group_identifier": "newcomers", **GROUP}


@dataclass(frozen=True)
class BadCall:
    """One operation asked what must not be done."""

    operation: str
    body: dict[str, Any]
    answer: tuple[int, int]
    target: str = ""
    counts: frozenset[str] = field(default=frozenset())
    """Tables in which the attempt itself is kept."""

    def __str__(self) -> str:
        return f"{self.operation} {self.target} {str(self.body)[:90]}".encode(
            "ascii", "backslashreplace"
        ).decode()


def _users() -> list[BadCall]:
    def create(name: str, **more: Any) -> BadCall:
        return BadCall("createUser", {"name": name, **SOMEBODY, **more}, BAD)

    def update(target: str, answer: tuple[int, int], **body: Any) -> BadCall:
        return BadCall("updateUser", body, answer, target)

    def bring(*entries: dict[str, Any], answer: tuple[int, int] = BAD, **more: Any) -> BadCall:
        body = {"users": [GOOD_ENTRY, *entries], "dry_run": False, **more}
        return BadCall("importUsers", body, answer)

    return [
        *(create(name) for name in (*LIKE_MIRA, *NO_NAMES, ADMIN, "nora", "tsadm\u0456n")),
        create("newcomer", password="short"),
        create("newcomer", email="nobody"),
        create("newcomer", display_name="a\u0000b"),
        *(update("ben", BAD, name=name, email="b@example.com") for name in (*LIKE_MIRA, *NO_NAMES)),
        update("ben", UNKNOWN_OBJECT, display_name="x", group_identifiers=["crew", "north-crew"]),
        *(
            update(name, FORBIDDEN, account_status="INACTIVE")
            for name in (*SYSTEM_ACCOUNTS, "chief")
        ),
        update("chief", FORBIDDEN, display_name="x", org_identifiers=["north"]),
        *(BadCall("deleteUser", {}, FORBIDDEN, name) for name in (*SYSTEM_ACCOUNTS, "chief")),
        BadCall("forceLogoutUsers", {"user_identifiers": ["mira", "nobody"]}, UNKNOWN_OBJECT),
        bring(GOOD_ENTRY),
        *(bring({**GOOD_ENTRY, "user_identifier": name}) for name in NO_NAMES),
        bring({**GOOD_ENTRY, "user_identifier": "newc\u043emer"}),
        bring({**GOOD_ENTRY, "user_identifier": LIKE_MIRA[0]}),
        bring({**GOOD_ENTRY, "user_identifier": "other", "password": "short"}),
        bring(
            {**GOOD_ENTRY, "user_identifier": "other", "group_identifiers": ["nothing"]},
            answer=UNKNOWN_OBJECT,
        ),
        bring(
            {"user_identifier": "su", "display_name": "x", "account_status": "LOCKED"},
            answer=FORBIDDEN,
        ),
    ]


def _passwords() -> list[BadCall]:
    def change(answer: tuple[int, int], **changes: str) -> BadCall:
        body = {
            "user_identifier": "mira",
            "current_password": PASSWORD,
            "new_password": NEW_PASSWORD,
            **changes,
        }
        wrong = changes.get("current_password", PASSWORD) != PASSWORD
        return BadCall(
            "changeUserPassword", body, answer, counts=frozenset({"guesses"} if wrong else ())
        )

    def reset(name: str, password: str, answer: tuple[int, int]) -> BadCall:
        return BadCall(
            "resetUserPassword", {"user_identifier": name, "new_password": password}, answer
        )

    def deactivate(name: str, base: str, answer: tuple[int, int]) -> BadCall:
        return BadCall("deactivateUser", {"user_identifier": name, "base_url": base}, answer)

    def activate(name: str, token: str, password: str) -> BadCall:
        body = {"user_identifier": name, "auth_token": token, "password": password}
        return BadCall("activateUser", body, BAD)

    return [
        change(BAD, current_password="Not-the-one-77"),
        change(BAD, new_password=PASSWORD),
        change(BAD, new_password="short"),
        reset("mira", "short", BAD),
        *(deactivate(name, OWN_ORIGIN, FORBIDDEN) for name in (*SYSTEM_ACCOUNTS, "chief")),
        deactivate("mira", "https://evil.example", BAD),
        activate("mira", "<link>", NEW_PASSWORD),
        activate("asleep", "<link>", "short"),
        activate("asleep", "gpa_" + "A" * 43, NEW_PASSWORD),
    ]


def _groups() -> list[BadCall]:
    def create(name: str, answer: tuple[int, int] = BAD, **more: Any) -> BadCall:
        return BadCall("createUserGroup", {"name": name, **GROUP, **more}, answer)

    def update(target: str, answer: tuple[int, int], **body: Any) -> BadCall:
        return BadCall("updateUserGroup", {"description": "x", **body}, answer, target)

    def bring(*entries: dict[str, Any], answer: tuple[int, int] = BAD) -> BadCall:
        body = {"groups": [GOOD_GROUP, *entries], "dry_run": False}
        return BadCall("importUserGroups", body, answer)

    def entry(name: str, **more: Any) -> dict[str, Any]:
        return {"group_identifier": name, **GROUP, **more}

    return [
        *(create(name) for name in ("crew", "CREW", "cr\u0435w", "All", "all", *NO_NAMES)),
        create("newcomers", privileges=["FLYING"]),
        create("newcomers", UNKNOWN_OBJECT, user_identifiers=["mira", "nora"]),
        create("newcomers", UNKNOWN_OBJECT, sub_group_identifiers=["crew", "north-crew"]),
        create("newcomers", UNKNOWN_OBJECT, role_identifiers=["keepers", "nothing"]),
        *(update("crew", BAD, name=name) for name in ("taken", "TAKEN", "t\u0430ken", *NO_NAMES)),
        # deck holds hold: a circle of one, of two, of three.
        update("crew", BAD, sub_group_identifiers=["crew"]),
        update("hold", BAD, sub_group_identifiers=["deck"]),
        update("hold", BAD, sub_group_identifiers=["taken", "deck"], operation="ADD"),
        update("crew", UNKNOWN_OBJECT, user_identifiers=["mira", "nobody"]),
        *(update(name, FORBIDDEN, name="others") for name in SYSTEM_GROUPS),
        update("Administrator", FORBIDDEN, privileges=[]),
        *(BadCall("deleteUserGroup", {}, FORBIDDEN, name) for name in SYSTEM_GROUPS),
        BadCall("deleteUserGroup", {}, UNKNOWN_OBJECT, "north-crew"),
        bring(GOOD_GROUP),
        bring(entry("newc\u043emers")),
        *(bring(entry(name)) for name in NO_NAMES),
        bring(
            entry("one", sub_group_identifiers=["two"]), entry("two", sub_group_identifiers=["one"])
        ),
        bring(entry("one", sub_group_identifiers=["one"])),
        bring(entry("hold", sub_group_identifiers=["deck"])),
        bring(entry("one", user_identifiers=["nobody"]), answer=UNKNOWN_OBJECT),
        bring(entry("Administrator", privileges=["DEVELOPER"]), answer=FORBIDDEN),
    ]


def _orgs_and_roles() -> list[BadCall]:
    def org(name: str, description: str = "x") -> BadCall:
        return BadCall("createOrg", {"name": name, "description": description}, BAD)

    def update(target: str, answer: tuple[int, int], **body: Any) -> BadCall:
        return BadCall("updateOrg", {"description": "x", **body}, answer, target)

    def role(operation: str, target: str, answer: tuple[int, int], **body: Any) -> BadCall:
        return BadCall(operation, {"description": "x", **body}, answer, target)

    return [
        *(
            org(name)
            for name in ("north", "NORTH", "n\u043erth", "Primary", "a b", "a%b", "a'b", "a\\b")
        ),
        *(org(name) for name in (*NO_NAMES, "n" * 49)),
        org("fine", "d" * 125),
        *(update("north", BAD, name=name) for name in ("Primary", "n\u043erth", "a b", *NO_NAMES)),
        update("north", UNKNOWN_OBJECT, user_identifiers=["mira", "nobody"]),
        update("north", UNKNOWN_OBJECT, user_identifiers=["mira"], group_identifiers=["crew"]),
        *(update(name, FORBIDDEN, name="First") for name in PRIMARY),
        update("0", FORBIDDEN, user_identifiers=["mira", "chief"], operation="REMOVE"),
        update("0", FORBIDDEN, user_identifiers=["mira", "su"], operation="REMOVE"),
        *(BadCall("deleteOrg", {}, FORBIDDEN, name) for name in PRIMARY),
        *(BadCall("deleteOrg", {}, UNKNOWN_OBJECT, name) for name in ("-1", "0x0", "0.0")),
        *(
            role("createRole", "", BAD, name=name)
            for name in ("keepers", "KEEPERS", "k\u0435epers", *NO_NAMES)
        ),
        role("createRole", "", BAD, name="fine", privileges=["DEVELOPER", "FLYING"]),
        *(
            role("updateRole", "keepers", BAD, name=name, privileges=[])
            for name in ("holders", "HOLDERS", "h\u043elders", *NO_NAMES)
        ),
        role("updateRole", "keepers", BAD, name="keepers", privileges=["FLYING"]),
        role("updateRole", "fixed", FORBIDDEN, name="fixed"),
        BadCall("deleteRole", {}, FORBIDDEN, "fixed"),
    ]


def _objects() -> list[BadCall]:
    nothing = {"identifier": "nothing", "type": "LIVEBOARD"}
    ill_typed = {"identifier": SALES, "type": "ANSWER"}
    crew = {"principal": {"identifier": "crew", "type": "USER_GROUP"}, "share_mode": "MODIFY"}

    def share(*objects: dict[str, Any], to: str = "crew") -> BadCall:
        other = {"principal": {"identifier": to}, "share_mode": "READ_ONLY"}
        return BadCall(
            "shareMetadata",
            {"metadata": list(objects), "permissions": [crew, other], "message": ""},
            UNKNOWN_OBJECT,
        )

    def tag(operation: str, objects: list[dict[str, Any]], *tags: str) -> BadCall:
        return BadCall(operation, {"metadata": objects, "tag_identifiers": tags}, UNKNOWN_OBJECT)

    return [
        # A tag grants nothing: one that looks like another is let be.
        *(BadCall("createTag", {"name": name}, BAD) for name in ("year", "YEAR", *NO_NAMES)),
        *(
            BadCall("createTag", {"name": "fine", "color": color}, BAD)
            for color in ("red", "#ff", "#gggggg", "#ff00000", "url(x)")
        ),
        *(
            BadCall("updateTag", {"name": name, "color": "#000000"}, BAD, "year")
            for name in ("north", "NORTH", *NO_NAMES)
        ),
        BadCall("updateTag", {"name": "other", "color": "red"}, BAD, "year"),
        *(
            tag(operation, objects, *tags)
            for operation in ("assignTag", "unassignTag")
            for objects, tags in (
                ([LIVEBOARD, nothing], ("year",)),
                ([LIVEBOARD, ill_typed], ("year",)),
                ([LIVEBOARD, ANSWER], ("north", "nothing")),
            )
        ),
        BadCall("deleteMetadata", {"metadata": [LIVEBOARD, nothing]}, UNKNOWN_OBJECT),
        BadCall("deleteMetadata", {"metadata": [LIVEBOARD, ill_typed]}, UNKNOWN_OBJECT),
        share(LIVEBOARD, nothing),
        share(LIVEBOARD, ill_typed),
        share(LIVEBOARD, to="nobody"),
        share(LIVEBOARD, to="nora"),
        share(LIVEBOARD, to="north-crew"),
        BadCall(
            "assignChangeAuthor",
            {"metadata": [LIVEBOARD, nothing], "user_identifier": "ben"},
            UNKNOWN_OBJECT,
        ),
        BadCall(
            "assignChangeAuthor",
            {"metadata": [LIVEBOARD], "user_identifier": "nora"},
            UNKNOWN_OBJECT,
        ),
        BadCall(
            "assignChangeAuthor",
            {
                "metadata": [LIVEBOARD, {"identifier": ORDERS}],
                "user_identifier": "ben",
                "current_owner_identifier": "mira",
            },
            BAD,
        ),
    ]


def _settings() -> list[BadCall]:
    def configure(answer: tuple[int, int], **cluster: Any) -> BadCall:
        body = {"cluster_preferences": {"saml_redirect_urls": ["app.example.net"], **cluster}}
        return BadCall("configureSecuritySettings", body, answer)

    def own(answer: tuple[int, int], **of_org: Any) -> BadCall:
        body = {
            "cluster_preferences": {"saml_redirect_urls": ["app.example.net"]},
            "org_preferences": [of_org],
        }
        return BadCall("configureSecuritySettings", body, answer)

    def system(**more: Any) -> BadCall:
        return BadCall(
            "updateSystemConfig", {"configuration": {"clusterName": "Nord", **more}}, BAD
        )

    def logs(start: float, end: float) -> BadCall:
        body = {
            "log_type": "SECURITY_AUDIT",
            "start_epoch_time_in_millis": start,
            "end_epoch_time_in_millis": end,
        }
        return BadCall("fetchLogs", body, BAD)

    return [
        *(
            configure(BAD, cors_whitelisted_urls=["app.example.net", entry])
            for entry in (
                "wss://a.example",
                "a.example/x",
                "a.example?x",
                "a b",
                "a;b",
                "a\u0000",
                "",
            )
        ),
        configure(BAD, cors_whitelisted_urls=["a" * 60 + f"{one}.example" for one in range(100)]),
        configure(BAD, csp_settings={"visual_embed_hosts": ["a.example; script-src *"]}),
        configure(BAD, non_embed_access={"groups_identifiers_with_access": ["crew"]}),
        own(FORBIDDEN, org_identifier="nowhere", cors_whitelisted_urls=[]),
        own(
            BAD,
            org_identifier="Primary",
            non_embed_access={
                "block_full_app_access": False,
                "groups_identifiers_with_access": ["crew"],
            },
        ),
        own(
            UNKNOWN_OBJECT,
            org_identifier="Primary",
            non_embed_access={
                "block_full_app_access": True,
                "groups_identifiers_with_access": ["crew", "nothing"],
            },
        ),
        system(nonsense="x"),
        system(timeZone="Nowhere/Atall"),
        system(locale="x\u0000y"),
        system(onboardingContentUrl="javascript:alert(1)"),
        logs(MILLIS, MILLIS + DAY + 1),
        logs(MILLIS, MILLIS - 1),
        logs(-1, MILLIS),
        logs(MILLIS, 1e300),
    ]


BAD_CALLS = [*_users(), *_passwords(), *_groups(), *_orgs_and_roles(), *_objects(), *_settings()]
