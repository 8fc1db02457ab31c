"""The store: every call is one transaction, from whatever thread."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from hubcalc.errors import StoreError
from hubcalc.store import migrations, reading, seeding, writing
from hubcalc.store.database import Database
from hubcalc.store.documents import checked
from hubcalc.store.opening import open_database
from hubcalc.store.records import ExpectedVersion, HubSummary, HubVersion, Origin, SeedReport, StoredHub
from hubmodels import Hub


class Store:
    """Hubs and all their versions in one SQLite file; open it by `Store.open`.

    Any thread may call any method, and several processes may have the same file open. Whatever goes wrong with the file
    is a `StoreError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path | str, *, busy_timeout_seconds: float = 5.0) -> Self:
        """Open a database file, created with its folder if it is missing, and bring its tables up to date.

        Parameters
        ----------
        path : Path or str
            The file.
        busy_timeout_seconds : float
            How long a call waits for another process to finish writing. [s]

        Returns
        -------
        Store
            The store; `read_only` if the file is up to date but cannot be written. A file on a read-only volume is
            taken as one that nobody else changes meanwhile.

        Raises
        ------
        StoreReadOnlyError
            If the file is missing or out of date, and cannot be written.
        StoreBusyError
            If another process has locked it for longer than the timeout.
        StoreCorruptError
            If it is not a database, or a damaged one; it is left as it was.
        StoreNewerError
            If a newer hubcalc has changed its tables; it is left as it was.
        """
        return cls(open_database(Path(path).absolute(), busy_timeout_seconds=busy_timeout_seconds))

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    @property
    def read_only(self) -> bool:
        """Whether the file could not be written when it was opened; each change then raises StoreReadOnlyError."""
        return self._database.read_only

    def close(self) -> None:
        """Close all connections; a call that is under way in another thread is finished first."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> None:
        """Raise a StoreError unless the database can be read."""
        if not self.path.exists():
            raise StoreError(f"{self.path} is gone; put it back and open it again")
        with self._database.read() as db:
            migrations.is_current(self.path, db)
            reading.summaries(db, kind=None, country=None, query=None, limit=1, offset=0)

    def get_hub(self, hub_id: str, version: int | None = None) -> StoredHub:
        """Give a hub's document, by default its latest version.

        Raises
        ------
        NotFoundError
            If there is no such hub or version, or the hub was deleted and no version is given.
        """
        with self._database.read() as db:
            return reading.get(db, hub_id, version)

    def list_hubs(
        self,
        *,
        kind: str | None = None,
        country: str | None = None,
        query: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[list[HubSummary], int]:
        """List hubs by id, and count all that meet the conditions.

        Parameters
        ----------
        kind : str, optional
            Kind of hub.
        country : str, optional
            Code of a country that the hub lies in.
        query : str, optional
            Text that stands in the id, the name or the summary, in capitals or not.
        limit : int, optional
            How many to list.
        offset : int
            How many to pass over first.
        """
        with self._database.read() as db:
            return reading.summaries(db, kind=kind, country=country, query=query, limit=limit, offset=offset)

    def hub_versions(self, hub_id: str) -> list[HubVersion]:
        """List the versions of a hub, also of a deleted one; raise NotFoundError if it never existed."""
        with self._database.read() as db:
            return reading.versions(db, hub_id)

    def put_hub(
        self,
        document: Hub,
        *,
        expected_version: ExpectedVersion,
        create_only: bool = False,
        origin: Origin = "user",
    ) -> tuple[StoredHub, bool]:
        """Store a document; one that is the same as the latest version makes no new version.

        Parameters
        ----------
        document : Hub
            The document.
        expected_version : int, "any" or None
            Version that is to be replaced, `"any"` for whichever exists, None to create the hub.
        create_only : bool
            Refuse to replace a hub, whatever its version.
        origin : {"user", "fixture"}
            Who says so.

        Returns
        -------
        StoredHub, bool
            The version that is stored now, and whether the hub was created.

        Raises
        ------
        DocumentError
            If the document does not validate.
        AlreadyExistsError
            If the hub exists and `create_only` is set.
        PreconditionRequiredError
            If the hub exists and no version is expected.
        StaleVersionError
            If the hub is at another version than expected, or does not exist.
        """
        document = checked(document)
        with self._database.write() as db:
            return writing.put(db, document, expected=expected_version, create_only=create_only, origin=origin)

    def delete_hub(self, hub_id: str, *, expected_version: ExpectedVersion) -> None:
        """Delete a hub; its versions are kept and can be restored. Raises as `get_hub` and `put_hub` do."""
        with self._database.write() as db:
            writing.delete(db, hub_id, expected=expected_version)

    def restore_hub(self, hub_id: str, version: int, *, expected_version: ExpectedVersion) -> StoredHub:
        """Store an earlier version as the latest; of a deleted hub none need be expected.

        Raises as `get_hub` and `put_hub` do.
        """
        with self._database.write() as db:
            return writing.restore(db, hub_id, version, expected=expected_version)

    def seed(self, documents: Iterable[Hub]) -> SeedReport:
        """Bring in fixtures: all of them, or none if it fails; what a user has changed or deleted is never touched."""
        fixtures = [checked(document) for document in documents]
        with self._database.write() as db:
            return seeding.seed(db, fixtures)
