"""What a new password must hold against guessing, and the bytes that any password becomes."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from gatepass.core.errors import WeakPassword

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024

PRODUCT_WORDS = ("gatepass", "thoughtspot")

# Around a known word, fewer letters than this add nothing; words shorter than three prove nothing.
_FEWEST_OWN_LETTERS = 4
_SHORTEST_WORD = 3


def prepare_password(password: str) -> bytes:
    """Return the bytes of a password that are hashed: the only place where text becomes bytes.

    Unicode is kept: NFC (RFC 8265, OpaqueString) makes one of the ways in which keyboards write
    the same character, and that is all. Case, width, blanks and length stay, nothing is cut off.
    Any text has bytes, since what was presented is not checked.
    """
    if len(password) <= LONGEST_PASSWORD:
        # A longer one cannot have been set, and normalising it could take long.
        password = unicodedata.normalize("NFC", password)
    return password.encode("utf-8", "surrogatepass")


def check_new_password(password: str, *, words: Collection[str] = ()) -> str:
    """Return the password unchanged if an account may have it from now on.

    At least 8 characters (code points in NFC, blanks and any script included) and at most 1024;
    not one of the 11,000 most used ones of such length, in any case or width; and more than the
    ``words`` (user name, display name, e-mail address, Org names), digits and punctuation. There
    is no rule of composition, and it need not be changed for its age.

    Raises:
        WeakPassword: it is too short, too long, not text, or easily guessed.
    """
    if len(password) > LONGEST_PASSWORD:
        raise WeakPassword(f"must have at most {LONGEST_PASSWORD} characters")
    if any(unicodedata.category(character) == "Cs" for character in password):
        raise WeakPassword("must be text")
    if len(unicodedata.normalize("NFC", password)) < SHORTEST_PASSWORD:
        raise WeakPassword(f"must have at least {SHORTEST_PASSWORD} characters")
    folded = _folded(password)
    if f"\n{folded}\n" in _common_passwords():
        raise WeakPassword("is one of the most used passwords")
    if _is_made_of(folded, [*words, *PRODUCT_WORDS]):
        raise WeakPassword("is made of a name of the account, the Org or the product")
    return password


def _is_made_of(folded: str, words: Collection[str]) -> bool:
    known = {part for word in words for part in _parts(word)}
    own = folded
    for part in sorted(known, key=len, reverse=True):
        own = own.replace(part, " ")
    return own != folded and sum(map(str.isalpha, own)) < _FEWEST_OWN_LETTERS


def _parts(word: str) -> list[str]:
    """Split a name or an address into what a password could be made of, whole ones first."""
    folded = _folded(word)
    parts = [folded, *re.split(r"[\W_]+", folded)]
    return [part for part in parts if len(part) >= _SHORTEST_WORD]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common_passwords() -> str:
    """Read the list, at the first new password; as one text it is smaller than as a set."""
    return "\n" + files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
