import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    largest_flow_for_wait,
    mg1_wait_mean_hours,
    mmc_wait_mean_hours,
    mxg1_wait_mean_hours,
    phphc_wait_mean_hours,
)
from hubcalc.queueing.gradients import (
    capacity_elasticities,
    elasticities,
    mg1_wait_elasticities,
    mmc_wait_elasticities,
)


@pytest.mark.parametrize(
    ("utilization", "rel"), [(0.1, 1e-9), (0.5, 1e-9), (0.9, 1e-8), (0.99, 1e-8), (1 - 1e-6, 1e-6), (1 - 1e-9, 1e-4)]
)
@pytest.mark.parametrize("servers", [1, 4, 60])
def test_differences_are_the_closed_form_of_mmc(utilization, rel, servers):
    inputs = {"arrivals_per_hour": utilization * servers / 0.5, "service_hours": 0.5, "servers": servers}
    near, closed = elasticities(mmc_wait_mean_hours, **inputs), mmc_wait_elasticities(**inputs)
    assert float(near.result) == pytest.approx(float(closed.result), rel=1e-6)
    for name in ("arrivals_per_hour", "service_hours"):
        each, exact = near.inputs[name], float(closed.inputs[name].change)
        assert each.kind == "elasticity"
        assert float(each.change) == pytest.approx(exact, rel=rel), name
        assert abs(float(each.change) - exact) <= 2.0 * float(each.error) + 1e-12 * exact


@given(st.floats(0.01, 0.99), st.floats(0.01, 10.0), st.floats(0.01, 5.0))
def test_differences_are_the_closed_form_of_mg1(utilization, service, scv):
    inputs = {"arrivals_per_hour": utilization / service, "service_hours": service, "service_scv": scv}
    near, closed = elasticities(mg1_wait_mean_hours, **inputs), mg1_wait_elasticities(**inputs)
    for name, each in near.inputs.items():
        assert float(each.change) == pytest.approx(float(closed.inputs[name].change), rel=1e-6), name
    # of the wait of one server, flow and service: f(rho) s
    change = {name: float(each.change) for name, each in near.inputs.items()}
    assert change["service_hours"] == pytest.approx(change["arrivals_per_hour"] + 1.0, rel=1e-6)


def test_the_single_server_of_both_closed_forms():
    one = mmc_wait_elasticities([0.2, 0.9], 1.0, 1)
    other = mg1_wait_elasticities([0.2, 0.9], 1.0, 1.0)
    for name in one.inputs:
        assert one.inputs[name].change == pytest.approx(other.inputs[name].change, rel=1e-12)


def test_batches_and_two_moments_against_formulas_by_hand():
    """M^X/G/1: E[W] = ((X2/X - 1) s + rho s (1 + scv)) / (2 (1 - rho)) for an item, rho = lambda X s."""
    inputs = {"batches_per_hour": 0.12, "service_hours": 1.0, "service_scv": 0.5}
    near = elasticities(mxg1_wait_mean_hours, batch_mean=5.0, batch_scv=0.0, **inputs)
    rho = 0.6
    top = 4.0 + rho * 1.5
    assert float(near.inputs["batches_per_hour"].change) == pytest.approx(rho * 1.5 / top + rho / (1 - rho), rel=1e-8)
    assert float(near.inputs["service_scv"].change) == pytest.approx(rho * 0.5 / top, rel=1e-8)

    def allen_cunneen(arrival_scv, service_scv):
        return (np.asarray(arrival_scv) + service_scv) / 2.0 * mmc_wait_mean_hours(3.0, 1.0, 4)

    both = elasticities(allen_cunneen, arrival_scv=0.6, service_scv=0.2)
    assert float(both.inputs["arrival_scv"].change) == pytest.approx(0.75, rel=1e-9)
    assert float(both.inputs["service_scv"].change) == pytest.approx(0.25, rel=1e-9)


def test_one_more_server():
    waits = mmc_wait_mean_hours(3.6, 1.0, [4, 5])
    more = elasticities(mmc_wait_mean_hours, arrivals_per_hour=3.6, service_hours=1.0, servers=4).inputs["servers"]
    assert more.kind == "one_more"
    assert float(more.change) == pytest.approx(waits[1] / waits[0] - 1.0, rel=1e-12)
    assert float(more.step) == 1.0
    unstable = elasticities(mmc_wait_mean_hours, arrivals_per_hour=[4.5, 6.0], service_hours=1.0, servers=4)
    assert unstable.inputs["servers"].change.tolist() == [-1.0, np.inf]
    assert np.isposinf(unstable.inputs["arrivals_per_hour"].change).all()


