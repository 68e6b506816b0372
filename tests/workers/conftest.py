"""A server of two workers for the whole folder, and an operator beside it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from gatepass.app import close_core, open_core
from tests.workers.cluster import Cluster, Operator, Worker, founded
from tests.world import settings


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    one = founded(tmp_path_factory.mktemp("workers") / "home")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def workers(cluster: Cluster) -> Iterator[list[Worker]]:
    """Both workers, on connections of this test alone."""
    yield cluster.workers()
    cluster.hang_up()


@pytest.fixture
async def lead(cluster: Cluster) -> AsyncIterator[Operator]:
    core = open_core(cluster.home, settings(workers=2))
    yield Operator(core)
    await close_core(core)
