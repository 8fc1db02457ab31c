"""Headroom, what a repaired bottleneck leaves, times weighted along a graph, and warnings: by hand."""

import pytest

import hubcalc


def result_of(hub, overrides=None, **options):
    return hubcalc.analyze(hub, overrides, **options).report.results[0]


def codes(hub, overrides=None):
    return {advice.code: advice.message for advice in result_of(hub, overrides, metrics=["wait_mean_hours"]).warnings}


def test_headroom_and_the_next_bottleneck(document, desk, values):
    # practical capacities: 0.8 * 24 = 19.2 and 0.8 * 48 = 38.4 a day, at a flow of 12
    found = values(document({"slow": desk(60), "fast": desk(30)}))
    assert found["headroom"] == pytest.approx(0.6)
    assert found["capacity_after_fix_per_day"] == pytest.approx(38.4)
    over = values(document({"slow": desk(60), "fast": desk(30)}, per_day=20))
    assert over["headroom"] == pytest.approx(19.2 / 20 - 1)


def test_without_a_second_stage_there_is_no_next_bottleneck(document, desk):
    metric = result_of(document({"desk": desk(60)})).metrics["capacity_after_fix_per_day"]
    assert metric.verdict.status == "refused"
    assert "further stage" in metric.verdict.reason


def test_times_are_weighted_along_a_graph(document, desk):
    # a fifth is scanned for half an hour: M/M/1 at each, thinned Poisson streams, so all is exact
    stages = {"papers": desk(60), "scan": desk(30)}
    hub = document(stages, route={"papers": {"scan": 0.2}, "scan": {}})
    split = result_of(hub).time_split
    load = 0.2 * 12 / 48
    assert split.service_hours == pytest.approx(1 + 0.2 * 0.5)
    assert split.queue_hours == pytest.approx(1 + 0.2 * 0.5 * load / (1 - load))
    assert split.dwell_hours == pytest.approx(split.queue_hours + split.service_hours)
    assert (split.synchronization_hours, split.closure_hours, split.quota_hours) == (0, 0, 0)


def test_waiting_for_permits_is_a_part_of_its_own(document, desk):
    hub = document({"desk": desk(30), "quota": {"kind": "quota", "per_day": 20}})
    found = result_of(hub)
    split = found.time_split
    quota = next(station for station in found.stations if station.stage == "quota")
    assert split.quota_hours == pytest.approx(quota.quota_mean_hours)
    assert split.quota_hours > 0
    assert split.queue_hours == pytest.approx(found.stations[0].wait_mean_hours)
    parts = (split.queue_hours, split.service_hours, split.quota_hours)
    assert split.dwell_hours == pytest.approx(sum(parts))
    assert found.metrics["dwell_p90_hours"].verdict.status != "exact"


def test_a_peak_of_the_day_loads_more_than_the_mean(document, desk, values):
    # half of the day nobody comes: the other half is loaded twice as much
    hub = document({"desk": desk(60)}, per_day=9, hourly_weights=[0] * 12 + [1] * 12)
    found = values(hub)
    assert found["utilization"] == pytest.approx(9 / 24)
    assert found["peak_utilization"] == pytest.approx(18 / 24)
    even = values(document({"desk": desk(60)}, per_day=9))
    assert even["peak_utilization"] == pytest.approx(9 / 24)


def test_nothing_is_turned_away_where_rooms_are_endless(document, desk, values):
    found = values(document({"desk": desk(60), "exit": desk(30, 2)}))
    assert (found["turned_away_share"], found["blocking_share"]) == (0, 0)


def test_simulation_is_advised_where_formulas_end(document, desk):
    assert "simulation_advised" not in codes(document({"desk": desk(60)}))
    assert "93% at the peak" in codes(document({"desk": desk(60)}, per_day=22.4))["simulation_advised"]
    # Odoni and Roth: 2 / (2.8 (1 - sqrt(0.875))^2) = 171 hours; four of them are longer than 20 days
    near = document({"desk": desk(60)}, per_day=21, targets={"horizon_days": 20})
    assert "four relaxation times" in codes(near)["simulation_advised"]
    assert "simulation_advised" not in codes(document({"desk": desk(60)}, per_day=21, targets={"horizon_days": 40}))


def test_calendars_that_clash_are_told(document, desk):
    early = {"shifts": {"day": {"starts_hour": 4, "hours": 8}}}
    late = {"shifts": {"day": {"starts_hour": 12, "hours": 8}}}
    hub = document({"a": desk(30, calendar=early), "b": desk(30, calendar=late)}, per_day=6)
    found = codes(hub)
    assert "different hours" in found["simulation_advised"]
    assert "closing_times" in found


def test_a_quota_that_limits_the_hub_is_told(document, desk):
    hub = document({"desk": desk(20), "quota": {"kind": "quota", "per_day": 15}})
    assert "quota_binding" in codes(hub)
    assert "quota_binding" not in codes(hub, {"stages.quota.per_day": 1000})


def test_an_unbalanced_pairing_turns_units_away_and_says_so(document):
    pairing = {
        "kind": "pairing",
        "standard_gauge_flow": "west",
        "broad_gauge_flow": "empty",
        "standard_gauge_room": 4,
        "broad_gauge_room": 3,
    }
    flows = {"west": {"unit": "train", "per_day": 12}, "empty": {"unit": "train", "per_day": 8}}
    hub = document({"pairing": pairing}, flows=flows)
    found = codes(hub)
    assert "pairing_unbalanced" in found
    assert "turned_away" in found
    balanced = codes(hub, {"flows.empty.per_day": 12})
    assert "pairing_unbalanced" not in balanced
    # each side is full in one state of 1 + 4 + 3 for equal Poisson streams
    assert result_of(hub, {"flows.empty.per_day": 12}).metrics["turned_away_share"].value == pytest.approx(1 / 8)
