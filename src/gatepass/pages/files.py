"""Files of ours that pages load: kept by browsers, and asked for again each time."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from gatepass.http.counts import ROUTE
from gatepass.http.health import Answer
from gatepass.http.middleware import ASSET, KIND

_MEDIA = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def files(package: str, folder: str, operation: str) -> Mapping[str, Answer]:
    """Return what answers with each file in a package's ``assets``, by path below ``folder``."""
    found = (one.name for one in resources.files(package).joinpath("assets").iterdir())
    return {
        f"{folder}/{name}": _file(package, name, ("pages", operation, f"{folder}/{{name}}"))
        for name in sorted(found)
        if name[name.rindex(".") :] in _MEDIA
    }


@cache
def read_file(package: str, name: str) -> bytes:
    """Return a file of a package's ``assets``."""
    return resources.files(package).joinpath("assets", name).read_bytes()


def _file(package: str, name: str, route: tuple[str, str, str]) -> Answer:
    async def answer(request: Request) -> Response:
        request.scope[KIND] = ASSET
        request.scope[ROUTE] = route
        tag = _tag(package, name)
        headers = {"cache-control": "no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        media = _MEDIA[name[name.rindex(".") :]]
        return Response(read_file(package, name), media_type=media, headers=headers)

    return answer


@cache
def _tag(package: str, name: str) -> str:
    return f'"{hashlib.sha256(read_file(package, name)).hexdigest()[:32]}"'
