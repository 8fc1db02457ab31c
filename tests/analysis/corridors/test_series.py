"""Time, cost and distance along the way, and the indicators of CAREC by hand."""

import pytest

import hubcalc


def values(result):
    return {found.indicator: found.value for found in result.indicators}


def test_points_are_sums(chain, write):
    document, library = chain
    report = hubcalc.time_cost_distance_series(document, documents=library)
    write.check_numbers(report)
    points = report.results[0].points
    assert [point.element for point in points] == ["nodes.a", "nodes.a", "links.ab", "nodes.b"]
    assert [point.distance_km for point in points] == [0.0, 0.0, 500.0, 500.0]
    assert [point.cost_usd for point in points] == [0.0, 20.0, 70.0, 100.0]
    assert [point.hours for point in points] == pytest.approx([0.0, 2 / 3, 10 + 2 / 3, 14 + 2 / 3])
    assert [point.mode for point in points] == ["", "hub", "road", "hub"]
    p90 = [point.hours_p90 for point in points]
    assert p90 == sorted(p90)
    whole = hubcalc.transit(document, documents=library).results[0].time
    assert points[-1].hours == pytest.approx(whole.mean_hours)
    assert points[-1].hours_p90 == pytest.approx(whole.p90_hours)


def test_indicators_by_hand(chain):
    """4 h and 30 USD at the border; 100 USD for 500 km with 10 t; 500 km in 10 h of motion, and in 14.67 h in all."""
    document, library = chain
    result = hubcalc.time_cost_distance_series(document, documents=library).results[0]
    assert values(result) == pytest.approx(
        {"TFI1": 4.0, "TFI2": 30.0, "TFI3": 200.0, "SWOD": 50.0, "SWD": 500 / (14 + 2 / 3)}
    )
    assert {found.verdict.status for found in result.indicators} == {"exact"}


def test_stops_are_no_motion(chain):
    document, library = chain
    stops = {"lines.road.stages.run.stops_hours": 5.0, "lines.road.stages.run.excess_mean_hours": 1.0}
    found = values(hubcalc.time_cost_distance_series(document, stops, documents=library).results[0])
    assert found["SWOD"] == pytest.approx(50.0)
    assert found["SWD"] == pytest.approx(500 / (14 + 2 / 3 + 6))


def test_a_shock_slows_what_is_delayed(chain):
    document, library = chain
    shocked = {**document, "shocks": {"ice": {"probability": 0.5, "links": ["ab"], "extra_hours": 6.0}}}
    found = values(hubcalc.time_cost_distance_series(shocked, documents=library).results[0])
    assert found["SWD"] == pytest.approx(500 / (14 + 2 / 3 + 3))
    assert found["SWOD"] == pytest.approx(50.0)


def test_without_steady_state_prices_and_motion_stay(chain, write):
    document, library = chain
    overrides = {"hubs.first.flows.main.per_day": 50}
    report = hubcalc.time_cost_distance_series(document, overrides, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    found = {each.indicator: each for each in result.indicators}
    assert (found["TFI1"].value, found["TFI1"].verdict.status) == (None, "unstable")
    assert (found["SWD"].value, found["SWD"].verdict.status) == (None, "unstable")
    assert found["TFI2"].value == 30.0
    assert found["TFI3"].value == pytest.approx(200.0)
    assert found["SWOD"].value == pytest.approx(50.0)
    assert [point.hours for point in result.points] == [0.0, None, None, None]


def test_what_is_lacking_is_said(two_roads):
    document, library = two_roads
    result = hubcalc.time_cost_distance_series(document, documents=library).results[0]
    found = {each.indicator: each for each in result.indicators}
    assert (found["TFI1"].value, found["TFI1"].verdict.status) == (None, "refused")
    assert "no border" in found["TFI1"].verdict.reason
    weightless = {**document, "demands": {"goods": {**document["demands"]["goods"], "tonnes_per_unit": None}}}
    result = hubcalc.time_cost_distance_series(weightless, documents=library).results[0]
    found = {each.indicator: each for each in result.indicators}
    assert found["TFI3"].value is None
    assert "tonnes_per_unit" in found["TFI3"].verdict.reason
    assert found["SWOD"].value == pytest.approx(50.0)


def test_half_of_the_trains_take_a_stage(write):
    """A run that half of the units take counts half."""
    stages = {
        "all": {"kind": "run", "length_km": 300.0, "speed_km_per_hour": 50.0},
        "half": {"kind": "run", "length_km": 200.0, "speed_km_per_hour": 50.0, "share": 0.5},
    }
    library = write.Library(write.line("road", 500.0, stages=stages, unit="truck"))
    document = write.corridor({"a": {}, "b": {}}, {"ab": ("road", "a", "b", {})}, {"x": write.demand("a", "b")})
    found = values(hubcalc.time_cost_distance_series(document, documents=library).results[0])
    assert found["SWOD"] == pytest.approx(500 / 8)
