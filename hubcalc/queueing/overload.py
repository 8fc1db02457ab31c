"""What can be said where more arrives than can be served: growth, backlog and its spread, waits, clearing, remedy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive
from hubcalc.queueing.closures import backlog_after_hours, time_to_clear_hours

IntegerArray = NDArray[np.int64]

_DRIFTLESS = 1e-5  # a drift of fewer standard deviations is taken as none
_LEAST_SPREAD = 1e-9  # a motion of a smaller deviation, beside start and drift, is taken as the fluid
_NODES = 64  # of the quadrature of the second moment
_MOST_SERVERS = 2.0**62


@dataclass(frozen=True, slots=True, eq=False)
class Overload:
    """Columns of queues that are looked at after a time instead of in steady state.

    Attributes
    ----------
    effective_servers : ndarray
        Servers that work on average; they need not be whole. [1]
    utilization : ndarray
        Offered load per effective server; inf without servers. [1]
    is_overloaded : ndarray of bool
        Whether utilization is 1 or more: there is no steady state.
    growth_per_hour : ndarray
        What arrives beyond the capacity; 0 where not overloaded. [1/h]
    fluid_backlog : ndarray
        Backlog at the horizon without randomness. [1]
    backlog_mean : ndarray
        Mean backlog at the horizon, of the diffusion; at least that of the fluid. [1]
    backlog_deviation : ndarray
        Standard deviation of that backlog. [1]
    last_wait_hours : ndarray
        Mean wait of who arrives at the horizon: the backlog over the capacity. [h]
    clear_hours : ndarray
        Time from the horizon until the mean backlog is gone at the later arrival rate; inf where it never is. [h]
    fewest_stable_servers : ndarray of int64
        Fewest servers, of the same availability and open share, with a utilization below 1. [1]
    largest_flow_per_hour : ndarray
        Arrival rate at which utilization is 1; any lower one has a steady state. [1/h]
    """

    effective_servers: FloatArray
    utilization: FloatArray
    is_overloaded: NDArray[np.bool_]
    growth_per_hour: FloatArray
    fluid_backlog: FloatArray
    backlog_mean: FloatArray
    backlog_deviation: FloatArray
    last_wait_hours: FloatArray
    clear_hours: FloatArray
    fewest_stable_servers: IntegerArray
    largest_flow_per_hour: FloatArray


def effective_servers(servers: ArrayLike, availability: ArrayLike = 1.0, open_share: ArrayLike = 1.0) -> FloatArray:
    """Compute how many servers work on average.

    Parameters
    ----------
    servers : array_like
        Number of parallel servers; it need not be whole. [1]
    availability : array_like, optional
        Share of the open time in which a server works, above 0 and at most 1. [1]
    open_share : array_like, optional
        Share of the time in which the stage is open, above 0 and at most 1. [1]

    Returns
    -------
    ndarray
        Their product. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Three cranes, each down for a tenth of the time, in two shifts of three:

    >>> round(float(effective_servers(3, 0.9, 2 / 3)), 9)
    1.8
    """
    count, working, opened = broadcast(
        servers=non_negative("servers", servers),
        availability=_share("availability", availability),
        open_share=_share("open_share", open_share),
    )
    return np.asarray(count * working * opened)


def _share(name: str, value: ArrayLike) -> FloatArray:
    return positive(name, between(name, value, 0.0, 1.0))


def solve_overload(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    horizon_hours: ArrayLike,
    availability: ArrayLike = 1.0,
    open_share: ArrayLike = 1.0,
    arrival_scv: ArrayLike = 1.0,
    service_scv: ArrayLike = 1.0,
    initial_backlog: ArrayLike = 0.0,
    later_arrivals_per_hour: ArrayLike = 0.0,
) -> Overload:
    r"""Compute what becomes of a queue by a horizon, whether or not it has a steady state.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate up to the horizon. [1/h]
    service_hours : array_like
        Mean service time. [h]
    servers : array_like
        Number of parallel servers; it need not be whole. [1]
    horizon_hours : array_like
        Time to look ahead. [h]
    availability : array_like, optional
        Share of the open time in which a server works, above 0 and at most 1. [1]
    open_share : array_like, optional
        Share of the time in which the stage is open, above 0 and at most 1. [1]
    arrival_scv : array_like, optional
        Squared coefficient of variation of the intervals between arrivals. [1]
    service_scv : array_like, optional
        Squared coefficient of variation of the service time. [1]
    initial_backlog : array_like, optional
        Backlog at the start. [1]
    later_arrivals_per_hour : array_like, optional
        Arrival rate after the horizon, at which the backlog is to clear. [1/h]

    Returns
    -------
    Overload
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The backlog is a Brownian motion with drift :math:`\theta = \lambda - c / s` and variance
    :math:`\sigma^2 = \lambda c_a^2 + (c/s) c_s^2` an hour that is reflected at 0 [1]_: a good approximation wherever
    servers are busy nearly all the time, that is from a utilization of about 0.9 on, or while a backlog lasts. Far into
    overload the mean is that of the fluid and the deviation :math:`\sigma \sqrt t`; at utilization 1 the mean is
    :math:`\sigma \sqrt{2 t / \pi}`, where the fluid has none. That breakdowns and openings come in spells is left
    out of the deviation.

    Examples
    --------
    Sixty trucks an hour at two lanes of three minutes, for a day:

    >>> gate = solve_overload(60.0, 0.05, 2, 24.0, later_arrivals_per_hour=20.0)
    >>> round(float(gate.backlog_mean)), round(float(gate.backlog_deviation)), int(gate.fewest_stable_servers)
    (482, 49, 4)
    >>> round(float(gate.last_wait_hours), 2), round(float(gate.clear_hours), 2)
    (12.06, 24.12)

    References
    ----------
    .. [1] J. M. Harrison (1985), Brownian Motion and Stochastic Flow Systems, Wiley, chapters 1 and 3.
    .. [2] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    working = _share("availability", availability)
    opened = _share("open_share", open_share)
    arrivals, service, count, each, time, interval_scv, scv, initial, later = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=effective_servers(servers, working, opened),
        availability=np.asarray(np.multiply(*broadcast(availability=working, open_share=opened))),
        horizon_hours=non_negative("horizon_hours", horizon_hours),
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_scv=non_negative("service_scv", service_scv),
        initial_backlog=non_negative("initial_backlog", initial_backlog),
        later_arrivals_per_hour=non_negative("later_arrivals_per_hour", later_arrivals_per_hour),
    )
    capacity, load = count / service, arrivals * service
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        utilization = np.where(load > 0.0, load / count, 0.0)
    variance = (arrivals * interval_scv + capacity * scv) * time
    fluid = np.asarray(backlog_after_hours(arrivals, capacity, time, initial))
    free = np.sqrt(variance)
    mean, deviation = _reflected(initial, (arrivals - capacity) * time, free)
    mean, deviation = np.where(capacity > 0.0, mean, fluid), np.where(capacity > 0.0, deviation, free)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        last = np.where(mean > 0.0, mean / capacity, 0.0)
    return Overload(
        effective_servers=count,
        utilization=utilization,
        is_overloaded=np.asarray(utilization >= 1.0),
        growth_per_hour=np.asarray(np.maximum(arrivals - capacity, 0.0)),
        fluid_backlog=fluid,
        backlog_mean=mean,
        backlog_deviation=deviation,
        last_wait_hours=last,
        clear_hours=time_to_clear_hours(mean, later, capacity),
        fewest_stable_servers=np.asarray(np.minimum(np.floor(load / each) + 1.0, _MOST_SERVERS).astype(np.int64)),
        largest_flow_per_hour=np.asarray(capacity),
    )