def test_whole_inputs_are_found_by_asking():
    def needs_whole(*, shafts, rate):
        from hubcalc.arguments import whole_at_least_one

        return whole_at_least_one("shafts", shafts) * rate

    found = elasticities(needs_whole, shafts=[2, 4], rate=[[1.0], [3.0]])
    assert found.inputs["shafts"].kind == "one_more"
    assert found.inputs["shafts"].change.tolist() == [[0.5, 0.25], [0.5, 0.25]]
    assert found.inputs["rate"].change == pytest.approx(np.ones((2, 2)), rel=1e-12)


def test_columns_are_points_alone_and_nothing_is_nan():
    rates = np.array([0.0, 0.5, 0.999, 1.0, 2.0])
    columns = elasticities(mg1_wait_mean_hours, arrivals_per_hour=rates, service_hours=1.0, service_scv=0.0)
    for name, each in columns.inputs.items():
        assert not np.isnan(each.change).any(), name
        assert each.change[0] == 0.0
        assert np.isposinf(each.change[3:]).all()
        for i in (1, 2):
            alone = elasticities(mg1_wait_mean_hours, arrivals_per_hour=rates[i], service_hours=1.0, service_scv=0.0)
            assert each.change[i] == pytest.approx(float(alone.inputs[name].change), rel=1e-9)
    assert np.all(columns.inputs["arrivals_per_hour"].step[1:3] * np.exp(0.0) < [0.1, 0.001])


def test_a_numerical_solver_with_matrices():
    """E2/E2/1: the elasticity to the flow from the exact wait at two flows near by."""
    near = elasticities(
        phphc_wait_mean_hours, arrivals_per_hour=0.7, arrival_scv=0.5, service_hours=1.0, service_scv=0.5, servers=1
    )
    step = 1e-4
    near_by = phphc_wait_mean_hours(0.7 * np.exp([-step, step]), 0.5, 1.0, 0.5, 1)
    slope = np.diff(np.log(near_by))[0] / 2 / step
    assert float(near.inputs["arrivals_per_hour"].change) == pytest.approx(slope, rel=1e-6)


def test_capacity():
    """By the implicit function theorem, and by differences of the largest flow itself."""
    inputs = {"service_hours": np.array([0.08, 0.1]), "servers": np.array([5, 3])}
    near = capacity_elasticities(mmc_wait_mean_hours, 0.05, **inputs)
    flow = largest_flow_for_wait(**inputs, wait_limit_hours=0.05)
    assert near.result == pytest.approx(flow, rel=1e-9)
    step = 1e-3
    longer, shorter = (
        largest_flow_for_wait(inputs["service_hours"] * np.exp(s), inputs["servers"], 0.05) for s in (step, -step)
    )
    assert near.inputs["service_hours"].change == pytest.approx(np.log(longer / shorter) / 2 / step, rel=1e-5)
    laxer, tighter = (largest_flow_for_wait(**inputs, wait_limit_hours=0.05 * np.exp(s)) for s in (step, -step))
    assert near.inputs["limit"].change == pytest.approx(np.log(laxer / tighter) / 2 / step, rel=1e-5)
    more = largest_flow_for_wait(inputs["service_hours"], inputs["servers"] + 1, 0.05)
    assert near.inputs["servers"].change == pytest.approx(more / flow - 1.0, rel=1e-8)
    # times and limit together scale the flow by the inverse
    total = near.inputs["service_hours"].change + near.inputs["limit"].change
    assert total == pytest.approx([-1.0, -1.0], rel=1e-7)


def test_errors():
    with pytest.raises(ArgumentError, match="limit"):
        capacity_elasticities(lambda arrivals_per_hour: 1.0 - np.exp(-arrivals_per_hour), 2.0)
    with pytest.raises(ArgumentError, match="service_hours"):
        elasticities(mg1_wait_mean_hours, arrivals_per_hour=1.0, service_hours=-1.0, service_scv=0.5)
    with pytest.raises(ArgumentError, match="arrivals_per_hour"):
        mmc_wait_elasticities(0.0, 1.0, 1)
    with pytest.raises(ArgumentError, match="service_scv"):
        mg1_wait_elasticities(0.5, 1.0, -1.0)


def test_words_are_passed_on():
    def scaled(*, rate, unit):
        return np.asarray(rate) * {"hour": 1.0, "day": 24.0}[unit]

    assert list(elasticities(scaled, rate=2.0, unit="day").inputs) == ["rate"]
