import numpy as np
import pytest

import hubcalc.queueing.two_moment_tails
import hubcalc.queueing.two_moment_waits
from hubcalc.errors import ArgumentError
from hubcalc.queueing import departure_scv, fit_two_moments, ggc_wait_mean_hours, solve_ph_ph_c
from hubcalc.queueing.measured_errors import error_table
from hubcalc.queueing.two_moment_methods import (
    TWO_MOMENT_METHOD_NAMES,
    TWO_MOMENT_METHODS,
    expected_two_moment_error,
)

FUNCTIONS = (
    vars(hubcalc.queueing.two_moment_waits)
    | vars(hubcalc.queueing.two_moment_tails)
    | {"departure_scv": departure_scv, "ggc_wait_mean_hours": ggc_wait_mean_hours}
)
QUEUES = [
    (arrival, service, servers)
    for arrival in (0.25, 0.5, 1.0, 4.0)
    for service in (0.5, 1.0, 2.0)
    for servers in (1, 2, 6)
]


def relative_errors(formula, arrival, service, servers, rho):
    """Return relative errors against exact queues; those of too short quantiles are left out."""
    exact = solve_ph_ph_c(fit_two_moments(1.0 / (rho * servers), arrival), fit_two_moments(1.0, service), servers)
    function = FUNCTIONS[formula.function]
    given = (rho * servers, arrival, 1.0, service)
    match formula.quantity:
        case "scv":
            return departure_scv(arrival, service, rho, servers) / exact.departure_scv() - 1.0
        case "probability of a wait":
            return function(*given, servers) / exact.wait_probability - 1.0
        case "quantile of the wait":
            share = float(formula.name[-2:]) / 100.0
            hours = exact.wait_quantile_hours(share)
            long = hours >= 0.1
            return np.where(long, function(*given, servers, share) / np.where(long, hours, 1.0) - 1.0, 0.0)
        case _:
            rest = () if formula.servers[1] == 1.0 else (servers,)
            return function(*given, *rest) / exact.wait_mean_hours - 1.0


@pytest.mark.parametrize("formula", TWO_MOMENT_METHODS, ids=lambda formula: formula.name)
def test_stated_errors_hold(formula):
    """On queues of which the borders of the cells are a part, so that 95 of 100 need not be met exactly."""
    rho = np.array([0.35, 0.55, 0.75, 0.9])
    inside = []
    for arrival, service, servers in QUEUES:
        allowed = (formula.arrival_scv, formula.service_scv, formula.servers)
        if all(low <= value <= high for value, (low, high) in zip((arrival, service, servers), allowed, strict=True)):
            error = relative_errors(formula, arrival, service, servers, rho)
            expected = expected_two_moment_error(formula.name, arrival, service, servers, rho)
            known = ~expected.out_of_range
            inside += (np.abs(error) <= expected.percentile_95 + 1e-9)[known].tolist()
            if formula.quantity == "upper bound of the mean wait":
                assert (error >= 0.0).all()
    assert len(inside) > 30
    assert np.mean(inside) >= 0.9


def test_methods_are_the_names():
    assert {formula.name for formula in TWO_MOMENT_METHODS} == TWO_MOMENT_METHOD_NAMES
    assert set(error_table("two_moment_errors").cells) == TWO_MOMENT_METHOD_NAMES
    assert all(formula.function in FUNCTIONS for formula in TWO_MOMENT_METHODS)


def test_percentiles_are_no_less_than_medians():
    for name in ("two_moment_errors", "near_constant_errors"):
        for cells in error_table(name).cells.values():
            known = ~np.isnan(cells[..., 0])
            assert known.any()
            assert (cells[known][:, 0] <= cells[known][:, 1]).all()
            assert (cells[known] >= 0.0).all()


def test_what_was_not_measured_is_out_of_range():
    scvs = [0.1, 0.5, 9.0, 0.5, 0.5, 0.5]
    expected = expected_two_moment_error("whitt", scvs, 0.5, [2, 2, 2, 40, 2, 2], [0.8, 0.8, 0.8, 0.8, 0.1, 0.999])
    assert expected.out_of_range.tolist() == [True, False, True, True, True, False]
    assert np.isposinf(expected.percentile_95[expected.out_of_range]).all()
    assert bool(expected_two_moment_error("kimura", 2.0, 0.5, 2, 0.8).out_of_range)
    assert bool(expected_two_moment_error("marchal", 0.5, 0.5, 2, 0.8).out_of_range)


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (("erlang", 1.0, 1.0, 1, 0.5), "method"),
        (("whitt", -1.0, 1.0, 1, 0.5), "arrival_scv"),
        (("whitt", 1.0, np.nan, 1, 0.5), "service_scv"),
        (("whitt", 1.0, 1.0, 0, 0.5), "servers"),
        (("whitt", 1.0, 1.0, 1, -0.5), "utilization"),
    ],
)
def test_out_of_range(args, name):
    with pytest.raises(ArgumentError, match=name):
        expected_two_moment_error(*args)
