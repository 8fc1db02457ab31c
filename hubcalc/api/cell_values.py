"""What cells hold: metrics of one scenario of a hub or a line, and columns of its stages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubcalc.analysis import METRIC_NAMES, Analysis, analyze
from hubcalc.errors import NotFoundError, Problem
from hubcalc.words import did_you_mean, plural
from hubmodels import HubBase
from hubmodels.results import Metric, ScenarioResult, StationResult, Verdict
from hubmodels.routes import stages_of
from hubmodels.tables import station_columns

_ARITHMETIC = "arithmetic on the loads of the stage"
_LOADS = frozenset(
    {"arrivals_per_day", "utilization", "growth_per_day", "backlog_at_horizon", "fewest_stable_servers", "limit"}
    | {"crane_utilization", "track_utilization", "handling_hours_per_train", "track_hours_per_train"}
    | {"yard_mean_teu", "yard_capacity_teu", "boxes_stored_per_day"}
)
"""Columns that are arithmetic on what arrives; the others carry the verdict of the queue."""
_CAPACITIES = frozenset({"theoretical_capacity_per_day", "practical_capacity_per_day"})
_ENDLESS = ("wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours")
_CELL_OF_STAGE = "stages."
_FOR_LOADS, _FOR_TIMES = "utilization", "dwell_mean_hours"
"""What is computed where only columns of stages are asked for: times may have to be simulated, loads need nothing."""
_TIMES = ("_hours", "blocked_share")


class CellValues:
    """The cells of one scenario, all from one analysis."""

    def __init__(
        self,
        document: HubBase,
        values: Mapping[str, Any],
        names: Iterable[str],
        *,
        scale: str | None = None,
        method: str | None = None,
    ) -> None:
        asked = [*names]
        metrics: list[str] = [name for name in asked if name in METRIC_NAMES]
        times = any(_is_time_of_stage(name) for name in asked)
        wanted = [*metrics, _FOR_TIMES] if times else metrics or [_FOR_LOADS]
        self._analysis: Analysis = analyze(document, values, metrics=wanted, scale=scale, method=method)

    @property
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
        columns = {key: unit for key, unit in station_columns().items() if key not in ("stage", "kind")}
        known = [f"stages.{stage}.{column}" for stage, row in stations.items() for column in (*columns, *row.details)]
        if name not in known:
            raise unknown(name, known)
        _, stage, column = name.split(".", 2)
        return _column(stations[stage], column, columns)

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


def is_endless(name: str) -> bool:
    """Say whether a cell is without end where there is no steady state."""
    return name.endswith(_ENDLESS)


def check_names(names: Sequence[str]) -> None:
    """Refuse names that no cell can have, before anything is computed."""
    for name in names:
        if name not in METRIC_NAMES and not name.startswith(_CELL_OF_STAGE):
            raise unknown(name, METRIC_NAMES)


def _is_time_of_stage(name: str) -> bool:
    column = name.rpartition(".")[2]
    return name.startswith(_CELL_OF_STAGE) and column.endswith(_TIMES) and column not in _LOADS


def unknown(name: str, known: Iterable[str]) -> NotFoundError:
    """Make the error for a cell that there is not."""
    return NotFoundError.of(
        Problem(
            "no such metric",
            given=name,
            allowed=", ".join(METRIC_NAMES) + ", stages.<stage>.<column>",
            hint=did_you_mean(name, known),
        )
    )


def _column(station: StationResult, name: str, columns: dict[str, str]) -> Metric:
    by_load = name in _LOADS or (name in _CAPACITIES and not station.capacity_is_bound)
    verdict = Verdict(status="exact", method=_ARITHMETIC, expected_error=0) if by_load else station.verdict
    if name in columns:
        return Metric(value=getattr(station, name), unit=columns[name], verdict=verdict)
    detail = station.details[name]
    return Metric(value=detail.value, unit=detail.unit, verdict=verdict)
