"""The console's own cookie: never sent with what another site began, and no API's credential."""

from gatepass.http.credentials import Presented, read_cookies

_NAME = "gatepass-console"


class ConsoleCookies:
    """How the console's cookie is named and which attributes it carries (RFC 6265bis §4.1.2)."""

    def name(self, *, https: bool) -> str:
        """Return the cookie's name on this connection."""
        return f"__Host-{_NAME}" if https else _NAME

    def present(self, header: bytes | None, bearer: bytes | None, *, https: bool) -> Presented:  # noqa: ARG002 - as a sign-in page asks
        """Return the session that a request carries; no token counts here."""
        found = read_cookies(header).get(self.name(https=https))
        return Presented(None, found or None, None)

    def written(
        self,
        secret: str,
        client_id: str | None,  # noqa: ARG002 - only APIs have one
        *,
        https: bool,
        remember: bool,  # noqa: ARG002 - it ends with the browser
    ) -> list[tuple[bytes, bytes]]:
        """Return the header that sets the cookie."""
        return [self.set(f"{self.name(https=https)}={secret}; Path=/", secure=https)]

    def cleared(self, *, https: bool) -> tuple[bytes, bytes]:
        """Return the header that clears the cookie."""
        return self.set(f"{self.name(https=https)}=; Path=/; Max-Age=0", secure=https)

    def set(self, cookie: str, *, secure: bool) -> tuple[bytes, bytes]:
        """Return the header that sets a cookie, ``name=value; Path=…``."""
        attributes = f"{'; Secure' if secure else ''}; HttpOnly; SameSite=Strict"
        return (b"set-cookie", f"{cookie}{attributes}".encode())
