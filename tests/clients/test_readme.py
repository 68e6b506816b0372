"""The README's first five minutes, run as they are printed against a running server."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Instance
from tests.tools import ROOT

ADDRESS = "http://127.0.0.1:8080"


def section(title: str) -> str:
    text = (ROOT / "README.md").read_text()
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def filled(instance: Instance, text: str, **facts: str) -> str:
    """Return a snippet with this server's address, and facts for what it only describes."""
    for printed, fact in {ADDRESS: instance.url, **facts}.items():
        assert printed in text
        text = text.replace(printed, fact)
    return text


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_python_snippet_says_who_signed_in(instance: Instance, tmp_path: Path) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", section("The first five minutes"), re.DOTALL)
    program = filled(instance, snippet, **{"the printed one": instance.admin.password})

    assert run(sys.executable, "-c", program, folder=tmp_path) == "tsadmin\n"


@pytest.mark.needs("curl")
def test_the_curl_snippet_gets_a_token_for_somebody_new(instance: Instance, tmp_path: Path) -> None:
    (snippet,) = re.findall(
        r"^    (curl .*?)\n\n", section("The first five minutes"), re.DOTALL | re.MULTILINE
    )
    program = filled(instance, snippet, **{"gpk_…": instance.secret})

    token = json.loads(run("sh", "-c", program, folder=tmp_path))
    assert token["valid_for_username"] == "ann"
    assert token["scope"] == {"access_type": "FULL", "org_id": 0, "metadata_id": None}
    assert token["expiration_time_in_millis"] - token["creation_time_in_millis"] == 900_000
