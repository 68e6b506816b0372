"""gatepass org and gatepass group."""

from tests.cli.processes import PASSWORD, Cli, Serve


def test_orgs_are_created_and_listed(cli: Cli) -> None:
    made = cli("org", "create", "south", "--description", "The south", "--json").json

    listed = {org["name"]: org for org in cli("org", "list", "--json").json}

    assert set(listed) == {"Primary", "north", "south"}
    assert listed["south"]["id"] == made["id"]
    assert listed["south"]["description"] == "The south"
    assert "south" in cli("org", "list").out
    assert "choose another name" in cli.refused(1, "org", "create", "SOUTH")


def test_an_org_is_shut_and_opened_while_serving(cli: Cli, serve: Serve) -> None:
    server = serve()
    north = {"username": "mira", "password": PASSWORD, "org_identifier": "north"}
    cookie = server.post("auth/session/login", **north).cookies["JSESSIONID"]
    sent = {"Cookie": f"JSESSIONID={cookie}"}
    assert server.get("auth/session/user", headers=sent).status_code == 200

    said = cli("org", "deactivate", "north").out

    assert said == "north is inactive; sessions and tokens ended: 1\n"
    assert server.get("auth/session/user", headers=sent).status_code == 401
    assert server.post("auth/session/login", **north).status_code >= 400
    shown = {org["name"]: org["active"] for org in cli("org", "list", "--json").json}
    assert (shown["north"], shown["Primary"]) == (False, True)
    assert "Primary" in cli.refused(1, "org", "deactivate", "Primary")
    assert cli("org", "activate", "north").out == "north is active\n"
    assert server.post("auth/session/login", **north).status_code == 204


def test_a_group_grants_what_it_is_given_and_what_its_parents_grant(cli: Cli) -> None:
    cli("group", "create", "readers", "--org", "north", "--privilege", "DATADOWNLOADING")
    words = ("--org", "north", "--privilege", "SHAREWITHALL", "--privilege", "DEVELOPER")
    made = cli("group", "create", "writers", *words, "--parent", "readers", "--json").json

    listed = cli("group", "list", "--org", "north", "--json").json

    granted = {group["name"]: group["privileges"] for group in listed}
    assert granted["writers"] == ["DATADOWNLOADING", "DEVELOPER", "SHAREWITHALL"]
    assert granted["readers"] == ["DATADOWNLOADING"]
    assert made["id"] in {group["id"] for group in listed}


def test_membership_of_a_group_counts_on_the_very_next_call(cli: Cli, serve: Serve) -> None:
    cli("group", "create", "readers", "--privilege", "DATADOWNLOADING")
    server = serve()
    cookie = server.login("mira", PASSWORD)

    def may() -> list[str]:
        reply = server.get("auth/session/user", headers={"Cookie": f"JSESSIONID={cookie}"})
        return list(reply.json()["privileges"])

    assert "DATADOWNLOADING" not in may()
    assert cli("group", "add", "readers", "mira").out == "mira is in readers\n"
    assert "DATADOWNLOADING" in may()
    cli("group", "grant", "readers", "DEVELOPER")
    assert "DEVELOPER" in may()
    cli("group", "grant", "readers", "DEVELOPER", "--withdraw")
    assert "DEVELOPER" not in may()
    cli("group", "remove", "readers", "mira")
    assert "DATADOWNLOADING" not in may()


def test_an_unknown_privilege_or_group_is_refused(cli: Cli) -> None:
    said = cli.refused(1, "group", "create", "readers", "--privilege", "FLYING")
    assert said == "privileges: no privilege 'FLYING'"

    said = cli.refused(1, "group", "add", "nobody", "mira")
    assert said.startswith("no group named 'nobody'; what there is: gatepass group list")


def test_a_membership_can_be_given_and_ends_with_what_was_open_there(
    cli: Cli, serve: Serve
) -> None:
    cli("org", "create", "south")
    assert cli("org", "add", "south", "mira").out == "mira is a member of south\n"
    token = cli("token", "issue", "mira", "--org", "south").out.strip()
    server = serve()
    assert server.whoami(token) == 200

    cli("org", "remove", "south", "mira")

    assert server.whoami(token) == 401
    assert cli("account", "list", "--org", "south", "--json").json == []
