"""The activation link of an account: on the page that follows its making, and never again."""

from urllib.parse import urlencode

from gatepass.core.activation import LINK_LIFE
from gatepass.core.records import Account
from gatepass.http.call import Reply
from gatepass.http.origins import own_origin
from gatepass.pages import activation
from gatepass.pages.console.visit import Visit


async def with_link(visit: Visit, account: Account, secret: str) -> Reply:
    """Return the page that shows a link: an answer to the form, so that nothing has to keep it."""
    origin = own_origin(visit.headers.get(b"host"), https=visit.scope["scheme"] == "https")
    query = urlencode({activation.USER: account.id, activation.SECRET: secret})
    return await visit.page(
        "account_link.html",
        account=account,
        link=f"{origin}{activation.PATH}?{query}",
        life=LINK_LIFE,
    )
