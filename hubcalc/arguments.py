"""Checks of arguments: float64 columns, or an error that names the argument."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.errors import ArgumentError, Problem

FloatArray = NDArray[np.float64]


def _checked(name: str, value: ArrayLike, allowed: str, valid: Any) -> FloatArray:
    """Return `value` as float64 if `valid` holds for each element, else raise."""
    try:
        column = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "must be a number or an array of numbers"
        raise ArgumentError.of(Problem(message, parameter=name, given=value, allowed=allowed)) from error
    sound = np.isfinite(column) & valid(column)
    if not np.all(sound):
        given = float(column[~sound].flat[0])
        message = f"{given:g} is out of range"
        raise ArgumentError.of(Problem(message, parameter=name, given=given, allowed=allowed))
    return column


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
    return _checked(name, value, "whole numbers >= 1", lambda column: (column >= 1.0) & (column == np.floor(column)))


def whole_between(name: str, value: ArrayLike, least: int, most: int) -> FloatArray:
    """Return whole numbers from `least` to `most`, both included, as float64."""
    return _checked(
        name,
        value,
        f"whole numbers from {least} to {most}",
        lambda column: (column >= least) & (column <= most) & (column == np.floor(column)),
    )


def between(name: str, value: ArrayLike, least: float, most: float) -> FloatArray:
    """Return numbers from `least` to `most`, both included."""
    return _checked(name, value, f"from {least:g} to {most:g}", lambda column: (column >= least) & (column <= most))


def probability_below_one(name: str, value: ArrayLike) -> FloatArray:
    """Return numbers from zero, included, to one, excluded."""
    return _checked(name, value, "from 0 to below 1", lambda column: (column >= 0.0) & (column < 1.0))


def broadcast(**columns: FloatArray) -> tuple[FloatArray, ...]:
    """Return the columns with one common shape, or raise an error that names them all."""
    try:
        return tuple(np.broadcast_arrays(*columns.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        message = f"shapes do not fit together: {shapes}"
        raise ArgumentError.of(Problem(message, allowed="shapes that broadcast")) from error
