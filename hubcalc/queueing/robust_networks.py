"""Open networks of single servers with Markovian routing, by indices of dispersion: the robust network analyzer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.queueing._network import checked_routing, flows, station_columns
from hubcalc.queueing._robust_network import Stations, long_run, view, workload_hours
from hubcalc.queueing.ggc_errors import ExpectedError

MOST_EXTERNAL_SCV = 4.0
"""Greatest scv of an external stream in the networks in which errors were measured."""
LEAST_WAITING = 0.2
"""Least mean number waiting at the stations in which errors were measured: of less, relative errors say nothing."""
UTILIZATION_BANDS = (0.4, 0.6, 0.75)
"""Least utilization of each band in which errors were measured; the last one ends at 0.9."""
MEASURED_ERRORS = {
    False: ((0.084, 0.3), (0.05, 0.381), (0.052, 0.304)),
    True: ((0.064, 0.596), (0.06, 0.46), (0.046, 0.644)),
}
"""Median and greatest absolute relative error of a station's wait by band, without and with flows that return: what
benchmarks/network_error.py measured."""


@dataclass(frozen=True, slots=True, eq=False)
class RobustNetwork:
    """Columns of open networks: stations along the last axis, scenarios before it.

    Attributes
    ----------
    arrivals_per_hour : ndarray
        What arrives at each station, from outside and from the others. [1/h]
    throughput_per_hour : ndarray
        What each station passes on: at most its capacity. [1/h]
    utilization : ndarray
        Offered load; 1 or more where a station is overloaded. [1]
    arrival_dispersion : ndarray
        Variance over mean of the number of arrivals in a long time, other than those that come back before they have
        met a busier station; 1 where nothing comes and where the station is overloaded. [1]
    return_probability : ndarray
        Probability that an item that leaves a station comes back before it has met a busier one. [1]
    workload_hours : ndarray
        Mean work that waits or is under way at a station; inf where it is overloaded. [h]
    wait_mean_hours : ndarray
        Mean wait per visit; inf where the station is overloaded. [h]
    number_mean : ndarray
        Mean number at the station, waiting and in service; inf where it is overloaded. [1]
    sojourn_mean_hours : ndarray
        Mean time from entering the network to leaving it, without the axis of stations; inf where any station is
        overloaded, 0 where nothing comes. [h]
    visit_mean_hours : ndarray
        Mean time at a station per visit, waiting and in service. [h]
    """

    arrivals_per_hour: FloatArray
    throughput_per_hour: FloatArray
    utilization: FloatArray
    arrival_dispersion: FloatArray
    return_probability: FloatArray
    workload_hours: FloatArray
    wait_mean_hours: FloatArray
    number_mean: FloatArray
    sojourn_mean_hours: FloatArray
    visit_mean_hours: FloatArray

    def route_mean_hours(self, route: Sequence[int]) -> FloatArray:
        """Return the mean time of an item that visits these stations, counted from 0, one after the other. [h].

        >>> network = solve_robust_network([0.5, 0.0], 1.0, 1.0, 1.0, [[0, 1], [0, 0]])
        >>> round(float(network.route_mean_hours([0, 1, 1])), 6)
        6.0
        """
        count = self.visit_mean_hours.shape[-1]
        for station in route:
            if not 0 <= station < count:
                allowed = f"stations from 0 to {count - 1}"
                raise ArgumentError.of(Problem("is unknown", parameter="route", given=station, allowed=allowed))
        return np.asarray(self.visit_mean_hours[..., list(route)].sum(axis=-1))


def solve_robust_network(
    external_per_hour: ArrayLike,
    external_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    routing: ArrayLike,
    servers: ArrayLike = 1,
) -> RobustNetwork:
    r"""Solve an open network of single servers approximately, from how the variance of each flow grows over time.

    Whitt and You's robust queueing network analyzer. A lightly loaded queue passes slow ups and downs of its arrivals
    on and smooths out only the quick ones: the index of dispersion of a flow, variance over mean of the count, is kept
    as a function of time, where `solve_open_network` keeps one number.

    Parameters
    ----------
    external_per_hour : array_like
        Rate at which items come to each station from outside, stations along the last axis. [1/h]
    external_scv : array_like
        Squared coefficient of variation of the independent intervals in these streams. [1]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    routing : array_like
        Share of what leaves a station (row) that goes to each station (column); the rest leaves the network. [1]
    servers : array_like, optional
        Number of servers: 1, the only one that the method knows. [1]

    Returns
    -------
    RobustNetwork
        Flows, waits and numbers by station, and the time in the network.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, a row of `routing` sums to more than 1, or there is a station from which
        nobody ever leaves the network.
    RefusedError
        If a station has more than one server.

    Notes
    -----
    The mean work at a station is that of the worst arrivals within :math:`\sqrt 2` standard deviations, at utilization
    rho, mean service time s and index of dispersion I:

    .. math:: Z = \sup_x \big\{-(1 - \rho) x + \sqrt{2 \rho s x (I_a(x) + c_s^2)}\big\}, \quad
              E[W] = \max\big(0, Z / \rho - s (1 + c_s^2) / 2\big)

    What leaves it turns from service into arrivals as time grows, with w the weight of reflected Brownian motion:

    .. math:: I_d(t) = w(\tau) I_a(t) + (1 - w(\tau)) I_s(\rho t), \quad
              \tau = \frac{(1 - \rho)^2 \lambda t}{\rho^2 (I_a(\infty) + c_s^2)}

    Splitting and merging are linear; their covariances in the long run, which are exact, build up with the weights of
    the stations. What comes back to a station before it has met a busier one is served at once instead. An overloaded
    station passes on its capacity.

    Exact for M/G/1, for feed-forward networks with Poisson arrivals and exponential service, and for Jackson networks.
    Errors elsewhere: `expected_robust_error`. The tandem of nine queues with arrivals of scv 8: 13 % high at the last
    one, the busiest, where `solve_open_network` is 69 % low; up to 47 % low at the eight before it, 1 % low in all.

    Examples
    --------
    Bursty arrivals at a quick station before a slow one; the exact wait at the second, for hyperexponential intervals
    of balanced means, is 12.09.

    >>> network = solve_robust_network([1.0, 0.0], 2.0, [0.3, 0.9], 1.0, [[0, 1], [0, 0]])
    >>> network.wait_mean_hours.round(2)
    array([ 0.14, 12.53])

    References
    ----------
    .. [1] W. Whitt, W. You (2022), "A robust queueing network analyzer based on indices of dispersion", Naval Research
       Logistics 69(1), 36-56, doi:10.1002/nav.22010.
    .. [2] W. Whitt, W. You (2018), "Using robust queueing to expose the impact of dependence in single-server queues",
       Operations Research 66(1), 184-199, doi:10.1287/opre.2017.1649.
    .. [3] W. Whitt, W. You (2019), "The advantage of indices of dispersion in queueing approximations", Operations
       Research Letters 47(2), 99-104.
    """
    given = station_columns(
        external_per_hour=non_negative("external_per_hour", external_per_hour),
        external_scv=non_negative("external_scv", external_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
    )
    if np.any(given[4] > 1.0):
        message = "the method knows stations of one server only"
        raise RefusedError.of(Problem(message, parameter="servers", allowed="1", hint="use solve_open_network"))
    shares = checked_routing(routing, given[0].shape[-1])
    external, outer_scv, service, scv, _ = station_columns(
        external_per_hour=given[0],
        external_scv=given[1],
        service_hours=given[2],
        service_scv=given[3],
        routing=shares[..., 0],
    )
    arrivals = flows(external, shares, 1.0 / service)
    shape, count = external.shape, external.shape[-1]
    stations = Stations(
        external=external.reshape(-1, count),
        external_scv=outer_scv.reshape(-1, count),
        service=service.reshape(-1, count),
        service_scv=scv.reshape(-1, count),
        routing=np.broadcast_to(shares, (*shape, count)).reshape(-1, count, count),
        arrivals=arrivals.reshape(-1, count),
        utilization=(arrivals * service).reshape(-1, count),
    )
    seats = [_at_station(stations, seat) for seat in range(count)]
    wait, work, spread, returning = (np.stack(each, axis=-1).reshape(shape) for each in zip(*seats, strict=True))
    throughput = np.minimum(arrivals, 1.0 / service)
    number = throughput * (wait + service)
    total = external.sum(axis=-1)
    return RobustNetwork(
        arrivals_per_hour=arrivals,
        throughput_per_hour=throughput,
        utilization=arrivals * service,
        arrival_dispersion=spread,
        return_probability=returning,
        workload_hours=work,
        wait_mean_hours=wait,
        number_mean=number,
        sojourn_mean_hours=np.asarray(number.sum(axis=-1) / np.where(total > 0.0, total, 1.0)),
        visit_mean_hours=wait + service,
    )


def _at_station(stations: Stations, seat: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return wait, work, long-run dispersion of arrivals and probability of an early return at one station."""
    seen = view(stations, seat)
    limits = long_run(stations, seen)
    found = workload_hours(stations, seen, limits, seat)
    load = stations.utilization[:, seat]
    busy = (load > 0.0) & (load < 1.0)
    residual = seen.service[:, seat] * (1.0 + seen.service_scv[:, seat]) / 2.0
    # Brumelle: mean work is rho E[W] + rho s (1 + c_s^2) / 2, what waits and the rest of what is under way
    wait = np.maximum(found / np.where(busy, load, 1.0) - residual, 0.0) * (1.0 - seen.returning)
    spread = np.where(busy, limits.arrival_scv[:, seat], 1.0)
    work = np.where(load < 1.0, np.where(busy, found, 0.0), np.inf)
    return np.where(load < 1.0, np.where(busy, wait, 0.0), np.inf), work, spread, seen.returning


