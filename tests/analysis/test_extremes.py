"""Ends of the ranges: no NaN, no warning (warnings are errors here), nothing negative, and monotone between them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubcalc

TIMES = ("wait_mean_hours", "content_wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours")


def assert_sound(analysis):
    for result in analysis.report.results:
        numbers = [metric.value for name, metric in result.metrics.items() if name != "headroom"]
        numbers += [value for s in result.stations for value in s.model_dump().values()]
        numbers += [detail.value for s in result.stations for detail in s.details.values()]
        numbers += list(result.time_split.model_dump().values())
        numbers += [metric.verdict.expected_error for metric in result.metrics.values()]
        for number in numbers:
            if isinstance(number, int | float):
                assert math.isfinite(number)
                assert number >= 0


@pytest.fixture(scope="module")
def every_kind(document, desk, front, boxes):
    stages = {
        "desk": desk(40, 2, 0.5),
        "cars": desk(5, 3, 0.4, units_per_arrival=10),
        "boxes": desk(2, 3, 0.3, serves="contents"),
        "front": front(yard_share=0.3, move_scv=0.3),
        "yard": {"kind": "yard", "ground_slots": 30000, "tiers": 3, "dwell_hours": 40},
    }
    return document(stages, contents=boxes(45.5, 0.01))


EXTREMES = [
    {"flow.per_day": [0.0, 1e-9, 1e-3, 1e7]},
    {"flow.scv": [0.0, 1e-9, 100.0]},
    {"flow.contents.mean": [1.0, 1.5, 1e4], "flow.contents.scv": [0.0]},
    {"flow.contents.scv": [0.0, 1e-6, 50.0]},
    {"stages.desk.servers": [1, 10_000]},
    {"stages.desk.service_time.mean_minutes": [1e-9, 1e9]},
    {"stages.desk.service_time.scv": [1e-9, 1e3]},
    {"stages.desk.share": [1e-9, 1.0]},
    {"stages.boxes.servers": [1, 40, 200]},
    {"stages.boxes.share": [1e-6, 0.5]},
    {"stages.cars.units_per_arrival": [1, 1000]},
    {"stages.front.cranes": [1, 60]},
    {"stages.front.standard_gauge_tracks": [1, 10_000]},
    {"stages.front.place_minutes": [0.0, 1e5]},
    {"stages.front.move_scv": [0.0, 100.0]},
    {"stages.front.yard_share": [0.0, 1.0]},
    {"stages.front.rehandling_share": [0.0, 1.0]},
    {"stages.front.share": [1e-6, 0.5]},
    {"stages.yard.dwell_hours": [1e-6, 1e5]},
    {"stages.yard.dwell_scv": [0.0, 100.0]},
    {"opening.hours_per_day": [0.5, 23.999], "opening.days_per_week": [1, 7]},
    {"targets.wait_hours": [1e-9, 1e9]},
]


@pytest.mark.slow
@pytest.mark.parametrize("overrides", EXTREMES, ids=lambda overrides: next(iter(overrides)))
def test_ends_of_the_ranges(overrides, every_kind):
    assert_sound(hubcalc.analyze(every_kind, overrides))


@pytest.mark.slow
@pytest.mark.parametrize("scv", [0.0, 0.5, None, 3.0])
@pytest.mark.parametrize("arrivals", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("servers", [1, 2, 30])
def test_almost_saturated(scv, arrivals, servers, document, desk):
    full = 24.0 * servers
    per_day = [full * (1 - 10.0**-k) for k in (2, 6, 12, 15)] + [full, np.nextafter(full, np.inf)]
    analysis = hubcalc.analyze(document({"desk": desk(60, servers, scv)}, scv=arrivals), {"flow.per_day": per_day})
    assert_sound(analysis)
    statuses = [result.stations[0].verdict.status == "unstable" for result in analysis.report.results]
    assert statuses == [False] * 4 + [True] * 2
    waits = analysis.column("wait_mean_hours")[:3]
    assert np.all(np.diff(waits) >= 0)


def test_a_hub_without_traffic(every_kind):
    metrics = hubcalc.analyze(every_kind, {"flow.per_day": 0}).report.results[0].metrics
    assert metrics["throughput_per_day"].value == 0
    assert metrics["utilization"].value == 0
    assert metrics["theoretical_capacity_per_day"].verdict.status == "refused"
    assert metrics["wait_mean_hours"].value == pytest.approx(0, abs=1e-9)
    # a lone train is still served
    assert metrics["dwell_mean_hours"].value > 40 / 60


def test_a_timetable_with_constant_service_has_no_queue(document, desk, values):
    # D/D/1: never two at once
    hub = document({"desk": desk(60, 1, 0)}, scv=0.0, per_day=20)
    assert values(hub)["wait_mean_hours"] == pytest.approx(0, abs=0.05)
    assert values(hub)["dwell_mean_hours"] == pytest.approx(1, abs=0.05)


minutes = st.floats(1, 200)
scvs = st.floats(0, 4)
flows = st.floats(0.1, 40)


@given(minutes, scvs, st.floats(0.2, 3), st.lists(flows, min_size=3, max_size=3, unique=True))
def test_more_flow_more_wait(mean, service, arrivals, per_day):
    hub = one_desk(mean, service, arrivals)
    analysis = hubcalc.analyze(hub, {"flow.per_day": sorted(per_day)}, metrics=TIMES[:1])
    waits = np.nan_to_num(analysis.column("wait_mean_hours"), nan=np.inf)
    assert np.all(waits[1:] >= waits[:-1] * (1 - 1e-9))


@given(minutes, scvs, st.floats(0.2, 3), flows)
def test_more_servers_less_wait(mean, service, arrivals, per_day):
    hub = one_desk(mean, service, arrivals, per_day)
    analysis = hubcalc.analyze(hub, {"stages.desk.servers": [1, 2, 3, 5, 8]}, metrics=TIMES[:1])
    waits = np.nan_to_num(analysis.column("wait_mean_hours"), nan=np.inf)
    assert np.all(waits[1:] <= waits[:-1] * (1 + 1e-9))


@given(minutes, scvs, flows)
def test_more_variable_service_longer_wait(mean, service, per_day):
    scvs_ = [service, service + 0.1, service + 1]
    analysis = hubcalc.analyze(one_desk(mean, 0.5, 1.0, per_day), {"stages.desk.service_time.scv": scvs_})
    waits = np.nan_to_num(analysis.column("wait_mean_hours"), nan=np.inf)
    assert np.all(waits[1:] >= waits[:-1] * (1 - 1e-9))


@pytest.mark.slow
@given(st.integers(1, 6), st.integers(2, 4), st.floats(0, 120), st.floats(1, 30))
def test_fronts_gain_from_cranes_and_tracks(tracks, cranes, shunting, per_day):
    hub = one_front(shunting, per_day)
    grid = {"stages.front.cranes": [cranes, cranes + 1], "stages.front.standard_gauge_tracks": [tracks, tracks + 1]}
    names = ["wait_mean_hours", "theoretical_capacity_per_day"]
    analysis = hubcalc.analyze(hub, grid, metrics=names)
    waits = np.nan_to_num(analysis.column("wait_mean_hours"), nan=np.inf).reshape(2, 2)
    capacity = analysis.column("theoretical_capacity_per_day").reshape(2, 2)
    assert np.all(np.diff(capacity, axis=0) >= -1e-9)
    assert np.all(np.diff(capacity, axis=1) >= -1e-9)
    assert np.all(waits[1] <= waits[0] * 1.02)  # cranes; the joined wait is an approximation
    assert np.all(waits[:, 1] <= waits[:, 0] * 1.02)  # tracks


def one_desk(mean, service, arrivals, per_day=12.0):
    stage = {"kind": "service", "servers": 1, "service_time": {"mean_minutes": mean, "scv": service}}
    return hub_of({"desk": stage}, {"unit": "train", "per_day": per_day, "scv": arrivals})


def one_front(shunting, per_day):
    stage = {
        "kind": "transshipment_front",
        "standard_gauge_tracks": 1,
        "broad_gauge_tracks": 20,
        "cranes": 2,
        "moves_per_crane_hour": 20,
        "place_minutes": shunting,
        "remove_minutes": shunting,
    }
    contents = {"unit": "container", "mean": 50, "scv": 0.01}
    return hub_of({"front": stage}, {"unit": "train", "per_day": per_day, "contents": contents})


def hub_of(stages, flow):
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"main": {**flow, "route": list(stages)}},
        "main_flow": "main",
        "stages": stages,
    }
