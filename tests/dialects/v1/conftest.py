"""A world for each test; its settings by ``@adjusted``."""

from tests.adjusted import here

__all__ = ["here"]
