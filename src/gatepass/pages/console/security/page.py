"""The page of security settings: what its visitor may see of them."""

from collections.abc import Awaitable
from typing import TypeVar

from gatepass.core.errors import NotPermitted
from gatepass.core.privileges import ADMINISTRATION, CONTROL_TRUSTED_AUTH
from gatepass.core.security import DEVELOPER
from gatepass.core.trusted import Shown
from gatepass.http.call import Reply
from gatepass.pages.console.handed import FromFile
from gatepass.pages.console.visit import Form, Visit

PATH = "develop/security"
MOST_KEYS = 8
"""Signing keys that are shown; those before them ended long ago."""
GRACES = (
    ("0", "at once"),
    ("3600", "in an hour"),
    ("86400", "in a day"),
    ("604800", "in a week"),
    ("2592000", "in 30 days"),
)
SOURCES = (
    ("connect", "Connections"),
    ("font", "Fonts"),
    ("iframe", "Frames within pages"),
    ("img", "Images"),
    ("style", "Styles"),
)
"""Lists of sources that are kept and shown, by their names in the core."""

Part = TypeVar("Part")


class SecurityPage:
    """How the page is shown, also with a key on it that was asked for."""

    def __init__(self, from_file: FromFile) -> None:
        self._from_file = from_file

    async def show(self, visit: Visit) -> Reply:
        """GET console/develop/security: each part to whom the core shows it.

        Raises:
            NotPermitted: none is the visitor's.
        """
        return await self._show(visit, None, is_new=False)

    async def with_key(self, visit: Visit, shown: Shown, *, is_new: bool) -> Reply:
        """Return the page with a key at its top: it never stands in an address."""
        visit.act, visit.form = "", Form()
        return await self._show(visit, shown, is_new=is_new)

    async def _show(self, visit: Visit, shown: Shown | None, *, is_new: bool) -> Reply:
        by, core = visit.principal, visit.core
        secrets = await _permitted(core.rotation.live(by))
        keys = await _permitted(core.keys.list_all(by))
        state = await _permitted(core.security.look(by, cluster=None, org=None))
        if secrets is None and state is None:
            raise NotPermitted(f"{CONTROL_TRUSTED_AUTH} or {DEVELOPER}")
        return await visit.page(
            "security.html",
            shown=shown,
            is_new=is_new,
            secrets=secrets,
            keys=None if keys is None else keys[:MOST_KEYS],
            keys_before=max(0, len(keys or ()) - MOST_KEYS),
            state=state,
            from_file=self._from_file,
            graces=GRACES,
            sources=SOURCES,
            administers=ADMINISTRATION in by.privileges,
            rules=core.rules,
        )


async def _permitted(part: Awaitable[Part]) -> Part | None:
    """Return a part of the page, None if it is not the visitor's."""
    try:
        return await part
    except NotPermitted:
        return None
