"""Constant service, and service of nearly constant length: M/D/c, GI/D/c and the way from there to phase types."""

from functools import partial

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.law_errors import law_error
from hubcalc.calculators.queue.method import (
    CONSTANT,
    LAW,
    MEAN,
    POISSON,
    QUANTILES,
    TIMES,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
    deviation,
    law_of_wait,
    phase_milliseconds,
    phases,
    states,
    unless_known,
    up_to,
)
from hubcalc.queueing import MOST_STATES, phase_states
from hubcalc.queueing.deterministic_waits import mdc_wait_probability, mdc_wait_quantile_hours, mdc_wait_tail
from hubcalc.queueing.gi_dc import (
    gidc_wait_mean_hours,
    gidc_wait_probability,
    gidc_wait_quantile_hours,
    gidc_wait_tail,
)
from hubcalc.queueing.near_constant_service import (
    MOST_NEAR_CONSTANT_SCV,
    NearConstantQuantity,
    most_service_phases,
    near_constant_expected_error,
    near_constant_wait_mean_hours,
    near_constant_wait_probability,
    near_constant_wait_quantile_hours,
)
from hubcalc.readings import Flags

MOST_SERVERS = 1_000
MOST_TURNS = 1_000
"""Most phases of the gaps times servers: more take seconds near saturation."""


def _mdc(case: Case) -> Given:
    given = (case.arrivals, case.service, case.servers)

    def spread() -> Column:
        return deviation(queueing.mdc_wait_mean_hours(*given), queueing.mdc_wait_second_moment_hours2(*given))

    return {
        MEAN: partial(queueing.mdc_wait_mean_hours, *given),
        "wait_probability": partial(mdc_wait_probability, *given),
        "wait_sd_hours": spread,
        **law_of_wait(case, partial(mdc_wait_quantile_hours, *given), partial(mdc_wait_tail, *given)),
    }


def _mdc_milliseconds(case: Case, metric: str) -> Column:
    """Give the time of a search for a quantile, which is long at many servers near saturation."""
    searched = (metric in QUANTILES) & (case.utilization > _NEAR_SATURATION) & (case.servers > _SEVERAL)
    return np.asarray(1.0 + np.where(searched, 4.0, 0.02) * case.servers)


_NEAR_SATURATION, _SEVERAL = 0.99, 100.0


def _gidc(case: Case) -> Given:
    given = (case.arrivals, case.arrival_scv, case.service, case.servers)
    return {
        MEAN: partial(gidc_wait_mean_hours, *given),
        "wait_probability": partial(gidc_wait_probability, *given),
        **law_of_wait(case, partial(gidc_wait_quantile_hours, *given), partial(gidc_wait_tail, *given)),
    }


def _few_turns(case: Case) -> Flags:
    """Tell where the phases of as many gaps as there are servers are few."""
    return np.asarray(_turns(case) <= MOST_TURNS)


def _turns(case: Case) -> Column:
    return np.asarray(np.where(case.arrival_scv == 0.0, 1.0, phases(case.arrival_scv)) * case.servers)


def _milliseconds_of_turns(case: Case, _: str) -> Column:
    return np.asarray(1.0 + 1.2e-3 * _turns(case) ** 2)


def _near(case: Case) -> Given:
    given = (case.arrivals, case.arrival_scv, case.service, case.service_scv, case.servers)
    return {
        MEAN: partial(near_constant_wait_mean_hours, *given),
        "wait_probability": partial(near_constant_wait_probability, *given),
        **law_of_wait(case, partial(near_constant_wait_quantile_hours, *given)),
    }


def _nearly(case: Case) -> Flags:
    """Tell where service varies a little, and phase types are no better: they are too many, or their law a guess."""
    little = (case.service_scv > 0.0) & (case.service_scv <= MOST_NEAR_CONSTANT_SCV)
    return np.asarray(little & (~case.service_law_known | (states(case) > MOST_STATES)))


def _neighbors(case: Case) -> Flags:
    """Tell where Erlang service of two phases, from which it is interpolated, can be solved."""
    arrival = phases(case.arrival_scv)
    possible = np.isfinite(arrival) & (case.servers <= MOST_STATES) & (case.servers == np.floor(case.servers))
    blocks = phase_states(np.where(possible, arrival, 1.0), 2, np.where(possible, case.servers, 1.0))
    return np.asarray(possible & (blocks <= MOST_STATES))


def _near_milliseconds(case: Case, _: str) -> Column:
    """Give the time of both ends, twice: no two metrics share a solution."""
    arrival, most = phases(case.arrival_scv), most_service_phases(case.arrival_scv, case.servers)
    ends = (phase_milliseconds(case, arrival, most - fewer) for fewer in (0.0, 1.0))
    return np.asarray(2.0 * sum(ends))


_QUANTITIES: dict[str, NearConstantQuantity] = {
    MEAN: "mean",
    "wait_probability": "probability",
    "wait_p90_hours": "p90",
    "wait_p95_hours": "p95",
}


def _near_error(case: Case, metric: str) -> Column:
    """Look up the error, which covers the law of service; and add what a law of the gaps that is not known may do."""
    if metric not in _QUANTITIES:
        return np.full(case.size, np.nan)
    found = near_constant_expected_error(
        _QUANTITIES[metric], case.arrival_scv, case.service_scv, case.servers, case.utilization
    )
    error = np.where(found.out_of_range, np.nan, found.percentile_95)
    unknown = law_error(case) if metric == MEAN else np.full(case.size, np.nan)
    return error + np.where(case.arrival_law_known, 0.0, unknown)


CONSTANT_SERVICE_METHODS = (
    Method(
        name="md_c",
        title="M/D/c (Crommelin)",
        needs=(POISSON, CONSTANT, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(MEAN, *LAW),
        evaluate=_mdc,
        reference="C. D. Crommelin (1932), Delay probability formulae when the holding times are constant, Post Office "
        "Electrical Engineers Journal 25, 41-50",
        milliseconds=_mdc_milliseconds,
    ),
    Method(
        name="gi_d_c",
        title="GI/D/c (servers in turn)",
        needs=(
            CONSTANT,
            WHOLE_SERVERS,
            Need(f"at most {MOST_TURNS} phases of the gaps times servers", _few_turns),
        ),
        gives=(MEAN, "wait_probability", *TIMES),
        evaluate=_gidc,
        reference="V. B. Iversen (1983), Decomposition of an M/D/rk queue with FIFO into k E_k/D/r queues with FIFO, "
        "Operations Research Letters 2(1), 20-21, doi:10.1016/0167-6377(83)90057-5",
        error=unless_known("arrival_law_known"),
        caveat="exact for gaps of the phase-type law fitted to two moments",
        milliseconds=_milliseconds_of_turns,
        numerical=True,
    ),
    Method(
        name="near_constant",
        title="GI/G/c of nearly constant service (between GI/D/c and Erlang service)",
        needs=(
            WHOLE_SERVERS,
            Need(f"a service scv up to {MOST_NEAR_CONSTANT_SCV:g} that phase types do not cover", _nearly),
            Need(f"Erlang service of two phases in blocks of at most {MOST_STATES} states", _neighbors),
        ),
        gives=(MEAN, "wait_probability", *QUANTILES),
        evaluate=_near,
        reference="V. B. Iversen (1983), doi:10.1016/0167-6377(83)90057-5, and S. Asmussen, J. R. Moller (2001), "
        "doi:10.1023/A:1011083915877, for the ends of the interpolation",
        error=_near_error,
        caveat="interpolated between constant and Erlang service; the error was measured by simulation",
        milliseconds=_near_milliseconds,
        numerical=True,
    ),
)
