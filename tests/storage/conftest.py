"""A store of every engine, and one of its accounts in one of its Orgs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gatepass.core.store import Store
from tests.postgres import Cluster
from tests.storage.engines import (
    Engine,
    PostgresEngine,
    SqliteEngine,
    migrated_database,
    migrated_file,
)
from tests.storage.rows import Holder, stored_holder


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_file(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def sqlite(migrated: Path, tmp_path: Path) -> Iterator[SqliteEngine]:
    engine = SqliteEngine(migrated, tmp_path)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> str:
    return migrated_database(cluster)


@pytest.fixture
async def postgres(cluster: Cluster, database: str) -> AsyncIterator[PostgresEngine]:
    engine = PostgresEngine(cluster, database)
    yield engine
    engine.close()
    await engine.closed()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn: what passes on one must pass on all, unchanged."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine.open()


@pytest.fixture
async def mira(store: Store) -> Holder:
    return await stored_holder(store)
