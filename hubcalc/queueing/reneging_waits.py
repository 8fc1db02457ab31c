"""M/M/c+M (Erlang A): the distribution of the time in queue, whether it ends with service or with lost patience."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, probability_below_one
from hubcalc.queueing._inverse import time_where_tail_meets
from hubcalc.queueing._reneging import Reneging, checked


def mmcm_wait_tail(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    patience_hours: ArrayLike,
    hours: ArrayLike,
) -> FloatArray:
    r"""Compute the probability that an arrival at M/M/c+M is in queue longer than a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]
    hours : array_like
        The time to compare with. [h]

    Returns
    -------
    ndarray
        P(time in queue > hours), over all arrivals. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: P(W > t) = e^{-\theta t} \, P(\text{wait}) \, \frac{\gamma(x, y e^{-\theta t})}{\gamma(x, y)},
              \quad x = c \mu / \theta, \quad y = \lambda / \theta

    Examples
    --------
    >>> round(float(mmcm_wait_tail(60, 1 / 20, 3, 1 / 4, 0.1)), 6)
    0.07952

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    time = non_negative("hours", hours)
    columns = checked(arrivals_per_hour, service_hours, servers, patience_hours, hours=time)
    return columns.state.queue_tail(np.broadcast_to(time, columns.patience.shape) / columns.patience)


def mmcm_wait_quantile_hours(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    patience_hours: ArrayLike,
    probability: ArrayLike,
) -> FloatArray:
    """Compute a quantile of the time in queue of M/M/c+M, over all arrivals.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    patience_hours : array_like
        Mean time an item is ready to wait, exponential. [h]
    probability : array_like
        Share of arrivals that wait no longer, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        The least time t with P(time in queue <= t) >= probability. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mmcm_wait_quantile_hours(60, 1 / 20, 3, 1 / 4, 0.95)), 6)
    0.115598

    References
    ----------
    .. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
    .. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications
       to call centers", in Advances in Services Innovations, Springer, 17-45.
    """
    share = probability_below_one("probability", probability)
    columns = checked(arrivals_per_hour, service_hours, servers, patience_hours, probability=share)
    level = np.broadcast_to(1.0 - share, columns.load.shape)

    def tail(time: FloatArray, *given: FloatArray) -> FloatArray:
        return Reneging.solved(*given).queue_tail(time)

    given = (columns.load, columns.servers, columns.patience / columns.service)
    guess = np.ones_like(level)
    return columns.patience * time_where_tail_meets(tail, level, guess, given)
