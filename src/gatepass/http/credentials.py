"""Credentials on the wire: read bearer and cookie, write and clear the session cookie."""

import re
import uuid
from datetime import timedelta
from typing import NamedTuple

JSESSIONID = "JSESSIONID"
HOST_JSESSIONID = "__Host-JSESSIONID"
CLIENT_ID = "clientId"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Presented(NamedTuple):
    """What a request carries: each may be missing."""

    bearer: str | None
    cookie: str | None
    client_id: str | None

    def __repr__(self) -> str:
        return "<Presented>"


def read_bearer(header: bytes | None) -> str | None:
    """Return the token of an ``Authorization`` header; one with nothing behind it is none."""
    if header is None or header[:7].lower() != b"bearer ":
        return None
    return header[7:].strip().decode("latin-1") or None


def read_cookies(header: bytes | None) -> dict[str, str]:
    """Return the cookies of a ``Cookie`` header; the first of a name counts (RFC 6265 §5.4).

    Around a name only blanks and tabs are cut off: with any other white space a cookie that a
    neighbouring site may set would pass for one named ``__Host-…`` (RFC 6265bis §4.1.3).
    """
    found: dict[str, str] = {}
    if header is not None:
        for part in header.decode("latin-1").split(";"):
            name, separator, value = part.strip(" \t").partition("=")
            if separator:
                found.setdefault(name, value.strip('"'))
    return found


class Cookies:
    """How this server names its cookies and which attributes they carry.

    ``partitioned`` may be changed while serving: cookies are then kept apart for each site that
    shows this server in a frame (CHIPS), and sent there.
    """

    def __init__(
        self, *, hardened: bool, samesite: str, remember: timedelta, partitioned: bool = False
    ) -> None:
        self._hardened = hardened
        self._samesite = samesite
        self._max_age = int(remember.total_seconds())
        self.partitioned = partitioned

    def name(self, *, https: bool) -> str:
        """Return the session cookie's name on this connection."""
        return HOST_JSESSIONID if self._hardened and https else JSESSIONID

    def present(self, header: bytes | None, bearer: bytes | None, *, https: bool) -> Presented:
        """Return the credentials of a request's headers."""
        if header is None:
            return Presented(read_bearer(bearer), None, None)
        cookies = read_cookies(header)
        client_id = cookies.get(CLIENT_ID, "")
        return Presented(
            read_bearer(bearer),
            cookies.get(self.name(https=https)) or None,
            client_id if _UUID.fullmatch(client_id) else None,
        )

    def written(
        self, secret: str, client_id: str | None, *, https: bool, remember: bool
    ) -> list[tuple[bytes, bytes]]:
        """Return the headers that set both cookies; a browser without a client id gets one."""
        client_id = client_id or str(uuid.uuid4())
        age = f"; Max-Age={self._max_age}" if remember else ""
        return [
            self.set(f"{self.name(https=https)}={secret}; Path=/{age}", secure=https),
            self.set(f"{CLIENT_ID}={client_id}; Path=/{age}", secure=True),
        ]

    def cleared(self, *, https: bool) -> list[tuple[bytes, bytes]]:
        """Return the headers that clear both cookies."""
        return [
            self.set(f"{self.name(https=https)}=; Path=/; Max-Age=0", secure=https),
            self.set(f"{CLIENT_ID}=; Path=/; Max-Age=0", secure=True),
        ]

    def set(self, cookie: str, *, secure: bool) -> tuple[bytes, bytes]:
        """Return the header that sets a cookie, ``name=value; Path=…``, with the attributes of all.

        Sent to frames of other sites it must be ``Secure`` (browsers drop it otherwise, and count
        plain http on loopback as secure), so there it always is.
        """
        if self.partitioned:
            attributes = "; Secure; HttpOnly; SameSite=None; Partitioned"
        elif self._samesite == "none":
            attributes = "; Secure; HttpOnly; SameSite=None"
        else:
            attributes = f"{'; Secure' if secure else ''}; HttpOnly; SameSite=Lax"
        return (b"set-cookie", f"{cookie}{attributes}".encode())
