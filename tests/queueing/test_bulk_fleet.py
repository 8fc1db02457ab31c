"""Fleets that gather loads: one vessel, loads of one, the states themselves, and a timetable."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.errors import ArgumentError
from hubcalc.queueing.bulk_fleet import solve_bulk_fleet, timetable_load_wait_mean_hours


def by_balance(load, vessels, least, most, longest=400):
    """Solve the balance of all states (under way, waiting), cut off at `longest`."""
    states = [(k, n) for k in range(vessels) for n in range(least)] + [(vessels, n) for n in range(longest)]
    place = {state: number for number, state in enumerate(states)}
    rates = np.zeros((len(states), len(states)))
    for (away, waiting), row in place.items():
        if away < vessels:
            moves = [((away, waiting + 1) if waiting < least - 1 else (away + 1, 0), load), ((away - 1, waiting), away)]
        else:
            back = (away, waiting - min(waiting, most)) if waiting >= least else (away - 1, waiting)
            moves = [((away, waiting + 1), load), (back, vessels)]
        for target, rate in moves:
            if target in place and rate:
                rates[row, place[target]] += rate
                rates[row, row] -= rate
    system = np.vstack([rates.T, np.ones(len(states))])
    law = np.linalg.lstsq(system, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    waiting = np.array([n for _, n in states])
    away = np.array([k for k, _ in states]) == vessels
    return law @ (waiting * ~away) / load, law @ (waiting * away) / load, law @ away


@pytest.mark.parametrize("given", [(7.0, 3, 4, 5), (2.0, 2, 6, 6), (9.0, 4, 1, 3), (1.0, 1, 3, 8)])
def test_states_in_balance(given):
    load, vessels, least, most = given
    fleet = solve_bulk_fleet(load, 1.0, vessels, least, most)
    found = [fleet.load_wait_mean_hours, fleet.vessel_wait_mean_hours, fleet.all_away_share]
    assert [float(value) for value in found] == pytest.approx(by_balance(*given), rel=1e-8)


def test_one_vessel_is_the_bulk_queue():
    fleet, queue = solve_bulk_fleet(15.0, 2.0, 1, 20, 50), queueing.solve_bulk_queue(15.0, 2.0, 20, 50)
    wait = fleet.load_wait_mean_hours + fleet.vessel_wait_mean_hours
    assert float(wait) == pytest.approx(float(queue.wait_mean_hours))
    assert float(15 / fleet.departures_per_hour) == pytest.approx(float(queue.batch_mean))


def test_loads_of_one_are_m_m_c():
    fleet = solve_bulk_fleet(2.7, 1.0, 3, 1, 1)
    assert float(fleet.vessel_wait_mean_hours) == pytest.approx(float(queueing.mmc_wait_mean_hours(2.7, 1.0, 3)))
    assert float(fleet.load_wait_mean_hours) == 0.0


def test_limits():
    """With vessels to spare a load gathers for (a - 1) / 2 intervals; at the capacity the wait is endless."""
    idle = solve_bulk_fleet(1e-3, 1.0, 20, 5000, 5000)
    assert float(idle.load_wait_mean_hours) == pytest.approx(4999 / 2 / 1e-3)
    full = solve_bulk_fleet([100.0, 120.0], 1.0, 2, 10, 50)
    assert np.isinf(full.vessel_wait_mean_hours).all()
    assert full.departures_per_hour.tolist() == [2.0, 2.0]


def test_columns_equal_scalars():
    rates, vessels = np.array([1.0, 20.0, 90.0]), np.array([1, 2, 3])
    columns = solve_bulk_fleet(rates, 1.0, vessels, 10, 40)
    alone = [solve_bulk_fleet(rate, 1.0, count, 10, 40) for rate, count in zip(rates, vessels, strict=True)]
    for name in ("load_wait_mean_hours", "vessel_wait_mean_hours", "all_away_share", "departures_per_hour"):
        assert getattr(columns, name).tolist() == [float(getattr(each, name)) for each in alone]


def test_a_load_below_the_least_is_refused():
    with pytest.raises(ArgumentError, match="largest_load"):
        solve_bulk_fleet(1.0, 1.0, 1, 5, 4)


@pytest.mark.slow
def test_skipped_departures_by_simulation():
    rng, rate, interval, least = np.random.default_rng(2), 2.0, 6.0, 30
    means = []
    for _ in range(20):
        waits, gathered, here = 0.0, 0, []
        for k in range(4000):
            here += list(k * interval + interval * rng.random(rng.poisson(rate * interval)))
            if len(here) >= least:
                waits, gathered = waits + sum((k + 1) * interval - at for at in here), gathered + len(here)
                here = []
        means.append(waits / gathered)
    expected = float(timetable_load_wait_mean_hours(rate, interval, least))
    assert abs(np.mean(means) - expected) < 4 * np.std(means, ddof=1) / 20**0.5


def test_timetable_limits():
    assert timetable_load_wait_mean_hours(5.0, [2.0, 12.0], 1).tolist() == [1.0, 6.0]
    fine = timetable_load_wait_mean_hours(1e-3, 1.0, 50)
    assert float(fine) == pytest.approx(49 / 2 / 1e-3 + 0.5)
