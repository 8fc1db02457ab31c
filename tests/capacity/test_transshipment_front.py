"""Capacity of a transshipment front against arithmetic by hand, published figures and enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity.transshipment_front import (
    crane_capacity_per_hour,
    joined_wait_hours,
    moves_per_box,
    track_capacity_per_hour,
)
from hubcalc.errors import ArgumentError

shares = st.floats(0, 1)


@given(shares, shares)
def test_moves_by_enumeration(yard, again):
    # a box goes through the yard or not, is handled twice over or not
    outcomes = []
    for via_yard, twice in itertools.product((0, 1), repeat=2):
        chance = (yard if via_yard else 1 - yard) * (again if twice else 1 - again)
        outcomes.append((chance, (1 + via_yard) * (1 + twice)))
    mean = sum(chance * moves for chance, moves in outcomes)
    variance = sum(chance * (moves - mean) ** 2 for chance, moves in outcomes)
    found = moves_per_box(yard, again)
    assert found[0] == pytest.approx(mean, rel=1e-12)
    assert found[1] == pytest.approx(variance, rel=1e-9, abs=1e-12)


def test_sure_moves_do_not_vary():
    for yard, again in itertools.product((0, 1), repeat=2):
        mean, variance = moves_per_box(yard, again)
        assert (mean, variance) == ((1 + yard) * (1 + again), 0)


def test_khorgos_in_fifty_five_minutes():
    # three cranes, 45-50 wagons in 55 minutes: 16.4-18.2 moves an hour and crane, 26.2 trains a day
    for boxes, moves in ((45, 45 / 3 / 55 * 60), (50, 50 / 3 / 55 * 60)):
        assert crane_capacity_per_hour(3, moves, 1, boxes, 1) == pytest.approx(60 / 55)
    assert crane_capacity_per_hour(3, 16.4, 1, 45, 1) * 24 == pytest.approx(26.2, abs=0.05)


@pytest.mark.parametrize(("cranes", "minutes"), [(5, 39.2), (2, 98.0)])
def test_a_published_train_of_two_box_sizes(cranes, minutes):
    # 28 boxes of 20 feet (1.5 + 1.75 min) and 28 of 40 feet (1.75 + 2 min) are 196 machine minutes
    per_box = (28 * (1.5 + 1.75) + 28 * (1.75 + 2.0)) / 56
    assert 60 / crane_capacity_per_hour(cranes, 60 / per_box, 1, 56, 1) == pytest.approx(minutes)


def test_cranes_by_hand():
    # 4 cranes x 20 moves x 0.9 = 72 moves an hour; 60 boxes of 1.2 moves are 72 moves
    assert crane_capacity_per_hour(4, 20, 0.9, 60, 1.2) == pytest.approx(1.0)


def test_tracks_by_hand():
    # a train every 2.5 hours on each of five pairs
    assert track_capacity_per_hour(5, 1.0, 1.5) == pytest.approx(2.0)


def test_columns_broadcast():
    cranes, moves = np.array([1, 2, 3]), np.array([[10.0], [20.0]])
    table = crane_capacity_per_hour(cranes, moves, 1, 50, 1)
    assert table.shape == (2, 3)
    assert table[1, 2] == crane_capacity_per_hour(3, 20, 1, 50, 1)
    assert track_capacity_per_hour([1, 2], 1, [[1], [2], [3]]).shape == (3, 2)
    assert joined_wait_hours([1, 2], 0, 0.1, 1, [[2], [3]]).shape == (2, 2)


def test_one_pair_of_tracks_leaves_the_track_queue():
    # one train at a time: nobody else keeps the cranes busy
    assert joined_wait_hours(0.4, 3.0, 0.5, 1.0, 1) == pytest.approx(3.0)


def test_a_wait_for_cranes_is_at_least_that_of_tracks_in_plenty():
    assert joined_wait_hours(0.7, 0.0, 0.1, 1.0, 2) >= 0.7


def test_saturated_cranes_have_no_mean_wait():
    assert joined_wait_hours(math.inf, 1.0, 1.0, 1.0, 3) == math.inf
    assert joined_wait_hours(math.inf, 1.0, 2.0, 1.0, 3) == math.inf
    assert joined_wait_hours(1.0, math.inf, 0.1, 1.0, 3) == math.inf


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 0.99), st.integers(1, 50))
def test_the_joined_wait_is_no_less_than_either(crane_wait, track_wait, load, pairs):
    joined = joined_wait_hours(crane_wait, track_wait, load, 1.0, pairs)
    assert joined >= max(crane_wait, track_wait) - 1e-12
    assert np.isfinite(joined)


@pytest.mark.parametrize(
    ("function", "arguments", "named"),
    [
        (moves_per_box, (1.1, 0), "yard_share"),
        (crane_capacity_per_hour, (0, 20, 1, 50, 1), "cranes"),
        (crane_capacity_per_hour, (3, float("nan"), 1, 50, 1), "moves_per_crane_hour"),
        (track_capacity_per_hour, (2, -1, 1), "shunting_hours"),
        (joined_wait_hours, (1, 1, -1, 1, 1), "trains_per_hour"),
        (joined_wait_hours, (1, 1, 1, 1, 0), "track_pairs"),
    ],
)
def test_arguments_out_of_range_are_named(function, arguments, named):
    with pytest.raises(ArgumentError, match=named):
        function(*arguments)
