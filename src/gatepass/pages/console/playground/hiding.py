"""Secrets in what is shown: a name tells one that was typed, its shape one of ours.

What anybody types is looked through on the event loop: each pattern takes time in proportion to
the text, whatever stands in it.
"""

import re

BLANK = "…"
_WORD = re.compile(r"(password|secret|token)|expir|duration|type|time", re.IGNORECASE)
_NAMED = re.compile(r'"([^"\\]*)"\s*:\s*(?=["\d.+-])')
_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\d.+-][\w.+-]*')
# A body may be cut off in the middle of one: what is left of it goes, too.
_MINTED = r"(gp[a-z]_)[A-Za-z0-9_-]{20,}"
_OURS = re.compile(rf"{_MINTED}|eyJ[\w-]{{8,}}(\.[\w-]{{8,}}(?:\.[\w-]*)?)?", re.ASCII)
_ONE_MINTED = re.compile(_MINTED, re.ASCII)


def is_secret(name: str) -> bool:
    """Say whether a field of this name holds a secret, and not when or how one ends."""
    last = [found[1] for found in _WORD.finditer(name)][-1:]
    return any(last)


def without_ours(text: str) -> str:
    """Return a text without credentials as this server makes them: minted ones, signed tokens."""

    def blank(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return (found[1] or "") + BLANK
        # What began like a signed token is none; the rest of its letters are still looked through.
        return _ONE_MINTED.sub(lambda one: one[1] + BLANK, found[0])

    return _OURS.sub(blank, text)


def without_typed(text: str) -> str:
    """Return a JSON text, a broken one too, without the values whose names speak of secrets.

    What stands for a secret in an example stays.
    """
    kept, end = [], 0
    found = _NAMED.search(text)
    while found is not None:
        after = found.end()
        value = _VALUE.match(text, after) if is_secret(found[1]) else None
        if value is not None:
            after = value.end()
            if BLANK not in value[0]:
                kept += [text[end : value.start()], f'"{BLANK}"']
                end = after
        found = _NAMED.search(text, after)
    return without_ours("".join([*kept, text[end:]]))
