"""The documents that a study rests on, taken once: whatever is changed later, its rows stay what they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hubcalc.documents import DOCUMENT_KINDS, Documents, collection_of
from hubcalc.errors import NotFoundError, Problem
from hubfixtures import Collection
from hubmodels import Corridor, HubBase, LineBase, Scenario

D = TypeVar("D", HubBase, LineBase, Corridor, Scenario)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Documents as JSON text by collection and id. It is a `Documents`, and goes to other processes as it is."""

    texts: Mapping[str, str]
    """By ``<collection>/<id>``."""
    versions: Mapping[str, int | None] = field(default_factory=dict)
    """Versions of those that are stored, by id."""

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        found: HubBase = self._document("hubs", hub_id)
        return found

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        found: LineBase = self._document("lines", line_id)
        return found

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        found: Corridor = self._document("corridors", corridor_id)
        return found

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""
        found: Scenario = self._document("scenarios", scenario_id)
        return found

    def _document(self, collection: Collection, document_id: str) -> Any:
        text = self.texts.get(f"{collection}/{document_id}")
        if text is None:
            noun = DOCUMENT_KINDS[collection].noun
            raise NotFoundError.of(Problem(f"no such {noun} among the documents of this study", given=document_id))
        return DOCUMENT_KINDS[collection].parse(json.loads(text))


class Recorder:
    """A `Documents` that notes what it is asked for, so that a snapshot of just that can be made."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._found: dict[str, HubBase | Corridor | Scenario] = {}

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        return self._noted(self._documents.hub(hub_id))

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        return self._noted(self._documents.line(line_id))

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        return self._noted(self._documents.corridor(corridor_id))

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""
        return self._noted(self._documents.scenario(scenario_id))

    @property
    def versions(self) -> dict[str, int | None]:
        """Versions of what was asked for so far, by id."""
        stored: Mapping[str, int] = getattr(self._documents, "versions", {})
        return {document.id: stored.get(document.id) for document in self._found.values()}

    def snapshot(self) -> Snapshot:
        """Give all that was asked for so far."""
        texts = {place: document.model_dump_json() for place, document in self._found.items()}
        return Snapshot(texts, self.versions)

    def _noted(self, document: D) -> D:
        self._found[f"{collection_of(document)}/{document.id}"] = document
        return document
