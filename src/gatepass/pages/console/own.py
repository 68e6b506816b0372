"""Your own: profile, sessions and tokens, and password of whoever is signed in."""

from gatepass.core.errors import InvalidParameter, NotProved
from gatepass.core.held import HeldPage
from gatepass.http.call import Reply
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.problems import PROOF
from gatepass.pages.console.sessions import end_held
from gatepass.pages.console.visit import Visit

PATH = "own"


async def show(visit: Visit) -> Reply:
    """GET console/own: what one holds is shown to who has just shown the password."""
    page: HeldPage | None = None
    try:
        page = await visit.core.credentials.page(
            visit.principal,
            account=visit.principal.account_id,
            before=visit.query.get("before") or None,
        )
    except NotProved:
        page = None
    return await visit.page("own.html", page=page)


async def end(visit: Visit) -> Reply:
    """End one session or token of one's own."""
    await end_held(visit)
    return visit.to(PATH, "own-ended")


async def end_others(visit: Visit) -> Reply:
    """End all that one holds but this session."""
    await visit.core.sessions.end_others(visit.principal, visit.source)
    return visit.to(PATH, "others-ended")


async def change_password(visit: Visit) -> Reply:
    """Change one's own password; the form has the current one, so nothing else is asked."""
    new = visit.form.secret("password")
    if new != visit.form.secret("again"):
        raise InvalidParameter("again", "is not the new password that stands above it")
    try:
        await visit.core.accounts.change_password(
            visit.principal, visit.source, current=visit.form.secret(PROOF), new=new
        )
    except InvalidParameter as error:
        if error.field == "new_password":
            raise InvalidParameter("password", error.reason) from error
        raise
    return visit.to(PATH, "password-changed")


PLACES = (
    Place(
        "own",
        PATH,
        show,
        {
            "end": Act(end, dangerous=True),
            "end-others": Act(end_others, dangerous=True),
            "change-password": Act(change_password),
        },
        {
            "own-ended": "It has ended, with everything that was bought with it.",
            "others-ended": "All your other sessions and tokens have ended.",
            "password-changed": "Your password is changed; all else that you held has ended.",
        },
    ),
)
