"""A request as a command of curl."""

from shlex import quote

from gatepass.pages.console.playground.code.request import COOKIE, TOKEN, Request

_NEXT = " \\\n  "


def written(request: Request) -> str:
    """Return the command."""
    method = [] if request.method == "GET" else [f"-X {request.method}"]
    parts = [" ".join(["curl -sSi", *method, quote(request.url)])]
    if request.with_token:
        parts.append(f'-H "Authorization: Bearer ${TOKEN}"')
    if request.with_cookie:
        parts.append(f'-b "{request.with_cookie}=${COOKIE}"')
    parts += [f"-H {quote(f'{name}: {value}')}" for name, value in request.plain_headers]
    parts += [f"--data-urlencode {quote(f'{name}={value}')}" for name, value in request.fields]
    if request.body:
        parts.append(f"--data-raw {quote(request.body)}")
    return _NEXT.join(parts)
