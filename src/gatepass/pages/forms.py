"""What a page with a form is asked for, and how its form is told from one that others made up.

A form carries a token that belongs to a cookie which the page set before, and is taken from this
server's own origin or a listed one alone (ASVS 3.5.1).
"""

import hashlib
import hmac
import re
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from gatepass.core import Core
from gatepass.core.errors import CoreError
from gatepass.http.credentials import Cookies, read_cookies
from gatepass.http.noting import note, source_of
from gatepass.http.origins import Origins, own_origin
from gatepass.http.refusals import ForeignOrigin
from gatepass.http.routing import read_body

METHODS = ["GET", "HEAD", "POST"]
MOST_FIELDS = 16
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class Visit:
    """One request for a page, and the form if it brings one."""

    def __init__(self, scope: Scope, operation: str) -> None:
        self.query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        self.https: bool = scope["scheme"] == "https"
        self.source = source_of(scope, f"pages {operation}", self.headers)
        self.form: dict[str, str] = {}
        self.incident = ""
        """What whoever runs this server finds a refusal by; empty while nothing is refused."""

    @property
    def origin(self) -> str:
        """This server's origin, as the request names it."""
        return own_origin(self.headers.get(b"host"), https=self.https)

    async def note(self, core: Core, error: CoreError) -> None:
        """Have a refusal written down under the incident that the page will tell."""
        self.incident = self.source.incident_id
        self.scope["gatepass.refusal"] = error
        await note(core, error, self.source, self.scope)


class Forms:
    """The forms of one page: the token in each, and the cookie that it belongs to."""

    def __init__(self, name: str, core: Core, cookies: Cookies, origins: Origins) -> None:
        self._name = name
        self._random = core.means.random
        self._cookies = cookies
        self._origins = origins

    async def read(self, visit: Visit, receive: Receive) -> dict[str, str]:
        """Return the form that a visit brings, which ``visit.form`` keeps.

        Raises:
            BodyTooLarge, BadRequest: it cannot be read.
            ForeignOrigin: no page of ours sent it.
        """
        raw = await read_body(visit.headers.get(b"content-length"), receive)
        visit.form = _fields(raw)
        self._refuse_forged(visit)
        return visit.form

    def token(self, visit: Visit) -> tuple[str, list[tuple[bytes, bytes]]]:
        """Return the token for a form, and the headers that set its cookie if that is not there."""
        secret = self._secret(visit)
        if secret is not None:
            return self._token(secret), []
        secret = self._random.secret("")
        return self._token(secret), [self._cookie(visit, secret)]

    def spent(self, visit: Visit) -> tuple[bytes, bytes]:
        """Return the header that takes the cookie away."""
        return self._cookie(visit, "", "; Max-Age=0")

    def _refuse_forged(self, visit: Visit) -> None:
        """Refuse a form by its origin, and by token and cookie.

        Browsers name the origin of every form. One that is missing was sent by a program.
        """
        origin, host = visit.headers.get(b"origin"), visit.headers.get(b"host")
        if not self._origins.allows(origin, host, https=visit.https):
            raise ForeignOrigin
        secret = self._secret(visit)
        given = visit.form.get("token", "").encode()
        if secret is None or not hmac.compare_digest(given, self._token(secret).encode()):
            raise ForeignOrigin

    def _secret(self, visit: Visit) -> str | None:
        found = read_cookies(visit.headers.get(b"cookie")).get(self._cookie_name(visit), "")
        return found if _SECRET.fullmatch(found) else None

    def _cookie_name(self, visit: Visit) -> str:
        return f"__Host-gatepass-{self._name}" if visit.https else f"gatepass-{self._name}"

    def _cookie(self, visit: Visit, value: str, age: str = "") -> tuple[bytes, bytes]:
        name = self._cookie_name(visit)
        return self._cookies.set(f"{name}={value}; Path=/{age}", secure=visit.https)

    def _token(self, secret: str) -> str:
        """Return the form's token that belongs to the cookie; it does not tell the cookie."""
        return hashlib.sha256(f"gatepass {self._name} form {secret}".encode()).hexdigest()


def _fields(raw: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent URL-encoded; of anything else, none."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)
