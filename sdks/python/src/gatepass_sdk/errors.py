"""Everything that can go wrong, as one tree.

    GatepassError
    ├── TransportError            no whole answer came
    │   ├── CannotConnect         nothing was sent: refused, no such host, certificate not trusted
    │   ├── TimedOut              it took longer than the client's timeout
    │   ├── ConnectionLost        closed before an answer began
    │   └── TruncatedAnswer       closed in the middle of an answer
    ├── UnreadableAnswer          a whole answer that is not what the API promises: HTML, not JSON
    ├── Refused                   the ``auth`` face: any status that is not a success
    │   ├── InvalidRequest        400
    │   ├── Unauthorized          401
    │   ├── Forbidden             403
    │   ├── NotFound              404
    │   ├── TooManyRequests       429
    │   └── ServerFault           500 and up
    └── APIException              the ``session`` face: any status that is not a success
        └── ErrorResponseException    500, which is how the betas word every refusal

No text or ``repr`` of these holds a secret. Beside them the ``session`` face raises
``PermissionError`` where a call needs an access token and there is none, and ``ValueError`` where
the body is missing: both before anything is sent.
"""

from gatepass_sdk.exchange import HttpResponse


class GatepassError(Exception):
    """Any failure of a call."""


class TransportError(GatepassError):
    """No whole answer came.

    ``may_have_arrived`` says whether the server may have got the request, and done what it asks;
    ``is_passing`` whether the same may go well a moment later.
    """

    may_have_arrived = True
    is_passing = True


class CannotConnect(TransportError):
    """There was no connection to send the request on."""

    may_have_arrived = False


class TimedOut(TransportError):
    """The call took longer than the client's timeout."""

    def __init__(self, message: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived
        # Another try would take that long again, unless nobody has answered yet.
        self.is_passing = not may_have_arrived


class ConnectionLost(TransportError):
    """The connection ended before an answer began."""


class TruncatedAnswer(TransportError):
    """The connection ended in the middle of an answer."""


class UnreadableAnswer(GatepassError):
    """A whole answer that is not what the API promises."""

    def __init__(self, message: str, response: HttpResponse) -> None:
        super().__init__(message)
        self.response = response


class Refused(GatepassError):
    """The server refused: its status, its own code, its words, and the incident its log has."""

    def __init__(
        self, message: str, response: HttpResponse, code: int | None, incident_id: str | None
    ) -> None:
        super().__init__(f"{response.status_code}: {message}")
        self.status = response.status_code
        self.code = code
        self.message = message
        self.incident_id = incident_id
        self.response = response


class InvalidRequest(Refused):
    """400: a value is missing, malformed or not usable."""


class Unauthorized(Refused):
    """401: no good credential."""


class Forbidden(Refused):
    """403: known, but not allowed."""


class NotFound(Refused):
    """404: no such address."""


class TooManyRequests(Refused):
    """429: come back later."""


class ServerFault(Refused):
    """500 and up: the server could not."""


REFUSALS: dict[int, type[Refused]] = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    429: TooManyRequests,
}


class APIException(GatepassError):
    """The betas: a status outside 200 to 208."""

    def __init__(self, reason: str, response: HttpResponse) -> None:
        super().__init__(reason)
        self.reason = reason
        self.response = response
        self.response_code = response.status_code

    def __str__(self) -> str:
        return f"{self.response_code}: {self.reason}"


class ErrorResponseException(APIException):
    """The betas: status 500. ``error`` is what the body says, if it is a JSON object."""

    def __init__(self, reason: str, response: HttpResponse, error: object = None) -> None:
        super().__init__(reason, response)
        self.error = error
