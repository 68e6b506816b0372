"""gatepass secret: switch trusted authentication on and off; let one secret follow another."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gatepass import settings
from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.core import Core
from gatepass.core.records import Org, Principal, Source, TrustedSecret

app = options.group("Trusted authentication: secrets that speak for the cluster or an Org.")

OfOrg = Annotated[str | None, typer.Option("--org", help="An Org's own secret, by id or name.")]


async def _switch(core: Core, by: Principal, source: Source, org: Org | None, *, on: bool) -> None:
    if org is None:
        await core.trusted.configure(by, source, cluster=on)
    else:
        await core.trusted.configure(by, source, for_orgs=[(org.id, on)])


@app.command("enable")
def enable(
    *,
    org: OfOrg = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Switch trusted authentication on and print the secret key; that reading is written down."""

    async def work(core: Core, by: Principal, source: Source) -> list[printing.Row]:
        found = None if org is None else await core.orgs.find(by, org)
        await _switch(core, by, source, found, on=True)
        shown = await core.trusted.secrets_of(by, source, None if found is None else found.id)
        return [{"id": one.record.id, "key": one.text} for one in shown]

    row = act(home, "secret enable", work)[0]
    printing.one(row, json=json)


@app.command("disable")
def disable(*, org: OfOrg = None, home: options.Home = options.DEFAULT_HOME) -> None:
    """Switch trusted authentication off: its secrets end at once."""

    async def work(core: Core, by: Principal, source: Source) -> None:
        found = None if org is None else await core.orgs.find(by, org)
        await _switch(core, by, source, found, on=False)

    act(home, "secret disable", work)
    typer.echo(f"trusted authentication is off for {org or 'the cluster'}")


@app.command("list")
def list_all(
    *,
    org: OfOrg = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the live secrets, without their keys."""

    async def work(core: Core, by: Principal, _: Source) -> list[printing.Row]:
        names = {one.id: one.name for one in await core.orgs.list_all(by)}
        return [_row(one, names) for one in await core.trusted.live(by, org)]

    found = act(home, "secret list", work)
    printing.listing(
        found, ("id", "of", "org_id", "label", "created_at", "last_used_at", "ends_at"), json=json
    )


def _row(secret: TrustedSecret, names: dict[int, str]) -> printing.Row:
    return {
        "id": secret.id,
        "of": "cluster" if secret.org_id is None else names.get(secret.org_id),
        "org_id": secret.org_id,
        "label": secret.label,
        "created_at": secret.created_at,
        "last_used_at": secret.last_used_at,
        "ends_at": secret.revoked_at,
    }


@app.command("rotate")
def rotate(
    *,
    org: OfOrg = None,
    label: Annotated[str, typer.Option(help="A name for the new secret; the audit shows it.")],
    grace: Annotated[
        str | None,
        typer.Option(help="How long the older ones still count: 24h, 7d; else they stay."),
    ] = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Add a secret beside the live ones and print its key; the older ones end after the grace."""
    _add(home, "secret rotate", org, label, grace=grace, json=json)


@app.command("import")
def bring(
    *,
    org: OfOrg = None,
    label: Annotated[str, typer.Option(help="A name for the secret; the audit shows it.")],
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Add a secret that exists elsewhere, a GUID for instance, read from standard input."""
    _add(home, "secret import", org, label, text=sys.stdin.readline().strip(), json=json)


@app.command("end")
def end(
    secret: Annotated[str, typer.Argument(metavar="ID", help="Which, by the id of the list.")],
    *,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="End every token and session bought with it too.")
    ] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """End one secret at once."""

    async def work(core: Core, by: Principal, source: Source) -> TrustedSecret:
        return await core.rotation.end(by, source, secret, end_tokens=tokens)

    ended = act(home, "secret end", work)
    typer.echo(f"the secret {ended.label} has ended")


def _add(
    home: Path,
    operation: str,
    org: str | None,
    label: str,
    *,
    json: bool,
    grace: str | None = None,
    text: str | None = None,
) -> None:
    try:
        length = None if grace is None else settings.length(grace)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--grace") from error

    async def work(core: Core, by: Principal, source: Source) -> printing.Row:
        added = await core.rotation.add(by, source, org=org, label=label, grace=length, text=text)
        return {"id": added.record.id, "label": label, "key": added.text}

    printing.one(act(home, operation, work), json=json)
