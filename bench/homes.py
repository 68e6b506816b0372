"""A home to measure on: accounts of every kind, a trusted secret, tokens by the thousand."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gatepass.app import close_core, open_core, prepare
from gatepass.core import Core
from gatepass.core.errors import WrongCredentials
from gatepass.core.local import operator
from gatepass.core.records import AccountStatus, Source
from gatepass.core.tokens import Wish
from gatepass.settings import Settings

HERE = Source(operation="bench")
PASSWORD = "Marsh-Violet-Under-Slate-88"  # noqa: S105 - of a home that lives for one run
WRONG = "Marsh-Violet-Under-Slate-89"
TOKENS = 1000
HOLDERS = 100
"""Accounts that the tokens are of."""
SIGNERS = 50
"""Accounts that log in by password."""

ENVIRONMENT = {
    # Each login is to cost a hash, and none to be turned away before it.
    "GATEPASS_PASSWORD_MEMORY": "0s",
    "GATEPASS_FLOOD_LIMIT": "1000000000",
    "GATEPASS_LOCKOUT_THRESHOLD": "1000000000",
    "GATEPASS_LOCKOUT_TOTAL": "1000000000",
    "GATEPASS_LOG_FORMAT": "json",
}


@dataclass(frozen=True)
class Furnished:
    """A home and what is in it."""

    path: Path
    secret: str
    tokens: list[str]
    signers: list[str]
    refused: dict[str, str]
    """By case: a name whose login is refused."""


def furnish(path: Path) -> Furnished:
    """Make a home and fill it."""
    settings = Settings(lockout_total=1)
    prepare(path, settings)
    return asyncio.run(_fill(path, settings))


def temporary() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that goes when it is left."""
    return tempfile.TemporaryDirectory(prefix="gatepass-bench-")


async def _fill(path: Path, settings: Settings) -> Furnished:
    core = open_core(path, settings)
    by = operator(core.means.clock())
    try:
        await core.founding.found(HERE, password=PASSWORD)
        await core.trusted.configure(by, HERE, cluster=True)
        secret = (await core.trusted.secrets_of(by, HERE, None))[0].text
        await core.groups.create(by, HERE, name="analysts", privileges=["DATADOWNLOADING"])
        holders = [f"holder{number:03}" for number in range(HOLDERS)]
        for name in holders:
            await core.accounts.create(
                by, HERE, name=name, display_name=f"Holder of {name}", email=f"{name}@example.com"
            )
            await core.groups.put_in(by, HERE, "analysts", name, None)
        signers = [f"signer{number:03}" for number in range(SIGNERS)]
        for name in signers:
            await core.accounts.create(by, HERE, name=name, password=PASSWORD)
        wishes = [
            Wish(username=holders[number % HOLDERS], secret_key=secret, validity=timedelta(days=1))
            for number in range(TOKENS)
        ]
        tokens = [(await core.tokens.issue(HERE, wish)).secret for wish in wishes]
        return Furnished(path, secret, tokens, signers, await _refused(core))
    finally:
        await close_core(core)


async def _refused(core: Core) -> dict[str, str]:
    """Make an account for each case in which a login is refused alike."""
    by = operator(core.means.clock())
    names = {
        "wrong password": "right",
        "unknown user": "nobody-of-that-name",
        "disabled": "disabled",
        "no password": "passless",
        "locked": "locked",
    }
    for case, name in names.items():
        if case != "unknown user":
            password = None if case == "no password" else PASSWORD
            await core.accounts.create(by, HERE, name=name, password=password)
    await core.accounts.set_status(by, HERE, names["disabled"], AccountStatus.INACTIVE)
    try:
        await core.sessions.open(HERE, username=names["locked"], password=WRONG)
    except WrongCredentials:
        return names
    raise AssertionError("a wrong password was let in")
