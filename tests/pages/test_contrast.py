"""The colours of the pages, light and dark: enough contrast to read (WCAG 2.2 §1.4.3, 1.4.11)."""

import re
from importlib import resources

import pytest

CSS = resources.files("gatepass.pages").joinpath("templates", "pages.css").read_text("utf-8")
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    ("ink", "card", TEXT),
    ("ink", "paper", TEXT),
    ("faint", "card", TEXT),
    ("accent", "card", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-over", TEXT),
    ("wrong", "wrong-tint", TEXT),
    ("line", "card", SHAPE),
    ("line", "paper", SHAPE),
    ("wrong", "card", SHAPE),
    ("accent", "card", SHAPE),
]


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    named = [dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in (light, dark)]
    return {"light": named[0], "dark": named[1]}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_what_the_guidelines_mean() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("over", "under", "least"), PAIRS)
def test_a_pair_of_colours_is_told_apart(theme: str, over: str, under: str, least: float) -> None:
    palette = palettes()[theme]

    assert contrast(palette[over], palette[under]) >= least


def test_both_themes_name_every_colour_that_is_used() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))

    assert {*palettes()["light"]} == {*palettes()["dark"]} == used
