"""A request as a program in C#, of the version that Mono's compiler reads, too."""

from typing import Any

from gatepass.pages.console.playground.code.request import COOKIE, TOKEN, Request
from gatepass.pages.console.playground.code.shapes import (
    AUTH,
    ENUMS,
    SHAPES,
    Kind,
    fits,
    pascal,
)
from gatepass.pages.console.playground.code.typescript import PREFIX, SESSION

_STEP = "    "
_PLAIN = """{using}
class Program
{{
    static void Main()
    {{
        Run().GetAwaiter().GetResult();
    }}

    static async Task Run()
    {{
        var handler = new HttpClientHandler {{ UseCookies = false }};
        using (var client = new HttpClient(handler))
        using (var request = new HttpRequestMessage(new HttpMethod({method}), {url}))
        {{
{lines}            var reply = await client.SendAsync(request);
            var body = await reply.Content.ReadAsStringAsync();
            Console.WriteLine((int)reply.StatusCode + " " + body);
        }}
    }}
}}"""
_TYPES = {"text": "string", "scalar": "Scalar"}


def by_client(request: Request) -> str | None:
    """Return the program with our client; None where that has no such call."""
    if request.with_cookie or request.query:
        return None
    if request.dialect == "v2_0" and request.operation in AUTH:
        call, method = AUTH[request.operation], f"Auth.{pascal(request.operation)}"
    elif request.path.startswith(PREFIX) and request.operation in SESSION:
        name, call = SESSION[request.operation]
        name = "getSessionInfo" if name == "sessionInfo" else name
        method = f"SessionController.{pascal(name)}"
    else:
        return None
    if call.request and not fits(request.data, call.request):
        return None
    token = ""
    if request.with_token:
        token = f'.AccessToken(System.Environment.GetEnvironmentVariable("{TOKEN}"))'
    asked = f"client.{method}({_made(request.data, call.request, 3) if call.request else ''});"
    inside = [f"var answer = {asked}" if call.answer else asked]
    if call.answer == "token":
        inside.append("Console.WriteLine(answer.Token);")
    elif call.answer:
        inside.append("Console.WriteLine(answer);")
    builder = f"new GatepassClient.Builder().BaseUrl({_text(request.origin)}){token}.Build()"
    lines = "".join(f"{_STEP * 3}{one}\n" for one in inside)
    return (
        "using System;\nusing Gatepass.Sdk;\n\nclass Program\n{\n"
        f"{_STEP}static void Main()\n{_STEP}{{\n"
        f"{_STEP * 2}using (var client = {builder})\n{_STEP * 2}{{\n{lines}{_STEP * 2}}}\n"
        f"{_STEP}}}\n}}"
    )


def plain(request: Request) -> str:
    """Return the program with ``HttpClient``."""
    # The type of the body goes with the body.
    plain_headers = [one for one in request.plain_headers if one[0] != "Content-Type"]
    headers = [(name, _text(value)) for name, value in plain_headers]
    variable = 'System.Environment.GetEnvironmentVariable("{}")'
    if request.with_token:
        headers.insert(0, ("Authorization", f'"Bearer " + {variable.format(TOKEN)}'))
    if request.with_cookie:
        named = _text(f"{request.with_cookie}=")
        headers.insert(0, ("Cookie", f"{named} + {variable.format(COOKIE)}"))
    inside = [f"request.Headers.Add({_text(name)}, {value});" for name, value in headers]
    using = ["System", "System.Net.Http", "System.Threading.Tasks"]
    if request.is_form:
        using.append("System.Collections.Generic")
        inside.append(f"request.Content = new FormUrlEncodedContent({_dictionary(request)});")
    elif request.body:
        using.append("System.Text")
        body = request.body.replace('"', '""')
        content = f'@"{body}", Encoding.UTF8, {_text(request.media)}'
        inside.append(f"request.Content = new StringContent({content});")
    return _PLAIN.format(
        using="".join(f"using {one};\n" for one in sorted(using)),
        method=_text(request.method),
        url=_text(request.url),
        lines="".join(f"{_STEP * 3}{one}\n" for one in inside),
    )


def _dictionary(request: Request) -> str:
    entries = "".join(
        f"{_STEP * 4}{{ {_text(name)}, {_text(value)} }},\n" for name, value in request.fields
    )
    return f"new Dictionary<string, string>\n{_STEP * 3}{{\n{entries}{_STEP * 3}}}"


def _made(data: dict[str, Any], shape: str, depth: int) -> str:
    """Return the expression that makes a request object."""
    around = "\n" + _STEP * depth
    inside = "".join(
        f"{around}{_STEP}{pascal(name)} = {_held(value, SHAPES[shape][name], depth + 1)},"
        for name, value in data.items()
        if value is not None
    )
    return f"new {shape}{around}{{{inside}{around}}}" if inside else f"new {shape}()"


def _held(value: Any, kind: Kind, depth: int) -> str:  # noqa: ANN401 - what JSON can hold
    if kind.many:
        one = kind._replace(many=False)
        name = _TYPES.get(kind.name, kind.name)
        inside = ", ".join(_held(entry, one, depth) for entry in value)
        return f"new {name}[] {{ {inside} }}" if value else f"new {name}[0]"
    if kind.name in ENUMS:
        return f"{kind.name}.{pascal(value)}"
    if kind.name in SHAPES:
        return _made(value, kind.name, depth)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """Return a literal: printable as it is, all else as an escape of UTF-16."""
    return '"' + "".join(_letter(one) for one in text) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
