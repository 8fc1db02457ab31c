"""What can be said of a sweep in a glance, gathered chunk by chunk."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.base import REASON, ROW, STATUS, Columns, StudyColumn
from hubmodels.studies.sweep import ColumnSummary

MOST_SHOWN = 20
"""Invalid rows that a result shows; the table has all of them."""


class Summary:
    """Least, mean and greatest of each numeric column, statuses, and the first invalid rows."""

    def __init__(self, columns: Sequence[StudyColumn]) -> None:
        self._columns = [c for c in columns if c.type != "text" and c.name != ROW]
        self._found = {column.name: _Extremes() for column in self._columns}
        self.statuses: Counter[str] = Counter()
        self.first_invalid: list[dict[str, Any]] = []

    def add(self, chunk: Columns) -> None:
        """Take in the rows of one chunk."""
        rows = chunk[ROW]
        for name, extremes in self._found.items():
            extremes.add(chunk[name], rows)
        statuses = chunk[STATUS]
        names, counts = np.unique(statuses.astype(str), return_counts=True)
        self.statuses.update(dict(zip(names.tolist(), counts.tolist(), strict=True)))
        for i in np.flatnonzero(statuses == "invalid")[: MOST_SHOWN - len(self.first_invalid)]:
            self.first_invalid.append({ROW: int(rows[i]), REASON: str(chunk[REASON][i])})

    def columns(self) -> list[ColumnSummary]:
        """Give the summary of each column."""
        return [self._found[column.name].said(column) for column in self._columns]


class _Extremes:
    """Least, mean and greatest of numbers that come in parts."""

    def __init__(self) -> None:
        self.count, self.sum = 0, 0.0
        self.least, self.greatest = np.inf, -np.inf
        self.least_row: int | None = None
        self.greatest_row: int | None = None

    def add(self, values: NDArray[Any], rows: NDArray[Any]) -> None:
        numbers = np.asarray(values, dtype=np.float64)
        known = np.isfinite(numbers)
        if not known.any():
            return
        self.count += int(known.sum())
        self.sum += float(numbers[known].sum())
        low = int(np.argmin(np.where(known, numbers, np.inf)))
        high = int(np.argmax(np.where(known, numbers, -np.inf)))
        if numbers[low] < self.least:
            self.least, self.least_row = float(numbers[low]), int(rows[low])
        if numbers[high] > self.greatest:
            self.greatest, self.greatest_row = float(numbers[high]), int(rows[high])

    def said(self, column: StudyColumn) -> ColumnSummary:
        some = self.count > 0
        return ColumnSummary(
            name=column.name,
            unit=column.unit,
            description=column.description,
            rows_with_value=self.count,
            least=self.least if some else None,
            mean=self.sum / self.count if some else None,
            greatest=self.greatest if some else None,
            least_row=self.least_row,
            greatest_row=self.greatest_row,
        )
