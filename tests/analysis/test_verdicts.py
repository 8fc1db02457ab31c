"""How far numbers may be trusted: exact only where all is exact, no mean without a steady state."""

import numpy as np
import pytest

import hubcalc
from hubcalc.errors import ParameterError

TIMES = ("wait_mean_hours", "content_wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours")


def verdicts(hub, overrides=None):
    result = hubcalc.analyze(hub, overrides).report.results[0]
    return {name: metric.verdict for name, metric in result.metrics.items()}


@pytest.mark.parametrize(
    ("stages", "exact"),
    [
        ([(60, 1, None)], True),  # M/M/1
        ([(60, 1, 0.3)], True),  # M/G/1
        ([(60, 2, 0)], True),  # M/D/2
        ([(60, 2, 0.5)], True),  # M/E2/2, solved
        ([(60, 2, 0.4)], False),  # M/G/2: which law of scv 0.4 is not known
        ([(60, 2, None), (60, 1, None)], True),  # Burke: Poisson departures
        ([(60, 2, None), (60, 1, 0.5)], True),
        ([(60, 1, 0.5), (60, 1, None)], False),
        ([(60, 1, 0), (60, 1, 0)], False),
    ],
)
def test_a_wait_is_exact_where_each_stage_and_what_it_receives_are(stages, exact, document, desk):
    hub = document({f"s{i}": desk(*stage) for i, stage in enumerate(stages)})
    wait = verdicts(hub)["wait_mean_hours"]
    assert wait.status == ("exact" if exact else "approximate")
    assert (wait.expected_error == 0) == exact


def test_arrivals_that_are_not_poisson_are_never_exact(document, desk):
    hub = document({"desk": desk(60)}, scv=0.999)
    found = verdicts(hub)
    assert found["wait_mean_hours"].status == "approximate"
    assert found["dwell_mean_hours"].status == "approximate"
    assert found["theoretical_capacity_per_day"].status == "exact"


def test_a_stage_that_nobody_waits_at_does_not_spoil_the_verdict(document, desk, boxes):
    yard = {"kind": "yard", "ground_slots": 6000, "tiers": 3, "dwell_hours": 48}
    hub = document({"desk": desk(60), "yard": yard}, contents=boxes())
    assert verdicts(hub)["wait_mean_hours"].status == "exact"


def test_a_station_says_which_formula(document, desk):
    hub = document({"a": desk(60), "b": desk(60, 1, 0.3), "c": desk(60, 3, 0.3)})
    first, second, third = hubcalc.analyze(hub).report.results[0].stations
    assert first.verdict.method.startswith("M/M/c")
    assert second.verdict.method.startswith("M/G/1")
    assert third.verdict.status == "approximate"
    assert third.verdict.reason


@pytest.mark.parametrize(("stage", "servers"), [("desk", "servers"), ("front", "cranes"), ("front", "tracks")])
def test_an_unstable_stage(stage, servers, document, desk, front, boxes, stations):
    stages = {
        "first": desk(30, 4, 0.5),
        "desk": desk(60, 1 if stage == "desk" else 20, 0.5),
        "front": front(
            standard_gauge_tracks=1 if servers == "tracks" else 90,
            broad_gauge_tracks=90,
            cranes=1 if servers == "cranes" else 90,
        ),
        "last": desk(30, 10, 0.5),
    }
    hub = document(stages, per_day=66, contents=boxes(), targets={"horizon_days": 10})
    found = stations(hub)
    choked, last = found[stage], found["last"]
    capacity = choked.theoretical_capacity_per_day
    assert choked.verdict.status == "unstable"
    assert choked.wait_mean_hours is None
    assert choked.growth_per_day == pytest.approx(66 - capacity)
    assert choked.backlog_at_horizon == pytest.approx(10 * (66 - capacity))
    # what follows receives what the stage can put through
    assert last.arrivals_per_day == pytest.approx(capacity)
    assert last.wait_mean_hours is not None
    assert found["first"].arrivals_per_day == pytest.approx(66)

    metrics = hubcalc.analyze(hub).report.results[0].metrics
    assert metrics["throughput_per_day"].value == pytest.approx(capacity)
    for name in TIMES:
        assert metrics[name].value is None
        assert metrics[name].verdict.status == "unstable"
        assert metrics[name].verdict.reason


@pytest.mark.parametrize("per_day", [25.0, 47.9, 48.0, 48.1, 500.0])
def test_the_fewest_stable_servers_are(per_day, document, desk, stations):
    hub = document({"desk": desk(60, 1, 0.5)}, per_day=per_day)
    fewest = stations(hub)["desk"].fewest_stable_servers
    assert stations(hub, {"stages.desk.servers": fewest})["desk"].verdict.status != "unstable"
    assert stations(hub, {"stages.desk.servers": fewest - 1})["desk"].verdict.status == "unstable"


