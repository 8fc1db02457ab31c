"""GI/G/c with service of nearly constant length: between GI/D/c and phase-type service, both exact.

A service scv below 0.25, as trains have, needs many phases, and the blocks of PH/PH/c explode. The wait at an scv x is
taken from three exact waits: at 0, and at the two least scvs 1/m of Erlang service that can be solved.
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import (
    FloatArray,
    between,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
    whole_at_least_one,
)
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.queueing.gi_dc import gidc_wait_mean_hours, gidc_wait_probability, gidc_wait_quantile_hours
from hubcalc.queueing.measured_errors import MeasuredError, error_table
from hubcalc.queueing.ph_ph_c_moments import (
    phphc_wait_mean_hours,
    phphc_wait_probability,
    phphc_wait_quantile_hours,
)
from hubcalc.queueing.phase_states import MOST_STATES, phase_states
from hubcalc.queueing.phase_type_fits import LEAST_SCV, MOST_SCV, two_moment_phases

NearConstantQuantity = Literal["mean", "probability", "p90", "p95"]
NEAR_CONSTANT_QUANTITIES = frozenset(get_args(NearConstantQuantity))
MOST_NEAR_CONSTANT_SCV = 0.25
"""Greatest service scv of the interpolation; above, Erlang service of two or three phases is near enough to solve."""
_SERVICE_PHASES = (4, 3, 2)
_BEND, _SECOND = 0.4, 1.5  # chosen on one half of the cases of benchmarks/near_constant_error.py


def near_constant_wait_mean_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    *,
    most_states: int = MOST_STATES,
) -> FloatArray:
    r"""Compute the mean wait in queue of GI/G/c for a service scv from 0 to 0.25, by interpolation in the service scv.

    Exact for constant service, and for Erlang service where its phases are few enough; between,
    `near_constant_expected_error` has the errors measured.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01; its law is that of
        `fit_two_moments`. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0 to 0.25. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    most_states : int, optional
        Most states of a level of the phase-type queues that are solved. [states]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If not even Erlang service of two phases has blocks of at most `most_states` states.

    Notes
    -----
    With :math:`x = c_s^2`, and A and B such that the waits at x = 1/m and 1/(m - 1) are met, m = 4, 3 or 2 the most
    phases that can be solved,

    .. math:: E[W] = E[W_{GI/D/c}] + A\, x^\gamma + B\, x^{3/2}, \quad
              \gamma = 1 - 0.4 \left(1 - \frac{1}{c^2}\right) \sqrt{\max(1 - c_a^2, 0)}

    held between the waits at x = 0 and 1/m.

    Constant service keeps the servers in turn, and regular arrivals then meet a regular order; a little variability
    undoes it, which is why the wait rises faster than in proportion to the scv. The exponents were fitted to
    simulations.

    Examples
    --------
    Trains at Erlang intervals (scv 1/2) at 4 tracks of utilization 0.85; a service scv of 0.1:

    >>> waits = near_constant_wait_mean_hours(3.4, 0.5, 1.0, [0.0, 0.1, 0.25], 4)
    >>> waits.round(3).tolist()
    [0.249, 0.314, 0.393]
    """
    columns = _checked(arrivals_per_hour, arrival_scv, service_hours, service_scv, servers, np.zeros(()))
    return _interpolated(
        columns,
        np.inf,
        lambda rate, scv, hours, count, _: gidc_wait_mean_hours(rate, scv, hours, count),
        lambda rate, scv, hours, x, count, _: phphc_wait_mean_hours(rate, scv, hours, x, count),
        most_states,
    )


def near_constant_wait_probability(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the probability of a wait in GI/G/c for a service scv from 0 to 0.25, by the same interpolation.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01; its law is that of
        `fit_two_moments`. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0 to 0.25. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Probability of a wait; 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If not even Erlang service of two phases has blocks of at most `MOST_STATES` states.

    Examples
    --------
    >>> near_constant_wait_probability(3.4, 0.5, 1.0, [0.0, 0.1, 0.25], 4).round(3).tolist()
    [0.549, 0.572, 0.589]
    """
    columns = _checked(arrivals_per_hour, arrival_scv, service_hours, service_scv, servers, np.zeros(()))
    return _interpolated(
        columns,
        1.0,
        lambda rate, scv, hours, count, _: gidc_wait_probability(rate, scv, hours, count),
        lambda rate, scv, hours, x, count, _: phphc_wait_probability(rate, scv, hours, x, count),
    )


