"""Database files that are new, bad, locked, read-only or of another version: each says so, and none is harmed."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from hubcalc.errors import (
    StoreBusyError,
    StoreCorruptError,
    StoreError,
    StoreNewerError,
    StoreReadOnlyError,
)
from hubcalc.store import Store
from hubcalc.store.failures import FAILURES, failure


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@contextmanager
def leaves_all_as_it_was(folder):
    before = files(folder)
    yield
    assert files(folder) == before


def execute(path, sql):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


@pytest.fixture
def seeded(path, make_hub):
    """Give the path of a database that holds a hub and is closed."""
    with Store.open(path) as store:
        store.put(make_hub(), expected_version=None)
    return path


@pytest.mark.parametrize("name", ["hubs.db", "new/er/hubs.db", "ä #1?&mode=ro %41.db"])
def test_the_file_and_its_folder_are_created(tmp_path, name):
    with Store.open(str(tmp_path / name)) as store:
        store.check()
        assert store.path == tmp_path / name
        assert not store.read_only
    assert (tmp_path / name).stat().st_size > 0


def test_an_empty_file_is_a_new_database(path):
    path.touch()
    with Store.open(path) as store:
        store.check()


def test_a_relative_path_stays_where_it_was(tmp_path, monkeypatch, make_hub):
    monkeypatch.chdir(tmp_path)
    with Store.open("hubs.db") as store:
        monkeypatch.chdir("/")
        store.put(make_hub(), expected_version=None)
    assert (tmp_path / "hubs.db").exists()


def test_closing_leaves_one_file_behind(seeded):
    assert [file.name for file in seeded.parent.iterdir()] == [seeded.name]


def test_a_closed_store_says_so(path):
    store = Store.open(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="has been closed"):
        store.check()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(path):
    path.touch()
    with pytest.raises(StoreError, match="cannot be created"):
        Store.open(path / "hubs.db")


# Damage


def truncate(data):
    return data[: len(data) // 2 // 4096 * 4096]


def cut_within_a_page(data):
    return data[:-100]


def overwrite_a_page(data):
    return data[:4096] + b"\xff" * 4096 + data[8192:]


def overwrite_the_header(data):
    return b"\0" * 100 + data[100:]


def replace_by_text(data):
    return b"id,name\nxian,Xi'an\n" * 500


def replace_by_a_word(data):
    return b"hello"


@pytest.mark.parametrize(
    "damage",
    [truncate, cut_within_a_page, overwrite_a_page, overwrite_the_header, replace_by_text, replace_by_a_word],
)
def test_a_damaged_file_is_refused_and_left_as_it_was(seeded, damage):
    seeded.write_bytes(damage(seeded.read_bytes()))
    with leaves_all_as_it_was(seeded.parent), pytest.raises(StoreCorruptError, match="left as it is") as caught:
        Store.open(seeded)
    assert str(seeded) in str(caught.value)


# Other versions and other programs


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA user_version = 99",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hubcalc', 'm999_later', '')",
    ],
)
def test_a_newer_database_is_refused_and_left_as_it_was(seeded, sql):
    execute(seeded, sql)
    with leaves_all_as_it_was(seeded.parent), pytest.raises(StoreNewerError, match="update hubcalc") as caught:
        Store.open(seeded)
    assert str(seeded) in str(caught.value)


def test_an_update_under_a_running_store_is_noticed(seeded):
    with Store.open(seeded) as store:
        execute(seeded, "PRAGMA user_version = 99")
        with pytest.raises(StoreNewerError):
            store.check()


def test_the_database_of_another_program_is_refused_and_left_as_it_was(path):
    execute(path, "CREATE TABLE bookmarks (url)")
    with leaves_all_as_it_was(path.parent), pytest.raises(StoreError, match="another program"):
        Store.open(path)


def test_a_lost_file_is_noticed(seeded):
    with Store.open(seeded) as store:
        seeded.unlink()
        with pytest.raises(StoreError, match="is gone"):
            store.check()


def test_a_lost_table_is_noticed(seeded):
    with Store.open(seeded) as store:
        execute(seeded, "DROP TABLE documents")
        with pytest.raises(StoreError, match="no such table: documents"):
            store.check()


# Read-only


def assert_readable_only(store, make_hub):
    assert store.read_only
    store.check()
    assert store.get("hubs", "gate-town").document == make_hub()
    for change in (
        lambda: store.put(make_hub(), expected_version="any"),
        lambda: store.delete("hubs", "gate-town", expected_version="any"),
        lambda: store.restore("hubs", "gate-town", 1, expected_version="any"),
        lambda: store.seed([]),
    ):
        with pytest.raises(StoreReadOnlyError, match="cannot be written"):
            change()


@pytest.fixture
def guarded(guarded_folder, make_hub):
    """Give the path of a closed database whose permissions bind the test."""
    path = guarded_folder / "hubs.db"
    with Store.open(path) as store:
        store.put(make_hub(), expected_version=None)
    return path


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
@pytest.mark.parametrize("journal_mode", ["wal", "delete"])
def test_a_read_only_database_can_be_read(guarded, make_hub, file_mode, folder_mode, journal_mode):
    execute(guarded, f"PRAGMA journal_mode = {journal_mode}")
    guarded.chmod(file_mode)
    guarded.parent.chmod(folder_mode)
    before = guarded.read_bytes()
    with Store.open(guarded) as store, Store.open(guarded) as other:
        assert_readable_only(store, make_hub)
        assert_readable_only(other, make_hub)
    assert guarded.read_bytes() == before


@pytest.fixture
def left_by_a_dead_writer(guarded, make_hub):
    """Give the path of a read-only database whose last change stands in the file beside it."""
    with Store.open(guarded) as store:
        store.put(make_hub(name="New town"), expected_version=1)
        kept = files(guarded.parent)
    for name, data in kept.items():
        file = guarded.with_name(name)
        file.write_bytes(data)
        file.chmod(0o444)
    return guarded


def test_the_last_change_of_a_dead_writer_is_read(left_by_a_dead_writer):
    left_by_a_dead_writer.parent.chmod(0o555)
    with leaves_all_as_it_was(left_by_a_dead_writer.parent), Store.open(left_by_a_dead_writer) as store:
        assert store.read_only
        assert store.get("hubs", "gate-town").document.name == "New town"


def test_the_last_change_of_a_dead_writer_is_not_passed_over(left_by_a_dead_writer):
    left_by_a_dead_writer.with_name("hubs.db-shm").unlink()
    left_by_a_dead_writer.parent.chmod(0o555)
    with (
        leaves_all_as_it_was(left_by_a_dead_writer.parent),
        pytest.raises(StoreError, match="make the file and its folder"),
    ):
        Store.open(left_by_a_dead_writer)


@pytest.mark.parametrize("name", ["hubs.db", "new/hubs.db"])
def test_a_missing_file_in_a_read_only_folder_is_refused(guarded_folder, name):
    guarded_folder.chmod(0o555)
    with leaves_all_as_it_was(guarded_folder), pytest.raises(StoreReadOnlyError, match="cannot be created"):
        Store.open(guarded_folder / name)


def test_an_outdated_read_only_file_is_refused(guarded_folder):
    path = guarded_folder / "hubs.db"
    path.touch(0o444)
    guarded_folder.chmod(0o555)
    with pytest.raises(StoreReadOnlyError, match="has to be brought up to date"):
        Store.open(path)


def test_an_unreadable_file_is_refused(guarded):
    guarded.chmod(0o000)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(guarded)
    guarded.chmod(0o600)


# Locks

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
connection.close()
"""


