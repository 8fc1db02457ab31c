"""A sweep as work in chunks."""

import numpy as np

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.studies.base import REASON, ROW, STATUS, Columns, Evaluator, RowSource, StudyColumn, chunk_bounds
from hubcalc.studies.forks import fork_advice
from hubcalc.studies.sizes import chunk_rows_of
from hubcalc.studies.subjects import asked_of
from hubcalc.studies.sweeps.charts import sweep_charts
from hubcalc.studies.sweeps.designs import (
    RowDesign,
    full_paths,
    grid_design,
    list_design,
    numbers_of,
    paths_in,
    place_of,
)
from hubcalc.studies.sweeps.random_rows import random_design
from hubcalc.studies.sweeps.summaries import Summary
from hubcalc.version import MODEL_VERSION
from hubmodels.results import Advice
from hubmodels.studies.base import RowColumn
from hubmodels.studies.sweep import Grid, RandomDesign, SweepRequest, SweepResult

STATUS_COLUMNS = (
    StudyColumn(STATUS, type="text", description="ok, unstable (no steady state), refused or invalid"),
    StudyColumn(REASON, type="text", description="Why a row has no numbers"),
)


class Sweep:
    """Many scenarios of one document."""

    def __init__(self, request: SweepRequest, documents: Documents) -> None:
        self._request = request
        self._asked = asked_of(request, documents)
        self._evaluator: Evaluator = self._asked.evaluator
        self.chunk_rows = chunk_rows_of(self._evaluator, self._design.rows)

    @cached
    def _design(self) -> RowDesign:
        design, known = self._request.design, self._evaluator.inputs
        if isinstance(design, RandomDesign):
            full = full_paths(list(design.inputs), known, self._evaluator.full_path, "/design/inputs")
            return random_design(design, self._request.seed, known, full)
        full = full_paths(paths_in(design), known, self._evaluator.full_path, place_of(design))
        if isinstance(design, Grid):
            return grid_design(design, known, full)
        return list_design(design, known, full)

    @property
    def rows(self) -> int:
        """How many scenarios there are."""
        return self._design.rows

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The number of the row, the inputs that vary, the metrics, and how the row fared."""
        return (StudyColumn(ROW, type="integer"), *self._varied, *self._evaluator.metrics, *STATUS_COLUMNS)

    @cached
    def _varied(self) -> tuple[StudyColumn, ...]:
        found = []
        for path in self._design.paths:
            leaf = self._evaluator.inputs[path]
            if leaf.type == "choice":
                found.append(StudyColumn(path, type="text", description=leaf.description))
            else:
                found.append(StudyColumn(path, leaf.unit, "number", leaf.description))
        return tuple(found)

    def evaluate(self, chunk: int) -> Columns:
        """Analyze the scenarios of one chunk."""
        start, stop = chunk_bounds(self, chunk)
        inputs = self._design.columns(start, stop)
        found = self._evaluator.evaluate(inputs, stop - start)
        known = self._evaluator.inputs
        shown = {path: numbers_of(known[path].type, column) for path, column in inputs.items()}
        return {ROW: np.arange(start, stop), **shown, **found}

    def conclude(self, source: RowSource) -> SweepResult:
        """Sum up the rows."""
        summary = Summary(self.columns)
        for chunk in source.chunks():
            summary.add(chunk)
        random = isinstance(self._request.design, RandomDesign)
        summaries = summary.columns()
        name, metrics = self._asked.subject.name, self._evaluator.metrics
        return SweepResult(
            subject=self._asked.subject,
            model_version=MODEL_VERSION,
            rows=self.rows,
            columns=[RowColumn(name=c.name, unit=c.unit, description=c.description) for c in self.columns],
            warnings=[*fork_advice(getattr(self._design, "rests", {})), *_warnings(summary, self.rows)],
            charts=sweep_charts(name, self._design, self._varied, metrics, summaries, source),
            design=self._request.design.kind,
            seed=self._request.seed if random else None,
            statuses=dict(summary.statuses),
            summaries=summaries,
            first_invalid=summary.first_invalid,
        )


def build_sweep(request: SweepRequest, documents: Documents) -> Sweep:
    """Make a sweep of a request; see `hubcalc.studies.base.StudyKind`."""
    return Sweep(request, documents)


def _warnings(summary: Summary, rows: int) -> list[Advice]:
    found = []
    if summary.statuses["invalid"]:
        message = f"{summary.statuses['invalid']:,} of {rows:,} rows could not be: their reasons stand in the table"
        found.append(Advice(code="invalid_rows", message=message))
    if summary.statuses["unstable"]:
        message = f"{summary.statuses['unstable']:,} of {rows:,} rows have no steady state, and so no waits"
        found.append(Advice(code="unstable_rows", message=message))
    return found
