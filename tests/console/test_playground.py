"""What the playground offers: every operation, each filled in so that it is understood."""

import time
from typing import Any

import msgspec
import pytest

from gatepass.core.errors import CoreError
from gatepass.http.routing import NoBody
from gatepass.pages.console.playground.equivalents import SAME
from gatepass.pages.console.playground.filled import typed
from gatepass.pages.console.playground.hiding import is_secret, without_ours, without_typed
from gatepass.pages.console.playground.looks import LOOKS
from gatepass.pages.console.playground.offers import Offer, Offers
from gatepass.pages.console.visit import Form
from tests.console.spoken import EVERYTHING, spoken
from tests.console.visitor import Visitor
from tests.world import PASSWORD, World

PATH = "develop/playground"
SOON = 2.0
"""Seconds; what goes by the square of a text's length takes far longer."""


def offers(here: World) -> list[Offer]:
    """Return what is to be offered, from the tables themselves."""
    found = Offers(spoken(here.core))
    every = [
        found.find(one.name, operation.name)
        for one in spoken(here.core)
        for operation in one.operations
    ]
    return [one for one in every if one is not None]


@EVERYTHING
async def test_every_operation_of_every_dialect_is_offered(here: World, admin: Visitor) -> None:
    page = await admin.open(PATH)

    names = [f"{one.name}/{op.name}" for one in spoken(here.core) for op in one.operations]
    assert len(names) > 80
    assert [link.removeprefix("../develop/playground/") for link in page.links][-len(names) :] == (
        names
    )


@EVERYTHING
async def test_every_example_is_understood(here: World, admin: Visitor) -> None:
    """As it stands in the form: it decodes as the operation's struct, with nothing left out."""
    for offer in offers(here):
        form = (await admin.open(offer.place)).form("run")
        sent = [
            (name, value or "x") if name.startswith("part-") else (name, value)
            for name, value in form
        ]
        asked = typed(offer, Form(sent)).asked(offer)
        assert asked.plain_path.startswith("/")
        read = decoded(offer, asked.media, asked.body, asked.query.encode())

        if offer.operation.body is NoBody:
            assert read is None
            assert not asked.body
        else:
            assert isinstance(read, offer.operation.body)
            assert offer.described.example is not None or offer.described.query, offer.place
        if asked.media == "application/json":
            given = msgspec.json.decode(asked.body)
            kind: Any = offer.operation.body
            known = {one.encode_name for one in msgspec.structs.fields(kind)}
            assert given.keys() <= known, offer.place


def decoded(offer: Offer, media: str, body: bytes, query: bytes) -> Any:
    codec = offer.dialect._codec  # noqa: SLF001 - nothing else decodes without acting
    try:
        return codec.decode(offer.operation, media.encode() or None, body, query)
    except CoreError as error:
        raise AssertionError(offer.place) from error


@EVERYTHING
async def test_one_finds_an_operation_by_words(admin: Visitor) -> None:
    page = await admin.open(f"{PATH}?q=token+PASSWORD&dialect=beta")

    assert page.links[-2:] == [
        "../develop/playground/beta/getToken",
        "../develop/playground/beta/getTokenByQuery",
    ]
    part = (await admin.get(f"{PATH}?q=orgs", **{"HX-Request": "true", "HX-Target": "rows"})).text
    assert part.strip().startswith('<div id="rows">')
    assert "searchOrgs" in part
    assert "No operation" in (await admin.open(f"{PATH}?q=%3Cb%3Enothing")).text


async def test_a_link_with_names_leads_to_the_operation(admin: Visitor) -> None:
    reply = await admin.get(f"{PATH}?dialect=v2_0&operation=login")

    assert (reply.status_code, reply.headers["location"]) == (
        303,
        "../develop/playground/v2_0/login",
    )
    assert "Open a session" in (await admin.open(f"{PATH}?operation=login")).text
    await admin.open(f"{PATH}/v2_0/nothing", status=404)
    await admin.open(f"{PATH}/v3/login", status=404)


