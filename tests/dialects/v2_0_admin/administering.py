"""What the tests of administration share: callers of every rank, and the sentence they speak."""

from typing import Any

import httpx2

from tests.adjusted import BAD, FORBIDDEN, UNAUTHORIZED, UNKNOWN_OBJECT
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World, headers, refusal

__all__ = ["BAD", "FORBIDDEN", "UNAUTHORIZED", "UNKNOWN_OBJECT", "Caller", "administrator"]


class Caller:
    """Somebody with a token, in one Org."""

    def __init__(self, here: World, token: str) -> None:
        self.here = here
        self.token = token

    async def ask(self, path: str, **body: Any) -> httpx2.Response:
        """Make a call."""
        return await self.here.post(path, body, headers=headers(bearer=self.token))

    async def find(self, path: str, **body: Any) -> list[dict[str, Any]]:
        """Make a search that is answered."""
        reply = await self.ask(path, **body)
        assert reply.status_code == 200, reply.text
        found = reply.json()
        assert isinstance(found, list)
        return found

    async def names(self, path: str, **body: Any) -> list[str]:
        """Return the names of what a search finds, in its order."""
        return [one["name"] for one in await self.find(path, **body)]

    async def make(self, path: str, **body: Any) -> dict[str, Any]:
        """Create something and return the answer."""
        reply = await self.ask(path, **body)
        assert reply.status_code == 200, reply.text
        made = reply.json()
        assert isinstance(made, dict)
        return made

    async def do(self, path: str, **body: Any) -> None:
        """Make a call that is answered with 204 and nothing else."""
        reply = await self.ask(path, **body)
        assert (reply.status_code, reply.content) == (204, b""), reply.text
        assert "content-type" not in reply.headers

    async def refused(self, path: str, **body: Any) -> tuple[int, int]:
        """Make a call that is refused, and return status and code."""
        return refusal(await self.ask(path, **body))


async def administrator(here: World, org: int | None = None) -> Caller:
    """Return the first administrator; in another Org than Primary it administers that Org alone."""
    more = {} if org is None else {"org_id": org}
    token = await here.token(ADMIN, password=ADMIN_PASSWORD, **more)
    return Caller(here, token)


async def somebody(here: World, name: str = "mira", org: int | None = None) -> Caller:
    """Return an account that is there, with a token by its password."""
    more = {} if org is None else {"org_id": org}
    return Caller(here, await here.token(name, password=PASSWORD, **more))


async def org_administrator(here: World, org: int, name: str = "nora") -> Caller:
    """Make an account that administers one Org and nothing else."""
    await here.account(name, org=org)
    await here.put_in("Administrator", name, org)
    return await somebody(here, name, org)


async def holder(here: World, name: str, *privileges: str) -> Caller:
    """Make an account of Primary that holds these privileges by a group of its own."""
    await here.account(name)
    await here.group(f"of {name}", *privileges)
    await here.put_in(f"of {name}", name)
    return await somebody(here, name)
