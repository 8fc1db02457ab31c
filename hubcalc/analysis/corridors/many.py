"""Many scenarios of a corridor at once: its hubs and lines in columns, the network in each row by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.corridors.assembly import Assembly, Layout, Place, layout_of
from hubcalc.analysis.corridors.case import INSIDE, Case, changed_corridor, own_path
from hubcalc.analysis.corridors.columns import PartColumns, Shared, remembered
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.rows import HubRows
from hubcalc.analysis.streams import column
from hubcalc.errors import InputError, UnknownPathError
from hubcalc.scenarios.tolerant import gather_usable
from hubmodels import Corridor, HubBase
from hubmodels.paths import Leaf, leaves, replace_leaves

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Variants:
    """A document in all rows: what it says in each, where rows that say the same share a variant."""

    documents: list[HubBase]
    """One for each set of choices, with columns in place of the leaves that vary; a row for each variant."""
    sizes: list[int]
    """How many variants each has."""
    kinds: NDArray[np.intp]
    """By row, which of the documents; -1 where the row cannot be."""
    places: NDArray[np.intp]
    """By row, which of its variants."""

    @classmethod
    def of(cls, document: HubBase, columns: Columns, size: int) -> "Variants":
        """Put the columns of some leaves into a document."""
        kinds, places = np.full(size, -1, np.intp), np.zeros(size, np.intp)
        documents, sizes = [], []
        for kind, group in enumerate(gather_usable(document, columns, size).groups):
            different, here = _different(group.hub, len(group.rows))
            documents.append(different)
            sizes.append(int(here.max()) + 1)
            kinds[group.rows], places[group.rows] = kind, here
        return cls(documents, sizes, kinds, places)


def _different(document: HubBase, rows: int) -> tuple[HubBase, NDArray[np.intp]]:
    """Keep of rows that say the same only one, and say which one stands for each row."""
    varied = HubRows(document)
    if not varied.columns:
        return _plain(document), np.zeros(rows, np.intp)
    numbers = np.column_stack([values.astype(np.float64) for values in varied.columns.values()])
    _, first, places = np.unique(numbers, axis=0, return_index=True, return_inverse=True)
    return _plain(varied.taken(first)), places.reshape(rows).astype(np.intp)


def _plain(document: HubBase) -> HubBase:
    """Give single numbers as Python's own, so that a document says the same however it was made."""
    found = leaves(document)
    return replace_leaves(
        document, {path: leaf.value.item() for path, leaf in found.items() if isinstance(leaf.value, np.generic)}
    )


class ManyCases:
    """A corridor in many scenarios.

    Parameters
    ----------
    case : Case
        The corridor and its documents as they are without the columns.
    columns : mapping
        `size` values by path from the corridor on; None where a row leaves the input as it is.
    size : int
        Number of scenarios. [1]
    method : AnalysisMethod
        How the parts are analyzed; they are not simulated.

    Raises
    ------
    DocumentError
        If the corridor has no network; see `hubcalc.analysis.corridors.assembly.layout_of`.
    """

    def __init__(self, case: Case, columns: Columns, size: int, method: AnalysisMethod) -> None:
        self._case, self._size, self._method = case, size, method
        self._layout: Layout = layout_of(case, method)
        self._parts: dict[tuple[Place, int], tuple[PartColumns, NDArray[np.intp]]] = {}
        self._variants: dict[tuple[str, str], Variants] = {}
        self.usable = np.ones(size, bool)
        """Rows that can be; of the others `hubcalc.analysis.corridors.case.cases_of` says why not."""
        inside: dict[tuple[str, str], dict[str, NDArray[Any]]] = {}
        own: dict[str, NDArray[Any]] = {}
        for path, values in columns.items():
            group, _, rest = path.partition(".")
            document_id, _, inner = rest.partition(".")
            if group in INSIDE:
                inside.setdefault((group, document_id), {})[inner] = values
            else:
                own[own_path(case.corridor, path)] = values
        for (group, document_id), given in inside.items():
            self._vary(group, document_id, given)
        self._corridors = self._changed(own)

    def assembly(self, row: int) -> Assembly:
        """Give the arrays of one scenario that can be."""
        parts = []
        for place in self._layout.places:
            columns, rows = self._columns_of(place, int(self._variants_of(place).kinds[row]))
            parts.append(PassedPart(place.element, columns, int(rows[row])))
        return Assembly(replace(self._case, corridor=self._corridors[row]), self._layout, tuple(parts))

    def _vary(self, group: str, document_id: str, values: dict[str, NDArray[Any]]) -> None:
        document = self._case.inside[group].get(document_id)
        try:
            if document is None:
                raise UnknownPathError(f"{group}.{document_id}")
            known = leaves(document)
            filled = {path: _filled(known.get(path), given) for path, given in values.items()}
            found = Variants.of(document, filled, self._size)
        except InputError:
            self.usable[:] = False
            return
        self._variants[group, document_id] = found
        self.usable &= found.kinds >= 0

    def _changed(self, columns: dict[str, NDArray[Any]]) -> list[Corridor]:
        """Give the corridor's own document in each row."""
        found = [self._case.corridor] * self._size
        for row in np.flatnonzero(self.usable) if columns else ():
            values = {path: _item(given[row]) for path, given in columns.items() if given[row] is not None}
            try:
                found[row] = changed_corridor(self._case.corridor, values)
            except InputError:
                self.usable[row] = False
        return found

    def _variants_of(self, place: Place) -> Variants:
        """Give the variants of a document; one that does not vary is the same in all rows."""
        key = place.group, place.document_id
        if key not in self._variants:
            none = np.zeros(self._size, np.intp)
            self._variants[key] = Variants([self._case.inside[place.group][place.document_id]], [1], none, none)
        return self._variants[key]

    def _columns_of(self, place: Place, kind: int) -> tuple[PartColumns, NDArray[np.intp]]:
        """Give a place in all rows that have the same choices, and where in its columns each row is."""
        if (place, kind) not in self._parts:
            self._parts[place, kind] = self._made(place, kind)
        return self._parts[place, kind]

    def _made(self, place: Place, kind: int) -> tuple[PartColumns, NDArray[np.intp]]:
        variants = self._variants_of(place)
        document, size, places = variants.documents[kind], variants.sizes[kind], variants.places
        mine = np.flatnonzero(self.usable & (variants.kinds == kind))
        others = np.array([place.other_per_day(self._corridors[row]) for row in mine])
        if (others == others[0]).all():
            other = column(others[0])
        else:
            pairs, here = np.unique(np.column_stack([places[mine], others]), axis=0, return_inverse=True)
            document, size = HubRows(document).taken(pairs[:, 0].astype(np.intp)), len(pairs)
            places, other = np.zeros(self._size, np.intp), pairs[:, 1]
            places[mine] = here.reshape(mine.size)
        if size == 1:
            alone = PartColumns(document, place.flow_id, other, 1, self._method).of_row(0)
            return remembered(Shared(alone), place.flow_id, float(other), self._method), places
        return PartColumns(document, place.flow_id, other, size, self._method), places


def _filled(leaf: Leaf | None, values: NDArray[Any]) -> NDArray[Any]:
    """Put the document's own value where a row leaves it as it is."""
    if values.dtype.kind != "O" or leaf is None or leaf.value is None:
        return values
    return np.array([leaf.value if value is None else value for value in values], dtype=object)


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
