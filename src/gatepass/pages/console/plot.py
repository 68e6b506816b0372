"""Bars over time, laid out: what a template then draws as SVG, each row with a scale of its own.

Every bar has its number above it and rows stand apart, so no colour and no pointer is needed.
"""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 760
LEFT, RIGHT = 46, 14
TITLE, HEIGHT, GAP = 22, 78, 14
"""Of a row: what is above its bars, the highest bar with its number, and what is below."""
NUMBER = 14
"""Above the highest bar, for its number."""
FOOT = 18
SHARE = 0.72
"""What a bar takes of its place; the rest keeps it from the next."""
_STEPS = (1, 2, 5, 10)


class Series(NamedTuple):
    """One row of bars: what it counts, how it is drawn, and the numbers."""

    title: str
    mark: str
    numbers: Sequence[int]


class Bar(NamedTuple):
    """One bar, with its number above its middle if there is something to count."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    text: str


class Line(NamedTuple):
    """A line across a row, with its number at the left."""

    y: float
    text: str


class Row(NamedTuple):
    """A row of bars with its title and lines."""

    title: str
    total: int
    mark: str
    top: float
    bars: Sequence[Bar]
    lines: Sequence[Line]


class Label(NamedTuple):
    """Words under the bars."""

    x: float
    text: str


class Plot(NamedTuple):
    """A whole drawing, in units of its own."""

    width: int
    height: int
    left: int
    rows: Sequence[Row]
    labels: Sequence[Label]


def plotted(series: Sequence[Series], labels: Sequence[str], every: int) -> Plot:
    """Lay out rows of bars over the same places; each so manieth place has its label below."""
    rows = [_row(one, place * (TITLE + HEIGHT + GAP)) for place, one in enumerate(series)]
    height = len(series) * (TITLE + HEIGHT + GAP) - GAP + FOOT
    step = _step(len(labels))
    return Plot(
        width=WIDTH,
        height=height,
        left=LEFT,
        rows=rows,
        labels=[
            Label(_short(LEFT + (place + 0.5) * step), text)
            for place, text in enumerate(labels)
            # The last place is the one that runs: it has its label in any case.
            if (len(labels) - 1 - place) % every == 0
        ],
    )


def _row(series: Series, top: float) -> Row:
    step = _step(len(series.numbers))
    highest = ceiling(max(series.numbers, default=0))
    floor, room = top + TITLE + HEIGHT, HEIGHT - NUMBER
    bars = []
    for place, number in enumerate(series.numbers):
        height = room * number / highest
        x = LEFT + place * step + step * (1 - SHARE) / 2
        bars.append(
            Bar(
                x=_short(x),
                y=_short(floor - height),
                width=_short(step * SHARE),
                height=_short(height),
                middle=_short(x + step * SHARE / 2),
                text=compact(number) if number else "",
            )
        )
    marks = [0, highest // 2, highest] if highest % 2 == 0 else [0, highest]
    lines = [Line(_short(floor - room * one / highest), compact(one)) for one in marks]
    return Row(series.title, sum(series.numbers), series.mark, _short(top), bars, lines)


def ceiling(number: int) -> int:
    """Return the least 1, 2 or 5 with zeros behind it that is no less than a number."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= number:
                return step * power
        power *= 10


def compact(number: int) -> str:
    """Return a number in at most four letters, as far as numbers go here."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")):
        if number >= size:
            tenths = number * 10 // size
            whole = tenths >= 100 or tenths % 10 == 0  # noqa: PLR2004 - ten, in tenths
            return f"{tenths // 10}{letter}" if whole else f"{tenths / 10}{letter}"
    return str(number)


def _step(places: int) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, places)


def _short(place: float) -> float:
    return round(place, 1)
