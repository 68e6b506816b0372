"""The first page."""

import gatepass
from gatepass.http.call import Reply
from gatepass.pages.console.places import Place
from gatepass.pages.console.visit import Visit


async def show(visit: Visit) -> Reply:
    """GET console/: who one is, and what one may do here."""
    return await visit.page("home.html", version=gatepass.__version__)


PLACES = (Place("home", "", show),)
