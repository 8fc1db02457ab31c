"""Stages that only some units visit, that flows of different contents share, or that routes meet in opposite order."""

import pytest

import hubcalc
from hubcalc.errors import DocumentError


def stations_of(document, overrides=None):
    result = hubcalc.analyze(document, overrides).report.results[0]
    return result, {station.stage: station for station in result.stations}


def test_an_overloaded_stage_holds_back_only_those_that_visit_it(document, desk):
    # 100 a day, 30 % of them to a desk that serves 24: 6 a day pile up, 94 a day go on
    hub = document({"scan": desk(60, share=0.3), "exit": desk(1)}, per_day=100.0)
    result, stations = stations_of(hub)
    assert stations["scan"].growth_per_day == pytest.approx(6)
    assert stations["exit"].arrivals_per_day == pytest.approx(94)
    assert result.metrics["throughput_per_day"].value == pytest.approx(94)


def test_each_flow_has_the_times_of_its_own_contents(document, desk):
    """One crane, a minute a box; trucks of one box and trains of 50 share it.

    M^X/G/1: the wait of a batch is lambda E[B^2] / (2 (1 - rho)) for all; a truck's box waits no longer than its truck
    and is served in one minute, a train's box waits for 49 / 2 others in the mean.
    """
    flows = {
        "trucks": {"unit": "truck", "per_day": 100.0, "contents": {"unit": "container", "mean": 1}},
        "trains": {"unit": "train", "per_day": 10.0, "contents": {"unit": "container", "mean": 50}},
    }
    hub = document({"crane": desk(1, scv=0, serves="contents")}, flows=flows)
    minutes_a_day = 1440.0
    load = 600 / minutes_a_day
    second_moment = (100 * 1 + 10 * 2500) / minutes_a_day
    wait_hours = second_moment / (2 * (1 - load)) / 60
    trucks, _ = stations_of(hub)
    assert trucks.metrics["wait_mean_hours"].value == pytest.approx(wait_hours)
    assert trucks.metrics["content_wait_mean_hours"].value == pytest.approx(wait_hours)
    assert trucks.metrics["dwell_mean_hours"].value == pytest.approx(wait_hours + 1 / 60)
    trains, _ = stations_of({**hub, "main_flow": "trains"})
    assert trains.metrics["content_wait_mean_hours"].value == pytest.approx(wait_hours + 49 / 2 / 60)
    assert trains.metrics["dwell_mean_hours"].value == pytest.approx(wait_hours + 50 / 60)


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_flows_of_the_same_contents_are_as_one_flow(document, desk, share):
    contents = {"unit": "container", "mean": 20.5, "scv": 0.1}
    parts = {name: {"unit": "train", "per_day": rate, "contents": contents} for name, rate in (("a", 3.0), ("b", 7.0))}
    whole = {"a": {"unit": "train", "per_day": 10.0, "contents": contents}}
    stages = {"crane": desk(15, servers=3, scv=0.4, serves="contents", share=share)}
    split, _ = stations_of(document(stages, flows=parts))
    together, _ = stations_of(document(stages, flows=whole))
    for name in ("wait_mean_hours", "content_wait_mean_hours", "dwell_mean_hours"):
        assert split.metrics[name].value == pytest.approx(together.metrics[name].value, rel=1e-11)


def test_rates_settle_where_routes_meet_in_opposite_order(document, desk):
    # flow b is cut to half at the overloaded second desk before it reaches the first one
    flows = {
        "a": {"unit": "train", "per_day": 6.0, "route": ["one", "two"]},
        "b": {"unit": "train", "per_day": 18.0, "route": ["two", "one"]},
    }
    hub = document({"one": desk(30), "two": desk(120)}, flows=flows)
    _, stations = stations_of(hub)
    assert stations["two"].arrivals_per_day == pytest.approx(24)
    assert stations["one"].arrivals_per_day == pytest.approx(6 + 18 / 2)


def test_what_passes_a_cycle_of_general_servers_is_not_exact(document, desk):
    flows = {
        "a": {"unit": "train", "per_day": 6.0, "route": ["one", "two"]},
        "b": {"unit": "train", "per_day": 6.0, "route": ["two", "one"]},
    }
    general = {"law": "lognormal", "mean_minutes": 30, "scv": 1}
    hub = document({"one": desk(30), "two": {**desk(30), "service_time": general}}, flows=flows)
    result, _ = stations_of(hub)
    assert result.metrics["wait_mean_hours"].verdict.status == "approximate"


