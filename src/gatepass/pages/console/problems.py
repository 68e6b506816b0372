"""How the console words a refusal, and at which fields of the form."""

import re
from typing import NamedTuple

from gatepass.core import errors
from gatepass.core.errors import CoreError
from gatepass.http import refusals

PROOF = "proof"
"""The field in which a form asks for the visitor's own password."""


class Problem(NamedTuple):
    """What a person is told, under which status, and which fields are at fault."""

    status: int
    text: str
    fields: tuple[str, ...] = ()
    incident: str = ""


_TEXTS: dict[type[CoreError], tuple[int, str, tuple[str, ...]]] = {
    errors.NotProved: (403, "Enter your own password to do this.", (PROOF,)),
    errors.WrongCredentials: (403, "That is not your password.", (PROOF,)),
    errors.AccountNotActive: (403, "Your account may not sign in now.", ()),
    errors.SecondFactorRequired: (
        403,
        "Your account signs in with a second factor, which this page cannot ask for.",
        (PROOF,),
    ),
    errors.ScopeTooSmall: (403, "This session is limited to one object.", ()),
    errors.TooManyGuesses: (
        429,
        "Too many attempts failed from your network. Wait a minute, then try again.",
        (PROOF,),
    ),
    errors.Busy: (503, "The server is busy. Nothing was done: try again in a moment.", ()),
    errors.TrustedAuthDisabled: (409, "Trusted authentication is off.", ()),
    refusals.NoSuchPath: (404, "There is no such page.", ()),
    refusals.ForeignOrigin: (
        403,
        "The form is of another site or another session. Nothing was done: try again.",
        (),
    ),
    refusals.BodyTooLarge: (413, "The form is too large to be read.", ()),
    refusals.BadRequest: (400, "The form could not be read.", ()),
    refusals.Broken: (500, "Something went wrong that nobody foresaw; the log has it.", ()),
}
_NEEDED = {
    "another account than this one": (
        "Nobody can do this to the account that they use, nor to an account of the system: "
        "so somebody can always get in."
    ),
    "another account than this one, to take it out": (
        "Nobody can take the account that they use, or one of the system, out of a group that "
        "administers: so somebody can always get in."
    ),
    "another account than a system account": (
        "An account of the system keeps its name and its type."
    ),
    "an administrator of every Org, for this account": (
        "This account belongs to the system or works in other Orgs too: only who administers "
        "every Org, from the Primary Org, can change it."
    ),
    "every administrative privilege of that account": (
        "This account administers more than you do here: only who holds all of its "
        "administrative privileges can change it."
    ),
    "another group than a system group": (
        "A system group cannot be deleted: the Org is not whole without it."
    ),
    "another group than a system group, to rename it": (
        "A system group keeps its name and its type."
    ),
    "another group than the administrators', to change its privileges": (
        "The administrators' group keeps its privileges: without them nobody could change "
        "anything any more."
    ),
    "another role than a read-only one": "A read-only role cannot be changed or deleted.",
    "another Org than Primary, which always exists": (
        "Primary cannot be deleted: it holds who administers the cluster."
    ),
    "another Org than Primary, which keeps its name": "Primary keeps its name.",
    "another Org than Primary, which is always active": "Primary is always active.",
    "rbac_enabled, for roles": "Roles are off on this server (rbac_enabled).",
    "orgs_enabled: Orgs are switched off": "Orgs are off on this server (orgs_enabled).",
}
"""What the core says of one account, group, role or Org that is not like the others."""
_NOUNS = frozenset({"group", "username"})
_KINDS = {"user": "account"}
_WORD = re.compile(r"[A-Z][A-Z0-9_]+")
_WORDS = {
    "cors_whitelisted_urls": "callers (CORS)",
    "visual_embed_hosts": "framing",
    "saml_redirect_urls": "redirect targets",
    "connect_src_urls": "connections",
    "font_src_urls": "fonts",
    "iframe_src_urls": "frames",
    "img_src_urls": "images",
    "script_src_urls": "scripts",
    "style_src_urls": "styles",
    "groups_identifiers_with_access": "groups",
    "secret": "key",
}
"""How fields are called that APIs name otherwise than a person would."""


def problem_of(error: CoreError, incident: str = "") -> Problem:
    """Return what is said of a refusal, and at which fields.

    Most refusals of the core already speak to a person; those that speak of APIs are reworded.
    """
    if (known := _TEXTS.get(type(error))) is not None:
        return Problem(*known, incident)
    if isinstance(error, errors.InvalidParameter):
        words = _WORDS.get(error.field, error.field.replace("_", " "))
        text = f"{words}: {error.reason}"
        # The core calls a name by the noun that bears it.
        fields = (error.field, "name") if error.field in _NOUNS else (error.field,)
        return Problem(400, _sentence(text), fields, incident)
    if isinstance(error, errors.AlreadyExists):
        text = f"There is one already that is named {error.name!r}, or easily mistaken for it."
        return Problem(409, text, ("name", "username"), incident)
    if isinstance(error, errors.NotPermitted):
        return Problem(403, needed(error.needed), (), incident)
    if isinstance(error, errors.NotFound):
        text = f"There is no {_KINDS.get(error.kind, error.kind)} {error.name!r} within your reach."
        return Problem(404, text, (error.kind.lower(),), incident)
    return Problem(400, _sentence(str(error)), (), incident)


def needed(what: str) -> str:
    """Return as a sentence what somebody lacks who is not permitted."""
    if what in _NEEDED:
        return _NEEDED[what]
    if _WORD.match(what):
        return f"You may not do this here: it takes {what}."
    return f"Not permitted: this takes {what}."


def _sentence(text: str) -> str:
    """Return a refusal's text as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
