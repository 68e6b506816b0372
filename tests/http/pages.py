"""Pages for insiders, as tests ask for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.world import World

STRANGER = ("203.0.113.9", 4711)


@asynccontextmanager
async def peer(app: Any, address: tuple[str, int] = STRANGER) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client that comes from this address."""
    transport = httpx2.ASGITransport(app=app, client=address, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gatepass.test") as client:
        yield client


def inside(app: Any) -> Any:
    """Return the application as the bind of the insiders serves it."""

    async def marked(scope: Any, receive: Any, send: Any) -> None:
        scope["gatepass.inside"] = True
        await app(scope, receive, send)

    return marked


class Page:
    """What one scrape said."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples = [
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        ]

    def value(self, name: str, **labels: str) -> float:
        """Return the one sample of this name that has these labels."""
        found = [
            sample.value
            for sample in self.samples
            if sample.name == f"gatepass_{name}" and labels.items() <= sample.labels.items()
        ]
        assert len(found) == 1, (name, labels, found)
        return float(found[0])

    def count(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of this name that have these labels."""
        return sum(
            sample.value
            for sample in self.samples
            if sample.name == f"gatepass_{name}" and labels.items() <= sample.labels.items()
        )


async def scrape(here: World) -> Page:
    """Ask for the metrics, from this machine."""
    reply = await here.client.get("/metrics")
    assert reply.status_code == 200, reply.text
    return Page(reply.text)
