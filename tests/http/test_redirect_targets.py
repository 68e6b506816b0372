"""Where a browser may be sent, by an address that a request named: a table of attacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepass.http.origins import LONGEST_TARGET, Allowlists, Lists, Origins

LISTS = Allowlists(
    Lists.of(
        senders=["https://app.example", "http://localhost:3000"],
        frames=["https://host.example:8443/"],
        targets=["HTTPS://Back.Example", "https://*.wild.example", "https://[2001:db8::1]"],
    )
)
ORIGINS = Origins(LISTS)
HOST = b"gate.example"
GOOD = [
    "/",
    "/v2/#/embed/saml-complete",
    "/v2/?a=b&c=%2F%2Fevil.example#//evil.example",
    "/a//b",
    "/@evil.example",
    "/:evil.example",
    "/#\\evil.example",
    "https://gate.example",
    "https://gate.example/v2/#/embed/saml-complete",
    "https://gate.example:443/",
    "https://gate.example?x#y",
    "https://gate.example#https://evil.example",
    "https://app.example/back?auth_token=abc.DEF-_~&x=%23#/viz/1?y=https://evil.example",
    "https://app.example:443/",
    "HTTPS://APP.EXAMPLE/Path",
    "http://localhost:3000/#/x",
    "https://host.example:8443/page",
    "https://back.example/",
    "https://[2001:db8::1]/x",
]
BAD = [
    "",
    " ",
    "evil",
    "evil.example",
    "v2/",
    "#x",
    "?x",
    "//evil.example",
    "///evil.example",
    "////evil.example/..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/x\r\nLocation: https://evil.example",
    "/x\x00y",
    "/x y",
    " /x",
    "/x ",
    "/é",
    "\u2028/evil.example",
    "\x01//evil.example",
    "\t//evil.example",
    "ht\ntps://app.example/",
    "https://app.example\n.evil.example/",
    "https:/evil.example",
    "https:evil.example",
    "https:///app.example",
    "https:\\\\app.example",
    "https://app.example\\.evil.example/",
    "https://evil.example\\@app.example/",
    "https://app.example@evil.example/",
    "https://app.example:x@evil.example/",
    "https://user@app.example/",
    "https://@app.example/",
    "https://app.example:/",
    "https://app.example:0443/",
    "https://app.example:443443/",
    "https://app.example:8443/",
    "https://app.example.evil.example/",
    "https://evil.example/https://app.example",
    "https://evil.example?https://app.example",
    "https://evil.example#https://app.example",
    "https://app.example./",
    "https://app%2eexample/",
    "https://app.example%2f@evil.example/",
    "https://xapp.example/",
    "https://a.app.example/",
    "https://app.example%00.evil.example/",
    "https://app。example/",
    "https://app.examp\u2113e/",
    "https://*.wild.example/",
    "https://a.wild.example/",
    "https://host.example/",
    "http://app.example/",
    "http://gate.example/",
    "https://gate.example:8443/",
    "http://localhost:30000/",
    "http://localhost:3000.evil.example/",
    "http://127.1:3000/",
    "null",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://app.example/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/x",
    "ftp://app.example/",
    "wss://app.example/",
    "view-source:https://app.example/",
    "https://",
    "https://?",
    "https://[::1",
    "https://[2001:db8::1].evil.example/",
    "/" + "x" * LONGEST_TARGET,
]


def goes(target: str, host: bytes | None = HOST, *, https: bool = True) -> bool:
    return ORIGINS.may_redirect_to(target, host, https=https)


@pytest.mark.parametrize("target", GOOD)
def test_a_browser_may_be_sent_to_paths_of_ours_and_to_listed_origins(target: str) -> None:
    """Fragments and tokens are part of a target (checklist 22)."""
    assert goes(target)


@pytest.mark.parametrize("target", BAD, ids=ascii)
def test_a_browser_is_sent_nowhere_else(target: str) -> None:
    """However the address is dressed up (checklist 22)."""
    assert not goes(target)


def test_the_own_origin_is_the_one_that_was_asked() -> None:
    assert goes("http://gate.example:8080/", b"gate.example:8080", https=False)
    assert goes("http://gate.example/", b"GATE.example:80", https=False)
    assert not goes("http://gate.example/", b"gate.example:8080", https=False)
    assert not goes("https://gate.example/", HOST, https=False)
    assert not goes("https://gate.example/", None)
    assert not goes("https://evil.example/", b"evil.example/x")


@given(st.text(max_size=12), st.sampled_from(["", "/", "//", "https://", "https://app.example"]))
def test_what_is_allowed_is_a_path_or_begins_with_an_allowed_origin(text: str, head: str) -> None:
    """A property over all texts, as browsers take addresses apart (checklist 22)."""
    target = head + text
    if goes(target):
        assert target.isascii()
        assert not any(one <= " " for one in target)
        path = target[:1] == "/" and target[1:2] not in {"/", "\\"}
        origins = ("https://app.example", "https://gate.example", "https://back.example")
        rest = [target[len(one) :] for one in origins if target.lower().startswith(one)]
        assert path or any(one[:1] in {"", "/", "?", "#"} or one[:4] == ":443" for one in rest)


def test_what_is_added_while_serving_holds_at_once_and_can_be_taken_back() -> None:
    lists = Allowlists(Lists.of(targets=["https://a.example"]))
    origins = Origins(lists)

    def may(target: str) -> bool:
        return origins.may_redirect_to(target, HOST, https=True)

    lists.add(Lists.of(senders=["https://b.example"], frames=["https://c.example"]))
    assert [may(f"https://{one}.example/") for one in "abcd"] == [True, True, True, False]
    assert origins.allows(b"https://b.example", HOST, https=True)
    lists.add(Lists.of(targets=["https://d.example"]))
    assert [may(f"https://{one}.example/") for one in "abcd"] == [True, False, False, True]
    assert not origins.allows(b"https://b.example", HOST, https=True)
