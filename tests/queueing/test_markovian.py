import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    erlang_b,
    erlang_c,
    mg1_wait_mean_hours,
    mmc_wait_mean_hours,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    mmc_wait_second_moment_hours2,
    mmc_wait_tail,
)

UTILIZATION = st.floats(0.001, 0.999)


def arguments(case):
    parameters = case["parameters"]
    return parameters["arrival_rate"], 1.0 / parameters["service_rate"], parameters["c"]


@pytest.mark.parametrize("bank", ["markovian", "textbooks"])
def test_golden_mean_and_probability(golden, agrees, bank):
    for case in golden(bank, "M/M/c", "mean_wait_Wq"):
        if case["model"] == "M/M/c":
            agrees(case, float(mmc_wait_mean_hours(*arguments(case))), 1e-10)
    for case in golden(bank, "M/M/c", "P(wait>0)"):
        agrees(case, float(mmc_wait_probability(*arguments(case))), 1e-10)


def test_golden_tail_and_quantile(golden, agrees):
    for case in golden("markovian", "M/M/c", "P(wait>t)"):
        agrees(case, float(mmc_wait_tail(*arguments(case), case["parameters"]["t"])), 1e-10)
    for case in golden("markovian", "M/M/c", "wait_percentile_95"):
        agrees(case, float(mmc_wait_quantile_hours(*arguments(case), 0.95)), 1e-10)


def test_textbook_numbers_by_littles_law(golden, agrees):
    """Lq = lambda Wq, W = Wq + s, L = lambda W."""
    for model in ("M/M/1", "M/M/c"):
        for quantity in ("mean_queue_length", "mean_sojourn", "mean_number_in_system"):
            for case in golden("textbooks", model, quantity):
                rate, service, servers = arguments(case)
                wait = float(mmc_wait_mean_hours(rate, service, servers))
                value = {"mean_q": rate * wait, "mean_s": wait + service, "mean_n": rate * (wait + service)}
                agrees(case, value[quantity[:6]], 1e-10)


@settings(max_examples=30)
@given(UTILIZATION, st.integers(1, 50))
def test_moments_are_integrals_of_the_tail(utilization, servers):
    rate, scale = utilization * servers, 1.0 / (servers * (1.0 - utilization))
    tail = lambda t: float(mmc_wait_tail(rate, 1.0, servers, t * scale)) * scale  # noqa: E731
    mean = integrate.quad(tail, 0.0, 60.0)[0]
    second = integrate.quad(lambda t: 2.0 * t * scale * tail(t), 0.0, 60.0)[0]
    assert float(mmc_wait_mean_hours(rate, 1.0, servers)) == pytest.approx(mean, rel=1e-7)
    assert float(mmc_wait_second_moment_hours2(rate, 1.0, servers)) == pytest.approx(second, rel=1e-7)


@given(UTILIZATION, st.integers(1, 50), st.floats(0.0, 0.999))
def test_quantile_inverts_tail(utilization, servers, probability):
    time = mmc_wait_quantile_hours(utilization * servers, 1.0, servers, probability)
    longer = float(mmc_wait_tail(utilization * servers, 1.0, servers, time))
    assert longer <= 1.0 - probability + 1e-12
    if time > 0.0:
        assert longer == pytest.approx(1.0 - probability, rel=1e-9)


@given(UTILIZATION, st.floats(1e-3, 1e3))
def test_one_server_is_pollaczek_khinchine(utilization, service):
    rate = utilization / service
    expected = float(mg1_wait_mean_hours(rate, service, 1.0))
    assert float(mmc_wait_mean_hours(rate, service, 1)) == pytest.approx(expected, rel=1e-10)


@given(UTILIZATION, UTILIZATION, st.integers(1, 30))
def test_monotone_in_load_and_servers(one, other, servers):
    low, high = sorted((one * servers, other * servers))
    assert mmc_wait_mean_hours(low, 1.0, servers) <= mmc_wait_mean_hours(high, 1.0, servers) * (1 + 1e-11)
    assert mmc_wait_mean_hours(high, 1.0, servers + 1) < mmc_wait_mean_hours(high, 1.0, servers)


