"""Opening a database file: look first, write only what is missing, and leave alone what is not ours to change."""

import errno
import sqlite3
import time
from pathlib import Path

import sqlite_utils

from hubcalc.errors import StoreBusyError, StoreCorruptError, StoreError, StoreReadOnlyError
from hubcalc.store import migrations
from hubcalc.store.database import Database
from hubcalc.store.failures import primary_code

_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_RETRY_SECONDS = 0.01


def open_database(path: Path, *, busy_timeout_seconds: float) -> Database:
    """Open a file, created if it is missing, and bring its tables up to date.

    Raises
    ------
    StoreReadOnlyError
        If the file is missing or out of date, and cannot be written.
    StoreBusyError
        If another process has locked it for longer than the timeout.
    StoreCorruptError
        If it is not a database, or a damaged one.
    StoreNewerError
        If a newer hubcalc has changed its tables.
    """
    _ensure_file(path)
    database = Database(path, busy_timeout_seconds=busy_timeout_seconds)
    try:
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _ensure_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise StoreError(f"{path} is a folder; name a file in it")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    except OSError as error:
        kind = StoreReadOnlyError if error.errno in _FORBIDDEN else StoreError
        raise kind(
            f"{path} cannot be created ({error.strerror}); name a file in a folder that this user can write"
        ) from error


def _prepare(database: Database) -> None:
    current = _look_at(database)
    if database.read_only:
        if not current:
            raise StoreReadOnlyError(
                f"{database.path} has to be brought up to date, but cannot be written; make it writable once"
            )
        return
    _enable_wal(database)
    if not current:
        with database.write() as db:
            migrations.apply(db)


def _look_at(database: Database) -> bool:
    """Find out whether the file is sound, writable and up to date.

    A database in WAL mode needs files beside it, even to be read. Where they cannot be made, as on a read-only volume,
    and no writer has left one, the database is at rest and can be read as it is.
    """
    try:
        current = _is_current(database)
    except StoreReadOnlyError:
        if _has_wal(database.path):
            raise
        database.freeze()
        return _is_current(database)
    database.read_only = not _is_writable(database)
    return current


def _is_current(database: Database) -> bool:
    with database.read() as db:
        finding = _damage(database.path, db)
        if finding is not None:
            raise StoreCorruptError(
                f"{database.path} is damaged and was left as it is; put a backup in its place ({finding})"
            )
        return migrations.is_current(database.path, db)


def _damage(path: Path, db: sqlite_utils.Database) -> str | None:
    finding: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        return finding
    page_size: int = db.execute("PRAGMA page_size").fetchone()[0]
    if path.stat().st_size % page_size and not _has_wal(path):
        return "its last page is cut off"
    return None


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _is_writable(database: Database) -> bool:
    """Try a change and take it back; BEGIN IMMEDIATE alone succeeds on a read-only database as well."""
    with database.connection() as db:
        user_version: int = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA busy_timeout = 0")
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute(f"PRAGMA user_version = {user_version}")
        except sqlite3.OperationalError as error:
            if primary_code(error) not in _UNWRITABLE | {sqlite3.SQLITE_BUSY}:
                raise
            return primary_code(error) == sqlite3.SQLITE_BUSY  # whoever holds the lock can write
        finally:
            db.rollback()
            db.execute(f"PRAGMA busy_timeout = {round(database.busy_timeout_seconds * 1000)}")
    return True


def _enable_wal(database: Database) -> None:
    """Let readers and a writer work side by side; SQLite does not itself wait for the lock that this takes."""
    deadline = time.monotonic() + database.busy_timeout_seconds
    while True:
        try:
            with database.connection() as db:
                db.enable_wal()
            return
        except StoreBusyError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_RETRY_SECONDS)
