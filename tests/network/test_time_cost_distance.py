"""The time/cost-distance series: sums, steps, bounds and shares."""

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.network.time_cost_distance import Segment, time_cost_distance

ROUTE = [
    Segment("Xi'an", "transfer", "container terminal", 0.0, 12.0, 80.0, low_hours=6.0, high_hours=24.0),
    Segment("Xi'an - Khorgos", "transport", "railway", 3300.0, 80.0, 1500.0, low_cost_usd=1200.0),
    Segment("Khorgos", "border", "customs", 0.0, 10.0, 100.0),
    Segment(
        "Altynkol", "border", "gauge change", 0.0, 18.0, 330.0, low_hours=4.0, high_hours=60.0, high_cost_usd=600.0
    ),
    Segment("Altynkol - Aktau", "transport", "railway", 3100.0, 120.0, 1240.0),
]


def test_series_by_hand():
    series = time_cost_distance(ROUTE)
    assert series.distance_km.tolist() == [0, 0, 3300, 3300, 3300, 6400]
    assert series.hours.tolist() == [0, 12, 92, 102, 120, 240]
    assert series.cost_usd.tolist() == [0, 80, 1580, 1680, 2010, 3250]
    assert series.low_hours.tolist() == [0, 6, 86, 96, 100, 220]
    assert series.high_hours.tolist() == [0, 24, 104, 114, 174, 294]
    assert series.low_cost_usd[-1] == 3250 - 300
    assert series.high_cost_usd[-1] == 3250 + 270


def test_places_step_up_and_transport_slopes():
    series = time_cost_distance(ROUTE)
    steps = np.diff(series.distance_km) == 0
    assert steps.tolist() == [segment.kind != "transport" for segment in ROUTE]
    assert np.all(np.diff(series.hours) >= 0)
    slope = np.diff(series.hours)[~steps] / np.diff(series.distance_km)[~steps]
    assert slope == pytest.approx([80 / 3300, 120 / 3100])


def test_kinds_sum_to_the_whole():
    series = time_cost_distance(ROUTE)
    assert series.hours_by_kind == {"transport": 200.0, "border": 28.0, "transfer": 12.0}
    assert series.cost_usd_by_kind == {"transport": 2740.0, "border": 430.0, "transfer": 80.0}
    assert sum(series.hours_by_kind.values()) == series.hours[-1]
    assert sum(series.cost_shares.values()) == pytest.approx(1)
    assert series.hours_shares["border"] == pytest.approx(28 / 240)


def test_ranges_hold_the_values_everywhere():
    series = time_cost_distance(ROUTE)
    assert np.all(series.low_hours <= series.hours)
    assert np.all(series.hours <= series.high_hours)
    assert np.all(series.low_cost_usd <= series.cost_usd)
    assert np.all(series.cost_usd <= series.high_cost_usd)


def test_a_split_movement_changes_only_its_middle():
    whole = time_cost_distance([Segment("A - B", "transport", "road", 600.0, 12.0, 900.0)])
    halves = time_cost_distance([Segment(name, "transport", "road", 300.0, 6.0, 450.0) for name in ("A - M", "M - B")])
    for name in ("distance_km", "hours", "cost_usd"):
        assert getattr(whole, name)[-1] == getattr(halves, name)[-1]


def test_no_time_at_all_has_no_shares():
    series = time_cost_distance([Segment("A", "border", "none", 0.0, 0.0, 0.0)])
    assert series.hours_shares == {}
    assert series.cost_shares == {}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("A", "border", "customs", 5.0, 1.0, 1.0), "A.distance_km"),
        (("A", "transport", "road", -5.0, 1.0, 1.0), "A.distance_km"),
        (("A", "transport", "road", 5.0, float("nan"), 1.0), "A.hours"),
        (("A", "transport", "road", 5.0, 1.0, 1.0, 2.0), "A.hours"),
        (("A", "transport", "road", 5.0, 1.0, 1.0, None, None, None, 0.5), "A.cost_usd"),
        (("A", "pause", "road", 5.0, 1.0, 1.0), "A.kind"),
    ],
)
def test_refused_segments(arguments, name):
    with pytest.raises(ArgumentError, match=name):
        Segment(*arguments)


def test_a_route_without_segments():
    with pytest.raises(ArgumentError, match="segments"):
        time_cost_distance([])
