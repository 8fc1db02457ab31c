"""From documents to arrays: links, units, capacities; and what does not fit together."""

import numpy as np
import pytest

import hubcalc
from hubcalc.analysis.corridors.assembly import assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.errors import DocumentError


def assembled(document, library, overrides=None):
    return assemble(cases_of(corridor_of(document, library), overrides, library)[0], "fast")


def test_a_hub_is_a_link_and_a_junction_is_none(two_roads):
    assembly = assembled(*two_roads)
    assert [part.element for part in assembly.parts] == ["nodes.b", "links.ab", "links.bc", "links.ac"]
    assert assembly.links_of("nodes.b") == [0]
    # the line to b ends where the hub begins, and the next begins where it ends
    assert assembly.heads[1] == assembly.tails[0]
    assert assembly.tails[2] == assembly.heads[0]


def test_capacities_are_those_of_the_hub_less_the_others(two_roads):
    document, library = two_roads
    for counted, load in (("theoretical", 1.0), ("practical", 0.8)):
        own = corridor_of({**document, "capacity": counted}, library)
        assembly = assemble(cases_of(own, {"nodes.b.other_per_day": 3}, library)[0], "fast")
        # 2 h each: 12 a day
        assert assembly.network(counted).capacities.tolist() == pytest.approx([12 * load - 3, *[np.inf] * 3])


def test_others_above_the_capacity_leave_nothing(two_roads):
    document, library = two_roads
    assembly = assembled(document, library, {"nodes.b.other_per_day": 100})
    assert assembly.network("practical").capacities[0] == 0
    result = hubcalc.corridor_flow(document, {"nodes.b.other_per_day": 100}, documents=library).results[0]
    assert [way.elements for way in result.ways] == [["links.ac"]]


def test_units_are_converted_by_contents(write):
    library = write.Library(
        write.hub(
            "port",
            {"desk": write.desk(60)},
            flow={"contents": {"unit": "container", "mean": 50.0, "teu_per_unit": 1.6}},
            priced="teu",
            price=1.0,
        ),
        write.line("rail", 100.0, flow={"contents": {"unit": "container", "mean": 40.0, "teu_per_unit": 2.0}}),
    )
    document = write.corridor(
        {"a": {"hub": "port"}, "b": {}}, {"ab": ("rail", "a", "b", {})}, {"x": write.demand("a", "b", 160.0, "teu")}
    )
    assembly = assembled(document, library)
    assert assembly.loads.tolist() == [pytest.approx([1 / 80, 1 / 80])]
    assert assembly.prices.tolist() == [[1.0, 0.0]]
    result = hubcalc.corridor_flow(document, documents=library).results[0]
    assert [element.flow_per_day for element in result.elements] == pytest.approx([2.0, 2.0])


def test_mixed_units_name_the_places(two_roads, write):
    document, library = two_roads
    wrong = {**document, "demands": {"goods": write.demand("a", "c", unit="teu")}}
    for ask in (hubcalc.transit, hubcalc.corridor_flow, hubcalc.corridor_equilibrium, hubcalc.corridor_resilience):
        with pytest.raises(DocumentError) as caught:
            ask(wrong, documents=library)
        problem = caught.value.problems[0]
        assert problem.pointer == "/demands/goods/unit"
        for place in ("nodes.b (gate, main: truck)", "links.ab", "links.ac"):
            assert place in problem.message


def test_demands_of_two_units_share_a_hub(two_roads, write):
    document, _ = two_roads
    both = write.Library(
        write.hub("gate", {"desk": write.desk(120)}, per_day=6.0, unit="truck", flow=_boxes(2.0)),
        write.line("near", 250.0, unit="truck", flow=_boxes(2.0)),
        write.line("far", 1000.0, unit="truck"),
    )
    demands = {"a": write.demand("a", "c", 3.0), "b": write.demand("a", "c", 8.0, "teu"), "d": write.demand("a", "c")}
    assembly = assembled({**document, "demands": demands, "main_demand": "a"}, both)
    assert len(assembly.classes) == 2
    result = hubcalc.corridor_flow({**document, "demands": demands, "main_demand": "a"}, documents=both).results[0]
    # 3 trucks, 8 TEU by two on a truck, and 4 trucks: 11 trucks a day, and 9.6 is the practical capacity
    gate = result.elements[0]
    assert gate.capacity_per_day == pytest.approx(9.6)
    assert gate.flow_per_day == pytest.approx(9.6)
    assert result.served_share == 1
    assert sum(way.flow_per_day for way in result.ways if way.elements == ["links.ac"]) == pytest.approx(1.4)


def _boxes(mean):
    return {"contents": {"unit": "container", "mean": mean, "teu_per_unit": 1.0}}


def test_an_unknown_flow_is_named(two_roads):
    document, library = two_roads
    links = document["links"] | {"ab": document["links"]["ab"] | {"enters": "mian", "flow": "mani"}}
    nodes = document["nodes"] | {"b": {"hub": "gate", "flow": "mainn"}}
    with pytest.raises(DocumentError) as caught:
        assembled({**document, "links": links, "nodes": nodes}, library)
    assert {p.pointer for p in caught.value.problems} == {"/nodes/b/flow", "/links/ab/flow", "/links/ab/enters"}
    assert all("main" in problem.hint for problem in caught.value.problems)


def test_a_junction_is_not_entered_by_a_flow(two_roads):
    document, library = two_roads
    links = document["links"] | {"ac": document["links"]["ac"] | {"enters": "main"}}
    with pytest.raises(DocumentError, match="/links/ac/enters: no hub stands at node 'c'"):
        assembled({**document, "links": links}, library)


@pytest.mark.parametrize(("gauges", "fine"), [([1435, 1520], True), ([1435], False), ([], False), (None, False)])
def test_gauges_meet_only_where_a_hub_has_both(write, gauges, fine):
    library = write.Library(
        write.line("west", 100.0, kind="railway", unit="truck", gauges_mm=[1520]),
        write.line("east", 100.0, kind="railway", unit="truck", gauges_mm=[1435]),
        write.hub("dry", {"desk": write.desk(60)}, unit="truck", gauges_mm=gauges or []),
    )
    document = write.corridor(
        {"a": {}, "b": {"hub": "dry"} if gauges is not None else {}, "c": {}},
        {"ab": ("east", "a", "b", {}), "bc": ("west", "b", "c", {})},
        {"x": write.demand("a", "c")},
    )
    if fine:
        assert len(assembled(document, library).parts) == 3
        return
    with pytest.raises(DocumentError, match=r"/nodes/b: railways of 1435 mm \(links.ab\) and 1520 mm \(links.bc\)"):
        assembled(document, library)
