"""What a method is: what it needs, what it gives, how far it can be trusted. The needs themselves are data too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from hubcalc.calculators.queue.case import Case, Column
from hubcalc.queueing import MOST_STATES, phase_states, two_moment_phases
from hubcalc.queueing.phase_type_fits import LEAST_SCV
from hubcalc.readings import Flags

Given = Mapping[str, Callable[[], Any]]
"""Functions from nothing to a column, by metric: what is not asked for is not computed."""
Error = Callable[[Case, str], Column]
Cost = Callable[[Case, str], Column]
UNMEASURED = float("nan")

QUANTILES = {f"wait_p{percent}_hours": percent / 100 for percent in (50, 90, 95, 99)}
LAW = ("wait_probability", "wait_sd_hours", *QUANTILES, "wait_over_hours_probability")
"""Metrics of the law of the wait."""
TIMES = (*QUANTILES, "wait_over_hours_probability")
MEAN = "wait_mean_hours"
CLASS_QUANTILES = ("first_class_wait_p95_hours", "second_class_wait_p95_hours", "last_class_wait_p95_hours")

MOST_MILLISECONDS = {"auto": 100.0, "fast": 50.0, "exact": 1_500.0}
"""Most time that a method may take for the mean wait of one row, by who chooses it."""
TIMES_AS_LONG = 4.0
"""How much longer it may take where no other method would answer."""
MOST_MILLISECONDS_OF_OPTION = 50.0
"""The same for a method that is only shown beside the chosen one."""


@dataclass(frozen=True, slots=True)
class Need:
    """A condition on a queue, in words that complete "it needs ...", and as a test of its rows."""

    words: str
    holds: Callable[[Case], Flags]


@dataclass(frozen=True)
class Method:
    """A way to the answers, for queues of one set of features."""

    name: str
    title: str
    needs: Sequence[Need]
    gives: Sequence[str]
    evaluate: Callable[[Case], Given]
    reference: str
    features: frozenset[str] = frozenset()
    error: Error | float = 0.0
    """Relative error to expect of a metric, by row: 0 exact, NaN not measured."""
    caveat: str = "an approximation"
    """Why it is not exact, where it is not."""
    law_needs: Sequence[Need] = ()
    """What quantiles and tail of the wait need besides."""
    numerical: bool = False
    """Whether it solves for the states of the queue, which takes longer than a formula."""
    milliseconds: Cost | float = 1.0
    """Time it takes for one row, roughly: from measurements in one thread, compiled, on an idle machine."""
    only: bool = False
    """Whether no approximation stands behind it: it may then take longer, and is taken in many rows too."""
    on_ladder: bool = True
    """Whether it is ever chosen unless asked for by name: bounds and surpassed approximations are not."""

    def needs_of(self, metric: str) -> Sequence[Need]:
        """Give what one metric needs."""
        return (*self.needs, *self.law_needs) if metric in (*TIMES, *CLASS_QUANTILES) else self.needs

    def applies(self, case: Case, metric: str, most_milliseconds: float = np.inf) -> Flags:
        """Tell in which rows it gives a metric: those in which all needs are met, in the time that it may take."""
        found = case.flags(self.features == case.features and metric in self.gives)
        for need in self.needs_of(metric):
            if not found.any():
                break
            found[found] = need.holds(case.take(found))
        if found.any() and most_milliseconds < np.inf:
            found[found] = self.milliseconds_of(case.take(found), metric) <= most_milliseconds
        return found

    def milliseconds_of(self, case: Case, metric: str) -> Column:
        """Give the time to expect for a metric of rows in which it applies, one by one."""
        cost = self.milliseconds(case, metric) if callable(self.milliseconds) else self.milliseconds
        return np.broadcast_to(np.asarray(cost, np.float64), case.size)

    def error_of(self, case: Case, metric: str) -> Column:
        """Give the relative error to expect of a metric, by row."""
        error = self.error(case, metric) if callable(self.error) else self.error
        return np.broadcast_to(np.asarray(error, np.float64), case.size)

    def unmet(self, case: Case, metric: str) -> str:
        """Say why it does not give a metric of a case, in words; empty where it does."""
        if self.features != case.features:
            return f"is for queues with {', '.join(sorted(self.features)) or 'nothing peculiar'}"
        if metric not in self.gives:
            return "does not give this"
        words = [need.words for need in self.needs_of(metric) if not need.holds(case).all()]
        return f"needs {' and '.join(words)}" if words else ""


def law_of_wait(case: Case, quantile: Callable[..., Any], tail: Callable[..., Any] | None = None) -> Given:
    """Give the quantiles, and the tail at `hours` if that is asked for, from functions of one more argument."""
    given: dict[str, Callable[[], Any]] = {name: partial(quantile, share) for name, share in QUANTILES.items()}
    if tail is not None and "hours" in case.columns:
        given["wait_over_hours_probability"] = partial(tail, case["hours"])
    return given


def deviation(first: Column, second: Column) -> Column:
    """Give the standard deviation of moments; inf where they are."""
    sound = np.isfinite(first) & np.isfinite(second)
    spread = np.where(sound, second, 0.0) - np.where(sound, first, 0.0) ** 2
    return np.where(sound, np.sqrt(np.maximum(spread, 0.0)), np.inf)


def unless_known(known: str) -> Error:
    """Say that nothing has been measured where a law is not known; exact elsewhere."""

    def error(case: Case, _: str) -> Column:
        return np.where(getattr(case, known), 0.0, np.nan)

    return error


def phases(scv: Column) -> Column:
    """Give the phases of the law that is fitted; infinitely many for one that hardly varies."""
    fits = scv >= LEAST_SCV
    return np.where(fits, two_moment_phases(np.where(fits, scv, 1.0)), np.inf)


def states(case: Case, more_phases: Column | float = 0.0) -> Column:
    """Give the states of a level of the phase-type queue; infinitely many where it is out of the question."""
    arrival, service = phases(case.arrival_scv) + more_phases, phases(case.service_scv)
    possible = np.isfinite(arrival + service) & (case.servers <= MOST_STATES) & (arrival <= MOST_STATES)
    possible &= case.servers == np.floor(case.servers)
    arrival, service, servers = (np.where(possible, column, 1.0) for column in (arrival, service, case.servers))
    return np.where(possible, phase_states(arrival, service, servers), np.inf)


def phase_milliseconds(case: Case, arrival_phases: Column, service_phases: Column) -> Column:
    """Give the time to solve PH/PH/c: by modes while the busy servers have few states, else by cyclic reduction."""
    servers = case.servers
    blocks = phase_states(arrival_phases, service_phases, servers).astype(np.float64)
    busy = blocks / arrival_phases
    by_modes = busy <= _FEW_STATES * np.maximum(arrival_phases - 1.0, 1.0)
    by_modes &= (case.utilization > _LIGHT) & (case.utilization < _NEAR_SATURATION)  # beyond, the modes may fail
    return np.asarray(1.0 + np.where(by_modes, 1e-4 * busy**3, 2e-5 * blocks**3 + 0.3 * servers))


_FEW_STATES = 64.0
_LIGHT, _NEAR_SATURATION = 0.02, 0.999


def up_to(most: int) -> Need:
    """Need a moderate number of servers."""
    return Need(f"at most {most} servers", lambda case: case.servers <= most)


POISSON = Need("Poisson arrivals", lambda case: case.poisson)
EXPONENTIAL = Need("exponential service", lambda case: case.exponential)
CONSTANT = Need("constant service", lambda case: case.constant)
ONE_SERVER = Need("one server", lambda case: case.servers == 1.0)
WHOLE_SERVERS = Need("a whole number of servers", lambda case: case.servers == np.floor(case.servers))
FEW_STATES = Need(
    f"laws of scv {LEAST_SCV:g} or more that make blocks of at most {MOST_STATES} states",
    lambda case: states(case) <= MOST_STATES,
)
ROOM_FOR_SERVERS = Need("room for as many as there are servers", lambda case: case["room"] >= case.servers)
