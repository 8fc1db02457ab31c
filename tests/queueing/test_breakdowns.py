import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    completion_mean_hours,
    completion_scv,
    mg1_breakdown_wait_mean_hours,
    mg1_wait_mean_hours,
    mmc_breakdown_number_mean,
    mmc_breakdown_sojourn_mean_hours,
    mmc_wait_mean_hours,
)


def test_golden(golden, agrees):
    formulas = {"mean_number": mmc_breakdown_number_mean, "mean_sojourn": mmc_breakdown_sojourn_mean_hours}
    for quantity, formula in formulas.items():
        for case in golden("breakdowns", "M/M/c", quantity):
            p = case["parameters"]
            failing = "any_time" if p["failures"].startswith("time-dependent") else "in_service"
            given_to = (p["arrival_rate"], 1 / p["service_rate"], p["c"], 1 / p["mtbf"], p["mttr"], p["repair_crews"])
            agrees(case, float(formula(*given_to, failing)), 1e-10)


@settings(max_examples=40)
@given(st.floats(0.05, 0.9), st.floats(1e-3, 1.0), st.floats(0.01, 20.0), st.sampled_from(["in_service", "any_time"]))
def test_one_server_two_ways(utilization, failures, repair, failing):
    """Completion times against the chain, for one server with exponential times."""
    rate = utilization / (1.0 + failures * repair)
    wait = float(mg1_breakdown_wait_mean_hours(rate, 1.0, 1.0, failures, repair, 1.0, failing))
    sojourn = float(mmc_breakdown_sojourn_mean_hours(rate, 1.0, 1, failures, repair, 1, failing))
    assert wait + float(completion_mean_hours(1.0, failures, repair)) == pytest.approx(sojourn, rel=1e-9)


@settings(max_examples=30)
@given(st.floats(0.05, 0.9), st.integers(1, 12))
def test_without_failures_it_is_mmc(utilization, servers):
    rate = utilization * servers
    sojourn = float(mmc_breakdown_sojourn_mean_hours(rate, 1.0, servers, 0.0, 1.0, 1))
    assert sojourn == pytest.approx(float(mmc_wait_mean_hours(rate, 1.0, servers)) + 1.0, rel=1e-9)


@settings(max_examples=30)
@given(st.floats(0.1, 0.8), st.integers(1, 6), st.floats(1e-3, 0.2), st.floats(0.1, 2.0))
def test_more_crews_help_and_idle_failures_hurt(utilization, servers, failures, repair):
    given_to = (utilization * servers, 1.0, servers, failures, repair)
    numbers = mmc_breakdown_number_mean(*given_to, np.arange(1, servers + 2))
    finite = numbers[np.isfinite(numbers)]
    assert (np.diff(finite) <= 1e-9 * finite[1:]).all()
    always = mmc_breakdown_number_mean(*given_to, servers, "any_time")
    assert float(numbers[-1]) <= float(always) * (1.0 + 1e-9)


def test_completion_times():
    """Ten minutes of work, a failure every ten hours of it, an hour's repair."""
    assert float(completion_mean_hours(10 / 60, 0.1, 1.0)) == pytest.approx(11 / 60)
    assert float(completion_scv(1.0, 0.7, 0.0, 5.0, 1.0)) == 0.7
    assert float(mg1_breakdown_wait_mean_hours(0.5, 1.0, 0.7, 0.0, 5.0, 1.0)) == float(
        mg1_wait_mean_hours(0.5, 1.0, 0.7)
    )


def test_without_a_steady_state():
    assert np.isposinf(mmc_breakdown_number_mean(1.9, 1.0, 2, 0.1, 1.0, 1))
    assert np.isfinite(mmc_breakdown_number_mean(1.7, 1.0, 2, 0.1, 1.0, 1))
    assert np.isposinf(mg1_breakdown_wait_mean_hours(0.95, 1.0, 1.0, 0.1, 1.0, 1.0, "any_time"))
    assert mmc_breakdown_number_mean([[0.5], [0.7]], 1.0, [1, 2, 3], 0.1, 1.0, 1).shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (0, 1, 1, 1, 1, 1)),
        ("servers", (1, 1, 65, 1, 1, 1)),
        ("failures_per_hour", (1, 1, 1, -1, 1, 1)),
        ("repair_hours", (1, 1, 1, 1, 0, 1)),
        ("repair_crews", (1, 1, 1, 1, 1, 0)),
        ("failing", (1, 1, 1, 1, 1, 1, "never")),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        mmc_breakdown_number_mean(*given_to)
