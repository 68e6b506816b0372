"""One request and one answer, as plain data; what they carry stays out of their ``repr``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it is sent; a callback may look at it."""

    http_method: str
    query_url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    query_parameters: Mapping[str, str] | None = field(default=None, repr=False)
    files: None = field(default=None, repr=False)

    @property
    def parameters(self) -> str:
        """The body as text."""
        return self.content.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """An answer as it came; header names are lower case."""

    status_code: int
    reason_phrase: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    request: HttpRequest

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")
