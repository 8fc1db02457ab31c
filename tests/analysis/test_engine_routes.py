"""Routes as graphs: units split, merge and leave."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubcalc
from hubcalc import queueing
from hubcalc.analysis.engine import run
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.stages import STAGE_METHODS, method_of
from hubcalc.analysis.streams import column
from hubcalc.documents import parse_hub
from hubmodels import Gate


def trucks(per_day, route, **fields):
    return {"cars": {"unit": "truck", "per_day": per_day, "route": route, **fields}}


def test_a_graph_whose_shares_are_one_is_a_list(document, desk):
    stages = {"one": desk(20, 2, 0.5, share=0.6), "two": desk(40, 2), "three": desk(15, 1, 0)}
    listed = run(parse_hub(document(stages, per_day=40.0, scv=0.7)))
    graph = {"one": {"two": 1.0}, "two": {"three": 1.0}, "three": {}}
    drawn = run(parse_hub(document(stages, flows=trucks(40.0, graph, scv=0.7))))
    for stage, state in listed.stages.items():
        other = drawn.stages[stage]
        assert other.performance.wait.hours == state.performance.wait.hours
        assert other.performance.departure_scv == state.performance.departure_scv
        assert drawn.reach["cars"][stage] == 1


def test_a_share_of_zero_is_a_way_that_nobody_takes(document, desk):
    stages = {"one": desk(20), "two": desk(40, 2), "three": desk(15)}
    graph = {"one": {"two": 0.0, "three": 1.0}, "two": {"three": 1.0}, "three": {}}
    drawn = run(parse_hub(document(stages, flows=trucks(40.0, graph))))
    listed = run(parse_hub(document({"one": desk(20), "three": desk(15)}, per_day=40.0)))
    assert drawn.stages["two"].arrivals_per_hour == 0
    assert drawn.stages["three"].performance.wait.hours == pytest.approx(listed.stages["three"].performance.wait.hours)
    assert drawn.reach["cars"]["two"] == 0


def test_exponential_servers_are_a_jackson_network(document, desk):
    """Split, merged and left flows of a network of M/M/c are Poisson as far as each stage can tell (Jackson 1957)."""
    stages = {"gate": desk(10), "scan": desk(60, 2), "desk": desk(12, 1), "exit": desk(5)}
    graph = {"gate": {"scan": 0.3, "desk": 0.5}, "scan": {"desk": 0.4, "exit": 0.6}, "desk": {"exit": 0.9}, "exit": {}}
    state = run(parse_hub(document(stages, flows=trucks(96.0, graph))))
    rates = {"gate": 4.0, "scan": 1.2, "desk": 4 * (0.5 + 0.12), "exit": 4 * (0.18 + 0.9 * 0.62)}
    minutes, servers = {"gate": 10, "scan": 60, "desk": 12, "exit": 5}, {"gate": 1, "scan": 2, "desk": 1, "exit": 1}
    for stage, rate in rates.items():
        found = state.stages[stage]
        assert found.arrivals_per_hour == pytest.approx(rate)
        assert state.reach["cars"][stage] == pytest.approx(rate / 4)
        expected = queueing.mmc_wait_mean_hours(rate, minutes[stage] / 60, servers[stage])
        assert found.performance.wait.hours == pytest.approx(float(expected))
        assert state.exact_arrivals[stage]
    assert state.leaving_per_hour["cars"] == pytest.approx(4.0)


shares = st.floats(0, 0.5)


@given(shares, shares, shares, st.floats(1, 60), st.floats(0.2, 3))
def test_what_comes_in_leaves_or_piles_up(document, desk, first, second, third, per_day, scv):
    stages = {"one": desk(30, 1, 0.5), "two": desk(60, 1), "three": desk(60, 1, 2.0)}
    graph = {"one": {"two": first, "three": second}, "two": {"three": third}, "three": {}}
    state = run(parse_hub(document(stages, flows=trucks(per_day, graph, scv=scv))))
    growing = sum(s.arrivals_per_hour * (1 - 1 / np.maximum(s.utilization, 1)) for s in state.stages.values())
    assert state.leaving_per_hour["cars"] + growing == pytest.approx(per_day / 24)


def test_shares_may_be_columns(document, desk):
    graph = {"one": {"two": 0.2}, "two": {}}
    hub = document({"one": desk(10), "two": desk(30)}, flows=trucks(48.0, graph))
    path = "flows.cars.route.one.two"
    together, _ = hubcalc.analyze(hub, {path: [0.1, 0.4, 1.0]}).groups[0]
    for i, share in enumerate((0.1, 0.4, 1.0)):
        alone, _ = hubcalc.analyze(hub, {path: share}).groups[0]
        found, expected = together.state.stages["two"], alone.state.stages["two"]
        assert found.performance.wait.hours[i] == pytest.approx(float(expected.performance.wait.hours))
        assert found.arrivals_per_hour[i] == pytest.approx(2 * share)


def test_a_merged_flow_averages_what_its_parts_bring(document, desk, boxes, monkeypatch):
    """Half of the trains are put together by twos: two thirds of those that come on are as they were."""

    def pair_up(_, stream):
        doubled = stream.contents.model_copy(update={"mean": 2 * stream.contents.mean})
        return replace(stream, per_hour=stream.per_hour / 2, carried=doubled)

    gate = {"kind": "gate", "lanes": 1, "service_time": {"law": "exponential", "mean_minutes": 1}}
    graph = {"in": {"form": 0.5, "crane": 0.5}, "form": {"crane": 1.0}, "crane": {}}
    stages = {"in": desk(1), "form": gate, "crane": desk(1, 3, serves="contents")}
    hub = parse_hub(document(stages, flows=trucks(12.0, graph, contents=boxes(10))))
    monkeypatch.setitem(STAGE_METHODS, Gate, replace(method_of(hub.stages["form"]), after=pair_up))
    state = run(hub)
    (stream,) = state.stages["crane"].streams.values()
    assert stream.per_hour == pytest.approx(12 / 24 * 0.75)
    assert stream.contents.mean == pytest.approx(40 / 3)
    assert stream.per_hour * stream.contents.mean == pytest.approx(5.0)
    # sizes 10 and 20 with weights 2/3 and 1/3: variance 200/9
    assert stream.contents.scv == pytest.approx(200 / 9 / (40 / 3) ** 2)
    assert state.reach["cars"]["crane"] == 1


class Refusing(UnitQueue):
    """A queue that turns away a quarter of those who would visit it."""

    @property
    def accepted_share(self):
        return {stream.key: column(0.75) for stream in self.streams}


def test_what_is_turned_away_does_not_come_on(document, desk, monkeypatch):
    gate = {"kind": "gate", "lanes": 1, "service_time": {"law": "exponential", "mean_minutes": 1}, "share": 0.5}
    hub = parse_hub(document({"gate": gate, "desk": desk(10)}, per_day=24.0, opening={"hours_per_day": 12}))
    method = method_of(hub.stages["gate"])

    def refuse(stage, streams, numerical):
        queue = method.perform(stage, streams, numerical)
        return Refusing(queue.streams, queue.share, queue.work, queue.servers, queue.numerical)

    monkeypatch.setitem(STAGE_METHODS, Gate, replace(method, perform=refuse))
    state = run(hub)
    assert state.turned_away["trains"] * state.open_share == pytest.approx(0.125)
    assert state.leaving_per_hour["trains"] * state.open_share == pytest.approx(0.875)
    assert state.reach["trains"]["desk"] == pytest.approx(0.875)


def test_graphs_in_opposite_order_settle(document, desk):
    flows = {
        "a": {"unit": "train", "per_day": 6.0, "route": {"one": {"two": 0.5}, "two": {}}},
        "b": {"unit": "train", "per_day": 18.0, "route": {"two": {"one": 0.5}, "one": {}}},
    }
    state = run(parse_hub(document({"one": desk(30), "two": desk(30)}, flows=flows)))
    assert state.stages["one"].arrivals_per_hour * 24 == pytest.approx(15)
    assert state.stages["two"].arrivals_per_hour * 24 == pytest.approx(21)
    assert state.exact_arrivals["one"]


def test_an_empty_flow_is_no_trouble(document, desk):
    graph = {"one": {"two": 0.5, "three": 0.5}, "two": {"three": 1.0}, "three": {}}
    stages = {"one": desk(20), "two": desk(40, 1, 0.3), "three": desk(15)}
    state = run(parse_hub(document(stages, flows=trucks(0.0, graph))))
    assert state.leaving_per_hour["cars"] == 0
    assert all(np.isfinite(s.performance.wait.hours) for s in state.stages.values())
