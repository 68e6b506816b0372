"""The keys that sign custom tokens, on the page of security settings."""

from gatepass.http.call import Reply
from gatepass.pages.console.places import Act
from gatepass.pages.console.security.page import PATH
from gatepass.pages.console.visit import Visit

SAID = {
    "signing-rotated": "The next key signs from now on.",
    "signing-renewed": "All keys have ended, with the tokens that they signed. A new one signs.",
}


async def rotate(visit: Visit) -> Reply:
    """Let the next key sign."""
    await visit.core.keys.rotate(visit.principal, visit.source)
    return visit.to(PATH, "signing-rotated")


async def renew(visit: Visit) -> Reply:
    """End every key with its tokens, in an emergency."""
    await visit.core.keys.rotate(visit.principal, visit.source, emergency=True)
    return visit.to(PATH, "signing-renewed")


ACTS = {
    "signing-rotate": Act(rotate, dangerous=True),
    "signing-emergency": Act(renew, dangerous=True),
}