@given(st.floats(1e-12, 0.5), st.integers(1, 1000))
def test_spare_servers_keep_digits(spare, servers):
    """Near saturation the wait of those who wait is service over spare, and C = 1 - O(spare)."""
    rate = servers - spare
    mean = float(mmc_wait_mean_hours(rate, 1.0, servers, spare=spare))
    probability = float(mmc_wait_probability(rate, 1.0, servers, spare=spare))
    assert probability == pytest.approx(float(erlang_c(servers, spare=spare)), rel=1e-15)
    assert mean == pytest.approx(probability / spare, rel=1e-15)
    assert float(mmc_wait_second_moment_hours2(rate, 1.0, servers, spare=spare)) == pytest.approx(
        2.0 * mean**2 / probability, rel=1e-14
    )
    median = float(mmc_wait_quantile_hours(rate, 1.0, servers, 1.0 - 0.5 * probability, spare=spare))
    assert median * spare == pytest.approx(np.log(2.0), rel=1e-9)
    assert float(mmc_wait_tail(rate, 1.0, servers, median, spare=spare)) == pytest.approx(0.5 * probability, rel=1e-9)


def test_spare_servers_must_agree_with_the_load():
    assert np.isposinf(mmc_wait_mean_hours([2.0, 2.5], 1.0, 2, spare=[0.0, -0.5])).all()
    for spare in (0.5, -0.1, np.nan, 3.0):
        with pytest.raises(ArgumentError, match="spare"):
            mmc_wait_mean_hours(1.9, 1.0, 2, spare=spare)
    with pytest.raises(ArgumentError, match="shapes"):
        mmc_wait_mean_hours([1.9, 1.8], 1.0, 2, spare=[0.1, 0.2, 0.3])


@given(st.floats(0.05, 0.98), st.floats(0.2, 40.0))
def test_servers_in_part(utilization, servers):
    """Between the whole numbers the formulas go on smoothly: the recursion of Erlang B holds for all of them."""
    load = utilization * servers
    loss = float(erlang_b(servers, load))
    assert float(erlang_b(servers + 1.0, load)) == pytest.approx(load * loss / (servers + 1.0 + load * loss), rel=1e-11)
    probability = servers * loss / (servers - load + load * loss)
    assert float(mmc_wait_probability(load, 1.0, servers)) == pytest.approx(probability, rel=1e-11)
    less = float(mmc_wait_mean_hours(load, 1.0, servers * 1.001))
    assert less < float(mmc_wait_mean_hours(load, 1.0, servers))


def test_without_a_steady_state():
    assert np.isposinf(mmc_wait_mean_hours([3.0, 4.0], 1.0, 3)).all()
    assert np.isposinf(mmc_wait_second_moment_hours2(3.0, 1.0, 3))
    assert float(mmc_wait_probability(3.0, 1.0, 3)) == float(mmc_wait_tail(4.0, 1.0, 3, 99.0)) == 1.0
    assert np.isposinf(mmc_wait_quantile_hours(3.0, 1.0, 3, 0.5))
    assert float(mmc_wait_quantile_hours(3.0, 1.0, 3, 0.0)) == 0.0


def test_nobody_comes():
    assert float(mmc_wait_mean_hours(0.0, 1.0, 2)) == float(mmc_wait_quantile_hours(0.0, 1.0, 2, 0.9)) == 0.0


@pytest.mark.parametrize(
    ("name", "arguments_given"),
    [
        ("arrivals_per_hour", (-1.0, 1.0, 2, 0.5)),
        ("service_hours", (1.0, 0.0, 2, 0.5)),
        ("servers", (1.0, 1.0, 0.0, 0.5)),
        ("probability", (1.0, 1.0, 2, 1.0)),
        ("probability", (1.0, 1.0, 2, np.nan)),
    ],
)
def test_arguments_are_named(name, arguments_given):
    with pytest.raises(ArgumentError, match=name):
        mmc_wait_quantile_hours(*arguments_given)
