"""Secrets in what is shown: a name tells one that was typed, its shape one of ours."""

import re

BLANK = "…"
_NAMES = r"[^\"\\]*(?:password|secret|token)(?![^\"\\]*(?:expir|duration|type|time))[^\"\\]*"
_NAMED = re.compile(rf'("{_NAMES}"\s*:\s*)("(?:[^"\\]|\\.)*"?|[\d.+-][\w.+-]*)', re.IGNORECASE)
_NAME = re.compile(_NAMES, re.IGNORECASE)
# A body may be cut off in the middle of one: what is left of it goes, too.
_OURS = re.compile(r"(gp[a-z]_)[A-Za-z0-9_-]{20,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", re.ASCII)


def is_secret(name: str) -> bool:
    """Say whether a field of this name holds a secret."""
    return _NAME.fullmatch(name) is not None


def without_ours(text: str) -> str:
    """Return a text without credentials as this server makes them: minted ones, signed tokens."""
    return _OURS.sub(lambda found: (found[1] or "") + BLANK, text)


def without_typed(text: str) -> str:
    """Return a JSON text, a broken one too, without the values whose names speak of secrets.

    What stands for a secret in an example stays.
    """

    def blank(found: re.Match[str]) -> str:
        return found[0] if BLANK in found[2] else f'{found[1]}"{BLANK}"'

    return without_ours(_NAMED.sub(blank, text))