def expected_robust_error(
    utilization: ArrayLike, waiting_mean: ArrayLike, loops: ArrayLike, external_scv: ArrayLike = 1.0
) -> ExpectedError:
    """Look up the error to expect from the wait at a station of `solve_robust_network`.

    Parameters
    ----------
    utilization : array_like
        Offered load of the station. [1]
    waiting_mean : array_like
        Mean number that waits there: throughput times wait. [1]
    loops : array_like of bool
        Whether there are flows in the network that can come back to where they were. [1]
    external_scv : array_like, optional
        Greatest squared coefficient of variation of the intervals in the external streams. [1]

    Returns
    -------
    ExpectedError
        Columns of the broadcast shape; errors of 1 out of the range that was measured.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(expected_robust_error(0.8, 2.5, loops=False).largest)
    0.304
    """
    rho, waiting, back, scv = broadcast(
        utilization=non_negative("utilization", utilization),
        waiting_mean=non_negative("waiting_mean", waiting_mean),
        loops=np.asarray(loops, dtype=np.float64),
        external_scv=non_negative("external_scv", external_scv),
    )
    band = np.searchsorted(UTILIZATION_BANDS, rho, side="right") - 1
    out = (band < 0) | (rho > 0.9) | (scv > MOST_EXTERNAL_SCV) | (waiting < LEAST_WAITING)
    table = np.array([MEASURED_ERRORS[False], MEASURED_ERRORS[True]])
    found = table[(back > 0.0).astype(int), np.maximum(band, 0)]
    return ExpectedError(np.where(out, 1.0, found[..., 0]), np.where(out, 1.0, found[..., 1]), np.asarray(out))
