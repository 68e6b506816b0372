"""What the acts of the audit trail are called on pages."""

from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """Acts on one kind of thing: its word in the trail, its title, and what each act is called."""

    word: str
    title: str
    acts: Mapping[str, str]


KINDS = (
    Kind(
        "account",
        "Accounts",
        {
            "sign_in": "Sign in",
            "create": "Create an account",
            "update": "Change an account",
            "remove": "Delete an account",
            "activate": "Activate an account",
            "deactivate": "Deactivate an account",
            "set_status": "Set an account's status",
            "set_password": "Set another's password",
            "change_password": "Change one's own password",
            "require_second_factor": "Ask an account for a second factor, or no longer",
            "lock": "Lock an account after wrong passwords",
            "unlock": "Unlock an account",
            "force_out": "End all that an account holds",
            "entitle": "Keep filters and parameters of a token on its account",
            "attribute": "Keep attributes of a token on its account",
            "home_liveboard": "Set a home Liveboard",
        },
    ),
    Kind(
        "session",
        "Sessions",
        {
            "open": "Open a session",
            "log_out": "Log out",
            "end": "End a session",
            "end_all": "End all sessions of an account",
            "end_others": "End all other sessions of one's own",
            "cap": "End the oldest sessions, there being too many",
            "switch_org": "Change to another Org",
            "prove": "Show the password again",
        },
    ),
    Kind(
        "token",
        "Access tokens",
        {
            "issue": "Issue a token",
            "revoke": "Revoke a token",
            "revoke_all": "Revoke all tokens of an account",
            "end": "End a token",
            "cap": "End the oldest tokens, there being too many",
        },
    ),
    Kind(
        "secret",
        "Trusted secrets",
        {
            "enable": "Switch trusted authentication on",
            "disable": "Switch trusted authentication off",
            "add": "Add a trusted secret",
            "succeed": "End what an ended secret issued",
            "end": "End a trusted secret",
            "read": "Show a trusted secret",
        },
    ),
    Kind("key", "Signing keys", {"rotate": "Rotate the signing keys"}),
    Kind(
        "group",
        "Groups",
        {
            "create": "Create a group",
            "update": "Change a group",
            "remove": "Delete a group",
            "put_in": "Put an account into a group",
            "take_out": "Take an account out of a group",
            "grant": "Grant a group a privilege",
            "withdraw": "Withdraw a privilege from a group",
        },
    ),
    Kind(
        "role",
        "Roles",
        {"create": "Create a role", "update": "Change a role", "remove": "Delete a role"},
    ),
    Kind(
        "org",
        "Orgs",
        {
            "create": "Create an Org",
            "update": "Change an Org",
            "remove": "Delete an Org",
            "activate": "Switch an Org on",
            "deactivate": "Switch an Org off",
        },
    ),
    Kind(
        "membership",
        "Members of Orgs",
        {"join": "Make an account a member of an Org", "leave": "Take an account out of an Org"},
    ),
    Kind(
        "jit",
        "Just-in-time accounts",
        {
            "create": "Create an account for a token",
            "update": "Change an account for a token",
            "spare": "Leave an administrator's account as it is",
        },
    ),
    Kind(
        "object",
        "Objects",
        {
            "import": "Import an object",
            "take": "Take objects over",
            "assign": "Give an object another author",
            "share": "Share objects",
            "remove": "Delete objects",
        },
    ),
    Kind(
        "tag",
        "Tags",
        {
            "create": "Create a tag",
            "update": "Change a tag",
            "remove": "Delete a tag",
            "assign": "Put a tag on objects",
            "unassign": "Take a tag off objects",
        },
    ),
    Kind("privilege", "Privileges", {"check": "Do what takes a privilege"}),
    Kind("gate", "The gate", {"refuse": "Come with bad credentials"}),
    Kind(
        "security",
        "Security settings",
        {"configure": "Change the lists of origins"},
    ),
    Kind("system", "The system", {"configure": "Change the system's settings"}),
    Kind(
        "store",
        "The store",
        {
            "found": "Found the home",
            "backup": "Back up the home",
            "restore": "Restore the home",
            "export": "Export accounts, groups and Orgs",
        },
    ),
    Kind(
        "audit",
        "The trail itself",
        {
            "link": "Write down where other chains end",
            "prune": "Delete events past their retention",
        },
    ),
)
WORDS = {f"{kind.word}.{act}": words for kind in KINDS for act, words in kind.acts.items()}
