"""The ``session`` face of the Python client: what its manual promises before and after the wire."""

import inspect
import traceback

import httpx2
import pytest

from gatepass_sdk import (
    APIException,
    CannotConnect,
    Configuration,
    Environment,
    ErrorResponseException,
    GatepassClient,
    GetTokenAccessLevelEnum,
    HttpCallBack,
    HttpRequest,
    HttpResponse,
    RestapisdkClient,
    Server,
    SessionLoginResponse,
    TimedOut,
    TspublicRestV2SessionGettokenRequest,
    TspublicRestV2SessionLoginRequest,
)

DEFAULTS = {
    "base_url": "https://localhost:443",
    "environment": Environment.PRODUCTION,
    "access_token": "",
    "accept_language": "application/json",
    "content_type": "application/json",
    "timeout": 60,
    "max_retries": 0,
    "backoff_factor": 2,
    "retry_statuses": (408, 413, 429, 500, 502, 503, 504, 521, 522, 524),
    "retry_methods": ("GET", "PUT"),
    "skip_ssl_cert_verification": False,
    "http_client_instance": None,
    "override_http_client_configuration": False,
    "http_call_back": None,
}
SECRET = "a-token-of-tests"


class Peer:
    """The other end: answers in turn, the last answer stays."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer.status_code, content=answer.content, headers=answer.headers)


def client_of(peer: Peer, **more: object) -> GatepassClient:
    http = httpx2.Client(transport=httpx2.MockTransport(peer))
    config = Configuration(
        base_url="http://h/", access_token=SECRET, http_client_instance=http, backoff_factor=0
    )
    return GatepassClient(config=config.clone_with(**more))


def test_the_defaults_are_the_manuals() -> None:
    client = RestapisdkClient()
    given = inspect.signature(GatepassClient).parameters

    assert vars(client.config) == DEFAULTS
    assert {name: given[name].default for name in DEFAULTS} == DEFAULTS
    assert client.config.get_base_uri(Server.DEFAULT) == "https://localhost:443"


@pytest.mark.parametrize("call", ["get_session_info", "login", "revoke_token"])
def test_a_call_that_needs_a_token_is_not_sent_without_one(call: str) -> None:
    peer = Peer(httpx2.Response(200, text="true"))
    client = client_of(peer, access_token="")
    arguments = [TspublicRestV2SessionLoginRequest()] if call == "login" else []

    with pytest.raises(PermissionError):
        getattr(client.session, call)(*arguments)
    assert peer.requests == []


@pytest.mark.parametrize("call", ["login", "get_token"])
def test_a_body_that_is_missing_is_not_sent(call: str) -> None:
    peer = Peer(httpx2.Response(200, text="true"))

    with pytest.raises(ValueError, match="body cannot be None"):
        getattr(client_of(peer).session, call)(None)
    assert peer.requests == []


def test_what_is_sent_is_what_the_manual_says() -> None:
    peer = Peer(httpx2.Response(200, json={"tokenType": "Bearer"}))
    client = client_of(peer)
    body = TspublicRestV2SessionGettokenRequest(user_name="ann", password="p")
    assert body.access_level is GetTokenAccessLevelEnum.FULL

    assert client.session.get_token(body) == SessionLoginResponse(token_type="Bearer")

    (sent,) = peer.requests
    assert str(sent.url) == "http://h/tspublic/rest/v2/session/gettoken"
    assert sent.content == b'{"userName":"ann","password":"p","accessLevel":"FULL"}'
    assert sent.headers["accept-language"] == "application/json"
    assert "authorization" not in sent.headers


def test_a_callback_sees_the_exchange() -> None:
    seen: list[HttpRequest | HttpResponse] = []

    class Watching(HttpCallBack):
        def on_before_request(self, request: HttpRequest) -> None:
            seen.append(request)

        def on_after_response(self, response: HttpResponse) -> None:
            seen.append(response)

    client = client_of(Peer(httpx2.Response(200, text="true")), http_call_back=Watching())
    assert client.session.revoke_token() is True

    request, response = seen
    assert isinstance(request, HttpRequest)
    assert isinstance(response, HttpResponse)
    assert (request.http_method, request.parameters) == ("POST", "")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert (response.status_code, response.text, response.request) == (200, "true", request)
    assert SECRET not in repr(seen)


def test_nothing_is_tried_again_by_default() -> None:
    peer = Peer(httpx2.Response(503))

    with pytest.raises(APIException) as caught:
        client_of(peer).session.get_session_info()
    assert (caught.value.response_code, caught.value.reason) == (503, "HTTP response not OK.")
    assert len(peer.requests) == 1


def test_what_the_configuration_says_is_tried_again() -> None:
    peer = Peer(httpx2.Response(503), httpx2.ReadError("gone"), httpx2.Response(200, text="{}"))

    assert client_of(peer, max_retries=2).session.get_session_info() == "{}"
    assert len(peer.requests) == 3


def test_a_post_is_not_tried_again_whatever_came() -> None:
    peer = Peer(httpx2.Response(503))

    with pytest.raises(APIException):
        client_of(peer, max_retries=2).session.logout()
    assert len(peer.requests) == 1


@pytest.mark.parametrize(("text", "error"), [('{"error": [1]}', [1]), ("[]", None), ("<", None)])
def test_an_error_response_holds_what_the_body_says(text: str, error: object) -> None:
    with pytest.raises(ErrorResponseException) as caught:
        client_of(Peer(httpx2.Response(500, text=text))).session.logout()

    assert caught.value.error == error
    assert caught.value.reason == "Operation failed or unauthorized request"


@pytest.mark.parametrize("token", ["two\r\nlines", "with space", "füß", "\x00"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_and_not_shown(token: str) -> None:
    peer = Peer(httpx2.Response(200, text="true"))

    with pytest.raises(ValueError, match="visible ASCII") as caught:
        client_of(peer, access_token=token).session.revoke_token()
    assert token not in "".join(traceback.format_exception(caught.value))
    assert peer.requests == []


def test_an_address_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="no name or password") as caught:
        GatepassClient(base_url="https://ann:hidden@host")
    assert "hidden" not in str(caught.value)


def test_a_given_client_cannot_be_told_whom_to_trust() -> None:
    http = httpx2.Client()
    with pytest.raises(ValueError, match="certificates"):
        GatepassClient(
            http_client_instance=http,
            override_http_client_configuration=True,
            skip_ssl_cert_verification=True,
        )


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx2.ConnectTimeout("t"), TimedOut),
        (httpx2.PoolTimeout("t"), TimedOut),
        (httpx2.LocalProtocolError("Illegal header b'a-token-of-tests'"), CannotConnect),
        (httpx2.ProxyError("t"), CannotConnect),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else None,
)
def test_what_was_never_sent_cannot_have_arrived(
    failure: Exception, kind: type[CannotConnect | TimedOut]
) -> None:
    with pytest.raises(kind) as caught:
        client_of(Peer(failure)).session.logout()

    assert not caught.value.may_have_arrived
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_what_ran_out_of_time_after_it_was_sent_may_have_arrived() -> None:
    with pytest.raises(TimedOut) as caught:
        client_of(Peer(httpx2.ReadTimeout("t"))).session.logout()

    assert caught.value.may_have_arrived
