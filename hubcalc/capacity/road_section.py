"""How traffic slows on a road: volume-delay functions.

Both are laws of experience for the mean time over some hours, not of queues: beyond capacity they give a finite time,
at which no steady state exists. Their error on a given road is not known.

References
----------
.. [1] Bureau of Public Roads (1964). Traffic Assignment Manual. U.S. Department of Commerce, Washington.
.. [2] Spiess, H. (1990). Technical note: conical volume-delay functions. Transportation Science 24(2), 153-158.
       doi:10.1287/trsc.24.2.153
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative
from hubcalc.errors import ArgumentError, Problem

BPR_FACTOR = 0.15
BPR_EXPONENT = 4.0
"""Share of the free time that is added at capacity, and its power of the volume, as published [1]_."""


def bpr_time_ratio(
    volume_over_capacity: ArrayLike, factor: ArrayLike = BPR_FACTOR, exponent: ArrayLike = BPR_EXPONENT
) -> FloatArray:
    """Give the time over a road by that on the empty road: 1 + a x^b, of the Bureau of Public Roads [1]_.

    Parameters
    ----------
    volume_over_capacity : array_like
        Traffic over what the road carries. [1]
    factor : array_like, optional
        Share of the free time that is added at capacity. [1]
    exponent : array_like, optional
        Power with which the delay grows, at least 1. [1]

    Returns
    -------
    ndarray
        Time by free time. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    In use for a volume up to the capacity; beyond it the value is that of the curve, and no steady state exists.

    References
    ----------
    .. [1] Bureau of Public Roads (1964), see the module.

    Examples
    --------
    >>> bpr_time_ratio([0.0, 1.0, 1.5]).round(4).tolist()
    [1.0, 1.15, 1.7594]
    """
    ratio, added, power = broadcast(
        volume_over_capacity=non_negative("volume_over_capacity", volume_over_capacity),
        factor=non_negative("factor", factor),
        exponent=at_least_one("exponent", exponent),
    )
    return np.asarray(1.0 + added * ratio**power)


def conical_time_ratio(volume_over_capacity: ArrayLike, steepness: ArrayLike = 4.0) -> FloatArray:
    r"""Give the time over a road by that on the empty road, of a conical volume-delay function [1]_.

    Parameters
    ----------
    volume_over_capacity : array_like
        Traffic over what the road carries. [1]
    steepness : array_like, optional
        :math:`\alpha`, above 1: the higher it is, the more the delay grows near and beyond the capacity. [1]

    Returns
    -------
    ndarray
        Time by free time: 1 on the empty road and 2 at capacity. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: f(x) = 2 + \sqrt{\alpha^2 (1 - x)^2 + \beta^2} - \alpha (1 - x) - \beta,
       \qquad \beta = \frac{2 \alpha - 1}{2 \alpha - 2}

    In use for a volume up to the capacity; beyond it the slope comes to :math:`2 \alpha`, and no steady state exists.

    References
    ----------
    .. [1] Spiess (1990), see the module.

    Examples
    --------
    >>> conical_time_ratio([0.0, 0.5, 1.0, 1.5]).round(4).tolist()
    [1.0, 1.1487, 2.0, 5.1487]
    """
    ratio, alpha = broadcast(
        volume_over_capacity=non_negative("volume_over_capacity", volume_over_capacity),
        steepness=at_least_one("steepness", steepness),
    )
    if np.any(alpha == 1.0):
        message = "the function has no value there"
        raise ArgumentError.of(Problem(message, parameter="steepness", given=1.0, allowed="finite, > 1"))
    beta = (2.0 * alpha - 1.0) / (2.0 * alpha - 2.0)
    left = alpha * (1.0 - ratio)
    return np.asarray(2.0 + np.hypot(left, beta) - left - beta)
