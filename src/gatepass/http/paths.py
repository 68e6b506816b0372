"""Which application answers a path: a dialect by its prefix, a few paths by name."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Paths:
    """Applications at whole paths and under prefixes, and one for everything else.

    Of two prefixes that both fit, the longer counts. Where a prefix follows a doubled slash, as
    clients send it whose host's name ends in one, it is as if there were one.

    Does for what this server has what Starlette's router does for patterns of any kind, at a
    tenth of the price: every request pays it.
    """

    def __init__(
        self,
        *,
        at: Mapping[str, ASGIApp],
        under: Mapping[str, ASGIApp],
        elsewhere: ASGIApp,
        lifespan: ASGIApp,
    ) -> None:
        self._at = dict(at)
        outermost_last = sorted(
            under, key=lambda one: sum(other.startswith(one + "/") for other in under)
        )
        self._under = [(prefix + "/", under[prefix]) for prefix in outermost_last]
        self._elsewhere = elsewhere
        self._lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application of its path."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        path: str = scope["path"]
        app = self._at.get(path) or self._below(path)
        if app is None and path.startswith("//"):
            app = self._below(path[1:])
            scope["path"] = path if app is None else path[1:]
        await (app or self._elsewhere)(scope, receive, send)

    def _below(self, path: str) -> ASGIApp | None:
        for prefix, app in self._under:
            if path.startswith(prefix):
                return app
        return None
