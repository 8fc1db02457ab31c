"""The parts of a corridor: each hub or line with the flow that takes what passes, analyzed like any other document."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import analyze
from hubcalc.analysis.doubts import doubts
from hubcalc.analysis.engine import run
from hubcalc.analysis.hub import HubAnalysis, route_split
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.metrics import MetricName, read
from hubcalc.analysis.stations import StationColumns
from hubcalc.cached import cached
from hubcalc.network.door_to_door import TimeLaw
from hubcalc.readings import at, metric_of
from hubmodels import HubBase, LineBase
from hubmodels.corridor import CountedCapacity
from hubmodels.money import DemandUnit
from hubmodels.paths import replace_leaves
from hubmodels.results import Metric, TimeSplit

Floats = NDArray[np.float64]

CAPACITY_METRICS: dict[CountedCapacity, MetricName] = {
    "theoretical": "theoretical_capacity_per_day",
    "practical": "practical_capacity_per_day",
    "sustainable": "sustainable_capacity_per_day",
}
LEAST_PER_DAY = 1e-3
"""Flow at which a part is looked at where its document has none [units/day]."""
_REMEMBERED = 1024
_SETTLED = 1e-5
"""Passes through a hub end when rates and variability change by less: times over flows then err by less than 1e-6."""


class Shared:
    """A document as a key: two that say the same are the same."""

    __slots__ = ("document", "text")

    def __init__(self, document: HubBase) -> None:
        self.document = document
        self.text = document.model_dump_json(exclude_unset=True)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Shared) and self.text == other.text


@dataclass(frozen=True)
class PassedPart:
    """A hub or a line in the direction in which it is passed: one flow of its document takes what passes.

    Two parts may have one document: two flows of a hub, or a line that two links name. Each is then analyzed beside
    the flows that the document states, and not beside what passes the other part.
    """

    element: str
    """Its place in the corridor: nodes.<id> or links.<id>."""
    shared: Shared
    flow_id: str
    other_per_day: float
    """Handling units of the flow that belong to no demand of the corridor."""
    method: AnalysisMethod

    @property
    def document(self) -> HubBase:
        """The hub or the line."""
        return self.shared.document

    def with_document(self, document: HubBase) -> "PassedPart":
        """Give the same part with another document."""
        return replace(self, shared=Shared(document))

    @cached
    def quick(self) -> "PassedPart":
        """The same part, analyzed by closed forms and approximations only."""
        return self if self.method == "fast" else replace(self, method="fast")

    @property
    def kind(self) -> Literal["hub", "line"]:
        """Hub or line."""
        return "line" if isinstance(self.document, LineBase) else "hub"

    @property
    def mode(self) -> str:
        """How cargo moves here: the kind of line, or hub."""
        return self.document.kind if isinstance(self.document, LineBase) else "hub"  # type: ignore[attr-defined]  # every kind of line has it

    @property
    def distance_km(self) -> float:
        """Length of a line; 0 at a hub."""
        return self.document.length_km if isinstance(self.document, LineBase) else 0.0

    @property
    def handling_unit(self) -> str:
        """What its capacities are counted in."""
        return self.document.flows[self.flow_id].unit

    def per_handling_unit(self, unit: DemandUnit) -> float | None:
        """Give how many units of a demand one handling unit carries; None if it cannot."""
        flow = self.document.flows[self.flow_id]
        if flow.unit == unit:
            return 1.0
        contents = flow.contents
        if contents is None:
            return None
        if unit == "teu":
            return None if contents.teu_per_unit is None else contents.mean * contents.teu_per_unit
        return contents.mean if contents.unit == unit else None

    def price_usd(self, unit: DemandUnit) -> float:
        """Give what one unit of a demand pays to pass."""
        price = self.document.prices.get(unit)
        return price.usd if price else 0.0

    @cached
    def analysis(self) -> HubAnalysis:
        """The document at the flows that it states."""
        return _remembered(self.shared, self.flow_id, self.method)

    def capacity_metric(self, counted: CountedCapacity) -> Metric:
        """Give what it carries of this flow, beside the other flows of its document."""
        return metric_of(read(self.analysis, CAPACITY_METRICS[counted]), 0)

    def capacity_per_day(self, counted: CountedCapacity) -> float:
        """Give a capacity as a number; inf where nothing limits it."""
        value = self.capacity_metric(counted).value
        return float(value) if isinstance(value, float) else np.inf

    @cached
    def dwell(self) -> Metric:
        """Mean time to pass at the flows of the document."""
        return metric_of(read(self.analysis, "dwell_mean_hours"), 0)

    @property
    def dwell_hours(self) -> float:
        """The same as a number, where there is a steady state."""
        return float(self.dwell.value or 0.0)

    @cached
    def split(self) -> TimeSplit:
        """Where this time goes."""
        split = self.analysis.unit_split
        parts = [split.queue, split.service, split.synchronization, split.closure, split.quota]
        known = self.dwell.value is not None
        hours = [float(at(part, 0)) if known else None for part in parts]
        service = float(at(split.service, 0))
        return TimeSplit(
            unit=self.handling_unit,
            queue_hours=hours[0],
            service_hours=service,
            synchronization_hours=hours[2],
            closure_hours=hours[3],
            quota_hours=hours[4],
            dwell_hours=self.dwell.value if isinstance(self.dwell.value, float) else None,
        )

    @cached
    def p90_hours(self) -> float | None:
        """Time that nine of ten do not exceed; None without steady state."""
        value = metric_of(read(self.analysis, "dwell_p90_hours"), 0).value
        return value if isinstance(value, float) else None

    @cached
    def simulated_law(self) -> TimeLaw | None:
        """The law that a simulation has seen; None where none was run."""
        found = self.analysis.simulated.get(0)
        if found is None or not isinstance(self.dwell.value, float):
            return None
        names: tuple[MetricName, ...] = ("dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours")
        quantiles = [metric_of(read(self.analysis, name), 0).value for name in names]
        if not all(isinstance(value, float) for value in quantiles):
            return None
        times = np.maximum.accumulate([_least(self), *(float(value) for value in quantiles if value is not None)])
        # an exponential tail beyond P95 must not be of negative length: the mean is then what the table says
        least_mean = float(np.dot([0.25, 0.45, 0.225, 0.075], times))
        return TimeLaw.from_quantiles([0.0, 0.5, 0.9, 0.95], times, max(self.dwell.value, least_mean))

    @cached
    def doubts(self) -> list[str]:
        """Why its times should be simulated; nothing where they have been, or where formulas do."""
        return [] if self.analysis.simulated else list(doubts(self.analysis, 0))

    @property
    def utilization(self) -> float:
        """Utilization of the stage that is loaded most."""
        return float(at(self.analysis.utilization, 0))

    def hours_at(self, flows_per_day: Floats) -> Floats:
        """Give the mean time to pass at other flows [h]; inf beyond capacity."""
        flows = np.maximum(flows_per_day + self.other_per_day, LEAST_PER_DAY)
        return np.array(_remembered_hours(self.shared, self.flow_id, tuple(flows.tolist())))

    def growing_stages(self) -> str:
        """Say which of its stages have no steady state."""
        rows = StationColumns(self.analysis).rows(0)
        growing = [f"{row.stage} grows by {row.growth_per_day:.3g} a day" for row in rows if row.growth_per_day > 0]
        return ", ".join(growing) or "a stage has no steady state"

    @cached
    def steady_hours(self) -> float:
        """Mean time at the flows of the document; where these have no steady state, at its practical capacity."""
        if isinstance(self.dwell.value, float):
            return self.dwell.value
        capacity = self.capacity_per_day("practical")
        return float(self.hours_at(np.array([max(capacity - self.other_per_day, 0.0)]))[0])


def _least(part: PassedPart) -> float:
    """Give the least time at a part: what its law leaves out of the lattice."""
    return min(float(at(part.analysis.route_law.lattice[0][0], 0)), float(part.dwell.value or 0.0))


def _led_by(document: HubBase, flow_id: str) -> HubBase:
    return document if document.main_flow == flow_id else document.model_copy(update={"main_flow": flow_id})


@lru_cache(maxsize=_REMEMBERED)
def _remembered_hours(key: Shared, flow_id: str, flows_per_day: tuple[float, ...]) -> tuple[float, ...]:
    flows = np.array(flows_per_day)
    changed = replace_leaves(key.document, {f"flows.{flow_id}.per_day": flows})
    led = _led_by(changed, flow_id)
    dwell = route_split(led, run(led, numerical=False, settled=_SETTLED)).dwell
    return tuple(np.broadcast_to(dwell, flows.shape).tolist())


@lru_cache(maxsize=_REMEMBERED)
def _remembered(key: Shared, flow_id: str, method: AnalysisMethod) -> HubAnalysis:
    document = _led_by(key.document, flow_id)
    if document.flows[flow_id].per_day == 0:
        document = replace_leaves(document, {f"flows.{flow_id}.per_day": LEAST_PER_DAY})
    if method == "simulate":
        return analyze(document, metrics=["dwell_mean_hours"], scale=flow_id, method=method).groups[0][0]
    return HubAnalysis(document, 1, flow_id, method=method)
