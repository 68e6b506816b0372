"""Places of the console: a path, what is shown there, and what may be done there."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gatepass.http.call import Reply
from gatepass.pages.console.visit import Visit

Handler = Callable[[Visit], Awaitable[Reply]]
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Act:
    """What one form of a place does; ``dangerous``: only for who showed the password lately.

    Where that depends on what the form is about, it is what finds out.
    """

    do: Handler
    dangerous: bool | Callable[[Visit], Awaitable[bool]] = False

    async def is_dangerous(self, visit: Visit) -> bool:
        """Say whether this form asks for the password."""
        return self.dangerous if isinstance(self.dangerous, bool) else await self.dangerous(visit)


@dataclass(frozen=True, slots=True)
class Place:
    """One page: forms on it are sent to its own path and name what to do in the field ``act``.

    A refused act shows the place again, with what was wrong and all that was typed.
    """

    name: str
    path: str
    """Below the console, without a slash in front; a part in braces matches anything."""
    show: Handler
    acts: Mapping[str, Act] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    """What a page says at its top after an act: sentences, by the word in the query."""
    is_file: bool = False
    """Whether it is something to keep, and no page."""


class Places:
    """Places by path."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self.said = {word: text for place in places for word, text in place.said.items()}
        self._plain = {place.path: place for place in places if "{" not in place.path}
        self._patterns = [
            (re.compile(_PART.sub(r"(?P<\1>[^/]+)", place.path)), place)
            for place in places
            if "{" in place.path
        ]

    def find(self, path: str) -> tuple[Place, Mapping[str, str]] | None:
        """Return the place at a path, and the parts that its braces stand for."""
        plain = self._plain.get(path)
        if plain is not None:
            return plain, {}
        for pattern, place in self._patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                return place, match.groupdict()
        return None
