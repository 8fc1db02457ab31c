"""Transient Markov chains by uniformization: sums of positive terms, cut where they no longer count."""

from typing import NamedTuple

import numpy as np
from scipy import special

from hubcalc.arguments import FloatArray
from hubcalc.compiled import kernel

_LONGEST = 200.0  # most jumps expected in one piece: the Poisson weights stay far from underflow
_NEGLIGIBLE = 1e-18
_TINY = 1e-200  # smaller numbers, with which the processor is slow, are taken as 0


class Piece(NamedTuple):
    """One interval of constant rates: the law at its end and its mean over the interval (column, state)."""

    end: FloatArray
    average: FloatArray


def series_weights(jumps: float) -> tuple[FloatArray, FloatArray]:
    """Return the probability of 0, 1, ... jumps in a piece, and the share of the piece spent after as many."""
    count = np.arange(int(jumps + 10.0 * np.sqrt(jumps) + 20.0))
    with np.errstate(under="ignore"):
        weights = np.exp(count * np.log(jumps) - jumps - special.gammaln(count + 1.0))
        later = special.pdtrc(count, jumps) / jumps  # the integral of the weight over the piece
    needed = int(np.flatnonzero((weights > _NEGLIGIBLE) | (later * jumps > _NEGLIGIBLE))[-1]) + 1
    return weights[:needed], np.asarray(later[:needed], dtype=np.float64)


def advance(law: FloatArray, births: FloatArray, deaths: FloatArray, hours: float) -> Piece:
    """Carry the law (column, state) of a birth-death chain on; a birth from the last state leaves it for good."""
    rate = max(float((births + deaths).max()), 1e-9 / hours)
    pieces = max(int(np.ceil(rate * hours / _LONGEST)), 1)
    weights, later = series_weights(rate * hours / pieces)
    up, down = np.ascontiguousarray(births / rate), np.ascontiguousarray(deaths / rate)
    end, average = np.array(law, order="C"), np.zeros(law.shape)
    _advance(end, average, up, down, weights, later, pieces)
    return Piece(end, average)


@kernel("void(f8[:,::1], f8[:,::1], f8[:,::1], f8[:,::1], f8[::1], f8[::1], i8)")
def _advance(
    law: FloatArray,
    average: FloatArray,
    up: FloatArray,
    down: FloatArray,
    weights: FloatArray,
    later: FloatArray,
    pieces: int,
) -> None:
    """Replace each law by that at the end of all pieces, and add up its mean."""
    columns, states = law.shape
    term, moved = np.zeros(states + 2), np.zeros(states + 2)  # with an empty state on either side
    stay, rise, fall = np.zeros(states + 2), np.zeros(states + 2), np.zeros(states + 2)
    for column in range(columns):
        rise[1:-1], fall[1:-1] = up[column], down[column]
        stay[1:-1] = np.maximum(1.0 - up[column] - down[column], 0.0)
        end, mean = law[column], average[column]
        for _ in range(pieces):
            term[1:-1] = end
            end[:] = 0.0
            for jump in range(weights.size):
                weight, past = weights[jump], later[jump] / pieces
                for m in range(states):
                    here = term[m + 1]
                    end[m] += weight * here
                    mean[m] += past * here
                    value = term[m] * rise[m] + here * stay[m + 1] + term[m + 2] * fall[m + 2]
                    moved[m + 1] = value if value > _TINY else 0.0
                term, moved = moved, term
                term[0] = term[-1] = 0.0
