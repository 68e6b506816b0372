"""Promises about the project itself: what is in the repository, and what is not."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.tools import ROOT, tool

LOCKS = {"locks/runtime.txt": ["build"], "locks/dev.txt": ["build", "dev"]}
LONGEST_FILE = 400

# A host with one of these names in it serves packages. Spelled as parts: the file must pass too.
REGISTRIES = {"pypi", "pythonhosted", "npmjs", "yarnpkg", "nuget", "crates", "jsdelivr", "unpkg"}
HOST = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b", re.IGNORECASE)
# A path of the workplace where the project was begun; the brackets keep this line from matching.
WORKPLACE = re.compile(r"(?<![\w.])/[w]ork/|\.\./[s]hared\b")


def tracked() -> list[Path]:
    """List the files that are, or would be, committed."""
    listing = subprocess.run(
        [tool("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def tracked_text() -> dict[str, str]:
    """Read every tracked file that is text."""
    texts = {}
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw:
            texts[str(path.relative_to(ROOT))] = raw.decode()
    return texts


def names_a_registry(text: str) -> bool:
    return any(REGISTRIES & set(host.lower().split(".")[:-1]) for host in HOST.findall(text))


def pins(lock: str) -> dict[str, str]:
    """Read a lock file as versions by package name."""
    lines = (ROOT / lock).read_text().splitlines()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", line)[0] for line in lines if "==" in line)


def requirements(groups: list[str]) -> list[Requirement]:
    """Read what pyproject.toml asks for, the named groups included."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines: list[str] = list(pyproject["project"]["dependencies"])
    for group in groups:
        lines += pyproject["dependency-groups"][group]
    return [Requirement(line) for line in lines]


@pytest.mark.needs("git")
def test_no_tracked_file_names_a_package_registry() -> None:
    named = {
        name: line
        for name, text in tracked_text().items()
        for line in text.splitlines()
        if names_a_registry(line)
    }

    assert named == {}


@pytest.mark.needs("git")
def test_no_tracked_file_names_a_path_of_the_workplace() -> None:
    named = {
        name: line
        for name, text in tracked_text().items()
        for line in text.splitlines()
        if WORKPLACE.search(line)
    }

    assert named == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_the_lock_of_the_js_clients_holds_no_download_address() -> None:
    lock = json.loads((ROOT / "tests/clients/js/package-lock.json").read_text())

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


@pytest.mark.parametrize(("lock", "groups"), LOCKS.items(), ids=LOCKS)
def test_a_lock_pins_every_dependency_within_its_range(lock: str, groups: list[str]) -> None:
    pinned = pins(lock)

    unmet = [
        str(wanted)
        for wanted in requirements(groups)
        if wanted.name not in pinned or not wanted.specifier.contains(pinned[wanted.name])
    ]

    assert unmet == []


def test_both_locks_pin_the_same_versions() -> None:
    assert pins("locks/runtime.txt").items() <= pins("locks/dev.txt").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.needs("make")
def test_make_help_explains_every_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    shown = subprocess.run(
        [tool("make"), "--no-print-directory", "help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert set(re.findall(r"^  make ([a-z]+) +\S", shown, re.MULTILINE)) == targets


def test_no_source_file_is_longer_than_it_should_be() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


@pytest.mark.needs("git")
def test_every_module_begins_with_its_caption() -> None:
    without = [
        name
        for name, text in tracked_text().items()
        if name.endswith(".py") and not (ast.get_docstring(ast.parse(text)) or "").strip()
    ]

    assert without == []
