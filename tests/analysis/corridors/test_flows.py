"""Least-cost flows: by hand, and against the same program written for scipy with a variable for each link."""

import numpy as np
import pytest
from scipy.optimize import linprog

import hubcalc
from hubcalc.analysis.corridors.assembly import assemble
from hubcalc.analysis.corridors.case import cases_of
from hubcalc.documents import Fixtures


def test_what_the_gate_does_not_carry_takes_the_far_road(two_roads, write):
    """9.6 of 20 a day pass the gate, at 50 USD and 14 h of 2 USD each; the rest pay 100 USD and 20 h."""
    document, library = two_roads
    report = hubcalc.corridor_flow(document, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    assert result.served_share == 1
    assert result.cost_usd_per_day == pytest.approx(9.6 * 78 + 10.4 * 140)
    assert {way.elements[0]: way.flow_per_day for way in result.ways} == pytest.approx(
        {"links.ab": 9.6, "links.ac": 10.4}
    )
    prices = {element.element: element.price_usd for element in result.elements}
    # a further truck over the gate saves the difference of the ways
    assert prices == pytest.approx({"nodes.b": 62.0, "links.ab": 0.0, "links.bc": 0.0, "links.ac": 0.0})
    assert result.demands[0].mean_hours == pytest.approx((9.6 * 14 + 10.4 * 20) / 20)
    assert result.demands[0].cost_usd_per_unit == pytest.approx((9.6 * 50 + 10.4 * 100) / 20)
    (step,) = result.bottlenecks
    assert (step.element, step.served_share_after) == ("nodes.b", 1.0)
    assert step.saved_usd_per_day == pytest.approx(10.4 * 62)
    assert result.largest_multiple is None


def test_what_nothing_limits_is_said_to_be(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_flow(document, documents=library).results[0]
    road = result.elements[-1]
    assert (road.capacity_per_day, road.utilization) == (None, None)
    assert (road.verdict.status, road.verdict.reason) == ("exact", "nothing limits it")
    assert result.verdict.status == "exact"


def test_without_the_far_road_the_rest_stays(two_roads):
    document, library = two_roads
    links = {key: link for key, link in document["links"].items() if key != "ac"}
    result = hubcalc.corridor_flow({**document, "links": links}, documents=library).results[0]
    assert result.demands[0].served_per_day == pytest.approx(9.6)
    assert result.served_share == pytest.approx(0.48)
    assert result.largest_multiple == pytest.approx(0.48)
    gate = next(element for element in result.elements if element.element == "nodes.b")
    assert gate.price_usd == pytest.approx(100_000 - 78)
    assert gate.utilization == pytest.approx(1.0)


def test_no_demand_flows_nowhere(two_roads, write):
    document, library = two_roads
    report = hubcalc.corridor_flow(document, {"demand.per_day": 0}, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    assert (result.served_share, result.cost_usd_per_day, result.ways) == (1.0, 0.0, [])
    assert result.demands[0].mean_hours is None


def test_a_document_at_two_links_warns(two_roads):
    """A capacity that two links share is counted at each of them."""
    document, library = two_roads
    result = hubcalc.corridor_flow(document, documents=library).results[0]
    shared = [advice.message for advice in result.warnings if advice.code == "shared_capacity"]
    assert shared == ["links.ab, links.bc are one passage (near, main); each is taken to have all of its capacity"]


@pytest.mark.parametrize(("name", "times"), [("lianyungang-almaty", 1.0), ("lianyungang-almaty", 40.0)])
def test_the_cost_is_that_of_a_program_over_links(name, times):
    """One variable for each class of each origin on each link: flows in are flows out, loads are within capacities."""
    library = Fixtures()
    document = library.corridor(name)
    overrides = {f"demands.{key}.per_day": demand.per_day * times for key, demand in document.demands.items()}
    result = hubcalc.corridor_flow(document, overrides, documents=library).results[0]
    assembly = assemble(cases_of(document, overrides, library)[0], "fast")
    cost, served = _over_links(assembly)
    unserved = sum(d.unserved_per_day * document.demands[d.demand].unserved_usd_per_unit for d in result.demands)
    assert result.cost_usd_per_day + unserved == pytest.approx(cost, rel=1e-7)
    assert sum(d.served_per_day for d in result.demands) == pytest.approx(served, rel=1e-6)


def _over_links(assembly):
    demands, links, nodes = assembly.demands, len(assembly.parts), assembly.points
    corridor = assembly.case.corridor
    costs = assembly.generalized_costs(assembly.hours)
    penalties = np.array([d.unserved_usd_per_unit for d in corridor.demands.values()])
    count = demands.size
    variables = count * links + count
    balance, right = np.zeros((count * nodes, variables)), np.zeros(count * nodes)
    objective, bounds = np.zeros(variables), []
    loads = np.zeros((links, variables))
    for i in range(count):
        k = demands.classes[i]
        for a in range(links):
            column = i * links + a
            balance[i * nodes + assembly.tails[a], column] += 1
            balance[i * nodes + assembly.heads[a], column] -= 1
            passes = np.isfinite(costs[k, a])
            objective[column] = costs[k, a] if passes else 0.0
            bounds.append((0, None if passes else 0))
            loads[a, column] = np.nan_to_num(assembly.loads[k, a])
        lost = count * links + i
        for node, sign in ((demands.origins[i], 1), (demands.destinations[i], -1)):
            balance[i * nodes + node, lost] += sign
            right[i * nodes + node] += sign * demands.per_day[i]
        objective[lost] = penalties[i]
    bounds += [(0, None)] * count
    capacities = assembly.network(corridor.capacity).capacities
    limited = np.isfinite(capacities)
    solved = linprog(objective, loads[limited], capacities[limited], balance, right, bounds)
    return solved.fun, demands.per_day.sum() - solved.x[count * links :].sum()


def test_what_is_carried_is_kept_at_every_part(two_roads):
    document, library = two_roads
    for result in hubcalc.corridor_flow(document, {"demand.per_day": [1, 12, 50]}, documents=library).results:
        over_gate = [element.flow_per_day for element in result.elements[:3]]
        assert over_gate == pytest.approx([over_gate[0]] * 3)
        assert over_gate[0] + result.elements[3].flow_per_day == pytest.approx(result.demands[0].served_per_day)


def test_the_largest_flow_of_a_demand_alone_and_what_limits_it(two_roads):
    document, library = two_roads
    shut = {**document, "links": {key: link for key, link in document["links"].items() if key != "ac"}}
    (demand,) = hubcalc.corridor_flow(shut, documents=library).results[0].demands
    # the gate carries 0.8 of 12 a day in practice, and nothing leads past it
    assert (demand.largest_per_day, demand.cut) == (pytest.approx(9.6), ["nodes.b"])
    (free,) = hubcalc.corridor_flow(document, documents=library).results[0].demands
    assert (free.largest_per_day, free.cut) == (None, [])


@pytest.mark.parametrize("per_day", [1e-300, 1e-12])
def test_next_to_no_demand_is_none(two_roads, write, per_day):
    document, library = two_roads
    report = hubcalc.corridor_flow(document, {"demand.per_day": per_day}, documents=library)
    write.check_numbers(report)
    assert report.results[0].served_share == 1
