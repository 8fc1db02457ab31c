"""Occupancy of a yard that trains fill in batches.

References
----------
.. [1] Liu, L., Kashyap, B. R. K. & Templeton, J. G. C. (1990). On the GI^X/G/infinity system. Journal of Applied
       Probability 27(3), 671-683. doi:10.2307/3214550
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import non_negative, probability_below_one


def occupancy_moments(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_pairs: ArrayLike,
    dwell_hours: ArrayLike,
    dwell_scv: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give mean and variance of the units in a yard, an M^X/G/infinity queue.

    The mean is exact: lambda E[X] E[D]. The variance is mean + lambda E[X(X-1)] times the integral of (1 - F)^2 [1]_,
    which is E[D] for a constant dwell and E[D]/2 for an exponential one; between and beyond, E[D]/(1 + scv) is taken.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson arrivals of batches. [1/h]
    batch_mean : array_like
        Mean batch size E[X]. [units]
    batch_pairs : array_like
        Second factorial moment of the batch size, E[X(X-1)]. [units^2]
    dwell_hours : array_like
        Mean dwell of a unit. [h]
    dwell_scv : array_like
        Squared coefficient of variation of the dwell. [1]

    Returns
    -------
    tuple of ndarray
        Mean [units] and variance [units^2], broadcast.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    12 trains a day of 50 boxes that stay two days on average, exponentially:

    >>> mean, variance = occupancy_moments(0.5, 50, 50 * 49, 48, 1)
    >>> round(float(mean)), round(float(variance) ** 0.5, 1)
    (1200, 174.9)
    """
    rate, mean = non_negative("batches_per_hour", batches_per_hour), non_negative("batch_mean", batch_mean)
    pairs, dwell = non_negative("batch_pairs", batch_pairs), non_negative("dwell_hours", dwell_hours)
    scv = non_negative("dwell_scv", dwell_scv)
    occupied = rate * mean * dwell
    return occupied, occupied + rate * pairs * dwell / (1 + scv)


def occupancy_quantile(mean: ArrayLike, variance: ArrayLike, probability: ArrayLike) -> NDArray[np.float64]:
    """Give a quantile of the occupancy, from a gamma law of the same mean and variance.

    Parameters
    ----------
    mean : array_like
        Mean occupancy. [units]
    variance : array_like
        Its variance. [units^2]
    probability : array_like
        Probability of the quantile, between 0 and 1. [1]

    Returns
    -------
    ndarray
        Quantile. [units]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(occupancy_quantile(1200, 174.9**2, 0.95)))
    1501
    """
    from scipy import special  # imported where it is needed: the client never comes here

    mean, variance = non_negative("mean", mean), non_negative("variance", variance)
    safe = np.where(variance > 0, variance, 1.0)
    shape = np.where(variance > 0, mean**2 / safe, 1.0)
    scale = np.where(mean > 0, safe / np.where(mean > 0, mean, 1.0), 0.0)
    quantile = special.gammaincinv(shape, probability_below_one("probability", probability)) * scale
    return np.where(variance > 0, quantile, mean)
