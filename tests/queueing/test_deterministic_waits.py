import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import mdc_wait_mean_hours, mdc_wait_second_moment_hours2
from hubcalc.queueing._crommelin_kernel import tree_growth
from hubcalc.queueing.deterministic_waits import mdc_wait_probability, mdc_wait_quantile_hours, mdc_wait_tail

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
NODES, WEIGHTS = (NODES + 1.0) / 2.0, WEIGHTS / 2.0


def integrals(tails, decay):
    """Integrate a tail and t times twice the tail, cell by cell of the service time, until it has decayed."""
    cells = np.arange(math.ceil(45.0 / decay) + 2)[:, None]
    values = tails(cells + NODES)
    return (values @ WEIGHTS).sum(), (2.0 * (cells + NODES) * values @ WEIGHTS).sum()


def test_the_roots_are_those_of_lamberts_function():
    """T(x) = -W(-x) on the closed disk |x| <= 1/e, its branch point included; helpers are plain functions too."""
    for radius in (1.0, 0.9999, 0.9, 0.5, 0.01, 0.0):
        for angle in np.pi * np.linspace(-1.0, 1.0, 201) ** 3:
            s = complex(radius * np.exp(1j * angle))
            with mpmath.workdps(30):
                expected = complex(mpmath.exp(-mpmath.lambertw(-mpmath.mpc(s) / mpmath.e) - 1))
            # next to the branch point the function has an infinite slope, so the rounding of s shows
            assert abs(tree_growth(s) - expected) < 4e-16 + 2e-16 / max(math.sqrt(abs(1.0 - s)), 1e-8)
    assert tree_growth(complex(0.0)) == pytest.approx(math.exp(-special.lambertw(0.0).real - 1.0), abs=3e-16)


def test_golden_probability_of_a_wait(golden, agrees):
    for case in golden("constant_service_delays", "M/D/c", "P(wait>0)"):
        parameters = case["parameters"]
        value = float(mdc_wait_probability(parameters["arrival_rate"], parameters["service_time"], parameters["c"]))
        agrees(case, value, 1e-10)


def erlang_tail(load, time):
    """P(W > t) of M/D/1 by Erlang's series, which cancels badly: in 60 digits and more."""
    with mpmath.workdps(60 + int(2 * time)):
        a = mpmath.mpf(load)
        total = mpmath.mpf(0)
        for k in range(int(time) + 1):
            left = a * (k - mpmath.mpf(time))
            total += left**k / mpmath.factorial(k) * mpmath.exp(-left)
        return float(1 - (1 - a) * total)


@pytest.mark.parametrize("load", [0.01, 0.1, 0.159, 0.3, 0.6, 0.9, 0.99, 0.999])
def test_one_server_by_erlangs_series(load):
    times = np.array([0.0, 0.25, 0.999, 1.0, 1.5, 3.75, 8.0, 19.5])
    tails = mdc_wait_tail(load, 1.0, 1, times)
    for time, tail in zip(times, tails, strict=True):
        expected = erlang_tail(load, time)
        assert tail == pytest.approx(expected, rel=1e-10, abs=1e-40)


@pytest.mark.parametrize(
    ("servers", "utilization"),
    [(1, 0.05), (1, 0.5), (2, 0.95), (5, 0.2), (8, 0.6), (30, 0.8), (100, 0.5), (100, 0.85), (100, 0.9), (100, 0.999)],
)
def test_the_tail_integrates_to_the_moments(servers, utilization):
    load = utilization * servers
    # the tail decays at least as fast as exp(-2 (c - a) t / rho), t in service times
    first, second = integrals(lambda time: mdc_wait_tail(load, 1.0, servers, time), 2.0 * (servers - load))
    assert first == pytest.approx(float(mdc_wait_mean_hours(load, 1.0, servers)), rel=1e-9)
    assert second == pytest.approx(float(mdc_wait_second_moment_hours2(load, 1.0, servers)), rel=1e-9)


@given(st.integers(1, 40), st.floats(0.01, 0.99), st.floats(0.0, 4.0))
def test_both_solutions_are_monotone(servers, utilization, time):
    load = utilization * servers
    tails = mdc_wait_tail(load, 1.0, servers, time + np.array([0.0, 1e-3, 0.5]))
    assert (np.diff(tails) <= 1e-14).all()
    assert ((tails >= 0.0) & (tails <= 1.0)).all()
    more = mdc_wait_tail(min(load * 1.01, 0.999 * servers), 1.0, servers, time)
    assert more >= tails[0] * (1.0 - 1e-10)


