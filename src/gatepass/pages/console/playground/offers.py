"""What the playground offers: every operation of every dialect, and what each is asked with."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from gatepass.http.described import JSON, Described
from gatepass.http.routing import Dialect, NoBody, Operation
from gatepass.pages.console.playground.looks import LOOKS

_TITLES = {
    "v2_0": "REST v2.0",
    "beta": "Betas of REST v2",
    "v1": "REST v1",
    "own": "Gatepass's own",
}
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Offer:
    """One operation: how it is spoken to, and what may be filled in."""

    dialect: Dialect
    operation: Operation[object]
    described: Described

    @cached_property
    def place(self) -> str:
        """The path of its page in the console."""
        return f"develop/playground/{self.dialect.name}/{self.operation.name}"

    @cached_property
    def addresses(self) -> dict[str, int]:
        """Whole paths by which it is reached, the one of the documents first; see ``Dialect``."""
        return self.dialect.addresses(self.operation)

    @property
    def address(self) -> str:
        """The path that documents name."""
        return next(iter(self.addresses))

    @cached_property
    def parts(self) -> Sequence[str]:
        """The parts of the path that are filled in."""
        return _PART.findall(self.operation.path)

    @cached_property
    def query(self) -> Sequence[str]:
        """The parameters of the query: what is asked by GET stands there."""
        if self.described.query is not None:
            return _names(self.described.query)
        return _names(self.operation.body) if self.operation.method == "GET" else ()

    @cached_property
    def fields(self) -> Sequence[str]:
        """The fields of the form that is sent."""
        return _names(self.operation.body) if self._has_body and self.media != JSON else ()

    @property
    def takes_json(self) -> bool:
        """Whether a JSON object is sent."""
        return self._has_body and self.media == JSON

    @property
    def media(self) -> str:
        """The type of what is sent."""
        return JSON if self.dialect.description is None else self.dialect.description.media

    @property
    def only_looks(self) -> bool:
        """Whether it changes nothing and shows no secret: see ``LOOKS``."""
        return self.operation.name in LOOKS.get(self.dialect.name, ())

    @property
    def _has_body(self) -> bool:
        return self.operation.body is not NoBody and self.operation.method != "GET"

    def has(self, words: Iterable[str]) -> bool:
        """Say whether all of these words, in lower case, are about it."""
        said = (
            f"{self.operation.name} {self.operation.method} {self.address} {self.described.summary}"
        )
        said = said.lower()
        return all(word in said for word in words)


class Offers:
    """Every operation of some dialects, in the order of their tables."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self.dialects = dialects
        self._by_name = {
            (one.name, operation.name): Offer(one, operation, _described(one, operation))
            for one in dialects
            for operation in one.operations
        }

    def find(self, dialect: str, operation: str) -> Offer | None:
        """Return an operation by its names, None if there is none."""
        return self._by_name.get((dialect, operation))

    def about(self, text: str, dialect: str = "") -> list[tuple[Dialect, list[Offer]]]:
        """Return, dialect by dialect, the operations that all words of a text are about."""
        words = set(text.lower().split())
        found = [
            (one, [offer for offer in self._by_name.values() if offer.dialect is one])
            for one in self.dialects
            if dialect in ("", one.name)
        ]
        kept = [(one, [offer for offer in offers if offer.has(words)]) for one, offers in found]
        return [(one, offers) for one, offers in kept if offers]


def title(dialect: Dialect) -> str:
    """Return how a dialect is called."""
    return _TITLES.get(dialect.name, dialect.name)


def _described(dialect: Dialect, operation: Operation[object]) -> Described:
    if dialect.description is None:
        return Described(operation.name)
    return dialect.description.of(operation.name)


def _names(kind: type[object]) -> tuple[str, ...]:
    if kind is NoBody or not issubclass(kind, msgspec.Struct):
        return ()
    return tuple(one.encode_name for one in msgspec.structs.fields(kind))
