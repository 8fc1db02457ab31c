"""CAREC's indicators: arithmetic by hand, and identities between figures of its annual reports."""

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.network.cpmm import (
    cost_to_clear_usd,
    indicators,
    section_cost_usd,
    section_delay_hours,
    speed_with_delay,
    speed_without_delay,
    time_to_clear_hours,
)

# https://cpmm.carecprogram.org/2022-report/kazakhstan, railway: outbound, inbound and both [h], by year
KAZAKHSTAN = {2020: (8.9, 54.4, 48.6), 2021: (11.4, 61.8, 57.2), 2022: (6.8, 78.0, 67.4)}


def test_delay_of_a_section_of_railway_in_2022():
    assert float(section_delay_hours(53.9, 12.4)) == pytest.approx(31.0, abs=0.05)


@pytest.mark.parametrize(("free", "slow"), [(65.2, 15.3), (49.0, 8.9), (57.9, 10.4), (52.9, 29.2), (80.2, 15.0)])
def test_speeds_and_delay_are_one_identity(free, slow):
    # published pairs of speeds: run and stand for 500 km make both
    run = 500 / free
    stand = float(section_delay_hours(free, slow))
    assert float(speed_without_delay(500.0, run)) == pytest.approx(free)
    assert float(speed_with_delay(500.0, run, stand)) == pytest.approx(slow)


@pytest.mark.parametrize("year", KAZAKHSTAN)
def test_each_side_of_a_border_is_a_sample(year):
    # the published mean lies between outbound and inbound: it is over crossing points, not over pairs of them
    outbound, inbound, both = KAZAKHSTAN[year]
    share = (both - outbound) / (inbound - outbound)
    assert 0.8 < share < 1
    assert time_to_clear_hours([outbound, inbound], [1 - share, share]) == pytest.approx(both)
    assert time_to_clear_hours([outbound] * 10 + [inbound] * 57) == pytest.approx(
        time_to_clear_hours([outbound, inbound], [10, 57])
    )


def test_kazakhstan_at_the_speed_of_2022():
    # 3128 km at 10.4 km/h are 12.5 days
    run = 3128 / 57.9
    stand = float(section_delay_hours(57.9, 10.4)) * 3128 / 500
    assert (run + stand) / 24 == pytest.approx(12.5, abs=0.05)


def test_section_cost_by_hand():
    # 4,500 USD over 3,000 km for 24 t: 750 for 500 km, 625 for 20 t
    assert float(section_cost_usd(4500.0, 3000.0, 24.0)) == pytest.approx(625.0)
    assert float(section_cost_usd(883.0, 500.0, 20.0)) == pytest.approx(883.0)
    assert section_cost_usd([100.0, 200.0], 1000.0, 10.0).tolist() == [100.0, 200.0]


def test_indicators_of_a_travel_by_hand():
    found = indicators(
        distance_km=[1000, 0, 0, 1500],
        moving_hours=[20, 0, 0, 30],
        standing_hours=[4, 10, 30, 6],
        cost_usd=[900, 100, 300, 1200],
        border=[False, True, True, False],
        cargo_tonnes=25.0,
    )
    assert found.time_to_clear_hours == 20.0
    assert found.cost_to_clear_usd == 200.0
    assert found.section_cost_usd == pytest.approx(2500 / 5 * 0.8)
    assert found.speed_without_delay_km_per_hour == 50.0
    assert found.speed_with_delay_km_per_hour == 25.0
    # delay a section, from the speeds and from the hours
    assert float(section_delay_hours(50.0, 25.0)) == pytest.approx(50 / 5)


def test_without_a_border_nothing_is_cleared():
    found = indicators([100], [2], [0], [50], [False], 20.0)
    assert found.time_to_clear_hours is None
    assert found.cost_to_clear_usd is None
    assert found.speed_with_delay_km_per_hour == found.speed_without_delay_km_per_hour == 50.0


def test_without_delay_both_speeds_agree():
    assert np.all(speed_with_delay([100.0, 300.0], 2.0, 0.0) == speed_without_delay([100.0, 300.0], 2.0))
    assert float(section_delay_hours(40.0, 40.0)) == 0.0


def test_means_are_weighted_by_what_is_given():
    assert cost_to_clear_usd([100.0, 400.0]) == 250.0
    assert cost_to_clear_usd([100.0, 400.0], [2, 1]) == 200.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: section_delay_hours(10.0, 20.0), "swd_km_per_hour"),
        (lambda: speed_without_delay(100.0, 0.0), "moving_hours"),
        (lambda: section_cost_usd(1.0, 0.0, 20.0), "distance_km"),
        (lambda: section_cost_usd(1.0, 1.0, 0.0), "cargo_tonnes"),
        (lambda: time_to_clear_hours([]), "hours"),
        (lambda: time_to_clear_hours([1.0], [0.0]), "weights"),
        (lambda: time_to_clear_hours([1.0], [1.0, 1.0]), "weights"),
        (lambda: cost_to_clear_usd([-1.0]), "costs_usd"),
        (lambda: indicators([1.0], [1.0], [1.0], [1.0], [True, False], 20.0), "border"),
        (lambda: indicators([1.0], [0.0], [1.0], [1.0], [True], 20.0), "moving_hours"),
    ],
)
def test_refused_arguments(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
