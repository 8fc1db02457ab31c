"""What cells hold: metrics of one scenario of a hub or a line, and columns of its stages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubcalc.analysis import METRIC_NAMES, Analysis, analyze
from hubcalc.answers.cells import is_time, station_cell
from hubcalc.cached import cached
from hubcalc.errors import NotFoundError, Problem
from hubcalc.words import did_you_mean, plural
from hubmodels import HubBase
from hubmodels.results import Metric, ScenarioResult, StationResult
from hubmodels.routes import stages_of
from hubmodels.tables import station_columns

_CELL_OF_STAGE = "stages."
_FOR_LOADS, _FOR_TIMES = "utilization", "dwell_mean_hours"
"""What is computed where only columns of stages are asked for: times may have to be simulated, loads need nothing."""


class CellValues:
    """The cells of one scenario, all from one analysis of the metrics that are wanted; see `wanted_for`."""

    def __init__(
        self,
        document: HubBase,
        values: Mapping[str, Any],
        wanted: Sequence[str],
        *,
        scale: str | None = None,
        method: str | None = None,
    ) -> None:
        self._analysis: Analysis = analyze(document, values, metrics=wanted, scale=scale, method=method)

    @cached
    def _result(self) -> ScenarioResult:
        return self._analysis.report.results[0]

    def cell(self, name: str) -> Metric:
        """Give one cell: a metric, or ``stages.<id>.<column>``.

        Raises
        ------
        NotFoundError
            If there is no such cell.
        """
        if name in METRIC_NAMES:
            return self._analysis.metric(name)
        stations = {station.stage: station for station in self._result.stations}
        columns = [key for key in station_columns() if key not in ("stage", "kind")]
        known = [f"stages.{stage}.{column}" for stage, row in stations.items() for column in (*columns, *row.details)]
        if name not in known:
            raise unknown(name, known)
        _, stage, column = name.split(".", 2)
        return station_cell(stations[stage], column)

    def why_unstable(self, name: str) -> str:
        """Say which stage grows, and how fast: that of the cell, or the one that is loaded most."""
        growing = [station for station in self._result.stations if station.growth_per_day > 0]
        if not growing:
            return f"{name} has no steady state"
        own = [station for station in growing if name.startswith(f"{_CELL_OF_STAGE}{station.stage}.")]
        station = (own or sorted(growing, key=lambda each: -each.utilization))[0]
        return f"{station.stage} grows by {float(f'{station.growth_per_day:.3g}'):.10g} {self._unit(station)}/day"

    def _unit(self, station: StationResult) -> str:
        """Name what comes to a stage, where all that comes is called the same."""
        document = self._analysis.groups[0][0].hub
        units = {flow.unit for flow in document.flows.values() if station.stage in stages_of(flow.route)}
        return plural(units.pop()) if len(units) == 1 else "units"


def check_names(names: Sequence[str]) -> None:
    """Refuse names that no cell can have, before anything is computed."""
    for name in names:
        if name not in METRIC_NAMES and not name.startswith(_CELL_OF_STAGE):
            raise unknown(name, [f"{_CELL_OF_STAGE}{name}"] if "." in name else METRIC_NAMES)


def wanted_for(names: Iterable[str]) -> tuple[str, ...]:
    """Say which metrics must be computed for cells.

    >>> wanted_for(["stages.front.utilization", "utilization"]), wanted_for(["stages.front.wait_mean_hours"])
    (('utilization',), ('dwell_mean_hours',))
    """
    asked = [*names]
    metrics: list[str] = [name for name in asked if name in METRIC_NAMES]
    times = any(_is_time_of_stage(name) for name in asked)
    return tuple([*metrics, _FOR_TIMES] if times else metrics or [_FOR_LOADS])


def _is_time_of_stage(name: str) -> bool:
    column = name.rpartition(".")[2]
    return name.startswith(_CELL_OF_STAGE) and is_time(column)


def unknown(name: str, known: Iterable[str]) -> NotFoundError:
    """Make the error for a cell that there is not."""
    return NotFoundError.of(
        Problem(
            "no such metric",
            given=name,
            allowed=", ".join(METRIC_NAMES) + ", stages.<stage>.<column>",
            hint=did_you_mean(name.lower(), known),
        )
    )
