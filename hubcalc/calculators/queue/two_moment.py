"""GI/G/c from two moments: the interpolation with measured errors, and the formulas that are known by name."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.constant_service import MOST_SERVERS
from hubcalc.calculators.queue.exponential import MOST_SERVERS as MOST_SUMMED_SERVERS
from hubcalc.calculators.queue.exponential import gimc_milliseconds
from hubcalc.calculators.queue.law_errors import of_laws
from hubcalc.calculators.queue.method import (
    MEAN,
    POISSON,
    TIMES,
    UNMEASURED,
    WHOLE_SERVERS,
    Error,
    Given,
    Method,
    Need,
    law_of_wait,
    up_to,
)
from hubcalc.queueing.two_moment_methods import (
    TWO_MOMENT_METHODS as FORMULAS,
)
from hubcalc.queueing.two_moment_methods import (
    TwoMomentFormula,
    TwoMomentMethod,
    expected_two_moment_error,
)
from hubcalc.queueing.two_moment_tails import ggc_wait_probability, ggc_wait_quantile_hours, ggc_wait_tail

_TITLES: dict[TwoMomentMethod, tuple[str, str]] = {
    "kingman_bound": ("GI/G/c (Kingman's upper bound)", "an upper bound: no estimate, the wait is never longer"),
    "marchal": ("GI/G/1 (Marchal)", "Kingman's bound scaled to be exact for M/G/1"),
    "allen_cunneen": ("GI/G/c (Allen-Cunneen)", "M/M/c times the mean of the two scvs"),
    "kraemer_langenbach_belz": ("GI/G/c (Kraemer and Langenbach-Belz)", "Allen-Cunneen, less for regular arrivals"),
    "kimura": ("GI/G/c (Kimura)", "an interpolation between D/M/c, M/D/c and M/M/c"),
}
_ON_LADDER = frozenset({"allen_cunneen"})  # so fast that it takes any number of servers
_WITH_REGULAR_ARRIVALS = frozenset({"kimura"})
"""Methods that take D/M/c, which sums over the servers."""
_BOUNDS = frozenset({"kingman_bound"})  # how far a bound is off is no error
_FUNCTIONS = "hubcalc.queueing.two_moment_waits"


def _moments(case: Case) -> tuple[Column, ...]:
    return case.arrivals, case.arrival_scv, case.service, case.service_scv, case.servers


def _mgc(case: Case) -> Given:
    return {MEAN: partial(queueing.mgc_wait_mean_hours, case.arrivals, *_moments(case)[2:])}


def _ggc(case: Case) -> Given:
    given = _moments(case)

    def departures() -> Column:
        load = np.minimum(case.utilization, 1.0)
        estimate = queueing.departure_scv(case.arrival_scv, case.service_scv, load, case.servers)
        return np.maximum(estimate, 0.0)  # of a timetable at servers that are hardly used, rounding may leave less

    return {
        MEAN: partial(queueing.ggc_wait_mean_hours, *given),
        "wait_probability": partial(ggc_wait_probability, *given),
        "departure_scv": departures,
        **law_of_wait(case, partial(ggc_wait_quantile_hours, *given), partial(ggc_wait_tail, *given)),
    }


def _measured(case: Case, metric: str) -> Column:
    """Look up the largest error measured in the region, and add what the laws do besides their two moments."""
    if metric in _ERROR_OF:
        return np.where(case.laws_known, _percentile_95(case, _ERROR_OF[metric]), np.nan)
    if metric != MEAN:
        return np.full(case.size, np.nan)
    expected = queueing.expected_relative_error(case.arrival_scv, case.service_scv, case.servers, case.utilization)
    return np.where(expected.out_of_range, np.nan, expected.largest) + of_laws(case)


_ERROR_OF: dict[str, TwoMomentMethod] = {
    "wait_probability": "whitt_wait_probability",
    "wait_p90_hours": "gamma_tail_p90",
    "wait_p95_hours": "gamma_tail_p95",
    "departure_scv": "departure_scv",
}


def _percentile_95(case: Case, name: TwoMomentMethod) -> Column:
    found = expected_two_moment_error(name, case.arrival_scv, case.service_scv, case.servers, case.utilization)
    return np.where(found.out_of_range, np.nan, found.percentile_95)


def _error_of(name: TwoMomentMethod) -> Error:
    def error(case: Case, _: str) -> Column:
        return _percentile_95(case, name) + of_laws(case)

    return error


def _within(name: str, bounds: tuple[float, float]) -> Need:
    low, high = bounds

    def holds(case: Case) -> Any:
        column = getattr(case, name)
        return (column >= low) & (column <= high)

    words = (
        f"{name.replace('_', ' ')} of {low:g}" if low == high else f"{name.replace('_', ' ')} from {low:g} to {high:g}"
    )
    return Need(words, holds)


def _named(formula: TwoMomentFormula) -> Method:
    """Make a method of one of the classical formulas: name, range and errors are data beside it."""
    title, caveat = _TITLES[formula.name]
    function: Callable[..., Column] = getattr(import_module(_FUNCTIONS), formula.function)
    ranges = {name: getattr(formula, name) for name in ("arrival_scv", "service_scv", "servers")}
    narrow = [_within(name, bounds) for name, bounds in ranges.items() if np.isfinite(bounds[1])]
    sums = formula.name in _WITH_REGULAR_ARRIVALS
    taken = 4 if formula.servers == (1.0, 1.0) else 5  # those for one server do not ask how many
    return Method(
        name=formula.name,
        title=title,
        needs=(WHOLE_SERVERS, *narrow, *((up_to(MOST_SUMMED_SERVERS),) if sums else ())),
        gives=(MEAN,),
        evaluate=lambda case: {MEAN: partial(function, *_moments(case)[:taken])},
        reference=formula.reference,
        error=UNMEASURED if formula.name in _BOUNDS else _error_of(formula.name),
        caveat=caveat,
        milliseconds=gimc_milliseconds if sums else 1.0,
        on_ladder=formula.name in _ON_LADDER,
    )


_WHITT = (
    "W. Whitt (1993), Approximations for the GI/G/m queue, Production and Operations Management 2(2), 114-161, "
    "doi:10.1111/j.1937-5956.1993.tb00094.x"
)

TWO_MOMENT_METHODS = (
    Method(
        name="mg_c",
        title="M/G/c (interpolation between M/D/c and M/M/c)",
        needs=(POISSON, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(MEAN,),
        evaluate=_mgc,
        reference="H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.6",
        error=_measured,
        caveat="an interpolation between constant and exponential service",
    ),
    Method(
        name="gi_g_c",
        title="GI/G/c (Whitt)",
        needs=(WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(MEAN, "wait_probability", *TIMES, "departure_scv"),
        evaluate=_ggc,
        reference=_WHITT,
        error=_measured,
        caveat="an approximation from two moments a side",
    ),
    *(_named(formula) for formula in FORMULAS if formula.name in _TITLES),
)
