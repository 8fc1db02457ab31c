"""Checks of limits: what a probability, a utilization or a number of places may be."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.errors import ArgumentError, Problem


def _require(
    name: str, column: FloatArray, sound: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], allowed: str
) -> None:
    if not np.all(sound):
        given = float(column[~sound].flat[0])
        raise ArgumentError.of(Problem(f"{given:g} is out of range", parameter=name, given=given, allowed=allowed))


def open_probability(name: str, value: ArrayLike) -> FloatArray:
    """Return numbers above zero and below one."""
    column = positive(name, value)
    _require(name, column, np.asarray(column < 1.0), "above 0 and below 1")
    return column


def share_up_to_one(name: str, value: ArrayLike) -> FloatArray:
    """Return numbers above zero and up to one."""
    column = positive(name, value)
    _require(name, column, np.asarray(column <= 1.0), "above 0 and up to 1")
    return column


def whole_from_zero(name: str, value: ArrayLike) -> FloatArray:
    """Return whole numbers of zero or more, as float64."""
    column = non_negative(name, value)
    _require(name, column, np.asarray(column == np.floor(column)), "whole numbers >= 0")
    return column
