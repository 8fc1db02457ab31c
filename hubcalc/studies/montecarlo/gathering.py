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


def statuses_and_names(source: RowSource, texts: Sequence[str]) -> tuple[NDArray[np.int8], dict[str, CodedNames]]:
    """Read the status of each row, as its place in `STATUSES`, and columns of names."""
    statuses: list[NDArray[np.int8]] = []
    coded: dict[str, list[NDArray[np.int32]]] = {name: [] for name in texts}
    known: dict[str, dict[str, int]] = {name: {"": 0} for name in texts}
    for chunk in source.chunks([STATUS, *texts]):
        statuses.append(_status_codes(chunk[STATUS]))
        for name, parts in coded.items():
            found, places = np.unique(chunk[name].astype(str), return_inverse=True)
            codes = [known[name].setdefault(each, len(known[name])) for each in found.tolist()]
            parts.append(np.array(codes, dtype=np.int32)[places])
    names = {name: CodedNames(np.concatenate(parts), tuple(known[name])) for name, parts in coded.items()}
    return np.concatenate(statuses), names


def first_rows(source: RowSource, names: Sequence[str], count: int) -> dict[str, FloatArray]:
    """Read some columns of numbers in the first rows."""
    parts: dict[str, list[FloatArray]] = {name: [] for name in names}
    missing = count
    for chunk in source.chunks(names):
        for name in names:
            parts[name].append(np.asarray(chunk[name][:missing], dtype=np.float64))
        missing -= len(chunk[names[0]])
        if missing <= 0:
            break
    return {name: np.concatenate(columns) for name, columns in parts.items()}


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
