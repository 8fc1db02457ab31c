"""Ferries: loads and timetables against exact queues, a simulation of departures, storms."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc import queueing
from hubcalc.analysis.stages.ferry_or_vessel import FERRY_OR_VESSEL
from hubcalc.analysis.streams import Stream, column
from hubcalc.queueing.bulk_fleet import solve_bulk_fleet
from hubmodels import Flow
from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)


def at_the_door(per_day, scv=1.0, *, key="flow", unit="train", contents=None, open_share=1.0):
    """Put a flow at the door of a stage."""
    brought = None if contents is None else {"unit": "container", **contents}
    flow = Flow.model_validate({"unit": unit, "per_day": 1.0, "contents": brought, "route": ["here"]})
    rate, spread = np.broadcast_arrays(column(per_day) / 24, column(scv))
    return Stream(key, flow, rate, spread, spread == 1, column(open_share), column(1.0), flow.contents)


def gamma(mean_hours, scv):
    """Write a service time."""
    if scv == 0:
        return {"law": "deterministic", "mean_minutes": 60 * mean_hours}
    return {"law": "gamma", "mean_minutes": 60 * mean_hours, "scv": scv}


def rows_equal_scalars(method, stage, many, alone):
    """Assert that each row of what a stage does to columns is what it does to one value."""
    columns = method.perform(stage, [many], True)
    for row, stream in enumerate(alone):
        one = method.perform(stage, [stream], True)
        for name in ("wait", "synchronization", "quota", "closure"):
            found = np.broadcast_to(getattr(columns, name).hours, many.per_hour.shape)[row]
            assert found == pytest.approx(float(getattr(one, name).hours), rel=1e-9), name
        for name in ("wait_variance", "service", "service_variance", "synchronization_variance", "departure_scv"):
            found = np.broadcast_to(getattr(columns, name), many.per_hour.shape)[row]
            assert found == pytest.approx(float(getattr(one, name)), rel=1e-9), name
        for name, (values, _) in columns.details.items():
            found = np.broadcast_to(values, many.per_hour.shape)[row]
            assert found == pytest.approx(float(one.details[name][0]), rel=1e-9), name


def ferry(over=12.0, back=12.0, scv=1.0, **fields):
    plain = {
        "kind": "ferry_or_vessel",
        "vessels": 2,
        "load": 50,
        "passage_time": gamma(over, scv),
        "return_time": gamma(back, scv),
    }
    return ADAPTER.validate_python({**plain, **fields})


def wagons(per_day, scv=1.0):
    return at_the_door(per_day, scv, unit="wagon")


def test_nearly_exponential_cycles_are_m_m_ab_c():
    """A passage of no length and an exponential return are the chain itself."""
    stage = ferry(1e-6, 24.0, least_load=30)
    found = FERRY_OR_VESSEL.perform(stage, [wagons(70.0)], True)
    exact = solve_bulk_fleet(70 / 24, 24.0, 2, 30, 50)
    assert float(found.synchronization.hours) == pytest.approx(float(exact.load_wait_mean_hours), rel=1e-5)
    assert float(found.wait.hours) == pytest.approx(float(exact.vessel_wait_mean_hours), rel=1e-5)
    assert float(FERRY_OR_VESSEL.loads(stage, wagons(70.0))["vessels"]) == pytest.approx(0.7)


def test_a_timetable_is_a_queue_of_places():
    """A vessel each 12 h for sure: half an interval, and M/D/50 for room on board; both exact."""
    stage = ferry(18.0, 18.0, 0, vessels=3, departs_every_hours=12.0)
    found = FERRY_OR_VESSEL.perform(stage, [wagons(95.0)], True)
    assert float(found.synchronization.hours) == 6.0
    assert float(found.synchronization_variance) == pytest.approx(12.0)
    assert float(found.wait.hours) == pytest.approx(float(queueing.mdc_wait_mean_hours(95 / 24, 12.0, 50)))
    assert (float(found.wait.error), float(found.synchronization.error)) == (0.0, 0.0)
    assert float(FERRY_OR_VESSEL.loads(stage, wagons(95.0))["vessels"]) == pytest.approx(0.95)


def test_a_timetable_beyond_the_fleet():
    """A cycle of 36 h and two vessels make a departure each 18 h of a timetable of 9 h; of 16 h, each 24 h."""
    for every, between in ((9.0, 18.0), (16.0, 24.0)):
        stage = ferry(18.0, 18.0, 0, departs_every_hours=every)
        load = FERRY_OR_VESSEL.loads(stage, wagons(40.0))["vessels"]
        assert float(load) == pytest.approx(40 / 24 * between / 50)


def simulated(rng, per_day, stage, cycle, every=None, storm=None, units=30_000):
    """Sail departure by departure; give the mean wait until departure."""
    arrivals, head, waits = np.cumsum(rng.exponential(24 / per_day, units)), 0, []
    free, last = np.zeros(stage.vessels), 0.0
    opened = rng.exponential(storm[0]) if storm else np.inf
    closed = opened + rng.exponential(storm[1]) if storm else np.inf
    while head + stage.load < units:
        vessel = free.argmin()
        leaves = max(arrivals[head + stage.least_load - 1], free[vessel], last)
        leaves = leaves if every is None else np.ceil(leaves / every - 1e-9) * every
        while closed <= leaves:
            opened = closed + rng.exponential(storm[0])
            closed = opened + rng.exponential(storm[1])
        leaves = closed if opened <= leaves else leaves
        taken = min(np.searchsorted(arrivals, leaves, side="right"), head + stage.load)
        waits.append(leaves - arrivals[head:taken])
        head, last = taken, leaves
        free[vessel] = leaves + rng.gamma(1 / cycle[1], cycle[0] * cycle[1])
    return np.concatenate(waits).mean()


@pytest.mark.parametrize(
    ("per_day", "fields", "storm", "tolerance"),
    [
        (30.0, {"least_load": 40}, None, 0.05),
        (70.0, {"least_load": 10}, None, 0.15),
        (50.0, {"vessels": 3, "least_load": 30}, (100.0, 30.0), 0.25),
    ],
)
def test_by_simulation(per_day, fields, storm, tolerance):
    """In calm weather within a few percent, more where vessels are short; with storms within a quarter."""
    rng = np.random.default_rng(9)
    storms = {"interruptions": {"open_hours": storm[0], "closed_hours": storm[1]}} if storm else {}
    stage = ferry(12.0, 12.0, 0.2, **fields, **storms)
    runs = [simulated(rng, per_day, stage, (24.0, 0.1), storm=storm) for _ in range(10)]
    found = FERRY_OR_VESSEL.perform(stage, [wagons(per_day)], True)
    total = float(found.synchronization.hours + found.wait.hours + found.closure.hours)
    assert abs(total - np.mean(runs)) < 4 * np.std(runs, ddof=1) / 10**0.5 + tolerance * np.mean(runs)


def test_storms_lower_the_capacity():
    """Much longer than the cycle they take their share of the time; much shorter, their mean rest in each cycle."""
    calm, stream = ferry(), wagons(10.0)
    load = float(FERRY_OR_VESSEL.loads(calm, stream)["vessels"])
    for opened, expected in ((24_000.0, 4 / 3), (0.24, (24 + 0.25 * 0.08) / 24)):
        stage = ferry(interruptions={"open_hours": opened, "closed_hours": opened / 3})
        found = float(FERRY_OR_VESSEL.loads(stage, stream)["vessels"])
        assert found / load == pytest.approx(expected, rel=2e-3)


def test_the_wait_for_a_load_grows_when_the_flow_falls():
    found = FERRY_OR_VESSEL.perform(ferry(least_load=50), [wagons([1.0, 10.0])], True)
    load_wait = found.details["load_wait_hours"][0]
    assert load_wait == pytest.approx([49 / 2 * 24, 49 / 2 * 2.4], rel=1e-2)


def test_units_leave_in_loads():
    """Loads of B at regular intervals have intervals of scv B - 1 in the mean."""
    found = FERRY_OR_VESSEL.perform(ferry(18.0, 18.0, 0, vessels=3, departs_every_hours=12.0), [wagons(80.0)], True)
    assert 38 < float(found.departure_scv) < 41
    departures = found.details["departures_per_day"][0] * found.details["units_per_departure"][0]
    assert float(departures) == pytest.approx(80.0)


@pytest.mark.parametrize("every", [None, 12.0])
def test_columns_equal_scalars(every):
    fields = {} if every is None else {"departs_every_hours": every}
    storms = {"open_hours": 100.0, "closed_hours": 20.0}
    stage, rates = ferry(scv=0.3, least_load=5, interruptions=storms, **fields), [1.0, 30.0, 60.0]
    rows_equal_scalars(FERRY_OR_VESSEL, stage, wagons(rates), [wagons(rate) for rate in rates])


def test_over_the_capacity_the_wait_is_endless():
    found = FERRY_OR_VESSEL.perform(ferry(), [wagons([99.0, 100.0, 200.0])], True)
    assert np.isfinite(found.wait.hours[0])
    assert np.isinf(found.wait.hours[1:]).all()
