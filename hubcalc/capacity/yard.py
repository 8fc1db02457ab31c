"""Occupancy of a yard that trains fill in batches.

References
----------
.. [1] Liu, L., Kashyap, B. R. K. & Templeton, J. G. C. (1990). On the GI^X/G/infinity system. Journal of Applied
       Probability 27(3), 671-683. doi:10.2307/3214550
.. [2] Adan, I., van Eenige, M. & Resing, J. (1995). Fitting discrete distributions on the first two moments.
       Probability in the Engineering and Informational Sciences 9(4), 623-632.
.. [3] Abate, J. & Whitt, W. (1992). Numerical inversion of probability generating functions. Operations Research
       Letters 12(4), 245-251. doi:10.1016/0167-6377(92)90050-D
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative, positive, probability_below_one
from hubcalc.capacity._limits import share_above_zero
from hubcalc.capacity._yard_law import CONSTANT, TOLERANCE, Law

LEAST_FITTED_SHAPE = 30.0
"""Squared mean over variance from which on the error of the gamma law has been measured."""
FITTED_ERROR = 1.0
"""Relative error of the gamma law's P50 and P95, times the squared mean over variance: above all that was measured."""
MOST_FITTED_SCV = 1.0
"""Squared coefficient of variation of the batch up to which that holds."""
_HALVINGS = 60


