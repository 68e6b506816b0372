"""Signatures of custom tokens, verified by two libraries that did not put them together."""

import base64
import json

import joserfc.jwt
import jwt
import pytest
from joserfc.errors import InvalidKeyCurveError
from joserfc.jwk import ECKey

from gatepass.core.signing import Signer

CLAIMS = {"sub": "mira", "jti": "1", "filter_rules": [{"column_name": "Région", "values": ["東"]}]}


def part(token: str, number: int) -> bytes:
    text = token.split(".")[number]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_token_says_how_it_is_signed_and_by_which_key() -> None:
    signer = Signer.made()

    header = json.loads(part(signer.sign(CLAIMS), 0))

    assert header == {"typ": "JWT", "alg": "ES256", "kid": signer.key_id}


def test_both_libraries_verify_what_is_signed() -> None:
    signer = Signer.made()
    key = ECKey.import_key(signer.public())

    token = signer.sign(CLAIMS)

    assert len(part(token, 2)) == 64
    assert joserfc.jwt.decode(token, key, algorithms=["ES256"]).claims == CLAIMS
    key_of_pyjwt = jwt.PyJWK(signer.public(), "ES256")
    assert jwt.decode(token, key_of_pyjwt, algorithms=["ES256"]) == CLAIMS


def test_a_key_that_was_stored_signs_as_before() -> None:
    signer = Signer.made()

    again = Signer.opened(signer.key_id, signer.text())

    assert again.public() == signer.public()
    key = ECKey.import_key(signer.public())
    assert joserfc.jwt.decode(again.sign(CLAIMS), key, algorithms=["ES256"]).claims == CLAIMS


def test_what_is_published_of_a_key_is_not_its_secret() -> None:
    signer = Signer.made()

    assert set(signer.public()) == {"kty", "crv", "x", "y"}
    assert json.loads(signer.text()).keys() - signer.public().keys() == {"d"}


def test_a_key_of_another_curve_is_refused() -> None:
    other = ECKey.generate_key("P-384", private=True)

    with pytest.raises(InvalidKeyCurveError, match="P-256"):
        Signer(other.thumbprint(), other)
