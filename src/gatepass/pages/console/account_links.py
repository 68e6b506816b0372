"""The activation link of an account: on the page that follows its making, and never again."""

from urllib.parse import urlencode

from gatepass.core.activation import LINK_LIFE
from gatepass.core.records import Account
from gatepass.http.call import Reply
from gatepass.http.origins import own_origin
from gatepass.pages.console.visit import Visit

PAGE = "/#/activate"
"""Where a link leads, as those of REST v2.0; what is behind the sign reaches no server's log."""


async def with_link(visit: Visit, account: Account, secret: str) -> Reply:
    """Return the page that shows a link: an answer to the form, so that nothing has to keep it."""
    origin = own_origin(visit.headers.get(b"host"), https=visit.scope["scheme"] == "https")
    query = urlencode({"user": account.id, "auth_token": secret})
    return await visit.page(
        "account_link.html", account=account, link=f"{origin}{PAGE}?{query}", life=LINK_LIFE
    )
