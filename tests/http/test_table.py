"""Which operation a path and method name."""

import pytest

from gatepass.http.call import Call, Reply, redirect, text
from gatepass.http.refusals import NoSuchPath, NotBuilt, WrongMethod
from gatepass.http.routing import NoBody, Operation, Table


async def nothing(_: Call[None]) -> Reply:
    return Reply(204)


def operation(name: str, method: str, path: str) -> Operation[None]:
    return Operation(name, method, path, nothing, NoBody)  # type: ignore[arg-type]


OPERATIONS = [
    operation("getToken", "POST", "session/getToken"),
    operation("groups", "GET", "user/{id}/groups"),
    operation("user", "GET", "user/{id}"),
]
FOLDING = Table(OPERATIONS, [("GET", "session/LOST", "lost")], folds_last=True)
EXACT = Table(OPERATIONS)


@pytest.mark.parametrize("path", ["session/gettoken", "session/GETTOKEN/", "/session/getToken"])
def test_the_last_part_may_be_in_any_case_where_the_dialect_says_so(path: str) -> None:
    assert FOLDING.find("POST", path)[0].name == "getToken"


def test_what_is_not_built_is_found_so_too() -> None:
    with pytest.raises(NotBuilt, match="lost"):
        FOLDING.find("GET", "session/lost")


def test_a_last_part_that_is_a_value_keeps_its_letters() -> None:
    assert FOLDING.find("GET", "user/MiRa")[1] == {"id": "MiRa"}
    assert FOLDING.find("GET", "user/MiRa/GROUPS")[1] == {"id": "MiRa"}


@pytest.mark.parametrize("path", ["SESSION/gettoken", "User/x/groups", "session/gettoken/x/y"])
def test_every_other_part_is_exact(path: str) -> None:
    with pytest.raises(NoSuchPath):
        FOLDING.find("POST", path)


@pytest.mark.parametrize("path", ["session/gettoken", "user/x/Groups"])
def test_elsewhere_the_last_is_exact_too(path: str) -> None:
    with pytest.raises(NoSuchPath):
        EXACT.find("POST", path)


def test_another_method_is_named() -> None:
    with pytest.raises(WrongMethod) as refused:
        FOLDING.find("GET", "session/GetToken")
    assert refused.value.allowed == ["POST"]


def test_a_text_is_the_whole_body() -> None:
    reply = text("gp1_abc")

    assert reply.body == b"gp1_abc"
    assert dict(reply.headers)[b"content-type"].startswith(b"text/plain")


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/a?b=%20c&d=e#f", b"/a?b=%20c&d=e#f"),
        ("https://app.example/x?t={token}", b"https://app.example/x?t={token}"),
        ("/a\r\nset-cookie: x", b"/a%0D%0Aset-cookie:%20x"),
        ("/ü", b"/%C3%BC"),
    ],
)
def test_a_redirect_names_its_target_as_it_was_and_nothing_else(
    target: str, location: bytes
) -> None:
    reply = redirect(target)

    assert (reply.status, reply.body) == (302, b"")
    assert dict(reply.headers) == {b"location": location, b"content-length": b"0"}