def _reflected(start: FloatArray, drift: FloatArray, spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of a Brownian motion that is reflected at 0, after the whole time.

    `drift` and `spread` are mean and standard deviation of the free motion over that time; counted in spreads below.
    """
    random = spread > _LEAST_SPREAD * (start + np.abs(drift))
    unit = np.where(random, spread, 1.0 + start + np.abs(drift))
    x, d = start / unit, drift / unit
    # what the reflection adds: the mean of (M - x)+, with M the greatest depth of the free motion
    u = x + d
    with np.errstate(under="ignore"):
        first = np.exp(-(u**2) / 2.0) / np.sqrt(2.0 * np.pi) - u * special.ndtr(-u)
    moving = np.abs(d) > _DRIFTLESS
    safe = np.where(moving, d, 1.0)
    second = np.where(moving, (_damped(-2.0 * d * x, d - x) - special.ndtr(-u)) / (2.0 * safe), first)
    mean = np.maximum(u + np.maximum(first + second, 0.0), 0.0)
    # twice the integral of z P(Z > z), over all that is not negligible
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    low, high = np.maximum(u - 9.0, 0.0), np.maximum(u, 0.0) + 9.0
    half = (high - low)[..., None] / 2.0
    z = low[..., None] + half * (nodes + 1.0)
    tail = special.ndtr(u[..., None] - z) + _damped(2.0 * d[..., None] * z, -z - x[..., None] - d[..., None])
    moment = low**2 + 2.0 * (z * tail * weights * half).sum(axis=-1)
    deviation = np.sqrt(np.maximum(moment - mean**2, 0.0))
    deviation = np.where(u < -9.0, mean, deviation)  # in steady state, an exponential law
    still = np.maximum(start + drift, 0.0)
    return np.where(random, mean * unit, still), np.where(random, deviation * unit, 0.0)


def _damped(exponent: FloatArray, argument: FloatArray) -> FloatArray:
    """Return exp(exponent) times the normal distribution function, one of which may be huge and the other tiny."""
    with np.errstate(under="ignore", over="ignore"):
        return np.asarray(np.exp(exponent + special.log_ndtr(argument)))
