"""The ladder: in each row the first valid rung gives the wait, and only those rows are computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Method, Moments


@dataclass(frozen=True, slots=True)
class Rung:
    """A method with the rows in which it is valid. `error` is the relative error to expect there.

    `hours` gives the mean wait, or its first two moments.
    """

    method: Method
    valid: Any
    hours: Callable[..., Column | Moments]
    error: Callable[..., Column] | float = 0.0


def climb(rungs: Sequence[Rung], *columns: Column) -> Estimate:
    """Compute each row by the first valid rung; the last rung must be valid wherever none before it is."""
    *spread, _ = np.broadcast_arrays(*columns, *(rung.valid for rung in rungs), 0.0)
    shape = spread[0].shape
    inputs = [np.ravel(column) for column in spread[: len(columns)]]
    valid = [np.ravel(column) for column in spread[len(columns) :]]
    hours, error = np.zeros(inputs[0].size), np.zeros(inputs[0].size)
    second = np.full(inputs[0].size, np.nan)
    method = np.zeros(inputs[0].size, np.int8)
    left = np.ones(inputs[0].size, bool)
    for rung, holds in zip(rungs, valid, strict=True):
        rows = left & holds.astype(bool)
        if rows.any():
            chosen = [column[rows] for column in inputs]
            found = rung.hours(*chosen)
            if isinstance(found, Moments):
                hours[rows], second[rows] = found.first, found.second
            else:
                hours[rows] = found
            error[rows] = rung.error(*chosen) if callable(rung.error) else rung.error
            method[rows] = rung.method
            left &= ~rows
    return Estimate(hours.reshape(shape), error.reshape(shape), method.reshape(shape), second.reshape(shape))
