"""Every operation of both faces: builds its request, reads its answer. Nothing here does I/O."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from gatepass_sdk import answers, decoding, requests, session_models
from gatepass_sdk.configuration import Configuration
from gatepass_sdk.errors import (
    REFUSALS,
    APIException,
    ErrorResponseException,
    Refused,
    ServerFault,
    UnreadableAnswer,
)
from gatepass_sdk.exchange import HttpRequest, HttpResponse

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

V2_0 = "/api/rest/2.0"
BETA = "/tspublic/rest/v2"
JSON = "application/json"
USER_AGENT = "gatepass-sdk/0.1.0"
HIDDEN = "…"
SHORTEST_SECRET = 4
OK, NO_CONTENT, FAILED = 200, 204, 500
BETA_SUCCESS = range(200, 209)
SECRETS = ("password", "secret_key", "secretKey", "token")


class Bearer(Enum):
    """Whether an operation shows the client's token."""

    NEVER = "never"
    KEPT = "kept"
    """If there is one; none is fetched for it."""
    NEEDED = "needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T_co]):
    """One operation, ready to be sent: the same for each attempt, but for the token shown."""

    method: str
    path: str
    read: Callable[[HttpResponse], T_co] = field(repr=False)
    bearer: Bearer = Bearer.NEVER
    body: bytes = field(default=b"", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    is_safe: bool = False
    """Whether it does no harm to send it again when the first may have done its work."""
    ends: str | None = field(default=None, repr=False)
    """The token that is dead after it; empty: the one that was shown."""

    def request(self, base: str, token: str | None) -> HttpRequest:
        """Return the request that shows this token.

        Raises:
            ValueError: the token cannot stand in a header.
        """
        headers = self.headers
        if token is not None:
            if not (token.isascii() and token.isprintable()) or " " in token:
                raise ValueError("an access token is of visible ASCII characters only")
            headers = {**headers, "authorization": f"Bearer {token}"}
        return HttpRequest(
            http_method=self.method,
            query_url=base + self.path,
            headers=headers,
            content=self.body,
        )


# The ``auth`` face


def login(request: requests.LoginRequest) -> Call[None]:
    by_token = not request.username and not request.password
    bearer = Bearer.NEEDED if by_token else Bearer.NEVER
    return _auth("POST", "auth/session/login", _nothing, request, bearer=bearer)


def logout() -> Call[None]:
    return _auth("POST", "auth/session/logout", _nothing, bearer=Bearer.KEPT, ends="")


def get_full_access_token(request: requests.FullTokenRequest) -> Call[answers.Token]:
    return _auth("POST", "auth/token/full", _as(answers.Token), request)


def get_object_access_token(request: requests.ObjectTokenRequest) -> Call[answers.Token]:
    return _auth("POST", "auth/token/object", _as(answers.Token), request)


def get_custom_access_token(request: requests.CustomTokenRequest) -> Call[answers.AccessToken]:
    return _auth("POST", "auth/token/custom", _as(answers.AccessToken), request)


def revoke_token(request: requests.RevokeTokenRequest) -> Call[None]:
    own = request.user_identifier is None and request.token is None
    return _auth(
        "POST",
        "auth/token/revoke",
        _nothing,
        request,
        bearer=Bearer.KEPT if own else Bearer.NEEDED,
        ends="" if own else request.token,
    )


def validate_token(request: requests.ValidateTokenRequest) -> Call[answers.TokenValidation]:
    read = _as(answers.TokenValidation)
    needed = Bearer.NEEDED
    return _auth("POST", "auth/token/validate", read, request, bearer=needed, is_safe=True)


def get_current_user_info() -> Call[answers.User]:
    read = _as(answers.User)
    return _auth("GET", "auth/session/user", read, bearer=Bearer.NEEDED, is_safe=True)


def get_current_user_token() -> Call[answers.SessionToken]:
    # A GET that makes a token each time: not one to send twice.
    return _auth("GET", "auth/session/token", _as(answers.SessionToken), bearer=Bearer.NEEDED)


def configure_auth_settings(request: requests.ConfigureAuthRequest) -> Call[None]:
    return _auth("POST", "auth/configure", _nothing, request, bearer=Bearer.NEEDED)


def search_auth_settings(request: requests.SearchAuthRequest) -> Call[answers.AuthSettings]:
    read = _as(answers.AuthSettings)
    return _auth("POST", "auth/search", read, request, bearer=Bearer.NEEDED, is_safe=True)


def token_for(request: requests.TokenRequest) -> Call[answers.Token | answers.AccessToken]:
    """Return the call that issues what is asked for."""
    if isinstance(request, requests.CustomTokenRequest):
        return get_custom_access_token(request)
    if isinstance(request, requests.ObjectTokenRequest):
        return get_object_access_token(request)
    return get_full_access_token(request)


def _auth(
    method: str,
    path: str,
    read: Callable[[HttpResponse], T],
    request: object = None,
    *,
    bearer: Bearer = Bearer.NEVER,
    is_safe: bool = False,
    ends: str | None = None,
) -> Call[T]:
    headers = {"accept": JSON, "user-agent": USER_AGENT}
    body = b""
    secrets: list[str] = []
    if request is not None:
        headers["content-type"] = JSON
        fields = decoding.plain(request)
        secrets += (str(fields[name]) for name in SECRETS if fields.get(name))
        body = _encoded(fields)

    def reads(response: HttpResponse) -> T:
        if response.status_code not in (OK, NO_CONTENT):
            shown = response.request.headers.get("authorization", "").removeprefix("Bearer ")
            raise _refusal(response, [*secrets, shown])
        return read(response)

    return Call(
        method=method,
        path=f"{V2_0}/{path}",
        read=reads,
        bearer=bearer,
        body=body,
        headers=headers,
        is_safe=is_safe,
        ends=ends,
    )


def _nothing(response: HttpResponse) -> None:
    """Accept 204, and 200 with ``{}`` as servers of old answered."""
    if response.status_code == OK:
        _decoded(response)


def _as(kind: type[T]) -> Callable[[HttpResponse], T]:
    def read(response: HttpResponse) -> T:
        try:
            return decoding.read(kind, _decoded(response))
        except decoding.Misfit as misfit:
            why = str(misfit)
        raise UnreadableAnswer(f"{_named(response)}: {why}", response)

    return read


def _refusal(response: HttpResponse, secrets: list[str]) -> Refused:
    """Return the error of a refusal; whatever the server wrote, it repeats no secret."""
    status = response.status_code
    kind = REFUSALS.get(status, ServerFault if status >= FAILED else Refused)
    said: Any = _json_or_none(response.content)
    said = said.get("error") if isinstance(said, dict) else None
    said = said.get("message") if isinstance(said, dict) else said
    if isinstance(said, dict) and isinstance(said.get("debug"), dict):
        said = said["debug"]
    facts = said if isinstance(said, dict) else {"debug": said}
    text, code, incident = (facts.get(name) for name in ("debug", "code", "incident_id_guid"))
    message = text if isinstance(text, str) and text else response.reason_phrase
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            message = message.replace(secret, HIDDEN)
    return kind(
        f"{_named(response)}: {message}",
        response,
        code if type(code) is int else None,
        incident if isinstance(incident, str) else None,
    )


# The ``session`` face


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaSetting:
    """What of the configuration the betas' headers hold."""

    accept_language: str
    content_type: str

    @classmethod
    def of(cls, config: Configuration[Any]) -> "BetaSetting":
        """Return what a configuration says."""
        return cls(accept_language=config.accept_language, content_type=config.content_type)


def required(body: T | None) -> T:
    """Return a body that is there.

    Raises:
        ValueError: it is not.
    """
    if body is None:
        raise ValueError("Required parameter body cannot be None.")
    return body


def shown(call: Call[Any], access_token: str) -> str | None:
    """Return the token that a call of the betas shows; any text does for a login by password.

    Raises:
        PermissionError: it needs one and there is none.
    """
    if call.bearer is Bearer.NEVER:
        return None
    if not access_token:
        raise PermissionError(f"{call.method} {call.path} needs the client's access_token")
    return access_token


def session_info(setting: BetaSetting) -> Call[str]:
    return _beta("GET", "session", _text, setting, bearer=Bearer.NEEDED)


def session_login(
    setting: BetaSetting, body: session_models.TspublicRestV2SessionLoginRequest
) -> Call[session_models.SessionLoginResponse]:
    return _beta("POST", "session/login", _logged_in, setting, body, bearer=Bearer.NEEDED)


def session_logout(setting: BetaSetting) -> Call[bool]:
    return _beta("POST", "session/logout", _truth, setting)


def session_token(
    setting: BetaSetting, body: session_models.TspublicRestV2SessionGettokenRequest
) -> Call[session_models.SessionLoginResponse]:
    return _beta("POST", "session/gettoken", _logged_in, setting, body)


def session_revoke(setting: BetaSetting) -> Call[bool]:
    return _beta("POST", "session/revoketoken", _truth, setting, bearer=Bearer.NEEDED)


def _beta(
    method: str,
    path: str,
    read: Callable[[HttpResponse], T],
    setting: BetaSetting,
    model: session_models.Model | None = None,
    *,
    bearer: Bearer = Bearer.NEVER,
) -> Call[T]:
    headers = {
        "user-agent": USER_AGENT,
        "accept": JSON,
        "accept-language": setting.accept_language,
        "content-type": setting.content_type if model is None else JSON,
    }

    def reads(response: HttpResponse) -> T:
        if response.status_code == FAILED:
            said = _json_or_none(response.content)
            reason = "Operation failed or unauthorized request"
            error = said.get("error") if isinstance(said, dict) else None
            raise ErrorResponseException(reason, response, error)
        if response.status_code not in BETA_SUCCESS:
            raise APIException("HTTP response not OK.", response)
        return read(response)

    call = Call(method=method, path=f"{BETA}/{path}", read=reads, bearer=bearer, headers=headers)
    return call if model is None else replace(call, body=_encoded(model.to_dictionary()))


def _text(response: HttpResponse) -> str:
    return response.text


def _truth(response: HttpResponse) -> bool:
    found = _decoded(response)
    if not isinstance(found, bool):
        raise UnreadableAnswer(f"{_named(response)}: it is not true or false", response)
    return found


def _logged_in(response: HttpResponse) -> session_models.SessionLoginResponse:
    found = _decoded(response)
    if isinstance(found, dict):
        model = session_models.SessionLoginResponse.of(found)
        if all(value is None or isinstance(value, str) for value in vars(model).values()):
            return model
    raise UnreadableAnswer(f"{_named(response)}: it is not an object of texts", response)


# Both


def _encoded(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _json_or_none(content: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _decoded(response: HttpResponse) -> object:
    """Return an answer's JSON.

    Raises:
        UnreadableAnswer: it is not JSON. The body is not in the text, nor in what it came from.
    """
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        pass
    kind = response.headers.get("content-type", "no content type")
    size = len(response.content)
    raise UnreadableAnswer(f"{_named(response)}: {size} bytes of {kind}, not JSON", response)


def _named(response: HttpResponse) -> str:
    return f"{response.request.http_method} {urlsplit(response.request.query_url).path}"
