import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    mg1_setup_wait_mean_hours,
    mg1_single_vacation_wait_mean_hours,
    mg1_threshold_wait_mean_hours,
    mg1_vacations_wait_mean_hours,
    mg1_wait_mean_hours,
)

UTILIZATION, SCV = st.floats(0.001, 0.99), st.floats(0.0, 10.0)


def test_golden(golden, agrees):
    base, away = ("arrival_rate", "mean_service", "service_scv"), ("mean_vacation", "vacation_scv")
    kinds = {
        "multiple vacation": (mg1_vacations_wait_mean_hours, away),
        "single vacation": (mg1_single_vacation_wait_mean_hours, away),
        "N-policy": (mg1_threshold_wait_mean_hours, ("N",)),
    }
    for kind, (formula, more) in kinds.items():
        for case in golden("vacations", f"M/G/1 {kind}", "mean_wait_Wq"):
            agrees(case, float(formula(*(case["parameters"][name] for name in base + more))), 1e-10)


@given(UTILIZATION, SCV, st.floats(0.001, 100.0), st.floats(0.0, 5.0))
def test_the_order_of_the_policies(utilization, scv, away, away_scv):
    base = (utilization, 1.0, scv)
    plain = float(mg1_wait_mean_hours(*base))
    single = float(mg1_single_vacation_wait_mean_hours(*base, away, away_scv))
    assert plain <= single <= float(mg1_vacations_wait_mean_hours(*base, away, away_scv)) * (1.0 + 1e-12)
    assert plain <= float(mg1_setup_wait_mean_hours(*base, away, away_scv))


@given(UTILIZATION, SCV, st.integers(1, 50))
def test_limits(utilization, scv, threshold):
    base = (utilization, 1.0, scv)
    plain = float(mg1_wait_mean_hours(*base))
    for formula in (mg1_vacations_wait_mean_hours, mg1_single_vacation_wait_mean_hours, mg1_setup_wait_mean_hours):
        assert float(formula(*base, 0.0, 1.0)) == plain
    assert float(mg1_threshold_wait_mean_hours(*base, 1)) == plain
    extra = float(mg1_threshold_wait_mean_hours(*base, threshold)) - plain
    assert extra == pytest.approx((threshold - 1) / (2.0 * utilization), rel=1e-9, abs=1e-12)


def test_setup_against_the_states():
    """M/M/1 with exponential set-up, as a chain over (in set-up or not, number)."""
    rate, setup, levels = 0.6, 1 / 0.7, 400
    generator = np.zeros((2 * levels, 2 * levels))  # even: idle or in set-up, odd: in service
    for n in range(levels - 1):
        generator[2 * n, 2 * n + 2] = generator[2 * n + 1, 2 * n + 3] = rate
    for n in range(1, levels):
        generator[2 * n, 2 * n + 1] = 1.0 / setup
        generator[2 * n + 1, 2 * n - 1 if n > 1 else 0] = 1.0
    generator[1, :] = 0.0
    generator[1, 0] = 1.0
    generator -= np.diag(generator.sum(axis=1))
    generator[:, 0] = 1.0
    p = np.linalg.solve(generator.T, np.eye(2 * levels)[0])
    number = (np.arange(2 * levels) // 2) @ p
    assert float(mg1_setup_wait_mean_hours(rate, 1.0, 1.0, setup, 1.0)) == pytest.approx(number / rate - 1.0, rel=1e-9)


def test_without_a_steady_state_and_nobody():
    assert np.isposinf(mg1_vacations_wait_mean_hours([1.0, 2.0], 1.0, 1.0, 1.0, 1.0)).all()
    assert np.isposinf(mg1_threshold_wait_mean_hours(0.0, 1.0, 1.0, 2))
    assert float(mg1_threshold_wait_mean_hours(0.0, 1.0, 1.0, 1)) == 0.0
    assert float(mg1_setup_wait_mean_hours(0.0, 1.0, 1.0, 2.0, 1.0)) == 2.0
    assert float(mg1_single_vacation_wait_mean_hours(0.0, 1.0, 1.0, 2.0, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("formula", "name", "last"),
    [
        (mg1_vacations_wait_mean_hours, "vacation_hours", (-1.0, 1.0)),
        (mg1_single_vacation_wait_mean_hours, "vacation_scv", (1.0, -1.0)),
        (mg1_setup_wait_mean_hours, "setup_hours", (np.inf, 1.0)),
        (mg1_threshold_wait_mean_hours, "threshold", (1.5,)),
    ],
)
def test_arguments_are_named(formula, name, last):
    with pytest.raises(ArgumentError, match=name):
        formula(0.5, 1.0, 1.0, *last)