def occupancy_moments(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_pairs: ArrayLike,
    dwell_hours: ArrayLike,
    dwell_scv: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Give mean and variance of the units in a yard, an M^X/G/infinity queue.

    The mean is exact: lambda E[X] E[D]. The variance is mean + lambda E[X(X-1)] times the integral of (1 - F)^2 [1]_,
    that of a gamma law of the dwell: E[D] for a constant dwell and E[D]/2 for an exponential one.

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

    Notes
    -----
    The integral is the mean of the lesser of two dwells, E[D] (1 - G) with Gini's coefficient of the gamma law

    .. math:: G = \frac{\Gamma(k + 1/2)}{\sqrt{\pi}\, \Gamma(k + 1)}, \qquad k = 1 / c_D^2

    Examples
    --------
    12 trains a day of 50 boxes that stay two days on average, exponentially:

    >>> mean, variance = occupancy_moments(0.5, 50, 50 * 49, 48, 1)
    >>> round(float(mean)), round(float(variance) ** 0.5, 1)
    (1200, 174.9)
    """
    from scipy import special  # imported where it is needed: the client never comes here

    rate, mean = non_negative("batches_per_hour", batches_per_hour), non_negative("batch_mean", batch_mean)
    pairs, dwell = non_negative("batch_pairs", batch_pairs), non_negative("dwell_hours", dwell_hours)
    scv = non_negative("dwell_scv", dwell_scv)
    shape = 1.0 / np.where(scv > CONSTANT, scv, 1.0)
    # Gamma(k + 1/2) / Gamma(k + 1) is the Pochhammer symbol (k + 1)_(-1/2)
    gini = np.where(scv > CONSTANT, special.poch(shape + 1.0, -0.5) / np.sqrt(np.pi), 0.0)
    occupied = rate * mean * dwell
    return occupied, occupied + rate * pairs * dwell * (1.0 - gini)


def occupancy_quantile(mean: ArrayLike, variance: ArrayLike, probability: ArrayLike) -> NDArray[np.float64]:
    """Give a quantile of the occupancy, from a gamma law of the same mean and variance.

    `occupancy_law_quantile` is right where few batches fill the yard, too.

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


def occupancy_law_quantile(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    dwell_hours: ArrayLike,
    dwell_scv: ArrayLike,
    probability: ArrayLike,
    stored_share: ArrayLike = 1.0,
) -> tuple[FloatArray, FloatArray]:
    r"""Give a quantile of the units in a yard from the law of M^X/G/infinity, by numerical inversion.

    Units leave independently. Exact for a batch of constant size and a constant or exponential dwell; other dwells are
    taken as gamma, other batches as mixed binomial, Poisson or negative binomial [2]_.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson arrivals of batches. [1/h]
    batch_mean : array_like
        Mean batch size, at least 1. [units]
    batch_scv : array_like
        Squared coefficient of variation of the batch size. [1]
    dwell_hours : array_like
        Mean dwell of a unit. [h]
    dwell_scv : array_like
        Squared coefficient of variation of the dwell. [1]
    probability : array_like
        Probability of the quantile, between 0 and 1. [1]
    stored_share : array_like, optional
        Share of the units that go into the yard, each on its own. [1]

    Returns
    -------
    tuple of ndarray
        Quantile, a whole number where the law is inverted [units], and the relative error of the numbers to expect: 0
        there; beyond `MOST_STATES` states that of a gamma law, NaN where it has not been measured. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    With s(t) the probability that a unit is still there after the time t, the generating function is [1]_

    .. math:: E[z^N] = \exp\left(\lambda \int_0^\infty \left[X(1 - s(t) (1 - z)) - 1\right] dt\right)

    It is inverted by a fast Fourier transform on a circle within the unit circle [3]_.

    Examples
    --------
    A train of 50 boxes a day, and two days of free storage that all boxes use: there are 50 times a Poisson number.

    >>> quantile, error = occupancy_law_quantile(1 / 24, 50, 0, 48, 0, 0.95)
    >>> float(quantile), float(error)
    (250.0, 0.0)
    """
    columns = broadcast(
        batches_per_hour=non_negative("batches_per_hour", batches_per_hour),
        batch_mean=at_least_one("batch_mean", batch_mean),
        batch_scv=non_negative("batch_scv", batch_scv),
        dwell_hours=positive("dwell_hours", dwell_hours),
        dwell_scv=non_negative("dwell_scv", dwell_scv),
        probability=probability_below_one("probability", probability),
        stored_share=share_above_zero("stored_share", stored_share),
    )
    rate, size, size_scv, dwell, dwell_scv, level, share = columns
    mean, variance = _moments(rate, size, size_scv, dwell, dwell_scv, share)
    quantile, error = occupancy_quantile(mean, variance, level), _fitted_error(mean, variance, size_scv)
    for row in np.ndindex(mean.shape):
        law = Law(float(size[row]), float(size_scv[row]), float(dwell_scv[row]), float(share[row]))
        states = law.states(float(mean[row]), float(variance[row]))
        if law.is_inverted(states):
            chances = law.cumulative(float(rate[row] * dwell[row]), states)
            first = np.searchsorted(chances, level[row] - TOLERANCE)
            quantile[row], error[row] = law.span * float(first), 0.0
    return quantile, error


def largest_batches_for_places(
    places: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    dwell_hours: ArrayLike,
    dwell_scv: ArrayLike,
    probability: ArrayLike,
    stored_share: ArrayLike = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """Give the flow of batches at which the places are just enough with a probability; see `occupancy_law_quantile`.

    Parameters
    ----------
    places : array_like
        Units that the yard holds; a fraction of a unit finds no place. [units]
    batch_mean : array_like
        Mean batch size, at least 1. [units]
    batch_scv : array_like
        Squared coefficient of variation of the batch size. [1]
    dwell_hours : array_like
        Mean dwell of a unit. [h]
    dwell_scv : array_like
        Squared coefficient of variation of the dwell. [1]
    probability : array_like
        Probability that all units find a place, above 0 and below 1. [1]
    stored_share : array_like, optional
        Share of the units that go into the yard, each on its own. [1]

    Returns
    -------
    tuple of ndarray
        Flow [1/h], and the relative error to expect. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    A place for a single train: at most one comes in two days 19 times of 20 at 0.3554 trains in these.

    >>> flow, _ = largest_batches_for_places(50, 50, 0, 48, 0, 0.95)
    >>> round(float(flow) * 48, 4)
    0.3554
    """
    columns = broadcast(
        places=non_negative("places", places),
        batch_mean=at_least_one("batch_mean", batch_mean),
        batch_scv=non_negative("batch_scv", batch_scv),
        dwell_hours=positive("dwell_hours", dwell_hours),
        dwell_scv=non_negative("dwell_scv", dwell_scv),
        probability=positive("probability", probability_below_one("probability", probability)),
        stored_share=share_above_zero("stored_share", stored_share),
    )
    room, size, size_scv, dwell, dwell_scv, level, share = columns
    mean, variance = _moments(1.0, size, size_scv, 1.0, dwell_scv, share)  # of one batch in the time of a dwell
    flow, error = np.empty(mean.shape), _fitted_error(room, room * variance / mean, size_scv)
    for row in np.ndindex(mean.shape):
        law = Law(float(size[row]), float(size_scv[row]), float(dwell_scv[row]), float(share[row]))
        filled = max(float(room[row]), 1.0)
        states = law.states(2.0 * filled, 2.0 * filled * float(variance[row] / mean[row]))
        if law.is_inverted(states):
            error[row] = 0.0
            chance = law.chance(int(room[row] / law.span * (1.0 + TOLERANCE)), states)
        else:
            chance = _fitted_chance(float(room[row]), float(mean[row]), float(variance[row]))
        flow[row] = _root(chance, float(level[row]), filled / float(mean[row])) / dwell[row]
    return flow, error


def _moments(
    rate: ArrayLike, size: FloatArray, size_scv: FloatArray, dwell: ArrayLike, dwell_scv: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of the occupancy; each unit is stored on its own, so pairs go with the share squared."""
    pairs = np.maximum(size**2 * (1.0 + size_scv) - size, 0.0) * share**2
    return occupancy_moments(rate, size * share, pairs, dwell, dwell_scv)


def _fitted_error(mean: FloatArray, variance: FloatArray, size_scv: FloatArray) -> FloatArray:
    """Give the relative error of the gamma law, NaN where it has not been measured."""
    spread = np.where(mean > 0.0, variance / np.where(mean > 0.0, mean, 1.0) ** 2, np.inf)
    measured = (spread <= 1.0 / LEAST_FITTED_SHAPE) & (size_scv <= MOST_FITTED_SCV)
    return np.where(measured, FITTED_ERROR * spread, np.nan)


def _fitted_chance(places: float, mean: float, variance: float) -> Callable[[float], float]:
    """Give the gamma law's probability that the places are enough, by the batches in the time of a dwell."""
    from scipy import special

    return lambda load: float(special.gammainc(load * mean**2 / variance, places * mean / variance))


def _root(chance: Callable[[float], float], level: float, start: float) -> float:
    """Find the load at which a falling probability meets its level."""
    low, high = 0.0, start
    while chance(high) > level:
        low, high = high, 2.0 * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if chance(middle) >= level else (low, middle)
    return low
