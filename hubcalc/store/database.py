"""Connections to one SQLite file, and the transactions that run on them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from hubcalc.errors import StoreError
from hubcalc.store.failures import read_only, translated


class Database:
    """A pool of connections, one per thread at a time.

    A connection belongs to whichever thread has borrowed it, so that there are as many as calls at once, however many
    threads a server starts and drops over the months.
    """

    def __init__(self, path: Path, *, busy_timeout_seconds: float) -> None:
        self.path = path
        self.busy_timeout_seconds = busy_timeout_seconds
        self.read_only = False
        self._mode = "mode=rw"
        self._idle: list[sqlite_utils.Database] = []
        self._closed = False
        self._lock = threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[sqlite_utils.Database]:
        """Lend a connection."""
        with translated(self.path):
            db = self._take()
            try:
                yield db
            finally:
                self._give_back(db)

    @contextmanager
    def read(self) -> Iterator[sqlite_utils.Database]:
        """Run a transaction that sees one state of the database throughout."""
        with self.connection() as db, db.atomic():
            yield db

    @contextmanager
    def write(self) -> Iterator[sqlite_utils.Database]:
        """Run a transaction that no other writer comes between; what it has read is still true when it writes."""
        if self.read_only:
            raise read_only(self.path)
        with self.connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise

    def freeze(self) -> None:
        """Take the file as one that nobody changes, so that it can be read without a file beside it."""
        self.read_only = True
        self._mode = "mode=ro&immutable=1"
        self._close_idle()

    def close(self) -> None:
        """Close the connections; those on loan are closed when they come back."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _take(self) -> sqlite_utils.Database:
        with self._lock:
            if self._closed:
                raise StoreError(f"{self.path} has been closed; open the store again")
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, db: sqlite_utils.Database) -> None:
        with self._lock:
            if self._closed or db.conn.in_transaction:
                db.close()
            else:
                self._idle.append(db)

    def _connect(self) -> sqlite_utils.Database:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{self._mode}",
            uri=True,
            timeout=self.busy_timeout_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            db = sqlite_utils.Database(connection, execute_plugins=False)
            db.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlives a loss of power
        except BaseException:
            connection.close()
            raise
        return db
