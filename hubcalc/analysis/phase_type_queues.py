"""Rungs that are solved numerically: PH/PH/c, GI/D/c, and the interpolation between them for nearly constant service.

Exact for the laws that are fitted to two moments, which are Erlang, mixtures of two Erlang laws, exponential and
hyperexponential. What gamma and lognormal laws of the same moments do besides is measured by
benchmarks/phase_type_law_error.py.
"""

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Flags, Moments
from hubcalc.queueing.gi_dc import gidc_wait_mean_hours
from hubcalc.queueing.measured_errors import error_table
from hubcalc.queueing.near_constant_service import near_constant_wait_mean_hours
from hubcalc.queueing.phase_type_fits import LEAST_SCV

MOST_STATES = 100
"""Most states of a level here: larger ones take a tenth of a second and more, and a search solves some dozen queues."""
MOST_SERVERS = 64
MOST_SCV = 100.0
MOST_UTILIZATION = 1 - 1e-9
"""Nearer to saturation rounding counts, and the approximations are exact in the limit."""
NEARLY_CONSTANT = 0.2
"""Below this service scv the interpolation is taken: its error is measured there, and phases are many."""
_MOST_COUNTED = 2_000  # phases of the interval times servers
_LEAST_PHASES = 2  # of Erlang service, that the interpolation needs


def can_solve(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Flags:
    """Say where PH/PH/c can be solved quickly."""
    inside = _calm(rate, scv, hours, servers) & (service_scv >= LEAST_SCV) & (service_scv <= MOST_SCV)
    return inside & _few_states(scv, _phases(service_scv), servers)


def can_interpolate(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Flags:
    """Say where service is nearly constant, and Erlang service of a few phases can be solved quickly."""
    inside = _calm(rate, scv, hours, servers) & (service_scv <= NEARLY_CONSTANT)
    return inside & _few_states(scv, np.full_like(servers, _LEAST_PHASES), servers)


def can_count(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Flags:
    """Say where service is constant, and GI/D/c can be solved quickly."""
    constant: Flags = (service_scv == 0) & (_phases(scv) * servers <= _MOST_COUNTED)
    return constant & _calm(rate, scv, hours, servers)


def _calm(rate: Column, scv: Column, hours: Column, servers: Column) -> Flags:
    calm: Flags = (servers <= MOST_SERVERS) & (rate * hours / servers < MOST_UTILIZATION)
    return calm & (scv >= LEAST_SCV) & (scv <= MOST_SCV)


def _phases(scv: Column) -> Column:
    return queueing.two_moment_phases(np.clip(scv, LEAST_SCV, MOST_SCV)).astype(np.float64)


def _few_states(scv: Column, service_phases: Column, servers: Column) -> Flags:
    return queueing.phase_states(_phases(scv), service_phases, np.minimum(servers, MOST_SERVERS)) <= MOST_STATES


# Each takes rate, arrival scv, service hours, service scv and servers as columns of one length.


def ph_ph_c(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column, *_: Column) -> Moments:
    """Solve PH/PH/c, together where numbers of phases and servers are the same."""
    together = np.broadcast_arrays(rate, scv, hours, service_scv, servers)
    rate, scv, hours, service_scv, servers = (np.ravel(column) for column in together)
    kinds = np.stack([_phases(scv), _phases(service_scv), servers])
    found, kind_of = np.unique(kinds, axis=1, return_inverse=True)
    first, second = np.zeros((2, rate.size))
    for kind, channels in enumerate(found[2]):
        rows = np.flatnonzero(kind_of.ravel() == kind)
        arrival = queueing.fit_two_moments(1 / rate[rows], scv[rows])
        service = queueing.fit_two_moments(hours[rows], service_scv[rows])
        solved = queueing.solve_ph_ph_c(arrival, service, int(channels))
        first[rows], second[rows] = solved.wait_mean_hours, solved.wait_second_moment_hours2
    shape = together[0].shape
    return Moments(first.reshape(shape), second.reshape(shape))


def gi_d_c(rate: Column, scv: Column, hours: Column, _: Column, servers: Column, *__: Column) -> Moments:
    """Solve GI/D/c for its mean; the second moment has the ratio of M/D/c."""
    return _as_of_mdc(gidc_wait_mean_hours(rate, scv, hours, servers), rate, hours, servers)


def nearly_constant(
    rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column, *_: Column
) -> Moments:
    """Interpolate between GI/D/c and Erlang service; the second moment has the ratio of M/D/c."""
    mean = near_constant_wait_mean_hours(rate, scv, hours, service_scv, servers, most_states=MOST_STATES)
    return _as_of_mdc(mean, rate, hours, servers)


def _as_of_mdc(mean: Column, rate: Column, hours: Column, servers: Column) -> Moments:
    first = queueing.mdc_wait_mean_hours(rate, hours, servers)
    second = queueing.mdc_wait_second_moment_hours2(rate, hours, servers)
    some = first > 0
    return Moments(mean, second * np.where(some, mean / np.where(some, first, 1.0), 0.0) ** 2)


def law_error(
    method: str,
    scv: Column,
    service_scv: Column,
    servers: Column,
    utilization: Column,
) -> Column:
    """Give the relative error of 19 in 20 cases with gamma and lognormal laws; NaN where unmeasured, or 1 and more."""
    found = error_table("phase_type_law_errors").look_up(method, scv, service_scv, servers, utilization)
    return np.where(found.out_of_range | (found.percentile_95 >= 1), np.nan, found.percentile_95)
