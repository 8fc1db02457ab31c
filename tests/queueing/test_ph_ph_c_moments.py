import numpy as np
import pytest

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    PhaseType,
    mmc_wait_mean_hours,
    phphc_wait_mean_hours,
    phphc_wait_probability,
    phphc_wait_quantile_hours,
    solve_ph_ph_c,
)
from hubcalc.queueing.ph_ph_c_moments import phphc_wait_tail

NAMES = ("arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers")


def test_mixed_columns_are_those_of_single_calls():
    rng = np.random.default_rng(7)
    servers = rng.integers(1, 5, 60)
    arrival, service = rng.choice([0.3, 0.5, 1.0, 2.0], (2, 60))
    rates = rng.uniform(0.0, 1.2, 60) * servers / 0.5
    columns = (rates, arrival, 0.5, service, servers)
    means, probabilities = phphc_wait_mean_hours(*columns), phphc_wait_probability(*columns)
    quantiles = phphc_wait_quantile_hours(*columns, 0.95)
    for k in range(60):
        row = (rates[k], arrival[k], 0.5, service[k], servers[k])
        assert float(phphc_wait_mean_hours(*row)) == pytest.approx(means[k], rel=1e-11)
        assert float(phphc_wait_probability(*row)) == pytest.approx(probabilities[k], rel=1e-11)
        assert float(phphc_wait_quantile_hours(*row, 0.95)) == pytest.approx(quantiles[k], rel=1e-9, abs=1e-12)
        assert np.isinf(means[k]) == (rates[k] * 0.5 >= servers[k])


def test_two_moments_give_the_laws_of_the_fit():
    queue = solve_ph_ph_c(PhaseType.erlang(2, 0.4), PhaseType.hyperexponential(1.0, 3.0), 4)
    assert float(phphc_wait_mean_hours(2.5, 0.5, 1.0, 3.0, 4)) == pytest.approx(float(queue.wait_mean_hours), rel=1e-13)


def test_tails_and_quantiles_are_inverse():
    loads, hours = np.array([[1.0], [2.0], [3.6], [5.0]]), np.array([0.0, 0.5, 2.0])
    tails = phphc_wait_tail(loads, 0.5, 1.0, 2.0, 4, hours)
    assert tails[:, 0] == pytest.approx(phphc_wait_probability(loads[:, 0], 0.5, 1.0, 2.0, 4), rel=1e-11)
    assert tails[3].tolist() == [1.0, 1.0, 1.0]
    assert phphc_wait_quantile_hours(loads[:3], 0.5, 1.0, 2.0, 4, 1.0 - tails[:3, 1:]) == pytest.approx(
        np.broadcast_to(hours[1:], (3, 2)), rel=1e-9
    )
    assert phphc_wait_tail(0.0, 0.5, 1.0, 2.0, 4, 0.0) == 0.0
    with pytest.raises(ArgumentError, match="hours"):
        phphc_wait_tail(1.0, 0.5, 1.0, 2.0, 4, -1.0)


def test_nothing_arrives():
    assert phphc_wait_mean_hours([0.0, 0.0], 0.5, 1.0, 0.5, 2).tolist() == [0.0, 0.0]
    waits = phphc_wait_mean_hours([0.0, 1e-300, 1.0], 1.0, 1.0, 1.0, 2)
    assert waits[0] == 0.0
    assert waits[1] == pytest.approx(0.0, abs=1e-250)
    assert waits[2] == pytest.approx(float(mmc_wait_mean_hours(1.0, 1.0, 2)), rel=1e-12)
    assert phphc_wait_mean_hours(np.zeros((0, 3)), 1.0, 1.0, 1.0, 2).shape == (0, 3)


def test_quantiles_broadcast():
    waits = phphc_wait_quantile_hours([[2.0], [9.0]], 0.5, 1.0, 0.5, 4, [0.0, 0.5, 0.9, 0.99])
    assert waits.shape == (2, 4)
    assert np.isposinf(waits[1, 1:]).all()
    assert waits[:, 0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("function", [phphc_wait_mean_hours, phphc_wait_probability])
@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_named(function, name):
    for value in (-1.0, np.nan, np.inf):
        with pytest.raises(ArgumentError, match=name):
            function(**(dict.fromkeys(NAMES, 1.0) | {name: value}))


def test_probability_is_checked_and_large_blocks_are_refused():
    with pytest.raises(ArgumentError, match="probability"):
        phphc_wait_quantile_hours(1.0, 1.0, 1.0, 1.0, 2, 1.0)
    with pytest.raises(RefusedError, match="states"):
        phphc_wait_mean_hours(1.0, 0.5, 1.0, 0.05, [1, 8])
