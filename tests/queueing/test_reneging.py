import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    erlang_b,
    mmc_wait_mean_hours,
    mmc_wait_tail,
    mmcm_abandonment_probability,
    mmcm_number_mean,
    mmcm_served_wait_mean_hours,
    mmcm_wait_mean_hours,
    mmcm_wait_probability,
    mmcm_wait_quantile_hours,
    mmcm_wait_tail,
)

NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)
LOADS, PATIENCE = st.floats(1e-3, 1e3), st.floats(1e-3, 1e3)


def test_golden(golden, agrees):
    formulas = {
        "P(wait>0)": mmcm_wait_probability,
        "P(abandon)": mmcm_abandonment_probability,
        "mean_wait": mmcm_wait_mean_hours,
        "mean_queue_length": lambda rate, *others: rate * mmcm_wait_mean_hours(rate, *others),
    }
    for quantity, formula in formulas.items():
        for case in golden("reneging", "M/M/c+M", quantity):
            rate, mu, theta, c = (case["parameters"][k] for k in ("arrival_rate", "service_rate", "patience_rate", "c"))
            agrees(case, float(formula(rate, 1.0 / mu, c, 1.0 / theta)), 1e-10)


def chain(load, servers, patience):
    """Return P(wait), P(abandon), wait of the served and number, from the states; unit service time."""
    n = np.arange(1, 20_000)
    rates = np.minimum(n, servers) + np.maximum(n - servers, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / rates))])
    weights = np.exp(np.maximum(logs - logs.max(), -700.0))
    p = weights / weights.sum()
    queue = np.arange(p.size - servers)
    waits = p[servers:]
    # who finds j waiting is served with probability x/(x + j + 1), after stages of rate c + i/patience, i = 1 ... j + 1
    stays = servers * patience / (servers * patience + queue + 1.0)
    wait = np.cumsum(1.0 / (servers + (queue + 1.0) / patience))
    served = p[:servers].sum() + waits @ stays
    return waits.sum(), 1.0 - served, (waits * stays) @ wait / served, np.arange(p.size) @ p


@pytest.mark.parametrize("servers", [1, 3, 60])
@pytest.mark.parametrize("patience", [1e-2, 0.3, 1.0, 20.0])
@pytest.mark.parametrize("utilization", [0.1, 0.9, 1.0, 1.2, 3.0])
def test_states_summed(servers, patience, utilization):
    given_to = (utilization * servers, 1.0, servers, patience)
    expected = chain(utilization * servers, servers, patience)
    formulas = (mmcm_wait_probability, mmcm_abandonment_probability, mmcm_served_wait_mean_hours, mmcm_number_mean)
    got = [float(formula(*given_to)) for formula in formulas]
    assert got == pytest.approx(expected, rel=1e-10, abs=1e-15)


@settings(max_examples=25)
@given(st.floats(0.1, 4.0), st.integers(1, 30), st.floats(0.05, 20.0))
def test_mean_is_the_integral_of_the_tail(utilization, servers, patience):
    given_to = (utilization * servers, 1.0, servers, patience)
    mean = float(mmcm_wait_mean_hours(*given_to))
    longest = 50.0 * mean / float(mmcm_wait_probability(*given_to))
    tail = mmcm_wait_tail(*given_to, 0.5 * longest * (1.0 + NODES))
    assert mean == pytest.approx(0.5 * longest * float(WEIGHTS @ tail), rel=1e-8)


@given(LOADS, st.integers(1, 500), PATIENCE)
def test_the_flow_balances(load, servers, patience):
    given_to = (load, 1.0, servers, patience)
    leaves, number = float(mmcm_abandonment_probability(*given_to)), float(mmcm_number_mean(*given_to))
    assert max(0.0, 1.0 - servers / load) <= leaves * (1.0 + 1e-10) + 1e-14
    assert leaves <= float(mmcm_wait_probability(*given_to)) * (1.0 + 1e-12)
    assert number <= load * max(1.0, patience) * (1.0 + 1e-12)
    assert 0.0 <= float(mmcm_served_wait_mean_hours(*given_to)) < np.inf


@given(LOADS, LOADS, st.integers(1, 100), PATIENCE)
def test_monotone(one, other, servers, patience):
    low, high = sorted((one, other))
    for formula in (mmcm_wait_probability, mmcm_abandonment_probability, mmcm_number_mean):
        assert float(formula(low, 1.0, servers, patience)) <= float(formula(high, 1.0, servers, patience)) * (1 + 1e-9)


@given(st.floats(0.01, 0.9), st.integers(1, 50), st.floats(0.0, 3.0))
def test_endless_patience_is_mmc(utilization, servers, time):
    given_to = (utilization * servers, 1.0, servers)
    wait = float(mmc_wait_mean_hours(*given_to))
    assert float(mmcm_wait_mean_hours(*given_to, 1e12)) == pytest.approx(wait, rel=1e-8)
    assert float(mmcm_served_wait_mean_hours(*given_to, 1e12)) == pytest.approx(wait, rel=1e-8)
    tail = float(mmc_wait_tail(*given_to, time))
    assert float(mmcm_wait_tail(*given_to, 1e12, time)) == pytest.approx(tail, rel=1e-8)


@given(st.floats(0.01, 10.0), st.integers(1, 50))
def test_no_patience_is_erlang_b(utilization, servers):
    load = utilization * servers
    blocked = float(erlang_b(servers, load))
    assert float(mmcm_abandonment_probability(load, 1.0, servers, 1e-12)) == pytest.approx(blocked, rel=1e-8)


@settings(max_examples=40)
@given(st.floats(0.1, 4.0), st.integers(1, 50), st.floats(0.01, 100.0), st.floats(0.0, 0.999))
def test_quantile_inverts_tail(utilization, servers, patience, probability):
    given_to = (utilization * servers, 1.0, servers, patience)
    time = float(mmcm_wait_quantile_hours(*given_to, probability))
    longer = float(mmcm_wait_tail(*given_to, time))
    assert longer <= (1.0 - probability) * (1.0 + 1e-9)
    assert time == 0.0 or longer == pytest.approx(1.0 - probability, rel=1e-8)


def test_columns_and_extremes():
    assert mmcm_wait_quantile_hours([[5.0], [9.0]], 1.0, 2, 1.0, [0.5, 0.9, 0.99]).shape == (2, 3)
    formulas = (mmcm_wait_probability, mmcm_abandonment_probability, mmcm_served_wait_mean_hours, mmcm_number_mean)
    for formula in formulas:
        grid = formula(np.logspace(-9, 9, 19)[:, None, None], 1.0, [[1], [30], [1000]], np.logspace(-9, 9, 10))
        assert np.isfinite(grid).all()
        assert (grid >= 0.0).all()
        assert float(formula(0.0, 1.0, 3, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (-1, 1, 1, 1)),
        ("service_hours", (2, 0, 1, 1)),
        ("servers", (2, 1, 0.5, 1)),
        ("patience_hours", (2, 1, 1, 0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        mmcm_wait_mean_hours(*given_to)
