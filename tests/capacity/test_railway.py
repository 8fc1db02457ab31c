"""Railway lines: graphs followed train by train, worked examples and limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import (
    UIC_LARGEST_OCCUPANCY,
    additional_time_rate,
    capacity_consumption_share,
    division_tons_per_day,
    division_trains_per_day,
    double_track_trains_per_day,
    effective_passing_tracks,
    end_delivery_tons_per_day,
    freight_pairs_per_day,
    graph_period_minutes,
    line_occupancy_share,
    needed_pairs_per_day,
    scott_trains_per_day,
    single_track_pairs_per_day,
)
from hubcalc.errors import ArgumentError

minutes = st.floats(0, 10)


def test_t9_single_and_double_track():
    assert int(single_track_pairs_per_day(np.min([58, 55, 57, 57]))) == 26
    assert freight_pairs_per_day(22, 1, [1.2, 1, 1.2, 1.6]) == pytest.approx(17)
    assert needed_pairs_per_day(13, 5.0, 0.87) == pytest.approx(20.7, abs=0.05)
    assert double_track_trains_per_day(9) == 160


@given(st.floats(1, 60), st.floats(1, 60), minutes, minutes, minutes, minutes, minutes, minutes)
def test_graphs_train_by_train(out, back, start, stop, cross_near, cross_far, come_near, come_far):
    found = graph_period_minutes(out, back, start, stop, cross_near, cross_far, come_near, come_far)
    followed = []
    for out_stops_near, out_stops_far, back_stops_far, back_stops_near in (
        (False, True, False, True),
        (True, False, True, False),
        (False, False, True, True),
        (True, True, False, False),
    ):
        clock = (start if out_stops_near else 0) + out + (stop if out_stops_far else 0)  # the train out is through
        clock += cross_far if back_stops_far else come_far
        clock += (start if back_stops_far else 0) + back + (stop if back_stops_near else 0)
        clock += cross_near if out_stops_near else come_near
        followed.append(clock)
    assert found == pytest.approx(followed)
    assert np.all(found >= out + back)


def test_closures_and_outages():
    assert single_track_pairs_per_day(30, maintenance_minutes=120, availability=0.95) == pytest.approx(41.8)
    assert double_track_trains_per_day(8, maintenance_minutes=240, availability=0.9) == pytest.approx(135)
    assert single_track_pairs_per_day(30, maintenance_minutes=1440) == 0


def test_passengers_may_leave_nothing():
    assert freight_pairs_per_day(10, [5, 5], [1.2, 1.6]) == 0
    assert freight_pairs_per_day([10, 20], [[1, 0], [2, 2]], [1.5, 2]).tolist() == [8.5, 13]
    assert freight_pairs_per_day(12, 0, 1.3) == 12


@given(st.floats(1, 120), st.floats(0, 30), st.floats(0.05, 1))
def test_scott_is_a_headway_with_an_efficiency(running, operation, efficiency):
    like = double_track_trains_per_day(running + operation, availability=efficiency)
    assert scott_trains_per_day(running, operation, efficiency) == pytest.approx(float(like), rel=1e-12)


@given(st.floats(0, 1), st.floats(0.05, 1))
def test_consumption_is_full_at_the_limit(occupancy, limit):
    assert capacity_consumption_share(limit, limit) == pytest.approx(1)
    found = capacity_consumption_share(occupancy, limit)
    assert found == pytest.approx(occupancy * (1 + additional_time_rate(limit)))
    assert found >= occupancy


def test_occupancy_of_a_day():
    occupancy = line_occupancy_share(648, 1440)
    peak, day = UIC_LARGEST_OCCUPANCY["mixed"]
    assert occupancy == pytest.approx(0.45)
    assert capacity_consumption_share(occupancy, [peak, day]) == pytest.approx([0.60, 0.75])
    assert line_occupancy_share(70, 60) > 1


def test_a_division_from_its_map_to_its_tonnage():
    positions = [7, 15, 21, 27, 31, 37, 45, 53, 60, 66, 74, 81, 85, 91, 97, 103]
    tracks = effective_passing_tracks(positions, 5)
    trains = np.ceil(division_trains_per_day(tracks, 10, 110))
    assert trains == 17
    assert division_tons_per_day(383, trains, 4) == 4979


def test_the_worst_division_counts():
    tons = division_tons_per_day(383, [[10, 9, 11], [8, 9, 11]])
    assert end_delivery_tons_per_day(tons).tolist() == [3447, 3064]
    assert division_tons_per_day(383, 3, 5) == 0


def test_passing_tracks_stand_in_order():
    with pytest.raises(ArgumentError, match="positions_km"):
        effective_passing_tracks([10, 5, 20], 5)
    assert effective_passing_tracks([[5, 10, 20], [5, 6, 7]], [5, 2]).tolist() == [3, 1]
