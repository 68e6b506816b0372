"""How the betas read bodies: JSON whatever the content type says, liberal in types."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from gatepass.http.refusals import BadRequest
from gatepass.http.routing import NoBody, Operation

_decode = msgspec.json.Decoder().decode
_ABSENT = (None, "")


def decode(operation: Operation[Any], body: bytes, query: bytes) -> Any:
    """Return the body, or by GET the query, as the operation's struct.

    Nothing reads as ``{}``; null, absent and empty text are one; unknown fields are ignored; a
    boolean may stand in text of any case. An operation without a body takes any.

    Raises:
        BadRequest: it is not a JSON object, or has a wrong type or word.
    """
    kind: type[Any] = operation.body
    if kind is NoBody:
        return None
    if operation.method == "GET":
        return converted(dict(parse_qsl(query.decode("latin-1"))), kind)
    try:
        fields = _decode(body) if body.strip() else {}
        if not isinstance(fields, dict):
            raise BadRequest("the body is to be a JSON object")
        return converted(fields, kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest("malformed JSON") from error


def converted(fields: dict[str, Any], kind: type[Any]) -> Any:
    """Return fields of a body or a query as a struct.

    Raises:
        BadRequest: one has a wrong type or word; the text names it.
    """
    try:
        return msgspec.convert(_given(fields), kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(_where(str(error))) from error


def _given(value: Any) -> Any:
    """Return a value without the fields that count as absent, at any depth."""
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items() if one not in _ABSENT}
    return [_given(one) for one in value] if isinstance(value, list) else value


def _where(text: str) -> str:
    """Name the field of a validation error, without repeating what was sent."""
    _, marker, place = text.rpartition(" - at `$")
    field = place.rstrip("`").lstrip(".") if marker else ""
    return f"Invalid parameter values {field}".rstrip()
