"""gatepass secret: switch trusted authentication on and off."""

from typing import Annotated

import typer

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
        found, ("id", "of", "org_id", "label", "created_at", "last_used_at"), json=json
    )


def _row(secret: TrustedSecret, names: dict[int, str]) -> printing.Row:
    return {
        "id": secret.id,
        "of": "cluster" if secret.org_id is None else names.get(secret.org_id),
        "org_id": secret.org_id,
        "label": secret.label,
        "created_at": secret.created_at,
        "last_used_at": secret.last_used_at,
    }
