"""What the OpenAPI document of a dialect says beside its operation table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gatepass.core.errors import CoreError

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Described:
    """What the document says of an operation beside its row in the table."""

    summary: str
    reply: Any = None
    """The type of what is answered; None: 204, no body."""
    query: type[msgspec.Struct] | None = None
    example: Mapping[str, object] | None = None
    """A body that one might send, or where there is none the query."""


@dataclass(frozen=True, slots=True)
class Description:
    """All that a dialect's document needs beside the operation table."""

    title: str
    operations: Mapping[str, Described]
    statuses: Mapping[type[CoreError], int]
    refusal: type[msgspec.Struct]
    """The body of every refusal."""
    cookie: str
    """The session cookie's name."""
    media: str = JSON
    """The type of bodies that are sent; fields of a form otherwise."""

    def of(self, operation: str) -> Described:
        """Return what is said of an operation; of one that was forgotten, that it answers."""
        return self.operations.get(operation) or Described(operation, reply=Any)
