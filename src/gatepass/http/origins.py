"""Which origins may send requests that use or set a cookie: this server's own, and listed ones."""

from collections.abc import Iterable


class Origins:
    """Whole origins, matched exactly after lower-casing; ``null`` never is one of them."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)

    def allows(self, origin: bytes | None, host: bytes | None, *, https: bool) -> bool:
        """Say whether a request with this ``Origin`` header is the server's own or a listed one."""
        if origin is None:
            return True
        text = origin.decode("latin-1").lower()
        if text == "null":
            return False
        own = f"{'https' if https else 'http'}://{(host or b'').decode('latin-1').lower()}"
        return text == own or text in self._allowed
