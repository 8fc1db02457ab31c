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
from hubcalc.analysis.metrics import NOT_EXACT, MetricName, read
from hubcalc.analysis.stations import StationColumns
from hubcalc.cached import cached
from hubcalc.errors import Problem, RefusedError
from hubcalc.readings import at, metric_of, number
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase, LineBase
from hubmodels.corridor import CountedCapacity
from hubmodels.money import DemandUnit
from hubmodels.paths import replace_leaves
from hubmodels.results import Metric, TimeSplit, Verdict

Floats = NDArray[np.float64]

CAPACITY_METRICS: dict[CountedCapacity, MetricName] = {
    "theoretical": "theoretical_capacity_per_day",
    "practical": "practical_capacity_per_day",
    "sustainable": "sustainable_capacity_per_day",
}
LEAST_PER_DAY = 1e-3
"""Flow at which a part is looked at where its document has none [units/day]."""
_REMEMBERED = 1024
_SETTLED = 1e-4
"""Passes through a hub end when rates and variability change by less: quick times then err by less than 1e-5."""


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

    def capacity_verdict(self, counted: CountedCapacity) -> Verdict:
        """Judge what it carries of this flow; that nothing limits it is known exactly."""
        metric = self._capacity(counted)
        if np.isinf(self.capacity_per_day(counted)):
            return Verdict(status="exact", method=metric.verdict.method, expected_error=0.0, reason="nothing limits it")
        return metric.verdict

    def capacity_per_day(self, counted: CountedCapacity) -> float:
        """Give what it carries of this flow, beside the other flows of its document; inf where nothing limits it.

        Raises
        ------
        RefusedError
            If the method that was asked for gives no capacity.
        """
        metric = self._capacity(counted)
        if isinstance(metric.value, float):
            return metric.value
        if self.method == "exact" and metric.verdict.reason == NOT_EXACT:
            raise _not_exact(f"the {counted} capacity of {self.element} ({self.document.id})")
        return np.inf

    def _capacity(self, counted: CountedCapacity) -> Metric:
        return metric_of(read(self.analysis, CAPACITY_METRICS[counted]), 0)

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
        service = number(float(at(split.service, 0)))
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
    def simulated_quantiles(self) -> list[float] | None:
        """P50, P90 and P95 that a simulation has seen [h]; None where none was run."""
        if not self.analysis.simulated or not isinstance(self.dwell.value, float):
            return None
        names: tuple[MetricName, ...] = ("dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours")
        found = [metric_of(read(self.analysis, name), 0) for name in names]
        simulated = self.dwell.verdict.status == "simulated"
        known = [metric.value for metric in found if isinstance(metric.value, float)]
        return known if simulated and len(known) == len(names) else None

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
    def quick_hours(self) -> float:
        """Mean time at the flows of the document by closed forms and approximations [h]; inf without steady state."""
        flow = max(float(self.document.flows[self.flow_id].per_day), LEAST_PER_DAY)
        return _remembered_hours(self.shared, self.flow_id, (flow,))[0]

    @cached
    def quick_steady_hours(self) -> float:
        """The same; where these have no steady state, at its practical capacity.

        Where the other flows of the document leave no capacity it is the mean over its horizon, while a line grows.
        """
        if np.isfinite(self.quick_hours):
            return self.quick_hours
        capacity = self.capacity_per_day("practical")
        hours = float(self.hours_at(np.array([max(capacity - self.other_per_day, 0.0)]))[0])
        return hours if np.isfinite(hours) else self.document.targets.horizon_days * HOURS_PER_DAY / 2

    @cached
    def steady_hours(self) -> float:
        """Mean time at the flows of the document; where these have no steady state, see `quick_steady_hours`.

        Raises
        ------
        RefusedError
            If the method that was asked for gives no time.
        """
        if self.method != "fast" and isinstance(self.dwell.value, float):
            return self.dwell.value
        if self.method == "exact" and self.dwell.verdict.status == "refused":
            raise _not_exact(f"the time at {self.element} ({self.document.id})")
        return self.quick_steady_hours

    @property
    def is_steady(self) -> bool:
        """Whether the flows of the document have a steady state."""
        return bool(np.isfinite(self.quick_hours))


def _not_exact(what: str) -> RefusedError:
    message, allowed = f"{what} is not known exactly", "auto, fast, simulate"
    return RefusedError.of(Problem(message, parameter="method", given="exact", allowed=allowed))


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
