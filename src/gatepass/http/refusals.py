"""Refusals of the plumbing itself, worded by the dialect like any other."""

from gatepass.core.errors import CoreError


class NoSuchPath(CoreError):
    """Nothing is served here."""

    code = "no_such_path"

    def __init__(self) -> None:
        super().__init__("no such path")


class WrongMethod(CoreError):
    """Another method is served here."""

    code = "wrong_method"

    def __init__(self, allowed: list[str]) -> None:
        super().__init__("method not allowed, use " + " or ".join(allowed))
        self.allowed = allowed


class NotBuilt(CoreError):
    """An operation of the vendor's API that this server does not have."""

    code = "not_built"

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation} is not part of this server")
        self.operation = operation


class BodyTooLarge(CoreError):
    """The body passes the limit."""

    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes")


class HeadersTooLarge(CoreError):
    """The request line and headers pass the limit."""

    code = "headers_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the headers are larger than {limit} bytes")


class WrongMediaType(CoreError):
    """The body is not of the type that the dialect speaks."""

    code = "wrong_media_type"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"send the body as {wanted}")


class BadRequest(CoreError):
    """The request cannot be read as HTTP or its body not decoded."""

    code = "bad_request"


class ForeignOrigin(CoreError):
    """A page of another origin tries to use or set a cookie."""

    code = "foreign_origin"

    def __init__(self) -> None:
        super().__init__("this origin may not send such a request")


class MissingHeader(CoreError):
    """A write lacks the header that a foreign page cannot add unasked."""

    code = "missing_header"

    def __init__(self, name: str) -> None:
        super().__init__(f"Missing {name} header")


class PlainHttp(CoreError):
    """In hardened mode plain http is served to this machine alone."""

    code = "plain_http"

    def __init__(self) -> None:
        super().__init__("use https")


class Broken(CoreError):
    """A bug or an unforeseen fault; the log has it under the incident id."""

    code = "broken"

    def __init__(self) -> None:
        super().__init__("unexpected error")
