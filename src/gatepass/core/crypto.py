"""Ids, minted secrets and their digests, and the sealing of what must be shown again."""

import hashlib
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_LENGTH = 47
"""Characters of a minted secret: a kind prefix of four and 43 of URL-safe base64 (256 bits)."""

SESSION = "gps_"
FULL_TOKEN = "gpf_"  # noqa: S105 - a public prefix, not a secret
OBJECT_TOKEN = "gpo_"  # noqa: S105 - a public prefix, not a secret
V1_TOKEN = "gpv_"  # noqa: S105 - a public prefix, not a secret
ACTIVATION = "gpa_"
TRUSTED_SECRET = "gpk_"  # noqa: S105 - a public prefix, not a secret
TOKEN_PREFIXES = frozenset({FULL_TOKEN, OBJECT_TOKEN, V1_TOKEN})

_RANDOM_BITS = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF
_VERSION_4 = 0x00000000_0000_4000_8000_000000000000
_VERSION_7 = 0x00000000_0000_7000_8000_000000000000
_48_BITS = 0xFFFFFFFFFFFF
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

LONGEST_SIGNED = 4096
"""Characters of a signed token at most: it travels in headers and cookies."""

KEY_BYTES = 32
NONCE_BYTES = 12


class Randomness(Protocol):
    """Where ids and secrets come from; a production start always uses the system's."""

    def id(self) -> str:
        """Return a new lower-case UUID."""

    def row_id(self, now: datetime) -> str:
        """Return a new lower-case UUID, of which later ones sort behind earlier ones."""

    def secret(self, prefix: str) -> str:
        """Return a new secret of 256 random bits behind the prefix of its kind."""

    def number(self, below: int) -> int:
        """Return a random number from 0 up to but not including ``below``."""


class SystemRandomness:
    """Ids and secrets from the operating system's generator."""

    def id(self) -> str:
        """Return a new version 4 UUID."""
        # As uuid.uuid4, in half the time: every request has an id, every act several.
        return _spelt(int.from_bytes(os.urandom(16)) & _RANDOM_BITS | _VERSION_4)

    def row_id(self, now: datetime) -> str:
        """Return a new version 7 UUID (RFC 9562): milliseconds since 1970, then 74 random bits.

        Rows added one after the other then lie side by side in the index, on few pages.
        """
        millis = (now - _EPOCH) // _MILLISECOND
        random = int.from_bytes(os.urandom(10)) & _RANDOM_BITS
        return _spelt((millis & _48_BITS) << 80 | random | _VERSION_7)

    def secret(self, prefix: str) -> str:
        """Return 256 bits as URL-safe text behind the prefix (ASVS 7.2.3)."""
        return prefix + secrets.token_urlsafe(32)

    def number(self, below: int) -> int:
        """Return a number below the bound."""
        return secrets.randbelow(below)


def _spelt(number: int) -> str:
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def digest(secret: str) -> bytes:
    """Return the SHA-256 digest under which the store keeps a secret of 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_minted(secret: str, prefixes: frozenset[str]) -> bool:
    """Say whether the text has the look of a secret of one of these kinds."""
    return len(secret) == SECRET_LENGTH and secret[:4] in prefixes


def is_token(text: str) -> bool:
    """Say whether the text has the look of an access token: minted, or signed (a JWT)."""
    if is_minted(text, TOKEN_PREFIXES):
        return True
    return text.startswith("eyJ") and len(text) <= LONGEST_SIGNED and text.count(".") == 2  # noqa: PLR2004


class Sealer:
    """Seals short texts under the master key with AES-256-GCM.

    The context (what the text is, and whose) is bound in: a sealed value moved to another row
    does not open.
    """

    def __init__(self, master_key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._cipher = AESGCM(master_key)
        self._random = random

    def seal(self, text: str, context: str) -> bytes:
        """Return nonce and ciphertext of the text."""
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Return the text again.

        Raises:
            SealBroken: the master key is another one, or the value was changed or moved.
        """
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, context.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(context) from error


class SealBroken(Exception):
    """A sealed value cannot be opened with this master key."""

    def __init__(self, context: str) -> None:
        super().__init__(f"cannot open {context}: another master key, or the value was changed")
