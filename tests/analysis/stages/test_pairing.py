"""Pairing: exact shares, waits and variances; any intervals; what is turned away balances."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.pairing import PAIRING
from hubcalc.analysis.streams import Stream, column
from hubcalc.queueing import match_two_streams
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


def border(standard=4, broad=3, **fields):
    return ADAPTER.validate_python(
        {
            "kind": "pairing",
            "standard_gauge_flow": "west",
            "broad_gauge_flow": "east",
            "standard_gauge_room": standard,
            "broad_gauge_room": broad,
            **fields,
        }
    )


def sides(west, east, west_scv=1.0, east_scv=1.0):
    return [at_the_door(west, west_scv, key="west"), at_the_door(east, east_scv, key="east")]


def test_published_share():
    """Four tracks and three, equal flows: an eighth is turned away; at 0.9 of the other 8.398 %."""
    found = PAIRING.perform(border(), sides([12.0, 10.8], 12.0), True)
    assert 1 - found.accepted_share["west"] == pytest.approx([0.125, 0.08398], abs=5e-6)


def test_waits_follow_the_stream_asked_for():
    west, east = sides(10.0, 12.0)
    exact = match_two_streams(10 / 24, 12 / 24, 4, 3)
    for streams, hours in (([west, east], exact.first_wait_mean_hours), ([east, west], exact.second_wait_mean_hours)):
        found = PAIRING.perform(border(), streams, True)
        assert float(found.synchronization.hours) == pytest.approx(float(hours))
        assert float(found.synchronization.error) == 0.0
        assert float(found.wait.hours) == float(found.service) == 0.0


def test_variance_of_one_room():
    """One room, no other: who is admitted waits for one interval of the other, exponential."""
    found = PAIRING.perform(border(1, 1), sides(1e-4, 12.0), True)
    waits = float(found.synchronization.hours)
    assert waits > 0
    # nearly all find the other waiting: those who do not, a share p, wait 2 h: variance p 8 - (2 p)^2
    share = waits / 2
    assert float(found.synchronization_variance) == pytest.approx(8 * share - waits**2)


@pytest.mark.parametrize("scvs", [(1.0, 1.0), (0.25, 0.5), (2.0, 1.0)])
@pytest.mark.parametrize("numerical", [True, False])
def test_as_many_of_either_side_go_on(scvs, numerical):
    found = PAIRING.perform(border(6, 5), sides(10.0, 13.0, *scvs), numerical)
    west, east = (float(found.accepted_share[key]) for key in ("west", "east"))
    assert 10 * west == pytest.approx(13 * east)
    assert float(found.details["pairs_per_day"][0]) == pytest.approx(10 * west)


def test_the_approximation_is_near_the_chain():
    """Of regular and of irregular trains alike, the scaled rooms miss the share turned away by at most 3 %."""
    for scv in (0.25, 0.5, 2.0):
        exact, near = (PAIRING.perform(border(8, 8), sides(11.0, 12.0, scv, scv), flag) for flag in (True, False))
        assert float(near.accepted_share["west"]) == pytest.approx(float(exact.accepted_share["west"]), abs=0.03)
        assert np.isnan(near.synchronization.error)


def test_it_loads_nothing_and_chokes_nothing():
    stage = border()
    assert float(PAIRING.loads(stage, sides(50.0, 1.0)[0])["rooms"]) == 0.0
    assert not PAIRING.holds_back


def test_columns_equal_scalars():
    rates, scvs = [3.0, 12.0, 30.0, 0.0], [1.0, 0.25, 0.5, 1.0]
    many = PAIRING.perform(border(), sides(rates, 12.0, scvs), True)
    for row, (rate, scv) in enumerate(zip(rates, scvs, strict=True)):
        one = PAIRING.perform(border(), sides(rate, 12.0, scv), True)
        assert many.synchronization.hours[row] == pytest.approx(float(one.synchronization.hours), rel=1e-9)
        assert many.synchronization_variance[row] == pytest.approx(float(one.synchronization_variance), rel=1e-9)
        assert many.accepted_share["east"][row] == pytest.approx(float(one.accepted_share["east"]), rel=1e-9)
        assert many.departure_scv[row] == pytest.approx(float(one.departure_scv), rel=1e-9)
