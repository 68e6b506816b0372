"""Entries of origin lists, as administrators write them, and the origins that each one matches.

An entry is a whole origin; its scheme is https where it names none. A star for the port is any
port, a star before the first dot any subdomain, ``.*`` any origin at all.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from gatepass.core.errors import InvalidParameter

ANYWHERE = ".*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\]"
_ENTRY = re.compile(
    rf"(?:(?P<scheme>https?)://)?(?P<below>\.?\*\\?\.)?(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}|\*))?",
    re.ASCII,
)
_DEFAULT_PORT = {"http": "80", "https": "443"}
_LARGEST_PORT = 65_535


@lru_cache(1024)
def exact_origin(entry: str) -> str | None:
    """Return the one origin that an entry matches, as browsers write it; None if it is no such.

    Raises:
        ValueError: it is no entry at all.
    """
    parts = _parsed(entry)
    if parts is None or parts["below"] or parts["port"] == "*":
        return None
    scheme = parts["scheme"] or "https"
    port = parts["port"]
    tail = "" if port in {None, _DEFAULT_PORT[scheme]} else f":{port}"
    return f"{scheme}://{parts['host']}{tail}"


@lru_cache(1024)
def pattern(entry: str) -> re.Pattern[str] | None:
    """Return the pattern, to be matched as a whole, of an entry with a star; None for others.

    ``.*`` has none: what any origin may do is no matter of its name.

    Raises:
        ValueError: it is no entry at all.
    """
    parts = _parsed(entry)
    if parts is None or not (parts["below"] or parts["port"] == "*"):
        return None
    scheme = parts["scheme"] or "https"
    below = rf"(?:{_LABEL}\.)+" if parts["below"] else ""
    port = parts["port"]
    if port == "*":
        tail = r"(?::[0-9]{1,5})?"
    else:
        tail = "" if port in {None, _DEFAULT_PORT[scheme]} else f":{port}"
    return re.compile(f"{scheme}://{below}{re.escape(parts['host'] or '')}{tail}", re.ASCII)


@lru_cache(1024)
def frame_source(entry: str) -> str | None:
    """Return an entry as a source of a content security policy (CSP 3 §2.3); None for ``.*``.

    Raises:
        ValueError: it is no entry at all.
    """
    parts = _parsed(entry)
    if parts is None or not (parts["below"] or parts["port"] == "*"):
        return exact_origin(entry)
    port = parts["port"]
    below = "*." if parts["below"] else ""
    return f"{parts['scheme'] or 'https'}://{below}{parts['host']}{f':{port}' if port else ''}"


def checked_entries(field: str, entries: Sequence[str], *, longest: int) -> list[str]:
    """Return the entries, each once, if all will do.

    Raises:
        InvalidParameter: one is no origin, or together they are too long.
    """
    found = list(dict.fromkeys(entry.strip() for entry in entries))
    if sum(map(len, found)) > longest:
        raise InvalidParameter(field, f"at most {longest} characters in all")
    for entry in found:
        try:
            _parsed(entry)
        except ValueError:
            raise InvalidParameter(field, f"no origin: {entry[:100]!r}") from None
    return found


def _parsed(entry: str) -> dict[str, str | None] | None:
    """Return the parts of an entry, None for the one that is any origin."""
    text = entry.strip().removesuffix("/").lower()
    if text == ANYWHERE:
        return None
    match = _ENTRY.fullmatch(text)
    if match is None:
        raise ValueError(entry)
    parts = match.groupdict()
    if parts["port"] not in {None, "*"} and int(parts["port"] or 0) > _LARGEST_PORT:
        raise ValueError(entry)
    return parts
