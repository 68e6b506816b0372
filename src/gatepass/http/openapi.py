"""The OpenAPI 3.1 document of a dialect, made from its operation table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

import gatepass
from gatepass.core.errors import CoreError
from gatepass.http.call import NO_CONTENT
from gatepass.http.described import JSON, Described, Description
from gatepass.http.refusals import NoSuchPath, NotBuilt, WrongMethod
from gatepass.http.routing import Access, Dialect, NoBody, Operation

SCHEMAS = "#/components/schemas/{name}"
NEVER = (NoSuchPath, WrongMethod, NotBuilt)
"""Refusals that no operation of a table meets: they say that there is none."""
_NAMED = re.compile(r"\{(\w+)\}")
_BY_SESSION: list[dict[str, list[str]]] = [{"cookie": []}]
_BY_CALLER: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
_BY_ANYBODY: dict[str, list[str]] = {}

Document = dict[str, Any]


def document(dialect: Dialect, description: Description) -> Document:
    """Return the OpenAPI document of a dialect."""
    operations = dialect.operations
    components = _components(operations, description)
    refusals = _refusals(description, components)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        methods = paths.setdefault("/" + operation.path.strip("/"), {})
        methods[operation.method.lower()] = _operation(
            operation, description, components, [*refusals]
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": description.title,
            "version": gatepass.__version__,
            "summary": "Made from the operations that this server has.",
        },
        "servers": [{"url": dialect.prefix}],
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "responses": refusals,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": description.cookie},
            },
        },
    }


@dataclass(frozen=True, slots=True)
class _Components:
    schemas: dict[str, Any]
    references: dict[int, Any]

    def of(self, kind: Any) -> Any:
        """Return the schema of a type, or a reference to it."""
        return self.references[id(kind)]


def _components(operations: Iterable[Operation[Any]], description: Description) -> _Components:
    kinds: list[Any] = [description.refusal]
    for operation in operations:
        described = description.of(operation.name)
        kinds += [one for one in (described.reply, described.query) if one is not None]
        if _has_body(operation):
            kinds.append(operation.body)
    references, schemas = msgspec.json.schema_components(kinds, ref_template=SCHEMAS)
    by_id = {id(kind): reference for kind, reference in zip(kinds, references, strict=True)}
    for schema in schemas.values():
        # It is the class's own words on the code, in another markup.
        schema.pop("description", None)
    return _Components(schemas, by_id)


def _refusals(description: Description, components: _Components) -> dict[str, Any]:
    by_status: dict[int, list[type[CoreError]]] = {}
    for kind, status in description.statuses.items():
        if not issubclass(kind, NEVER):
            by_status.setdefault(status, []).append(kind)
    return {
        str(status): {
            "description": " ".join(_says(kind) for kind in by_status[status]),
            "content": {JSON: {"schema": components.of(description.refusal)}},
        }
        for status in sorted(by_status)
    }


def _says(kind: type[CoreError]) -> str:
    first = (kind.__doc__ or "").strip().split("\n", 1)[0]
    return f"`{kind.code}`: {first}"


def _operation(
    operation: Operation[Any],
    description: Description,
    components: _Components,
    refused: Sequence[str],
) -> Document:
    described = description.of(operation.name)
    made: Document = {
        "operationId": operation.name,
        "summary": described.summary,
        "tags": [operation.path.strip("/").split("/", 1)[0]],
        "security": _security(operation),
        "responses": {
            **_success(operation, described, components),
            **{status: {"$ref": f"#/components/responses/{status}"} for status in refused},
        },
    }
    if parameters := [*_path(operation), *_query(described, components)]:
        made["parameters"] = parameters
    if _has_body(operation):
        media: Document = {"schema": components.of(operation.body)}
        if described.example is not None:
            media["example"] = described.example
        made["requestBody"] = {"content": {JSON: media}}
    return made


def _has_body(operation: Operation[Any]) -> bool:
    """Say whether there is a body; what is asked by GET stands in the query."""
    return operation.body is not NoBody and operation.method != "GET"


def _security(operation: Operation[Any]) -> list[dict[str, list[str]]]:
    if operation.access is Access.CALLER:
        return _BY_CALLER
    if operation.access is Access.SESSION:
        return _BY_SESSION
    return [_BY_ANYBODY, *_BY_CALLER] if operation.sets_cookies else []


def _success(
    operation: Operation[Any], described: Described, components: _Components
) -> dict[str, Any]:
    status = NO_CONTENT if described.reply is None else 200
    reply: Document = {"description": HTTPStatus(status).phrase}
    if described.reply is not None:
        reply["content"] = {JSON: {"schema": components.of(described.reply)}}
    if operation.sets_cookies:
        text = "Writes or clears the session's cookies."
        reply["headers"] = {"Set-Cookie": {"description": text, "schema": {"type": "string"}}}
    return {str(status): reply}


def _path(operation: Operation[Any]) -> list[Document]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAMED.findall(operation.path)
    ]


def _query(described: Described, components: _Components) -> list[Document]:
    if described.query is None:
        return []
    struct = components.schemas[described.query.__name__]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in struct["properties"].items()
    ]
