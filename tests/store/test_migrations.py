"""Databases of earlier versions keep everything: documents, versions, deletions, and what a user has changed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hubcalc.errors import NotFoundError, StoreError, StoreReadOnlyError
from hubcalc.store import SeedReport, Store
from hubcalc.store.migrations import SCHEMA_VERSION

FIRST = Path(__file__).parent / "databases" / "m001.sql"
"""A dump of a database of hubs alone, as the first version wrote it."""


@pytest.fixture
def old(path):
    """Give the path of a database of the first version."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    return path


def history(store, hub_id):
    return [(entry.version, entry.origin, entry.deleted) for entry in store.versions("hubs", hub_id)]


def test_all_versions_are_there(old, make_hub):
    with Store.open(old) as store:
        assert history(store, "gate-town") == [(1, "user", False), (2, "user", False)]
        assert history(store, "kept") == [(1, "fixture", False)]
        assert history(store, "gone") == [(1, "fixture", False), (2, "user", True)]
        assert store.get("hubs", "gate-town").document == make_hub(name="New town")
        assert store.get("hubs", "gate-town", 1).document == make_hub()
        assert store.get("hubs", "gate-town").updated_at.isoformat() == "2025-05-06T07:08:09.244129+00:00"
        assert [item.id for item in store.list("hubs")[0]] == ["border", "gate-town", "kept"]
        assert store.list("hubs", country="CN")[1] == 1
        assert all(store.list(collection) == ([], 0) for collection in ("lines", "corridors", "scenarios"))


def test_what_was_deleted_stays_deleted_and_can_be_restored(old, make_hub):
    with Store.open(old) as store:
        with pytest.raises(NotFoundError, match="hub 'gone' was deleted on 2025-05-06"):
            store.get("hubs", "gone")
        assert store.seed([make_hub("gone"), make_hub("kept", name="Newer")]) == SeedReport((), ("kept",), ("gone",))
        assert store.restore("hubs", "gone", 1, expected_version=None).version == 3


def test_it_is_brought_up_to_date_once(old):
    for _ in range(2):
        with Store.open(old) as store:
            store.check()
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        names = [row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == ["m001_hubs", "m002_documents", "m003_jobs", "m004_job_steps"]
    assert {"documents", "document_versions"} <= tables
    assert not {"hubs", "hub_versions"} & tables


def test_it_becomes_what_a_new_one_is(old, tmp_path):
    schemas = []
    for path in (old, tmp_path / "new.db"):
        Store.open(path).close()
        with closing(sqlite3.connect(path)) as connection:
            schemas.append(
                {
                    table: connection.execute(f"PRAGMA table_info({table})").fetchall()
                    for table in ("documents", "document_versions")
                }
            )
    assert schemas[0] == schemas[1]


def test_a_step_that_fails_changes_nothing(old):
    before = old.with_name("before.db")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("CREATE TABLE documents (id)")
    shutil.copy(old, before)
    with pytest.raises(StoreError, match="already another table"):
        Store.open(old)
    with closing(sqlite3.connect(old)) as one, closing(sqlite3.connect(before)) as other:
        assert list(one.iterdump()) == list(other.iterdump())


def test_a_read_only_one_says_that_it_must_be_written_once(guarded_folder):
    path = guarded_folder / "hubs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    path.chmod(0o444)
    guarded_folder.chmod(0o555)
    with pytest.raises(StoreReadOnlyError, match="has to be brought up to date"):
        Store.open(path)
