"""Documents that name others, and which versions of these were used."""

from collections.abc import Mapping
from typing import Any

from hubcalc.store.records import StoredDocument
from hubcalc.store.store import Store
from hubfixtures import Collection
from hubmodels import Corridor, HubBase, LineBase, Scenario


class StoreDocuments:
    """Stored documents as an analysis asks for them (`hubcalc.documents.Documents`), one version of each throughout.

    Parameters
    ----------
    store : Store
        The store.
    versions : mapping, optional
        The version to take, by id; the latest of all others.

    Examples
    --------
    >>> import tempfile, hubfixtures
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/hubs.db") as store:
    ...     _ = store.seed([hubfixtures.load("xian")])
    ...     documents = StoreDocuments(store)
    ...     documents.hub("xian").name
    ...     documents.versions
    "Xi'an International Dry Port"
    {'xian': 1}
    """

    def __init__(self, store: Store, versions: Mapping[str, int] | None = None) -> None:
        self._store = store
        self._wanted = dict(versions or {})
        self._used: dict[str, StoredDocument[Any]] = {}

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        hub: HubBase = self._document("hubs", hub_id)
        return hub

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        line: LineBase = self._document("lines", line_id)
        return line

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        corridor: Corridor = self._document("corridors", corridor_id)
        return corridor

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""
        scenario: Scenario = self._document("scenarios", scenario_id)
        return scenario

    @property
    def versions(self) -> dict[str, int]:
        """The versions of the documents that were asked for until now, by id: what an answer depends on."""
        return {document_id: stored.version for document_id, stored in self._used.items()}

    def _document(self, collection: Collection, document_id: str) -> Any:
        """Read a document, and keep it: what else is computed must see the same version."""
        used = self._used.get(document_id)
        if used is None or used.collection != collection:
            used = self._used[document_id] = self._store.get(collection, document_id, self._wanted.get(document_id))
        return used.document
