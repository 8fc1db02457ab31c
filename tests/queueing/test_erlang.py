import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import erlang_b, erlang_c


def exact_loss(servers, load):
    """1/B = sum over k of c (c-1) ... (c-k+1) / a^k, in 40 digits; terms beyond 45 digits left out."""
    with mpmath.workdps(40):
        a, term, total = mpmath.mpf(load), mpmath.mpf(1), mpmath.mpf(1)
        for k in range(servers):
            term *= (servers - k) / a
            total += term
            if servers - k < load and term < total * mpmath.mpf(10) ** -45:
                break
        return 1 / total


EXTREMES = [
    (1, 1e-12),
    (1, 1e8),
    (2, 1.9999),
    (15, 14.2),
    (16, 15.9),
    (17, 1.0),
    (100, 99.99),
    (1000, 700.0),
    (1000, 1477.0),
    (5000, 5600.0),
    (10_000, 9_999.9),
    (10_000, 11_000.5),
    (100_000, 96_000.0),
    (100_000, 99_999.0),
    (100_000, 100_500.0),
    (100_000, 1e9),
]


@pytest.mark.parametrize(("servers", "load"), EXTREMES)
def test_against_forty_digits(servers, load):
    loss = exact_loss(servers, load)
    assert float(abs(float(erlang_b(servers, load)) / loss - 1)) < 1e-12
    with mpmath.workdps(40):
        delay = 1 if load >= servers else servers * loss / (servers - mpmath.mpf(load) * (1 - loss))
    assert float(abs(float(erlang_c(servers, load)) / delay - 1)) < 1e-12


def test_golden_loss(golden, agrees):
    for case in golden("markovian", "M/M/c/c", "blocking"):
        agrees(case, float(erlang_b(case["parameters"]["c"], case["parameters"]["offered_load"])), 1e-12)


@given(st.integers(1, 5000), st.floats(1e-3, 6000.0))
def test_recursion_and_order(servers, load):
    """B(c+1) = a B(c) / (c + 1 + a B(c)), and B <= C."""
    loss = float(erlang_b(servers, load))
    following = load * loss / (servers + 1 + load * loss)
    assert float(erlang_b(servers + 1, load)) == pytest.approx(following, rel=1e-11, abs=1e-290)
    assert 0.0 <= loss <= float(erlang_c(servers, load)) <= 1.0


@given(st.integers(1, 200), st.floats(0.0, 300.0), st.floats(0.0, 300.0))
def test_monotone_in_load(servers, one, other):
    low, high = sorted((one, other))
    assert erlang_b(servers, low) <= erlang_b(servers, high) * (1 + 1e-12)
    assert erlang_c(servers, low) <= erlang_c(servers, high) * (1 + 1e-12)


def test_limits_and_shapes():
    assert float(erlang_b(3, 0.0)) == float(erlang_c(3, 0.0)) == 0.0
    assert erlang_c([[1], [2], [3]], [0.5, 1.0, 2.5, 9.0]).shape == (3, 4)
    assert erlang_b(3, 2.0).shape == ()
    assert erlang_b(3, 2.0).dtype == np.float64
    assert erlang_b([], []).shape == (0,)


@pytest.mark.parametrize("servers", [0, -1, 2.5, np.nan, np.inf, "many"])
def test_servers_out_of_range(servers):
    with pytest.raises(ArgumentError, match="servers") as caught:
        erlang_b(servers, 1.0)
    assert caught.value.problems[0].parameter == "servers"


@pytest.mark.parametrize("load", [-1e-9, np.nan, np.inf, [1.0, -2.0], None])
def test_load_out_of_range(load):
    with pytest.raises(ArgumentError, match="offered_load"):
        erlang_c(2, load)


def test_shapes_that_do_not_fit():
    with pytest.raises(ArgumentError, match="shapes"):
        erlang_b([1, 2], [1.0, 2.0, 3.0])
