import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    mg1_wait_mean_hours,
    mg1_wait_second_moment_hours2,
    mmc_wait_quantile_hours,
    mmc_wait_second_moment_hours2,
    mmc_wait_tail,
)
from hubcalc.queueing.single_server import mg1_wait_quantile_hours, mg1_wait_tail

KINDS = {"M/D/1": 0.0, "M/E2/1": 0.5, "M/E4/1": 0.25, "M/H2/1 (scv 4)": 4.0, "M/G/1 scv=0.1": 0.1}


@pytest.mark.parametrize("model", [*KINDS, "M/U[0.5,1.5]/1", "M/lognormal/1 scv=0.3"])
def test_golden(golden, agrees, model):
    for case in golden("constant_and_general", model, "mean_wait"):
        parameters = case["parameters"]
        value = mg1_wait_mean_hours(parameters["rho"] / 2.0, 2.0, parameters["service_scv"]) / 2.0
        agrees(case, float(value), 1e-12)


@given(st.floats(0.0, 0.999), st.floats(0.0, 20.0))
def test_linear_in_scv(utilization, scv):
    constant, exponential = mg1_wait_mean_hours(utilization, 1.0, [0.0, 1.0])
    line = constant + scv * (exponential - constant)
    assert float(mg1_wait_mean_hours(utilization, 1.0, scv)) == pytest.approx(line, rel=1e-12, abs=1e-300)


@given(st.floats(0.001, 0.999), st.floats(1e-3, 1e3))
def test_second_moment_of_exponential_service(utilization, service):
    rate = utilization / service
    expected = float(mmc_wait_second_moment_hours2(rate, service, 1))
    value = float(mg1_wait_second_moment_hours2(rate, service, 1.0, 6.0 * service**3))
    assert value == pytest.approx(expected, rel=1e-10)


def test_without_a_steady_state():
    assert np.isposinf(mg1_wait_mean_hours([1.0, 2.0], 1.0, 0.5)).all()
    assert np.isposinf(mg1_wait_second_moment_hours2(1.0, 1.0, 0.0, 1.0))


def test_impossible_third_moment():
    with pytest.raises(ArgumentError, match="service_third_moment_hours3"):
        mg1_wait_second_moment_hours2(0.5, 1.0, 1.0, 3.9)


@pytest.mark.parametrize("scv", [-0.1, np.nan, np.inf])
def test_scv_out_of_range(scv):
    with pytest.raises(ArgumentError, match="service_scv"):
        mg1_wait_mean_hours(0.5, 1.0, scv)


@given(st.floats(0.01, 0.99), st.floats(0.0, 1.0), st.floats(0.1, 10.0))
def test_exponential_service_waits_exponentially(utilization, share, service):
    rate, time = utilization / service, -np.log1p(-0.999 * share) * service / (1.0 - utilization)
    expected = float(mmc_wait_tail(rate, service, 1, time))
    assert float(mg1_wait_tail(rate, service, 1.0, time)) == pytest.approx(expected, abs=1e-8)
    expected = float(mmc_wait_quantile_hours(rate, service, 1, 0.99 * share))
    assert float(mg1_wait_quantile_hours(rate, service, 1.0, 0.99 * share)) == pytest.approx(expected, rel=1e-5)


def test_tail_and_quantile_are_columns():
    tail = mg1_wait_tail([[0.5], [0.9], [1.5]], 1.0, [0.0, 0.5], 2.0)
    assert tail.shape == (3, 2)
    assert (np.diff(tail[:2], axis=0) > 0.0).all()
    assert tail[2].tolist() == [1.0, 1.0]
    quantile = mg1_wait_quantile_hours(0.9, 1.0, [0.0, 0.5, 2.0], 0.9)
    assert mg1_wait_tail(0.9, 1.0, [0.0, 0.5, 2.0], quantile) == pytest.approx(0.1, abs=1e-8)
    assert float(mg1_wait_quantile_hours(2.0, 1.0, 1.0, 0.5)) == np.inf
    with pytest.raises(ArgumentError, match="hours"):
        mg1_wait_tail(0.5, 1.0, 1.0, -1.0)


@pytest.mark.parametrize("spare", [1e-2, 1e-3, 1e-5, 1e-7, 1e-9, 1e-12])
def test_exponential_service_to_saturation(spare):
    """rho e^(-(1 - rho) t), where 1 - rho is exact: no digit is lost to saturation."""
    rho = 1.0 - spare
    times = np.linspace(0.05, 20.0, 40) / (1.0 - rho)
    exact = rho * np.exp(-(1.0 - rho) * times)
    tail = mg1_wait_tail(rho, 1.0, 1.0, times)
    assert tail == pytest.approx(exact, abs=1e-9)
    assert tail == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9, 1.0 - 1e-9])
def test_quantiles_far_out(rho):
    probability = 1.0 - 2.0 ** -np.arange(7.0, 50.0, 3.0)
    quantile = mg1_wait_quantile_hours(rho, 1.0, 1.0, probability)
    assert quantile == pytest.approx(np.maximum(np.log(rho / (1.0 - probability)), 0.0) / (1.0 - rho), rel=1e-8)
    for scv in (0.0, 0.3, 4.0):
        times = mg1_wait_quantile_hours(rho, 1.0, scv, probability[1:])
        assert mg1_wait_tail(rho, 1.0, scv, times) == pytest.approx(1.0 - probability[1:], rel=1e-7)
        # the decay is exponential far out
        steps = np.diff(times[-6:])
        assert steps == pytest.approx(np.full(5, steps[0]), rel=5e-3)


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e-100, 1e100, 1e200, 1e300])
@pytest.mark.parametrize("scv", [0.0, 0.5, 1.0])
def test_any_unit_of_time(unit, scv):
    assert float(mg1_wait_tail(0.8 / unit, unit, scv, 3.0 * unit)) == pytest.approx(
        float(mg1_wait_tail(0.8, 1.0, scv, 3.0)), abs=1e-10
    )
    assert float(mg1_wait_quantile_hours(0.8 / unit, unit, scv, 0.9)) / unit == pytest.approx(
        float(mg1_wait_quantile_hours(0.8, 1.0, scv, 0.9)), rel=1e-8
    )


@pytest.mark.parametrize("scv", [0.0, 0.01, 1.0, 100.0])
def test_nobody_waits_for_ever(scv):
    assert mg1_wait_tail([1e-6, 0.5, 1.0 - 1e-9], 1.0, scv, [[1e100], [1e155], [1e200], [1e300]]).max() == 0.0
    assert float(mg1_wait_tail(0.5e200, 1e-200, scv, 1e300)) == 0.0
