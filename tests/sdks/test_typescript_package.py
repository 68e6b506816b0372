"""The TypeScript distribution: what is in it, who can use it, and that its README is right."""

import json
import re
import tarfile

import pytest

from tests.sdks.typescript import TYPESCRIPT_SDK, Packed, done
from tests.tools import tool

pytestmark = pytest.mark.needs("typescript")

OPERATIONS = {
    "login",
    "logout",
    "getFullAccessToken",
    "getObjectAccessToken",
    "getCustomAccessToken",
    "revokeToken",
    "validateToken",
    "getCurrentUserInfo",
    "getCurrentUserToken",
    "configureAuthSettings",
    "searchAuthSettings",
}
USER = """
import { Client, SessionController, type User } from "gatepass-sdk";
const client = new Client({ baseUrl: "http://127.0.0.1:1" });
const user: Promise<User> = client.auth.getCurrentUserInfo();
const out: Promise<boolean> = new SessionController(client).logout().then((one) => one.result);
user.catch(() => {});
out.catch(() => {});
client.auth.login({ user: "ann" });
"""


def section(title: str) -> str:
    readme = (TYPESCRIPT_SDK / "README.md").read_text()
    return readme.split(f"\n## {title}\n")[1].split("\n## ")[0]


def names(packed: Packed) -> list[str]:
    listing = "import * as sdk from 'gatepass-sdk'; console.log(JSON.stringify(Object.keys(sdk)))"
    told = packed.node("--input-type=module", "-e", listing)
    assert told.returncode == 0, told.stderr
    found: list[str] = json.loads(told.stdout)
    return found


def test_the_tarball_holds_both_builds_with_declarations_and_needs_nothing(packed: Packed) -> None:
    with tarfile.open(packed.tarball) as archive:
        held = {name.removeprefix("package/") for name in archive.getnames()}
    package = json.loads((packed.folder / "node_modules/gatepass-sdk/package.json").read_text())
    modules = [path.stem for path in (TYPESCRIPT_SDK / "src").glob("*.ts")]

    wanted = {
        f"dist/{kind}/{one}{end}"
        for kind in ("esm", "cjs")
        for one in modules
        for end in (".js", ".d.ts")
    }
    assert wanted | {"README.md", "package.json", "src/index.ts"} <= held
    assert not {one for one in held if "test" in one or "run_scenarios" in one}
    assert package.keys() & {"dependencies", "peerDependencies", "optionalDependencies"} == set()
    assert [
        one.name
        for one in (packed.folder / "node_modules").iterdir()
        if not one.name.startswith(".")
    ] == ["gatepass-sdk"]


def test_whoever_imports_and_whoever_requires_gets_the_same(packed: Packed) -> None:
    """A call is made as well: it refuses a port that no fetch speaks to."""
    required = """
        const sdk = require("gatepass-sdk");
        console.log(JSON.stringify(Object.keys(sdk)));
        const client = new sdk.Client({ baseUrl: "http://127.0.0.1:1" });
        client.auth.logout().catch((error) => console.log(error instanceof sdk.CannotConnect));
    """
    told = packed.node("--input-type=commonjs", "-e", required)
    listed, is_known = told.stdout.splitlines()

    assert sorted(json.loads(listed)) == sorted(names(packed))
    assert {"Client", "SessionController", "ApiError", "DEFAULT_CONFIGURATION"} <= set(
        names(packed)
    )
    assert is_known == "true"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("user.mts", []),
        ("user.cts", []),
        ("user.ts", ["--module", "esnext", "--moduleResolution", "bundler"]),
    ],
)
@pytest.mark.parametrize("strictest", [False, True])
def test_its_types_reach_whoever_uses_it(
    packed: Packed, name: str, options: list[str], *, strictest: bool
) -> None:
    program = packed.folder / name
    more = ["--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"] if strictest else []

    program.write_text(USER)
    wrong = packed.compiled(program, "--noEmit", *options, *more)
    (line,) = [one for one in wrong.stdout.splitlines() if "error" in one]
    assert line.startswith(f"{name}(8,"), line


def test_the_suite_of_the_client_itself_passes() -> None:
    vitest = TYPESCRIPT_SDK / "node_modules" / "vitest" / "vitest.mjs"
    told = done([tool("node"), vitest, "run", "--no-color"], TYPESCRIPT_SDK, {"NO_PROXY": "*"})

    assert told.returncode == 0, told.stdout + told.stderr


def test_the_readme_names_every_operation_and_every_error(packed: Packed) -> None:
    listed = re.findall(r"^\| `(\w+)` \|", section("Operations"), re.MULTILINE)
    errors = (TYPESCRIPT_SDK / "src" / "errors.ts").read_text()
    tree = errors.partition("*/")[0]
    kinds = re.findall(r"^export class (\w+)", errors, re.MULTILINE)

    assert set(listed) == OPERATIONS
    assert set(kinds) <= set(names(packed))
    for name in kinds:
        assert re.search(rf"\b{name}\b", section("Errors")), name
        assert re.search(rf"\b{name}\b", tree), name


def test_the_readmes_programs_are_well_typed(packed: Packed) -> None:
    readme = (TYPESCRIPT_SDK / "README.md").read_text()
    blocks = re.findall(r"```ts\n(.*?)```", readme, re.DOTALL)
    program = packed.folder / "readme.ts"

    assert len(blocks) >= 3
    for block in blocks:
        known = "" if "import {" in block else 'import { Client } from "gatepass-sdk";\n'
        program.write_text(known + block)
        made = packed.compiled(program, "--noEmit")
        assert made.returncode == 0, made.stdout + block


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((TYPESCRIPT_SDK / "package-lock.json").read_text())

    assert len(lock["packages"]) > 50
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    # Some of what is locked is for other systems: nothing may be missing from it there.
    wanted = {
        f"node_modules/{name}"
        for one in lock["packages"].values()
        for name in one.get("optionalDependencies", {})
    }
    assert wanted <= lock["packages"].keys()
