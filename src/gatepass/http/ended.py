"""How a credential ended, told to this server's own pages and to nobody else.

A page that shows who is signed in has to choose between "your session ran out", "unused too long"
and "signed out elsewhere". All three are a 401, and stay one for everybody: this header goes with
it only where the browser itself says that a page of this very origin asked (Fetch Metadata
§2.3; scripts cannot set that header), and only for a credential that once was good. CORS does not
expose it.
"""

from starlette.types import Scope

from gatepass.core.errors import CoreError, NotAuthenticated

HEADER = b"x-gatepass-ended"
_SITE = (b"sec-fetch-site", b"same-origin")


def told(scope: Scope, refusal: CoreError) -> list[tuple[bytes, bytes]]:
    """Return the header that says how the credential of a refused request ended, or none."""
    if not isinstance(refusal, NotAuthenticated) or refusal.ended is None:
        return []
    return [(HEADER, refusal.ended.encode())] if _SITE in scope["headers"] else []
