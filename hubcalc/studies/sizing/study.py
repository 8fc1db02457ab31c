"""A sizing as work in chunks."""

import numpy as np

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.studies.base import REASON, ROW, STATUS, Columns, RowSource, StudyColumn, chunk_bounds, chunk_rows_for
from hubcalc.studies.sizing.enumeration import pick
from hubcalc.studies.sizing.report import build_result
from hubcalc.studies.sizing.searches import SEARCH_COLUMNS, Searches, read_solution, rows_of
from hubcalc.studies.sizing.task import COST, Task
from hubmodels.studies.sizing import SizingRequest, SizingResult


class Sizing:
    """The cheapest mix of choices that meets targets.

    If all mixes can be analyzed, each is a row of the table, and the cheapest is chosen when all are there. If not, one
    chunk searches by cuts, and its rows are the searches.
    """

    def __init__(self, request: SizingRequest, documents: Documents) -> None:
        self._task = Task.of(request, documents)
        everything = self._task.enumerable
        self.rows = self._task.lattice.size if everything else rows_of(self._task)
        self.chunk_rows = chunk_rows_for(self.rows) if everything else self.rows

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The number of the row, the inputs, cost and metrics, and how the row fared."""
        task = self._task
        return (
            StudyColumn(ROW, type="integer"),
            *(() if task.enumerable else SEARCH_COLUMNS),
            *task.input_columns,
            StudyColumn(COST, "USD/year", description="Cost of the mix"),
            *task.measures.columns,
            StudyColumn(STATUS, type="text", description="ok, unstable (no steady state), refused or invalid"),
            StudyColumn(REASON, type="text", description="Why a row has no numbers"),
        )

    def evaluate(self, chunk: int) -> Columns:
        """Analyze the mixes of one chunk, or search."""
        task = self._task
        if not task.enumerable:
            return Searches(task).run()
        rows = np.arange(*chunk_bounds(self, chunk))
        levels = task.lattice.levels(rows)
        inputs = task.lattice.values(levels)
        return {ROW: rows, **inputs, COST: task.lattice.costs(levels), **task.measures.evaluate(inputs, len(rows))}

    def conclude(self, source: RowSource) -> SizingResult:
        """Choose the cheapest mix.

        Raises
        ------
        RefusedError
            If none meets all targets; it says which target is missed, and by how much.
        """
        solution = pick(self._task, source) if self._task.enumerable else read_solution(self._task, source)
        return build_result(self._task, solution, self.columns, self.rows)


def build_sizing(request: SizingRequest, documents: Documents) -> Sizing:
    """Make a sizing of a request; see `hubcalc.studies.base.StudyKind`."""
    return Sizing(request, documents)
