"""gatepass export: everybody, and what they belong to, as lines."""

import csv
import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from gatepass.cli import options
from gatepass.cli.acting import act
from gatepass.cli.importing import encoded
from gatepass.cli.pace import Bar
from gatepass.cli.rows import Format, User
from gatepass.core import Core
from gatepass.core.exporting import Exported
from gatepass.core.orgs import is_all
from gatepass.core.records import PRIMARY_ORG, AccountStatus, Org, Principal, Source


def export(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; else standard output.", show_default=False)
    ] = None,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="JSON lines, or CSV with users alone.")
    ] = Format.JSONL,
    with_password_hashes: Annotated[
        bool,
        typer.Option("--with-password-hashes", help="With the hashes: keep the file as a secret."),
    ] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Write down Orgs, roles, groups and users with their memberships, for gatepass import.

    Without what belongs to the system, and without secrets: no trusted secret, no key, no session
    and no token, and no hash of a password unless one says so. For objects: gatepass object export.
    """

    async def work(core: Core, by: Principal, source: Source) -> None:
        facts = {"password_hashes": with_password_hashes}
        await core.auditing.note(by, source, "export", facts)
        with opened(file) as output, Bar("export", beside_output=file is None) as bar:
            await _write(core, by, output, form, bar, with_password_hashes=with_password_hashes)

    act(home, "export", work)


@contextmanager
def opened(file: Path | None) -> Iterator[IO[str]]:
    """Return a new file that its owner alone may read, or standard output where none is named."""
    if file is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        return
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as output:
        yield output


async def _write(
    core: Core,
    by: Principal,
    output: IO[str],
    form: Format,
    bar: Bar,
    *,
    with_password_hashes: bool,
) -> None:
    done = 0
    if form is Format.CSV:
        names = [
            name
            for name in User.__struct_fields__
            if name != "password" and (name != "password_hash" or with_password_hashes)
        ]
        writer = csv.DictWriter(output, names, lineterminator="\n")
        writer.writeheader()
        async for page in core.exporting.accounts(by, passwords=with_password_hashes):
            for one in page:
                row = _user(one)
                lists = {name: ";".join(row[name]) for name in ("orgs", "groups")}
                writer.writerow(
                    {name: value for name, value in {**row, **lists}.items() if name in names}
                )
            done += len(page)
            bar.show(done, None, "")
        return
    async for line in _frames(core, by):
        output.write(encoded(line) + "\n")
    async for page in core.exporting.accounts(by, passwords=with_password_hashes):
        for one in page:
            row = {"kind": "user", **_user(one)}
            output.write(encoded({name: value for name, value in row.items() if value is not None}))
            output.write("\n")
        done += len(page)
        bar.show(done, None, "")


async def _frames(core: Core, by: Principal) -> AsyncIterator[dict[str, Any]]:
    """Return what accounts are put into; what every home or Org has of itself is left out."""
    orgs = in_order(await core.exporting.orgs(by))
    for org in orgs:
        if org.id != PRIMARY_ORG:
            yield {"kind": "org", "name": org.name, "description": org.description}
    roles_of = await core.exporting.roles(by)
    for view in sorted(roles_of, key=lambda one: (one.org.name, one.role.name)):
        yield {
            "kind": "role",
            "org": view.org.name,
            "name": view.role.name,
            "id": view.role.id,
            "description": view.role.description,
            "privileges": list(view.privileges),
        }
    for org in orgs:
        for group, roles in await core.exporting.groups(by, org):
            one = group.group
            if one.system:
                continue
            yield {
                "kind": "group",
                "org": org.name,
                "name": one.name,
                "id": one.id,
                "display_name": one.display_name,
                "description": one.description,
                "type": one.type.value,
                "visibility": "SHARABLE" if one.sharable else "NON_SHARABLE",
                "privileges": list(group.privileges or ()),
                "roles": [role.name for role in roles],
                "inside": [inner.name for inner in group.inside or ()],
            }


def in_order(orgs: Sequence[Org]) -> list[Org]:
    """Return Orgs in an order that does not hang on their numbers, which each home draws anew."""
    return sorted(orgs, key=lambda org: (org.id != PRIMARY_ORG, org.name))


def _user(one: Exported) -> dict[str, Any]:
    account = one.account
    names = {org.id: org.name for org in one.orgs}
    # A lock by guesses runs out by itself; it says nothing of the account.
    by_guesses = account.status is AccountStatus.LOCKED and account.locked_until is not None
    return {
        "name": account.name,
        "id": account.id,
        "display_name": account.display_name,
        "email": account.email,
        "account_type": account.type.value,
        "account_status": (AccountStatus.ACTIVE if by_guesses else account.status).value,
        "visibility": "SHARABLE" if account.sharable else "NON_SHARABLE",
        "orgs": [org.name for org in in_order(one.orgs)],
        "groups": sorted(
            f"{names[group.org_id]}/{group.name}"
            for group in one.groups
            if group.org_id in names and not is_all(group)
        ),
        "password_hash": one.password,
    }
