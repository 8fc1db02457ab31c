"""What each set of expansions serves in each year on each path, how long that waits, and what it is worth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.metrics import MetricName
from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.studies.staging.case import Case
from hubcalc.studies.staging.performance import Variants
from hubmodels.studies.staging import CountedFlow

CAPACITIES: dict[CountedFlow, MetricName] = {
    "practical": "practical_capacity_per_day",
    "sustainable": "sustainable_capacity_per_day",
    "theoretical": "theoretical_capacity_per_day",
}
_TIMES: tuple[MetricName, ...] = ("wait_mean_hours", "dwell_mean_hours")


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """What each set of expansions can carry.

    Attributes
    ----------
    capacity : array, shape (sets,)
        Capacity that limits what is served. [units/day]
    practical : array, shape (sets,)
        Practical capacity. [units/day]
    bottleneck, next_bottleneck : object array, shape (sets,)
        Stages that limit the practical capacity, and would limit it next.
    """

    capacity: FloatArray
    practical: FloatArray
    bottleneck: NDArray[Any]
    next_bottleneck: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """What is served, and how; arrays of shape (sets, years, paths).

    Attributes
    ----------
    served, unserved : array
        Flow up to the capacity, and what is beyond it. [units/day]
    utilization : array
        Of the stage that is loaded most, at the flow that is served; NaN where nothing is. [1]
    wait, dwell : array
        Mean hours of what is served; NaN where there is no mean. [h]
    at_limit : bool array
        Where these are those of the practical capacity, below what is served.
    """

    served: FloatArray
    unserved: FloatArray
    utilization: FloatArray
    wait: FloatArray
    dwell: FloatArray
    at_limit: NDArray[np.bool_]


def levels_of(case: Case) -> Levels:
    """Analyze what each set can carry.

    Raises
    ------
    RefusedError
        If a set has no capacity of the kind that counts, and why.
    """
    counted = CAPACITIES[case.request.capacity]
    sets = np.arange(case.sets.sets)
    # capacities do not depend on the flow at which they are looked for
    flow = float(case.demand[0, 0])
    names: tuple[MetricName, ...] = ("practical_capacity_per_day", "bottleneck", "next_bottleneck")
    found = case.variants.metrics(tuple(dict.fromkeys((counted, *names))), sets, np.full(len(sets), flow))
    missing = np.flatnonzero(~np.isfinite(found[counted]))
    if missing.size:
        stands = int(missing[0])
        built = [e.id for e, there in zip(case.expansions, case.sets.members[stands], strict=True) if there]
        which = f"with {', '.join(built)}" if built else "as it is"
        reason = case.variants.refusal(counted, stands, flow)
        raise RefusedError.of(Problem(f"{counted} of {case.hub.id} {which} cannot be given: {reason}"))
    return Levels(found[counted], found[names[0]], found["bottleneck"], found["next_bottleneck"])


def flows_of(case: Case, levels: Levels) -> Flows:
    """Analyze what each set serves in each year on each path.

    Demand up to the capacity is served; what is beyond goes elsewhere and waits nowhere. The times are those of the
    flow that is served. At the theoretical capacity they have no mean, and shortly below it they are longer than
    anyone would put up with; there they are taken at the practical capacity, which is less than they would be.

    Raises
    ------
    RefusedError
        If times have a price and no mean.
    """
    demand = case.demand[None]
    capacity, practical = levels.capacity[:, None, None], levels.practical[:, None, None]
    served = np.minimum(demand, capacity)
    at_limit = (served > practical) & (case.request.capacity == "theoretical")
    valued = np.where(at_limit, practical, served)
    times = _columns(case.variants, (*_TIMES, "utilization"), valued)
    if at_limit.any():
        times["utilization"] = _columns(case.variants, ("utilization",), served)["utilization"]
    economics = case.request.economics
    priceless = np.isnan(times[economics.time]) & (valued > 0)
    if economics.waiting_usd_per_unit_hour > 0 and priceless.any():
        stands, year, path = (int(place[0]) for place in np.nonzero(priceless))
        reason = case.variants.refusal(economics.time, stands, float(valued[stands, year, path]))
        raise RefusedError.of(
            Problem(
                f"{economics.time} at {valued[stands, year, path]:.4g} units a day has a price and no value: {reason}",
                pointer="/economics/waiting_usd_per_unit_hour",
                given=economics.waiting_usd_per_unit_hour,
                allowed="0 where times have no mean",
                hint="lower the practical utilization, or take the sustainable capacity",
            )
        )
    return Flows(
        served,
        np.maximum(demand - served, 0.0),
        times["utilization"],
        times["wait_mean_hours"],
        times["dwell_mean_hours"],
        at_limit,
    )


def _columns(variants: Variants, names: tuple[MetricName, ...], flows: FloatArray) -> dict[str, FloatArray]:
    """Analyze every set in every year on every path; NaN where nothing flows."""
    sets = np.broadcast_to(np.arange(len(flows))[:, None, None], flows.shape)
    some = flows > 0
    found = variants.metrics(names, sets[some], flows[some])
    columns: dict[str, FloatArray] = {}
    for name in names:
        columns[name] = np.full(flows.shape, np.nan)
        columns[name][some] = found[name]
    return columns


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Money of each year, not discounted; arrays of shape (sets, years, paths) [USD]."""

    revenue: FloatArray
    waiting: FloatArray
    unserved: FloatArray
    operating: FloatArray

    @property
    def total(self) -> FloatArray:
        """What is left of the revenue."""
        return self.revenue - self.waiting - self.unserved - self.operating


def sums_of(case: Case, flows: Flows) -> Sums:
    """Put prices on what is served, on its time and on what is lost."""
    economics, days = case.request.economics, case.days_per_year
    hours = {"wait_mean_hours": flows.wait, "dwell_mean_hours": flows.dwell}[economics.time]
    waiting = np.zeros(flows.served.shape)
    if economics.waiting_usd_per_unit_hour > 0:
        dear = np.where(flows.served > 0, np.maximum(hours - economics.free_hours, 0.0), 0.0)
        waiting = days * economics.waiting_usd_per_unit_hour * flows.served * dear
    running = np.array([expansion.operating_usd_per_year for expansion in case.expansions])
    operating = economics.operating_usd_per_year + case.sets.members @ running
    return Sums(
        days * economics.revenue_usd_per_unit * flows.served,
        waiting,
        days * economics.unserved_usd_per_unit * flows.unserved,
        np.broadcast_to(operating[:, None, None], flows.served.shape),
    )
