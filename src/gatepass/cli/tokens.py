"""gatepass token: issue, inspect and revoke access tokens."""

from typing import Annotated

import typer

from gatepass import settings
from gatepass.cli import options, passwords, printing
from gatepass.cli.acting import act
from gatepass.core import Core
from gatepass.core.records import Account, Principal, Source, Token

app = options.group("Access tokens.")

Given = Annotated[
    str,
    typer.Argument(
        metavar="TOKEN", help="The token; '-' reads it from standard input, out of others' sight."
    ),
]


@app.command("issue")
def issue(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Whom it is for, by id or name.")
    ],
    *,
    org: Annotated[
        str | None, typer.Option(help="The Org it is for; else the account's usual one.")
    ] = None,
    validity: Annotated[
        str | None, typer.Option(help="How long it lives: 90s, 5m, 3h, 30d; else the setting.")
    ] = None,
    object_id: Annotated[
        str | None, typer.Option("--object", metavar="GUID", help="Limit it to one object.")
    ] = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Issue a token for an account, without its password; the audit names the operator."""
    try:
        length = None if validity is None else settings.length(validity)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--validity") from error
    issued = act(
        home,
        "token issue",
        lambda core, by, source: core.on_behalf.issue(
            by, source, account, org=org, validity=length, object_id=object_id
        ),
    )
    if json:
        printing.as_json({"token": issued.secret, **_row(issued.token, issued.name)})
    else:
        typer.echo(issued.secret)


@app.command("inspect")
def inspect(
    token: Given, *, json: options.Json = False, home: options.Home = options.DEFAULT_HOME
) -> None:
    """Show what a live token is: whose, for which Org, until when."""
    text = _text(token)

    async def work(core: Core, _: Principal, __: Source) -> tuple[Token, Account]:
        return await core.tokens.introspect(text)

    found, account = act(home, "token inspect", work)
    printing.one(_row(found, account.name), json=json)


@app.command("revoke")
def revoke(
    token: Annotated[
        str | None,
        typer.Argument(metavar="[TOKEN]", help="The token; '-' reads it from standard input."),
    ] = None,
    *,
    account: Annotated[
        str | None, typer.Option(help="Revoke every token of this account, by id or name.")
    ] = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Revoke one token, or all of an account; what was bought with them ends too."""
    if (token is None) == (account is None):
        raise typer.BadParameter("name one of TOKEN and --account")
    text = None if token is None else _text(token)
    act(
        home,
        "token revoke",
        lambda core, by, source: core.tokens.revoke(by, source, user=account, token=text),
    )
    typer.echo("the token is revoked" if text else f"the tokens of {account} are revoked")


def _text(token: str) -> str:
    return passwords.line("the token") if token == "-" else token  # noqa: S105 - a dash


def _row(token: Token, name: str) -> printing.Row:
    return {
        "id": token.id,
        "kind": token.kind,
        "account": name,
        "account_id": token.account_id,
        "org_id": token.org_id,
        "object_id": token.object_id,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "actor": token.actor,
    }
