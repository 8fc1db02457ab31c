"""Closed networks of any size: the approximate mean value analysis of Schweitzer and Bard."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._closed_columns import ClosedNetwork, closed_arguments, measured

_MOST_ITEMS = 10**9
_TOLERANCE = 1e-12
_MOST_STEPS = 20_000


def _fixed_point(items: FloatArray, demand: FloatArray, think: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return flows (column, class) and numbers (column, class, station) at single servers beside delays."""
    circulating = np.where(items > 0.0, items, 1.0)[..., None]
    visited = (demand > 0.0).sum(axis=-1, keepdims=True)
    number = np.where(demand > 0.0, items[..., None] / np.maximum(visited, 1), 0.0)
    for _ in range(_MOST_STEPS):
        sojourn = demand * (1.0 + number.sum(axis=-2, keepdims=True) - number / circulating)
        flow = items / np.where(items > 0.0, think + sojourn.sum(axis=-1), 1.0)
        step = flow[..., None] * sojourn - number
        number = number + step
        if np.all(np.abs(step) <= _TOLERANCE * circulating):
            return flow, number
    message = "the approximate mean value analysis does not converge"
    raise RefusedError.of(Problem(message, parameter="population"))


def approximate_closed_classes(
    population: ArrayLike, service_hours: ArrayLike, visits: ArrayLike, servers: ArrayLike
) -> ClosedNetwork:
    r"""Solve a closed network of several classes approximately, in a time that does not grow with the populations.

    Parameters
    ----------
    population : array_like
        Number of items of each class, whole numbers, classes along the last axis. [items]
    service_hours : array_like
        Mean service time, classes and stations along the last axes. [h]
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
        If an argument is out of its range.
    RefusedError
        If the iteration does not converge.

    Notes
    -----
    An arrival of class r is taken to see the mean numbers of the full population, of its own class :math:`(N_r-1)/N_r`
    of them:

    .. math:: R_{ir} = D_{ir} \left(1 + \sum_s L_{is} - L_{ir} / N_r\right)

    A station of c servers is replaced by one of c times the speed and a delay of :math:`(c - 1) s / c` [3]_.

    Against the exact solution, at random networks of three stations and up to 60 items, flows are within 7 % (mean
    0.7 %) for one class at single servers, 16 % (mean 2 %) for one class at up to four servers, 23 % (mean 3 %) for two
    classes.

    Examples
    --------
    >>> fleet = approximate_closed_classes([3], [[0.605, 2.1, 1.35, 15.0]], 1, [1, 1, 1, float("inf")])
    >>> fleet.number_mean.round(4)
    array([[0.0973, 0.4021, 0.2359, 2.2648]])

    References
    ----------
    .. [1] P. J. Schweitzer (1979), "Approximate analysis of multiclass closed networks of queues", International
       Conference on Stochastic Control and Optimization, Amsterdam.
    .. [2] Y. Bard (1979), "Some extensions to multiclass queueing network analysis", in: Performance of Computer
       Systems, North-Holland, 51-62.
    .. [3] A. Seidmann, P. J. Schweitzer, S. Shalev-Oren (1987), "Computerized closed queueing network models of
       flexible manufacturing systems: a comparative evaluation", Large Scale Systems 12, 91-107.
    """
    items, service, passes, count = closed_arguments(population, service_hours, visits, servers, _MOST_ITEMS)
    demand = passes * service
    parallel = count[..., None, :]
    queued = np.where(np.isinf(parallel), 0.0, demand / parallel)
    flow, at_server = _fixed_point(items, queued, (demand - queued).sum(axis=-1))
    number = at_server + flow[..., None] * (demand - queued)
    waiting = np.maximum(at_server - flow[..., None] * queued, 0.0)
    return measured(items, service, passes, count, flow, number, waiting)
