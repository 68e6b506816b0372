"""How pages word a refusal, and at which field."""

from typing import NamedTuple

from gatepass.core import errors
from gatepass.core.errors import CoreError
from gatepass.http import refusals


class Problem(NamedTuple):
    """What a person is told, under which status, and which fields are at fault."""

    status: int
    text: str
    fields: tuple[str, ...] = ()


UNREADABLE = Problem(400, "The form could not be read. Try again.")
OF_FORMS: dict[type[CoreError], Problem] = {
    errors.Busy: Problem(503, "The server is busy. Try again in a moment."),
    refusals.ForeignOrigin: Problem(
        403,
        "This form was open for too long, came from another site, or your browser keeps no "
        "cookies here. Nothing was done: try again.",
    ),
    refusals.BodyTooLarge: Problem(413, "The form could not be read: it is too large."),
    refusals.BadRequest: UNREADABLE,
}
"""What may be wrong with any form."""
