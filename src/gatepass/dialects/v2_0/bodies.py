"""How v2.0 reads bodies: JSON, liberal in types, strict in shape."""

from typing import Any, ClassVar

import msgspec

from gatepass.core.records import Undisclosed
from gatepass.http.refusals import BadRequest, WrongMediaType
from gatepass.http.routing import NoBody, Operation

_decode = msgspec.json.Decoder().decode


class Keeps(Undisclosed, frozen=True):
    """A body in which a present but empty text differs from an absent one."""


class Blanks(Undisclosed, frozen=True):
    """A body with texts that must be there, but may be empty."""

    BLANK: ClassVar[frozenset[str]]


def decode(operation: Operation[Any], content_type: bytes | None, body: bytes) -> Any:
    """Return the body as the operation's struct.

    Nothing reads as ``{}``; null, absent and empty text are one for optional fields; unknown
    fields are ignored; integers and booleans may stand in text.

    Raises:
        WrongMediaType: the body is announced as something other than JSON.
        BadRequest: it is not JSON, or has a wrong type or word.
    """
    kind: type[Any] = operation.body
    if kind is NoBody:
        return None
    if not body.strip():
        body, content_type = b"{}", None
    if content_type is not None and not _is_json(content_type):
        raise WrongMediaType("application/json")
    try:
        fields = _decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest("malformed JSON") from error
    if not isinstance(fields, dict):
        raise BadRequest("the body is to be a JSON object")
    empty = (None,) if issubclass(kind, Keeps) else (None, "")
    try:
        given = _given(fields, empty)
        if issubclass(kind, Blanks):
            given |= {name: "" for name in kind.BLANK if fields.get(name) == ""}
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(_where(str(error))) from error
    except RecursionError as error:
        raise BadRequest("malformed JSON") from error


def _given(value: Any, empty: tuple[str | None, ...]) -> Any:
    """Return a value without the fields that count as absent, at any depth."""
    if isinstance(value, dict):
        return {name: _given(one, empty) for name, one in value.items() if one not in empty}
    return [_given(one, empty) for one in value] if isinstance(value, list) else value


def _is_json(content_type: bytes) -> bool:
    media = content_type.split(b";", 1)[0].strip().lower()
    return media in (b"", b"application/json", b"text/json") or media.endswith(b"+json")


def _where(text: str) -> str:
    """Name the field of a validation error, without repeating what was sent."""
    _, marker, place = text.rpartition(" - at `$")
    field = place.rstrip("`").lstrip(".") if marker else ""
    wanted = text.split(",", 1)[0] if text.startswith("Expected") else "unusable value"
    return f"invalid parameter values: {field}: {wanted}" if field else "invalid parameter values"
