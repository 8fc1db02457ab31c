"""Berths: against exact queues, a simulation with a tide, and what a port counts."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.berth import BERTH
from hubcalc.analysis.streams import Stream, column
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


CONTENTS = {"mean": 500.0, "teu_per_unit": 1.5}


def quay(**fields):
    plain = {"kind": "berth", "berths": 2, "cranes_per_berth": 2, "moves_per_crane_hour": 25.0, "mooring_hours": 2.0}
    return ADAPTER.validate_python({**plain, **fields})


def vessels(per_day, scv=1.0, **contents):
    return at_the_door(per_day, scv, unit="vessel", contents={**CONTENTS, **contents})


def test_one_berth_is_m_g_1():
    """Pollaczek-Khinchine: 10 h of handling with scv 0.5, 2 h of mooring."""
    stage, stream = quay(berths=1, handling_scv=0.5), vessels(1.0)
    rate, hours, square = 1 / 24, 12.0, 10.0**2 * 1.5 + 2 * 2 * 10 + 4
    found = BERTH.perform(stage, [stream], True)
    assert float(found.wait.hours) == pytest.approx(rate * square / (2 * (1 - rate * hours)))
    assert float(found.wait.error) == 0.0
    assert float(found.service) == pytest.approx(hours)
    assert float(BERTH.loads(stage, stream)["berths"]) == pytest.approx(rate * hours)
    assert float(found.closure.hours) == 0.0


def test_interference_contents_and_breakdowns_lengthen_handling():
    stage = quay(cranes_per_berth=3, crane_interference=0.1, breakdowns={"between_hours": 10.0, "repair_hours": 1.0})
    found = BERTH.perform(stage, [vessels(1.0, scv=1.0)], True)
    handling = 500 / (3 * 25 * 0.8) * 1.1
    assert float(found.details["handling_hours_per_vessel"][0]) == pytest.approx(handling)
    varied = BERTH.perform(quay(), [at_the_door(1.0, unit="vessel", contents={"mean": 500.0, "scv": 0.4})], True)
    assert float(varied.service_variance) == pytest.approx(0.4 * 10.0**2)


def test_what_a_port_counts():
    stage, stream = quay(), vessels(2.0)
    found = BERTH.perform(stage, [stream], True)
    details = {name: float(value) for name, (value, _) in found.details.items()}
    assert details["teu_per_year"] == pytest.approx(2 * 365 * 500 * 1.5)
    assert details["moves_per_hour_of_all_berths"] == pytest.approx(2 * 500 / 24)
    assert details["berth_occupancy_ratio"] == pytest.approx(2 / 24 * 12 / 2)
    assert details["moves_per_berth_hour"] == 50.0
    last = found.content_wait.hours + found.content_service
    assert float(found.wait.hours) < float(last) < float(found.wait.hours + found.service)


def simulated(rng, per_day, berths, handling, scv, window, calls=20_000):
    """Give the mean waits for a berth and for the tide."""
    period, opened = window
    free, now, waits = np.zeros(berths), 0.0, []
    for gap, work in zip(rng.exponential(24 / per_day, calls), rng.gamma(1 / scv, handling * scv, calls), strict=True):
        now += gap
        berth = free.argmin()
        start = max(now, free[berth])
        moored = start if start % period <= opened else start + period - start % period
        free[berth] = moored + 2.0 + work
        waits.append((start - now, moored - start))
    return np.mean(waits, axis=0)


@pytest.mark.slow
@pytest.mark.parametrize(("per_day", "berths", "window"), [(0.8, 2, (12.4, 4.0)), (0.5, 3, (24.0, 8.0))])
def test_a_tide_by_simulation(per_day, berths, window):
    """The wait for a berth within a tenth, that for the tide within 3 %: berth times with a tide are dependent."""
    rng = np.random.default_rng(6)
    stage = quay(berths=berths, handling_scv=0.3, access={"period_hours": window[0], "open_hours": window[1]})
    runs = np.array([simulated(rng, per_day, berths, 10.0, 0.3, window) for _ in range(8)])
    mean, deviation = runs.mean(axis=0), runs.std(axis=0, ddof=1) / 8**0.5
    found = BERTH.perform(stage, [vessels(per_day)], True)
    assert abs(float(found.wait.hours) - mean[0]) < 4 * deviation[0] + 0.1 * mean[0]
    assert abs(float(found.closure.hours) - mean[1]) < 4 * deviation[1] + 0.03 * mean[1]
    assert np.isnan(found.wait.error)


def test_an_idle_berth_has_the_tide_of_a_random_time():
    stage = quay(berths=6, access={"period_hours": 12.0, "open_hours": 4.0})
    found = BERTH.perform(stage, [vessels(1e-3)], True)
    assert float(found.closure.hours) == pytest.approx(8**2 / 24)
    assert float(found.closure_variance) == pytest.approx(8**3 / 36 - (8**2 / 24) ** 2)


def test_columns_equal_scalars():
    stage = quay(access={"period_hours": 12.0, "open_hours": 4.0}, handling_scv=0.1)
    rates = [0.2, 1.0, 2.0, 4.0]
    rows_equal_scalars(BERTH, stage, vessels(rates), [vessels(rate) for rate in rates])


def test_two_flows_share_the_berths():
    stage, one, other = quay(), vessels(1.0), vessels(0.5, mean=1000.0)
    both = BERTH.perform(stage, [one, other], True)
    used = sum(float(BERTH.loads(stage, stream)["berths"]) for stream in (one, other))
    assert used == pytest.approx((1.0 * 12 + 0.5 * 22) / 24 / 2)
    assert float(both.details["berth_occupancy_ratio"][0]) == pytest.approx(used)
    assert float(both.service) == pytest.approx(12.0)
