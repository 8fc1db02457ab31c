"""Metrics of a hub and of its stages in many mixes at once, and in one mix with verdicts."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import metric_name
from hubcalc.analysis.columns import BLOCK_ROWS
from hubcalc.analysis.engine import StageState
from hubcalc.analysis.hub import HubAnalysis, rounded, stage_exact
from hubcalc.analysis.methods import AnalysisMethod, Column
from hubcalc.analysis.metrics import METRIC_NAMES, read
from hubcalc.analysis.stations import StationColumns
from hubcalc.analysis.warnings import warnings_of
from hubcalc.cached import cached
from hubcalc.errors import ParameterError, Problem
from hubcalc.readings import metric_of, number
from hubcalc.scenarios import gather
from hubcalc.scenarios.tolerant import gather_usable
from hubcalc.studies.base import REASON, STATUS, Columns, StudyColumn
from hubcalc.studies.evaluators.hubs import NAMES
from hubcalc.words import did_you_mean
from hubmodels import HubBase
from hubmodels.results import Advice, Metric, StationResult, Verdict
from hubmodels.studies.base import StudyMethod
from hubmodels.tables import station_columns

_PARTS: dict[str, Callable[[StageState], Column]] = {
    "utilization": lambda state: state.load,
    "peak_utilization": lambda state: state.peak_utilization,
    "blocked_share": lambda state: state.blocked_share,
    "wait_mean_hours": lambda state: state.performance.wait.hours,
    "content_wait_mean_hours": lambda state: state.performance.content_wait.hours,
    "service_mean_hours": lambda state: state.performance.service,
    "synchronization_mean_hours": lambda state: state.performance.synchronization.hours,
    "closure_mean_hours": lambda state: state.closure.hours + state.performance.closure.hours,
    "quota_mean_hours": lambda state: state.performance.quota.hours,
}
"""Columns of the station table that belong to the state of a stage."""
_DWELL = "dwell_mean_hours"
_SUMMANDS = ("wait", "service", "synchronization", "closure", "quota")
_CAPACITIES = ("theoretical_capacity_per_day", "practical_capacity_per_day")
_QUEUES = frozenset({"wait_mean_hours", "content_wait_mean_hours", _DWELL})
_LOADS = frozenset({"utilization", "peak_utilization"})


class Measures:
    """Metrics of a hub or a line by name: those of the whole, and `stages.<stage>.<column>`.

    Parameters
    ----------
    hub : HubBase
        The document, with the overrides that hold in all mixes.
    metrics : mapping
        Names of the metrics, with the JSON pointer to where each is asked for.
    scale : str, optional
        Id of the one flow that capacities scale.
    """

    def __init__(self, hub: HubBase, metrics: Mapping[str, str], scale: str | None) -> None:
        self.hub, self.scale = hub, scale
        self._present = HubAnalysis(hub, 1, scale, method="fast")
        for name, pointer in metrics.items():
            self._check(name, pointer)
        self.names = tuple(metrics)

    def _check(self, name: str, pointer: str) -> None:
        stages = self._present.state.stages
        numbers = [str(metric) for metric in METRIC_NAMES if metric not in NAMES]
        known = list(numbers)
        for stage, state in stages.items():
            known += [f"stages.{stage}.{column}" for column in (*_PARTS, _DWELL, *_CAPACITIES)]
            known += [f"stages.{stage}.{column}" for column in state.performance.details]
        if name not in known:
            allowed = ", ".join(numbers) + ", stages.<stage>.<column>"
            hint = did_you_mean(name, known)
            raise ParameterError.of(
                Problem("no metric that could be a target", pointer=pointer, given=name, allowed=allowed, hint=hint)
            )

    @cached
    def units(self) -> dict[str, str]:
        """The units of the metrics."""
        return {name: self._unit(name) for name in self.names}

    def _unit(self, name: str) -> str:
        if not name.startswith("stages."):
            return read(self._present, metric_name(name)).unit
        _, stage, column = name.split(".")
        known = station_columns()
        return known[column] if column in known else self._present.state.stages[stage].performance.details[column][1]

    @cached
    def columns(self) -> tuple[StudyColumn, ...]:
        """The metrics as columns of a table."""
        return tuple(StudyColumn(name, unit) for name, unit in self.units.items())

    def evaluate(self, inputs: Mapping[str, NDArray[Any]], size: int, method: StudyMethod = "fast") -> Columns:
        """Give the metrics of mixes, NaN where there is none, and `status` and `reason` of each; nothing is simulated.

        Parameters
        ----------
        inputs : mapping
            `size` values by path.
        size : int
            Number of mixes.
        method : {"fast", "auto", "exact"}, optional
            Which formulas may be taken.

        Returns
        -------
        dict
            Arrays of shape (size,).
        """
        found: Columns = {name: np.full(size, np.nan) for name in self.names}
        found[STATUS], found[REASON] = np.full(size, "invalid", dtype=object), np.full(size, "", dtype=object)
        for start in range(0, size, BLOCK_ROWS):
            stop = min(start + BLOCK_ROWS, size)
            block = {path: column[start:stop] for path, column in inputs.items()}
            gathered = gather_usable(self.hub, block, stop - start)
            found[REASON][start:stop] = gathered.reasons
            for group in gathered.groups:
                analysis = HubAnalysis(group.hub, len(group.rows), self.scale, method=method)
                for name in self.names:
                    found[name][start + group.rows] = _values(analysis, name)
                found[STATUS][start + group.rows] = np.where(analysis.unstable, "unstable", "ok")
        return found

    def told(self, mix: Mapping[str, float], method: AnalysisMethod) -> "Told":
        """Analyze one mix, to tell what its metrics are worth."""
        scenarios = gather(self.hub, {path: [value] for path, value in mix.items()}, 1)
        return Told(HubAnalysis(scenarios.document(scenarios.groups[0], 0), 1, self.scale, method=method))


class Told:
    """One mix: metrics with verdicts, and what the reader should know."""

    def __init__(self, analysis: HubAnalysis) -> None:
        self._analysis = analysis
        self._stations = {row.stage: row for row in StationColumns(analysis).rows(0)}

    def metric(self, name: str) -> Metric:
        """Give a metric of the hub or of a stage."""
        if not name.startswith("stages."):
            return metric_of(read(self._analysis, metric_name(name)), 0)
        _, stage, column = name.split(".")
        station, known = self._stations[stage], station_columns()
        unit = known[column] if column in known else station.details[column].unit
        value = number(float(np.broadcast_to(_values(self._analysis, name), 1)[0]))
        return Metric(value=value, unit=unit, verdict=_verdict(station, column))

    def warnings(self) -> list[Advice]:
        """List the warnings of the analysis."""
        return warnings_of(self._analysis, list(self._stations.values()), 0)


def _verdict(station: StationResult, column: str) -> Verdict:
    """Give the verdict of a column of a stage: that of its queue, unless it follows from rates."""
    if column in _LOADS or (column in _CAPACITIES and not station.capacity_is_bound):
        return Verdict(status="exact", method="arithmetic on the loads of the stage", expected_error=0)
    return station.verdict


def _values(analysis: HubAnalysis, name: str) -> Column:
    """Give a metric in all rows, NaN where it has no value."""
    if not name.startswith("stages."):
        reading = read(analysis, metric_name(name))
        missing = np.asarray(reading.unstable) | np.asarray(reading.refused)
        return np.where(missing, np.nan, np.asarray(reading.values, dtype=np.float64))
    _, stage, column = name.split(".")
    values = _stage_values(analysis, stage, column)
    if analysis.method == "exact" and column in _QUEUES:
        values = np.where(stage_exact(analysis, stage, analysis.state.stages[stage]), values, np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _stage_values(analysis: HubAnalysis, stage: str, column: str) -> Column:
    state = analysis.state.stages[stage]
    if column == _DWELL:
        parts = [_PARTS[f"{part}_mean_hours"](state) for part in _SUMMANDS]
        return np.asarray(np.sum(np.broadcast_arrays(*parts), axis=0))
    if column in _CAPACITIES:
        capacity = analysis.capacities[stage]
        theoretical = column == _CAPACITIES[0]
        factor = capacity.theoretical_factor if theoretical else capacity.practical_factor
        return rounded(factor * analysis.counted_per_day)
    if column in _PARTS:
        return _PARTS[column](state)
    return np.asarray(state.performance.details[column][0], dtype=np.float64)
