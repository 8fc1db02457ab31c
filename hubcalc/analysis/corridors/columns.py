"""A hub or a line with the flow that takes what passes, in many scenarios at once: what the parts of corridors read."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import analyze
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.metrics import MetricName, read
from hubcalc.analysis.rows import HubRows
from hubcalc.analysis.stations import StationColumns
from hubcalc.analysis.streams import column
from hubcalc.cached import cached
from hubcalc.network.tabulated_delays import spare_grid
from hubcalc.readings import Reading, at
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase
from hubmodels.corridor import CountedCapacity
from hubmodels.paths import replace_leaves

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

CAPACITY_METRICS: dict[CountedCapacity, MetricName] = {
    "theoretical": "theoretical_capacity_per_day",
    "practical": "practical_capacity_per_day",
    "sustainable": "sustainable_capacity_per_day",
}
LEAST_PER_DAY = 1e-3
"""Flow at which a part is looked at where its document has none [units/day]."""
_REMEMBERED = 1024
_POINTS = 24
_LAST_LOAD = 0.98


class Shared:
    """A document as a key: two that say the same are the same."""

    __slots__ = ("document", "text")

    def __init__(self, document: HubBase) -> None:
        self.document = document
        self.text = document.model_dump_json(exclude_unset=True)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and self.text == other.text


@dataclass(frozen=True, eq=False)
class PartColumns:
    """A hub or a line whose leaves may be columns, and one of its flows: each number is computed for all rows at once.

    What a number is in one row does not depend on the other rows, but for passes through hubs that are repeated until
    they have settled in all rows: there they agree to about 1e-9.
    """

    document: HubBase
    flow_id: str
    other_per_day: Floats
    """Handling units of the flow that belong to no demand of the corridor, one number or a column."""
    rows: int
    method: AnalysisMethod
    _readings: dict[MetricName, Reading] = field(default_factory=dict)

    @cached
    def analysis(self) -> HubAnalysis:
        """The document at the flows that it states."""
        per_day = column(self.document.flows[self.flow_id].per_day)
        document = self._at_flow(np.where(per_day == 0, LEAST_PER_DAY, per_day)) if np.any(per_day == 0) else self._led
        if self.method == "simulate":
            found = analyze(document, metrics=["dwell_mean_hours"], scale=self.flow_id, method=self.method)
            return found.groups[0][0]
        return HubAnalysis(document, self.rows, self.flow_id, method=self.method)

    @cached
    def stations(self) -> StationColumns:
        """The stages."""
        return StationColumns(self.analysis)

    def reading(self, name: MetricName) -> Reading:
        """Give a metric in all rows."""
        if name not in self._readings:
            self._readings[name] = read(self.analysis, name)
        return self._readings[name]

    def capacities_per_day(self, counted: CountedCapacity) -> Floats:
        """Give what it carries of this flow, beside the other flows of its document; inf where there is no limit."""
        reading = self.reading(CAPACITY_METRICS[counted])
        values = column(reading.values)
        known = ~np.asarray(reading.refused) & ~np.asarray(reading.unstable) & np.isfinite(values)
        return self._full(np.where(known, values, np.inf))

    @cached
    def quick_hours(self) -> Floats:
        """Mean times at the flows of the document by closed forms and approximations [h]; inf without steady state."""
        per_day = column(self.document.flows[self.flow_id].per_day)
        if self.method == "fast" and np.all((per_day == 0) | (per_day >= LEAST_PER_DAY)):
            return self._full(self.analysis.unit_split.dwell)
        return self._quick(self._at_flow(np.maximum(per_day, LEAST_PER_DAY)), self.rows)

    @cached
    def quick_steady_hours(self) -> Floats:
        """The same; where these have no steady state, at its practical capacity.

        Where the other flows of the document leave no capacity it is the mean over its horizon, while a line grows.
        """
        hours = self.quick_hours.copy()
        growing = np.flatnonzero(~np.isfinite(hours))
        if growing.size:
            capacities = self.capacities_per_day("practical")[growing]
            loaded = self.hours_at(growing, np.maximum(capacities - self._others[growing], 0.0))
            hours[growing] = np.where(np.isfinite(loaded), loaded, self._backlog_hours[growing])
        return hours

    def hours_at(self, rows: Indices, flows_per_day: Floats) -> Floats:
        """Give the mean times to pass at other flows, each in a row [h]; inf beyond capacity."""
        flows = np.maximum(flows_per_day + self._others[rows], LEAST_PER_DAY)
        taken = HubRows(self._led).taken(rows)
        return self._quick(replace_leaves(taken, {f"flows.{self.flow_id}.per_day": flows}), rows.size)

    @cached
    def empty_hours(self) -> Floats:
        """Mean times where no demand passes [h]."""
        return self.hours_at(np.arange(self.rows), np.zeros(self.rows))

    @cached
    def tables(self) -> tuple[Floats, Floats]:
        """Flows up to almost the theoretical capacity, beside what belongs to no demand, and the times at them.

        Both have a line for each row, which means nothing where nothing limits the part. Times of a part that gathers
        loads fall with the flow; an equilibrium asks for times that do not, so each is taken as the least one of the
        larger flows.
        """
        last = self.capacities_per_day("theoretical") * _LAST_LOAD
        flows, hours = np.zeros((2, self.rows, _POINTS))
        limited = np.isfinite(last)
        for row in np.flatnonzero(limited & (self._others >= last)):
            flows[row], hours[row] = self._filled(int(row), last[row])
        free = np.flatnonzero(limited & (self._others < last))
        if free.size:
            flows[free] = spare_grid(_POINTS) / _LAST_LOAD * (last - self._others)[free, None]
            found = self.hours_at(np.repeat(free, _POINTS), flows[free].ravel())
            hours[free] = [_never_falling(line) for line in found.reshape(-1, _POINTS)]
        return flows, hours

    def of_row(self, row: int) -> HubBase:
        """Give the document of one row, with plain numbers."""
        plain = {path: values[row].item() for path, values in self._columns.items()}
        return replace_leaves(self.document, plain) if plain else self.document

    @cached
    def _columns(self) -> dict[str, NDArray[np.float64]]:
        return dict(HubRows(self.document).columns)

    @cached
    def _led(self) -> HubBase:
        if self.document.main_flow == self.flow_id:
            return self.document
        return self.document.model_copy(update={"main_flow": self.flow_id})

    @cached
    def _others(self) -> Floats:
        return self._full(self.other_per_day)

    @cached
    def _backlog_hours(self) -> Floats:
        return self._full(column(self.document.targets.horizon_days) * HOURS_PER_DAY / 2)

    def _at_flow(self, per_day: Floats) -> HubBase:
        return replace_leaves(self._led, {f"flows.{self.flow_id}.per_day": per_day})

    def _quick(self, document: HubBase, rows: int) -> Floats:
        dwell = HubAnalysis(document, rows, self.flow_id, method="fast").unit_split.dwell
        return np.broadcast_to(dwell, rows)

    def _filled(self, row: int, last: float) -> tuple[Floats, Floats]:
        """Give the times where others fill the capacity: the backlog is there before anybody of a demand comes.

        It is that of TabulatedDelays, in the mean over the horizon, with the flow of the others added.
        """
        other = self._others[row]
        flows = np.linspace(0.0, 10 * max(float(other), 1.0), _POINTS)
        loaded = float(self.hours_at(np.array([row]), np.array([last - other]))[0])
        service = float(at(self.analysis.unit_split.service, row))
        base = loaded if np.isfinite(loaded) else service if np.isfinite(service) else 0.0
        over = 1 - last / np.maximum(flows + other, np.finfo(np.float64).tiny)
        return flows, base + self._backlog_hours[row] * over

    def _full(self, values: Floats) -> Floats:
        return np.broadcast_to(values, self.rows)


def _never_falling(hours: Floats) -> Floats:
    known = np.isfinite(hours)
    greatest = float(hours[known][-1]) if known.any() else 0.0
    return np.minimum.accumulate(np.where(known, hours, greatest)[::-1])[::-1]


@lru_cache(maxsize=_REMEMBERED)
def remembered(shared: Shared, flow_id: str, other_per_day: float, method: AnalysisMethod) -> PartColumns:
    """Give a document in one scenario; one that says the same as another is not analyzed again."""
    return PartColumns(shared.document, flow_id, column(other_per_day), 1, method)
