import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    mg1_preemptive_wait_mean_hours,
    mg1_priority_wait_mean_hours,
    mg1_wait_mean_hours,
    mmc_preemptive_wait_mean_hours,
    mmc_priority_wait_mean_hours,
    mmc_wait_mean_hours,
)

SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5)
SCV = {"E2": 0.5, "H2 balanced means scv=4": 4.0}


def law(part):
    mean = part["mean_service_h"]
    scv = part["second_moment_h2"] / mean**2 - 1.0 if "second_moment_h2" in part else SCV[part["service"]]
    return part["arrival_rate_per_h"], mean, scv


@pytest.mark.parametrize("interrupts", [False, True])
def test_golden_one_server(golden, agrees, interrupts):
    kind = "preemptive-resume" if interrupts else "non-preemptive"
    for case in golden("priorities", f"M/G/1 {kind}", "mean"):
        rates, means, scvs = zip(*map(law, case["parameters"]["classes"]), strict=True)
        index = int(case["quantity"][-1]) - 1
        formula = mg1_preemptive_wait_mean_hours if interrupts else mg1_priority_wait_mean_hours
        wait = float(formula(rates, means, scvs)[index])
        agrees(case, wait + means[index] if interrupts else wait, 1e-10)


@pytest.mark.parametrize("interrupts", [False, True])
def test_golden_many_servers(golden, agrees, interrupts):
    kind = "preemptive-resume" if interrupts else "non-preemptive"
    for case in golden("priorities", f"M/M/c {kind}", "mean"):
        service = 1.0 / case["parameters"]["service_rate"]
        formula = mmc_preemptive_wait_mean_hours if interrupts else mmc_priority_wait_mean_hours
        waits = formula(case["parameters"]["arrival_rates"], service, case["parameters"]["c"])
        wait = float(waits[int(case["quantity"][-1]) - 1])
        agrees(case, wait + service if interrupts else wait, 1e-10)


@given(SHARES, st.floats(0.05, 0.99), st.floats(0.0, 10.0))
def test_conservation_in_one_server(shares, utilization, scv):
    """The work that waits does not depend on the order: sum rho_i W_i, without interruptions."""
    loads = np.array(shares) / sum(shares) * utilization
    waits = mg1_priority_wait_mean_hours(loads, 1.0, scv)
    total = utilization * float(mg1_wait_mean_hours(utilization, 1.0, scv))
    assert float(loads @ waits) == pytest.approx(total, rel=1e-11)
    assert (np.diff(waits) > 0.0).all()


@given(SHARES, st.floats(0.05, 0.99), st.integers(1, 40))
def test_conservation_in_many_servers(shares, utilization, servers):
    rates = np.array(shares) / sum(shares) * utilization * servers
    total = utilization * servers * float(mmc_wait_mean_hours(utilization * servers, 1.0, servers))
    for formula in (mmc_priority_wait_mean_hours, mmc_preemptive_wait_mean_hours):
        assert float(rates @ formula(rates, 1.0, servers)) == pytest.approx(total, rel=1e-10)


@given(SHARES, st.floats(0.05, 0.95))
def test_one_exponential_server_both_ways(shares, utilization):
    rates = np.array(shares) / sum(shares) * utilization
    expected = mg1_preemptive_wait_mean_hours(rates, 1.0, 1.0)
    assert mmc_preemptive_wait_mean_hours(rates, 1.0, 1) == pytest.approx(expected, rel=1e-10)
    expected = mg1_priority_wait_mean_hours(rates, 1.0, 1.0)
    assert mmc_priority_wait_mean_hours(rates, 1.0, 1) == pytest.approx(expected, rel=1e-10)


@given(st.floats(0.01, 0.98), st.floats(0.0, 9.0), st.integers(1, 40))
def test_one_class_is_no_priority(utilization, scv, servers):
    wait = float(mg1_wait_mean_hours(utilization, 1.0, scv))
    assert float(mg1_priority_wait_mean_hours([utilization], 1.0, scv)[0]) == pytest.approx(wait, rel=1e-12)
    assert float(mg1_preemptive_wait_mean_hours([utilization], 1.0, scv)[0]) == pytest.approx(wait, rel=1e-12)
    wait = float(mmc_wait_mean_hours(utilization * servers, 1.0, servers))
    for formula in (mmc_priority_wait_mean_hours, mmc_preemptive_wait_mean_hours):
        assert float(formula([utilization * servers], 1.0, servers)[0]) == pytest.approx(wait, rel=1e-11)


@given(st.floats(0.05, 0.95), st.integers(1, 30))
def test_a_rare_class_is_the_limit_of_one(utilization, servers):
    none, few, some = (
        mmc_preemptive_wait_mean_hours([utilization * servers, rare], 1.0, servers)[1] for rare in (0.0, 1e-12, 1e-5)
    )
    assert float(few) == pytest.approx(float(none), rel=1e-9)
    assert float(some) == pytest.approx(float(none), rel=1e-2)


def test_who_has_no_room_does_not_hold_up_the_others():
    waits = mg1_priority_wait_mean_hours([0.4, 0.9, 0.1], 1.0, 1.0)
    just = mg1_priority_wait_mean_hours([0.4, 0.6 - 1e-12, 0.0], 1.0, 1.0)
    assert np.isposinf(waits[1:]).all()
    assert float(waits[0]) == pytest.approx(float(just[0]), rel=1e-9)
    assert float(mg1_preemptive_wait_mean_hours([0.4, 0.9], 1.0, 1.0)[0]) == pytest.approx(0.4 / 0.6)
    for formula in (mmc_priority_wait_mean_hours, mmc_preemptive_wait_mean_hours):
        assert np.isfinite(formula([1.0, 5.0, 1.0], 1.0, 3)).tolist() == [True, False, False]


@given(SHARES, st.floats(0.05, 0.9), st.floats(0.3, 30.0))
def test_conservation_with_servers_in_part(shares, utilization, servers):
    rates = np.array(shares) / sum(shares) * utilization * servers
    total = utilization * servers * float(mmc_wait_mean_hours(utilization * servers, 1.0, servers))
    for formula in (mmc_priority_wait_mean_hours, mmc_preemptive_wait_mean_hours):
        assert float(rates @ formula(rates, 1.0, servers)) == pytest.approx(total, rel=1e-10)


def test_columns():
    assert mmc_preemptive_wait_mean_hours(np.ones((4, 1, 2)) * 0.1, [1.0, 2.0], 3).shape == (4, 2, 2)
    assert mg1_priority_wait_mean_hours([0.1, 0.0, 0.2], 1.0, [0.0, 1.0, 2.0]).shape == (3,)


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (0.5, 1.0, 2)),
        ("arrivals_per_hour", ([-0.5, 0.1], 1.0, 2)),
        ("service_hours", ([0.5, 0.1], 0.0, 2)),
        ("servers", ([0.5, 0.1], 1.0, 0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        mmc_priority_wait_mean_hours(*given_to)
