"""Transient birth-death chains on 0..K by uniformization: sums of positive terms, cut where they no longer count."""

from typing import NamedTuple

import numpy as np
from scipy import special

from hubcalc.arguments import FloatArray

_LONGEST = 200.0  # most jumps expected in one piece: the Poisson weights stay far from underflow
_NEGLIGIBLE = 1e-18


class Piece(NamedTuple):
    """One interval of constant rates: the law at its end and its mean over the interval (column, state)."""

    end: FloatArray
    average: FloatArray


def advance(law: FloatArray, births: FloatArray, deaths: FloatArray, hours: float) -> Piece:
    """Carry the law (column, state) on by some hours; a birth from the last state leaves the chain for good."""
    rate = max(float((births + deaths).max()), 1e-9 / hours)
    pieces = max(int(np.ceil(rate * hours / _LONGEST)), 1)
    jumps = rate * hours / pieces
    count = np.arange(int(jumps + 10.0 * np.sqrt(jumps) + 20.0))
    with np.errstate(under="ignore"):
        weights = np.exp(count * np.log(jumps) - jumps - special.gammaln(count + 1.0))
        later = special.pdtrc(count, jumps) / jumps  # the integral of the weight over the piece
    needed = int(np.flatnonzero((weights > _NEGLIGIBLE) | (later * jumps > _NEGLIGIBLE))[-1]) + 1
    weights, later = weights[:needed], later[:needed]
    up, down = births / rate, deaths / rate
    stay = np.maximum(1.0 - up - down, 0.0)
    up, down = up[:, :-1], down[:, 1:]
    average = np.zeros_like(law)
    for _ in range(pieces):
        term, end, mean = law, np.zeros_like(law), np.zeros_like(law)
        with np.errstate(under="ignore"):
            for weight, past in zip(weights, later, strict=True):
                end += weight * term
                mean += past * term
                moved = term * stay
                moved[:, 1:] += term[:, :-1] * up
                moved[:, :-1] += term[:, 1:] * down
                term = moved
        law, average = end, average + mean / pieces
    return Piece(law, average)
