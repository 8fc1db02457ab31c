"""The ladder: in each row the first valid rung gives the wait, and only those rows are computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Method, Methods, Moments


@dataclass(frozen=True, slots=True)
class Rung:
    """A method with the rows in which it is valid. `error` is the relative error to expect there.

    `hours` gives the mean wait, or its first two moments. Both are given columns that broadcast.
    """

    method: Method
    valid: Any
    hours: Callable[..., Column | Moments]
    error: Callable[..., Column] | float = 0.0


@dataclass(frozen=True, slots=True)
class _Step:
    """A rung with the rows that it takes; None stands for all."""

    rung: Rung
    rows: Flags | None
    columns: list[Column]
    """Of these rows."""


def climb(rungs: Sequence[Rung], *columns: Column) -> Estimate:
    """Compute each row by the first valid rung; the last rung must be valid wherever none before it is."""
    shape = np.broadcast(*columns, *(rung.valid for rung in rungs)).shape
    steps = _steps(rungs, columns, shape)
    found = [_moments(step.rung.hours(*step.columns)) for step in steps]
    seconds = [np.nan if second is None else second for _, second in found]
    known = any(second is not None for _, second in found)
    return Estimate(
        _filled(steps, shape, [first for first, _ in found]),
        lambda: _filled(steps, shape, [_error(step) for step in steps]),
        lambda: _methods(steps, shape),
        _filled(steps, shape, seconds) if known else None,
    )


def _steps(rungs: Sequence[Rung], columns: Sequence[Column], shape: tuple[int, ...]) -> list[_Step]:
    """Share the rows out among the rungs."""
    steps: list[_Step] = []
    lines: list[Column] = []
    left: Flags | None = None
    for rung in rungs:
        holds = np.asarray(rung.valid, bool)
        if not holds.any():
            continue
        if left is None and holds.all():
            return [_Step(rung, None, list(columns))]
        line = np.ravel(np.broadcast_to(holds, shape))
        rows = line if left is None else line & left
        if not rows.any():
            continue
        lines = lines or [np.ravel(column) for column in np.broadcast_arrays(*columns, np.empty(shape))[:-1]]
        steps.append(_Step(rung, rows, [column[rows] for column in lines]))
        left = ~rows if left is None else left & ~rows
    return steps


def _moments(found: Column | Moments) -> tuple[Column, Column | None]:
    return (found.first, found.second) if isinstance(found, Moments) else (found, None)


def _error(step: _Step) -> Column | float:
    error = step.rung.error
    return error(*step.columns) if callable(error) else error


def _filled(steps: list[_Step], shape: tuple[int, ...], values: Sequence[Column | float]) -> Column:
    """Put together what the rungs give for their rows."""
    if steps[0].rows is None:
        only = np.asarray(values[0], dtype=np.float64)
        return only if only.shape == shape else np.broadcast_to(only, shape)
    whole: Column = np.zeros(int(np.prod(shape)))
    for step, value in zip(steps, values, strict=True):
        whole[step.rows] = value
    return whole.reshape(shape)


def _methods(steps: list[_Step], shape: tuple[int, ...]) -> Methods:
    """Say which rung each row stands on."""
    if steps[0].rows is None:
        return np.full(shape, steps[0].rung.method, np.int8)
    whole = np.zeros(int(np.prod(shape)), np.int8)
    for step in steps:
        whole[step.rows] = step.rung.method
    return whole.reshape(shape)
