"""Quotas: exact for Poisson arrivals, by the rule for others."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.quota import QUOTA
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


def cap(per_day, **fields):
    return ADAPTER.validate_python({"kind": "quota", "per_day": per_day, **fields})


def trucks(per_day, scv=1.0, **fields):
    return at_the_door(per_day, scv, unit="truck", **fields)


def simulated(rng, per_day, permits, scv, units=100_000):
    """Give mean and variance of the wait: unit n is admitted on day d(n) = max(day(n), d(n - N) + 1)."""
    arrivals = np.cumsum(rng.gamma(1 / scv, scv * 24 / per_day, units))
    days, admitted = arrivals // 24, np.full(units + permits, -1.0)
    for first in range(0, units, permits):
        block = slice(first, min(first + permits, units))
        length = block.stop - first
        admitted[first + permits : first + permits + length] = np.maximum(
            days[block], admitted[first : first + length] + 1
        )
    waits = np.maximum(24 * admitted[permits:] - arrivals, 0.0)
    return waits.mean(), waits.var()


@pytest.mark.parametrize(("scv", "tolerance"), [(1.0, 0.0), (0.5, 0.15), (2.0, 0.15)])
def test_by_simulation(scv, tolerance):
    """Exact for Poisson arrivals; else the mean within 15 %."""
    rng = np.random.default_rng(8)
    runs = np.array([simulated(rng, 56.0, 60, scv) for _ in range(16)])
    mean, deviation = runs.mean(axis=0), runs.std(axis=0, ddof=1) / 4
    found = QUOTA.perform(cap(60), [trucks(56.0, scv)], True)
    assert abs(float(found.quota.hours) - mean[0]) < 4 * deviation[0] + tolerance * mean[0]
    assert abs(float(found.quota_variance) - mean[1]) < 4 * deviation[1] + 2 * tolerance * mean[1]
    assert (found.quota.error == 0.0) == (scv == 1.0)


def test_loads_count_days_of_the_calendar():
    """Arrivals per open hour of a hub open half the day."""
    assert float(QUOTA.loads(cap(100), trucks(160.0, open_share=0.5))["permits"]) == pytest.approx(0.8)
    half = QUOTA.perform(cap(100), [trucks(190.0, open_share=0.5)], True)
    assert float(half.quota.hours) == pytest.approx(float(QUOTA.perform(cap(100), [trucks(95.0)], True).quota.hours))


def test_share_and_details():
    found = QUOTA.perform(cap(100, share=0.5), [trucks(180.0)], True)
    details = {name: float(value) for name, (value, _) in found.details.items()}
    assert details["permits_used_share"] == pytest.approx(0.9)
    assert details["permits_unused_per_day"] == pytest.approx(10.0)
    assert details["units_waiting_for_permit"] == pytest.approx(90 / 24 * float(found.quota.hours))
    assert float(found.wait.hours) == float(found.service) == 0.0


def test_over_the_cap_the_wait_is_endless():
    found = QUOTA.perform(cap(10), [trucks([0.0, 9.0, 10.0, 20.0])], True)
    assert found.quota.hours[0] < 1e-9
    assert np.isinf(found.quota.hours[2:]).all()
    assert np.isinf(found.quota_variance[2:]).all()


def test_columns_equal_scalars():
    rates, scvs = [5.0, 55.0, 59.0, 70.0], [1.0, 0.5, 2.0, 1.0]
    many = trucks(rates, scvs)
    alone = [trucks(rate, scv) for rate, scv in zip(rates, scvs, strict=True)]
    rows_equal_scalars(QUOTA, cap(60), many, alone)
