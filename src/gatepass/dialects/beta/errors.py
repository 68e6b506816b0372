"""How the betas word every refusal: status 500, and inside it what v1 would have answered."""

from typing import Literal

import msgspec

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.http import refusals as http
from gatepass.http.call import Reply

BAD, UNAUTHORIZED, FORBIDDEN, NO_OBJECT, OTHER = 10002, 10003, 10023, 13003, 10000
FAILED = 500

WORDING: dict[type[CoreError], tuple[int, int]] = {
    core.NotAuthenticated: (401, UNAUTHORIZED),
    core.NoSession: (401, UNAUTHORIZED),
    core.WrongCredentials: (401, UNAUTHORIZED),
    core.AccountNotActive: (401, UNAUTHORIZED),
    core.SecondFactorRequired: (401, UNAUTHORIZED),
    core.TrustedAuthDisabled: (500, OTHER),
    core.NotPermitted: (403, FORBIDDEN),
    core.ScopeTooSmall: (403, FORBIDDEN),
    core.NotProved: (403, FORBIDDEN),
    core.InvalidParameter: (400, BAD),
    core.WeakPassword: (400, BAD),
    core.OrgNotUsable: (400, BAD),
    core.BadToken: (400, BAD),
    core.NotFound: (404, NO_OBJECT),
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
    http.Broken: (500, OTHER),
}
"""The status that stands inside the envelope, and v1's code, of every refusal."""

EXCEPTIONS: dict[tuple[str | None, type[CoreError]], tuple[int, int]] = {
    ("forceLogoutUsers", core.NotFound): (500, OTHER),
}
"""Where v1 answers one operation in another way."""

OUTSIDE: dict[type[CoreError], int] = {http.NoSuchPath: 404, core.TooManyGuesses: 429}
"""The refusals whose HTTP status is not 500: nothing is served there, or too much was asked."""

STATUSES = dict.fromkeys(WORDING, FAILED) | OUTSIDE

_SIGN_IN = (core.AccountNotActive, core.SecondFactorRequired)
_FIELDS = {
    "username": "userName",
    "org_identifier": "orgId",
    "org_id": "orgId",
    "orgid": "id",
    "user_identifiers": "user",
    "secret_key": "secretKey",
}
"""Fields of the core's refusals, as the betas call them."""


class Data(msgspec.Struct, frozen=True):
    """What the upstream said: v1's code, and a plain sentence."""

    code: int
    incident_id_guid: str
    trace_id_guid: str
    debug: str


class Upstream(msgspec.Struct, frozen=True):
    """The answer that v1 would have given."""

    data: Data
    status: int


class Failure(msgspec.Struct, frozen=True, rename="camel"):
    """What failed; the "stack trace" is one line and never a real one."""

    service: str
    upstream_response: Upstream
    stacktrace: tuple[str]


class Extension(msgspec.Struct, frozen=True):
    """Where it failed, and of which kind it is."""

    service: str
    code: Literal["UPSTREAM_FAILURE", "BAD_USER_INPUT"]
    exception: Failure


class Location(msgspec.Struct, frozen=True):
    """A constant: clients expect some place in a query."""

    line: int = 2
    column: int = 3


class Errors(msgspec.Struct, frozen=True):
    """The one failure."""

    message: str
    locations: Location
    path: list[str]
    extension: Extension


class ErrorBody(msgspec.Struct, frozen=True):
    """The envelope's inner part."""

    errors: Errors


class RefusalBody(msgspec.Struct, frozen=True):
    """The envelope: ``error`` stands alone, for clients fill exceptions from what stands there."""

    error: ErrorBody


_SERVICE = "CALLOSUM"
_encode = msgspec.json.Encoder().encode


def word(error: CoreError, incident_id: str, operation: str | None) -> Reply:
    """Return the reply for a refusal of an operation, or of a request that found none."""
    status, code = EXCEPTIONS.get((operation, type(error))) or WORDING[type(error)]
    message = f"Request failed with status code {status}"
    data = Data(code, incident_id, incident_id, _debug(error))
    if isinstance(error, http.NotBuilt):
        operation = error.operation
    body = RefusalBody(
        ErrorBody(
            Errors(
                message=message,
                locations=Location(),
                path=[] if operation is None else [f"restapiV2__{operation}"],
                extension=Extension(
                    service=_SERVICE,
                    code=(
                        "BAD_USER_INPUT"
                        if isinstance(error, http.BadRequest)
                        else "UPSTREAM_FAILURE"
                    ),
                    exception=Failure(_SERVICE, Upstream(data, status), (message,)),
                ),
            )
        )
    )
    headers: list[tuple[bytes, bytes]] = []
    if status == WORDING[core.NotAuthenticated][0]:
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, core.ScopeTooSmall):
        headers.append((b"www-authenticate", b'Bearer error="insufficient_scope"'))
    if isinstance(error, core.TooManyGuesses | core.Busy):
        headers.append((b"retry-after", b"%d" % error.retry_after))
    if isinstance(error, http.WrongMethod):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    return Reply(STATUSES[type(error)], _encode(body), headers)


def _debug(error: CoreError) -> str:
    if isinstance(error, core.InvalidParameter):
        field = _FIELDS.get(error.field, error.field)
        reason = error.reason.replace("secret_key", _FIELDS["secret_key"])
        return f"Invalid parameter values {field}: {reason}"
    # As v1: whoever may not sign in is told what a wrong password is told.
    return str(core.WrongCredentials("")) if isinstance(error, _SIGN_IN) else str(error)
