"""Monte Carlo as work in chunks."""

from dataclasses import replace

import numpy as np

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.errors import OverrideError, ParameterError, Problem
from hubcalc.sampling import section_starts
from hubcalc.studies.base import REASON, ROW, STATUS, Columns, Evaluator, RowSource, StudyColumn, chunk_bounds
from hubcalc.studies.forks import fork_advice
from hubcalc.studies.montecarlo.charts import montecarlo_charts
from hubcalc.studies.montecarlo.draws import SHOCK, Draws, draws_of, factor_quantiles, shown_quantiles
from hubcalc.studies.montecarlo.gathering import STATUSES, CodedNames, first_rows, statuses_and_names, whole_columns
from hubcalc.studies.montecarlo.report import MOST_RANKED, Drawn, choices_of, metric_of, target_of
from hubcalc.studies.montecarlo.uncertainties import uncertain_inputs
from hubcalc.studies.sizes import chunk_rows_of
from hubcalc.studies.subjects import Asked, asked_of
from hubcalc.version import MODEL_VERSION
from hubmodels.results import Advice
from hubmodels.studies.base import RowColumn
from hubmodels.studies.montecarlo import DrawnInput, DrawnMetric, MonteCarloRequest, MonteCarloResult

STATUS_COLUMNS = (
    StudyColumn(STATUS, type="text", description="ok, unstable (no steady state), refused or invalid"),
    StudyColumn(REASON, type="text", description="Why a row has no numbers"),
)


