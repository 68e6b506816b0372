"""How templates show times and numbers, and what they tell apart."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gatepass.core.privileges import is_administrative

MINUTE, HOUR, DAY = 60, 3600, 86_400
LONGEST_AGENT = 60
_UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


def moment(at: datetime | None) -> str:
    """Return a time to read, in UTC."""
    return "never" if at is None else f"{at:%d %b %Y, %H:%M} UTC"


def iso(at: datetime) -> str:
    """Return a time as machines read it (RFC 3339)."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def span(stretch: timedelta) -> str:
    """Return a length of time in its largest whole unit."""
    seconds = abs(stretch.total_seconds())
    for size, name in _UNITS:
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"


def since(at: datetime | None, now: datetime) -> str:
    """Return how long ago a time is, or how far ahead."""
    if at is None:
        return "never"
    if timedelta() <= now - at < timedelta(minutes=1):
        return "just now"
    text = span(now - at)
    return f"{text} ago" if at <= now else f"in {text}"


def thousands(number: int) -> str:
    """Return a whole number with thin gaps between its thousands."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def agent(text: str) -> str:
    """Return which program a user agent says to be: a browser in few words, others as they are.

    Browsers name those that they are like, too: the first that is found is the one (RFC 9110
    §10.1.5).
    """
    if text.startswith("Mozilla/"):
        for product, name in _BROWSERS:
            found = re.search(rf"\b{product}/(\d+)", text)
            if found is not None:
                system = next((one for word, one in _SYSTEMS if word in text), "")
                return f"{name} {found[1]}" + (f" on {system}" if system else "")
    return text if len(text) <= LONGEST_AGENT else f"{text[:LONGEST_AGENT]}…"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment,
    "iso": iso,
    "span": span,
    "since": since,
    "thousands": thousands,
    "administrative": is_administrative,
    "agent": agent,
}
