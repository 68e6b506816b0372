"""How v2.0 asks for a part of a list, in an order."""

from typing import Annotated, Literal

from msgspec import Meta

from gatepass.core.records import Undisclosed
from gatepass.core.searches import PAGE, Page, SortBy

EVERYTHING = -1
"""The record size that means all."""
LARGEST = 2**31 - 1


class SortOptions(Undisclosed, frozen=True):
    """By what a list is sorted."""

    field_name: SortBy = SortBy.NAME
    order: Literal["ASC", "DESC"] = "ASC"


class Paged(Undisclosed, frozen=True):
    """What every search with pages has."""

    record_offset: Annotated[int, Meta(ge=0, le=LARGEST)] = 0
    record_size: Annotated[int, Meta(ge=EVERYTHING, le=LARGEST)] = PAGE
    sort_options: SortOptions = SortOptions()

    def page(self) -> Page:
        """Return the part that is asked for."""
        return Page(
            offset=self.record_offset,
            size=None if self.record_size == EVERYTHING else self.record_size,
            by=self.sort_options.field_name,
            descending=self.sort_options.order == "DESC",
        )
