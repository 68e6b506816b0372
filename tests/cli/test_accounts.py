"""gatepass account, as an operator uses it beside a running server."""

import sqlite3

import pytest

from tests.cli.processes import PASSWORD, Cli, Serve

NEW = "Copper-Inside-19-Walls"


def test_an_account_has_the_password_of_standard_input_and_the_orgs_named(
    cli: Cli, serve: Serve
) -> None:
    facts = ("--display-name", "Lena Vogt", "--email", "lena@example.com")
    words = ("account", "create", "lena", "--password-stdin", "--org", "north", *facts, "--json")
    made = cli(*words, stdin=f"{NEW}\r\n").json

    shown = cli("account", "show", "lena", "--json").json
    everyone = {row["name"] for row in cli("account", "list", "--json").json}
    north = [row["name"] for row in cli("account", "list", "--org", "north", "--json").json]

    assert made == {"id": shown["id"], "name": "lena"}
    assert (shown["display_name"], shown["email"]) == ("Lena Vogt", "lena@example.com")
    assert everyone == {"tsadmin", "su", "system", "mira", "lena"}
    assert north == ["lena", "mira"]
    assert serve().login("lena", NEW)


def test_an_account_of_an_unknown_org_is_not_made_at_all(cli: Cli) -> None:
    words = ("account", "create", "lena", "--org", "north", "--org", "nowhere")

    assert cli.refused(1, *words) == "no Org named 'nowhere'; what there is: gatepass org list"
    assert "no user named 'lena'" in cli.refused(1, "account", "show", "lena")


def test_a_weak_password_is_refused_unless_allowed(cli: Cli) -> None:
    words = ("account", "create", "lena", "--password-stdin")

    assert "--allow-weak" in cli.refused(1, *words, stdin="short\n")
    assert cli(*words, "--allow-weak", stdin="short\n").out.startswith("id ")


@pytest.mark.parametrize(
    ("stdin", "said"),
    [("", "standard input is empty"), ("\n", "is empty"), ("one\ntwo\n", "more than one line")],
)
def test_standard_input_holds_one_password(cli: Cli, stdin: str, said: str) -> None:
    assert said in cli.misused("account", "create", "lena", "--password-stdin", stdin=stdin)


def test_a_password_is_no_argument(cli: Cli) -> None:
    assert "No such option: --password" in cli.misused(
        "account", "create", "lena", "--password", "x"
    )
    assert "unexpected extra argument" in cli.misused("account", "set-password", "mira", NEW)


def test_a_new_password_ends_what_is_open_on_the_very_next_call(cli: Cli, serve: Serve) -> None:
    server = serve()
    cookie = server.login("mira", PASSWORD)
    assert server.whose_session(cookie) == 200

    cli("account", "set-password", "mira", "--password-stdin", stdin=NEW)

    assert server.whose_session(cookie) == 401
    assert server.login("mira", NEW)


def test_a_generated_password_is_printed_and_works(cli: Cli, serve: Serve) -> None:
    said = cli("account", "set-password", "tsadmin", "--generate").out

    assert serve().login("tsadmin", said.split("shown this once: ")[1].strip())


def test_set_password_wants_to_know_where_from(cli: Cli) -> None:
    assert "use one of" in cli.misused("account", "set-password", "mira")


def test_a_deactivated_account_is_out_on_the_very_next_call_and_back_when_activated(
    cli: Cli, serve: Serve
) -> None:
    server = serve()
    token = cli("token", "issue", "mira").out.strip()
    assert server.whoami(token) == 200

    assert cli("account", "deactivate", "mira").out == "mira is inactive\n"
    assert server.whoami(token) == 401

    assert cli("account", "unlock", "mira").out.startswith("mira is inactive")
    assert cli("account", "activate", "mira").out == "mira is active\n"
    assert server.login("mira", PASSWORD)


def test_unlock_lets_a_locked_account_in_again(cli: Cli, serve: Serve) -> None:
    server = serve(GATEPASS_LOCKOUT_THRESHOLD="1", GATEPASS_LOCKOUT_TOTAL="1")
    wrong = {"username": "mira", "password": "wrong", "remember_me": False}
    assert server.post("auth/session/login", **wrong).status_code == 401
    right = {"username": "mira", "password": PASSWORD}
    assert server.post("auth/session/login", **right).status_code == 401
    assert cli("account", "show", "mira", "--json").json["status"] == "LOCKED"

    cli("account", "unlock", "mira")

    assert server.login("mira", PASSWORD)


def test_an_account_that_needs_a_second_factor_is_not_let_in_by_password_alone(
    cli: Cli, serve: Serve
) -> None:
    server = serve()
    assert cli("account", "mfa", "mira", "--require").out == "mira needs a second factor\n"
    body = {"username": "mira", "password": PASSWORD}
    assert server.post("auth/session/login", **body).status_code >= 400

    cli("account", "mfa", "mira", "--no-require")

    assert server.login("mira", PASSWORD)


def test_an_account_is_deleted_when_one_says_yes(cli: Cli) -> None:
    kept = cli.attempt("account", "delete", "mira", stdin="n\n")
    assert kept.code != 0
    assert cli("account", "show", "mira").out

    cli("account", "delete", "mira", "--yes")

    assert "no user named 'mira'" in cli.refused(1, "account", "show", "mira")


def test_the_audit_names_the_local_operator_and_the_command(cli: Cli) -> None:
    cli("account", "deactivate", "mira")

    with sqlite3.connect(cli.home / "gatepass.db") as store:
        query = "SELECT actor, operation FROM audit_events WHERE act = 'account.set_status'"
        found = store.execute(query).fetchall()
    store.close()

    assert found == [("local operator", "cli account deactivate")]


def test_what_a_name_holds_is_not_obeyed_by_a_terminal(cli: Cli) -> None:
    cli("account", "create", "lena", "--display-name", "Zoë 漢字")

    assert "Zoë 漢字" in cli("account", "list").out
