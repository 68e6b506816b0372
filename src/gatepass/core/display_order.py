"""The order in which the characters of a text are seen: Unicode's bidirectional algorithm."""

import unicodedata
from collections.abc import Iterator, Mapping

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_SEPARATORS = {"EN": ("ES", "CS"), "AN": ("CS",)}
_STRONG = frozenset({"L", "R", "AL"})
_LEVELS = {"L": 0, "R": 1, "EN": 2, "AN": 2}
# What a bracket or a neutral sees of its neighbours: numbers run with what is right to left.
_SEEN_AS = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def shown_order(text: str, mirrored: Mapping[str, str]) -> str:
    """Return the characters from left to right, as a left-to-right page shows them.

    UAX #9 for a single line without formatting characters, which names may not hold; the
    rules' names are in the comments. ``mirrored`` pairs what is drawn mirrored from right to left.
    """
    classes = [unicodedata.bidirectional(character) or "L" for character in text]
    if _RIGHT_TO_LEFT.isdisjoint(classes):
        return text
    resolved = _resolve_neutrals(_resolve_brackets(text, _resolve_weak(classes), mirrored))
    # A mark is drawn on its base wherever that goes (L3), so the two move as one.
    cells: list[tuple[str, int]] = []
    for character, was, now in zip(text, classes, resolved, strict=True):
        level = _LEVELS[now]
        if was == "NSM" and cells and cells[-1][1] == level:
            cells[-1] = (cells[-1][0] + character, level)
        else:
            cells.append((mirrored.get(character, character) if level == 1 else character, level))
    for least in (2, 1):  # L2
        cells = _reversed_runs(cells, least)
    return "".join(cell for cell, _ in cells)


def _resolve_weak(classes: list[str]) -> list[str]:
    """Give marks, separators and numbers the class of what they stand with (W1 to W7)."""
    result = list(classes)
    for index, kind in enumerate(result):  # W1
        if kind == "NSM":
            result[index] = result[index - 1] if index else "L"
    result = ["AN" if kind == "EN" and strong == "AL" else kind for kind, strong in _after(result)]
    result = ["R" if kind == "AL" else kind for kind in result]  # W3, after W2 above
    for index in range(1, len(result) - 1):  # W4
        before, kind, after = result[index - 1 : index + 2]
        if before == after and kind in _SEPARATORS.get(before, ()):
            result[index] = before
    result = _with_terminators(_with_terminators(result)[::-1])[::-1]  # W5
    result = [kind if kind in _LEVELS else "ON" for kind in result]  # W6
    return ["L" if kind == "EN" and strong == "L" else kind for kind, strong in _after(result)]


def _after(classes: list[str]) -> Iterator[tuple[str, str]]:
    """Pair each class with the last strong one so far; the page's direction before any."""
    strong = "L"
    for kind in classes:
        strong = kind if kind in _STRONG else strong
        yield kind, strong


def _with_terminators(classes: list[str]) -> list[str]:
    result: list[str] = []
    for kind in classes:
        result.append("EN" if kind == "ET" and result[-1:] == ["EN"] else kind)
    return result


def _resolve_brackets(text: str, classes: list[str], mirrored: Mapping[str, str]) -> list[str]:
    """Give both brackets of a pair the direction of what they hold (N0)."""
    result = list(classes)
    for start, end in sorted(_bracket_pairs(text, classes, mirrored)):
        inside = {_SEEN_AS.get(kind) for kind in result[start + 1 : end]}
        if "L" in inside:
            direction = "L"
        elif "R" in inside:
            earlier = (_SEEN_AS[kind] for kind in reversed(result[:start]) if kind in _SEEN_AS)
            direction = next(earlier, "L")
        else:
            continue
        for bracket in (start, end):
            result[bracket] = direction
            for index in range(bracket + 1, len(text)):
                if unicodedata.bidirectional(text[index]) != "NSM":
                    break
                result[index] = direction
    return result


def _bracket_pairs(
    text: str, classes: list[str], mirrored: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    awaited: list[tuple[str, int]] = []
    for index, character in enumerate(text):
        if classes[index] != "ON" or character not in mirrored:
            continue
        category = unicodedata.category(character)
        if category == "Ps":
            awaited.append((mirrored[character], index))
        elif category == "Pe" and character in (closing for closing, _ in awaited):
            while awaited[-1][0] != character:
                awaited.pop()
            yield awaited.pop()[1], index


def _resolve_neutrals(classes: list[str]) -> list[str]:
    """Give what has no direction that of both its neighbours, else the page's (N1, N2)."""
    result = list(classes)
    start = 0
    while start < len(result):
        end = start
        while end < len(result) and result[end] == "ON":
            end += 1
        if end > start:
            before = _SEEN_AS[result[start - 1]] if start else "L"
            after = _SEEN_AS[result[end]] if end < len(result) else "L"
            result[start:end] = [before if before == after else "L"] * (end - start)
        start = end + 1
    return result


def _reversed_runs(cells: list[tuple[str, int]], least: int) -> list[tuple[str, int]]:
    result: list[tuple[str, int]] = []
    run: list[tuple[str, int]] = []
    for cell in cells:
        if cell[1] >= least:
            run.append(cell)
            continue
        result += [*reversed(run), cell]
        run = []
    return [*result, *reversed(run)]
