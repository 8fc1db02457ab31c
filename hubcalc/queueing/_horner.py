"""Polynomials, for kernels."""

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper


@helper(inline=True)
def horner(coefficients: FloatArray, x: float) -> float:
    """Return a polynomial of 4 n coefficients in ascending powers: four chains, so that the processor overlaps them."""
    square = x * x
    fourth = square * square
    c0 = c1 = c2 = c3 = 0.0
    for i in range(coefficients.size - 4, -1, -4):
        c0 = c0 * fourth + coefficients[i]
        c1 = c1 * fourth + coefficients[i + 1]
        c2 = c2 * fourth + coefficients[i + 2]
        c3 = c3 * fourth + coefficients[i + 3]
    return (c0 + c1 * x) + square * (c2 + c3 * x)
