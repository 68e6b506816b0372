"""The dialects as the playground gets them, with every operation that a setting may add."""

from collections.abc import Sequence
from datetime import timedelta

from gatepass.core import Core
from gatepass.dialects import beta, own, v1, v2_0
from gatepass.http.credentials import Cookies
from gatepass.http.origins import Allowlists, Lists, Origins
from gatepass.http.routing import Dialect
from tests.adjusted import adjusted

EVERYTHING = adjusted(beta_get_login=True, v1_get_login_token=True)
"""A world in which no operation is left out."""


def spoken(core: Core) -> Sequence[Dialect]:
    """Return the dialects of such a world."""
    cookies = Cookies(hardened=False, samesite="lax", remember=timedelta(days=1))
    origins = Origins(Allowlists(Lists()))
    return (
        v2_0.dialect(
            core,
            cookies,
            origins,
            error_shape="flat",
            wrong_credentials_status=401,
            logout_without_session="ok",
        ),
        beta.dialect(core, cookies, origins, created_time="millis", get_login=True),
        v1.dialect(
            core,
            cookies,
            origins,
            require_requested_by="cookie_writes",
            logout_without_session="ok",
            get_login_token=True,
        ),
        own.dialect(core, cookies, origins),
    )
