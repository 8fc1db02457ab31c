"""Matching of two streams that are not Poisson: Poisson limits, simulation, and symmetry."""

import numpy as np
import pytest

from hubcalc.queueing import fit_two_moments, match_two_streams
from hubcalc.queueing.renewal_matching import (
    match_two_renewals,
    matched_wait_probability,
    matched_wait_second_moment_hours2,
)


@pytest.mark.parametrize("rates", [(1.0, 1.0), (0.9, 1.0), (10.0, 1.0), (1.0, 10.0)])
def test_exponential_intervals_are_the_closed_form(rates):
    plain = match_two_streams(*rates, 4, 3)
    chain = match_two_renewals(*(fit_two_moments(1 / rate, 1.0) for rate in rates), 4, 3)
    for name in ("first_blocking", "second_blocking", "first_wait_mean_hours", "second_wait_mean_hours"):
        assert float(getattr(chain, name)) == pytest.approx(float(getattr(plain, name)), rel=1e-9)
    assert float(chain.first_waits) == pytest.approx(float(matched_wait_probability(*rates, 4, 3)), rel=1e-9)


def simulated(rng, first, second, own, other, arrivals=30_000):
    """Match two streams of intervals one by one: share of the first turned away, mean and second moment of its wait."""
    times = [np.cumsum(rng.gamma(1 / scv, scv / rate, arrivals)) for rate, scv in (first, second)]
    events = sorted([(t, 0) for t in times[0]] + [(t, 1) for t in times[1]])[:arrivals]
    waiting, state, away, waits = [], 0, 0, []
    for time, side in events:
        if side == 0 and state < 0:
            state, _ = state + 1, waits.append(0.0)
        elif side == 0 and state < own:
            state, _ = state + 1, waiting.append(time)
        elif side == 0:
            away += 1
        elif state > 0:
            state, _ = state - 1, waits.append(time - waiting.pop(0))
        elif state > -other:
            state -= 1
    return away / (away + len(waits)), np.mean(waits), np.mean(np.square(waits))


@pytest.mark.parametrize(("first", "second"), [((1.0, 0.25), (1.1, 0.5)), ((1.0, 1.0), (0.9, 1.0))])
def test_simulated_streams(first, second):
    rng = np.random.default_rng(4)
    runs = np.array([simulated(rng, first, second, 4, 3) for _ in range(12)])
    mean, deviation = runs.mean(axis=0), runs.std(axis=0, ddof=1) / 12**0.5
    chain = match_two_renewals(*(fit_two_moments(1 / rate, scv) for rate, scv in (first, second)), 4, 3)
    found = [float(chain.first_blocking), float(chain.first_wait_mean_hours)]
    if first[1] == second[1] == 1.0:
        found.append(float(matched_wait_second_moment_hours2(first[0], second[0], 4, 3)))
    assert np.all(np.abs(mean[: len(found)] - found) < 4 * deviation[: len(found)])


def test_more_regular_trains_are_turned_away_less():
    """At equal rates, four tracks and three: 12.5 % of Poisson trains, of Erlang ones some 3.5 %, then 1 %."""
    shares = []
    for scv in (1.0, 1 / 4, 1 / 16):
        trains = fit_two_moments(1.0, scv)
        shares.append(float(match_two_renewals(trains, trains, 4, 3).first_blocking))
    assert shares == pytest.approx([0.125, 0.035, 0.010], abs=0.002)


def test_both_sides_match_as_many():
    match = match_two_renewals(fit_two_moments(1.0, 0.3), fit_two_moments(1.3, 2.0), 5, 2)
    assert 1.0 * (1 - float(match.first_blocking)) == pytest.approx((1 - float(match.second_blocking)) / 1.3)
    turned = match_two_renewals(fit_two_moments(1.3, 2.0), fit_two_moments(1.0, 0.3), 2, 5)
    assert float(turned.second_wait_mean_hours) == pytest.approx(float(match.first_wait_mean_hours))


def test_columns_and_extreme_rooms():
    column = match_two_renewals(fit_two_moments([1.0, 2.0], 0.5), fit_two_moments([1.0, 1.0], 0.5), 3, 3)
    alone = match_two_renewals(fit_two_moments(2.0, 0.5), fit_two_moments(1.0, 0.5), 3, 3)
    assert float(column.first_blocking[1]) == pytest.approx(float(alone.first_blocking))
    large = match_two_renewals(fit_two_moments(0.1, 1.0), fit_two_moments(1.0, 1.0), 1000, 10)
    assert float(large.first_blocking) == pytest.approx(0.9)
    none = match_two_renewals(fit_two_moments(1.0, 1.0), fit_two_moments(1.0, 1.0), 1, 0)
    assert float(none.first_blocking) == pytest.approx(0.5)
