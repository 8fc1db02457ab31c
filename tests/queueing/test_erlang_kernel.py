"""The polynomials of the Erlang kernel against the functions they stand for, derived again in 50 digits."""

import mpmath
import numpy as np
import pytest

from hubcalc.queueing._erlang_tables import ARTANH, NARROW, SCALED_ERFC, STIRLING, WIDE

TERMS = 60


def stirling_coefficients(count):
    """Coefficients g of Gamma*(z) = sum g_k z^-k: the exponential of sum B_2k / (2k (2k-1) z^(2k-1))."""
    logs = [mpmath.mpf(0)] * (count + 1)
    for k in range(1, count // 2 + 1):
        logs[2 * k - 1] = mpmath.bernoulli(2 * k) / (2 * k * (2 * k - 1))
    values = [mpmath.mpf(1)]
    for n in range(1, count + 1):
        values.append(sum(j * logs[j] * values[n - j] for j in range(1, n + 1)) / n)
    return values


def power_series(coefficients, x):
    return sum(coefficient * mpmath.mpf(float(x)) ** n for n, coefficient in enumerate(coefficients))


@pytest.fixture(scope="module")
def temme():
    """Taylor coefficients of Temme's C_k(eta), by DLMF 8.12.11 and 8.12.12."""
    with mpmath.workdps(50):
        most = TERMS + 30
        alpha = [mpmath.mpf(0)] * (most + 1)
        alpha[1] = mpmath.mpf(1)
        for n in range(2, most + 1):
            others = sum((n + 1 - j) * alpha[n + 1 - j] * alpha[j] for j in range(2, n))
            alpha[n] = (alpha[n - 1] - others) / (n + 1)
        first = [-mpmath.mpf(1) / 3, *((n + 2) * alpha[n + 2] for n in range(1, most - 1))]
        rows, g = [first], stirling_coefficients(12)
        for k in range(1, WIDE.shape[1]):
            last = rows[-1]
            rows.append([(-1) ** k * g[k] * first[n] + (n + 2) * last[n + 2] for n in range(len(last) - 2)])
        return [row[:TERMS] for row in rows]


@pytest.mark.parametrize(("table", "widest", "servers"), [(WIDE, 1.02, 20), (NARROW, 0.64, 200)])
def test_uniform_expansion(temme, table, widest, servers):
    """What each C_k adds is right to 1e-15 of J, which is above 5 from 20 servers on."""
    for k in range(table.shape[1]):
        for eta in np.linspace(-widest, widest, 23):
            with mpmath.workdps(50):
                exact = float(power_series(temme[k], eta))
            found = np.polynomial.polynomial.polyval(eta, table[:, k])
            assert abs(found - exact) / servers**k < 1e-15


def test_terms_left_out_of_the_narrow_expansion(temme):
    for k in range(NARROW.shape[1], WIDE.shape[1]):
        assert all(abs(power_series(temme[k], eta)) / 200**k < 2e-15 for eta in (-0.64, 0.0, 0.64))


def agrees(table, x, exact, tolerance=4e-16):
    assert abs(np.polynomial.polynomial.polyval(x, table) / float(exact) - 1) < tolerance


def test_functions_of_one_variable():
    with mpmath.workdps(40):
        for u in np.linspace(1e-3, 0.3, 31):
            root = mpmath.sqrt(mpmath.mpf(u))
            agrees(ARTANH, u, (mpmath.atanh(root) / root - 1) / u)
        for n in np.geomspace(20, 1e6, 31):
            z = mpmath.mpf(n)
            agrees(STIRLING, 1 / n, mpmath.gamma(z + 1) / (mpmath.sqrt(2 * mpmath.pi * z) * (z / mpmath.e) ** z), 1e-14)
        for y in np.concatenate([[0.0], np.geomspace(1e-3, 100.0, 41)]):
            z = mpmath.mpf(y)
            agrees(SCALED_ERFC, (y - 3) / (y + 3), (1 + 2 * z) * mpmath.exp(z * z) * mpmath.erfc(z), 1e-15)
