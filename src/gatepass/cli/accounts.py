"""gatepass account: create, show, change and close accounts."""

from typing import Annotated

import typer

from gatepass.cli import options, passwords, printing
from gatepass.cli.acting import act
from gatepass.core.records import Account, AccountStatus

app = options.group("Accounts: people and services that can sign in.")

Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account, by id or name.")]


def row(account: Account) -> printing.Row:
    """Return an account as it is printed."""
    return {
        "id": account.id,
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "type": account.type,
        "status": account.status,
        "locked_until": account.locked_until,
        "mfa_required": account.mfa_required,
        "has_password": account.has_password,
        "system": account.system,
        "created_at": account.created_at,
        "modified_at": account.modified_at,
        "first_login_at": account.first_login_at,
    }


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The new account's name.")],
    *,
    password_stdin: options.PasswordStdin = False,
    password_prompt: Annotated[
        bool, typer.Option("--password-prompt", help="Ask for the password, twice, unseen.")
    ] = False,
    org: Annotated[
        list[str] | None,
        typer.Option(
            help="An Org it is a member of, by id or name (default: the Primary Org); "
            "may be repeated."
        ),
    ] = None,
    display_name: Annotated[
        str | None, typer.Option(help="The name to show; else the account's name.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Its e-mail address.")] = None,
    allow_weak: options.AllowWeak = False,
    mfa_required: Annotated[
        bool, typer.Option("--mfa-required", help="Refuse to sign it in by password alone.")
    ] = False,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Create an account. Without a password it signs in with a trusted secret only."""
    password = passwords.read(stdin=password_stdin, prompt=password_prompt)
    first, more = (org[0], org[1:]) if org else (None, [])
    made = act(
        home,
        "account create",
        lambda core, by, source: core.accounts.create(
            by,
            source,
            name=name,
            password=password,
            display_name=display_name,
            email=email,
            org=first,
            more_orgs=more,
            allow_weak=allow_weak,
            mfa_required=mfa_required,
        ),
    )
    printing.one({"id": made.id, "name": made.name}, json=json)


@app.command("list")
def list_all(
    *,
    org: Annotated[str | None, typer.Option(help="Members of one Org, by id or name.")] = None,
    json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List every account, or the members of one Org."""
    found = act(home, "account list", lambda core, by, _: core.accounts.list_all(by, org))
    printing.listing(
        [row(account) for account in found],
        ("id", "name", "display_name", "email", "status"),
        json=json,
    )


@app.command("show")
def show(
    account: Name, *, json: options.Json = False, home: options.Home = options.DEFAULT_HOME
) -> None:
    """Show one account."""
    found = act(home, "account show", lambda core, by, _: core.accounts.find(by, account))
    printing.one(row(found), json=json)


@app.command("set-password")
def set_password(
    account: Name,
    *,
    password_stdin: options.PasswordStdin = False,
    password_prompt: Annotated[
        bool, typer.Option("--password-prompt", help="Ask for the password, twice, unseen.")
    ] = False,
    generate: Annotated[
        bool, typer.Option("--generate", help="Make a random password and print it once.")
    ] = False,
    allow_weak: options.AllowWeak = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Set a password: unlocks the account and ends its sessions and tokens."""
    given = passwords.read(stdin=password_stdin, prompt=password_prompt)
    if (given is not None) == generate:
        raise typer.BadParameter("use one of --password-stdin, --password-prompt and --generate")
    password = passwords.made_up() if given is None else given
    changed = act(
        home,
        "account set-password",
        lambda core, by, source: core.accounts.set_password(
            by, source, account, password, allow_weak=allow_weak
        ),
    )
    typer.echo(f"{changed.name} has a new password; its sessions and tokens have ended")
    if given is None:
        typer.echo(f"password, shown this once: {password}")


def _set_status(home: options.Home, verb: str, account: str, status: AccountStatus) -> None:
    changed = act(
        home,
        f"account {verb}",
        lambda core, by, source: core.accounts.set_status(by, source, account, status),
    )
    typer.echo(f"{changed.name} is {changed.status.lower()}")


@app.command("deactivate")
def deactivate(account: Name, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Keep an account out: ends its sessions and tokens."""
    _set_status(home, "deactivate", account, AccountStatus.INACTIVE)


@app.command("activate")
def activate(account: Name, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Let an account sign in again."""
    _set_status(home, "activate", account, AccountStatus.ACTIVE)


@app.command("unlock")
def unlock(account: Name, *, home: options.Home = options.DEFAULT_HOME) -> None:
    """Forget wrong guesses at an account and lift the lock that they brought."""
    changed = act(
        home,
        "account unlock",
        lambda core, by, source: core.admission.unlock(by, source, account),
    )
    typer.echo(f"{changed.name} is {changed.status.lower()}; wrong guesses are forgotten")


@app.command("mfa")
def mfa(
    account: Name,
    *,
    require: Annotated[
        bool, typer.Option("--require/--no-require", help="Whether a password alone is refused.")
    ],
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say whether an account needs a second factor; its open sessions go on."""
    changed = act(
        home,
        "account mfa",
        lambda core, by, source: core.admission.require_second_factor(
            by, source, account, required=require
        ),
    )
    word = "needs" if changed.mfa_required else "does not need"
    typer.echo(f"{changed.name} {word} a second factor")


@app.command("delete")
def delete(
    account: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Delete an account with all that it holds."""
    if not yes:
        typer.confirm(f"Delete {account} with all that it holds?", abort=True)
    act(home, "account delete", lambda core, by, source: core.accounts.remove(by, source, account))
    typer.echo(f"{account} is deleted")
