"""The store: every call is one transaction, from whatever thread."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, overload

from hubcalc.errors import StoreError
from hubcalc.store import migrations, reading, seeding, writing
from hubcalc.store.database import Database
from hubcalc.store.documents import checked
from hubcalc.store.opening import open_database
from hubcalc.store.records import (
    Collections,
    D,
    Document,
    DocumentState,
    DocumentVersion,
    ExpectedVersion,
    Origin,
    Page,
    SeedReport,
    StoredDocument,
)
from hubfixtures import Collection
from hubmodels import Corridor, Hub, LineDocument, Scenario


class Store:
    """Documents and all their versions in one SQLite file; open it by `Store.open`.

    Documents are of collections: hubs, lines, corridors, scenarios. No two of them have the same id, whatever their
    collections. What a document names (a corridor its hubs) need not be there.

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
    def database(self) -> Database:
        """The connections, for what else is kept in the same file."""
        return self._database

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
            reading.summaries(db, "hubs", kind=None, country=None, query=None, limit=1, offset=0)

    @overload
    def get(self, collection: Literal["hubs"], document_id: str, version: int | None = None) -> StoredDocument[Hub]: ...
    @overload
    def get(
        self, collection: Literal["lines"], document_id: str, version: int | None = None
    ) -> StoredDocument[LineDocument]: ...
    @overload
    def get(
        self, collection: Literal["corridors"], document_id: str, version: int | None = None
    ) -> StoredDocument[Corridor]: ...
    @overload
    def get(
        self, collection: Literal["scenarios"], document_id: str, version: int | None = None
    ) -> StoredDocument[Scenario]: ...
    @overload
    def get(self, collection: Collections, document_id: str, version: int | None = None) -> StoredDocument[Any]: ...

    def get(self, collection: Collections, document_id: str, version: int | None = None) -> StoredDocument[Any]:
        """Give a document, by default its latest version.

        Parameters
        ----------
        collection : {"hubs", "lines", "corridors", "scenarios"} or tuple of them
            Where it is looked for.
        document_id : str
            Its id.
        version : int, optional
            The version.

        Raises
        ------
        NotFoundError
            If there is no such document or version, or it was deleted and no version is given.
        """
        with self._database.read() as db:
            return reading.get(db, collection, document_id, version)

    def list(
        self,
        collection: Collection,
        *,
        kind: str | None = None,
        country: str | None = None,
        query: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page:
        """List the documents of a collection by id, and count all that meet the conditions.

        Parameters
        ----------
        collection : {"hubs", "lines", "corridors", "scenarios"}
            The collection.
        kind : str, optional
            Kind of document.
        country : str, optional
            Code of a country that it lies in.
        query : str, optional
            Text that stands in the id, the name or the summary, in capitals or not.
        limit : int, optional
            How many to list.
        offset : int
            How many to pass over first.
        """
        with self._database.read() as db:
            return reading.summaries(
                db, collection, kind=kind, country=country, query=query, limit=limit, offset=offset
            )

    def versions(self, collection: Collections, document_id: str) -> Sequence[DocumentVersion]:
        """List the versions of a document, also of a deleted one; raise NotFoundError if it never existed."""
        with self._database.read() as db:
            return reading.versions(db, collection, document_id)

    def states(self, document_ids: Iterable[str]) -> Mapping[str, DocumentState]:
        """Say of each id what there is of it, in whatever collection; ids that no document has or had are left out."""
        with self._database.read() as db:
            return reading.states(db, document_ids)

    def put(
        self,
        document: D,
        *,
        expected_version: ExpectedVersion,
        create_only: bool = False,
        origin: Origin = "user",
    ) -> tuple[StoredDocument[D], bool]:
        """Store a document; one that is the same as the latest version makes no new version.

        Parameters
        ----------
        document : hub, line, corridor or scenario
            The document.
        expected_version : int, "any" or None
            Version that is to be replaced, `"any"` for whichever exists, None to create the document.
        create_only : bool
            Refuse to replace a document, whatever its version.
        origin : {"user", "fixture"}
            Who says so.

        Returns
        -------
        StoredDocument, bool
            The version that is stored now, and whether the document was created.

        Raises
        ------
        DocumentError
            If the document does not validate.
        ConflictError
            If a document of another collection has the id, or had it before it was deleted.
        AlreadyExistsError
            If the document exists and `create_only` is set.
        PreconditionRequiredError
            If the document exists and no version is expected.
        StaleVersionError
            If the document is at another version than expected, or does not exist.
        """
        document = checked(document)
        with self._database.write() as db:
            return writing.put(db, document, expected=expected_version, create_only=create_only, origin=origin)

    def put_all(
        self, documents: Iterable[D], *, expected_versions: Mapping[str, ExpectedVersion], origin: Origin = "user"
    ) -> Sequence[tuple[StoredDocument[D], bool]]:
        """Store several documents in one transaction: all of them, or none if one cannot be stored.

        Parameters
        ----------
        documents : iterable of documents
            The documents.
        expected_versions : mapping
            By id the version that is to be replaced, or `"any"`; those that are left out are created.
        origin : {"user", "fixture"}
            Who says so.

        Returns
        -------
        sequence of StoredDocument, bool
            For each what `put` gives.

        Raises
        ------
        DocumentError, ConflictError, AlreadyExistsError, StaleVersionError
            As `put` does.
        """
        whole = [checked(document) for document in documents]
        with self._database.write() as db:
            return writing.put_all(db, whole, expected_versions, origin)

    def delete(self, collection: Collections, document_id: str, *, expected_version: ExpectedVersion) -> None:
        """Delete a document; its versions are kept and can be restored. Raises as `get` and `put` do."""
        with self._database.write() as db:
            writing.delete(db, collection, document_id, expected=expected_version)

    def restore(
        self, collection: Collections, document_id: str, version: int, *, expected_version: ExpectedVersion
    ) -> StoredDocument[Any]:
        """Store an earlier version as the latest; of a deleted document none need be expected.

        Raises as `get` and `put` do.
        """
        with self._database.write() as db:
            return writing.restore(db, collection, document_id, version, expected=expected_version)

    def seed(self, documents: Iterable[Document]) -> SeedReport:
        """Bring in fixtures: all of them, or none if it fails; what a user has changed or deleted is never touched.

        A fixture whose id another collection has is left out, and counted as kept.
        """
        fixtures = [checked(document) for document in documents]
        with self._database.write() as db:
            return seeding.seed(db, fixtures)
