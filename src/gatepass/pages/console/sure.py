"""Lists by page, and names that are typed before something goes for good."""

from gatepass.core.errors import InvalidParameter
from gatepass.pages.console.visit import Visit

PAGE = 50
"""Lines of a list that one page shows."""
_LONGEST_NUMBER = 7


def offset(visit: Visit) -> int:
    """Return with which line of a list the page begins; what is no number is the first."""
    text = visit.query.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0


def following(visit: Visit, found: int, **query: object) -> dict[str, object] | None:
    """Return what the next page is asked with, None if this one (of one line more) is the last."""
    return {**query, "from": offset(visit) + PAGE} if found > PAGE else None


def require_typed(visit: Visit, name: str) -> None:
    """Ask whether the name of what is to be deleted was typed as it stands.

    Raises:
        InvalidParameter: it was not.
    """
    if visit.form.get("typed") != name:
        raise InvalidParameter("typed", "the name is not the one above; nothing was deleted")
