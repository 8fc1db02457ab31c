"""Ranges from the inputs' uncertainty, and the targets that the sustainable capacity keeps."""

import math

import pytest

import hubcalc

NOTE = {"basis": "assumption", "note": "for this test"}


def uncertain(document, ranges):
    spreads = {path: {"low": low, "high": high} for path, (low, high) in ranges.items()}
    return {**document, "uncertainty": spreads, "evidence": dict.fromkeys(ranges, NOTE)}


def metric(document, name, overrides=None):
    return hubcalc.analyze(document, overrides, metrics=[name]).report.results[0].metrics[name]


def test_one_uncertain_input_passes_its_range_on(document, desk):
    # capacity of one server is 24 h over the service time: 24 a day at 60 minutes, 48 at 30, 16 at 90
    hub = uncertain(document({"desk": desk(60)}), {"stages.desk.service_time.mean_minutes": (30, 90)})
    found = metric(hub, "theoretical_capacity_per_day")
    assert (found.low, found.value, found.high) == pytest.approx((16, 24, 48))


def test_two_uncertain_inputs_combine_as_independent_ratios(document, front, boxes):
    # crane capacity grows with moves and with availability: ratios 1.2 and 1.1 up, 1/1.25 and 0.9 down
    hub = document(
        {"front": front(crane_availability=0.9, standard_gauge_tracks=99, broad_gauge_tracks=99)}, contents=boxes()
    )
    ranges = {"stages.front.moves_per_crane_hour": (16, 24), "stages.front.crane_availability": (0.81, 0.99)}
    found = metric(uncertain(hub, ranges), "theoretical_capacity_per_day")
    up = math.hypot(math.log(1.2), math.log(1.1))
    down = math.hypot(math.log(0.8), math.log(0.9))
    assert found.value == pytest.approx(3 * 20 * 0.9 * 24 / 50)
    assert found.high == pytest.approx(found.value * math.exp(up))
    assert found.low == pytest.approx(found.value * math.exp(-down))


def test_an_overridden_input_is_certain(document, desk):
    hub = uncertain(document({"desk": desk(60)}), {"stages.desk.service_time.mean_minutes": (30, 90)})
    found = metric(hub, "theoretical_capacity_per_day", {"stages.desk.service_time.mean_minutes": 60})
    assert (found.low, found.high) == (None, None)


def test_a_bound_without_steady_state_is_null(document, desk):
    hub = uncertain(document({"desk": desk(60)}), {"flows.trains.per_day": (6, 30)})
    found = metric(hub, "wait_mean_hours")
    assert found.low == pytest.approx(1 / 3)  # M/M/1 at utilization 1/4
    assert found.high is None


def test_ranges_hold_the_value_and_stay_positive():
    for metrics in (
        result.metrics for result in hubcalc.analyze("khorgos-gateway", {"flow.per_day": [6, 11, 18]}).report.results
    ):
        for found in metrics.values():
            if isinstance(found.value, float) and found.low is not None:
                assert 0 < found.low <= found.value
                assert found.high is None or found.value <= found.high


def test_sustainable_capacity_keeps_the_wait_target(document, desk):
    # M/M/1: the wait is 2 h where rho / (1 - rho) = 2, at two thirds of 24 a day
    hub = document({"desk": desk(60)}, targets={"wait_hours": 2})
    assert metric(hub, "sustainable_capacity_per_day").value == pytest.approx(16)


def test_sustainable_capacity_keeps_the_dwell_target_too(document, desk):
    # M/M/1: the dwell is exponential with rate mu - lambda, so its P90 is 2 ln 10 h at half the capacity
    hub = document({"desk": desk(60)}, targets={"wait_hours": 100, "dwell_p90_hours": 2 * math.log(10)})
    assert metric(hub, "sustainable_capacity_per_day").value == pytest.approx(12)


def test_a_target_that_no_flow_meets_gives_zero(document, desk):
    hub = document({"desk": desk(60)}, targets={"wait_hours": 100, "dwell_p90_hours": 0.5})
    assert metric(hub, "sustainable_capacity_per_day").value == 0


@pytest.mark.parametrize(
    ("targets", "code"),
    [({"wait_hours": 0.5}, "wait_target_missed"), ({"wait_hours": 9, "dwell_p90_hours": 4}, "dwell_target_missed")],
)
def test_a_missed_target_is_said(document, desk, targets, code):
    result = hubcalc.analyze(document({"desk": desk(60)}, targets=targets)).report.results[0]
    assert code in [advice.code for advice in result.warnings]
