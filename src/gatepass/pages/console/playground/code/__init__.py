"""A request as code: curl, Python, TypeScript and C#, by our own clients where they have the call.

Secrets are not in it: credentials are read from the environment, and for those of a body stands
what an example has.
"""

from typing import NamedTuple

from gatepass.pages.console.playground.code import csharp, curl, python, typescript
from gatepass.pages.console.playground.code.request import Request


class Written(NamedTuple):
    """A request in one language; ``client`` says whether it is by our own client."""

    language: str
    text: str
    client: bool = False


def written(request: Request) -> list[Written]:
    """Return a request in every language."""
    found = [Written("curl", curl.written(request))]
    for language, module in (("Python", python), ("TypeScript", typescript), ("C#", csharp)):
        by_client = module.by_client(request)
        text = module.plain(request) if by_client is None else by_client
        found.append(Written(language, text, by_client is not None))
    return found


__all__ = ["Request", "Written", "written"]
