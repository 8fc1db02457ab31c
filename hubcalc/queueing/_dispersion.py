"""Indices of dispersion: how the variance of a count grows over time, for streams and for what queues make of them.

References
----------
.. [1] D. R. Cox (1962), Renewal Theory, Methuen, sections 4.5 and 5.
.. [2] W. Whitt, W. You (2022), "A robust queueing network analyzer based on indices of dispersion", Naval Research
   Logistics 69(1), 36-56, doi:10.1002/nav.22010.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hubcalc.arguments import FloatArray

_LEAST_SCV = 0.01  # below it on the line to constant intervals: the sum over roots would grow beyond 100 terms
_EARLY = 1e-6  # before it the weight is taken from its series: the closed form loses digits
_LATEST = 1e15  # from here the weight is 1
_ROOTS_APART = 1e-3  # nearer roots would cancel each other in the sum


def renewal_dispersion(scv: FloatArray, epochs: FloatArray) -> FloatArray:
    """Return variance over mean of the number of events in a stationary renewal stream up to a time.

    `epochs` is that time in mean intervals, `scv` the squared coefficient of variation of an interval, of one shape.
    The intervals are constant, mixtures of two Erlang laws of one rate, exponential or hyperexponential (balanced
    means), as in `fit_two_moments`.
    """
    found = np.ones(epochs.shape)
    for value in np.unique(scv):
        here = scv == value
        found[here] = _of_one_scv(float(value), epochs[here])
    return found


def _of_one_scv(scv: float, epochs: FloatArray) -> FloatArray:
    """Return the index of dispersion of a stream of one scv."""
    if scv == 1.0:
        return np.ones(epochs.shape)
    some = np.maximum(epochs, 1e-300)
    if scv < _LEAST_SCV:
        rest = epochs % 1.0  # the count is one of two whole numbers next to each other
        constant = np.where(epochs > 0.0, rest * (1.0 - rest) / some, 1.0)
        if scv == 0.0:
            return constant
        return constant + scv / _LEAST_SCV * (_of_one_scv(_LEAST_SCV, epochs) - constant)
    slow, weights = _renewal_modes(scv)
    decay = slow * epochs[..., None]
    # the variance is a line less the modes that die out ([1]_, section 4.5): none at time 0
    modes = -(weights * np.expm1(decay)).sum(axis=-1).real
    return np.where(epochs > _EARLY, scv + modes / some, 1.0)


def _renewal_modes(scv: float) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return decay rates and weights: the variance at time t is scv t + sum of weight (1 - exp(rate t)).

    The Laplace transform of the variance is 1/s^2 - 2/s^3 + 2 f/(s^2 (1 - f)) with f that of an interval of mean 1, so
    that its poles beside 0 are where f is 1 ([1]_, section 4.5).
    """
    if scv > 1.0:
        p = (1.0 + ((scv - 1.0) / (scv + 1.0)) ** 0.5) / 2.0
        rate = -4.0 * p * (1.0 - p)  # of p 2 (1 - p) + (1 - p) 2 p: how fast the phases are forgotten
        return np.array([rate], dtype=complex), np.array([(scv - 1.0) / rate], dtype=complex)
    k = int(np.ceil(1.0 / scv - 1e-9))
    p = float(np.clip((k * scv - max(k * (1.0 + scv) - k**2 * scv, 0.0) ** 0.5) / (1.0 + scv), 0.0, 1.0))
    roots = _unit_roots(k, p)
    if _least_gap(roots) < _ROOTS_APART / k:
        p = p - 1e-6 if p > 0.5 else p + 1e-6
        roots = _unit_roots(k, p)
    rate = k - p
    slow = rate * (1.0 / roots - 1.0)
    slope = (
        -roots / rate * (k - p / (p + (1.0 - p) * roots))
    )  # of f = p z^(k-1) + (1-p) z^k at f = 1, z = rate/(rate+s)
    return slow, 2.0 / (slow**2 * slope)


def _unit_roots(k: int, p: float) -> NDArray[np.complex128]:
    """Return the roots of p z^(k-1) + (1-p) z^k = 1 beside 1: those of the quotient by z - 1."""
    coefficients = np.ones(k)
    coefficients[0] = 1.0 - p
    return np.roots(coefficients).astype(complex)


def _least_gap(roots: NDArray[np.complex128]) -> float:
    """Return how near two of the roots come to each other."""
    if roots.size < 2:
        return np.inf
    gaps = np.abs(roots[:, None] - roots)
    return float(gaps[~np.eye(roots.size, dtype=bool)].min())


def arrival_weight(time: FloatArray) -> FloatArray:
    """Return how far what leaves a queue is still what came: 0 at once, 1 in the long run ([2]_).

    `time` is that of canonical reflected Brownian motion; with c its correlation function, 1 - (1 - c) / (2 t).
    """
    t = np.clip(time, _EARLY, _LATEST)
    root = np.sqrt(t)
    density = np.exp(-t / 2.0) / np.sqrt(2.0 * np.pi)
    correlation = 2.0 * (1.0 - 2.0 * t - t * t) * ndtr(-root) + 2.0 * root * density * (1.0 + t)
    late = 1.0 - (1.0 - correlation) / (2.0 * t)
    soon = np.clip(time, 0.0, _EARLY)
    early = 8.0 / 3.0 * np.sqrt(soon / (2.0 * np.pi)) - soon / 2.0
    return np.clip(np.where(time < _EARLY, early, late), 0.0, 1.0)
