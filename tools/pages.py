# ruff: noqa: INP001 - a script, run by hand
"""Write the pages of docs/ that the code knows by heart: `.venv/bin/python -m tools.pages`.

A test fails when one of them is not what this writes.
"""

from pathlib import Path
from typing import Any

from typer.main import get_command

from gatepass import settings
from gatepass.cli.exits import ExitCode
from gatepass.cli.main import app

DOCS = Path(__file__).resolve().parent.parent / "docs"

SETTINGS = """# Settings

A value is taken from the first of these that has it:

1. an option of the command (`gatepass serve --port 9000`);
2. the environment: `GATEPASS_` and the name in capitals (`GATEPASS_PORT=9000`);
3. `gatepass.toml` in the home (`port = 9000`);
4. the default.

`gatepass config show` shows what holds and why. `gatepass init` writes a `gatepass.toml` that sets
nothing and explains everything. A name that is unknown or a value that will not do ends the command
with code 78 and one line that names the place. Settings are read once, at the start.

Lengths of time are written `90s`, `5m`, `3h`, `30d`; in the environment a list has commas.

Not settings, but read from the environment: `GATEPASS_HOME` (the home, where `--home` is not
given), `GATEPASS_ADMIN_PASSWORD` (by `init`), `GATEPASS_MASTER_KEY` (instead of `master.key`),
`GATEPASS_INSTANCE_TOKEN` and `GATEPASS_INSTANCE_PASSWORD` (by `import from-instance`).

| setting | default | it is | what it does |
|---|---|---|---|
"""

CLI = """# Command line

Every command takes `--home`, the folder of the installation; without it `GATEPASS_HOME` counts,
then `.gatepass` in the current folder. What a command changes holds on the next call of every
server on that home. Whoever can read the home's master key and write its store may do everything
here: the audit log names the *local operator* and the command.

Listings print a table, or with `--json` every fact for programs. Passwords and tokens are read from
standard input or the keyboard, where other users of the machine cannot see them.

A refusal is one line on standard error that says what to do, and an exit code:

| code | meaning |
|---|---|
"""


def settings_page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{name}` | {_code(settings.show(default))} | {words} | {text} |"
        for name, words, default, text in settings.describe()
    ]
    return SETTINGS + "\n".join(rows) + "\n"


def cli_page() -> str:
    """Return docs/cli.md."""
    codes = [f"| {int(code)} | {code.meaning} |" for code in ExitCode]
    parts = [CLI + "\n".join(codes)]
    for words, command in commands():
        if hasattr(command, "commands"):
            parts.append(f"## {' '.join(words)}\n\n{command.help}")
            continue
        level = "##" if len(words) == len(("gatepass", "init")) else "###"
        usage = " ".join([*words, *(_usage(one) for one in command.params if _is_argument(one))])
        parts.append(f"{level} {' '.join(words)}\n\n    {usage}\n\n{_flow(command.help)}")
        shown = [one for one in command.params if one.name not in {"home", "help"}]
        if shown:
            rows = [f"| `{names(one)}` | {one.help} |" for one in shown]
            parts.append("| argument or option | |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


# Any: typer carries a copy of click of its own, and shows no types of it.
def commands() -> list[tuple[list[str], Any]]:
    """Return every command and group of commands below ``gatepass``, each after its words."""
    found: list[tuple[list[str], Any]] = []

    def walk(words: list[str], command: Any) -> None:  # noqa: ANN401
        if len(words) > 1:
            found.append((words, command))
        for name, inner in getattr(command, "commands", {}).items():
            walk([*words, name], inner)

    walk(["gatepass"], get_command(app))
    return found


def names(param: Any) -> str:  # noqa: ANN401
    """Return an argument or option as the page has it."""
    if _is_argument(param):
        return _usage(param).strip("[]")
    return ", ".join([*param.opts, *param.secondary_opts])


def _is_argument(param: Any) -> bool:  # noqa: ANN401
    return bool(param.param_type_name == "argument")


def _usage(param: Any) -> str:  # noqa: ANN401
    word = (param.metavar or param.name.upper()).strip("[]")
    return word if param.required else f"[{word}]"


def _flow(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _code(text: str) -> str:
    return f"`{text}`" if text else "empty"


PAGES = {"settings.md": settings_page, "cli.md": cli_page}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (DOCS / page).write_text(write(), "utf-8")
