"""Open networks of M/M/c stations with Markovian routing (Jackson): exact, also beside overloaded stations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.queueing._network import checked_routing, flows, server_counts, station_columns
from hubcalc.queueing.markovian import mmc_wait_mean_hours, mmc_wait_probability


@dataclass(frozen=True, slots=True, eq=False)
class JacksonNetwork:
    """Columns of solved open networks: stations along the last axis, scenarios before it.

    Attributes
    ----------
    arrivals_per_hour : ndarray
        What arrives at each station, from outside and from the others. [1/h]
    throughput_per_hour : ndarray
        What each station passes on: at most its capacity. [1/h]
    utilization : ndarray
        Offered load per server; 1 or more where a station is overloaded, 0 where it is a delay. [1]
    wait_probability : ndarray
        Probability that an arrival at the station waits; 1 where it is overloaded. [1]
    wait_mean_hours : ndarray
        Mean wait per visit; inf where the station is overloaded. [h]
    number_mean : ndarray
        Mean number at the station, waiting and in service; inf where it is overloaded. [1]
    visits : ndarray
        Mean number of visits of an item that comes from outside, if nothing is overloaded. [1]
    sojourn_mean_hours : ndarray
        Mean time from entering the network to leaving it, without the axis of stations; inf where any station is
        overloaded, 0 where nothing comes. [h]
    """

    arrivals_per_hour: FloatArray
    throughput_per_hour: FloatArray
    utilization: FloatArray
    wait_probability: FloatArray
    wait_mean_hours: FloatArray
    number_mean: FloatArray
    visits: FloatArray
    sojourn_mean_hours: FloatArray


def traffic_per_hour(external_per_hour: ArrayLike, routing: ArrayLike) -> FloatArray:
    r"""Compute what arrives at each station of an open network without overload.

    Parameters
    ----------
    external_per_hour : array_like
        What comes to each station from outside, stations along the last axis. [1/h]
    routing : array_like
        Share of what leaves a station (row) that goes to each station (column); the rest leaves the network. [1]

    Returns
    -------
    ndarray
        Arrival rate at each station, from outside and from the others. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, a row of `routing` sums to more than 1, or there is a station from which
        nobody ever leaves the network.

    Notes
    -----
    .. math:: \lambda_j = \gamma_j + \sum_i \lambda_i p_{ij}

    Examples
    --------
    Of the trucks at the gate 20 % come back from the yard with wrong papers:

    >>> traffic_per_hour([8.0, 0.0], [[0.0, 1.0], [0.2, 0.0]])
    array([10., 10.])

    References
    ----------
    .. [1] J. R. Jackson (1963), "Jobshop-like queueing systems", Management Science 10(1), 131-142,
       doi:10.1287/mnsc.10.1.131.
    """
    (external,) = station_columns(external_per_hour=non_negative("external_per_hour", external_per_hour))
    shares = checked_routing(routing, external.shape[-1])
    (external, _) = station_columns(external_per_hour=external, routing=shares[..., 0])
    return flows(external, shares, np.full(external.shape[-1], np.inf))


def solve_jackson(
    external_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, routing: ArrayLike
) -> JacksonNetwork:
    r"""Solve an open network of M/M/c stations; one that is overloaded passes on its capacity.

    Parameters
    ----------
    external_per_hour : array_like
        Poisson rate at which items come to each station from outside, stations along the last axis. [1/h]
    service_hours : array_like
        Mean of the exponential service time; of any law where `servers` is inf. [h]
    servers : array_like
        Number of parallel servers, a whole number; inf for a delay at which nobody waits. [1]
    routing : array_like
        Share of what leaves a station (row) that goes to each station (column); the rest leaves the network. [1]

    Returns
    -------
    JacksonNetwork
        Flows, waits and numbers by station, and the time in the network.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, a row of `routing` sums to more than 1, or there is a station from which
        nobody ever leaves the network.

    Notes
    -----
    The stations are independent M/M/c queues at any one time (product form), with the rates of

    .. math:: \lambda_j = \gamma_j + \sum_i \min(\lambda_i, c_i / s_i)\, p_{ij}

    An overloaded station has no steady state, but in the long run it passes on its capacity, and the others tend to the
    product form with these rates [2]_.

    Examples
    --------
    Customs, and a second look for a fifth of the trucks:

    >>> network = solve_jackson([8.0, 0.0], [0.1, 0.25], [1, 1], [[0.0, 0.2], [0.0, 0.0]])
    >>> network.wait_mean_hours.round(6)
    array([0.4     , 0.166667])
    >>> round(float(network.sojourn_mean_hours), 6)
    0.583333

    References
    ----------
    .. [1] J. R. Jackson (1963), "Jobshop-like queueing systems", Management Science 10(1), 131-142,
       doi:10.1287/mnsc.10.1.131.
    .. [2] J. B. Goodman, W. A. Massey (1984), "The non-ergodic Jackson network", Journal of Applied Probability 21(4),
       860-869.
    """
    external, service, count = station_columns(
        external_per_hour=non_negative("external_per_hour", external_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=server_counts("servers", servers),
    )
    shares = checked_routing(routing, external.shape[-1])
    external, service, count, _ = station_columns(
        external_per_hour=external, service_hours=service, servers=count, routing=shares[..., 0]
    )
    arrivals = flows(external, shares, count / service)
    delay = np.isinf(count)
    finite = np.where(delay, 1.0, count)
    offered = np.where(delay, 0.0, arrivals)
    wait = np.where(arrivals < count / service, mmc_wait_mean_hours(offered, service, finite), np.inf)
    throughput = np.minimum(arrivals, count / service)
    number = throughput * (wait + service)
    total = external.sum(axis=-1)
    entering = np.where(total > 0.0, total, 1.0)
    return JacksonNetwork(
        arrivals_per_hour=arrivals,
        throughput_per_hour=throughput,
        utilization=np.where(delay, 0.0, arrivals * service / finite),
        wait_probability=mmc_wait_probability(offered, service, finite),
        wait_mean_hours=wait,
        number_mean=number,
        visits=flows(external, shares, np.full_like(count, np.inf)) / entering[..., None],
        sojourn_mean_hours=np.asarray(number.sum(axis=-1) / entering),
    )
