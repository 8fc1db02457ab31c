"""The tail of the wait of GI/D/c from the density g of its ladder heights, in units of the service time.

With Z_n(x) = P(W > n + x), 0 <= x <= 1, and Z = 1 below zero, the renewal equation of the geometric sum is

    Z_n(x) = int_0^x g(y) Z_n(x - y) dy + int_x^1 g(y) Z_{n-1}(1 + x - y) dy.                                   (1)

Within a service time all is smooth, so g and each Z_n are polynomials through Chebyshev points, and (1) a small linear
system that is the same for all n: errors are of the order of rounding, relative to P(W > 0). After some service times
only the slowest of all decays is left, and the tail goes on in a geometric way.

References
----------
.. [1] S. Asmussen (2003), Applied Probability and Queues, 2nd edition, Springer, chapter VIII, doi:10.1007/b97236.
.. [2] J.-P. Berrut, L. N. Trefethen (2004), "Barycentric Lagrange interpolation", SIAM Review 46(3), 501-517,
   doi:10.1137/S0036144502417715.
"""

from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from scipy.special import gammaln

from hubcalc.arguments import FloatArray

_BLOCKS = 48  # service times until only the slowest decay is left
_POINTS = ((8.0, 24), (80.0, 48), (np.inf, 96))  # for up to so many phases a service time, so many points
_ELEMENTS = 2_000_000


@dataclass(frozen=True, slots=True)
class LadderTail:
    """Columns of tails: values at the points of the first service times, and the decay thereafter."""

    blocks: FloatArray
    decay: FloatArray

    @classmethod
    def of(cls, exits: FloatArray, rates: FloatArray) -> Self:
        """Solve (1) for the columns of one stack, given the exits at each step of a uniformized M and its rates."""
        size = next(points for most, points in _POINTS if rates.max(initial=0.0) <= most)
        inner, outer, rest = _integrals(size)
        parts = max(1, -(-rates.size * size * max(exits.shape[1], size) // _ELEMENTS))
        blocks = [
            _first_blocks(density, inner, outer, rest)
            for rows in np.array_split(np.arange(rates.size), min(parts, max(rates.size, 1)))
            for density in [_density(exits[rows], rates[rows], size)]
        ]
        tails = np.concatenate(blocks)
        last, before = tails[:, -1].sum(axis=1), tails[:, -2].sum(axis=1)
        sound = (before > 0.0) & (last > 0.0)
        decay = np.where(sound, np.minimum(np.where(sound, last, 0.0) / np.where(sound, before, 1.0), 1.0), 0.0)
        return cls(tails, decay)

    def at(self, times: FloatArray, rows: FloatArray) -> FloatArray:
        """Return P(W > time) for times in units of the service time, of the given columns."""
        which = rows.astype(np.intp)
        count = np.floor(times)
        block = np.minimum(count, _BLOCKS - 1.0)
        values = self.blocks[which, block.astype(np.intp)]
        weights = _lagrange(self.blocks.shape[2], times - count)
        with np.errstate(under="ignore"):
            further = self.decay[which] ** (count - block)
            return np.asarray(np.clip((values * weights).sum(axis=-1) * further, 0.0, 1.0))


def _points(size: int) -> FloatArray:
    """Return the Chebyshev points of [0, 1], ends included."""
    return np.asarray((1.0 - np.cos(np.pi * np.arange(size) / (size - 1))) / 2.0)


def _lagrange(size: int, places: FloatArray) -> FloatArray:
    """Return along a new last axis the weights of the points' values in that of the polynomial ([2]_, formula 4.2)."""
    weights = (-1.0) ** np.arange(size)
    weights[[0, -1]] /= 2.0
    gaps = places[..., None] - _points(size)
    hit = gaps == 0.0
    terms = weights / np.where(hit, 1.0, gaps)
    return np.asarray(np.where(hit.any(axis=-1, keepdims=True), hit, terms / terms.sum(axis=-1, keepdims=True)))


@cache
def _integrals(size: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return both integrals of (1) for each point, point of Z and point of g, and those of g alone from each point."""
    roots, weights = np.polynomial.legendre.leggauss(size)
    share, weights = (1.0 + roots) / 2.0, weights / 2.0
    x = _points(size)[:, None]
    near = np.asarray(weights * x)[..., None] * _lagrange(size, x * share)
    inner = _lagrange(size, x * (1.0 - share)).swapaxes(1, 2) @ near
    far = np.asarray(weights * (1.0 - x))[..., None] * _lagrange(size, x + (1.0 - x) * share)
    outer = _lagrange(size, 1.0 - (1.0 - x) * share).swapaxes(1, 2) @ far
    return inner, outer, far.sum(axis=1)


def _density(exits: FloatArray, rates: FloatArray, size: int) -> FloatArray:
    """Return g at the points: the rate of exits in the remaining time, by steps of a Poisson process."""
    steps = np.arange(exits.shape[1])
    mean = rates[:, None] * (1.0 - _points(size))
    with np.errstate(under="ignore"):
        logs = np.log(np.maximum(mean, 1e-300))[..., None] * steps - mean[..., None] - gammaln(steps + 1.0)
        return np.asarray(rates[:, None] * (np.exp(logs) @ exits[..., None])[..., 0])


def _first_blocks(density: FloatArray, inner: FloatArray, outer: FloatArray, rest: FloatArray) -> FloatArray:
    """Return the values of the tail in the first service times."""
    size = density.shape[1]
    within = np.eye(size) - np.tensordot(density, inner, axes=(1, 2))
    across = np.tensordot(density, outer, axes=(1, 2))
    with np.errstate(under="ignore"):
        tails = [np.linalg.solve(within, (density @ rest.T)[..., None])]
        step = np.linalg.solve(within, across)
        for _ in range(_BLOCKS - 1):
            tails.append(np.maximum(step @ tails[-1], 0.0))
    return np.stack([tail[..., 0] for tail in tails], axis=1)
