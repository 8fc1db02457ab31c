"""Functions of which the Sobol indices are known."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

ISHIGAMI_FIRST = np.array([0.313905, 0.442411, 0.0])
ISHIGAMI_TOTAL = np.array([0.557589, 0.442411, 0.243684])
"""Of a = 7, b = 0.1: T. Ishigami, T. Homma (1990), doi:10.1109/ISUMA.1990.151285; see `ishigami_indices`."""

G_PARAMETERS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
"""The usual ones of Sobol's g-function (A. Saltelli, I. M. Sobol' 1995, doi:10.1016/0951-8320(95)00099-2)."""


def ishigami(points: Values) -> Values:
    """Evaluate sin x + 7 sin² y + 0.1 z⁴ sin x, for x, y, z from -π to π, at points of the unit cube."""
    x, y, z = (2.0 * np.pi * column - np.pi for column in points.T)
    return np.asarray(np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def ishigami_indices() -> tuple[Values, Values]:
    """Give first and total order by their closed forms."""
    a, b, pi = 7.0, 0.1, np.pi
    variance = a**2 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 0.5
    first = np.array([0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, 0.0])
    both = b**2 * pi**8 * (1 / 18 - 1 / 50)
    return first / variance, (first + np.array([both, 0.0, both])) / variance


def g_function(points: Values) -> Values:
    """Evaluate Sobol's g-function, the product of (|4 x - 2| + a) / (1 + a)."""
    return np.asarray(((np.abs(4.0 * points - 2.0) + G_PARAMETERS) / (1.0 + G_PARAMETERS)).prod(axis=1))


def g_indices() -> tuple[Values, Values]:
    """Give first and total order: V_i = 1 / (3 (1 + a)²), and the product of all (1 + V) less 1 is the variance."""
    parts = 1.0 / (3.0 * (1.0 + G_PARAMETERS) ** 2)
    whole = float((1.0 + parts).prod())
    return parts / (whole - 1.0), parts * whole / (1.0 + parts) / (whole - 1.0)
