"""The pages on settings and the command line are what the code says."""

from collections.abc import Callable

import pytest

from gatepass.cli.exits import ExitCode
from gatepass.settings import Settings
from tools.pages import DOCS, PAGES, commands, names


@pytest.mark.parametrize(("page", "write"), PAGES.items(), ids=PAGES)
def test_a_page_is_what_the_code_says(page: str, write: Callable[[], str]) -> None:
    assert (DOCS / page).read_text("utf-8") == write(), "write it anew: python -m tools.pages"


def test_every_command_argument_and_option_is_on_the_page() -> None:
    sections = (DOCS / "cli.md").read_text("utf-8").split("\n## ")
    text = "\n### ".join(sections)
    by_command = {part.partition("\n")[0]: part for part in text.split("\n### ")[1:]}

    assert set(by_command) == {" ".join(words) for words, _ in commands()}
    for words, command in commands():
        section = by_command[" ".join(words)]
        shared = {"--home", "--help"}
        wanted = {names(param) for param in command.params} - shared
        assert {name for name in wanted if f"`{name}`" not in section} - shared == set()


def test_every_command_and_option_has_a_help() -> None:
    silent = [
        (words, getattr(param, "name", None))
        for words, command in commands()
        for param in [command, *command.params]
        if not param.help
    ]

    assert silent == []


def test_every_setting_and_exit_code_is_on_its_page() -> None:
    settings, cli = ((DOCS / page).read_text("utf-8") for page in PAGES)

    assert [n for n in Settings.__struct_fields__ if f"| `{n}` |" not in settings] == []
    assert [code for code in ExitCode if f"| {int(code)} | {code.meaning} |" not in cli] == []
