"""Tails of the form row exp(generator t) column, and the times at which they fall to a level.

With P = I + generator / rate, non-negative, the exponential over half the mean time of a jump is a short series of
positive terms, and squares of it reach any time: no difference is taken, so small tails keep their relative precision.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray

_TERMS = 20  # of exp(x), |x| <= 1/2 or, for matrices, 1
_MOST_SQUARES = 90
_NEWTON_STEPS = 8


class _Steps:
    """Exponentials over 1, 2, 4, ... steps of a stack of generators, made as they are asked for."""

    def __init__(self, generator: FloatArray) -> None:
        self.rate = np.abs(generator).sum(axis=2).max(axis=1)
        self.hours = 0.5 / self.rate
        self.jumps = generator / self.rate[:, None, None] + np.eye(generator.shape[1])
        power = identity = np.broadcast_to(np.eye(generator.shape[1]), generator.shape)
        for k in range(_TERMS, 0, -1):
            power = identity + (self.jumps @ power) / (2 * k)
        self.squares = [power * math.exp(-0.5)]

    def until(self, enough: Iterator[bool]) -> None:
        """Square until told that it is enough, or nothing is left."""
        for _ in range(_MOST_SQUARES):
            if next(enough) or not self.squares[-1].any():
                return
            self.squares.append(self.squares[-1] @ self.squares[-1])

    def series(self, rows: FloatArray, column: FloatArray) -> FloatArray:
        """Return rows P^k column for k = 0, 1, ... along a new last axis."""
        terms = [(rows @ column)[..., 0]]
        for _ in range(_TERMS):
            rows = rows @ self.jumps
            terms.append((rows @ column)[..., 0])
        return np.stack(terms, axis=2)


_FACTORIALS = np.array([math.factorial(k) for k in range(_TERMS + 1)], dtype=np.float64)


def _within_a_step(terms: FloatArray, x: FloatArray) -> FloatArray:
    """Return the sum of terms[k] exp(-x) x^k / k!."""
    weights = np.exp(-x)[..., None] * x[..., None] ** np.arange(_TERMS + 1) / _FACTORIALS
    return np.asarray((weights * terms).sum(axis=2))


def _tails(row: FloatArray, generator: FloatArray, column: FloatArray, hours: FloatArray) -> FloatArray:
    """Evaluate tails at hours of shape (stack, count)."""
    steps = _Steps(generator)
    count = hours / steps.hours[:, None]
    most = count.max(initial=0.0)
    steps.until(2.0 ** len(steps.squares) > most for _ in range(_MOST_SQUARES + 1))
    left = np.minimum(count, 2.0 ** len(steps.squares) - 1e-9)
    rows = np.repeat(row[:, None], hours.shape[1], axis=1)
    for exponent in range(len(steps.squares) - 1, -1, -1):
        taken = left >= 2.0**exponent
        rows = np.where(taken[..., None], rows @ steps.squares[exponent], rows)
        left = left - taken * 2.0**exponent
    return _within_a_step(steps.series(rows, column), np.clip(left, 0.0, 1.0) / 2.0)


def _times(row: FloatArray, generator: FloatArray, column: FloatArray, level: FloatArray) -> FloatArray:
    """Return the least hours at which tails are at most `level`, of shape (stack, count)."""
    steps = _Steps(generator)
    rows = np.repeat(row[:, None], level.shape[1], axis=1)
    starts_above = (rows @ column)[..., 0] > level
    goal = np.where(starts_above, level, np.inf).min(axis=1)
    steps.until(bool(np.all((row[:, None] @ steps.squares[-1] @ column)[:, 0, 0] <= goal)) for _ in iter(int, 1))
    count = np.zeros_like(level)
    for exponent in range(len(steps.squares) - 1, -1, -1):
        further = rows @ steps.squares[exponent]
        above = (further @ column)[..., 0] > level
        rows = np.where(above[..., None], further, rows)
        count += above * 2.0**exponent
    terms = steps.series(rows, column)
    slopes = np.concatenate([np.diff(terms, axis=2), np.zeros((*level.shape, 1))], axis=2)
    x = np.zeros_like(level)
    for _ in range(_NEWTON_STEPS):  # on the logarithm, which within one step is almost straight
        value, slope = _within_a_step(terms, x), _within_a_step(slopes, x)
        sound = (value > 0.0) & (slope < 0.0)
        move = -np.log(np.where(sound, value, 1.0) / level) * np.where(sound, value, 0.0) / np.where(sound, slope, -1.0)
        x = np.clip(x + move, 0.0, 0.5)
    return np.where(starts_above, (count + 2.0 * x) * steps.hours[:, None], 0.0)


def _for_columns(
    row: FloatArray, generator: FloatArray, column: FloatArray | None, values: ArrayLike, quantiles: bool
) -> FloatArray:
    """Broadcast values against the columns of rows, one stack for a lone row."""
    values = np.asarray(values, dtype=np.float64)
    size = row.shape[-1]
    weights = np.ones_like(row) if column is None else column
    work = _times if quantiles else _tails
    if row.ndim == 1:
        return work(row[None], generator[None], weights[None, :, None], values.reshape(1, -1)).reshape(values.shape)
    shape = np.broadcast_shapes(row.shape[:-1], values.shape)
    rows, ends = (np.broadcast_to(each, (*shape, size)).reshape(-1, size) for each in (row, weights))
    generators = np.broadcast_to(generator, (*shape, size, size)).reshape(-1, size, size)
    return work(rows, generators, ends[..., None], np.broadcast_to(values, shape).reshape(-1, 1)).reshape(shape)


def matrix_tail(
    row: FloatArray, generator: FloatArray, hours: ArrayLike, column: FloatArray | None = None
) -> FloatArray:
    """Evaluate row exp(generator hours) column, of ones by default, for columns of rows and hours that broadcast."""
    return _for_columns(row, generator, column, hours, quantiles=False)


def matrix_quantile(
    row: FloatArray, generator: FloatArray, tail: ArrayLike, column: FloatArray | None = None
) -> FloatArray:
    """Return the least hours at which row exp(generator hours) column is at most `tail` > 0."""
    return _for_columns(row, generator, column, tail, quantiles=True)
