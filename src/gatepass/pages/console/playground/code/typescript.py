"""A request as a program in TypeScript."""

import json
from collections.abc import Mapping

from gatepass.pages.console.playground.code.request import COOKIE, TOKEN, Request
from gatepass.pages.console.playground.code.shapes import AUTH, Call, fits

PREFIX = "/api/rest/v2/"
"""Which of the betas the clients for TypeScript and C# speak."""
SESSION: Mapping[str, tuple[str, Call]] = {
    "getSessionInfo": ("sessionInfo", Call("", "all")),
    "login": ("login", Call("ApiRestV2SessionLoginRequest", "all")),
    "getToken": ("gettoken", Call("ApiRestV2SessionGettokenRequest", "token")),
    "revokeToken": ("revoketoken", Call("", "all")),
}


def by_client(request: Request) -> str | None:
    """Return the program with our client; None where that has no such call."""
    if request.with_cookie or request.query:
        return None
    imports, face, answer = "Client", "client.auth", "answer"
    if request.dialect == "v2_0" and request.operation in AUTH:
        call, method = AUTH[request.operation], request.operation
    elif request.path.startswith(PREFIX) and request.operation in SESSION:
        method, call = SESSION[request.operation]
        imports, face = "Client, SessionController", "new SessionController(client)"
        answer = "answer.result"
    else:
        return None
    if call.request and not fits(request.data, call.request):
        return None
    token = f", accessToken: process.env.{TOKEN}" if request.with_token else ""
    asked = f"await {face}.{method}({_data(request.data) if call.request else ''});"
    lines = [
        f'import {{ {imports} }} from "gatepass-sdk";',
        "",
        f"const client = new Client({{ baseUrl: {_data(request.origin)}{token} }});",
        f"const answer = {asked}" if call.answer else asked,
    ]
    if call.answer:
        lines.append(f"console.log({answer}{'.token' if call.answer == 'token' else ''});")
    return "\n".join(lines)


def plain(request: Request) -> str:
    """Return the program with ``fetch``."""
    headers = [f"{_data(name)}: {_data(value)}" for name, value in request.plain_headers]
    if request.with_token:
        headers.insert(0, f"Authorization: `Bearer ${{process.env.{TOKEN}}}`")
    if request.with_cookie:
        headers.insert(0, f"Cookie: `{request.with_cookie}=${{process.env.{COOKIE}}}`")
    settings = [f"method: {_data(request.method)}"]
    if headers:
        inside = "".join(f"    {one},\n" for one in headers)
        settings.append(f"headers: {{\n{inside}  }}")
    if request.is_form:
        settings.append(f"body: new URLSearchParams({_data(dict(request.fields), '  ')})")
    elif request.data is not None:
        settings.append(f"body: JSON.stringify({_data(request.data, '  ')})")
    elif request.body:
        settings.append(f"body: {_data(request.body)}")
    inside = "".join(f"  {one},\n" for one in settings)
    return (
        f"const reply = await fetch({_data(request.url)}, {{\n{inside}}});\n"
        "console.log(reply.status, await reply.text());"
    )


def _data(value: object, around: str = "") -> str:
    """Return a value as JavaScript writes it."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # Of JSON this alone is none of JavaScript's: there it sets what an object is made from.
    return text.replace('"__proto__":', '["__proto__"]:').replace("\n", "\n" + around)
