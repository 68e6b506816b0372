"""A request as a program in Python."""

from typing import Any

from gatepass.pages.console.playground.code.request import COOKIE, TOKEN, Request
from gatepass.pages.console.playground.code.shapes import (
    AUTH,
    ENUMS,
    SHAPES,
    Call,
    Kind,
    fits,
    snake,
)

_PREFIX = "/tspublic/rest/v2/"
"""Which of the betas the client speaks."""
_SESSION = {
    "getSessionInfo": ("get_session_info", Call("", "all")),
    "login": ("login", Call("TspublicRestV2SessionLoginRequest", "all")),
    "getToken": ("get_token", Call("TspublicRestV2SessionGettokenRequest", "token")),
    "revokeToken": ("revoke_token", Call("", "all")),
}
_STEP = "    "


def by_client(request: Request) -> str | None:
    """Return the program with our client; None where that has no such call."""
    if request.with_cookie or request.query:
        return None
    if request.dialect == "v2_0" and request.operation in AUTH:
        call, method = AUTH[request.operation], f"auth.{snake(request.operation)}"
    elif request.path.startswith(_PREFIX) and request.operation in _SESSION:
        name, call = _SESSION[request.operation]
        method = f"session.{name}"
    else:
        return None
    if call.request and not fits(request.data, call.request):
        return None
    used: set[str] = {"GatepassClient"}
    argument = _made(request.data, call.request, used, 1) if call.request else ""
    token = ""
    if request.with_token:
        token = f', access_token=os.environ["{TOKEN}"]'
    elif method == "session.login":
        # As in the vendor's client: it wants one, and a name with a password goes first.
        token = ', access_token="unused"'  # noqa: S105 - it says that there is none
    asked = f"client.{method}({argument})"
    lines = [
        *(["import os", ""] if request.with_token else []),
        f"from gatepass_sdk import {', '.join(sorted(used))}",
        "",
        f"with GatepassClient(base_url={_text(request.origin)}{token}) as client:",
        _STEP + (f"answer = {asked}" if call.answer else asked),
    ]
    if call.answer:
        lines.append(f"{_STEP}print(answer{'.token' if call.answer == 'token' else ''})")
    return "\n".join(lines)


def plain(request: Request) -> str:
    """Return the program with the standard library alone."""
    headers = [f"{_text(name)}: {_text(value)}" for name, value in request.plain_headers]
    if request.with_token:
        headers.insert(0, f'"Authorization": f"Bearer {{os.environ[\'{TOKEN}\']}}"')
    if request.with_cookie:
        headers.insert(0, f'"Cookie": f"{request.with_cookie}={{os.environ[\'{COOKIE}\']}}"')
    imports = ["urllib.request"]
    arguments = [_text(request.url), f"method={_text(request.method)}"]
    if headers:
        inside = "".join(f"{_STEP * 2}{one},\n" for one in headers)
        arguments.append(f"headers={{\n{inside}{_STEP}}}")
    if request.is_form:
        imports.append("urllib.parse")
        arguments.append(
            f"data=urllib.parse.urlencode({literal(dict(request.fields), 1)}).encode()"
        )
    elif request.data is not None:
        imports.append("json")
        arguments.append(f"data=json.dumps({literal(request.data, 1)}).encode()")
    elif request.body:
        arguments.append(f"data={request.body!r}.encode()")
    if request.with_token or request.with_cookie:
        imports.append("os")
    inside = "".join(f"{_STEP}{one},\n" for one in arguments)
    return (
        "".join(f"import {one}\n" for one in sorted(imports))
        + f"\nrequest = urllib.request.Request(\n{inside})\n"
        + f"with urllib.request.urlopen(request) as reply:\n{_STEP}"
        + "print(reply.status, reply.read().decode())"
    )


def literal(value: Any, depth: int) -> str:  # noqa: ANN401 - what JSON can hold
    """Return a value as Python writes it, a line for each entry."""
    around = "\n" + _STEP * depth
    if isinstance(value, dict):
        inside = "".join(
            f"{around}{_STEP}{_text(name)}: {literal(one, depth + 1)},"
            for name, one in value.items()
        )
        return f"{{{inside}{around}}}" if value else "{}"
    if isinstance(value, list):
        inside = "".join(f"{around}{_STEP}{literal(one, depth + 1)}," for one in value)
        return f"[{inside}{around}]" if value else "[]"
    return _text(value) if isinstance(value, str) else repr(value)


def _made(data: dict[str, Any], shape: str, used: set[str], depth: int) -> str:
    """Return the call that makes a request object."""
    used.add(shape)
    around = "\n" + _STEP * depth
    inside = "".join(
        f"{around}{_STEP}{snake(name)}={_held(value, SHAPES[shape][name], used, depth + 1)},"
        for name, value in data.items()
        if value is not None
    )
    return f"{shape}({inside}{around})" if inside else f"{shape}()"


def _held(value: Any, kind: Kind, used: set[str], depth: int) -> str:  # noqa: ANN401 - what JSON can hold
    if kind.many:
        one = kind._replace(many=False)
        inside = [_held(entry, one, used, depth) for entry in value]
        return f"({', '.join(inside)}{',' if len(inside) == 1 else ''})"
    if kind.name in ENUMS:
        used.add(kind.name)
        return f"{kind.name}.{value}"
    if kind.name in SHAPES:
        return _made(value, kind.name, used, depth)
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else repr(text)
