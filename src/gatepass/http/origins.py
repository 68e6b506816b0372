"""Which other origins count: as senders of requests, as frames of pages, as redirect targets."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gatepass.core.origin_entries import ANYWHERE, exact_origin, pattern

LONGEST_TARGET = 16_384
_AUTHORITY = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
_ORIGIN = re.compile(rf"(https?)://({_AUTHORITY})", re.ASCII)
_TARGET = re.compile(r"(https?://[^/?#\\]+)(?:[/?#].*)?", re.ASCII | re.IGNORECASE)
_NOT_IN_URLS = re.compile(r"[^\x21-\x7e]")
_DEFAULT_PORT = {"http": ":80", "https": ":443"}


def plain_origin(text: str) -> str | None:
    """Return an origin as browsers write it (RFC 6454 §6.2), or None if the text is none.

    Lower case, no port that its scheme has anyway. One slash at the end is forgiven; a path, user,
    wildcard, ``null`` or any other scheme is not.
    """
    match = _ORIGIN.fullmatch(text.removesuffix("/").lower())
    if match is None:
        return None
    scheme, authority = match.groups()
    return f"{scheme}://{authority.removesuffix(_DEFAULT_PORT[scheme])}"


def own_origin(host: bytes | None, *, https: bool) -> str:
    """Return this server's origin as a request names it in its ``Host`` header."""
    scheme = "https" if https else "http"
    name = (host or b"").decode("latin-1").lower()
    return f"{scheme}://{name.removesuffix(_DEFAULT_PORT[scheme])}"


class Lists(NamedTuple):
    """Origins by what they may do. Entries that are no origin are left out: they match nothing."""

    senders: frozenset[str] = frozenset()
    """Their pages may read answers, and send and set cookies (CORS)."""
    frames: frozenset[str] = frozenset()
    """They may show this server's pages in a frame (``frame-ancestors``)."""
    targets: frozenset[str] = frozenset()
    """A browser may be sent there after it signed in, as it may to the other two."""

    @classmethod
    def of(
        cls,
        *,
        senders: Iterable[str] = (),
        frames: Iterable[str] = (),
        targets: Iterable[str] = (),
    ) -> "Lists":
        """Return the lists of these entries."""
        return cls(_origins(senders), _origins(frames), _origins(targets))

    def with_more(self, more: "Lists") -> "Lists":
        """Return these lists and those together."""
        return Lists(*(one | other for one, other in zip(self, more, strict=True)))


class Senders(NamedTuple):
    """Origins whose pages may call, by what was stored: whole ones, patterns, or any."""

    exact: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()
    any: bool = False
    """Whether any page may read answers; it never sends or sets a cookie by that."""

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Senders":
        """Return those of a list of entries, as administrators write them."""
        every = list(entries)
        exact = (exact_origin(one) for one in every)
        patterns = (pattern(one) for one in every)
        return cls(
            frozenset(one for one in exact if one is not None),
            tuple(one for one in patterns if one is not None),
            any(one.strip() == ANYWHERE for one in every),
        )

    def have(self, origin: str) -> bool:
        """Say whether an origin is listed by its name."""
        return origin in self.exact or any(one.fullmatch(origin) for one in self.patterns)


class Allowlists:
    """The lists that hold now: those of the settings, and what is added while serving.

    All is replaced whole, never changed, so a request may read it without a lock.
    """

    def __init__(self, settled: Lists | None = None) -> None:
        self._settled = settled or Lists()
        self.now = self._settled
        self.stored = Senders()
        self.of_orgs: Mapping[int, Senders] = {}

    def add(
        self,
        stored: Lists,
        senders: Senders = Senders(),  # noqa: B008 - it is never changed
        of_orgs: Mapping[int, Senders] | None = None,
    ) -> None:
        """Let these hold beside the settings', instead of what was added before."""
        self.now = self._settled.with_more(stored)
        self.stored = senders
        self.of_orgs = of_orgs or {}

    def lists_sender(self, origin: str, org_id: int | None = None) -> bool:
        """Say whether an origin's pages may call, with cookies, for an Org; None: for any.

        The settings' list holds everywhere; of the stored ones an Org's own overrides the
        cluster's.
        """
        if origin in self.now.senders:
            return True
        return any(one.have(origin) for one in self._senders(org_id))

    def is_open(self, org_id: int | None = None) -> bool:
        """Say whether any page may read answers, without cookies."""
        return any(one.any for one in self._senders(org_id))

    def _senders(self, org_id: int | None) -> Iterable[Senders]:
        if org_id is None:
            return (self.stored, *self.of_orgs.values())
        return (self.of_orgs.get(org_id, self.stored),)


class Origins:
    """Whole origins, matched exactly after lower-casing; ``null`` never is one of them."""

    def __init__(self, lists: Allowlists) -> None:
        self.lists = lists

    def allows(
        self,
        origin: bytes | None,
        host: bytes | None,
        *,
        https: bool,
        org_id: int | None = None,
    ) -> bool:
        """Say whether a request with this ``Origin`` header is the server's own or a listed one."""
        if origin is None or self.lists_sender(origin, org_id):
            return True
        text = origin.decode("latin-1").lower()
        return text != "null" and text == own_origin(host, https=https)

    def lists_sender(self, origin: bytes, org_id: int | None = None) -> bool:
        """Say whether an ``Origin`` header names a listed one; ``null`` never does."""
        return self.lists.lists_sender(origin.decode("latin-1").lower(), org_id)

    def may_redirect_to(self, target: str, host: bytes | None, *, https: bool) -> bool:
        """Say whether a browser may be sent to a target that a request named.

        A target is a path of this server (``/…``), or an address whose origin is this server's own
        or on one of the lists, exactly. Whatever stands behind path or origin, a fragment and a
        token included, is the target's own affair: who asks passes a good target on unchanged. It
        is ASCII without blanks, so it goes into a ``Location`` header as it is.

        What browsers read otherwise than it looks is refused: ``//host``, a slash and a backslash,
        tabs and line ends anywhere, users before the host, escapes in the host, a scheme without
        its slashes (WHATWG URL §4.4; ASVS 3.7.2, RFC 9700 §4.11).
        """
        if len(target) > LONGEST_TARGET or _NOT_IN_URLS.search(target):
            return False
        if target[:1] == "/":
            return target[1:2] not in {"/", "\\"}
        match = _TARGET.fullmatch(target)
        origin = None if match is None else plain_origin(match[1])
        if origin is None:
            return False
        own = plain_origin(own_origin(host, https=https))
        return origin == own or any(origin in one for one in self.lists.now)


def _origins(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(one for one in map(plain_origin, entries) if one is not None)