@pytest.mark.parametrize("per_day", [30.0, 77.0, 120.0])
def test_the_fewest_stable_cranes_and_tracks_are(per_day, document, front, boxes, stations):
    for few, path in (("cranes", "cranes"), ("standard_gauge_tracks", "standard_gauge_tracks")):
        counts = {"cranes": 30, "standard_gauge_tracks": 60, "broad_gauge_tracks": 60} | {few: 1}
        hub = document({"front": front(**counts)}, per_day=per_day, contents=boxes())
        fewest = stations(hub)["front"].fewest_stable_servers
        assert stations(hub, {f"stages.front.{path}": fewest})["front"].verdict.status != "unstable"
        assert stations(hub, {f"stages.front.{path}": fewest - 1})["front"].verdict.status == "unstable"


def test_an_unstable_side_flow_leaves_the_main_flow_its_steady_state(document, desk):
    flows = {
        "main": {"unit": "train", "per_day": 6, "route": ["a"]},
        "side": {"unit": "truck", "per_day": 60, "route": ["b"]},
    }
    result = hubcalc.analyze(document({"a": desk(60), "b": desk(60)}, flows=flows)).report.results[0]
    assert result.metrics["wait_mean_hours"].value == pytest.approx(1 / 3)
    assert result.stations[1].verdict.status == "unstable"
    assert "unstable" in {advice.code for advice in result.warnings}


def test_capacity_by_scaling_one_flow(document, desk, values):
    flows = {"main": {"unit": "train", "per_day": 6}, "side": {"unit": "train", "per_day": 3}}
    hub = document({"desk": desk(60, 1, 0.5)}, flows=flows)
    assert values(hub)["theoretical_capacity_per_day"] == pytest.approx(24 * 6 / 9)
    assert values(hub)["practical_capacity_per_day"] == pytest.approx(0.8 * 24 * 6 / 9)
    assert values(hub, scale="main")["theoretical_capacity_per_day"] == pytest.approx(24 - 3)
    assert values(hub, scale="main")["practical_capacity_per_day"] == pytest.approx(0.8 * 24 - 3)
    assert values(hub, scale="side")["theoretical_capacity_per_day"] == pytest.approx(24 - 6)
    with pytest.raises(ParameterError, match="main, side"):
        hubcalc.analyze(hub, scale="other")


def test_a_flow_that_loads_nothing_has_no_capacity(document, desk, values):
    flows = {
        "main": {"unit": "train", "per_day": 6, "route": ["a"]},
        "side": {"unit": "truck", "per_day": 0, "route": ["b"]},
    }
    hub = document({"a": desk(60), "b": desk(60)}, flows=flows)
    assert values(hub, scale="side")["theoretical_capacity_per_day"] is None
    found = hubcalc.analyze(hub, scale="side").report.results[0].metrics["theoretical_capacity_per_day"].verdict
    assert found.status == "refused"
    assert "zero" in found.reason


def test_the_sustainable_flow_of_one_exponential_server(document, desk, values):
    # M/M/1 of one hour: rho / (1 - rho) = target
    for target in (0.01, 0.5, 2.0, 99.0):
        hub = document({"desk": desk(60)}, per_day=7, targets={"wait_hours": target})
        expected = 24 * target / (1 + target)
        assert values(hub)["sustainable_capacity_per_day"] == pytest.approx(expected, rel=1e-7)


def test_a_looser_target_lets_more_through():
    targets = np.array([0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0])
    name = "sustainable_capacity_per_day"
    flows = hubcalc.analyze("khorgos-gateway", {"targets.wait_hours": targets}, metrics=[name]).column(name)
    assert np.all(np.diff(flows) > 0)


def test_capacity_in_teu_needs_teu(document, desk, boxes, values):
    contents = boxes()
    del contents["teu_per_unit"]
    metric = hubcalc.analyze(document({"desk": desk(30)}, contents=contents)).report.results[0].metrics
    assert metric["capacity_teu_per_year"].verdict.status == "refused"
    assert "teu_per_unit" in metric["capacity_teu_per_year"].verdict.reason
    assert values(document({"desk": desk(30)}, contents=contents), {"flow.per_day": 3})["utilization"] > 0


def test_a_metric_that_does_not_exist():
    with pytest.raises(ParameterError, match="wait_mean_hours"):
        hubcalc.analyze("khorgos-gateway", metrics=["wait_mean_hour"])


def test_evidence_of_what_was_overridden():
    overrides = {"flow.per_day": [5.0, 6.0], "stages.front.cranes": 4}
    report = hubcalc.analyze("khorgos-gateway", overrides, metrics=["bottleneck"]).report
    basis = {item.path: (item.basis, item.value) for item in report.evidence}
    assert basis["flows.westbound.per_day"] == ("override", [5.0, 6.0])
    assert basis["stages.front.cranes"] == ("override", 4)
    assert basis["stages.yard.tiers"][0] != "override"


def test_busy_stages_are_pointed_out(document, desk):
    hub = document({"desk": desk(60)}, per_day=23)
    codes = {advice.code for advice in hubcalc.analyze(hub).report.results[0].warnings}
    assert "high_utilization" in codes
    assert "high_utilization" not in {
        advice.code for advice in hubcalc.analyze(hub, {"flow.per_day": 12}).report.results[0].warnings
    }