def near_constant_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Compute a quantile of the wait in GI/G/c for a service scv from 0 to 0.25, by the same interpolation.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals, from 0.01; its law is that of
        `fit_two_moments`. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0 to 0.25. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability; inf where utilization is 1 or more and `probability` > 0. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If not even Erlang service of two phases has blocks of at most `MOST_STATES` states.

    Examples
    --------
    >>> near_constant_wait_quantile_hours(3.4, 0.5, 1.0, [0.0, 0.1, 0.25], 4, 0.95).round(3).tolist()
    [1.015, 1.263, 1.581]
    """
    share = probability_below_one("probability", probability)
    columns = _checked(arrivals_per_hour, arrival_scv, service_hours, service_scv, servers, share)
    waits = _interpolated(columns, np.inf, gidc_wait_quantile_hours, phphc_wait_quantile_hours)
    return np.where(columns[5] > 0.0, waits, 0.0)


def _checked(
    arrivals_per_hour: ArrayLike,
    arrival_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    extra: FloatArray,
) -> tuple[FloatArray, ...]:
    """Return the checked columns with one shape."""
    return broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=between("arrival_scv", arrival_scv, LEAST_SCV, MOST_SCV),
        service_hours=positive("service_hours", service_hours),
        service_scv=between("service_scv", service_scv, 0.0, MOST_NEAR_CONSTANT_SCV),
        servers=whole_at_least_one("servers", servers),
        extra=extra,
    )


def _interpolated(
    columns: tuple[FloatArray, ...],
    unstable: float,
    at_zero: Callable[..., FloatArray],
    at_phases: Callable[..., FloatArray],
    most_states: int = MOST_STATES,
) -> FloatArray:
    """Return A x^bend + B x^(3/2) more than the value for constant service, through two values for Erlang service."""
    arrivals, _, service, _, count, _ = columns
    result = np.where(arrivals * service < count, 0.0, unstable)
    rows = (arrivals * service < count) & (arrivals > 0.0)
    if rows.any():
        rate, interval_scv, hours, x, channels, extra = (column[rows] for column in columns)
        phases = most_service_phases(interval_scv, channels, most_states)
        few, more = 1.0 / phases, 1.0 / (phases - 1.0)
        constant = at_zero(rate, interval_scv, hours, channels, extra)
        rise = at_phases(rate, interval_scv, hours, few, channels, extra) - constant
        further = at_phases(rate, interval_scv, hours, more, channels, extra) - constant
        bend = 1.0 - _BEND * (1.0 - channels**-2.0) * np.sqrt(np.maximum(1.0 - interval_scv, 0.0))
        first, second = rise / few**bend, further / more**bend  # both A + B x^(3/2 - bend)
        power = _SECOND - bend
        slope = (second - first) / (more**power - few**power)
        added = x**bend * (first + slope * (x**power - few**power))
        # in light traffic, where hardly anybody waits, the curve may leave the range between its ends
        result[rows] = constant + np.clip(added, np.minimum(rise, 0.0), np.maximum(rise, 0.0))
    return result


def most_service_phases(arrival_scv: FloatArray, servers: FloatArray, most_states: int = MOST_STATES) -> FloatArray:
    """Return the most phases, 4, 3 or 2, of Erlang service that can be solved; refuse where none can."""
    arrival_phases = two_moment_phases(arrival_scv)
    result: NDArray[np.int64] = np.zeros(arrival_scv.shape, dtype=np.int64)
    for phases in _SERVICE_PHASES:
        fits = phase_states(arrival_phases, phases, servers) <= most_states
        result = np.where((result == 0) & fits, phases, result)
    if (result == 0).any():
        given = float(servers[result == 0].flat[0])
        message = f"{given:g} servers and intervals of {arrival_phases[result == 0].flat[0]} phases make large blocks"
        problem = Problem(message, parameter="servers", given=given, allowed=f"up to {most_states} states")
        raise RefusedError.of(problem)
    return result.astype(np.float64)


def near_constant_expected_error(
    quantity: NearConstantQuantity,
    arrival_scv: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    utilization: ArrayLike,
) -> MeasuredError:
    """Look up the error to expect from `near_constant_wait_mean_hours` and its like.

    Measured against simulations with gamma and with shifted lognormal service times, so that it covers what the law of
    service does besides its two moments. The second of the errors is the largest measured in the region, where
    95 of 100 cases that had not been measured before stayed within it. For quantiles, where they are at least a tenth
    of the service time.

    Parameters
    ----------
    quantity : {"mean", "probability", "p90", "p95"}
        Mean wait, probability of a wait, or quantile of the wait.
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals. [1]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    utilization : array_like
        Offered load per server. [1]

    Returns
    -------
    MeasuredError
        Columns of the broadcast shape; errors of 0 for constant service, where the values are exact.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the quantity is unknown.

    Examples
    --------
    >>> error = near_constant_expected_error("mean", 1.0, 0.05, 4, 0.8)
    >>> bool(error.percentile_95 < 0.03), bool(error.out_of_range)
    (True, False)
    """
    if quantity not in NEAR_CONSTANT_QUANTITIES:
        allowed = ", ".join(sorted(NEAR_CONSTANT_QUANTITIES))
        raise ArgumentError.of(Problem("is unknown", parameter="quantity", given=quantity, allowed=allowed))
    arrival, service, count, rho = broadcast(
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        utilization=non_negative("utilization", utilization),
    )
    error = error_table("near_constant_errors").look_up(quantity, arrival, service, count, rho)
    exact = service == 0.0
    typical, largest = (np.where(exact, 0.0, each) for each in (error.typical, error.percentile_95))
    return MeasuredError(typical, largest, np.asarray(error.out_of_range & ~exact))
