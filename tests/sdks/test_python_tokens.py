"""The token that the Python client looks after, with a held clock and callers that give up."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from gatepass_sdk import AsyncGatepassClient, FullTokenRequest, GatepassClient, Refused
from gatepass_sdk.answers import Scope, Token
from gatepass_sdk.keeping import TokenKeeper

ANN = FullTokenRequest(username="ann", secret_key="gpk_of-the-tests")
USER = {"id": "1", "name": "ann", "display_name": "Ann", "visibility": "SHARABLE"}
URL = "http://127.0.0.1:1"


def token(text: str, seconds: float) -> Token:
    return Token(
        token=text,
        creation_time_in_millis=1_000,
        expiration_time_in_millis=1_000 + int(seconds * 1000),
        scope=Scope(access_type="FULL", org_id=0),
        valid_for_user_id="1",
        valid_for_username="ann",
    )


def body(text: str) -> dict[str, Any]:
    return {
        "token": text,
        "creation_time_in_millis": 1_000,
        "expiration_time_in_millis": 301_000,
        "scope": {"access_type": "FULL", "org_id": 0, "metadata_id": None},
        "valid_for_user_id": "1",
        "valid_for_username": "ann",
    }


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("lives", "margin"), [(10, 1.0), (300, 30.0), (86_400, 30.0)])
def test_a_token_is_kept_until_shortly_before_its_end(lives: float, margin: float) -> None:
    clock = Clock()
    keeper = TokenKeeper(ANN, "", clock)
    keeper.keep(token("one", lives), asked_at=clock.now)

    clock.now += lives - margin - 0.01
    assert keeper.usable() == "one"
    clock.now += 0.02
    assert keeper.usable() is None


def test_whoever_was_refused_with_an_old_token_does_not_forget_the_new_one() -> None:
    keeper = TokenKeeper(ANN, "", Clock())
    keeper.keep(token("one", 300), asked_at=100)
    keeper.keep(token("two", 300), asked_at=100)

    keeper.discard("one")

    assert keeper.usable() == "two"


def test_a_client_without_credentials_shows_the_token_it_was_given() -> None:
    keeper = TokenKeeper(None, "given", Clock())
    keeper.discard("given")

    assert keeper.usable() == "given"


class Peer:
    """The other end: hands out numbered tokens when told to, and knows who asks."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()
        self.issued = 0
        self.fail: Callable[[], httpx2.Response] | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token/full"):
            self.asked.set()
            assert self.go_on.wait(10)
            if self.fail is not None:
                fail, self.fail = self.fail, None
                return fail()
            self.issued += 1
            return httpx2.Response(200, json=body(f"token-{self.issued}"))
        return httpx2.Response(200, json=USER | {"email": request.headers["authorization"]})


def interrupted() -> httpx2.Response:
    raise KeyboardInterrupt


def refused() -> httpx2.Response:
    return httpx2.Response(401, json={"error": {"message": {"code": 10097, "debug": "no"}}})


def client_of(peer: Peer) -> GatepassClient:
    http = httpx2.Client(transport=httpx2.MockTransport(peer))
    return GatepassClient(base_url=URL, http_client_instance=http, credentials=ANN)


def test_a_thread_that_is_interrupted_while_it_renews_leaves_the_others_a_token() -> None:
    peer = Peer()
    peer.fail = interrupted
    client = client_of(peer)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(client.auth.get_current_user_info)
        assert peer.asked.wait(10)
        others = [pool.submit(client.auth.get_current_user_info) for _ in range(7)]
        peer.go_on.set()

        with pytest.raises(KeyboardInterrupt):
            first.result(10)
        assert {one.result(10).email for one in others} == {"Bearer token-1"}
    assert peer.issued == 1


def test_after_a_refused_renewal_the_next_call_tries_again() -> None:
    peer = Peer()
    peer.go_on.set()
    peer.fail = refused
    client = client_of(peer)

    with pytest.raises(Refused):
        client.auth.get_current_user_info()
    assert client.auth.get_current_user_info().name == "ann"


class AsyncPeer:
    """The same on an event loop."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()
        self.issued = 0

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token/full"):
            self.issued += 1
            self.asked.set()
            await self.go_on.wait()
            return httpx2.Response(200, json=body(f"token-{self.issued}"))
        return httpx2.Response(200, json=USER | {"email": request.headers["authorization"]})


def async_client_of(peer: AsyncPeer) -> AsyncGatepassClient:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(peer))
    return AsyncGatepassClient(base_url=URL, http_client_instance=http, credentials=ANN)


async def test_a_task_that_gives_up_waiting_does_not_stop_the_renewal_for_the_others() -> None:
    peer = AsyncPeer()
    client = async_client_of(peer)
    first = asyncio.create_task(client.auth.get_current_user_info())
    await peer.asked.wait()
    others = [asyncio.create_task(client.auth.get_current_user_info()) for _ in range(7)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    peer.go_on.set()

    found = await asyncio.gather(*others)
    assert {one.email for one in found} == {"Bearer token-1"}
    assert peer.issued == 1


async def test_a_client_is_closed_while_it_waits_for_a_token() -> None:
    peer = AsyncPeer()
    client = async_client_of(peer)
    waiting = asyncio.create_task(client.auth.get_current_user_info())
    await peer.asked.wait()

    await client.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_what_a_keeper_holds_does_not_show() -> None:
    keeper = TokenKeeper(ANN, "fixed-secret", Clock())
    keeper.keep(token("kept-secret", 300), asked_at=100)

    shown = [repr(keeper), repr(vars(keeper)["_kept"]), repr(ANN), repr(token("kept-secret", 300))]
    assert [one for one in shown if "-secret" in one or "gpk_" in one] == []
