"""The exponential function and the logarithm of the kernels, against 30 digits."""

import mpmath
import numpy as np
import pytest

from hubcalc.compiled import kernel
from hubcalc.queueing._elementary import decayed, logarithm


@kernel("void(f8[::1], f8[::1])", allocates=False)
def fill_decayed(given, found):
    for i in range(given.size):
        found[i] = decayed(given[i])


@kernel("void(f8[::1], f8[::1])", allocates=False)
def fill_logarithm(given, found):
    for i in range(given.size):
        found[i] = logarithm(given[i])


def last_places(fill, exact, given):
    """Largest error, in units of the last place."""
    found = np.empty(given.size)
    fill(given, found)
    with mpmath.workdps(30):
        errors = [
            abs(float(mpmath.mpf(y) - exact(mpmath.mpf(x))))
            for x, y in zip(given.tolist(), found.tolist(), strict=True)
        ]
    return max(errors / np.spacing(np.maximum(np.abs(found), 1e-310)))


@pytest.mark.parametrize(("least", "most"), [(0.0, 1e-3), (0.0, 1.0), (0.0, 40.0), (-700.0, 0.0), (0.0, 745.0)])
def test_exponential_function(least, most):
    given = np.random.default_rng(1).uniform(least, most, 2003)
    assert last_places(fill_decayed, lambda x: mpmath.exp(-x), given) <= 1.0


@pytest.mark.parametrize("decades", [1e-9, 1e-3, 0.3, 10.0, 307.0])
def test_logarithm(decades):
    given = 10.0 ** np.random.default_rng(2).uniform(-decades, decades, 2003)
    assert last_places(fill_logarithm, mpmath.log, given) <= 1.0


def test_at_the_ends():
    found = np.empty(4)
    fill_decayed(np.array([0.0, 746.0, 1e300, np.inf]), found)
    assert found.tolist() == [1.0, 0.0, 0.0, 0.0]
    fill_logarithm(np.array([1.0, 0.0, 1e-310, 5e-324]), found)
    assert found[0] == 0.0
    assert found[1:].max() < -708.0


def test_a_row_has_the_same_bits_in_a_column():
    given = np.random.default_rng(3).uniform(0.0, 40.0, 61)
    for fill in (fill_decayed, fill_logarithm):
        column, alone = np.empty(61), np.empty(1)
        fill(given, column)
        for x, y in zip(given, column, strict=True):
            fill(np.array([x]), alone)
            assert alone[0] == y
