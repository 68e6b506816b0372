"""How v1 words every refusal: status, code, and texts as a JSON list inside a text."""

import msgspec

from gatepass.core import errors as core
from gatepass.core.errors import CoreError
from gatepass.http import refusals as http
from gatepass.http.call import Reply

BAD, UNAUTHORIZED, FORBIDDEN, NO_OBJECT, OTHER = 10002, 10003, 10023, 13003, 10000
TEXTS = {
    BAD: "Bad request. Invalid parameter values.",
    UNAUTHORIZED: (
        "Authentication token of type could not be authenticated by any configured realms.  "
        "Please ensure that at least one realm can authenticate these tokens."
    ),
}
"""What stands first under a code; under 10003 nothing follows, so that every cause sounds alike."""

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
"""HTTP status and the dialect's code of every refusal (contract of v1, errors)."""

EXCEPTIONS: dict[tuple[str, type[CoreError]], tuple[int, int]] = {
    ("invalidateSessions", core.NotFound): (500, OTHER),
    ("orgsOfUser", core.NotFound): (400, BAD),
}
"""Where the vendor documents another status for one operation."""

_UNAUTHORIZED, _CHALLENGE = 401, (b"www-authenticate", b"Bearer")
_INSUFFICIENT = (b"www-authenticate", b'Bearer error="insufficient_scope"')


class Refused(msgspec.Struct, frozen=True):
    """A refusal's body; ``debug`` is a JSON list of texts, as a text."""

    code: int
    incident_id_guid: str
    trace_id_guid: str
    debug: str


def word(error: CoreError, incident_id: str, operation: str = "") -> Reply:
    """Return the reply for a refusal of an operation.

    A 401 carries a challenge that makes no browser ask for a password (RFC 6750 §3).
    """
    status, code = EXCEPTIONS.get((operation, type(error))) or WORDING[type(error)]
    texts = [TEXTS[code]] if code in TEXTS else []
    if code != UNAUTHORIZED:
        texts.append(str(error))
    debug = msgspec.json.encode(texts).decode()
    headers: list[tuple[bytes, bytes]] = []
    if status == _UNAUTHORIZED:
        headers.append(_CHALLENGE)
    if isinstance(error, core.ScopeTooSmall):
        headers.append(_INSUFFICIENT)
    if isinstance(error, core.TooManyGuesses | core.Busy):
        headers.append((b"retry-after", b"%d" % error.retry_after))
    if isinstance(error, http.WrongMethod):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    return Reply(
        status, msgspec.json.encode(Refused(code, incident_id, incident_id, debug)), headers
    )
