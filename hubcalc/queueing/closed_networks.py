"""Closed networks with product form: a fleet, or several, that circulates among stations. Exact.

Stations are M/M/c first come first served with one mean service time for all classes, or processor sharing, or a delay
with any law. What mean value analysis finds, by convolution in logarithms: with several servers the recursion over the
populations loses its digits by cancellation, the convolution does not.
"""

from numpy.typing import ArrayLike

from hubcalc.arguments import non_negative, positive, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._closed_columns import ClosedNetwork, closed_arguments, measured
from hubcalc.queueing._closed_lattice import lattice_size, solve_lattice
from hubcalc.queueing._network import server_counts, station_columns

MOST_POPULATIONS = 3000
"""Most populations, the product of (items + 1) over the classes, that the exact solution takes."""


def solve_closed_classes(
    population: ArrayLike, service_hours: ArrayLike, visits: ArrayLike, servers: ArrayLike
) -> ClosedNetwork:
    r"""Solve a closed network of several classes, exactly.

    Parameters
    ----------
    population : array_like
        Number of items of each class, whole numbers, classes along the last axis. [items]
    service_hours : array_like
        Mean service time, classes and stations along the last axes; at a station first come first served with the same
        mean in all classes, which is not checked because with processor sharing they may differ. [h]
    visits : array_like
        Mean number of visits of each station in a cycle, classes and stations along the last axes. [1]
    servers : array_like
        Number of parallel servers at each station, a whole number; inf for a delay at which nobody waits. [1]

    Returns
    -------
    ClosedNetwork
        Flows and cycle times by class; numbers, waits and utilization by class and station.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the populations are more than `MOST_POPULATIONS`.

    Notes
    -----
    .. math:: P(n) \propto \prod_i \frac{|n_i|!}{\prod_{k=1}^{|n_i|} \min(k, c_i)}
              \prod_r \frac{D_{ir}^{n_{ir}}}{n_{ir}!}

    with the demands :math:`D_{ir}`, visits times service; the sums are Buzen's convolutions [2]_.

    Examples
    --------
    Two tractors of one class and a slow one of another between a crane pair, a yard crane and the road:

    >>> service, visits = [[0.2, 0.4, 1.0], [0.2, 0.6, 2.0]], [[1, 0.6, 0.4], [1, 0.3, 0.7]]
    >>> fleet = solve_closed_classes([2, 1], service, visits, [2, 1, float("inf")])
    >>> fleet.throughput_per_hour.round(4)
    array([2.1135, 0.5242])

    References
    ----------
    .. [1] F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios (1975), "Open, closed, and mixed networks of queues
       with different classes of customers", Journal of the ACM 22(2), 248-260, doi:10.1145/321879.321887.
    .. [2] J. P. Buzen (1973), "Computational algorithms for closed queueing networks with exponential servers",
       Communications of the ACM 16(9), 527-531, doi:10.1145/362342.362345.
    .. [3] M. Reiser, S. S. Lavenberg (1980), "Mean-value analysis of closed multichain queuing networks", Journal of
       the ACM 27(2), 313-322, doi:10.1145/322186.322195.
    """
    items, service, passes, count = closed_arguments(population, service_hours, visits, servers, MOST_POPULATIONS - 1)
    if items.size and lattice_size(items) > MOST_POPULATIONS:
        message = f"{lattice_size(items)} populations are too many for the exact solution"
        hint = "use approximate_closed_classes"
        raise ArgumentError.of(
            Problem(message, parameter="population", allowed=f"at most {MOST_POPULATIONS}", hint=hint)
        )
    classes, stations = passes.shape[-2:]
    flat = solve_lattice(
        items.reshape(-1, classes), (passes * service).reshape(-1, classes, stations), count.reshape(-1, stations)
    )
    flow, number = flat.throughput.reshape(items.shape), flat.number.reshape(passes.shape)
    return measured(items, service, passes, count, flow, number, flat.waiting.reshape(passes.shape))


def solve_closed_network(
    population: ArrayLike, service_hours: ArrayLike, visits: ArrayLike, servers: ArrayLike
) -> ClosedNetwork:
    """Solve a closed network of one class, exactly: a fleet of wagons, locomotives, vessels or trucks.

    Parameters
    ----------
    population : array_like
        Number of items that circulate, a whole number; scenarios in any shape. [items]
    service_hours : array_like
        Mean service time at each station, stations along the last axis, scenarios before it. [h]
    visits : array_like
        Mean number of visits of each station in a cycle, likewise. [1]
    servers : array_like
        Number of parallel servers at each station, likewise, a whole number; inf for a delay at which nobody waits. [1]

    Returns
    -------
    ClosedNetwork
        Flow and cycle time, and by station numbers, waits and utilization.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the population is `MOST_POPULATIONS` or more.

    Examples
    --------
    Fleets of 4 and 8 tractors between two gantry cranes and three yard cranes, times in hours:

    >>> delay = float("inf")
    >>> fleet = solve_closed_network([4, 8], [2.5 / 60, 4 / 60, 3 / 60, 6 / 60], 1, [2, delay, 3, delay])
    >>> fleet.throughput_per_hour.round(4)
    array([15.3801, 29.2396])

    References
    ----------
    .. [1] J. P. Buzen (1973), "Computational algorithms for closed queueing networks with exponential servers",
       Communications of the ACM 16(9), 527-531, doi:10.1145/362342.362345.
    .. [2] M. Reiser, S. S. Lavenberg (1980), "Mean-value analysis of closed multichain queuing networks", Journal of
       the ACM 27(2), 313-322, doi:10.1145/322186.322195.
    """
    service, passes, count = station_columns(
        service_hours=positive("service_hours", service_hours),
        visits=non_negative("visits", visits),
        servers=server_counts("servers", servers),
    )
    items = whole_between("population", population, 0, MOST_POPULATIONS - 1)
    one = solve_closed_classes(items[..., None], service[..., None, :], passes[..., None, :], count)
    return ClosedNetwork(
        throughput_per_hour=one.throughput_per_hour[..., 0],
        cycle_mean_hours=one.cycle_mean_hours[..., 0],
        number_mean=one.number_mean[..., 0, :],
        wait_mean_hours=one.wait_mean_hours[..., 0, :],
        utilization=one.utilization[..., 0, :],
    )
