"""gatepass secret rotate and gatepass keys: one takes over from another under load."""

import threading

from tests.cli.processes import Cli, Serve


def test_no_request_is_refused_while_a_secret_rotates_with_a_grace(cli: Cli, serve: Serve) -> None:
    """200 requests a second through a rotation, by the old key and then by the new one."""
    server = serve()
    old = cli("secret", "enable", "--json").json["key"]
    statuses: list[int] = []
    rotated, key = threading.Event(), [old]

    def ask() -> None:
        left = 40
        while left:
            body = {"username": "mira", "secret_key": key[0]}
            statuses.append(server.post("auth/token/full", **body).status_code)
            left -= rotated.is_set()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    new = cli("secret", "rotate", "--label", "2027", "--grace", "1h", "--json").json["key"]
    with_old = server.post("auth/token/full", username="mira", secret_key=old).status_code
    key[0] = new
    rotated.set()
    for thread in threads:
        thread.join()

    assert set(statuses) == {200}
    assert len(statuses) >= 160
    assert (with_old, new != old) == (200, True)


def test_a_secret_from_elsewhere_comes_in_on_standard_input_and_ends_by_its_id(
    cli: Cli, serve: Serve
) -> None:
    server = serve()
    guid = "69fb6d98-1696-42c0-9841-22b078c04060"

    added = cli("secret", "import", "--label", "vendor", "--json", stdin=f"{guid}\n").json

    body = {"username": "mira", "secret_key": guid}
    assert server.post("auth/token/full", **body).status_code == 200
    assert [row["label"] for row in cli("secret", "list", "--json").json] == ["vendor"]
    cli("secret", "end", added["id"])
    assert server.post("auth/token/full", **body).status_code != 200


def test_keys_are_listed_and_rotated_in_a_running_server(cli: Cli, serve: Serve) -> None:
    server = serve()
    secret = cli("secret", "enable", "--json").json["key"]

    def custom() -> str:
        reply = server.post("auth/token/custom", username="mira", secret_key=secret)
        return str(reply.json()["token"])

    first = custom()
    following = cli("keys", "rotate", "--json").json["current"]
    second = custom()

    states = {row["id"]: row["state"] for row in cli("keys", "list", "--json").json}
    assert states[following] == "current"
    assert sorted(states.values()) == ["current", "next", "previous"]
    assert (server.whoami(first), server.whoami(second)) == (200, 200)
    cli("keys", "rotate", "--emergency")
    assert (server.whoami(first), server.whoami(second)) == (401, 401)
