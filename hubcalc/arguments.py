"""Checks of arguments: float64 columns, or an error that names the argument."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.errors import ArgumentError, Problem

FloatArray = NDArray[np.float64]

_BLOCK = 8192


def _checked(
    name: str, value: ArrayLike, allowed: str, valid: Callable[[Any], Any], *, whole: bool = False
) -> FloatArray:
    """Return `value` as float64 if `valid`, true in one interval, holds for each element, else raise."""
    try:
        column = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "must be a number or an array of numbers"
        raise ArgumentError.of(Problem(message, parameter=name, given=value, allowed=allowed)) from error
    if _ends_are_valid(column, valid) and not (whole and _some_fraction(column)):
        return column
    sound = np.isfinite(column) & valid(column)
    if whole:
        sound &= column == np.floor(column)
    given = float(column[~sound].flat[0])
    message = f"{given:g} is out of range"
    raise ArgumentError.of(Problem(message, parameter=name, given=given, allowed=allowed))


def _ends_are_valid(column: FloatArray, valid: Callable[[Any], Any]) -> bool:
    """Tell whether the least and the greatest element are finite and valid; NaN is both, if there is one."""
    if column.size == 1:
        number = column.item()
        return math.isfinite(number) and bool(valid(number))
    if column.size == 0:
        return True
    least, most = column.min().item(), column.max().item()
    return math.isfinite(least) and math.isfinite(most) and bool(valid(least) and valid(most))


def _some_fraction(column: FloatArray) -> bool:
    """Tell whether an element is no whole number; in blocks that stay in the processor's cache."""
    if column.ndim == 0:
        return not column.item().is_integer()
    line = column.reshape(-1)
    blocks = (line[start : start + _BLOCK] for start in range(0, line.size, _BLOCK))
    return any((np.floor(block) != block).any() for block in blocks)


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Return finite numbers greater than zero."""
    return _checked(name, value, "finite, > 0", lambda column: column > 0.0)


def non_negative(name: str, value: ArrayLike) -> FloatArray:
    """Return finite numbers of zero or more."""
    return _checked(name, value, "finite, >= 0", lambda column: column >= 0.0)


def at_least_one(name: str, value: ArrayLike) -> FloatArray:
    """Return finite numbers of one or more."""
    return _checked(name, value, "finite, >= 1", lambda column: column >= 1.0)


def whole_at_least_one(name: str, value: ArrayLike) -> FloatArray:
    """Return whole numbers of one or more, as float64."""
    return _checked(name, value, "whole numbers >= 1", lambda column: column >= 1.0, whole=True)


def whole_between(name: str, value: ArrayLike, least: int, most: int) -> FloatArray:
    """Return whole numbers from `least` to `most`, both included, as float64."""
    return _checked(
        name,
        value,
        f"whole numbers from {least} to {most}",
        lambda column: (column >= least) & (column <= most),
        whole=True,
    )


def between(name: str, value: ArrayLike, least: float, most: float) -> FloatArray:
    """Return numbers from `least` to `most`, both included."""
    return _checked(name, value, f"from {least:g} to {most:g}", lambda column: (column >= least) & (column <= most))


def probability_below_one(name: str, value: ArrayLike) -> FloatArray:
    """Return numbers from zero, included, to one, excluded."""
    return _checked(name, value, "from 0 to below 1", lambda column: (column >= 0.0) & (column < 1.0))


def common_shape(**columns: FloatArray) -> tuple[int, ...]:
    """Return the shape that columns have together, or raise an error that names them all."""
    try:
        return np.broadcast(*columns.values()).shape
    except ValueError as error:
        given = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        message = f"shapes do not fit together: {given}"
        raise ArgumentError.of(Problem(message, allowed="shapes that broadcast")) from error


def broadcast(**columns: FloatArray) -> tuple[FloatArray, ...]:
    """Return the columns with one common shape, or raise an error that names them all."""
    shape = common_shape(**columns)
    return tuple(column if column.shape == shape else np.broadcast_to(column, shape) for column in columns.values())
