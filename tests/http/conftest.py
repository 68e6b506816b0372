"""A world for each test, its settings by ``@adjusted``; a test that sets up logs leaves none."""

from collections.abc import Iterator

import pytest
import structlog

from tests.adjusted import here

__all__ = ["here"]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
