"""The polynomial of the largest of several gamma times, point by point, in machine code."""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._horner import horner

_KEPT = 64


@helper
def chebyshev(x: float, values: FloatArray) -> None:
    """Set the Chebyshev polynomials at x."""
    values[0], values[1] = 1.0, x
    for n in range(2, values.size):
        values[n] = 2.0 * x * values[n - 1] - values[n - 2]


@helper
def at_number(table: FloatArray, place: float, powers: FloatArray, line: FloatArray) -> None:
    """Set the coefficients that are left once the number is known: one line for each quantity."""
    chebyshev(place, powers)
    line[:] = 0.0
    for quantity in range(table.shape[0]):
        for n in range(table.shape[1]):
            for r in range(table.shape[2]):
                line[quantity, r] += powers[n] * table[quantity, n, r]


@kernel("void(f8[:, :, ::1], f8, f8[::1], f8[::1], f8[:, ::1])")
def read_polynomial(table: FloatArray, most: float, numbers: FloatArray, scvs: FloatArray, found: FloatArray) -> None:
    """Read a table (quantity, term in the number, power of the variation) at numbers of 1 to `most` and scvs of 0 to 1.

    A column of one element stands for all rows. Servers are few whole numbers as a rule: what is left of the table at
    these is kept.
    """
    powers = np.empty(table.shape[1])
    kept, known = np.empty((_KEPT + 1, table.shape[0], table.shape[2])), np.zeros(_KEPT + 1, np.bool_)
    each_n, each_s = int(numbers.size > 1), int(scvs.size > 1)
    for i in range(found.shape[1]):
        number = min(numbers[i * each_n], most)
        slot = int(number) if number <= _KEPT and number == math.floor(number) else 0
        if slot == 0 or not known[slot]:
            at_number(table, 2.0 * math.log(number) / math.log(most) - 1.0, powers, kept[slot])
            known[slot] = True
        x = 2.0 * math.sqrt(scvs[i * each_s]) - 1.0
        for quantity in range(table.shape[0]):
            found[quantity, i] = horner(kept[slot, quantity], x)
