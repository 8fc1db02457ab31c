"""Staging as work: all is one chunk, since the best schedule needs every year of every path at once."""

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.studies.base import Columns, RowSource, StudyColumn
from hubcalc.studies.staging.case import case_of
from hubcalc.studies.staging.report import result_of
from hubcalc.studies.staging.solution import Solution, solve
from hubcalc.studies.staging.table import SCHEDULES, columns_of, rows_of
from hubmodels.studies.staging import StagingRequest, StagingResult


class Staging:
    """What to build, and when: the rows are the years of some schedules on each path of demand."""

    def __init__(self, request: StagingRequest, documents: Documents) -> None:
        self._case = case_of(request, documents)
        self.rows = len(SCHEDULES) * self._case.demand.size
        self.chunk_rows = self.rows

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The columns of the rows."""
        return columns_of(self._case)

    @cached
    def _solution(self) -> Solution:
        return solve(self._case)

    def evaluate(self, chunk: int) -> Columns:
        """Find the schedules, and tell of their years; there is one chunk."""
        columns = rows_of(self._case, self._solution)
        start = chunk * self.chunk_rows
        return {name: column[start : start + self.chunk_rows] for name, column in columns.items()}

    def conclude(self, source: RowSource) -> StagingResult:
        """Tell of the schedules, of what they are made of, and of what they may be regretted for."""
        return result_of(self._case, self._solution, source)


def build_staging(request: StagingRequest, documents: Documents) -> Staging:
    """Make staging of a request; see `hubcalc.studies.base.StudyKind`."""
    return Staging(request, documents)
