"""What the scenarios of a sheet change: a hub, a line or a corridor, with its inputs by path."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hubcalc.analysis.corridors.case import INSIDE, MOST_CASES, cases_of
from hubcalc.documents import DOCUMENT_KINDS, Documents, collection_of
from hubcalc.errors import InputError, NotFoundError
from hubcalc.scenarios import combinations, full_path, full_path_in_corridor, gather
from hubcalc.scenarios.tolerant import gather_usable
from hubcalc.scenarios.values import unknown_path
from hubmodels import Corridor, HubBase, LineBase, Scenario
from hubmodels.paths import Leaf, leaves
from hubmodels.scenario import Plain, Subject

MOST_COMBINATIONS = 1_000
"""Rows that one scenario may make where its inputs have several values."""
MOST_OF_CORRIDOR = 1_000
"""Scenarios of a corridor that one sheet may have: each is checked in all documents that it touches."""

Given = Mapping[str, Plain | tuple[Plain, ...]]


class KeptDocuments:
    """Documents that are looked up once, whoever asks for them."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._kept: dict[tuple[str, str], Any] = {}

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        found: HubBase = self._keep("hub", hub_id)
        return found

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        found: LineBase = self._keep("line", line_id)
        return found

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        found: Corridor = self._keep("corridor", corridor_id)
        return found

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""
        found: Scenario = self._keep("scenario", scenario_id)
        return found

    def _keep(self, noun: str, document_id: str) -> Any:
        key = (noun, document_id)
        if key not in self._kept:
            try:
                self._kept[key] = getattr(self._documents, noun)(document_id)
            except NotFoundError as error:
                self._kept[key] = error
        if isinstance(self._kept[key], NotFoundError):
            raise self._kept[key]
        return self._kept[key]


class SheetSubject:
    """What a sheet is about.

    Parameters
    ----------
    document : HubBase or Corridor
        The hub, the line or the corridor.
    documents : Documents
        Where the hubs and lines of a corridor are found.

    Raises
    ------
    DocumentError
        If a corridor names a hub or a line that is not there.
    """

    def __init__(self, document: HubBase | Corridor, documents: Documents) -> None:
        self.document = document
        self.documents = KeptDocuments(documents)
        self.subject = Subject.model_validate({"kind": DOCUMENT_KINDS[collection_of(document)].noun, "id": document.id})
        self.leaves: dict[str, Leaf] = leaves(document)
        self._inside: dict[str, HubBase] = {}
        if isinstance(document, Corridor):
            (case,) = cases_of(document, documents=self.documents)
            for group, found in zip(INSIDE, (case.hubs, case.lines), strict=True):
                for document_id, inner in found.items():
                    place = f"{group}.{document_id}"
                    self._inside[place] = inner
                    for path, leaf in leaves(inner).items():
                        self.leaves[f"{place}.{path}"] = replace(leaf, path=f"{place}.{path}")

    def full(self, path: str) -> str:
        """Write out the short form of a path.

        Raises
        ------
        UnknownPathError
            If it can stand for several.
        """
        if not isinstance(self.document, Corridor):
            return full_path(self.document, path)
        return full_path_in_corridor(self.document, path, lambda group, name: self._inside.get(f"{group}.{name}"))

    def unknown(self, path: str) -> InputError:
        """Make the error for a path that there is not."""
        return unknown_path(path, self.leaves)

    def check(self, overrides: Given) -> None:
        """Refuse overrides with which the document would not be valid.

        Raises
        ------
        InputError
            If it would not; the problems name paths.
        """
        if not overrides:
            return
        values = {path: list(value) if isinstance(value, tuple) else [value] for path, value in overrides.items()}
        if isinstance(self.document, Corridor):
            combinations(values, MOST_CASES)
            cases_of(self.document, values, self.documents)
            return
        columns, size = combinations(values, MOST_COMBINATIONS)
        gather(self.document, columns, size)

    def doubtful(self, rows: Sequence[Given]) -> list[int]:
        """Give the places of those overrides that must be looked at one by one; all others are good."""
        if isinstance(self.document, Corridor):
            return list(range(len(rows)))
        simple = [i for i, row in enumerate(rows) if all(self._is_simple(path, row[path]) for path in row)]
        paths = sorted({path for i in simple for path in rows[i]})
        columns = {path: _column([rows[i].get(path, self.leaves[path].value) for i in simple]) for path in paths}
        try:
            reasons = gather_usable(self.document, columns, len(simple)).reasons
        except InputError:
            return list(range(len(rows)))
        good = {i for i, reason in zip(simple, reasons, strict=True) if not reason}
        return [i for i in range(len(rows)) if i not in good]

    def _is_simple(self, path: str, value: Plain | tuple[Plain, ...]) -> bool:
        return path in self.leaves and not isinstance(value, tuple)


def _column(values: list[Any]) -> Any:
    if all(isinstance(value, int | float) for value in values):
        return np.array(values, dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
