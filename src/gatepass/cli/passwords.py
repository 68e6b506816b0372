"""Passwords from standard input or the keyboard, never from the command line itself."""

import secrets
import sys

import typer

from gatepass.core.passwords import LONGEST_PASSWORD

_READ = 4 * LONGEST_PASSWORD + 2


def read(*, stdin: bool, prompt: bool) -> str | None:
    """Return the password from where it was asked for, None if from nowhere.

    Raises:
        BadParameter: both are asked for, or standard input holds no single line.
    """
    if stdin and prompt:
        raise typer.BadParameter("use --password-stdin or --password-prompt, not both")
    if prompt:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return line("a password") if stdin else None


def line(what: str) -> str:
    """Return the one line of standard input.

    Raises:
        BadParameter: there is none, or there are several.
    """
    try:
        text = sys.stdin.read(_READ)
    except UnicodeDecodeError as error:
        raise typer.BadParameter("standard input is not UTF-8") from error
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise typer.BadParameter(f"standard input is empty: write {what} to it")
    if "\n" in text or "\r" in text:
        raise typer.BadParameter("standard input has more than one line")
    return text


def made_up() -> str:
    """Return a new random password."""
    return secrets.token_urlsafe(15)
