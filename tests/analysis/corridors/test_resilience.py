"""Outages: as if the part did not stand in the document."""

import pytest

import hubcalc
from hubcalc.errors import ParameterError

GATE, NEAR, FAR = "hubs.gate", "lines.near", "lines.far"


def without(document, *links):
    kept = {key: link for key, link in document["links"].items() if key not in links}
    return {**document, "links": kept}


def outage(result, *lost):
    return next(found for found in result.outages if tuple(found.lost) == lost)


def test_a_road_that_is_out_is_a_corridor_without_it(two_roads, write):
    document, library = two_roads
    report = hubcalc.corridor_resilience(document, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    whole = hubcalc.corridor_flow(document, documents=library).results[0]
    assert result.base_usd_per_day == pytest.approx(whole.cost_usd_per_day)
    left = hubcalc.corridor_flow(without(document, "ac"), documents=library).results[0]
    found = outage(result, FAR)
    assert found.served_share == pytest.approx(left.served_share)
    assert found.unserved_per_day == pytest.approx(10.4)
    assert found.carrying_usd_per_day == pytest.approx(left.cost_usd_per_day - whole.cost_usd_per_day)
    assert found.total_usd_per_day == pytest.approx(10.4 * (100_000 - 140))
    assert (found.worst_demand, found.worst_served_share) == ("goods", pytest.approx(0.48))
    # those over the gate take 14 h; before, 9.6 of 20 did, and the others 20 h
    assert found.added_hours == pytest.approx(14 - (9.6 * 14 + 10.4 * 20) / 20)


def test_a_hub_that_is_out_closes_its_road(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_resilience(document, documents=library).results[0]
    found = outage(result, GATE)
    left = hubcalc.corridor_flow(without(document, "ab", "bc"), documents=library).results[0]
    whole = hubcalc.corridor_flow(document, documents=library).results[0]
    assert found.served_share == left.served_share == 1
    assert found.total_usd_per_day == pytest.approx(left.cost_usd_per_day - whole.cost_usd_per_day)
    assert found.worst_demand is None
    costs = [each.total_usd_per_day for each in result.outages]
    assert costs == sorted(costs, reverse=True)


def test_half_of_a_hub_is_half_of_its_capacity(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_resilience(document, out=["b"], lost_share=0.5, documents=library).results[0]
    # 4.8 of 9.6 a day move to the far road, at 62 USD more each
    assert [found.lost for found in result.outages] == [["nodes.b"]]
    assert result.outages[0].total_usd_per_day == pytest.approx(4.8 * 62)
    assert result.outages[0].lost_share == 0.5


def test_pairs_close_both(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_resilience(document, pairs=True, documents=library).results[0]
    both = outage(result, GATE, FAR)
    assert both.served_share == 0
    assert both.unserved_per_day == pytest.approx(20)
    assert both.added_hours is None
    assert len(result.outages) == 3 + 3


def test_what_nobody_uses_costs_nothing(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_resilience(document, {"demand.per_day": 5}, documents=library).results[0]
    assert outage(result, FAR).total_usd_per_day == 0


def test_nothing_is_lost_of_nothing(two_roads, write):
    document, library = two_roads
    report = hubcalc.corridor_resilience(document, {"demand.per_day": 0}, documents=library)
    write.check_numbers(report)
    assert {found.served_share for found in report.results[0].outages} == {1.0}


@pytest.mark.parametrize("share", [0.0, 1.5, -1.0, float("nan")])
def test_a_share_out_of_bounds_is_refused(two_roads, share):
    document, library = two_roads
    with pytest.raises(ParameterError, match="lost_share"):
        hubcalc.corridor_resilience(document, lost_share=share, documents=library)


def test_a_place_where_nothing_can_fail_is_refused(two_roads):
    document, library = two_roads
    with pytest.raises(ParameterError, match="out: nothing can fail there"):
        hubcalc.corridor_resilience(document, out=["a"], documents=library)


def test_a_line_is_lost_at_all_its_places_and_a_link_alone(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_resilience(document, out=["near", "ab"], documents=library).results[0]
    both, one = outage(result, NEAR), outage(result, "links.ab")
    left = hubcalc.corridor_flow(without(document, "ab", "bc"), documents=library).results[0]
    whole = hubcalc.corridor_flow(document, documents=library).results[0]
    assert both.total_usd_per_day == pytest.approx(left.cost_usd_per_day - whole.cost_usd_per_day)
    assert one.total_usd_per_day == pytest.approx(both.total_usd_per_day)


def test_another_capacity_can_be_counted(two_roads):
    document, library = two_roads
    wide = hubcalc.corridor_resilience(document, capacity="theoretical", documents=library).results[0]
    other = hubcalc.corridor_resilience({**document, "capacity": "theoretical"}, documents=library).results[0]
    assert wide.outages == other.outages
    with pytest.raises(ParameterError, match="capacity: no such capacity"):
        hubcalc.corridor_resilience(document, capacity="practicable", documents=library)
