"""gatepass group: create, list, fill and grant."""

from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.core.records import Group

app = options.group("Groups of accounts, and the privileges they grant.")

Name = Annotated[str, typer.Argument(metavar="GROUP", help="The group, by id or name.")]
Member = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account, by id or name.")]


def row(group: Group, granted: frozenset[str]) -> printing.Row:
    """Return a group as it is printed."""
    return {
        "id": group.id,
        "name": group.name,
        "display_name": group.display_name,
        "org_id": group.org_id,
        "system": group.system,
        "privileges": sorted(granted),
        "created_at": group.created_at,
    }


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The new group's name, unique in its Org.")],
    *,
    org: options.InOrg = None,
    privilege: Annotated[
        list[str] | None, typer.Option(help="A privilege that it grants; may be repeated.")
    ] = None,
    parent: Annotated[
        list[str] | None,
        typer.Option(help="A group that it is in, with all that grants; may be repeated."),
    ] = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Create a group."""
    made = act(
        home,
        "group create",
        lambda core, by, source: core.groups.create(
            by, source, name=name, org=org, privileges=privilege or (), parents=parent or ()
        ),
    )
    printing.one({"id": made.id, "name": made.name}, json=json)


@app.command("list")
def list_all(
    *,
    org: options.InOrg = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the groups of an Org, each with what it grants by itself or by nesting."""
    found = act(home, "group list", lambda core, by, _: core.groups.list_all(by, org))
    printing.listing(
        [row(group, granted) for group, granted in found], ("id", "name", "privileges"), json=json
    )


@app.command("add")
def add(
    group: Name,
    account: Member,
    *,
    org: options.InOrg = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Put an account into a group; it must be a member of the group's Org."""
    act(
        home,
        "group add",
        lambda core, by, source: core.groups.put_in(by, source, group, account, org),
    )
    typer.echo(f"{account} is in {group}")


@app.command("remove")
def remove(
    group: Name,
    account: Member,
    *,
    org: options.InOrg = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Take an account out of a group."""
    act(
        home,
        "group remove",
        lambda core, by, source: core.groups.take_out(by, source, group, account, org),
    )
    typer.echo(f"{account} is not in {group}")


@app.command("grant")
def grant(
    group: Name,
    privileges: Annotated[list[str], typer.Argument(metavar="PRIVILEGE...", help="What to grant.")],
    *,
    org: options.InOrg = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="No longer grant them, instead.")
    ] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Let a group grant privileges, or no longer."""
    act(
        home,
        "group grant",
        lambda core, by, source: core.groups.grant(
            by, source, group, privileges, org, withdraw=withdraw
        ),
    )
    typer.echo(f"{group} {'no longer grants' if withdraw else 'grants'} {', '.join(privileges)}")
