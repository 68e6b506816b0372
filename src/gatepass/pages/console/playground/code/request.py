"""The request that is to be written as code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from gatepass.http.described import JSON

TOKEN, COOKIE = "GATEPASS_TOKEN", "GATEPASS_SESSION"
"""Environment variables from which code reads the credential."""
MOST_WRITTEN, MOST_LEVELS = 65_536, 24
"""Letters and levels of a body that is written out in a language's own words; a bigger one stands
there as its text. Each level is indented, so of deep ones little would become a great deal."""


@dataclass(frozen=True)
class Request:
    """What is sent, without a secret in it."""

    origin: str
    dialect: str
    operation: str
    method: str
    path: str
    """The whole path with its query, percent-encoded."""
    body: str = ""
    """A JSON text, perhaps a broken one."""
    fields: Sequence[tuple[str, str]] = ()
    """Of a form."""
    media: str = ""
    with_token: bool = False
    with_cookie: str = ""
    """The session cookie's name, where that is the credential."""
    query: bool = False
    """Whether the path has a query."""

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.path

    @property
    def is_form(self) -> bool:
        """Whether a form is sent, an empty one too."""
        return bool(self.media) and self.media != JSON

    @property
    def plain_headers(self) -> list[tuple[str, str]]:
        """Headers without a credential."""
        found = [("X-Requested-By", "console")] if self.is_form or self.dialect == "v1" else []
        return [*found, ("Content-Type", self.media)] if self.media else found

    @cached_property
    def data(self) -> Any:  # noqa: ANN401 - what JSON can hold
        """The body; None where it is not JSON, or too big to be written out."""
        if not 0 < len(self.body) <= MOST_WRITTEN:
            return None
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError):
            return None
        return found if _is_within(found, MOST_LEVELS) else None


def _is_within(value: Any, levels: int) -> bool:  # noqa: ANN401 - what JSON can hold
    """Say whether lists and objects are nested no deeper than so many levels."""
    if not isinstance(value, dict | list):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_within(one, levels - 1) for one in inside)
