import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    PhaseType,
    fit_two_moments,
    phphc_wait_mean_hours,
    phphc_wait_probability,
    phphc_wait_quantile_hours,
    solve_ph_ph_c,
)
from hubcalc.queueing.gi_dc import gidc_wait_mean_hours, gidc_wait_probability, gidc_wait_quantile_hours
from hubcalc.queueing.near_constant_service import (
    near_constant_expected_error,
    near_constant_wait_mean_hours,
    near_constant_wait_probability,
    near_constant_wait_quantile_hours,
)

SCV = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])


FAMILIES = [
    (near_constant_wait_mean_hours, gidc_wait_mean_hours, phphc_wait_mean_hours, ()),
    (near_constant_wait_probability, gidc_wait_probability, phphc_wait_probability, ()),
    (near_constant_wait_quantile_hours, gidc_wait_quantile_hours, phphc_wait_quantile_hours, (0.9,)),
]


@pytest.mark.parametrize(("function", "constant", "phases", "more"), FAMILIES)
@settings(max_examples=10)
@given(rho=st.floats(0.3, 0.97), arrival=SCV, servers=st.integers(1, 4))
def test_exact_where_its_neighbors_are(function, constant, phases, more, rho, arrival, servers):
    low, high = function(rho * servers, arrival, 1.0, [0.0, 0.25], servers, *more)
    assert float(low) == pytest.approx(float(constant(rho * servers, arrival, 1.0, servers, *more)), rel=1e-9)
    exact = float(phases(rho * servers, arrival, 1.0, 0.25, servers, *more))
    assert float(high) == pytest.approx(exact, rel=1e-7, abs=1e-9)


@pytest.mark.slow
@settings(max_examples=25)
@given(st.floats(0.05, 0.97), SCV, st.integers(1, 12))
def test_more_variable_service_waits_longer(rho, arrival, servers):
    scv = np.linspace(0.0, 0.25, 6)
    waits = near_constant_wait_mean_hours(rho * servers, arrival, 1.0, scv, servers)
    assert (waits >= 0.0).all()
    if arrival <= 1.0:
        assert (np.diff(waits) >= -1e-3 * waits[1:]).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arrival", "servers", "phases"),
    [(0.5, 1, 20), (0.5, 2, 6), (0.5, 2, 16), (1.0, 2, 16), (4.0, 2, 10), (0.25, 3, 6)],
)
def test_stated_error_against_many_phases(arrival, servers, phases):
    """Erlang service of many phases, solved exactly: a law that the simulations had as a gamma law too."""
    rho = np.array([0.4, 0.6, 0.8, 0.92])
    interval = fit_two_moments(1.0 / (rho * servers), arrival)
    exact = solve_ph_ph_c(interval, PhaseType.erlang(phases, 1.0), servers, most_states=500)
    given = (rho * servers, arrival, 1.0, 1.0 / phases, servers)
    for quantity, value, truth in (
        ("mean", near_constant_wait_mean_hours(*given), exact.wait_mean_hours),
        ("probability", near_constant_wait_probability(*given), exact.wait_probability),
        ("p95", near_constant_wait_quantile_hours(*given, 0.95), exact.wait_quantile_hours(0.95)),
    ):
        known = (truth >= 0.1) | (quantity != "p95")
        expected = near_constant_expected_error(quantity, arrival, 1.0 / phases, servers, rho)
        assert not expected.out_of_range[known].any()
        error = np.abs(value[known] / truth[known] - 1.0)
        assert (error <= 1.5 * expected.percentile_95[known]).all(), quantity


def test_limits():
    waits = near_constant_wait_mean_hours([0.0, 1.0, 2.0, 5.0], 0.5, 1.0, 0.1, 2)
    assert waits[0] == 0.0
    assert np.isfinite(waits[1])
    assert np.isposinf(waits[2:]).all()
    assert near_constant_wait_probability([0.0, 2.0], 0.5, 1.0, 0.1, 2).tolist() == [0.0, 1.0]
    quantiles = near_constant_wait_quantile_hours([0.0, 1.0, 2.0, 2.0], 0.5, 1.0, 0.1, 2, [0.9, 0.0, 0.9, 0.0])
    assert quantiles.tolist() == [0.0, 0.0, np.inf, 0.0]
    assert near_constant_wait_mean_hours(np.zeros((0, 2)), 0.5, 1.0, 0.1, 2).shape == (0, 2)


def test_columns_are_as_each_alone():
    rate, arrival, servers = np.array([0.5, 6.0, 14.0]), np.array([[0.3], [2.0]]), np.array([1, 8, 16])
    together = near_constant_wait_mean_hours(rate, arrival, 1.0, 0.1, servers)
    alone = [
        [float(near_constant_wait_mean_hours(r, a[0], 1.0, 0.1, c)) for r, c in zip(rate, servers, strict=True)]
        for a in arrival
    ]
    assert together == pytest.approx(np.array(alone), rel=1e-11)


def test_error_of_constant_service_is_none():
    expected = near_constant_expected_error("mean", [0.5, 30.0, 0.5, 0.5], [0.0, 0.0, 0.1, 0.3], [2, 50, 40, 2], 0.8)
    assert expected.percentile_95[:2].tolist() == [0.0, 0.0]
    assert expected.out_of_range.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("args", "name"),
    [
        ((-1.0, 1.0, 1.0, 0.1, 1), "arrivals_per_hour"),
        ((1.0, 0.0, 1.0, 0.1, 1), "arrival_scv"),
        ((1.0, 1.0, 0.0, 0.1, 1), "service_hours"),
        ((1.0, 1.0, 1.0, 0.3, 1), "service_scv"),
        ((1.0, 1.0, 1.0, 0.1, 0), "servers"),
    ],
)
def test_out_of_range(args, name):
    with pytest.raises(ArgumentError, match=name):
        near_constant_wait_mean_hours(*args)


def test_other_arguments_are_named():
    with pytest.raises(ArgumentError, match="probability"):
        near_constant_wait_quantile_hours(1.0, 1.0, 1.0, 0.1, 2, 1.0)
    with pytest.raises(ArgumentError, match="quantity"):
        near_constant_expected_error("median", 1.0, 0.1, 2, 0.5)
    with pytest.raises(ArgumentError, match="utilization"):
        near_constant_expected_error("mean", 1.0, 0.1, 2, -0.5)


def test_too_many_servers_are_refused():
    with pytest.raises(RefusedError, match="servers"):
        near_constant_wait_mean_hours(100.0, 0.02, 1.0, 0.1, 120)
