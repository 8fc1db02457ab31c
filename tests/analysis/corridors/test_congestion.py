"""Equilibria: nobody gains by another way, at times that the hubs' own analyses give at these flows."""

import numpy as np
import pytest

import hubcalc
from hubcalc.errors import DocumentError

SERVED_PER_DAY = 12.0


def dwell(flow):
    """Time at the gate: M/M/1 of 12 a day [h]."""
    return 24 / (SERVED_PER_DAY - flow)


def test_both_roads_cost_the_same(two_roads, write):
    """50 USD and 10 h + dwell against 100 USD and 20 h, an hour being worth 2 USD: the dwell at the gate is 35 h."""
    document, library = two_roads
    report = hubcalc.corridor_equilibrium(document, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    by = {element.element: element for element in result.elements}
    # 24 / (12 - v) = 35
    assert by["nodes.b"].flow_per_day == pytest.approx(12 - 24 / 35, rel=2e-3)
    assert by["nodes.b"].mean_hours == pytest.approx(35.0, rel=1e-3)
    assert by["nodes.b"].free_hours == pytest.approx(2.0, rel=1e-3)
    for way in result.ways:
        assert way.cost_usd + 2 * way.mean_hours == pytest.approx(140.0, rel=1e-5)
    assert result.relative_gap < 1e-6
    assert result.total_usd_per_day == pytest.approx(20 * 140, rel=1e-5)


def test_the_reported_times_are_those_of_the_hub_at_its_flow(two_roads):
    document, library = two_roads
    for result in hubcalc.corridor_equilibrium(document, {"demand.per_day": [3, 8, 20]}, documents=library).results:
        gate = result.elements[0]
        alone = hubcalc.analyze(library.hub("gate"), {"flows.main.per_day": gate.flow_per_day})
        assert gate.mean_hours == pytest.approx(alone.column("dwell_mean_hours")[0], rel=3e-3)
        assert gate.mean_hours == pytest.approx(dwell(gate.flow_per_day), rel=3e-3)
        assert gate.utilization == pytest.approx(gate.flow_per_day / 12)


def test_the_optimum_keeps_some_away(two_roads):
    """Marginal cost: 50 + 2 (10 + 24 * 12 / (12 - v)^2) = 140, so (12 - v)^2 = 288 / 35."""
    document, library = two_roads
    result = hubcalc.corridor_equilibrium(document, documents=library).results[0]
    best = 12 - np.sqrt(24 * 12 / 35)
    assert result.elements[0].optimum_flow_per_day == pytest.approx(best, rel=1e-2)
    least = best * (50 + 2 * (10 + dwell(best))) + (20 - best) * 140
    assert result.optimum_usd_per_day == pytest.approx(least, rel=1e-3)
    assert result.price_of_anarchy == pytest.approx(2800 / least, rel=1e-3)


def test_one_way_takes_all(chain):
    document, library = chain
    result = hubcalc.corridor_equilibrium(document, documents=library).results[0]
    # 4 a day of 48 and of 12
    assert [element.mean_hours for element in result.elements if element.kind == "hub"] == pytest.approx(
        [24 / (48 - 4), 24 / (12 - 4)], rel=2e-3
    )
    assert result.price_of_anarchy == 1.0
    assert result.demands[0].mean_hours == pytest.approx(10 + 24 / 44 + 3, rel=2e-3)


def test_others_delay_too(chain):
    document, library = chain
    result = hubcalc.corridor_equilibrium(document, {"nodes.b.other_per_day": 6}, documents=library).results[0]
    second = next(element for element in result.elements if element.element == "nodes.b")
    assert second.mean_hours == pytest.approx(24 / (12 - 4 - 6), rel=3e-3)
    assert second.free_hours == pytest.approx(24 / (12 - 6), rel=3e-3)
    assert second.flow_per_day == pytest.approx(10)


def test_an_overload_lasts_for_the_horizon(chain, write):
    """Beyond the end of its table the mean wait grows by H (v - c) / (2 v)."""
    document, library = chain
    report = hubcalc.corridor_equilibrium(document, {"demand.per_day": 24}, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    assert [advice.code for advice in result.warnings] == ["overloaded"]
    assert "nodes.b" in result.warnings[0].message
    second = next(element for element in result.elements if element.element == "nodes.b")
    assert second.overloaded
    horizon = 24 * library.hub("second").targets.horizon_days
    last = 0.98 * 12
    assert second.mean_hours == pytest.approx(24 / (12 - last) + horizon / 2 * (24 - last) / 24, rel=1e-3)


def test_where_others_fill_the_hub_it_is_overloaded_at_once(two_roads, write):
    document, library = two_roads
    report = hubcalc.corridor_equilibrium(document, {"nodes.b.other_per_day": 50}, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    assert [way.elements for way in result.ways] == [["links.ac"]]
    gate = result.elements[0]
    assert (gate.element, gate.overloaded, gate.flow_per_day) == ("nodes.b", False, pytest.approx(50))
    # a load of 0.98 takes 24 / (12 - 11.76) = 100 h; the backlog of 50 a day, of whom 11.76 are served, is on top
    horizon = 24 * library.hub("gate").targets.horizon_days
    assert gate.mean_hours == pytest.approx(100 + horizon / 2 * (1 - 11.76 / 50), rel=1e-6)


def test_a_demand_of_nothing_has_the_time_of_an_empty_corridor(chain, write):
    document, library = chain
    report = hubcalc.corridor_equilibrium(document, {"demand.per_day": 0}, documents=library)
    write.check_numbers(report)
    assert report.results[0].demands[0].mean_hours == pytest.approx(12.5, rel=1e-3)
    assert report.results[0].price_of_anarchy == 1.0


def test_hubs_that_nobody_would_pass_are_left_out(two_roads):
    """The gate at a price beyond the far road: it need not even be analyzed."""
    document, library = two_roads
    result = hubcalc.corridor_equilibrium(document, {"hubs.gate.prices.truck.usd": 5000}, documents=library).results[0]
    assert [element.element for element in result.elements] == ["links.ab", "links.bc", "links.ac"]


def test_without_value_of_time_there_is_no_equilibrium(chain):
    document, library = chain
    with pytest.raises(DocumentError, match="/demands/goods/value_of_time_usd_per_hour"):
        hubcalc.corridor_equilibrium(document, {"demand.value_of_time_usd_per_hour": 0}, documents=library)


def test_a_fixture_is_in_equilibrium(write):
    report = hubcalc.corridor_equilibrium("lianyungang-almaty")
    write.check_numbers(report)
    result = report.results[0]
    demands = {demand.demand: demand for demand in result.demands}
    for name, demand in demands.items():
        mine = [way for way in result.ways if way.demand == name]
        assert sum(way.flow_per_day for way in mine) == pytest.approx(demand.asked_per_day, rel=1e-9)
    by = {(element.element, element.flow): element for element in result.elements}
    for way in result.ways:
        passed = [[e.mean_hours for key, e in by.items() if key[0] == name] for name in way.elements]
        least, most = sum(min(hours) for hours in passed), sum(max(hours) for hours in passed)
        assert least * (1 - 1e-9) <= way.mean_hours <= most * (1 + 1e-9)
