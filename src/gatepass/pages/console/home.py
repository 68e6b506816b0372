"""The first page: what goes on, for who may know, and who one is."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import gatepass
from gatepass.core.checkup import Finding, Gravity
from gatepass.core.errors import NotPermitted, ScopeTooSmall
from gatepass.core.glances import UnderWay
from gatepass.core.overview import Glance, Span, issued
from gatepass.core.records import KeyState, TokenKind
from gatepass.core.tallies import What
from gatepass.http.call import Reply
from gatepass.pages.console.handed import Handed
from gatepass.pages.console.places import Act, Place
from gatepass.pages.console.plot import Series, plotted
from gatepass.pages.console.visit import Visit

MOST_SECRETS, MOST_PROCESSES = 10, 50
REFRESHED_EVERY = 30
"""Seconds between two looks of a page that is open."""
MOST_ROUNDS = 20
"""Looks of an open page by itself: each is use of its session, which is to go idle some time."""
COUNTED = (
    ("Sign-ins", "first", What.SIGN_IN),
    ("Refused sign-ins", "second", What.SIGN_IN_REFUSED),
    ("Other refusals", "second", What.REFUSED),
)
KINDS = (
    (TokenKind.FULL, "Full"),
    (TokenKind.OBJECT, "For one object"),
    (TokenKind.CUSTOM, "Custom"),
    (TokenKind.V1, "REST v1"),
)
SPANS = {"hours": "24 hours", "days": "30 days"}


async def show(visit: Visit, handed: Handed) -> Reply:
    """GET console/: what goes on, who one is, and what one may do here."""
    glance = None
    # Everybody has a first page; this part of it is for who administers.
    with contextlib.suppress(NotPermitted, ScopeTooSmall):
        glance = await visit.core.overview.look(visit.principal)
    if glance is None:
        return await visit.page("home.html", version=gatepass.__version__, glance=None)
    span = "days" if visit.query.get("span") == "days" else "hours"
    return await visit.page(
        "home.html",
        version=gatepass.__version__,
        glance=glance,
        spans=SPANS,
        span=span,
        round=_round(visit),
        most_rounds=MOST_ROUNDS,
        every=REFRESHED_EVERY,
        guesses=_by_account(glance.guesses or ()),
        most_secrets=MOST_SECRETS,
        most_processes=MOST_PROCESSES,
        keys=[one for one in glance.keys or () if one.state is not KeyState.ENDED],
        findings=await _findings(visit, handed),
        **_counted(glance, span),
    )


def _counted(glance: Glance, span: str) -> dict[str, object]:
    """Return what happened in the chosen span, in numbers and as a plot."""
    spans = glance.days if span == "days" else glance.hours
    series = [Series(title, mark, [one.of(what) for one in spans]) for title, mark, what in COUNTED]
    labels = [_label(one.since, span) for one in spans]
    tokens = issued(spans)
    return {
        "plot": plotted(series, labels, every=5 if span == "days" else 3),
        "rows": [_numbers(label, [one]) for label, one in zip(labels, spans, strict=True)],
        "sums": _numbers("Together", spans),
        "titles": [title for title, _, _ in COUNTED],
        "tokens": [(words, tokens[kind]) for kind, words in KINDS],
    }


def _numbers(label: str, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """Return a line of the table: its label, what is plotted, and tokens by kind."""
    plain = [sum(one.of(what) for one in spans) for _, _, what in COUNTED]
    tokens = issued(spans)
    return label, [*plain, *(tokens[kind] for kind, _ in KINDS)]


def _label(since: datetime, span: str) -> str:
    return f"{since.day} {since:%b}" if span == "days" else f"{since:%H:%M}"


def _by_account(guesses: Sequence[UnderWay]) -> list[tuple[UnderWay, bool]]:
    """Return guesses, each with whether it is the first one listed of its account."""
    seen: set[str] = set()
    found = []
    for one in guesses:
        found.append((one, one.account_id not in seen))
        seen.add(one.account_id)
    return found


async def _findings(visit: Visit, handed: Handed) -> dict[Gravity, list[Finding]] | None:
    """Return what is wrong with the home, by gravity; None: not for this visitor, or not now."""
    refreshed = b"hx-request" in visit.headers
    if handed.doctor is None or refreshed or not visit.principal.cluster_admin:
        return None
    found = await handed.doctor()
    return {state: [one for one in found if one.state is state] for state in Gravity}


def _round(visit: Visit) -> int:
    text = visit.query.get("round", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000") else 0


async def unlock(visit: Visit) -> Reply:
    """Forget the wrong passwords for an account, and lift its lock."""
    account = visit.form.get("account")
    await visit.core.admission.unlock(visit.principal, visit.source, account)
    return visit.to("", "unlocked")


def places(handed: Handed) -> tuple[Place, ...]:
    """Return the first page."""
    return (
        Place(
            "home",
            "",
            partial(show, handed=handed),
            acts={"unlock": Act(unlock)},
            said={"unlocked": "Its wrong passwords are forgotten: it may sign in."},
        ),
    )