def test_the_two_solutions_meet():
    """Few have to wait from c (rho - 1 - log rho) = 1 on; there the method changes and the tail does not."""
    for servers in (1, 3, 10, 60):
        low, high = 0.01, 1.0
        for _ in range(200):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if servers * (middle - 1 - math.log(middle)) > 1.0 else (low, middle)
        times = np.array([0.0, 0.3, 1.2, 2.9])
        before = mdc_wait_tail(low * servers * (1 - 1e-12), 1.0, servers, times)
        after = mdc_wait_tail(high * servers * (1 + 1e-12), 1.0, servers, times)
        assert after == pytest.approx(before, rel=1e-8)
        assert after[0] == pytest.approx(before[0], rel=1e-10)


def test_light_traffic():
    """One who has to wait at a vanishing load finds c customers of independent ages: the first leaves after u with
    probability (1 - u)^c, and c arrivals in one service time have the probability a^c / c!."""
    for servers in (1, 2, 7):
        load = 1e-6
        tails = mdc_wait_tail(load, 1.0, servers, np.array([0.0, 0.4]))
        expected = load**servers / math.factorial(servers) * np.array([1.0, 0.6**servers])
        assert tails == pytest.approx(expected, rel=1e-5)
    assert float(mdc_wait_tail(0.0, 1.0, 3, 0.0)) == 0.0


def test_nobody_waits_without_arrivals():
    assert (mdc_wait_tail(0.0, 1.0, [1, 2, 5, 200], 0.5) == 0.0).all()
    assert (mdc_wait_quantile_hours(0.0, 1.0, [1, 2, 5, 200], 0.99) == 0.0).all()


@pytest.mark.parametrize("spare", [1e-3, 1e-6, 1e-9])
def test_one_server_near_saturation(spare):
    assert float(mdc_wait_probability(1.0 - spare, 1.0, 1)) == pytest.approx(1.0 - spare, abs=1e-13)


def test_many_servers():
    """A thousand servers: some levels lie between the points that the tail takes and its exponential end."""
    first, _ = integrals(lambda time: mdc_wait_tail(970.0, 1.0, 1000, time), 60.0)
    assert first == pytest.approx(float(mdc_wait_mean_hours(970.0, 1.0, 1000)), rel=1e-9)
    with pytest.raises(RefusedError, match="points"):
        mdc_wait_tail(99900.0, 1.0, 1e5, 0.0)


def test_heavy_traffic():
    """(1 - rho) W becomes exponential of mean 1 / (2 c): Kingman's limit with no variation of service."""
    for servers in (1, 4, 50):
        spare = 1e-5
        times = np.array([0.5, 1.0, 2.0]) / spare / (2 * servers)
        tails = mdc_wait_tail(servers * (1 - spare), 1.0, servers, times)
        assert tails == pytest.approx(np.exp([-0.5, -1.0, -2.0]), rel=1e-4)


@given(st.integers(1, 60), st.floats(0.02, 0.995), st.floats(0.01, 0.9999), st.floats(0.01, 10.0))
def test_quantile_inverts_the_tail(servers, utilization, probability, service):
    rate = utilization * servers / service
    time = float(mdc_wait_quantile_hours(rate, service, servers, probability))
    tail = float(mdc_wait_tail(rate, service, servers, time))
    if time == 0.0:
        assert tail <= (1.0 - probability) * (1.0 + 1e-12)
    else:
        assert tail == pytest.approx(1.0 - probability, rel=1e-9)


def test_overload_and_columns():
    assert mdc_wait_tail([1.0, 2.0, 5.0], 1.0, [1, 2, 2], 3.0) == pytest.approx(1.0)
    assert mdc_wait_quantile_hours(2.0, 1.0, 1, [0.0, 0.5]) == pytest.approx([0.0, np.inf])
    assert mdc_wait_tail(0.5, 1.0, np.array([[1], [2]]), [0.0, 0.5, 1.0]).shape == (2, 3)
    assert float(mdc_wait_quantile_hours(0.5, 1.0, 1, 0.5)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [("arrivals_per_hour", -1.0), ("service_hours", 0.0), ("servers", 1.5), ("hours", -0.1), ("hours", math.nan)],
)
def test_arguments_are_named(name, value):
    arguments = {"arrivals_per_hour": 0.5, "service_hours": 1.0, "servers": 1, "hours": 1.0}
    with pytest.raises(ArgumentError, match=name):
        mdc_wait_tail(**(arguments | {name: value}))
    with pytest.raises(ArgumentError, match="probability"):
        mdc_wait_quantile_hours(0.5, 1.0, 1, 1.0)