YARD = {"kind": "yard", "ground_slots": 300, "tiers": 2, "dwell_hours": 24, "peak_factor": 1.2}


def test_a_full_yard_is_said_and_chokes_nothing(document, desk, boxes):
    # 11 trains a day of 50 boxes of one TEU for a day: 550 TEU in the mean, 660 at the peak, of 600
    hub = document({"desk": desk(60), "yard": YARD}, contents=boxes(teu=1), per_day=11.0)
    result, stations = stations_of(hub)
    assert stations["yard"].utilization == pytest.approx(1.1)
    assert stations["yard"].growth_per_day == 0
    assert result.metrics["throughput_per_day"].value == pytest.approx(11)
    assert result.metrics["wait_mean_hours"].value is not None
    assert "over_capacity" in [advice.code for advice in result.warnings]


def test_a_yard_adds_nothing_to_closing_times(document, desk, boxes, values):
    opening = {"hours_per_day": 12}
    plain = values(document({"desk": desk(30)}, opening=opening, contents=boxes(teu=1), per_day=8.0))
    stored = values(document({"desk": desk(30), "yard": YARD}, opening=opening, contents=boxes(teu=1), per_day=8.0))
    assert stored["dwell_mean_hours"] == pytest.approx(plain["dwell_mean_hours"])


def test_a_yard_receives_nothing_of_trains_that_pass_the_front_by(document, front, boxes):
    _, whole = stations_of(document({"front": front(yard_share=0.2), "yard": YARD}, contents=boxes(teu=1), per_day=4.0))
    _, half = stations_of(
        document({"front": front(yard_share=0.2, share=0.5), "yard": YARD}, contents=boxes(teu=1), per_day=4.0)
    )
    assert whole["yard"].details["boxes_stored_per_day"].value == pytest.approx(40)
    assert half["yard"].details["boxes_stored_per_day"].value == pytest.approx(20)


def test_a_yard_needs_the_size_of_its_boxes(document, desk):
    contents = {"unit": "container", "mean": 50}
    with pytest.raises(DocumentError, match="teu_per_unit"):
        hubcalc.analyze(document({"desk": desk(30), "yard": YARD}, contents=contents))


def test_an_uncertain_input_must_have_a_value(document, desk):
    hub = {**document({"desk": desk(30)}), "uncertainty": {"targets.dwell_p90_hours": {"low": 1, "high": 2}}}
    with pytest.raises(DocumentError, match="without a value"):
        hubcalc.analyze(hub)


def test_waiting_for_the_hub_to_open_counts_against_the_target(document, desk):
    # closed half the day, almost idle: 12^2 / (2 * 24) = 3 h in the mean
    hub = document({"desk": desk(1)}, opening={"hours_per_day": 12}, targets={"wait_hours": 2.0})
    result, _ = stations_of(hub)
    assert result.time_split.closure_hours == pytest.approx(3.0, rel=0.02)
    assert "wait_target_missed" in [advice.code for advice in result.warnings]
    assert result.metrics["sustainable_capacity_per_day"].value == 0


def test_the_earlier_stage_of_the_route_wins_a_tie(document, desk):
    hub = document({"second": desk(30), "first": desk(30)}, route=["first", "second"])
    for per_day in (6.25, 6.5, 6.75, 7.1):
        result, _ = stations_of(hub, {"flow.per_day": per_day})
        assert result.metrics["bottleneck"].value == "first"
        assert result.metrics["theoretical_capacity_per_day"].value == 48


def test_a_changed_mix_is_said(document, desk):
    flows = {"a": {"unit": "train", "per_day": 6.0}, "b": {"unit": "train", "per_day": 6.0}}
    hub = document({"desk": desk(30)}, flows=flows)
    codes = {}
    for name, overrides in (("one", {"flow.per_day": 3}), ("both", {"flow.per_day": 3, "flows.b.per_day": 3})):
        codes[name] = [advice.code for advice in stations_of(hub, overrides)[0].warnings]
    assert "mix_changed" in codes["one"]
    assert "mix_changed" not in codes["both"]
