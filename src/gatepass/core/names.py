"""What a name may hold, and the one form in which names are compared.

Names of accounts, groups and Orgs are kept as they were typed (in NFC, without the white space
around them) and compared by ``name_key``: a unique column of the store holds the key. A second
column holds the ``skeleton``, by which names are found that differ in key but not to the eye.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from gatepass.core.display_order import shown_order
from gatepass.core.errors import InvalidParameter

LONGEST_NAME = 256
LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
LONGEST_LABEL = 63

# Normalising takes time that grows with the square of a run of combining marks.
_LONGEST_NORMALISED = 1024

# Unicode's Default_Ignorable_Code_Point and two blanks that are no white space: drawn as nothing.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\u2800\U0001d159]"
)
# Zero-width non-joiner and joiner, and the variation selectors.
_SHAPING = frozenset(map(chr, [0x200C, 0x200D, *range(0xFE00, 0xFE10)]))

_FORBIDDEN = {
    "Cc": "a control character",
    "Cf": "an invisible formatting character",
    "Cn": "an unassigned character",
    "Co": "a private-use character",
    "Cs": "half of a surrogate pair",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}

# What the data file of look-alikes says of ASCII, so that names in ASCII need no file.
ASCII_PROTOTYPES: dict[int, str] = str.maketrans(
    {'"': "''", "%": "°/₀", "0": "O", "1": "l", "I": "l", "`": "'", "m": "rn", "|": "l"}
)

_ATOM = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"\s]+")


def name_key(name: str) -> str:
    """Return the form of a name that is compared: two names are one if their keys are equal.

    The key is NFKC and full case folding, repeated as Unicode's compatibility caseless match asks
    (D146), with each run of white space made one blank and none at the ends. Any text has a key,
    for a name that was only presented is not checked; a key's key is itself.
    """
    if len(name) > _LONGEST_NORMALISED:
        return name  # no stored name is that long: it equals none
    if name.isascii():
        return " ".join(name.casefold().split())  # no form of Unicode changes it further
    key = unicodedata.normalize("NFD", name).casefold()
    for _ in range(2):
        key = unicodedata.normalize("NFKC", key).casefold()
    return " ".join(unicodedata.normalize("NFKC", key).split())


def shape(name: str) -> str:
    """Return the skeleton of UTS #39, in display order: equal for names that look the same.

    Case matters here, as it does to the eye.
    """
    if not name.isascii():
        name = shown_order(name, _lookalikes()[1])
    return _prototyped(name)


def skeleton(name: str) -> str:
    """Return the shape of a name whatever its case: what the store looks names up by.

    Folding before taking the shape would miss some (a Greek capital Nu looks like N but folds to
    what looks like v). So the shape is folded, and its shape taken again; i and l then count as
    one, for a capital I looks like l. Two names of one shape always have one skeleton.
    """
    return _prototyped(name_key(shape(name))).replace("i", "l")


def check_name(kind: str, name: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a name that is compared, cleaned for keeping.

    Any script will do. Refused is what cannot be seen or moves what stands around it: control
    characters and line ends, all formatting characters (bidi overrides, zero-width characters; the
    joiners too), unassigned characters (a later Unicode could give them another key), surrogates,
    private use, and a combining mark with nothing to stand on.

    Raises:
        InvalidParameter: the name is empty, too long, or holds such a character.
    """
    return _checked(kind, name, longest, frozenset())


def check_label(field: str, text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a text that people read and nothing compares (a display name), cleaned for keeping.

    As ``check_name``, but with the joiners and variation selectors that Persian, Indic scripts
    and emoji need.

    Raises:
        InvalidParameter: the text is empty, too long, or holds a character that is refused.
    """
    return _checked(field, text, longest, _SHAPING)


def check_email(text: str) -> str:
    """Return an e-mail address, cleaned for keeping.

    RFC 5321 without quoted local parts, comments and address literals, which strict clients
    refuse; with the letters of any script (RFC 6531). The domain has a dot or is ``localhost``.

    Raises:
        InvalidParameter: it is no such address.
    """
    address = check_name("email", text, longest=LONGEST_EMAIL)
    local, at, domain = address.partition("@")
    if not at:
        raise InvalidParameter("email", "must have the form name@domain")
    is_dotted = all(_ATOM.fullmatch(atom) for atom in local.split("."))
    if (
        not is_dotted
        or unicodedata.category(local[0])[0] == "M"
        or len(local.encode()) > LONGEST_LOCAL_PART
    ):
        raise InvalidParameter("email", "the part before the @ is not valid")
    labels = [_encoded_label(label) for label in domain.split(".")]
    if not all(labels):
        raise InvalidParameter("email", "the domain is not valid")
    is_full = "." in domain and labels[-1][-1].isalpha()
    if not is_full and domain.casefold() != "localhost":
        raise InvalidParameter("email", "the domain must be a full one")
    return address


def _checked(field: str, text: str, longest: int, allowed: frozenset[str]) -> str:
    too_long = f"must have at most {longest} characters"
    if len(text) > _LONGEST_NORMALISED:
        raise InvalidParameter(field, too_long)
    cleaned = unicodedata.normalize("NFC", text.strip())
    if not cleaned:
        raise InvalidParameter(field, "must not be empty")
    if len(cleaned) > longest or len(name_key(cleaned)) > longest:
        raise InvalidParameter(field, too_long)
    if text.isascii() and text.isprintable():
        return cleaned
    # The raw text counts, or stripping would swallow a line end unseen.
    for character in text:
        problem = _FORBIDDEN.get(unicodedata.category(character))
        if problem is None and _INVISIBLE.match(character):
            problem = "an invisible character"
        if problem is not None and character not in allowed:
            raise InvalidParameter(field, f"must not hold {problem} (U+{ord(character):04X})")
    if unicodedata.category(cleaned[0]).startswith("M"):
        raise InvalidParameter(field, "must not begin with a combining mark")
    return cleaned


def _encoded_label(label: str) -> str:
    """Return a label of a domain as the DNS has it, or nothing if it is none."""
    is_plain = all(
        character.isalnum() if character.isascii() else unicodedata.category(character)[0] in "LMN"
        for character in label.replace("-", "0")
    )
    encoded = label if label.isascii() else "xn--" + label.encode("punycode").decode()
    is_valid = (
        is_plain
        and 0 < len(encoded) <= LONGEST_LABEL
        and "-" not in {label[0], label[-1]}
        and unicodedata.category(label[0])[0] != "M"
        # RFC 5891: such hyphens are kept for encodings, of which there is one.
        and (label[2:4] != "--" or label[:2].casefold() == "xn")
    )
    return encoded if is_valid else ""


def _prototyped(text: str) -> str:
    if text.isascii():
        return text.translate(ASCII_PROTOTYPES)
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", seen.translate(_lookalikes()[0]))


@cache
def _lookalikes() -> tuple[dict[int, str], dict[str, str]]:
    """Read the prototypes and the mirrored pairs, at the first name that needs them."""
    text = files(__package__).joinpath("lookalikes.tsv").read_text("utf-8")
    prototypes, mirrored = (
        dict(line.split("\t") for line in table.split("\n") if "\t" in line)
        for table in text.split("\n\n")
    )
    return {ord(source): target for source, target in prototypes.items()}, mirrored
