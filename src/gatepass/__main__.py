"""``python -m gatepass``."""

from gatepass.cli.main import run

run()
