"""How the activation page words a refusal, and at which field."""

from gatepass.core.errors import CoreError, InvalidParameter, WeakPassword
from gatepass.pages.problems import OF_FORMS, UNREADABLE, Problem

NO_PASSWORD = Problem(400, "Enter a new password.", ("password",))
DIFFERENT = Problem(400, "The two passwords differ. Enter the same one twice.", ("again",))
# One and the same whatever is wrong: no such user, used, run out, void, never made.
_NO_LINK = Problem(
    400, "This link is not valid, or not any more. A link works once, and for a limited time."
)

PROBLEMS: dict[type[CoreError], Problem] = {**OF_FORMS, InvalidParameter: _NO_LINK}


def problem_of(error: CoreError) -> Problem:
    """Return what is said of a refusal; a weak password's is its own, for it can be mended."""
    if isinstance(error, WeakPassword):
        return Problem(400, f"The new password {error.reason}.", ("password", "again"))
    return PROBLEMS.get(type(error), UNREADABLE)
