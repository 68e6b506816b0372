"""The vendor's TypeScript client, unmodified, under Node.js against a running server."""

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.clients.conftest import Instance
from tests.tools import tool

JS = Path(__file__).with_name("js")
SUITES = sorted(path.name for path in JS.glob("*.test.mjs"))


@pytest.mark.needs("node")
@pytest.mark.parametrize("suite", SUITES)
def test_the_typescript_client_gets_what_it_expects(instance: Instance, suite: str) -> None:
    profile = instance.profile(
        instance.mira, current=instance.primary, orgs=[instance.primary, instance.north]
    )
    facts = asdict(instance) | {"profile": profile}
    done = subprocess.run(
        [tool("node"), "--test", "--test-reporter=spec", suite],
        cwd=JS,
        env=os.environ | {"GATEPASS_INSTANCE": json.dumps(facts)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
