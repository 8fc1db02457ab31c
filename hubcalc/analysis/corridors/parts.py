"""The parts of a corridor: each hub or line with the flow that takes what passes, analyzed like any other document."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hubcalc.analysis.corridors.columns import CAPACITY_METRICS, PartColumns, Shared, remembered
from hubcalc.analysis.doubts import doubts
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.metrics import NOT_EXACT, MetricName
from hubcalc.cached import cached
from hubcalc.errors import Problem, RefusedError
from hubcalc.readings import at, metric_of, number
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase, LineBase
from hubmodels.corridor import CountedCapacity
from hubmodels.money import DemandUnit
from hubmodels.results import Metric, TimeSplit, Verdict


@dataclass(frozen=True)
class PassedPart:
    """A hub or a line in the direction in which it is passed: one flow of its document takes what passes.

    Two parts may have one document: two flows of a hub, or a line that two links name. Each is then analyzed beside
    the flows that the document states, and not beside what passes the other part.
    """

    element: str
    """Its place in the corridor: nodes.<id> or links.<id>."""
    columns: PartColumns
    row: int = 0
    """Which of the scenarios this is that the columns stand for."""

    @cached
    def document(self) -> HubBase:
        """The hub or the line."""
        return self.columns.of_row(self.row)

    @property
    def document_id(self) -> str:
        """Its id."""
        return self.columns.document.id

    @property
    def flow_id(self) -> str:
        """The flow that takes what passes."""
        return self.columns.flow_id

    @property
    def method(self) -> AnalysisMethod:
        """How it is analyzed."""
        return self.columns.method

    @cached
    def other_per_day(self) -> float:
        """Handling units of the flow that belong to no demand of the corridor."""
        return float(at(self.columns.other_per_day, self.row))

    @property
    def per_day(self) -> float:
        """Handling units of the flow that the document states."""
        return float(at(self.columns.document.flows[self.flow_id].per_day, self.row))

    @property
    def horizon_hours(self) -> float:
        """The time for which its document looks ahead."""
        return float(at(self.columns.document.targets.horizon_days, self.row)) * HOURS_PER_DAY

    def with_document(self, document: HubBase) -> "PassedPart":
        """Give the same part with another document."""
        return replace(self, columns=remembered(Shared(document), self.flow_id, self.other_per_day, self.method), row=0)

    @property
    def kind(self) -> Literal["hub", "line"]:
        """Hub or line."""
        return "line" if isinstance(self.columns.document, LineBase) else "hub"

    @property
    def mode(self) -> str:
        """How cargo moves here: the kind of line, or hub."""
        document = self.columns.document
        return document.kind if isinstance(document, LineBase) else "hub"  # type: ignore[attr-defined]  # every kind of line has it

    @property
    def distance_km(self) -> float:
        """Length of a line; 0 at a hub."""
        document = self.columns.document
        return float(at(document.length_km, self.row)) if isinstance(document, LineBase) else 0.0

    @property
    def handling_unit(self) -> str:
        """What its capacities are counted in."""
        return self.columns.document.flows[self.flow_id].unit

    def per_handling_unit(self, unit: DemandUnit) -> float | None:
        """Give how many units of a demand one handling unit carries; None if it cannot."""
        flow = self.columns.document.flows[self.flow_id]
        if flow.unit == unit:
            return 1.0
        contents = flow.contents
        if contents is None:
            return None
        mean, teu = float(at(contents.mean, self.row)), contents.teu_per_unit
        if unit == "teu":
            return None if teu is None else mean * float(at(teu, self.row))
        return mean if contents.unit == unit else None

    def price_usd(self, unit: DemandUnit) -> float:
        """Give what one unit of a demand pays to pass."""
        price = self.columns.document.prices.get(unit)
        return float(at(price.usd, self.row)) if price else 0.0

    @property
    def analysis(self) -> HubAnalysis:
        """The document at the flows that it states, in all rows of the columns."""
        return self.columns.analysis

    def _metric(self, name: MetricName) -> Metric:
        return metric_of(self.columns.reading(name), self.row)

    def capacity_verdict(self, counted: CountedCapacity) -> Verdict:
        """Judge what it carries of this flow; that nothing limits it is known exactly."""
        verdict = self._metric(CAPACITY_METRICS[counted]).verdict
        if np.isinf(self.capacity_per_day(counted)):
            return Verdict(status="exact", method=verdict.method, expected_error=0.0, reason="nothing limits it")
        return verdict

    def capacity_per_day(self, counted: CountedCapacity) -> float:
        """Give what it carries of this flow, beside the other flows of its document; inf where nothing limits it.

        Raises
        ------
        RefusedError
            If the method that was asked for gives no capacity.
        """
        capacity = float(self.columns.capacities_per_day(counted)[self.row])
        asked = np.isinf(capacity) and self.method == "exact"
        if asked and self._metric(CAPACITY_METRICS[counted]).verdict.reason == NOT_EXACT:
            raise _not_exact(f"the {counted} capacity of {self.element} ({self.document_id})")
        return capacity

    @cached
    def dwell(self) -> Metric:
        """Mean time to pass at the flows of the document."""
        return self._metric("dwell_mean_hours")

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
        hours = [float(at(part, self.row)) if known else None for part in parts]
        service = number(float(at(split.service, self.row)))
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
        value = self._metric("dwell_p90_hours").value
        return value if isinstance(value, float) else None

    @cached
    def simulated_quantiles(self) -> list[float] | None:
        """P50, P90 and P95 that a simulation has seen [h]; None where none was run."""
        if not self.analysis.simulated or not isinstance(self.dwell.value, float):
            return None
        names: tuple[MetricName, ...] = ("dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours")
        found = [self._metric(name) for name in names]
        simulated = self.dwell.verdict.status == "simulated"
        known = [metric.value for metric in found if isinstance(metric.value, float)]
        return known if simulated and len(known) == len(names) else None

    @cached
    def doubts(self) -> list[str]:
        """Why its times should be simulated; nothing where they have been, or where formulas do."""
        return [] if self.analysis.simulated else list(doubts(self.analysis, self.row))

    @property
    def utilization(self) -> float:
        """Utilization of the stage that is loaded most."""
        return float(at(self.analysis.utilization, self.row))

    def growing_stages(self) -> str:
        """Say which of its stages have no steady state."""
        rows = self.columns.stations.rows(self.row)
        growing = [f"{row.stage} grows by {row.growth_per_day:.3g} a day" for row in rows if row.growth_per_day > 0]
        return ", ".join(growing) or "a stage has no steady state"

    @property
    def quick_steady_hours(self) -> float:
        """Mean time by closed forms and approximations [h]; see `PartColumns.quick_steady_hours`."""
        return float(self.columns.quick_steady_hours[self.row])

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
            raise _not_exact(f"the time at {self.element} ({self.document_id})")
        return self.quick_steady_hours

    @property
    def is_steady(self) -> bool:
        """Whether the flows of the document have a steady state."""
        return bool(np.isfinite(self.columns.quick_hours[self.row]))


def _not_exact(what: str) -> RefusedError:
    message, allowed = f"{what} is not known exactly", "auto, fast, simulate"
    return RefusedError.of(Problem(message, parameter="method", given="exact", allowed=allowed))
