"""Logarithmic derivatives by central differences of halved steps, extrapolated to step 0."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError

_FIRST_STEP = 0.05
_MARGIN = 4.0  # the formula is finite within so many steps
_LEVELS = 4
_MOST_HALVINGS = 48


def log_derivative(
    at: Callable[[FloatArray], FloatArray], column: FloatArray, wanted: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return d ln |f| / d ln x at the elements wanted, the estimated error, and the first step; 0 elsewhere."""
    step = np.where(wanted, _FIRST_STEP, 0.0)
    for _ in range(_MOST_HALVINGS):
        short = wanted & ~(_is_sound(at, column, _MARGIN * step) & _is_sound(at, column, -_MARGIN * step))
        if not np.any(short):
            break
        step = np.where(short, step / 2.0, step)
    length = np.where(wanted, step, 1.0)
    rows: list[FloatArray] = []
    best, error = np.zeros_like(column), np.full(column.shape, np.inf)
    for level in range(_LEVELS):
        shift = step / 2.0**level
        with np.errstate(divide="ignore", invalid="ignore"):
            upper, lower = (np.log(np.abs(at(column * np.exp(side)))) for side in (shift, -shift))
            new = [np.where(wanted, (upper - lower) / (2.0 * length / 2.0**level), 0.0)]
        for order, coarse in enumerate(rows, start=1):
            new.append(new[-1] + (new[-1] - coarse) / (4.0**order - 1.0))
            gap = np.maximum(np.abs(new[-1] - new[-2]), np.abs(new[-1] - coarse))
            better = gap < error
            best, error = np.where(better, new[-1], best), np.where(better, gap, error)
        rows = new
    return best, np.where(wanted, error, 0.0), step


def _is_sound(at: Callable[[FloatArray], FloatArray], column: FloatArray, shift: FloatArray) -> NDArray[np.bool_]:
    """Tell where the formula is finite and not 0; nowhere if it refuses one of the arguments."""
    try:
        values = at(column * np.exp(shift))
    except ArgumentError:
        return np.zeros(column.shape, dtype=bool)
    return np.asarray(np.isfinite(values) & (values != 0.0))
