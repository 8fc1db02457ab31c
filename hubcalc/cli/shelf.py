"""Scenarios of this machine: those of a database file, behind which stand those that come with hubcalc."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import hubfixtures
from hubcalc.documents import Documents
from hubcalc.store import ExpectedVersion, Store
from hubcalc.store.records import DocumentState, StoredDocument
from hubmodels import Scenario


class LocalShelf:
    """Where a sheet's scenarios are stored without a server.

    Parameters
    ----------
    documents : Documents
        Where scenarios that others build on are found.
    path : Path
        The database file; made when something is stored.
    busy_timeout_seconds : float
        How long to wait for another process. [s]
    """

    def __init__(self, documents: Documents, path: Path, busy_timeout_seconds: float) -> None:
        self._documents = documents
        self._path = path
        self._busy_timeout_seconds = busy_timeout_seconds

    def documents(self) -> Documents:
        """Give the documents as they are now."""
        return self._documents

    def states(self, document_ids: Iterable[str]) -> Mapping[str, DocumentState]:
        """Say of each id what there is of it; a document that comes with hubcalc has no version."""
        wanted = list(document_ids)
        packaged = {
            name: collection for collection in hubfixtures.COLLECTIONS for name in hubfixtures.names(collection)
        }
        found = {
            name: DocumentState(packaged[name], None, hubfixtures.load(name, packaged[name]))
            for name in wanted
            if name in packaged
        }
        if self._path.exists():
            with self._open() as store:
                found |= store.states(wanted)
        return found

    def put_all(
        self, documents: Iterable[Scenario], *, expected_versions: Mapping[str, ExpectedVersion]
    ) -> Sequence[tuple[StoredDocument[Scenario], bool]]:
        """Store scenarios in one transaction."""
        with self._open() as store:
            return store.put_all(documents, expected_versions=expected_versions)

    def _open(self) -> Store:
        return Store.open(self._path, busy_timeout_seconds=self._busy_timeout_seconds)
