"""Revisions applied to a store that has rows: what they work out for them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from gatepass.storage import migrating

ROWS = """
INSERT INTO orgs VALUES (0, 'Primary', 'primary', 'primary', '', 1, 1, 0);
INSERT INTO accounts (id, name, name_key, skeleton, display_name, email, type, status, sharable,
  system, mfa_required, author_id, modifier_id, created_at, modified_at, preferences)
VALUES ('a', 'Mira', 'mira', 'mlra', 'Straße  Eins', 'Mira@Example.com', 'LOCAL_USER', 'ACTIVE',
  1, 0, 0, 'x', 'x', 0, 0, '{"notify_on_share":false,"onboarding_experience_completed":true}'),
  ('b', 'Sven', 'sven', 'sven', 'Sven', NULL, 'LOCAL_USER', 'ACTIVE', 1, 0, 0, 'x', 'x', 0, 0,
  '{}');
INSERT INTO memberships VALUES ('a', 0, 0);
INSERT INTO groups VALUES ('g', 0, 'Crew', 'crew', 'crew', 'The CREW', '', 0, 'x', 0, 0);
"""


def test_rows_that_are_there_can_be_searched_after_the_third_revision(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "0002")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(ROWS)

    migrating.upgrade(f"sqlite:///{path}")

    assert migrating.revision(path) == migrating.HEAD
    with closing(sqlite3.connect(path)) as connection:
        accounts = connection.execute(
            "SELECT display_key, email_key, notify_on_share, show_onboarding_experience,"
            " onboarding_experience_completed FROM accounts ORDER BY id"
        ).fetchall()
        members = connection.execute("SELECT name_key FROM memberships").fetchall()
        groups = connection.execute(
            "SELECT display_key, modifier_id, type, sharable FROM groups"
        ).fetchall()
    assert accounts == [
        ("strasse eins", "mira@example.com", 0, 1, 1),
        ("sven", None, 1, 1, 0),
    ]
    assert members == [("mira",)]
    assert groups == [("the crew", "x", "LOCAL_GROUP", 1)]
