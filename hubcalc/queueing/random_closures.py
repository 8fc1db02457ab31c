"""Delay by interruptions that come at random and stop all servers at once, whether they are busy or not."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive


def random_closure_delay_hours(
    utilization: ArrayLike, open_hours: ArrayLike, closed_hours: ArrayLike, closed_scv: ArrayLike = 1.0
) -> FloatArray:
    r"""Compute the mean delay of an arrival that random interruptions cause, arrivals going on all the time.

    Parameters
    ----------
    utilization : array_like
        Work that arrives over what can be done in the open time. [1]
    open_hours : array_like
        Mean of the exponential time from the end of an interruption to the next. [h]
    closed_hours : array_like
        Mean length of an interruption. [h]
    closed_scv : array_like, optional
        Squared coefficient of variation of that length. [1]

    Returns
    -------
    ndarray
        Mean delay; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[D] = \frac{(1 - A)\, E[C^2]}{2\, E[C]\, (1 - u)}

    with A the open share of the time and C an interruption. Exact for a fluid: seen in open time alone, each
    interruption drops a lump of arrivals into an M/G/1 queue that drains at the spare capacity. Exact also for what
    interruptions add in M/G/1, besides stretching wait and service by 1 / A: the decomposition of [1]_.

    Examples
    --------
    Storms of a day after ten days of calm, at a port that is busy for half of the calm:

    >>> round(float(random_closure_delay_hours(0.5, 240, 24, 0.0)), 6)
    2.181818

    References
    ----------
    .. [1] B. Avi-Itzhak, P. Naor (1963), "Some queuing problems with the service station subject to breakdown",
       Operations Research 11(3), 303-320, doi:10.1287/opre.11.3.303.
    """
    busy, calm, closed, scv = broadcast(
        utilization=non_negative("utilization", utilization),
        open_hours=positive("open_hours", open_hours),
        closed_hours=non_negative("closed_hours", closed_hours),
        closed_scv=non_negative("closed_scv", closed_scv),
    )
    stable = busy < 1.0
    residual = closed * (1.0 + scv) / 2.0
    delay = closed / (calm + closed) * residual / np.where(stable, 1.0 - busy, 1.0)
    return np.where(stable, delay, np.inf)
