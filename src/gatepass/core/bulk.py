"""What the core asks of a store for accounts by the hundred."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gatepass.core.records import Account, Group, Undisclosed


class NewAccount(Undisclosed, frozen=True, kw_only=True):
    """An account to be added, with all that it belongs to from the start."""

    account: Account
    key: str
    skeleton: str
    password: str | None = msgspec.field(default=None)
    """The encoded hash."""
    org_ids: Sequence[int]
    groups: Sequence[Group]


class BulkDesk(Protocol):
    """Accounts by the hundred: few statements, whatever their number."""

    async def named(self, keys: Sequence[str]) -> dict[str, Account]: ...
    async def ids_among(self, ids: Sequence[str]) -> set[str]: ...
    async def alike(self, skeletons: Sequence[str]) -> dict[str, list[str]]: ...
    async def passwords(self, ids: Sequence[str]) -> dict[str, str]: ...
    async def after(self, key: str, most: int) -> list[Account]: ...
    async def add(self, new: Sequence[NewAccount], at: datetime) -> None: ...
