"""What the top of every page does: another Org, the password again, and leaving."""

import contextlib

from gatepass.core.errors import NoSession
from gatepass.http.call import Reply
from gatepass.pages.console.cookies import ConsoleCookies
from gatepass.pages.console.places import Act
from gatepass.pages.console.visit import SEE_OTHER, Visit

SIGN_IN = "sign-in"
_COOKIES = ConsoleCookies()


async def sign_out(visit: Visit) -> Reply:
    """End the session of this browser, and forget its cookie."""
    https = visit.scope["scheme"] == "https"
    with contextlib.suppress(NoSession):  # it ended meanwhile, which is what was asked for
        await visit.core.exchange.log_out(visit.source, bearer=None, cookie=visit.secret)
    location = (visit.root + SIGN_IN).encode()
    cleared = _COOKIES.cleared(https=https)
    return Reply(SEE_OTHER, headers=[(b"location", location), cleared], content_type=None)


async def switch_org(visit: Visit) -> Reply:
    """Move the session to another Org of the account, and begin there at the first page."""
    await visit.core.exchange.switch_org(visit.principal, visit.source, org=visit.form.get("org"))
    return visit.to("")


async def prove(visit: Visit) -> Reply:
    """Come back to the page: that the password was right has been noted already."""
    return visit.to(visit.path, **visit.query)


TOP = {
    "sign-out": Act(sign_out),
    "switch-org": Act(switch_org),
    "prove": Act(prove, dangerous=True),
}
