"""A sensitivity study as work in chunks."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.errors import OverrideError, Problem
from hubcalc.sampling import SobolSums
from hubcalc.studies.base import REASON, ROW, STATUS, Columns, Evaluator, RowSource, StudyColumn, chunk_bounds
from hubcalc.studies.forks import fork_advice, split_forks
from hubcalc.studies.sensitivity.design import SensitivityDesign
from hubcalc.studies.sensitivity.inputs import Varied, check_metric, varied_inputs
from hubcalc.studies.sensitivity.report import FixedRows, elasticities_of, sobol_of, study_charts, tornado_of, warnings
from hubcalc.studies.sizes import chunk_rows_of
from hubcalc.studies.subjects import asked_of
from hubcalc.version import MODEL_VERSION
from hubmodels.results import Advice
from hubmodels.studies.base import RowColumn
from hubmodels.studies.sensitivity import MetricSobol, SensitivityRequest, SensitivityResult

MOST_USUAL_ROWS = 2_000
"""Rows of a corridor, each a tenth of a second or more, that are computed without being asked for by name."""
PART, CHANGED = "part", "changed"
_UNSTABLE = StudyColumn("unstable_share", "1", description="1 where there is no steady state, else 0")
_COLUMNS = (
    StudyColumn(PART, type="text", description="base, tornado, elasticities or sobol"),
    StudyColumn(CHANGED, type="text", description="The one input that is changed; empty where none is, or all are"),
)
_STATUS = (
    StudyColumn(STATUS, type="text", description="ok, unstable (no steady state), refused or invalid"),
    StudyColumn(REASON, type="text", description="Why a row has no numbers"),
)


class Sensitivity:
    """What each input does to each metric.

    Parameters
    ----------
    request : SensitivityRequest
        The request.
    documents : Documents
        Where documents are found.

    Raises
    ------
    HubcalcError
        If the request cannot be answered; see `hubcalc.studies.base.StudyKind`.
    """

    def __init__(self, request: SensitivityRequest, documents: Documents) -> None:
        self._request = request
        self._asked = asked_of(request, documents)
        self._evaluator: Evaluator = self._asked.evaluator
        check_metric(request.sort_by, self._evaluator)
        varied = varied_inputs(request, self._asked, documents)
        self._vary(varied)
        self._left_out: list[Advice] = []
        if self._evaluator.row_by_row and request.uncertain is None and self.rows > MOST_USUAL_ROWS:
            own = [item for item in varied if item.basis == "request" or not _is_inside(item.path)]
            if len(own) < len(varied):
                self._left_out = [_left_out(len(varied) - len(own), self.rows, bool(own))]
                self._vary(own)
        self.chunk_rows = chunk_rows_of(self._evaluator, self._design.rows)

    def _vary(self, inputs: list[Varied]) -> None:
        """Make the rows of some inputs."""
        varied, self._rests = split_forks({item.path: item for item in inputs}, self._evaluator.inputs)
        self._inputs: list[Varied] = list(varied.values())
        self._design = SensitivityDesign(self._inputs, self._request, self._rests)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._design.rows

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The number of the row, what it is for, the inputs that vary, the metrics, and how the row fared."""
        leaves = {v.path: v.leaf for v in self._inputs} | {path: rest.leaf for path, rest in self._rests.items()}
        varied = [StudyColumn(path, leaf.unit, "number", leaf.description) for path, leaf in leaves.items()]
        return (StudyColumn(ROW, type="integer"), *_COLUMNS, *varied, *self._evaluator.metrics, *_STATUS)

    @cached
    def _numbers(self) -> list[StudyColumn]:
        return [column for column in self._evaluator.metrics if column.type == "number"]

    def evaluate(self, chunk: int) -> Columns:
        """Compute the rows of one chunk."""
        start, stop = chunk_bounds(self, chunk)
        inputs = self._design.columns(start, stop)
        part, changed = self._design.labels(start, stop)
        found = self._evaluator.evaluate(inputs, stop - start)
        return {ROW: np.arange(start, stop), PART: part, CHANGED: changed, **inputs, **found}

    def conclude(self, source: RowSource) -> SensitivityResult:
        """Make the tables of all rows."""
        request = self._request
        rows = _Collected(self._design, len(self._numbers), request.level, request.seed)
        names = [column.name for column in self._numbers]
        for chunk in source.chunks([*names, STATUS, REASON]):
            rows.add(np.column_stack([chunk[name] for name in names]), chunk[STATUS], chunk[REASON])
        fixed = FixedRows(np.concatenate(rows.values), np.concatenate(rows.reasons))
        tornado = tornado_of(self._design, self._numbers, fixed, request.sort_by)
        elasticities = elasticities_of(self._design, self._numbers, fixed, request.sort_by)
        sobol = self._sobol(rows)
        return SensitivityResult(
            subject=self._asked.subject,
            model_version=MODEL_VERSION,
            rows=self.rows,
            columns=[RowColumn(name=c.name, unit=c.unit, description=c.description) for c in self.columns],
            warnings=[
                *self._left_out,
                *fork_advice(self._rests),
                *warnings(self._inputs, request, rows.statuses, sobol),
            ],
            charts=study_charts(self._asked.subject.name, request, tornado, sobol),
            seed=request.seed if self._design.sobol is not None else None,
            level=request.level,
            inputs=[varied.description for varied in self._inputs],
            statuses=dict(rows.statuses),
            tornado=tornado,
            elasticities=elasticities,
            sobol=sobol,
        )

    def _advice(self) -> list[Advice]:
        """Say what is not varied, and which shares follow from others."""
        return [*self._left_out, *fork_advice(self._rests)]

    def _sobol(self, rows: "_Collected") -> list[MetricSobol]:
        if rows.sums is None:
            return []
        paths, share = [varied.path for varied in self._inputs], self._request.most_missing_share
        columns = [*self._numbers, *([_UNSTABLE] if rows.unstable else [])]
        found = [sobol_of(column, rows.sums, place, paths, share) for place, column in enumerate(columns)]
        order = next((item.inputs for item in found if item.metric == self._request.sort_by), [])
        ranks = {item.path: place for place, item in enumerate(order)}
        return [
            item.model_copy(update={"inputs": sorted(item.inputs, key=lambda each: ranks.get(each.path, 0))})
            for item in found
        ]


