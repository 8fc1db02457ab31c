"""One table from the errors of SQLite to ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubcalc.errors import StoreBusyError, StoreCorruptError, StoreError, StoreReadOnlyError

_READ_ONLY = "cannot be written; make the file and its folder writable for this user, or name another file"
_BUSY = "is locked by another process; try again, or end that process"
_CORRUPT = "is no sound SQLite database and was left as it is; put a backup in its place, or name another file"
_UNOPENED = "cannot be opened; make the file and its folder readable and writable for this user, or name another file"

FAILURES: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_READONLY: (StoreReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_PERM: (StoreReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_BUSY: (StoreBusyError, _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreBusyError, _BUSY),
    sqlite3.SQLITE_CORRUPT: (StoreCorruptError, _CORRUPT),
    sqlite3.SQLITE_NOTADB: (StoreCorruptError, _CORRUPT),
    sqlite3.SQLITE_CANTOPEN: (StoreError, _UNOPENED),
    sqlite3.SQLITE_FULL: (StoreError, "cannot grow, since the disk is full; free some space"),
    sqlite3.SQLITE_IOERR: (StoreError, "cannot be read or written by the system; look after the disk"),
}
"""What each primary result code of SQLite means here, and what to do about it."""

_OTHERWISE = (StoreError, "cannot be used")


def primary_code(error: sqlite3.Error) -> int | None:
    """Give the primary result code of an error, or None if SQLite itself did not raise it."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def failure(path: Path, error: sqlite3.Error) -> StoreError:
    """Make our exception of one of SQLite's."""
    kind, advice = FAILURES.get(primary_code(error) or sqlite3.SQLITE_ERROR, _OTHERWISE)
    return kind(f"{path} {advice} ({error})")


def read_only(path: Path) -> StoreReadOnlyError:
    """Make the exception for a write to a database that was opened for reading."""
    return StoreReadOnlyError(f"{path} {_READ_ONLY}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(path, error) from error
