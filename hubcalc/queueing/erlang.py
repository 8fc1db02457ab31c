"""Erlang's loss and delay formulas, for columns of server counts up to 100,000 and beyond."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, non_negative, whole_at_least_one
from hubcalc.queueing._poisson import poisson_probability

_OVERLOADED = 1.1  # beyond this utilization the series is both short and more accurate
_SMALLEST_TAIL = 1e-250


def _overloaded_loss(servers: FloatArray, offered_load: FloatArray) -> FloatArray:
    """Return Erlang B far above capacity, from 1/B = sum over k of c (c-1)...(c-k+1) / a^k."""
    term = np.ones_like(offered_load)
    total = np.ones_like(offered_load)
    left = servers.copy()
    while np.any(term > 1e-17 * total):
        term = term * np.maximum(left, 0.0) / offered_load
        total += term
        left -= 1.0
    return 1.0 / total


def erlang_b(servers: ArrayLike, offered_load: ArrayLike) -> FloatArray:
    r"""Compute the Erlang B (loss) probability: all servers of M/G/c/c are busy.

    Parameters
    ----------
    servers : array_like
        Number of parallel servers, a whole number. [1]
    offered_load : array_like
        Arrival rate times mean service time. [erlang]

    Returns
    -------
    ndarray
        Probability that an arrival finds every server busy and is lost. [1]

    Raises
    ------
    ArgumentError
        If `servers` is not a whole number of at least one, or `offered_load` is negative or not finite.

    Notes
    -----
    .. math:: B = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!} = \frac{P(N = c)}{P(N \le c)}, \quad N \sim
              \text{Poisson}(a)

    The numerator is evaluated by Loader's saddle-point expansion [2]_, the denominator as a regularized incomplete
    gamma function. The relative error is below 1e-12 for up to 100,000 servers.

    Examples
    --------
    >>> round(float(erlang_b(5, 3.0)), 6)
    0.110054

    References
    ----------
    .. [1] A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of significance in automatic
       telephone exchanges", Elektroteknikeren 13, 5-13.
    .. [2] C. Loader (2000), "Fast and accurate computation of binomial probabilities", Bell Laboratories.
    """
    c, a = broadcast(
        servers=whole_at_least_one("servers", servers), offered_load=non_negative("offered_load", offered_load)
    )
    load = np.maximum(a, np.finfo(np.float64).tiny)
    tail = np.asarray(special.gammaincc(c + 1.0, load))
    loss = np.asarray(poisson_probability(c, load) / np.maximum(tail, _SMALLEST_TAIL))
    overloaded = (tail < _SMALLEST_TAIL) | (load > _OVERLOADED * c)
    if np.any(overloaded):
        loss[overloaded] = _overloaded_loss(c[overloaded], load[overloaded])
    return np.where(a > 0.0, loss, 0.0)


def erlang_c(servers: ArrayLike, offered_load: ArrayLike) -> FloatArray:
    r"""Compute the Erlang C (delay) probability: an arrival at M/M/c has to wait.

    Parameters
    ----------
    servers : array_like
        Number of parallel servers, a whole number. [1]
    offered_load : array_like
        Arrival rate times mean service time. [erlang]

    Returns
    -------
    ndarray
        Probability of a wait; 1 where the load reaches the number of servers. [1]

    Raises
    ------
    ArgumentError
        If `servers` is not a whole number of at least one, or `offered_load` is negative or not finite.

    Notes
    -----
    .. math:: C = \frac{c B}{c - a (1 - B)}, \quad a < c

    Examples
    --------
    >>> round(float(erlang_c(3, 2.4)), 6)
    0.647191

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    loss = erlang_b(servers, offered_load)
    c, a = np.asarray(servers, dtype=np.float64), np.asarray(offered_load, dtype=np.float64)
    spare = np.maximum(c - a, 0.0)
    # c - a (1 - B) = (c - a) + a B: the first term is exact, the second positive
    return np.where(a < c, c * loss / (spare + a * loss + (a >= c)), 1.0)
