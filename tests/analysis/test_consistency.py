"""What holds in every analysis: conservation of flow, sums of times, order of capacities."""

import pytest

import hubcalc
import hubfixtures


def multiplied(hub, factor):
    """Give the overrides that multiply all flows of a hub."""
    return {f"flows.{key}.per_day": flow.per_day * factor for key, flow in hub.flows.items()}


@pytest.mark.slow
@pytest.mark.parametrize("hub_id", hubfixtures.names())
@pytest.mark.parametrize("factor", [0.2, 1.0, 3.0])
def test_fixtures(hub_id, factor, consistency_checks):
    # ranges are tested on their own; here they would take most of the time
    hub = hubfixtures.load(hub_id).model_copy(update={"uncertainty": {}})
    consistency_checks(hub, multiplied(hub, factor), search=factor == 1)


@pytest.mark.parametrize("hub_id", ["almaty", "dostyk-transterminal", "icbc-khorgos"])
def test_the_sustainable_flow_does_not_depend_on_the_present_one(hub_id):
    hub = hubfixtures.load(hub_id).model_copy(update={"uncertainty": {}})
    name = "sustainable_capacity_per_day"
    found = [hubcalc.analyze(hub, multiplied(hub, k), metrics=[name]).column(name)[0] for k in (0.2, 1.0, 3.0)]
    assert found[0] > 0
    assert found == pytest.approx([found[1]] * 3, rel=1e-8)


@pytest.mark.parametrize("scv", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("per_day", [1e-6, 3.0, 15.0, 40.0])
def test_all_kinds_of_stage(scv, per_day, document, desk, front, boxes, consistency_checks):
    stages = {
        "desk": desk(40, 2, 0.5, share=0.6),
        "booth": {"kind": "gate", "lanes": 2, "service_time": {"mean_minutes": 20, "scv": 0.3}},
        "cars": desk(5, 3, 0.4, units_per_arrival=10),
        "boxes": desk(3, 3, 0.3, serves="contents", share=0.8),
        "front": front(yard_share=0.3, move_scv=0.3),
        "yard": {"kind": "yard", "ground_slots": 3000, "tiers": 3, "dwell_hours": 40},
    }
    # the sustainable flow is the same at every present one
    consistency_checks(document(stages, per_day=per_day, scv=scv, contents=boxes(45.5, 0.01)), search=per_day == 3)


@pytest.mark.parametrize("hours", [8.0, 24.0])
@pytest.mark.parametrize("days", [5, 7])
def test_opening_times(hours, days, document, desk, consistency_checks):
    opening = {"hours_per_day": hours, "days_per_week": days}
    consistency_checks(document({"a": desk(20, 3, 0.5), "b": desk(30, 5, 1.5)}, opening=opening, per_day=20))


def test_two_flows(document, desk, front, boxes, consistency_checks):
    flows = {
        "west": {"unit": "train", "per_day": 8, "contents": boxes(), "route": ["desk", "front", "exit"]},
        "east": {"unit": "train", "per_day": 4, "scv": 0.4, "contents": boxes(45), "route": ["front", "exit"]},
    }
    stages = {"desk": desk(60, 2, 0.5), "front": front(), "exit": desk(30, 2, 0.2)}
    consistency_checks(document(stages, flows=flows))
    consistency_checks(document(stages, flows=flows), {"flows.east.per_day": 0})
