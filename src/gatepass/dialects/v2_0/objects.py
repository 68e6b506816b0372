"""How v2.0 names objects, and whom they are shared with."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from gatepass.core.headers import Kind
from gatepass.core.object_rows import Target
from gatepass.core.permissions import Wanted
from gatepass.core.records import Undisclosed
from gatepass.core.shares import PartyKind
from gatepass.dialects.v2_0.requests import MOST_ENTRIES

StoredType = Literal[
    "LIVEBOARD", "ANSWER", "LOGICAL_TABLE", "LOGICAL_COLUMN", "CONNECTION", "LOGICAL_RELATIONSHIP",
    "INSIGHT_SPEC", "COLLECTION",
]  # fmt: skip


class ObjectInput(Undisclosed, frozen=True):
    """An object, by id or name."""

    identifier: str
    type: StoredType | None = None


Objects = Annotated[list[ObjectInput], Meta(max_length=MOST_ENTRIES)]


class PrincipalInput(Undisclosed, frozen=True):
    """A user or a group, by id or name."""

    identifier: str
    type: PartyKind | None = None


Principals = Annotated[list[PrincipalInput], Meta(max_length=MOST_ENTRIES)]


def targets(objects: Sequence[ObjectInput]) -> list[Target]:
    """Return objects as the core knows them."""
    return [
        Target(identifier=one.identifier, type=None if one.type is None else Kind(one.type))
        for one in objects
    ]


def wanted(principals: Sequence[PrincipalInput]) -> list[Wanted]:
    """Return users and groups as the core knows them."""
    return [Wanted(identifier=one.identifier, kind=one.type) for one in principals]
