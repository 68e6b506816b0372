"""The embed page's modules that need no browser, under Node.js."""

import subprocess
from pathlib import Path

import pytest

from tests.tools import tool

SUITE = Path(__file__).with_name("embed_modules.test.mjs")


@pytest.mark.needs("node")
def test_flags_routes_limits_and_renewal_are_read_as_they_should_be() -> None:
    done = subprocess.run(
        [tool("node"), "--test", "--test-reporter=spec", SUITE.name],
        cwd=SUITE.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr
