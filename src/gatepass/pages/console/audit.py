"""The audit trail: leafed through, a refusal explained, and what was found taken along."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from gatepass.core.auditing import MOST_LOOKED, Found
from gatepass.core.errors import InvalidParameter, NotFound
from gatepass.core.trail import Mark
from gatepass.http.call import Reply
from gatepass.pages.console.acts import KINDS, WORDS
from gatepass.pages.console.places import Place
from gatepass.pages.console.visit import Visit

MOST_SHOWN = 50
MOST_EXPORTED, AMONG_EXPORTED = 10_000, 500_000
"""Events of one download, and of how many of the newest: less than a second."""
RESULTS = {"done": False, "refused": True}
FIELDS = ("person", "act", "result", "org", "from", "until", "incident")
_BEFORE = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_JSON_LINES = b"application/jsonl; charset=utf-8"


async def show(visit: Visit) -> Reply:
    """GET console/audit: events as they are sought, newest first, a page of them."""
    asked = {name: visit.query.get(name, "").strip() for name in FIELDS}
    unknown = ""
    try:
        found = await _found(visit, most=MOST_SHOWN, among=MOST_LOOKED)
    except (NotFound, InvalidParameter) as error:
        found = Found(events=[], accounts={}, orgs={})
        unknown = f"There is {error}." if isinstance(error, NotFound) else f"{error.reason}."
    before = None if found.before is None else _text(found.before)
    return await visit.page(
        "audit.html",
        asked=asked,
        found=found,
        unknown=unknown,
        more=None if before is None else {**asked, "before": before},
        paged=bool(visit.query.get("before")),
        kinds=KINDS,
        words=WORDS,
        in_full=_in_full,
        most_exported=MOST_EXPORTED,
    )


async def why(visit: Visit) -> Reply:
    """GET console/audit/why: why a call was refused, by its incident id."""
    incident = visit.query.get("incident", "").strip()
    told = []
    if incident:
        try:
            told = await visit.core.auditing.explain(visit.principal, incident)
        except NotFound:
            visit.status = 404
    else:
        # Who may not ask is told so before, not after typing.
        await visit.core.auditing.leaf(visit.principal, most=1, among=1)
    return await visit.page(
        "why.html",
        incident=incident,
        told=told,
        in_full=_in_full,
        rules=visit.core.rules,
    )


async def export(visit: Visit) -> Reply:
    """GET console/audit/export: what is sought as JSON lines, newest first, to keep.

    Where one download does not hold it all, its last line says so and where the next begins.
    """
    found = await _found(visit, most=MOST_EXPORTED, among=AMONG_EXPORTED)
    # Some megabytes: others are answered meanwhile.
    body = await asyncio.to_thread(_lines, found)
    part = ""
    if found.before is not None:
        asked = {name: visit.query[name] for name in FIELDS if visit.query.get(name)}
        rest = urlencode({**asked, "before": _text(found.before)})
        body += msgspec.json.encode({"incomplete": True, "rest": f"?{rest}"}) + b"\n"
        part = "-part"
    name = f"gatepass-audit-{visit.now:%Y%m%dT%H%M%SZ}{part}.jsonl"
    disposition = f'attachment; filename="{name}"'
    headers = [(b"content-disposition", disposition.encode())]
    return Reply(200, body, headers, content_type=_JSON_LINES)


def _lines(found: Found) -> bytes:
    return b"".join(msgspec.json.encode(found.facts(one)) + b"\n" for one in found.events)


async def _found(visit: Visit, *, most: int, among: int) -> Found:
    """Return what the query seeks.

    Raises:
        NotPermitted: the visitor does not administer the cluster.
        NotFound: there is no such Org.
        InvalidParameter: a time or a place in the trail is none.
    """
    # PostgreSQL's texts have no NUL in them.
    query = {one: value.strip().replace("\0", "") or None for one, value in visit.query.items()}
    sought: dict[str, Any] = {
        "person": query.get("person"),
        "act": query.get("act"),
        "refused": RESULTS.get(query.get("result") or ""),
        "org": query.get("org"),
        "since": _time(query, "from"),
        "until": _time(query, "until"),
        "incident_id": query.get("incident"),
        "before": _mark(query.get("before")),
    }
    return await visit.core.auditing.leaf(visit.principal, most=most, among=among, **sought)


def _time(query: Mapping[str, str | None], field: str) -> datetime | None:
    """Return the time that a field says, in UTC, as browsers send it (HTML: local date and time).

    Raises:
        InvalidParameter: it says none.
    """
    text = query.get(field)
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(field, f"“{text}” is no time: 2026-06-01T12:00, in UTC") from error


def _mark(text: str | None) -> Mark | None:
    if text is None:
        return None
    match = _BEFORE.fullmatch(text)
    # Of the years that a time can have; 18 digits of microseconds go beyond.
    if match is None or int(match[1]) > _LATEST:
        raise InvalidParameter("before", "The link to this page is broken")
    return Mark(at=_EPOCH + int(match[1]) * _MICROSECOND, number=int(match[2]))


def _text(mark: Mark) -> str:
    return f"{(mark.at - _EPOCH) // _MICROSECOND}-{mark.number}"


def _in_full(facts: object) -> str:
    """Return facts to read."""
    return msgspec.json.format(msgspec.json.encode(facts), indent=2).decode()


PLACES = (
    Place("audit", "audit", show),
    Place("why", "audit/why", why),
    Place("audit-export", "audit/export", export, is_file=True),
)
