"""The cheapest ways, and those that lead via places."""

import pytest

import hubcalc
from hubcalc.errors import DocumentError, ParameterError


def elements(result):
    return [leg.element for leg in result.legs]


def test_the_cheapest_way_depends_on_the_value_of_time(two_roads):
    """Over the gate 50 USD and 5 + 4 + 5 h, by the direct road 100 USD and 20 h: always the gate, until it is dear."""
    document, library = two_roads
    result = hubcalc.transit(document, documents=library).results[0]
    assert elements(result) == ["links.ab", "nodes.b", "links.bc"]
    costs = [way.generalized_cost_usd for way in result.alternatives]
    assert costs == pytest.approx([50 + 2 * 14, 100 + 2 * 20])
    dear = hubcalc.transit(document, {"hubs.gate.prices.truck.usd": 1000}, documents=library).results[0]
    assert elements(dear) == ["links.ac"]
    slow = {"hubs.gate.flows.main.per_day": 11.9, "demand.value_of_time_usd_per_hour": 10}
    # M/M/1 of 2 h at a load of 11.9 / 12 takes 240 h
    assert elements(hubcalc.transit(document, slow, documents=library).results[0]) == ["links.ac"]


def test_via_forces_a_way(two_roads):
    document, library = two_roads
    assert elements(hubcalc.transit(document, via=["ac"], documents=library).results[0]) == ["links.ac"]
    by_node = hubcalc.transit(document, via=["b"], documents=library).results[0]
    assert elements(by_node) == ["links.ab", "nodes.b", "links.bc"]
    assert len(by_node.alternatives) == 1


def test_via_asks_for_an_order(two_roads):
    document, library = two_roads
    with pytest.raises(ParameterError, match="via: no way leads there in this order"):
        hubcalc.transit(document, via=["bc", "ab"], documents=library)
    with pytest.raises(ParameterError, match="via: no way leads there"):
        hubcalc.transit(document, via=["b", "ac"], documents=library)


def test_via_must_exist(two_roads):
    document, library = two_roads
    with pytest.raises(ParameterError, match="via: no such node or link"):
        hubcalc.transit(document, via=["d"], documents=library)


def test_a_demand_without_a_way_says_how_far_it_gets(two_roads, write):
    document, library = two_roads
    stranded = document["demands"] | {"back": write.demand("b", "a")}
    for ask in (hubcalc.corridor_flow, hubcalc.corridor_equilibrium, hubcalc.corridor_resilience):
        with pytest.raises(DocumentError) as caught:
            ask({**document, "demands": stranded}, documents=library)
        problem = caught.value.problems[0]
        assert problem.pointer == "/demands/back/destination"
        assert problem.allowed == "a node that can be reached: c"


def test_ties_and_circles_do_no_harm(two_roads):
    document, library = two_roads
    circle = document["links"] | {"ba": {"line": "near", "start": "b", "end": "a"}}
    result = hubcalc.transit({**document, "links": circle}, documents=library).results[0]
    assert elements(result) == ["links.ab", "nodes.b", "links.bc"]
    assert len(result.alternatives) == 2