def _is_inside(path: str) -> bool:
    """Say whether an input is that of a hub or a line of a corridor."""
    return path.partition(".")[0] in ("hubs", "lines")


def _left_out(count: int, rows: int, some: bool) -> Advice:
    """Say that inputs of hubs and lines are not varied; an error if no others are.

    Raises
    ------
    OverrideError
        If nothing is left.
    """
    message = f"{count:,} inputs of its hubs and lines are uncertain too: with them {rows:,} rows of a corridor"
    hint = "name those that matter in `uncertain`, or study a hub or a line by itself"
    if not some:
        allowed = f"up to {MOST_USUAL_ROWS:,} rows without naming them"
        raise OverrideError.of(Problem(message, pointer="/uncertain", allowed=allowed, hint=hint))
    said = f"{message} would be needed, more than {MOST_USUAL_ROWS:,}, so they are held at their values; {hint}"
    return Advice(code="inputs_left_out", message=said)


@dataclass(slots=True, eq=False)
class _Collected:
    """The fixed rows as they are, and the sums of all others."""

    design: SensitivityDesign
    metrics: int
    level: float
    seed: int
    values: list[NDArray[np.float64]] = field(default_factory=list)
    reasons: list[NDArray[np.object_]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    sums: SobolSums | None = field(init=False)
    unstable: bool = False
    """Whether a row of Sobol's points has no steady state."""
    _row: int = 0

    def __post_init__(self) -> None:
        inputs = len(self.design.inputs)
        self.sums = None if self.design.sobol is None else SobolSums(inputs, self.metrics + 1, self.level, self.seed)

    def add(self, values: NDArray[np.float64], status: NDArray[np.object_], reason: NDArray[np.object_]) -> None:
        """Add the rows of a chunk."""
        self.statuses.update(status.tolist())
        few = min(max(self.design.fixed_rows - self._row, 0), len(values))
        self._row += len(values)
        self.values.append(values[:few])
        told = np.where(reason[:few] == "", status[:few], reason[:few])
        self.reasons.append(told)
        if self.sums is not None and few < len(values):
            # the share of rows without a steady state is a metric of its own; a row that cannot be counts in neither
            growing = np.where(status[few:] == "invalid", np.nan, status[few:] == "unstable")
            self.unstable = self.unstable or bool(np.any(growing == 1))
            self.sums.add(np.column_stack([values[few:], growing]))


def build_sensitivity(request: SensitivityRequest, documents: Documents) -> Sensitivity:
    """Make a sensitivity study of a request; see `hubcalc.studies.base.StudyKind`."""
    return Sensitivity(request, documents)
