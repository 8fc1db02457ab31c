"""The search for the largest factor that meets a target, against factors that are known in closed form."""

import numpy as np
import pytest

from hubcalc.analysis.largest_factor import largest_factor


def searched(strain, upper, **options):
    """Give the factors found, and how often each row was asked for on the average."""
    asked = []

    def counted(rows):
        def of_rows(factor):
            asked.append(factor.size)
            return strain(factor, rows)

        return of_rows

    found = largest_factor(counted(np.arange(upper.size)), upper, counted, **options)
    return found, sum(asked) / upper.size


def test_the_wait_of_m_m_1():
    # a x / (u - x) = 1 at x = u / (1 + a)
    upper, steep = np.linspace(0.1, 40.0, 500), np.geomspace(1e-4, 1e4, 500)
    found, evaluations = searched(lambda f, rows: steep[rows] * f / (upper[rows] - f), upper)
    assert found == pytest.approx(upper / (1 + steep), rel=1e-10)
    assert evaluations <= 3


@pytest.mark.parametrize("power", [0.3, 2.0, 5.0])
def test_waits_of_many_servers_from_what_is_known_of_the_present(power):
    # x^p = 1 - x, found by halving, independent of the search
    low, high = np.zeros(1), np.ones(1)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if middle**power < 1 - middle else (low, middle)
    upper = np.array([0.3, 1.2, 3.0])
    share = np.minimum(1 / upper, 0.999)
    known = np.where(upper > 1, share**power / (1 - share), np.inf)
    found, evaluations = searched(
        lambda f, rows: (f / upper[rows]) ** power / (1 - f / upper[rows]), upper, known=known
    )
    assert found == pytest.approx(low[0] * upper, rel=1e-10)
    assert evaluations <= 7


def test_kinks_and_jumps():
    upper, kinks = np.full(200, 2.0), np.linspace(0.2, 1.8, 200)

    def kinked(factor, rows):
        return np.maximum(factor / (2.0 - factor) / 3, (factor / kinks[rows]) ** 8)

    found, _ = searched(kinked, upper)
    assert found == pytest.approx(np.minimum(1.5, kinks), rel=1e-9)
    found, _ = searched(lambda factor, rows: np.where(factor < kinks[rows], 0.4, 7.0), upper)
    assert found == pytest.approx(kinks, rel=1e-9)


def test_targets_that_are_always_met_or_never():
    upper = np.array([1.0, 5.0])
    assert searched(lambda factor, rows: np.full(rows.size, 0.5), upper)[0].tolist() == [1.0, 5.0]
    assert searched(lambda factor, rows: np.full(rows.size, 2.0), upper)[0].tolist() == [0.0, 0.0]
    assert searched(lambda factor, rows: np.full(rows.size, 0.99), upper)[0].tolist() == [1.0, 5.0]
    assert searched(lambda factor, rows: np.full(rows.size, 1.01), upper)[0].tolist() == [0.0, 0.0]
    # nobody waits at all, and no number
    assert searched(lambda factor, rows: np.zeros(rows.size), upper)[0].tolist() == [1.0, 5.0]
    assert searched(lambda factor, rows: np.full(rows.size, np.nan), upper)[0].tolist() == [0.0, 0.0]


def test_a_strain_that_falls_at_first():
    # units wait for others to come: 0.1 / x + x / (1 - x) meets 1 in an interval only, and not at next to no flow
    assert searched(lambda f, rows: 0.1 / f + f / (1 - f), np.ones(1), rises=False)[0] == 0.0
