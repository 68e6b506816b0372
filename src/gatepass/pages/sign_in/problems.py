"""How the sign-in page words a refusal, and at which field."""

from gatepass.core import errors
from gatepass.core.errors import CoreError
from gatepass.pages.problems import OF_FORMS, UNREADABLE, Problem

_BOTH = ("username", "password")
# One and the same whatever was wrong: no such account, its password, its state (ASVS 6.3.8).
_WRONG = Problem(401, "That name and password do not match an account that may sign in.", _BOTH)
NO_NAME = Problem(400, "Enter your user name.", ("username",))
NO_PASSWORD = Problem(400, "Enter your password.", ("password",))

PROBLEMS: dict[type[CoreError], Problem] = {
    **OF_FORMS,
    errors.WrongCredentials: _WRONG,
    errors.AccountNotActive: _WRONG,
    errors.InvalidParameter: Problem(400, "That name or password is too long.", _BOTH),
    errors.SecondFactorRequired: Problem(
        403, "This account signs in with a second factor, which this page cannot ask for."
    ),
    errors.OrgNotUsable: Problem(403, "This account belongs to no Org that is in use."),
    errors.TooManyGuesses: Problem(
        429, "Too many attempts failed from your network. Wait a minute, then try again."
    ),
}


def problem_of(error: CoreError) -> Problem:
    """Return what is said of a refusal; one that nobody foresaw is a form that went wrong."""
    return PROBLEMS.get(type(error), UNREADABLE)