async def test_an_example_speaks_of_the_visitor_where_nothing_ends_by_it(here: World) -> None:
    await here.account()
    await here.account("ann")
    ann = await Visitor.signed_in(here, "ann", PASSWORD)

    asked = dict((await ann.open(f"{PATH}/v2_0/getFullAccessToken")).form("run"))
    ended = dict((await ann.open(f"{PATH}/v2_0/forceLogoutUsers")).form("run"))

    assert msgspec.json.decode(asked["body"]) == {
        "username": "ann",
        "secret_key": "gpk_…",
        "validity_time_in_sec": 300,
    }
    assert msgspec.json.decode(ended["body"]) == {"user_identifiers": ["mira"]}


@EVERYTHING
async def test_the_same_acts_and_what_only_looks_name_real_operations(here: World) -> None:
    known = {(one.dialect.name, one.operation.name) for one in offers(here)}

    named = {
        (dialect, name)
        for same in SAME
        for dialect, names in same.operations.items()
        for name in names
    }
    assert named <= known
    assert {(dialect, name) for dialect, names in LOOKS.items() for name in names} <= known
    assert len({same.act for same in SAME}) == len(SAME)


@EVERYTHING
async def test_each_operation_of_a_session_has_its_like(here: World) -> None:
    """Of the dialects with nothing but sessions each is in the table, what is alone excepted."""
    alone = {"signInBySaml", "signInByOidc", "listSessions", "proveSession"}
    named = {
        name
        for same in SAME
        for dialect in ("v1", "beta", "own")
        for name in same.operations.get(dialect, ())
    }

    assert {
        one.operation.name for one in offers(here) if one.dialect.name != "v2_0"
    } - named == alone


@EVERYTHING
async def test_the_same_act_is_a_link_with_method_and_path(admin: Visitor) -> None:
    page = await admin.open(f"{PATH}/v2_0/getCurrentUserInfo")

    assert "../../../develop/playground/v1/getPreauthInfo" in page.links
    assert "GET /prism/preauth/info" in page.text
    assert "has no such operation" in (await admin.open(f"{PATH}/v2_0/validateToken")).text


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("new_password", True),
        ("secretKey", True),
        ("auth_token", True),
        ("token", True),
        ("tokenExpiryDuration", False),
        ("username", False),
        ("validity_time_in_sec", False),
    ],
)
def test_names_tell_what_is_secret(name: str, secret: bool) -> None:  # noqa: FBT001
    assert is_secret(name) == secret


@pytest.mark.parametrize(
    ("typed_in", "shown"),
    [
        ('{"password": "hu\\"nter2", "a": "b"}', '{"password": "…", "a": "b"}'),
        ('{"password" :\n"hunter2', '{"password" :\n"…"'),
        ('{"users": [{"new_password": 17}]}', '{"users": [{"new_password": "…"}]}'),
        ('{"secret_key": "gpk_…"}', '{"secret_key": "gpk_…"}'),
        ('{"token": null, "auto": true}', '{"token": null, "auto": true}'),
        ("gpf_" + 43 * "x", "gpf_…"),
    ],
)
def test_what_is_secret_in_a_body_is_not_shown(typed_in: str, shown: str) -> None:
    assert without_typed(typed_in) == shown


@pytest.mark.parametrize(
    "piece",
    [
        "token",
        "tokentime",
        "eyJ",
        "eyJ.",
        "gpf_",
        '"',
        '"token',
        '"token"',
        '"token":',
        '" ',
        '\\"',
        "a",
    ],
)
@pytest.mark.parametrize("before", ["", '"', '"token": "', "eyJaaaaaaaa."])
def test_no_text_keeps_everybody_waiting_while_it_is_looked_through(
    before: str, piece: str
) -> None:
    """Anybody who signs in may send it, and all wait meanwhile: it once took minutes (CWE-1333)."""
    text = before + piece * (120_000 // len(piece))

    began = time.perf_counter()
    without_typed(text)
    is_secret(text)
    assert time.perf_counter() - began < SOON


def test_credentials_are_known_by_their_shape() -> None:
    minted = "gps_" + 43 * "A"
    assert without_ours(f"link?auth={minted}&x=1") == "link?auth=gps_…&x=1"
    assert without_ours(f"next=%3Fauth%3D{minted}") == "next=%3Fauth%3Dgps_…"
    assert without_ours(minted[:30]) == "gps_…"
    signed = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtaXJhIn0.c2lnbmF0dXJl"
    assert without_ours(f'{{"token": "{signed}"}}') == '{"token": "…"}'
    assert without_ours("gpk_short, eyJ, eyJustaword") == "gpk_short, eyJ, eyJustaword"
