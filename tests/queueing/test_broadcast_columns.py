"""Columns that np.broadcast_arrays made are read-only to be: kernels get copies, and nobody a warning."""

import numpy as np

from hubcalc.compiled import flat
from hubcalc.queueing import departure_scv


def test_columns_that_were_broadcast_are_copied() -> None:
    many, one = np.broadcast_arrays(np.array([1.0, 2.0]), np.array([3.0]))
    own = np.array([4.0, 5.0])
    lines = list(flat(many, one, own))
    assert [line.tolist() for line in lines] == [[1.0, 2.0], [3.0, 3.0], [4.0, 5.0]]
    shared = [np.shares_memory(line, given) for line, given in zip(lines, (many, one, own), strict=True)]
    assert shared == [True, False, True], "only what was spread out is copied"


def test_formulas_take_them_without_a_warning() -> None:
    scv, spread = np.broadcast_arrays(np.array([0.5]), np.array([1.5]))
    assert departure_scv(scv, spread, 0.5, 1).tolist() == departure_scv(0.5, 1.5, 0.5, np.array([1])).tolist()
