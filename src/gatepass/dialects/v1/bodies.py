"""How v1 reads what it is asked: fields of a form, or of the query on GET."""

from typing import Any, ClassVar
from urllib.parse import parse_qsl

import msgspec

from gatepass.core.records import Undisclosed
from gatepass.http.refusals import BadRequest, WrongMediaType
from gatepass.http.routing import NoBody, Operation

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
_TRUTHS = {"true": True, "false": False}


class Form(Undisclosed, frozen=True):
    """Fields by name; ``JSON`` names those whose text is JSON, ``FLAGS`` true or false."""

    JSON: ClassVar[frozenset[str]] = frozenset()
    FLAGS: ClassVar[frozenset[str]] = frozenset()


def decode(operation: Operation[Any], content_type: bytes | None, body: bytes, query: bytes) -> Any:
    """Return the fields as the operation's struct.

    Absent and empty are one, of a field that comes twice the last counts, unknown ones are
    ignored. A write never reads its query: what is there may end in somebody's log.

    Raises:
        WrongMediaType: a body is announced as something other than a form.
        BadRequest: it is not UTF-8, or a field has a wrong type or word.
    """
    kind: type[Any] = operation.body
    if kind is NoBody:
        return None
    sent = query if operation.method == "GET" else body
    if sent is body and body and content_type is not None and not _is_form(content_type):
        raise WrongMediaType(FORM)
    try:
        pairs = parse_qsl(sent.decode(), max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise BadRequest("malformed form") from error
    fields: dict[str, Any] = dict(pairs)
    for name in kind.FLAGS & fields.keys():
        fields[name] = _truth(name, fields[name])
    for name in kind.JSON & fields.keys():
        fields[name] = _json(name, fields[name])
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(_where(str(error))) from error


def _is_form(content_type: bytes) -> bool:
    return content_type.split(b";", 1)[0].strip().lower() in (b"", FORM.encode())


def _truth(name: str, text: str) -> bool:
    found = _TRUTHS.get(text.lower())
    if found is None:
        raise BadRequest(f"{name}: true or false")
    return found


def _json(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise BadRequest(f"{name}: malformed JSON") from error


def _where(text: str) -> str:
    """Name the field of a validation error, without repeating what was sent."""
    _, marker, place = text.rpartition(" - at `$")
    field = place.rstrip("`").lstrip(".") if marker else ""
    wanted = text.split(",", 1)[0] if text.startswith("Expected") else "unusable value"
    return f"{field}: {wanted}" if field else "unusable value"
