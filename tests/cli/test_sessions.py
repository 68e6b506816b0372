"""gatepass session, beside running servers."""

import pytest

from tests.cli.processes import ADMIN_PASSWORD, PASSWORD, Cli, Serve


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_session_that_is_ended_is_refused_on_the_very_next_call(
    cli: Cli, serve: Serve, workers: str
) -> None:
    server = serve("--workers", workers)
    cookie, other = server.login("mira", PASSWORD), server.login("mira", PASSWORD)
    # Every worker is to know both sessions before.
    assert {server.whose_session(one) for one in (cookie, other) * 6} == {200}
    newest = max(cli("session", "list", "--json").json, key=lambda row: row["opened_at"])

    assert cli("session", "end", newest["id"], "--json").json == {"ended": 1}

    assert {server.whose_session(other) for _ in range(6)} == {401}
    assert {server.whose_session(cookie) for _ in range(6)} == {200}


def test_sessions_are_listed_and_ended_by_account_by_org_and_all(cli: Cli, serve: Serve) -> None:
    server = serve()
    mira, admin = server.login("mira", PASSWORD), server.login("tsadmin", ADMIN_PASSWORD)

    everyone = cli("session", "list", "--json").json
    of_mira = cli("session", "list", "--account", "mira", "--org", "Primary", "--json").json

    assert sorted(row["account"] for row in everyone) == ["mira", "tsadmin"]
    assert [(row["account"], row["org"]) for row in of_mira] == [("mira", "Primary")]
    assert cli("session", "list", "--org", "north", "--json").json == []
    assert "127.0.0.1" in cli("session", "list").out

    cli("session", "end", "--org", "north")
    assert (server.whose_session(mira), server.whose_session(admin)) == (200, 200)
    cli("session", "end", "--account", "mira")
    assert (server.whose_session(mira), server.whose_session(admin)) == (401, 200)
    assert cli("session", "end", "--all", "--json").json == {"ended": 1}
    assert server.whose_session(admin) == 401


def test_nothing_named_never_means_everyone(cli: Cli) -> None:
    assert "name one of" in cli.misused("session", "end")
    assert "name one of" in cli.misused("session", "end", "--all", "--account", "mira")
    assert cli.refused(1, "session", "end", "none-such").startswith("no session named 'none-such'")
    assert cli.refused(1, "session", "list", "--account", "nobody").startswith("no user named")
