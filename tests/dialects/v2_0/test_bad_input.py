"""What v2.0 takes and refuses as a body, on every operation; and clocks and secrets gone wrong."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from tests.adjusted import BAD, UNAUTHORIZED
from tests.world import (
    ADMIN,
    ADMIN_PASSWORD,
    PASSWORD,
    V2,
    World,
    founded,
    headers,
    refusal,
    session_cookie,
    world,
)

WITH_BODY = (
    "auth/session/login",
    "auth/token/full",
    "auth/token/object",
    "auth/token/revoke",
    "auth/token/validate",
    "auth/configure",
    "auth/search",
)
JSON = {"Content-Type": "application/json"}


async def send(
    here: World, path: str, content: bytes, kind: str | None = "application/json"
) -> httpx2.Response:
    sent = headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))
    if kind is not None:
        sent["Content-Type"] = kind
    return await here.client.post(f"{V2}/{path}", content=content, headers=sent)


MALFORMED = [
    b"{",
    b"}",
    b"nonsense",
    b"{'username': 'mira'}",
    b'{"username": "mira",}',
    b'{"username" "mira"}',
    b'{"username": "mira"',
    b'{"username": "mira"} x',
    b'{"username": NaN}',
    b'{"username": 1e999}',
    b'{"username": 01}',
    b'{"username": "a\nb"}',
    b'{"username": "\xff\xfe"}',
    b'{"username": "\\ud800"}',
    b'{"username": "\\udc00\\ud800"}',
    b'\xef\xbb\xbf{"username": "mira"}',
    '{"username": "mira"}'.encode("utf-16"),
    b'{"a":' + b"9" * 5000 + b"}",
    b"username=mira&password=x",
    b"\x00",
]


@pytest.mark.parametrize("path", WITH_BODY)
@pytest.mark.parametrize("content", MALFORMED, ids=lambda raw: repr(raw[:24]))
async def test_what_is_no_json_is_refused(here: World, path: str, content: bytes) -> None:
    assert refusal(await send(here, path, content)) == BAD


@pytest.mark.parametrize("path", WITH_BODY)
@pytest.mark.parametrize("content", [b"[]", b'""', b"0", b"true", b"null", b'[{"username":"a"}]'])
async def test_json_that_is_no_object_is_refused(here: World, path: str, content: bytes) -> None:
    assert refusal(await send(here, path, content)) == BAD


@pytest.mark.parametrize("path", WITH_BODY)
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("depth", [400, 990, 100_000])
async def test_deeply_nested_json_is_refused_or_ignored_and_never_a_fault(
    here: World, path: str, opening: bytes, depth: int
) -> None:
    closing = bytes(reversed(opening.replace(b'"a":', b""))).translate(
        bytes.maketrans(b"[{", b"]}")
    )
    content = b'{"unknown":' + opening * depth + b"1" + closing * depth + b"}"

    reply = await send(here, path, content)

    assert reply.status_code in {204, 400}
    if depth == 100_000:
        assert refusal(reply) == BAD


@pytest.mark.parametrize("content", [b"", b" ", b"\r\n\t "])
@pytest.mark.parametrize("kind", [None, "application/json", "text/plain", "multipart/form-data"])
async def test_an_empty_body_reads_as_an_empty_object_whatever_its_type(
    here: World, content: bytes, kind: str | None
) -> None:
    assert (await send(here, "auth/token/revoke", content, kind)).status_code == 204
    required = await send(here, "auth/token/validate", content, kind)
    assert refusal(required) == BAD
    assert (await send(here, "auth/session/login", content, kind)).status_code == 204


@pytest.mark.parametrize(
    "kind",
    [None, "", "application/json", "application/json; charset=utf-8", "APPLICATION/JSON"],
)
async def test_json_is_read_with_its_type_or_with_none(here: World, kind: str | None) -> None:
    await here.account()
    body = json.dumps({"username": "mira", "password": PASSWORD}).encode()

    assert (await send(here, "auth/token/full", body, kind)).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; a=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonx",
        "json",
    ],
)
@pytest.mark.parametrize("path", WITH_BODY)
async def test_a_body_of_another_type_is_415(here: World, path: str, kind: str) -> None:
    assert refusal(await send(here, path, b"{}", kind)) == (415, 10002)


async def test_unknown_fields_are_ignored(here: World) -> None:
    await here.account()

    body = {"username": "mira", "password": PASSWORD, "new": [1], "filter_rules": "x"}

    assert (await here.post("auth/token/full", body)).status_code == 200
    assert (await here.post("auth/session/login", {**body, "x": {"y": None}})).status_code == 204


async def test_of_a_field_given_twice_the_last_counts(here: World) -> None:
    await here.account()
    body = f'{{"username":"nobody","username":"mira","password":"{PASSWORD}"}}'

    assert (await send(here, "auth/token/full", body.encode())).status_code == 200


TEXTS = {
    "auth/session/login": ("username", "password"),
    "auth/token/full": ("username", "password", "secret_key", "email", "display_name"),
    "auth/token/object": ("username", "password", "secret_key", "object_id"),
    "auth/token/revoke": ("user_identifier", "token"),
    "auth/token/validate": ("token",),
}


@pytest.mark.parametrize(
    ("path", "field"), [(path, field) for path, fields in TEXTS.items() for field in fields]
)
@pytest.mark.parametrize("value", [["a"], [], {"a": "b"}, {}, 7, 7.5, True, False])
async def test_what_is_no_text_is_refused_where_text_belongs(
    here: World, path: str, field: str, value: Any
) -> None:
    await here.account()
    body: dict[str, Any] = {}
    if path.startswith(("auth/session/login", "auth/token/full", "auth/token/object")):
        body = {"username": "mira", "password": PASSWORD, "object_id": "x"}
    sent = headers(bearer=await here.token())

    reply = await here.post(path, {**body, field: value}, headers=sent)

    assert refusal(reply) == BAD
    assert field in reply.json()["error"]["message"]["debug"]


HOSTILE = [
    "\u0000",
    "a\u0000b",
    "\u202e\u2066",
    "\ufeff",
    "\ufdfa" * 200,
    "e" + "\u0301" * 3000,
    "\U000e0041",
    "\uffff",
    "'; DROP TABLE accounts; --",
    "../../etc/passwd",
    "%00%0a",
    "a" * 4096,
    "a" * 4097,
    "🎫",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
async def test_hostile_text_is_answered_like_any_other(here: World, text: str) -> None:
    await here.account()
    key = await here.secret()
    sent = headers(bearer=await here.token(ADMIN, password=ADMIN_PASSWORD))

    for path, body in (
        ("auth/session/login", {"username": text, "password": "x"}),
        ("auth/session/login", {"username": "mira", "password": text}),
        ("auth/token/full", {"username": text, "password": "x"}),
        ("auth/token/full", {"username": "mira", "secret_key": text}),
        ("auth/token/full", {"username": text, "secret_key": key}),
        ("auth/token/full", {"username": "mira", "secret_key": key, "org_identifier": text}),
        ("auth/token/revoke", {"user_identifier": text}),
        ("auth/token/revoke", {"token": text}),
        ("auth/token/validate", {"token": text}),
    ):
        reply = await here.post(path, body, headers=sent)
        assert refusal(reply) in {BAD, UNAUTHORIZED}, (path, body)


async def test_compatible_letters_name_the_same_account(here: World) -> None:
    """One normalisation, for names shown and kept alike (checklist 56)."""
    mira = await here.account()

    reply = await here.post("auth/token/full", {"username": "𝓶𝓲𝓻𝓪", "password": PASSWORD})

    assert reply.json()["valid_for_user_id"] == mira.id


async def test_lists_of_more_than_a_thousand_entries_are_refused(here: World) -> None:
    body = {"username": "nova", "secret_key": await here.secret(), "auto_create": True}

    for field in ("group_identifiers", "groups"):
        many = await here.post("auth/token/full", {**body, field: ["g"] * 1001})
        assert refusal(many) == BAD
        most = await here.post("auth/token/full", {**body, field: ["g"] * 1000})
        assert most.status_code == 200


@pytest.mark.parametrize("length", range(47))
async def test_a_truncated_token_is_no_token(here: World, length: int) -> None:
    await here.account()
    token = await here.token()

    assert refusal(await here.whoami(bearer=token[:length] or "x")) == UNAUTHORIZED


async def test_a_forged_token_or_cookie_is_refused(here: World) -> None:
    """Kinds are not exchanged either: a session is no bearer, a token no cookie, a key neither."""
    await here.account()
    token, cookie, key = await here.token(), await here.login(), await here.secret()

    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.swapcase(),
        "gpo_" + token[4:],
        token + "=",
        token + "\u00e9",
        cookie,
        key,
        "null",
        "undefined",
        "Bearer " + token,
    ]
    for one in forged:
        sent = {"Authorization": b"Bearer " + one.encode()}
        assert refusal(await here.get("auth/session/user", headers=sent)) == UNAUTHORIZED
    for one in (token, key, cookie[:-1], "gps_" + token[4:], cookie + "A"):
        assert refusal(await here.whoami(cookie=one)) == UNAUTHORIZED


async def test_credentials_of_another_instance_are_worth_nothing(
    here: World, tmp_path: Any
) -> None:
    await here.account()
    other = await asyncio.to_thread(founded, tmp_path / "other")
    async with world(other, other) as there:
        await there.account()
        cookie, token, key = await there.login(), await there.token(), await there.secret()

    await here.secret()
    assert refusal(await here.whoami(cookie=cookie)) == UNAUTHORIZED
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
    bought = await here.post("auth/token/full", {"username": "mira", "secret_key": key})
    assert refusal(bought) == UNAUTHORIZED
    login = await here.post("auth/session/login", headers=headers(bearer=token))
    assert refusal(login) == UNAUTHORIZED


async def test_a_clock_set_back_refuses_clearly_and_changes_nothing(here: World) -> None:
    await here.account()
    here.clock.advance(hours=2)
    cookie, token = await here.login(), await here.token()
    here.clock.advance(hours=-1)
    before = await here.core.means.store.read(lambda tx: tx.audit.latest(500))

    for sent in ({"cookie": cookie}, {"bearer": token}):
        assert refusal(await here.whoami(**sent)) == UNAUTHORIZED
        for path in ("auth/session/logout", "auth/token/revoke"):
            assert refusal(await here.post(path, headers=headers(**sent))) == UNAUTHORIZED
        minted = await here.get("auth/session/token", headers=headers(**sent))
        assert refusal(minted) == UNAUTHORIZED
    login = await here.post("auth/session/login", headers=headers(bearer=token))
    assert refusal(login) == UNAUTHORIZED

    assert await here.core.means.store.read(lambda tx: tx.audit.latest(500)) == before
    here.clock.advance(hours=1)
    assert (await here.whoami(cookie=cookie)).status_code == 200
    assert (await here.whoami(bearer=token)).status_code == 200


async def test_a_new_login_works_under_a_clock_set_back(here: World) -> None:
    await here.account()
    here.clock.advance(hours=2)
    await here.login()
    here.clock.advance(hours=-1)

    reply = await here.post("auth/session/login", {"username": "mira", "password": PASSWORD})

    assert (await here.whoami(cookie=session_cookie(reply))).status_code == 200


async def test_a_clock_a_little_off_is_forgiven(here: World) -> None:
    """By the setting's minute, and no more."""
    await here.account()
    here.clock.advance(seconds=60)
    token = await here.token()
    here.clock.advance(seconds=-60)
    assert (await here.whoami(bearer=token)).status_code == 200
    here.clock.advance(seconds=-1)
    assert refusal(await here.whoami(bearer=token)) == UNAUTHORIZED
