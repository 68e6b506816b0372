"""The Python distribution: what is in it, and that its README says what it does."""

import inspect
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import gatepass_sdk
from gatepass_sdk import errors
from gatepass_sdk.aio import AsyncAuthController, AsyncSessionController
from gatepass_sdk.client import AuthController, SessionController
from tests.sdks.conftest import PYTHON_SDK, Installed

README = (PYTHON_SDK / "README.md").read_text()
OPERATIONS = {
    "login",
    "logout",
    "get_full_access_token",
    "get_object_access_token",
    "get_custom_access_token",
    "revoke_token",
    "validate_token",
    "get_current_user_info",
    "get_current_user_token",
    "configure_auth_settings",
    "search_auth_settings",
}


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_wheel_holds_every_module_and_says_that_it_is_typed(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())
        (metadata,) = [wheel.read(one).decode() for one in names if one.endswith("METADATA")]
    here = PYTHON_SDK / "src"
    modules = {str(path.relative_to(here)) for path in here.rglob("*.py")}

    assert modules | {"gatepass_sdk/py.typed"} <= names
    assert re.findall(r"^Requires-Dist: (\S+?)[<>]", metadata, re.MULTILINE) == ["httpx2"]


def test_the_source_distribution_holds_what_builds_the_wheel(installed: Installed) -> None:
    with tarfile.open(installed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"pyproject.toml", "README.md", "src/gatepass_sdk/py.typed"} <= names


def test_whoever_uses_the_wheel_gets_its_types(installed: Installed, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        '"""A user."""\n'
        "from gatepass_sdk import GatepassClient, User\n"
        "client = GatepassClient()\n"
        "user: User = client.auth.get_current_user_info()\n"
        "wrong: int = client.session.logout().bit_length() and user.name\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file=",
            f"--python-executable={installed.python}",
            f"--cache-dir={tmp_path / 'cache'}",
            program.name,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    (line,) = [one for one in done.stdout.splitlines() if "error:" in one]
    assert line.startswith("program.py:5: error: Incompatible types in assignment")


def test_both_clients_have_the_eleven_operations_and_the_five() -> None:
    for controller in (AuthController, AsyncAuthController):
        assert {one for one in vars(controller) if not one.startswith("_")} - {
            "token",
            "close",
        } == OPERATIONS
    for session in (SessionController, AsyncSessionController):
        assert {one for one in vars(session) if not one.startswith("_")} == {
            "get_session_info",
            "login",
            "logout",
            "get_token",
            "revoke_token",
        }


def test_the_readme_names_every_operation_and_every_error() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", section("Operations"), re.MULTILINE)

    assert set(listed) == OPERATIONS
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, Exception):
            assert re.search(rf"\b{name}\b", section("Errors")), name
            assert re.search(rf"\b{name}\b", errors.__doc__ or ""), name


def test_everything_exported_is_there() -> None:
    assert [name for name in gatepass_sdk.__all__ if not hasattr(gatepass_sdk, name)] == []
