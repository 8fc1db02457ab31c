"""What the formulas of capacity share: shares above zero, and whole units from real amounts."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, between, positive
from hubcalc.errors import ArgumentError, Problem

IntegerArray = NDArray[np.int64]

_ROUNDING = 1e-12
"""Relative excess over a whole number that is taken for rounding."""
_MOST = 2.0**53


def share_above_zero(name: str, value: ArrayLike) -> FloatArray:
    """Return shares above zero and up to one.

    Parameters
    ----------
    name : str
        Name of the argument.
    value : array_like
        The argument. [1]

    Returns
    -------
    ndarray
        The argument as float64. [1]

    Raises
    ------
    ArgumentError
        If a share is out of its range.

    Examples
    --------
    >>> share_above_zero("practical_share", [0.6, 1.0]).tolist()
    [0.6, 1.0]
    """
    return positive(name, between(name, value, 0, 1))


def rounded_up(name: str, amount: FloatArray) -> IntegerArray:
    """Return the least whole numbers that are no less than the amounts, rounding errors apart.

    Parameters
    ----------
    name : str
        Name of the argument that asks for the amounts.
    amount : ndarray
        Amounts of 0 and more. [1]

    Returns
    -------
    ndarray of int64
        Whole numbers. [1]

    Raises
    ------
    ArgumentError
        If an amount is 2^53 or more.

    Examples
    --------
    >>> import numpy as np
    >>> rounded_up("calls_per_year", np.array([4.32, 1.1 * 100, 0.0])).tolist()
    [5, 110, 0]
    """
    if not np.all(amount < _MOST):
        raise ArgumentError.of(Problem("asks for too many", parameter=name, allowed="a result below 2^53"))
    return np.asarray(np.ceil(amount * (1.0 - _ROUNDING))).astype(np.int64)
