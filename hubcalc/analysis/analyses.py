"""Analyze a hub, in one scenario or in many."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.doubts import doubts
from hubcalc.analysis.hub import HubAnalysis, Simulator
from hubcalc.analysis.methods import ANALYSIS_METHODS, AnalysisMethod
from hubcalc.analysis.metrics import METRIC_NAMES, MetricName, read
from hubcalc.analysis.report import build_report
from hubcalc.analysis.simulated_rows import MOST_SIMULATED, SIMULATED_METRICS, Simulations, simulations
from hubcalc.cached import cached
from hubcalc.documents import Documents, Fixtures, hub_or_line_fixture, parse_hub_or_line
from hubcalc.errors import OverrideError, ParameterError, Problem
from hubcalc.frames import to_pandas, to_polars
from hubcalc.readings import Reading, at, metric_of
from hubcalc.scenarios import Group, Scenarios, combinations, gather
from hubcalc.scenarios.stated import behind_scenario
from hubcalc.words import did_you_mean
from hubmodels import HubBase
from hubmodels.results import AnalysisReport, Metric
from hubmodels.tables import report_rows

MOST_SCENARIOS = 1_000_000
MOST_SCENARIOS_BY_AUTO = 100
"""Above, the default is fast."""


class Analysis:
    """The analysis of a hub in some scenarios: metrics are computed, all scenarios at once, when they are asked for."""

    def __init__(
        self,
        hub: HubBase,
        scenarios: Scenarios,
        metrics: Sequence[MetricName],
        scale: str | None,
        method: AnalysisMethod = "auto",
    ) -> None:
        self.hub = hub
        self.scenarios = scenarios
        self.metrics = tuple(metrics)
        self.scale = scale
        self.method = method

    @cached
    def groups(self) -> list[tuple[HubAnalysis, NDArray[np.intp]]]:
        """One analysis for each group of scenarios that differ in numbers only, and which scenarios they are."""
        return [
            (HubAnalysis(g.hub, len(g.rows), self.scale, method=self.method, simulator=self._simulator(g)), g.rows)
            for g in self.scenarios.groups
        ]

    def _simulator(self, group: Group) -> Simulator | None:
        """Give what simulates the scenarios of a group that need it; nothing if they are many, or no time is asked."""
        formulas = self.method not in ("auto", "simulate") or self.scenarios.size > MOST_SIMULATED
        if formulas or not SIMULATED_METRICS.keys() & set(self.metrics):
            return None

        def run(analysis: HubAnalysis) -> Simulations:
            wanted = [i for i in range(analysis.rows) if self.method == "simulate" or _doubted(analysis, i)]
            return simulations((i, self.scenarios.document(group, i)) for i in wanted)

        return run

    def column(self, metric: MetricName) -> NDArray[Any]:
        """Give one metric in all scenarios; NaN (or an empty name) where there is no value."""
        size = self.scenarios.size
        whole: NDArray[Any] | None = None
        for analysis, rows in self.groups:
            reading = read(analysis, metric)
            values = np.broadcast_to(reading.values, rows.shape)
            if values.dtype.kind == "f":
                values = np.where(self._missing(reading, rows), np.nan, values)
            if whole is None:
                whole = np.empty(size, values.dtype if values.dtype.kind == "f" else object)
            whole[rows] = values
        return np.empty(0) if whole is None else whole

    def columns(self) -> dict[str, NDArray[Any]]:
        """Give overrides and metrics of all scenarios as columns."""
        return {**self.scenarios.columns, **{name: self.column(name) for name in self.metrics}}

    @cached
    def report(self) -> AnalysisReport:
        """The full report: metrics with verdicts, station table, split of time, warnings and evidence."""
        return build_report(self.hub, self.scenarios, self.groups, self.metrics)

    def metric(self, name: str) -> Metric:
        """Give one metric of the first scenario, with its verdict, and compute nothing else."""
        analysis, _ = self.groups[0]
        return metric_of(read(analysis, metric_name(name)), 0)

    def to_rows(self) -> list[dict[str, object]]:
        """Give one flat row a scenario: the overrides, then the metrics."""
        return report_rows(self.report)

    def to_pandas(self) -> Any:
        """Give the columns as a pandas DataFrame (pandas must be installed)."""
        return to_pandas(self.columns())

    def to_polars(self) -> Any:
        """Give the columns as a polars DataFrame (polars must be installed)."""
        return to_polars({name: column.tolist() for name, column in self.columns().items()})

    @staticmethod
    def _missing(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        return np.broadcast_to(np.asarray(reading.unstable) | np.asarray(reading.refused), rows.shape)


def analyze(
    hub: HubBase | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    metrics: Sequence[str] | None = None,
    scale: str | None = None,
    method: str | None = None,
    scenario: str | None = None,
    documents: Documents | None = None,
    most: int = MOST_SCENARIOS,
) -> Analysis:
    """Analyze a hub in every combination of the overrides.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    overrides : mapping, optional
        A value, or a list or array of values, by path; the last path varies fastest.
    metrics : sequence of str, optional
        Names of the metrics wanted; all by default. `sustainable_capacity_per_day` costs about ten times the others.
    scale : str, optional
        Id of the one flow that capacities scale; by default all flows grow together.
    method : {"auto", "fast", "exact", "simulate"}, optional
        What may be taken: the first valid formula, and a simulation where none is enough and there are at most ten
        scenarios; closed forms and approximations; exact formulas, so that what rests on an approximation is refused;
        simulation of waits and dwells. By default auto, and fast with more than 100 scenarios.
    scenario : str, optional
        Id of a scenario of this hub or line: its overrides come first, and `overrides` win over them.
    documents : Documents, optional
        Where the scenario is found; by default those that come with hubcalc.
    most : int
        Largest number of scenarios.

    Returns
    -------
    Analysis
        Report, rows and columns.

    Raises
    ------
    DocumentError
        If the document is not valid.
    UnknownPathError, OverrideError
        If an override cannot be used.
    ParameterError
        If a metric, the flow to scale or the method is unknown, or the scenario is of another document.
    NotFoundError
        If there is no such scenario.
    TooManyScenariosError
        If there are more than `most` combinations.

    Examples
    --------
    >>> analysis = analyze("khorgos-gateway", {"stages.front.cranes": [3, 4]}, metrics=["bottleneck"])
    >>> [row["bottleneck"] for row in analysis.to_rows()]
    ['front', 'platforms']
    """
    document = document_of(hub)
    changes = overrides or {}
    if scenario is not None:
        changes = behind_scenario(document, scenario, changes, documents or Fixtures())
    values = {path: listed(path, given) for path, given in changes.items()}
    columns, size = combinations(values, most)
    scenarios = gather(document, columns, size)
    return analyze_scenarios(document, scenarios, metrics=metrics, scale=scale, method=method)


def analyze_scenarios(
    hub: HubBase,
    scenarios: Scenarios,
    *,
    metrics: Sequence[str] | None = None,
    scale: str | None = None,
    method: str | None = None,
) -> Analysis:
    """Analyze scenarios that have been gathered already."""
    if scale is not None and scale not in hub.flows:
        raise ParameterError.of(Problem("not a flow", parameter="scale", given=scale, allowed=", ".join(hub.flows)))
    if metrics is not None and not metrics:
        raise ParameterError.of(Problem("an empty list", parameter="fields", allowed=", ".join(METRIC_NAMES)))
    wanted = METRIC_NAMES if metrics is None else [metric_name(name) for name in metrics]
    few = scenarios.size <= MOST_SCENARIOS_BY_AUTO
    chosen = method_name(method) if method is not None else "auto" if few else "fast"
    if chosen == "simulate" and scenarios.size > MOST_SIMULATED:
        most = f"up to {MOST_SIMULATED} scenarios of a call are simulated"
        hint = "take fewer, or ask POST /v1/simulations for one after the other"
        raise ParameterError.of(Problem(most, parameter="method", given=f"{scenarios.size} scenarios", hint=hint))
    return Analysis(hub, scenarios, wanted, scale, chosen)


def _doubted(analysis: HubAnalysis, i: int) -> bool:
    return not at(analysis.unstable, i) and any(True for _ in doubts(analysis, i))


def metric_name(name: str) -> MetricName:
    """Check the name of a metric."""
    for known in METRIC_NAMES:
        if name == known:
            return known
    raise ParameterError.of(
        Problem(
            "no such metric",
            parameter="fields",
            given=name,
            allowed=", ".join(METRIC_NAMES),
            hint=did_you_mean(name, METRIC_NAMES),
        )
    )


def method_name(name: str) -> AnalysisMethod:
    """Check the name of a method."""
    for known in ANALYSIS_METHODS:
        if name == known:
            return known
    allowed, hint = ", ".join(ANALYSIS_METHODS), did_you_mean(name, ANALYSIS_METHODS)
    raise ParameterError.of(Problem("no such method", parameter="method", given=name, allowed=allowed, hint=hint))


def document_of(hub: HubBase | Mapping[str, Any] | str) -> HubBase:
    """Read a document of a hub or a line, or a fixture by its id."""
    if isinstance(hub, str):
        return hub_or_line_fixture(hub)
    return parse_hub_or_line(dict(hub) if isinstance(hub, Mapping) else hub)


def listed(path: str, given: Any) -> Sequence[Any]:
    """Give the values of an override as a list."""
    if isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "iuf":
        values: Sequence[Any] = given.tolist()
    else:
        values = list(given) if isinstance(given, list | tuple | range | np.ndarray) else [given]
    if not values:
        raise OverrideError.of(Problem("an empty list", parameter=path, allowed="one value or more"))
    return values
