"""Halls: batches of passengers by adding them up one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import (
    FRUIN_QUEUE_AREA_M2,
    batch_wait_last_hours,
    batch_wait_mean_hours,
    fewest_booths_for_batch,
    hall_area_m2,
    hall_persons,
)


def test_t13_flights_at_booths():
    # 900 an hour: 150 every ten minutes, or 900 at once; the fluid of the source leaves out the first person
    batches, intervals = [150, 900], [10 / 60, 1.0]
    assert batch_wait_mean_hours(batches, 900, intervals) * 60 == pytest.approx([4.97, 30], abs=0.05)
    assert batch_wait_last_hours(batches, 900, intervals) * 60 == pytest.approx([9.93, 60], abs=0.07)


@given(st.integers(1, 300), st.floats(10, 5000))
def test_persons_one_by_one(persons, rate):
    waits = np.arange(persons) / rate
    assert batch_wait_mean_hours(persons, rate, 1e3) == pytest.approx(waits.mean())
    assert batch_wait_last_hours(persons, rate, 1e3) == pytest.approx(waits[-1])


def test_batches_that_come_too_soon_pile_up():
    assert batch_wait_mean_hours(151, 900, 10 / 60) == np.inf
    assert batch_wait_last_hours(151, 900, 10 / 60) == np.inf


@given(st.integers(1, 300), st.floats(0.002, 0.2), st.floats(0.1, 5), st.floats(0.01, 5))
def test_booths_are_enough_and_one_less_is_not(persons, service, interval, limit):
    booths = int(fewest_booths_for_batch(persons, service, interval, limit))
    assert batch_wait_last_hours(persons, booths / service, interval) <= limit * (1 + 1e-9)
    if booths > 1:
        assert batch_wait_last_hours(persons, (booths - 1) / service, interval) > limit


def test_area_of_a_hall():
    assert hall_persons(900, 0.25) == 225
    assert hall_area_m2(hall_persons(900, 0.25), FRUIN_QUEUE_AREA_M2["C"]) == pytest.approx(146.25)
    assert list(FRUIN_QUEUE_AREA_M2.values()) == sorted(FRUIN_QUEUE_AREA_M2.values(), reverse=True)
