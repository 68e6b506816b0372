"""What the clients of the betas send, byte by byte over a socket, and the bytes that come back."""

import pytest

from tests.dialects.beta.asking import PREFIXES, get_token, is_in
from tests.http.sockets import HOST, served
from tests.world import PASSWORD, World

PYTHON = b"user-agent: RestAPI V2 SDK\r\nAccept-Language: application/json\r\n"
APIMATIC = b"user-agent: APIMATIC 3.0\r\nAccept-Language: application/json\r\n"
FORMS = {
    "nothing": b"\r\n",
    "length": b"Content-Length: 0\r\n\r\n",
    "typed": b"Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "typed chunks": (
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("client", [PYTHON, APIMATIC], ids=["python", "apimatic"])
async def test_posts_without_a_body_on_one_connection(
    here: World, prefix: str, form: str, client: bytes
) -> None:
    """Each is answered with four bytes, and the next request on the line is read as one."""
    await here.account()
    token = (await get_token(here)).token
    bearer = b"Authorization: Bearer " + token.encode() + b"\r\n"

    async with served(here) as server:
        line = await server.line()
        for path, credential in (
            ("session/revoketoken", bearer),
            ("session/logout", bearer),
            ("session/logout", b"Authorization: Bearer \r\n"),
            ("session/logout", b""),
        ):
            head = f"POST {prefix}/{path} HTTP/1.1\r\n".encode()
            answer = await line.ask(head + HOST + client + credential + FORMS[form])
            assert answer.status == 200
            assert answer.body == b"true"
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["content-length"] == "4"

    assert not await is_in(here, bearer=token)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_base_url_that_ends_in_a_slash(here: World, prefix: str) -> None:
    await here.account()
    body = b'{"userName":"mira","password":"%s","rememberMe":null}' % PASSWORD.encode()
    head = f"POST /{prefix}/session/getToken HTTP/1.1\r\n".encode()
    length = b"Content-Length: %d\r\n\r\n" % len(body)

    async with served(here) as server:
        line = await server.line()
        answer = await line.ask(head + HOST + PYTHON + length + body)

    assert answer.status == 200
    assert answer.json["tokenType"] == "Bearer"


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_an_empty_bearer_with_a_blank_behind_it_is_none(here: World, prefix: str) -> None:
    head = f"GET {prefix}/session HTTP/1.1\r\n".encode()

    async with served(here) as server:
        line = await server.line()
        for header in (b"Authorization: Bearer \r\n", b"Authorization: Bearer\r\n", b""):
            answer = await line.ask(head + HOST + APIMATIC + header + b"\r\n")
            assert answer.status == 500
            assert answer.json["error"]["errors"]["path"] == ["restapiV2__getSessionInfo"]
