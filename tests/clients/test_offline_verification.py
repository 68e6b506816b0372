"""Stock JWT libraries verify a custom token offline, with no special flag."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2
import joserfc.jwk
import joserfc.jwt
import jwt
import pytest

from tests.clients.conftest import Instance
from tests.tools import tool

JS = Path(__file__).with_name("js")
NAME = "gatepass"


@pytest.fixture(scope="module")
def issued(instance: Instance) -> dict[str, Any]:
    """A custom token and the published key set."""
    reply = httpx2.post(
        f"{instance.url}/api/rest/2.0/auth/token/custom",
        json={
            "username": instance.mira.name,
            "secret_key": instance.secret,
            "persist_option": "NONE",
            "filter_rules": [{"column_name": "Region", "operator": "EQ", "values": ["east"]}],
        },
    )
    assert reply.status_code == 200, reply.text
    keys = httpx2.get(f"{instance.url}/.well-known/jwks.json").json()
    return {"token": reply.json()["token"], "keys": keys, "issuer": NAME, "audience": NAME}


def is_as_issued(claims: dict[str, Any], instance: Instance) -> bool:
    rules = [{"column_name": "Region", "operator": "EQ", "values": ["east"]}]
    return bool(claims["sub"] == instance.mira.id and claims["filter_rules"] == rules)


def test_pyjwt_verifies_it(instance: Instance, issued: dict[str, Any]) -> None:
    keys = jwt.PyJWKSet.from_dict(issued["keys"])
    key = keys[jwt.get_unverified_header(issued["token"])["kid"]]

    claims = jwt.decode(issued["token"], key, algorithms=["ES256"], audience=NAME, issuer=NAME)

    assert is_as_issued(claims, instance)


def test_joserfc_verifies_it(instance: Instance, issued: dict[str, Any]) -> None:
    keys = joserfc.jwk.KeySet.import_key_set(issued["keys"])

    found = joserfc.jwt.decode(issued["token"], keys, algorithms=["ES256"])

    joserfc.jwt.JWTClaimsRegistry(
        now=int(time.time()), iss={"essential": True, "value": NAME}, exp={"essential": True}
    ).validate(found.claims)
    assert is_as_issued(found.claims, instance)


@pytest.mark.needs("node")
def test_jose_of_node_verifies_it(instance: Instance, issued: dict[str, Any]) -> None:
    done = subprocess.run(
        [tool("node"), "verify.mjs"],
        cwd=JS,
        input=json.dumps(issued),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert is_as_issued(json.loads(done.stdout), instance)


@pytest.mark.needs("node")
def test_jose_of_node_refuses_a_changed_token(issued: dict[str, Any]) -> None:
    head, body, signature = issued["token"].split(".")
    forged = {**issued, "token": f"{head}.{body[:-6]}AAAAAA.{signature}"}

    done = subprocess.run(
        [tool("node"), "verify.mjs"],
        cwd=JS,
        input=json.dumps(forged),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode != 0
