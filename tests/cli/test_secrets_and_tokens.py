"""gatepass secret and gatepass token."""

from datetime import datetime, timedelta

from tests.cli.processes import Cli, Serve


def test_a_secret_that_is_switched_on_buys_tokens_until_it_is_switched_off(
    cli: Cli, serve: Serve
) -> None:
    server = serve()
    key = cli("secret", "enable", "--json").json["key"]
    body = {"username": "mira", "secret_key": key}
    assert server.post("auth/token/full", **body).status_code == 200
    assert cli("secret", "enable", "--json").json["key"] == key

    cli("secret", "disable")

    assert server.post("auth/token/full", **body).status_code >= 400


def test_an_org_has_a_secret_of_its_own_and_no_listing_shows_a_key(cli: Cli) -> None:
    keys = [
        cli("secret", "enable", "--json").json["key"],
        cli("secret", "enable", "--org", "north", "--json").json["key"],
    ]

    listed = cli("secret", "list", "--json")
    of_north = cli("secret", "list", "--org", "north", "--json").json

    assert [row["of"] for row in listed.json] == ["cluster", "north"]
    assert of_north == listed.json[1:]
    assert [key for key in keys if key in listed.out or key in cli("secret", "list").out] == []
    assert keys[0] != keys[1]


def test_the_operator_sees_a_key_even_where_the_api_hides_keys(cli: Cli) -> None:
    (cli.home / "gatepass.toml").write_text("hide_secret_keys = true\n")

    assert len(cli("secret", "enable", "--json").json["key"]) == 47


def test_a_token_is_issued_for_an_account_and_inspected(cli: Cli, serve: Serve) -> None:
    words = ("token", "issue", "mira", "--org", "north", "--validity", "1h", "--json")
    issued = cli(*words).json

    inspected = cli("token", "inspect", "-", "--json", stdin=f"{issued['token']}\n").json

    lives = datetime.fromisoformat(issued["expires_at"])
    assert lives - datetime.fromisoformat(issued["issued_at"]) == timedelta(hours=1)
    assert issued == {"token": issued["token"], **inspected}
    assert (issued["kind"], issued["account"], issued["actor"]) == (
        "full",
        "mira",
        "local operator",
    )
    assert serve().whoami(issued["token"]) == 200


def test_a_token_can_be_limited_to_an_object(cli: Cli) -> None:
    guid = "9bd202f5-d431-44bf-9a07-b4f7be372125"

    token = cli("token", "issue", "mira", "--object", guid).out.strip()

    assert cli("token", "inspect", token, "--json").json["object_id"] == guid


def test_a_revoked_token_is_refused_on_the_very_next_call(cli: Cli, serve: Serve) -> None:
    server = serve()
    first, second = (cli("token", "issue", "mira").out.strip() for _ in range(2))
    assert (server.whoami(first), server.whoami(second)) == (200, 200)

    cli("token", "revoke", "-", stdin=first)
    assert (server.whoami(first), server.whoami(second)) == (401, 200)

    cli("token", "revoke", "--account", "mira")
    assert server.whoami(second) == 401
    assert cli.refused(1, "token", "inspect", first) == "token: the token has been revoked"


def test_a_token_is_not_issued_for_who_may_not_sign_in_or_not_in_that_org(cli: Cli) -> None:
    cli("account", "create", "lena", "--org", "north")
    assert "no such Org for this user" in cli.refused(
        1, "token", "issue", "lena", "--org", "Primary"
    )

    cli("account", "deactivate", "lena")
    assert cli.refused(1, "token", "issue", "lena") == "the account is inactive"


def test_a_validity_that_is_no_length_is_not_understood(cli: Cli) -> None:
    assert "90s, 5m, 3h or 30d" in cli.misused("token", "issue", "mira", "--validity", "long")
    assert "name one of" in cli.misused("token", "revoke")
