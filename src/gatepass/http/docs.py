"""The page /docs: every operation, and a form to try it; and the OpenAPI documents it is made of.

Nothing on the page comes from elsewhere, and what it sends goes to this server alone.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from html import escape
from importlib import resources
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gatepass.http.described import JSON
from gatepass.http.openapi import Document, document
from gatepass.http.routing import Dialect

Page = Callable[[Request], Awaitable[Response]]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
ASSETS = {"/docs/try.js": "text/javascript", "/docs/docs.css": "text/css"}
FILE = "openapi.json"
_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gatepass: try it</title>
<link rel="stylesheet" href="/docs/docs.css">
<h1>Gatepass</h1>
<p>Every operation of this server. What is tried here is done: there is no other data.</p>
<label>Bearer token; without one the cookie of this browser counts. It is kept nowhere.
<input id="token" type="password" autocomplete="off" spellcheck="false"></label>
<noscript><p>Without JavaScript the page lists the operations, and sends nothing.</p></noscript>
"""
_TAIL = '<script src="/docs/try.js"></script>\n</html>\n'


class Docs:
    """The page and the documents of these dialects, each made when it is first asked for."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self._dialects = [one for one in dialects if one.description is not None]

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The OpenAPI document of each dialect, by prefix."""
        return {
            one.prefix: document(one, one.description)
            for one in self._dialects
            if one.description is not None
        }

    @cached_property
    def _text(self) -> str:
        return "".join([_HEAD, *self._parts(), _TAIL])

    def _parts(self) -> list[str]:
        return [_dialect(one.name, self.documents[one.prefix]) for one in self._dialects]

    def pages(self) -> dict[str, Page]:
        """Return what is answered at each path."""

        def openapi(prefix: str) -> Page:
            async def answer(_: Request) -> Response:
                return Response(msgspec.json.encode(self.documents[prefix]), media_type=JSON)

            return answer

        return {
            "/docs": self._page,
            **dict.fromkeys(ASSETS, _asset),
            **{f"{one.prefix}/{FILE}": openapi(one.prefix) for one in self._dialects},
        }

    async def _page(self, _: Request) -> Response:
        """GET /docs."""
        return Response(
            self._text, media_type="text/html", headers={"content-security-policy": POLICY}
        )


async def _asset(request: Request) -> Response:
    path = request.url.path
    file = resources.files("gatepass.http").joinpath("assets", path.rsplit("/", 1)[1])
    return Response(file.read_bytes(), media_type=ASSETS[path])


def _dialect(dialect: str, made: Document) -> str:
    prefix = made["servers"][0]["url"]
    title, link = escape(made["info"]["title"]), escape(f"{prefix}/{FILE}")
    parts = [f'<h2>{title}</h2>\n<p><a href="{link}">OpenAPI</a> of <code>{prefix}</code></p>\n']
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            parts.append(_operation(dialect, f"{prefix}{path}", method.upper(), operation, made))
    return "".join(parts)


def _operation(
    dialect: str, path: str, method: str, operation: Mapping[str, Any], made: Document
) -> str:
    name, shown = escape(operation["operationId"]), escape(path)
    fields = [_field(one) for one in operation.get("parameters", ())]
    if "requestBody" in operation:
        fields.append(_body(operation["requestBody"]["content"][JSON]))
    open_to = "anybody" if _is_open(operation) else "who has a session or token"
    return (
        f'<details id="{dialect}-{name}"><summary><span class="method">{method}</span>'
        f"<code>{shown}</code> {escape(operation['summary'])}</summary>\n"
        f'<p class="note">{name}; open to {open_to}</p>\n'
        f'<form data-method="{method}" data-path="{shown}">\n'
        + "".join(fields)
        + '<button>Send</button>\n<pre class="curl"></pre>\n'
        '<pre class="answer" aria-live="polite" hidden></pre>\n</form>\n'
        + _answers(operation["responses"], made)
        + "</details>\n"
    )


def _is_open(operation: Mapping[str, Any]) -> bool:
    return not operation["security"] or {} in operation["security"]


def _field(parameter: Mapping[str, Any]) -> str:
    name = escape(parameter["name"])
    if parameter["in"] == "path":
        return f'<label>{name} <input name="path-{name}" required></label>\n'
    return f'<label>{name} <input data-query="{name}"></label>\n'


def _body(media: Mapping[str, Any]) -> str:
    example = json.dumps(media.get("example", {}), indent=2, ensure_ascii=False)
    area = f'<textarea name="body" spellcheck="false">{escape(example)}</textarea>'
    return f"<label>Body {area}</label>\n"


def _answers(responses: Mapping[str, Any], made: Document) -> str:
    rows = []
    for status, response in responses.items():
        whole = made["components"]["responses"][status] if "$ref" in response else response
        rows.append(f"<tr><td>{status}<td>{escape(whole['description'])}\n")
    return f"<table>\n{''.join(rows)}</table>\n"