class MonteCarlo:
    """A document whose inputs are drawn from their laws, row by row."""

    def __init__(self, request: MonteCarloRequest, documents: Documents) -> None:
        self._request = request
        self._asked = _asked(request, documents)
        self._evaluator: Evaluator = self._asked.evaluator
        inputs = uncertain_inputs(request, self._asked, self._evaluator, documents)
        self._draws: Draws = draws_of(request, inputs, self._evaluator)
        self.rows = request.draws
        self.chunk_rows = chunk_rows_of(self._evaluator, self.rows)

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The number of the row, what varies, the metrics, and how the row fared."""
        varied = [
            StudyColumn(path, leaf.unit, "number", leaf.description) for path, leaf in self._draws.leaves().items()
        ]
        shocks = [StudyColumn(f"{SHOCK}{name}", "1", "number", "Common factor") for name in self._draws.shocks]
        return (StudyColumn(ROW, type="integer"), *varied, *shocks, *self._evaluator.metrics, *STATUS_COLUMNS)

    def evaluate(self, chunk: int) -> Columns:
        """Draw the inputs of one chunk, and analyze them."""
        start, stop = chunk_bounds(self, chunk)
        inputs, factors = self._draws.columns(start, stop)
        found = self._evaluator.evaluate(inputs, stop - start)
        shocks = {f"{SHOCK}{name}": column for name, column in factors.items()}
        return {ROW: np.arange(start, stop), **inputs, **shocks, **found}

    def conclude(self, source: RowSource) -> MonteCarloResult:
        """Say what the draws make of each metric."""
        request, metrics, aims = self._request, [], {}
        numbers = {column.name: column for column in self._evaluator.metrics if column.type != "text"}
        texts = {column.name: column for column in self._evaluator.metrics if column.type == "text"}
        drawn, coded = self._drawn(source, list(texts))
        for name, read in whole_columns(source, list(numbers)):
            found = metric_of(drawn, numbers[name], read, request.percentiles)
            if found is not None:
                metrics.append(found)
                if name in request.targets:
                    aims[name] = target_of(drawn, numbers[name], read, request.targets[name])
        counts = np.bincount(drawn.statuses, minlength=len(STATUSES)).tolist()
        statuses = dict(zip(STATUSES, counts, strict=True))
        return MonteCarloResult(
            subject=self._asked.subject,
            model_version=MODEL_VERSION,
            rows=self.rows,
            columns=[RowColumn(name=c.name, unit=c.unit, description=c.description) for c in self.columns],
            warnings=[*fork_advice(self._draws.rests), *_warnings(statuses, self.rows, list(numbers), metrics)],
            seed=request.seed,
            design=request.design,
            sections=self._draws.design.sections,
            level=request.level,
            statuses=statuses,
            inputs=self._inputs(),
            metrics=metrics,
            choices=[choices_of(drawn, column, coded[name]) for name, column in texts.items()],
            targets=[aims[name] for name in request.targets if name in aims],
            charts=montecarlo_charts(self._asked.subject.name, metrics, request.targets),
        )

    def _drawn(self, source: RowSource, texts: list[str]) -> tuple[Drawn, dict[str, CodedNames]]:
        """Read the rows, but for the metrics that are numbers."""
        sections = self._draws.design.sections
        starts = None if sections is None else section_starts(self.rows, sections)
        names = [*self._draws.inputs, *(f"{SHOCK}{name}" for name in self._draws.shocks)]
        statuses, coded = statuses_and_names(source, texts)
        ranked = first_rows(source, names, min(self.rows, MOST_RANKED))
        return Drawn(statuses, starts, self._request.level, ranked), coded

    def _inputs(self) -> list[DrawnInput]:
        found = []
        for path, uncertain in self._draws.inputs.items():
            low, middle, high = shown_quantiles(uncertain.law, uncertain.leaf)
            described = {"path": path, "unit": uncertain.leaf.unit, "law": uncertain.given, "basis": uncertain.basis}
            found.append(DrawnInput(**described, p10=low, p50=middle, p90=high))
        for name, shock in self._draws.shocks.items():
            low, middle, high = factor_quantiles(shock.law)
            described = {"path": f"{SHOCK}{name}", "unit": "1", "law": shock.given, "basis": "request"}
            found.append(DrawnInput(**described, p10=low, p50=middle, p90=high))
        return found


def build_montecarlo(request: MonteCarloRequest, documents: Documents) -> MonteCarlo:
    """Make a Monte Carlo study of a request; see `hubcalc.studies.base.StudyKind`."""
    return MonteCarlo(request, documents)


def _asked(request: MonteCarloRequest, documents: Documents) -> Asked:
    """Find what is asked; metrics that have targets are computed, named or not."""
    asked = asked_of(request, documents)
    known = {column.name: column for column in asked.evaluator.metrics}
    further = tuple(name for name in request.targets if name not in known)
    if further:
        try:
            wider = request.model_copy(update={"fields": (*known, *further)})
            asked = asked_of(wider, documents)
            known = {column.name: column for column in asked.evaluator.metrics}
        except ParameterError as error:
            raise ParameterError.of(
                *(_of_target(problem, len(known), further) for problem in error.problems)
            ) from error
    for name in request.targets:
        if known[name].type == "text":
            message, allowed = "this metric is a name", "metrics that are numbers"
            raise OverrideError.of(Problem(message, pointer=f"/targets/{name}", given=name, allowed=allowed))
    return asked


def _of_target(problem: Problem, named: int, further: tuple[str, ...]) -> Problem:
    """Point to the target that asked for a metric, instead of the field that was made of it."""
    number = int(str(problem.pointer).rpartition("/")[2]) - named
    return replace(problem, pointer=f"/targets/{further[number]}")


def _warnings(statuses: dict[str, int], rows: int, wanted: list[str], metrics: list[DrawnMetric]) -> list[Advice]:
    found = []
    if statuses["invalid"]:
        message = f"{statuses['invalid']:,} of {rows:,} draws cannot be, and are left out: all is said of the others"
        found.append(Advice(code="invalid_rows", message=message))
    if statuses["unstable"]:
        message = f"{statuses['unstable']:,} of {rows:,} draws have no steady state: their waits count as infinite"
        found.append(Advice(code="unstable_rows", message=message))
    given = {metric.name for metric in metrics}
    for name in wanted:
        if name not in given:
            message = f"no draw has a value of {name}"
            found.append(Advice(code="no_value", message=message))
    return found
