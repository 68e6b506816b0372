"""Which application answers a path: a dialect by its prefix, a few paths by name."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Paths:
    """Applications at whole paths and under prefixes, and one for everything else.

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
        self._under = [(prefix + "/", app) for prefix, app in under.items()]
        self._elsewhere = elsewhere
        self._lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application of its path."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        await self._find(scope["path"])(scope, receive, send)

    def _find(self, path: str) -> ASGIApp:
        if path in self._at:
            return self._at[path]
        for prefix, app in self._under:
            if path.startswith(prefix):
                return app
        return self._elsewhere
