"""Documents that name others, with the versions of those that were used."""

from typing import Any, Protocol

from hubcalc.cli.sources import Found
from hubfixtures import Collection
from hubmodels import Corridor, HubBase, LineBase, Scenario


class _Source(Protocol):
    def get(
        self, document_id: str, version: int | None = None, collections: tuple[Collection, ...] = ...
    ) -> Found: ...  # LocalDocuments


class RecordedDocuments:
    """What an analysis asks documents of (`hubcalc.documents.Documents`); `versions` says what it got."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self.versions: dict[str, int | None] = {}

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

    def _document(self, collection: Collection, document_id: str) -> Any:
        found = self._source.get(document_id, collections=(collection,))
        self.versions[document_id] = found.version
        return found.document