@contextmanager
def locked_by_another_process(path):
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        yield


def test_a_locked_new_file_is_refused(path):
    with (
        locked_by_another_process(path),
        pytest.raises(StoreBusyError, match="locked by another process") as caught,
    ):
        Store.open(path, busy_timeout_seconds=0.1)
    assert str(path) in str(caught.value)
    with Store.open(path) as store:
        store.check()


def test_a_locked_database_can_be_opened_and_read(seeded, make_hub):
    with locked_by_another_process(seeded), Store.open(seeded, busy_timeout_seconds=0.1) as store:
        assert not store.read_only
        store.check()
        with pytest.raises(StoreBusyError):
            store.put(make_hub(name="New town"), expected_version=1)
        assert store.get("hubs", "gate-town").version == 1
    with Store.open(seeded) as store:
        assert store.put(make_hub(name="New town"), expected_version=1)[0].version == 2


def test_a_copy_without_wal_gets_it_back(seeded, tmp_path):
    copy = tmp_path / "copy.db"
    shutil.copy(seeded, copy)
    execute(copy, "PRAGMA journal_mode = delete")
    with Store.open(copy) as store, store._database.read() as db:
        assert db.journal_mode == "wal"


# The table of failures


@pytest.mark.parametrize("code", FAILURES)
def test_extended_codes_mean_what_their_primary_code_means(path, code):
    kind, advice = FAILURES[code]
    error = sqlite3.OperationalError("so says SQLite")
    error.sqlite_errorcode = code | 7 << 8
    assert type(failure(path, error)) is kind
    assert str(failure(path, error)) == f"{path} {advice} (so says SQLite)"


def test_a_full_disk_is_reported_and_nothing_is_half_written(seeded, make_hub):
    with Store.open(seeded) as store:
        with store._database.connection() as db:
            db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        with pytest.raises(StoreError, match="the disk is full"):
            store.seed([make_hub(f"town-{n}", summary="x" * 1_000) for n in range(30)])
        assert store.list("hubs")[1] == 1
        store.check()
