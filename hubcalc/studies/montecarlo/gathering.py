"""Reading all rows of a study in as few passes as memory allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.studies.base import STATUS, RowSource
from hubmodels.studies.base import RowStatus

STATUSES: tuple[RowStatus, ...] = ("ok", "unstable", "refused", "invalid")
_MOST_NUMBERS = 32_000_000
"""Numbers of whole columns that are read in one pass: a quarter of a gigabyte."""


@dataclass(frozen=True, slots=True, eq=False)
class CodedNames:
    """A column of names, as numbers."""

    codes: NDArray[np.int32]
    """Place of the name of each row among `names`."""
    names: tuple[str, ...]
    """The empty name, for none, first."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What one pass over the rows gives, numbers of metrics aside."""

    statuses: NDArray[np.int8]
    """Status of each row, as its place in `STATUSES`."""
    chosen: dict[str, FloatArray]
    """Some columns in some rows."""
    texts: dict[str, CodedNames]


def gather(source: RowSource, columns: Sequence[str], rows: NDArray[np.int64], texts: Sequence[str]) -> Gathered:
    """Read statuses and names of all rows, and some columns in some rows.

    Parameters
    ----------
    source : RowSource
        All rows.
    columns : sequence of str
        Columns that are read in some rows only.
    rows : ndarray of int
        Which rows, rising.
    texts : sequence of str
        Columns of names that are read in all rows.
    """
    statuses: list[NDArray[np.int8]] = []
    chosen: dict[str, list[FloatArray]] = {name: [] for name in columns}
    coded: dict[str, list[NDArray[np.int32]]] = {name: [] for name in texts}
    known: dict[str, dict[str, int]] = {name: {"": 0} for name in texts}
    first = 0
    for chunk in source.chunks([STATUS, *columns, *texts]):
        size = len(chunk[STATUS])
        statuses.append(_status_codes(chunk[STATUS]))
        here = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + size)] - first
        for name, parts in chosen.items():
            parts.append(np.asarray(chunk[name], dtype=np.float64)[here])
        for name, pieces in coded.items():
            found, places = np.unique(chunk[name].astype(str), return_inverse=True)
            codes = [known[name].setdefault(each, len(known[name])) for each in found.tolist()]
            pieces.append(np.array(codes, dtype=np.int32)[places])
        first += size
    return Gathered(
        np.concatenate(statuses),
        {name: np.concatenate(parts) for name, parts in chosen.items()},
        {name: CodedNames(np.concatenate(pieces), tuple(known[name])) for name, pieces in coded.items()},
    )


def whole_columns(source: RowSource, names: Sequence[str]) -> Iterator[tuple[str, FloatArray]]:
    """Give whole columns of numbers one after the other, read several at a time."""
    at_once = max(_MOST_NUMBERS // max(source.rows, 1), 1)
    for start in range(0, len(names), at_once):
        batch = {name: np.empty(source.rows) for name in names[start : start + at_once]}
        first = 0
        for chunk in source.chunks(list(batch)):
            last = first
            for name, column in batch.items():
                last = first + len(chunk[name])
                column[first:last] = chunk[name]
            first = last
        yield from batch.items()


def _status_codes(column: NDArray[np.object_]) -> NDArray[np.int8]:
    codes = np.zeros(len(column), dtype=np.int8)
    for code, status in enumerate(STATUSES):
        codes[column == status] = code
    return codes
