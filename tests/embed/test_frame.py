"""The page in its frame: whom it speaks to, what it answers, what it shows."""

import pytest

from tests.embed.conftest import Stage
from tests.embed.hosting import Host

pytestmark = [pytest.mark.needs("chromium", "node"), pytest.mark.asyncio(loop_scope="session")]


async def test_shake(host: Host) -> None:
    await host.start("None", show="LiveboardEmbed", view={"liveboardId": "0b4cc8ee-7b63-4bfe-a5f8-8e5bd9ad0a01"})
    await host.until("Load")
    await host.shown("stopped")
    print(await host.seen(), host.logged, await host.text())
    assert 0
