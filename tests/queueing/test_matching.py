import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from hubcalc.errors import ArgumentError
from hubcalc.queueing.finite_room import mmck_blocking_probability
from hubcalc.queueing.matching import match_two_streams, regrouping_wait_mean_hours

RATES, ROOMS = st.floats(1e-3, 1e3), st.integers(0, 40)


def test_published_shares():
    """Four tracks and three: an eighth is turned away at equal rates, 8.398 % where one comes at 0.9 of the other."""
    even = match_two_streams(1.0, 1.0, 4, 3)
    assert even.first_blocking == pytest.approx(0.125)
    assert even.second_blocking == pytest.approx(0.125)
    assert match_two_streams(0.9, 1.0, 4, 3).first_blocking == pytest.approx(0.08398, abs=5e-6)


@given(RATES, RATES, ROOMS, ROOMS)
def test_states_summed_in_many_digits(first, second, own, other):
    with mp.workdps(60):
        ratio = mp.mpf(first) / mp.mpf(second)
        weights = [ratio**j for j in range(own + other + 1)]
        p = [weight / mp.fsum(weights) for weight in weights]
        expected = [
            float(value)
            for value in (
                p[-1],
                p[0],
                mp.fsum(p[other + k] * k for k in range(1, own + 1)),
                mp.fsum(p[other - k] * k for k in range(1, other + 1)),
                mp.mpf(first) * (1 - p[-1]),
            )
        ]
    border = match_two_streams(first, second, own, other)
    got = [border.first_blocking, border.second_blocking, border.first_waiting_mean, border.second_waiting_mean]
    assert [float(value) for value in (*got, border.matches_per_hour)] == pytest.approx(expected, rel=1e-10, abs=1e-280)


@pytest.mark.parametrize("ratio", [1.0 + 1e-15, 1.0 - 1e-12, 1.0 + 1e-8, 1.0 - 1e-5])
def test_nearly_equal_rates_are_nearly_even(ratio):
    border = match_two_streams(ratio, 1.0, 50, 30)
    assert border.first_blocking == pytest.approx(1.0 / 81.0, rel=1e-3)
    assert border.first_waiting_mean == pytest.approx(50 * 51 / 2 / 81, rel=2e-3)


@given(RATES, RATES, ROOMS, ROOMS)
def test_flow_balance_little_and_symmetry(first, second, own, other):
    border = match_two_streams(first, second, own, other)
    mirrored = match_two_streams(second, first, other, own)
    assert border.first_waiting_mean == pytest.approx(float(mirrored.second_waiting_mean), rel=1e-9)
    assert border.matches_per_hour == pytest.approx(float(mirrored.matches_per_hour), rel=1e-9, abs=1e-290)
    assert border.matches_per_hour <= min(first, second) * (1 + 1e-12)
    matches = float(border.matches_per_hour)
    assert border.first_wait_mean_hours * matches == pytest.approx(
        float(border.first_waiting_mean), rel=1e-9, abs=1e-290
    )
    assert second * (1.0 - border.second_blocking) == pytest.approx(matches, rel=1e-6, abs=1e-12 * second)


def test_it_is_the_queue_of_finite_room():
    border = match_two_streams([0.5, 2.0], 1.0, 4, 3)
    assert border.first_blocking == pytest.approx(mmck_blocking_probability([0.5, 2.0], 1.0, 1, 7), rel=1e-10)


def test_no_room_no_match():
    border = match_two_streams(1.0, 2.0, 0, 0)
    assert (border.first_blocking, border.matches_per_hour, border.first_wait_mean_hours) == (1.0, 0.0, 0.0)


def enumerated_wait(size, group):
    """Return the mean wait in intervals between arrivals, item by item over a cycle."""
    groups = np.lcm(size, group) // size
    arrival = np.repeat(np.arange(groups), size)
    leaves = arrival.reshape(-1, group)[:, -1]
    return float((np.repeat(leaves, group) - arrival).mean())


@given(st.integers(1, 60), st.integers(1, 90))
def test_regrouping_item_by_item(size, group):
    wait = regrouping_wait_mean_hours(0.5, size, group)
    assert wait == pytest.approx(2.0 * enumerated_wait(size, group), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"first_per_hour": 0.0}, "first_per_hour"),
        ({"second_per_hour": np.inf}, "second_per_hour"),
        ({"first_room": 1.5}, "first_room"),
        ({"second_room": -1}, "second_room"),
        ({"second_room": [1, 2, 3], "first_room": [1, 2]}, "second_room"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"first_per_hour": 1.0, "second_per_hour": 1.0, "first_room": 2, "second_room": 3}
    with pytest.raises(ArgumentError, match=name):
        match_two_streams(**{**sound, **change})


def test_errors_of_regrouping():
    with pytest.raises(ArgumentError, match="leaving_size"):
        regrouping_wait_mean_hours(1.0, 3, 0)
    with pytest.raises(ArgumentError, match="arriving_groups_per_hour"):
        regrouping_wait_mean_hours(0.0, 3, 2)
