"""The little that is read of a document in the vendor's modelling language: id, kind and name.

Such a document is YAML or JSON of a known shape: ``guid`` at the top, and one further key at the
top that says the kind, with the ``name`` inside it. Nothing else of it is looked at or kept.
"""

import re

import msgspec

from gatepass.core.errors import InvalidParameter
from gatepass.core.headers import Kind
from gatepass.core.records import Record

KINDS = {
    "liveboard": Kind.LIVEBOARD,
    "pinboard": Kind.LIVEBOARD,
    "answer": Kind.ANSWER,
    "table": Kind.LOGICAL_TABLE,
    "worksheet": Kind.LOGICAL_TABLE,
    "model": Kind.LOGICAL_TABLE,
    "view": Kind.LOGICAL_TABLE,
    "sql_view": Kind.LOGICAL_TABLE,
    "connection": Kind.CONNECTION,
}
_LINE = re.compile(r"""( *)(?:"([A-Za-z_]+)"|'([A-Za-z_]+)'|([A-Za-z_]+)) *:(?: +(\S.*))?""")
_ESCAPED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_COMMENT = re.compile(r"\s+#.*|#.*")


class Document(Record, frozen=True):
    """What a document says."""

    type: Kind
    name: str
    id: str | None = None


def read(text: str) -> Document:
    """Return what a document says.

    Raises:
        InvalidParameter: it is not such a document.
    """
    facts = _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
    kinds = [word for word in KINDS if word in facts]
    if len(kinds) != 1:
        raise InvalidParameter("metadata_tmls", "says no kind of object, or more than one")
    name = facts[kinds[0]]
    if not name:
        raise InvalidParameter("metadata_tmls", "says no name")
    return Document(type=KINDS[kinds[0]], name=name, id=facts.get("guid") or None)


def _from_json(text: str) -> dict[str, str]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidParameter("metadata_tmls", "is no JSON") from error
    facts = {}
    for key, value in found.items():
        if key == "guid" and isinstance(value, str):
            facts[key] = value
        elif key in KINDS:
            name = value.get("name") if isinstance(value, dict) else None
            facts[key] = name if isinstance(name, str) else ""
    return facts


def _from_yaml(text: str) -> dict[str, str]:
    """Read the lines at the top, and the names one step inside a kind."""
    facts: dict[str, str] = {}
    kind, inside = None, None
    for line in text.splitlines():
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            continue
        depth, key = len(found[1]), found[2] or found[3] or found[4]
        if depth == 0:
            kind, inside = (key if key in KINDS else None), None
            if key == "guid":
                facts[key] = _scalar(found[5] or "")
            elif kind is not None:
                facts[kind] = ""
        elif kind is not None:
            inside = depth if inside is None else inside
            if depth == inside and key == "name" and not facts[kind]:
                facts[kind] = _scalar(found[5] or "")
    return facts


def _scalar(text: str) -> str:
    """Return the text of a plain or quoted scalar on one line.

    Raises:
        InvalidParameter: it goes on beyond the line, or is no text.
    """
    if text.startswith('"'):
        quoted = _ESCAPED.match(text)
        if quoted and _COMMENT.fullmatch(text[quoted.end() :] or "#"):
            try:
                return str(msgspec.json.decode(quoted[0], type=str))
            except msgspec.DecodeError:
                pass
    elif text.startswith("'"):
        single = _SINGLE.match(text)
        if single and _COMMENT.fullmatch(text[single.end() :] or "#"):
            return single[1].replace("''", "'")
    elif not text.startswith(("|", ">", "&", "*", "!", "[", "{", "%", "@", "`")):
        return re.sub(r"(?:^|\s)#.*", "", text).strip()
    raise InvalidParameter("metadata_tmls", "guid and name must be texts of one line")
