import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    gimc_wait_mean_hours,
    gimc_wait_probability,
    gimc_wait_quantile_hours,
    gimc_wait_tail,
    mmc_wait_mean_hours,
    mmc_wait_probability,
)

UTILIZATION, SCV, SERVERS = st.floats(1e-3, 0.999), st.floats(0.0, 50.0), st.integers(1, 25)


def test_golden(golden, agrees):
    formulas = {"mean_wait_Wq": gimc_wait_mean_hours, "P(wait>0)": gimc_wait_probability}
    for quantity, formula in formulas.items():
        for case in golden("constant_arrivals", "D/M/c", quantity):
            rate = 1.0 / case["parameters"]["interarrival"]
            agrees(case, float(formula(rate, 0.0, 1.0, case["parameters"]["c"])), 1e-10)


def exact(scv, utilization, servers):
    """Return P(W > 0) and E[W] in 50 digits, by the formula of Takács as it is printed."""
    mean, scv = 1 / (mp.mpf(utilization) * servers), mp.mpf(scv)
    share = (1 + mp.sqrt((scv - 1) / (scv + 1))) / 2 if scv > 1 else mp.mpf(1)

    def phi(s):
        if scv == 0:
            return mp.exp(-s * mean)
        if scv <= 1:
            return (1 + s * mean * scv) ** (-1 / scv)
        return share / (1 + s * mean / (2 * share)) + (1 - share) / (1 + s * mean / (2 * (1 - share)))

    idle = mp.findroot(lambda u: u - 1 + phi(servers * u), float(mp.mpf(1) - mp.mpf(utilization) ** 2), solver="secant")
    total, product = mp.mpf(0), mp.mpf(1)
    for j in range(1, servers + 1):
        product *= phi(j) / (1 - phi(j))
        factor = (servers * (1 - phi(j)) - j) / (servers * idle - j)
        total += mp.binomial(servers, j) / (product * (1 - phi(j))) * factor
    wait = 1 / (1 + idle * total)
    return float(wait), float(wait / (servers * idle))


@pytest.mark.parametrize("scv", [0.0, 0.1, 0.77, 1.3, 4.0, 50.0])
@pytest.mark.parametrize("servers", [1, 5, 50])
@pytest.mark.parametrize("utilization", [0.3, 0.9, 0.9999])
def test_against_many_digits(scv, servers, utilization):
    with mp.workdps(50):
        wait, mean = exact(scv, utilization, servers)
    given_to = (utilization * servers, scv, 1.0, servers)
    assert float(gimc_wait_probability(*given_to)) == pytest.approx(wait, rel=1e-10)
    assert float(gimc_wait_mean_hours(*given_to)) == pytest.approx(mean, rel=1e-10)


@given(UTILIZATION, SERVERS)
def test_scv_one_is_mmc(utilization, servers):
    given_to = (utilization * servers, 1.0, servers)
    wait = float(gimc_wait_probability(given_to[0], 1.0, 1.0, servers))
    assert wait == pytest.approx(float(mmc_wait_probability(*given_to)), rel=1e-10)
    mean = float(gimc_wait_mean_hours(given_to[0], 1.0, 1.0, servers))
    assert mean == pytest.approx(float(mmc_wait_mean_hours(*given_to)), rel=1e-10)


@given(UTILIZATION, SCV, SCV, SERVERS)
def test_more_variable_arrivals_wait_longer(utilization, one, other, servers):
    low, high = sorted((one, other))
    rate = utilization * servers
    less, more = (float(gimc_wait_mean_hours(rate, scv, 1.0, servers)) for scv in (low, high))
    assert less <= more * (1.0 + 1e-9)


@given(UTILIZATION, SCV, SERVERS, st.floats(0.0, 0.9999))
def test_quantile_inverts_tail(utilization, scv, servers, probability):
    given_to = (utilization * servers, scv, 1.0, servers)
    time = float(gimc_wait_quantile_hours(*given_to, probability))
    longer = float(gimc_wait_tail(*given_to, time))
    assert longer <= (1.0 - probability) * (1.0 + 1e-9)
    assert time == 0.0 or longer == pytest.approx(1.0 - probability, rel=1e-9)


def test_extremes():
    rates = np.concatenate([[0.0], np.logspace(-300, 2, 60)])
    grid = gimc_wait_probability(rates[:, None, None], [[0.0], [0.01], [1.0], [1e6]], 1.0, [1, 2, 99])
    assert ((grid >= 0.0) & (grid <= 1.0)).all()
    assert np.isposinf(gimc_wait_mean_hours([3.0, 4.0], 0.5, 1.0, 3)).all()
    assert np.isposinf(gimc_wait_quantile_hours(3.0, 0.5, 1.0, 3, 0.1))
    assert float(gimc_wait_quantile_hours(3.0, 0.5, 1.0, 3, 0.0)) == 0.0


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (-1, 1, 1, 1, 0.5)),
        ("arrival_scv", (1, -1, 1, 1, 0.5)),
        ("service_hours", (1, 1, 0, 1, 0.5)),
        ("servers", (1, 1, 1, 0, 0.5)),
        ("probability", (1, 1, 1, 1, 1.0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        gimc_wait_quantile_hours(*given_to)
