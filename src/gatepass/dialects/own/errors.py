"""How our own API words every refusal: the status, and the refusal's own code."""

import msgspec

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.http import refusals as http
from gatepass.http.call import Reply

WORDING: dict[type[CoreError], int] = {
    core.NotAuthenticated: 401,
    core.NoSession: 401,
    core.WrongCredentials: 401,
    core.AccountNotActive: 403,
    core.SecondFactorRequired: 403,
    core.TrustedAuthDisabled: 403,
    core.NotPermitted: 403,
    core.ScopeTooSmall: 403,
    core.NotProved: 403,
    core.InvalidParameter: 400,
    core.WeakPassword: 400,
    core.OrgNotUsable: 400,
    core.BadToken: 400,
    core.NotFound: 404,
    core.AlreadyExists: 409,
    core.TooManyGuesses: 429,
    core.Busy: 503,
    http.NoSuchPath: 404,
    http.WrongMethod: 405,
    http.NotBuilt: 501,
    http.BodyTooLarge: 413,
    http.HeadersTooLarge: 431,
    http.WrongMediaType: 415,
    http.BadRequest: 400,
    http.ForeignOrigin: 403,
    http.MissingHeader: 403,
    http.PlainHttp: 403,
    http.Broken: 500,
}
"""HTTP status of every refusal; the body carries the refusal's code."""


def word(error: CoreError, incident_id: str) -> Reply:
    """Return the reply for a refusal."""
    status = WORDING[type(error)]
    body = {"error": {"code": error.code, "message": str(error), "incident_id": incident_id}}
    headers: list[tuple[bytes, bytes]] = []
    if status == WORDING[core.NotAuthenticated]:
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, core.ScopeTooSmall):
        headers.append((b"www-authenticate", b'Bearer error="insufficient_scope"'))
    if isinstance(error, core.TooManyGuesses | core.Busy):
        headers.append((b"retry-after", b"%d" % error.retry_after))
    if isinstance(error, http.WrongMethod):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    return Reply(status, msgspec.json.encode(body), headers)
