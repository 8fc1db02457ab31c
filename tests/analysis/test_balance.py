"""Balances: what comes in goes out, by hand; and the yard's percentiles from the law of its occupancy."""

import pytest
from scipy import stats

import hubcalc

BOXES = {
    "unit": "container",
    "mean": 45.5,
    "scv": 0.01,
    "teu_per_unit": 2.0,
    "empty_share": 0.2,
    "units_per_wagon": 1.0,
}


def balance(hub, overrides=None, method="auto"):
    return hubcalc.analyze(hub, overrides, metrics=["utilization"], method=method).report.results[0].balance


def test_a_flow_that_passes_comes_out_as_it_came_in(document, desk):
    (flow,) = balance(document({"desk": desk(60)}, per_day=11, contents=BOXES)).flows
    assert (flow.units_in_per_day, flow.units_out_per_day) == pytest.approx((11, 11))
    assert flow.contents_in_per_day == flow.contents_out_per_day == pytest.approx(11 * 45.5)
    assert flow.loaded_out_per_day == pytest.approx(0.8 * 11 * 45.5)
    assert flow.empty_out_per_day == pytest.approx(0.2 * 11 * 45.5)
    assert flow.teu_out_per_day == pytest.approx(2 * 11 * 45.5)
    assert flow.wagons_out_per_day == pytest.approx(11 * 45.5)


def test_what_a_full_stage_keeps_is_a_growing_backlog(document, desk):
    # one train an hour is served, 30 a day come: 6 a day stay
    (flow,) = balance(document({"desk": desk(60)}, per_day=30, contents=BOXES)).flows
    assert flow.units_out_per_day == pytest.approx(24)
    assert flow.units_growth_per_day == pytest.approx(6)
    assert flow.contents_in_per_day == pytest.approx(flow.contents_out_per_day + flow.contents_growth_per_day)


def test_the_two_directions_differ_by_what_must_come_back(document, desk):
    flows = {
        "west": {"unit": "train", "per_day": 10, "contents": {**BOXES, "mean": 50, "scv": 0}},
        "east": {"unit": "train", "per_day": 6, "direction": "return", "contents": {**BOXES, "mean": 40, "scv": 0}},
    }
    found = balance(document({"desk": desk(30)}, flows=flows))
    there, back = found.directions
    assert (there.contents_out_per_day, back.contents_out_per_day) == pytest.approx((500, 240))
    assert found.empties_to_return_per_day == pytest.approx(260)
    assert found.empties_direction == "return"
    assert (found.wagons_to_return_per_day, found.wagons_direction) == (pytest.approx(260), "return")


def test_nothing_is_said_of_what_is_not_known(document, desk):
    found = balance(document({"desk": desk(60)}))
    assert found.flows[0].contents_out_per_day is None
    assert found.empties_to_return_per_day is None
    one_way = balance(document({"desk": desk(60)}, contents=BOXES))
    assert one_way.empties_to_return_per_day is None


def test_regrouped_trains_carry_the_same_contents(document):
    forming = {
        "kind": "train_forming",
        "length_limit_wagons": 85,
        "wagons_per_content": 1.39,
        "mass_limit_tonnes": 9000,
        "content_tonnes": 20,
        "crews": 4,
        "service_time": {"law": "exponential", "mean_minutes": 60},
    }
    (flow,) = balance(document({"forming": forming}, per_day=11, contents=BOXES)).flows
    # 85 conditional wagons of 1.39 a container hold 61
    assert flow.contents_per_unit_out == pytest.approx(61)
    assert flow.units_out_per_day == pytest.approx(11 * 45.5 / 61)
    assert flow.contents_out_per_day == pytest.approx(11 * 45.5)


def test_a_yard_of_single_boxes_is_poisson(document):
    # boxes one by one, exponential dwell: M/M/infinity, whose occupancy is Poisson
    yard = {"kind": "yard", "ground_slots": 200, "tiers": 3, "dwell_hours": 48}
    contents = {"unit": "container", "mean": 1, "teu_per_unit": 2}
    (found,) = balance(document({"yard": yard}, per_day=40, contents=contents)).yards
    law = stats.poisson(40 * 2)
    assert found.mean_teu == pytest.approx(2 * 80)
    for level, value in ((0.5, found.p50_teu), (0.95, found.p95_teu), (0.99, found.p99_teu)):
        assert value == 2 * law.ppf(level)
    assert found.verdict.status == "exact"


def test_a_yard_of_trains_and_constant_dwell(document, boxes):
    # all boxes of the trains of the last two days: 50 times a Poisson number of mean 24
    yard = {"kind": "yard", "ground_slots": 2000, "tiers": 3, "dwell_hours": 48, "dwell_scv": 0}
    (found,) = balance(document({"yard": yard}, per_day=12, contents=boxes(teu=1.0))).yards
    assert found.p95_teu == pytest.approx(50 * stats.poisson(24).ppf(0.95))
    fitted = balance(document({"yard": yard}, per_day=12, contents=boxes(teu=1.0)), method="fast").yards[0]
    assert fitted.verdict.status == "approximate"
    assert fitted.p95_teu == pytest.approx(found.p95_teu, rel=0.05)
