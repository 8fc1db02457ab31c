import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    gimc_wait_probability,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    mmc_wait_tail,
    phphc_wait_probability,
)
from hubcalc.queueing.two_moment_tails import ggc_wait_probability, ggc_wait_quantile_hours, ggc_wait_tail

UTILIZATION = st.floats(0.05, 0.99)
SCV = st.floats(0.0, 5.0)
SERVERS = st.integers(1, 40)


@given(UTILIZATION, SERVERS, st.floats(0.0, 50.0))
def test_exact_for_exponential_laws(rho, servers, hours):
    args = (rho * servers, 1.0, 1.0, 1.0, servers)
    exact = (rho * servers, 1.0, servers)
    assert float(ggc_wait_probability(*args)) == pytest.approx(float(mmc_wait_probability(*exact)), rel=1e-9)
    assert float(ggc_wait_tail(*args, hours)) == pytest.approx(
        float(mmc_wait_tail(*exact, hours)), rel=1e-7, abs=1e-290
    )
    assert float(ggc_wait_quantile_hours(*args, 0.95)) == pytest.approx(
        float(mmc_wait_quantile_hours(*exact, 0.95)), rel=1e-7, abs=1e-9
    )


@given(UTILIZATION, SCV)
def test_one_server_is_busy_with_the_probability_of_its_utilization(rho, scv):
    assert float(ggc_wait_probability(rho, 1.0, 1.0, scv, 1)) == pytest.approx(rho)


@given(UTILIZATION, SCV, SCV, SERVERS, st.floats(0.0, 0.999))
def test_quantile_is_the_inverse_of_the_tail(rho, arrival, service, servers, share):
    args = (rho * servers, arrival, 1.0, service, servers)
    hours, wait = float(ggc_wait_quantile_hours(*args, share)), float(ggc_wait_probability(*args))
    assert 0.0 <= wait <= 1.0
    if hours > 1e-9:
        assert float(ggc_wait_tail(*args, hours)) == pytest.approx(1.0 - share, rel=1e-6)
    else:
        assert float(ggc_wait_tail(*args, 1e-9)) <= 1.0 - share + 1e-6


@pytest.mark.parametrize("servers", [1, 2, 8, 20])
def test_near_the_exact_probability_in_busy_systems(servers):
    """E2/M/c, H2/M/c and E2/E2/c at utilization 0.9."""
    rate = 0.9 * servers
    for arrival in (0.5, 2.0):
        exact = float(gimc_wait_probability(rate, arrival, 1.0, servers))
        assert float(ggc_wait_probability(rate, arrival, 1.0, 1.0, servers)) == pytest.approx(exact, rel=0.08)
    exact = float(phphc_wait_probability(rate, 0.5, 1.0, 0.5, servers))
    assert float(ggc_wait_probability(rate, 0.5, 1.0, 0.5, servers)) == pytest.approx(exact, rel=0.08)


def test_limits():
    rate, arrival, service = [0.0, 1.0, 2.0, 3.0], [0.5, 0.0, 0.5, 0.5], [0.5, 0.0, 0.5, 0.5]
    unstable = np.array([False, False, True, True])
    args = (rate, arrival, 1.0, service, 2)
    assert ggc_wait_probability(*args).tolist() == unstable.tolist()
    assert ggc_wait_tail(*args, 5.0).tolist() == unstable.tolist()
    assert ggc_wait_quantile_hours(*args, 0.9).tolist() == np.where(unstable, np.inf, 0.0).tolist()
    assert ggc_wait_quantile_hours(*args, 0.0).tolist() == [0.0] * 4
    assert 0.0 <= float(ggc_wait_probability(1e-9, 0.5, 1.0, 0.5, 1)) < 1e-8
    assert float(ggc_wait_probability(1e5 * 0.5, 0.5, 1.0, 0.5, 100_000)) == 0.0


@pytest.mark.parametrize("name", ["arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers"])
def test_arguments_are_named(name):
    names = ("arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers")
    for value in (-1.0, np.nan, np.inf):
        wrong = dict.fromkeys(names, 1.0) | {name: value}
        for call in (
            ggc_wait_probability,
            lambda **given: ggc_wait_tail(**given, hours=1.0),
            lambda **given: ggc_wait_quantile_hours(**given, probability=0.5),
        ):
            with pytest.raises(ArgumentError, match=name):
                call(**wrong)


def test_last_arguments_are_named():
    with pytest.raises(ArgumentError, match="hours"):
        ggc_wait_tail(1.0, 1.0, 1.0, 1.0, 2, -1.0)
    with pytest.raises(ArgumentError, match="probability"):
        ggc_wait_quantile_hours(1.0, 1.0, 1.0, 1.0, 2, 1.0)
