"""Train forming: the wait for the rest of a train, contents conserved, and the crews."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.train_forming import TRAIN_FORMING
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


def yard(most, hours=1.0, scv=1.0, **fields):
    plain = {
        "kind": "train_forming",
        "length_limit_wagons": most + 0.5,
        "wagons_per_content": 1.0,
        "mass_limit_tonnes": 1e5,
        "content_tonnes": 10.0,
        "crews": 1,
        "service_time": gamma(hours, scv),
    }
    return ADAPTER.validate_python({**plain, **fields})


def trains(per_day, mean=41.0, scv=1.0, spread=0.0):
    return at_the_door(per_day, scv, contents={"mean": mean, "scv": spread})


def test_three_trains_of_41_make_two_of_61_or_62():
    """Dostyk 2017: 123 boxes of three trains left in two; with room for 62 that is 1.98 full trains."""
    stage, stream = yard(62), trains(3.0)
    left = TRAIN_FORMING.after(stage, stream)
    assert float(left.per_hour * 24) == pytest.approx(123 / 62)
    assert float(left.carried.mean) == 62.0
    assert float(left.carried.scv) == 0.0
    found = TRAIN_FORMING.perform(stage, [stream], True)
    # 62 and 41 have no common divisor: lacking 0 to 61, of which 1 to 41 are one train and 42 to 61 two
    assert float(found.synchronization.hours) == pytest.approx((41 + 2 * 20) / 62 * 8)
    assert float(found.synchronization.error) == 0.0
    assert float(found.details["gathering_hours_per_content"][0]) == pytest.approx(61 / (2 * 41) * 8)


def test_equal_trains_wait_for_crews_only():
    """One in, one out: M/M/1."""
    found = TRAIN_FORMING.perform(yard(41), [trains(12.0)], True)
    assert float(found.synchronization.hours) == 0.0
    assert float(found.wait.hours) == pytest.approx(0.5 / (1 - 0.5))
    assert float(found.wait.error) == 0.0


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_contents_are_conserved(share):
    stage, stream = yard(62, share=share), trains([3.0, 12.0], spread=0.2)
    left = TRAIN_FORMING.after(stage, stream)
    assert left.per_hour * left.carried.mean == pytest.approx(stream.per_hour * 41)
    square = share * 41 / 62 * 62**2 + (1 - share) * 41**2 * 1.2
    assert left.per_hour * left.carried.mean**2 * (1 + left.carried.scv) == pytest.approx(stream.per_hour * square)


def simulated(rng, per_day, size, most, crews, hours, arrivals=20_000):
    """Give mean and variance of the wait for the rest of a train, and the mean wait for a crew."""
    free, now, buffer, formed, waits, pending = np.zeros(crews), 0.0, 0, 0, [], []
    for gap in rng.exponential(24 / per_day, arrivals):
        now += gap
        buffer += size
        pending.append((now, buffer))
        while buffer - formed >= most:
            formed += most
            crew = free.argmin()
            start = max(now, free[crew])
            free[crew] = start + rng.exponential(hours)
            while pending and pending[0][1] <= formed:
                waits.append((now - pending.pop(0)[0], start - now))
    waits = np.array(waits)
    return waits[:, 0].mean(), waits[:, 0].var(), waits[:, 1].mean()


@pytest.mark.slow
@pytest.mark.parametrize("given", [(12.0, 41, 62, 1, 2.0), (12.0, 30, 77, 2, 4.0), (6.0, 90, 40, 2, 1.5)])
def test_by_simulation(given):
    """The wait for the rest is exact; that for a crew is within a fifth."""
    rng, (per_day, size, most, crews, hours) = np.random.default_rng(7), given
    runs = np.array([simulated(rng, *given) for _ in range(8)])
    mean, deviation = runs.mean(axis=0), runs.std(axis=0, ddof=1) / 8**0.5
    found = TRAIN_FORMING.perform(yard(most, hours, crews=crews), [trains(per_day, float(size))], True)
    exact = [float(found.synchronization.hours), float(found.synchronization_variance)]
    assert np.all(np.abs(mean[:2] - exact) < 4 * deviation[:2])
    assert abs(float(found.wait.hours) - mean[2]) < 4 * deviation[2] + 0.2 * mean[2]


def test_crews_and_their_breakdowns():
    stage = yard(62, 2.0, crews=3, breakdowns={"between_hours": 20.0, "repair_hours": 5.0})
    load = TRAIN_FORMING.loads(stage, trains(12.0))["crews"]
    assert float(load) == pytest.approx(12 / 24 * 41 / 62 * 2 * 1.25 / 3)


def test_columns_equal_scalars():
    rates = [0.5, 6.0, 20.0]
    rows_equal_scalars(TRAIN_FORMING, yard(62), trains(rates), [trains(rate) for rate in rates])


def test_two_flows_fill_the_same_trains():
    stage, one, other = yard(62), trains(6.0), at_the_door(6.0, key="other", contents={"mean": 20.0})
    found = TRAIN_FORMING.perform(stage, [one, other], True)
    assert float(found.details["leaving_trains_per_day"][0]) == pytest.approx(6 * 61 / 62)
    assert np.isnan(found.synchronization.error)
