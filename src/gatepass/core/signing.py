"""The signatures of custom tokens: ES256 in the compact form of RFC 7515, made by joserfc.

Imported when the first key is made or opened: joserfc takes 5 MB and a fifteenth of a start, which
nobody need pay who has no custom tokens.
"""

from typing import Any

import msgspec
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

_ALGORITHM = "ES256"
_CURVE = "P-256"
_ES256 = JWSRegistry(algorithms=[_ALGORITHM]).get_alg(_ALGORITHM)


class Signer:
    """A private key that is ready to sign."""

    def __init__(self, key_id: str, private: ECKey) -> None:
        self.key_id = key_id
        self._private = private
        _ES256.check_key(private)
        self._header = _encoded({"typ": "JWT", "alg": _ALGORITHM, "kid": key_id}) + b"."

    @classmethod
    def made(cls) -> "Signer":
        """Return a new one, named by its thumbprint (RFC 7638)."""
        private = ECKey.generate_key(_CURVE, private=True)
        return cls(private.thumbprint(), private)

    @classmethod
    def opened(cls, key_id: str, text: str) -> "Signer":
        """Return the one that this text of it was taken from."""
        return cls(key_id, ECKey.import_key(msgspec.json.decode(text)))

    def text(self) -> str:
        """Return the private key as a JWK, to be sealed and stored."""
        return msgspec.json.encode(self._private.as_dict(private=True)).decode()

    def public(self) -> dict[str, Any]:
        """Return the public key as a JWK."""
        return dict(self._private.as_dict(private=False))

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a signed token of these claims.

        Put together here, for all that joserfc would look at anew each time (header, algorithm,
        key) is the same for every token of a key; that takes as long as the signature itself.
        """
        signed = self._header + _encoded(claims)
        return (signed + b"." + urlsafe_b64encode(_ES256.sign(signed, self._private))).decode()


def _encoded(value: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(msgspec.json.encode(value))
