"""How v2.0 words every refusal: status, code, body."""

import msgspec

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.http import refusals as http
from gatepass.http.call import Reply

BAD, UNAUTHORIZED, FORBIDDEN, FAILED = 10002, 10097, 10023, 10038
NO_OBJECT, OTHER = 13003, 10000

WORDING: dict[type[CoreError], tuple[int, int]] = {
    core.NotAuthenticated: (401, UNAUTHORIZED),
    core.NoSession: (401, UNAUTHORIZED),
    core.WrongCredentials: (401, UNAUTHORIZED),
    core.AccountNotActive: (403, FORBIDDEN),
    core.SecondFactorRequired: (403, FORBIDDEN),
    core.TrustedAuthDisabled: (403, FORBIDDEN),
    core.NotPermitted: (403, FORBIDDEN),
    core.ScopeTooSmall: (403, FORBIDDEN),
    core.NotProved: (403, FORBIDDEN),
    core.InvalidParameter: (400, BAD),
    core.WeakPassword: (400, BAD),
    core.OrgNotUsable: (400, BAD),
    core.BadToken: (400, BAD),
    core.NotFound: (400, NO_OBJECT),
    core.AlreadyExists: (400, BAD),
    core.TooManyGuesses: (429, BAD),
    core.Busy: (503, OTHER),
    http.NoSuchPath: (404, BAD),
    http.WrongMethod: (405, BAD),
    http.NotBuilt: (501, OTHER),
    http.BodyTooLarge: (413, BAD),
    http.HeadersTooLarge: (431, BAD),
    http.WrongMediaType: (415, BAD),
    http.BadRequest: (400, BAD),
    http.ForeignOrigin: (403, FORBIDDEN),
    http.MissingHeader: (403, FORBIDDEN),
    http.PlainHttp: (403, FORBIDDEN),
    http.Broken: (500, FAILED),
}
"""HTTP status and the dialect's code of every refusal (contract of v2.0, status codes)."""

_CHALLENGED = frozenset({401})


class Message(msgspec.Struct, frozen=True):
    """What was refused, with the incident id that the log has too."""

    code: int
    incident_id_guid: str
    trace_id_guid: str
    debug: str


class FlatError(msgspec.Struct, frozen=True):
    """The flat shape."""

    message: Message


class FlatBody(msgspec.Struct, frozen=True):
    """A refusal in the flat shape."""

    error: FlatError


class NestedMessage(msgspec.Struct, frozen=True):
    """The nested shape: its inner ``debug`` is a list of texts, as JSON in a text."""

    debug: Message


class NestedError(msgspec.Struct, frozen=True):
    """The nested shape."""

    message: NestedMessage


class NestedBody(msgspec.Struct, frozen=True):
    """A refusal in the nested shape."""

    error: NestedError


class Wording:
    """The body of a refusal in one of two attested shapes."""

    def __init__(self, *, nested: bool, wrong_credentials_status: int) -> None:
        self._nested = nested
        self._wording = dict(WORDING)
        if wrong_credentials_status == 400:  # noqa: PLR2004 - the setting's other value
            self._wording[core.WrongCredentials] = (400, BAD)

    @property
    def statuses(self) -> dict[type[CoreError], int]:
        """The status of every refusal."""
        return {kind: status for kind, (status, _) in self._wording.items()}

    @property
    def body(self) -> type[msgspec.Struct]:
        """The shape of a refusal's body."""
        return NestedBody if self._nested else FlatBody

    def word(self, error: CoreError, incident_id: str) -> Reply:
        """Return the reply for a refusal."""
        status, code = self._wording[type(error)]
        text = str(error)
        message: dict[str, object] = {
            "code": code,
            "incident_id_guid": incident_id,
            "trace_id_guid": incident_id,
            "debug": text,
        }
        if self._nested:
            debug = msgspec.json.encode([text]).decode()
            message = {"debug": {**message, "debug": debug}}
        headers: list[tuple[bytes, bytes]] = []
        if status in _CHALLENGED:
            headers.append((b"www-authenticate", b"Bearer"))
        if isinstance(error, core.ScopeTooSmall):
            headers.append((b"www-authenticate", b'Bearer error="insufficient_scope"'))
        if isinstance(error, core.TooManyGuesses | core.Busy):
            headers.append((b"retry-after", b"%d" % error.retry_after))
        if isinstance(error, http.WrongMethod):
            headers.append((b"allow", ", ".join(error.allowed).encode()))
        return Reply(status, msgspec.json.encode({"error": {"message": message}}), headers)
