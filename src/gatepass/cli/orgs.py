"""gatepass org: create, list, fill and shut Orgs."""

from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.core.records import Org

app = options.group("Orgs, the tenants.")

Name = Annotated[str, typer.Argument(metavar="ORG", help="The Org, by id or name.")]
Member = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account, by id or name.")]


def row(org: Org) -> printing.Row:
    """Return an Org as it is printed."""
    return {
        "id": org.id,
        "name": org.name,
        "description": org.description,
        "active": org.active,
        "created_at": org.created_at,
    }


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Letters, digits and '-'.")],
    *,
    description: Annotated[str, typer.Option(help="What the Org is for.")] = "",
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Create an Org with its groups All and Administrator."""
    made = act(
        home,
        "org create",
        lambda core, by, source: core.orgs.create(by, source, name=name, description=description),
    )
    printing.one({"id": made.id, "name": made.name}, json=json)


@app.command("add")
def add(org: Name, account: Member, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Make an account a member of an Org too."""
    act(home, "org add", lambda core, by, source: core.memberships.join(by, source, account, org))
    typer.echo(f"{account} is a member of {org}")


@app.command("remove")
def remove(org: Name, account: Member, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """End a membership, with the account's sessions, tokens and groups in that Org."""
    act(
        home,
        "org remove",
        lambda core, by, source: core.memberships.leave(by, source, account, org),
    )
    typer.echo(f"{account} is not a member of {org}")


@app.command("activate")
def activate(org: Name, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Let an Org be worked in again."""
    act(home, "org activate", lambda core, by, source: core.org_states.activate(by, source, org))
    typer.echo(f"{org} is active")


@app.command("deactivate")
def deactivate(org: Name, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Let nobody work in an Org, and end its sessions and tokens."""
    ended = act(
        home,
        "org deactivate",
        lambda core, by, source: core.org_states.deactivate(by, source, org),
    )
    typer.echo(f"{org} is inactive; sessions and tokens ended: {ended}")


@app.command("list")
def list_all(*, json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """List every Org."""
    found = act(home, "org list", lambda core, by, _: core.orgs.list_all(by))
    printing.listing(
        [row(org) for org in found], ("id", "name", "active", "description"), json=json
    )
