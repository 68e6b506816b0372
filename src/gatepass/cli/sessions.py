"""gatepass session: list and end sessions."""

from typing import Annotated

import typer

from gatepass.cli import options, printing
from gatepass.cli.acting import act
from gatepass.core import Core
from gatepass.core.records import Principal, Session, Source

app = options.group("Sessions of signed-in accounts.")

OfAccount = Annotated[str | None, typer.Option("--account", help="An account, by id or name.")]
OfOrg = Annotated[str | None, typer.Option("--org", help="An Org, by id or name.")]


def row(session: Session, account: str, org: str | None) -> printing.Row:
    """Return a session as it is printed."""
    return {
        "id": session.id,
        "account": account,
        "account_id": session.account_id,
        "org": org,
        "org_id": session.org_id,
        "opened_at": session.opened_at,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "remembered": session.remembered,
        "object_id": session.object_id,
        "address": session.address,
        "agent": session.agent,
    }


async def _org_id(core: Core, by: Principal, org: str | None) -> int | None:
    return None if org is None else (await core.orgs.find(by, org)).id


@app.command("list")
def list_all(
    *,
    account: OfAccount = None,
    org: OfOrg = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List live sessions: all, or those of an account, an Org or both."""

    async def work(core: Core, by: Principal, _: Source) -> list[printing.Row]:
        org_id = await _org_id(core, by, org)
        found = await core.sessions.live(by, account=account, org_id=org_id)
        orgs = {one.id: one.name for one in await core.orgs.list_all(by)}
        owners = {one.account_id for one in found}
        names = {one: (await core.accounts.find(by, one)).name for one in owners}
        return [row(one, names[one.account_id], orgs.get(one.org_id)) for one in found]

    printing.listing(
        act(home, "session list", work),
        ("id", "account", "org", "opened_at", "last_seen_at", "expires_at", "address"),
        json=json,
    )


@app.command("end")
def end(
    session: Annotated[
        str | None, typer.Argument(metavar="ID", help="The id of one session.")
    ] = None,
    *,
    account: OfAccount = None,
    org: OfOrg = None,
    everyone: Annotated[bool, typer.Option("--all", help="Everyone's.")] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """End one session, or all sessions and tokens of an account, of an Org or of everyone."""
    if sum((session is not None, account is not None, org is not None, everyone)) != 1:
        raise typer.BadParameter("name one of ID, --account, --org and --all")

    async def work(core: Core, by: Principal, source: Source) -> int:
        if session is not None:
            return await core.sessions.end_one(by, source, session)
        return await core.sessions.end_many(
            by,
            source,
            account=account,
            org_id=await _org_id(core, by, org),
            everyone=everyone,
        )

    ended = act(home, "session end", work)
    if json:
        printing.as_json({"ended": ended})
    else:
        typer.echo(f"ended: {ended}, what was bought with them counted")
