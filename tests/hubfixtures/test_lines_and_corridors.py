"""The lines, corridors and scenarios of the atlas: evidence of inputs, lengths against great circles, names."""

import json
import math
import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import hubfixtures
from hubcalc.network.graph import Network
from hubfixtures.factors import emission_factors
from hubmodels import CORRIDOR, LINE, SCENARIO
from hubmodels.paths import leaves, nested_models

LINES = hubfixtures.names("lines")
CORRIDORS = hubfixtures.names("corridors")
SCENARIOS = hubfixtures.names("scenarios")
EARTH_RADIUS_KM = 6371.0088
BESIDE_KM = {"lianyungang": 500}
"""How far a node may lie from the end of its line, beyond the size of a city: sea legs begin at Shanghai for both."""
ROUNDING = 1.02  # lengths are rounded, and waypoints lie beside the way


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Give the distance of two points, (longitude, latitude), by the haversine formula."""
    (a, p), (b, q) = (tuple(math.radians(x) for x in point) for point in (one, other))
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((b - a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


def over_waypoints_km(line: Any) -> float:
    ends = [(place.longitude_deg, place.latitude_deg) for place in (line.location, line.end_location)]
    points = [ends[0], *line.waypoints, ends[1]]
    return sum(great_circle_km(a, b) for a, b in pairwise(points))


def stated_numbers(document: Any) -> dict[str, Any]:
    """Give the numbers that a document states itself."""
    stated = {
        f"{path}.{name}".lstrip(".") for path, model in nested_models(document) for name in model.model_fields_set
    }
    known = leaves(document)
    return {
        path: leaf.value
        for path, leaf in known.items()
        if leaf.type != "choice" and leaf.value is not None and path in stated
    }


def numbers_in(note: str) -> set[float]:
    """Give the numbers that a note writes."""
    return {float(text.replace(",", "")) for text in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", note)}


@cache
def loaded(document_id: str, collection: Any = "hubs") -> Any:
    return hubfixtures.load(document_id, collection)


def line(line_id: str) -> Any:
    return loaded(line_id, "lines")


@cache
def hub_ids() -> frozenset[str]:
    return frozenset(hubfixtures.names())


@pytest.mark.parametrize(
    ("collection", "document_id"),
    [*(("lines", i) for i in LINES), *(("corridors", i) for i in CORRIDORS), *(("scenarios", i) for i in SCENARIOS)],
)
class TestEachDocument:
    def test_file_is_indented_json_with_its_id(self, collection: Any, document_id: str) -> None:
        text = (files(hubfixtures) / collection / f"{document_id}.json").read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
        assert json.loads(text)["id"] == document_id

    def test_round_trip_gives_the_same_document(self, collection: Any, document_id: str) -> None:
        adapter: Any = {"lines": LINE, "corridors": CORRIDOR, "scenarios": SCENARIO}[collection]
        document = loaded(document_id, collection)
        assert adapter.dump_python(document, mode="json", exclude_unset=True) == hubfixtures.read(
            document_id, collection
        )

    def test_published_and_derived_numbers_stand_in_their_notes(self, collection: Any, document_id: str) -> None:
        document: Any = loaded(document_id, collection)
        if collection == "scenarios":
            given = {**{k: v for ask in document.asks for k, v in ask.overrides.items()}, **document.overrides}
        else:
            given = {path: leaf.value for path, leaf in leaves(document).items()}
        for path, evidence in document.evidence.items():
            if evidence.basis != "assumption":
                value = given[path]
                values = value if isinstance(value, tuple) else (value,)
                for one in values:
                    assert isinstance(one, str) or float(one) in numbers_in(evidence.note), path


@pytest.mark.parametrize("line_id", LINES)
class TestEachLine:
    def test_every_number_has_evidence(self, line_id: str) -> None:
        assert stated_numbers(line(line_id)).keys() - line(line_id).evidence.keys() == set()

    def test_no_shorter_than_the_great_circle_over_its_waypoints(self, line_id: str) -> None:
        assert over_waypoints_km(line(line_id)) <= line(line_id).length_km * ROUNDING

    def test_traction_names_known_emission_factors(self, line_id: str) -> None:
        assert set(line(line_id).traction) <= set(emission_factors())

    def test_stages_add_up_to_its_length(self, line_id: str) -> None:
        # a limiting section says its length by speed and minutes only; nothing runs farther than the line
        lengths = [getattr(stage, "length_km", 0.0) for stage in line(line_id).stages.values()]
        assert sum(lengths) <= line(line_id).length_km * (1 + 1e-9)


@pytest.mark.parametrize("corridor_id", CORRIDORS)
class TestEachCorridor:
    def test_every_number_has_evidence(self, corridor_id: str) -> None:
        corridor = loaded(corridor_id, "corridors")
        assert stated_numbers(corridor).keys() - corridor.evidence.keys() == set()

    def test_hubs_lines_and_flows_exist(self, corridor_id: str) -> None:
        corridor = loaded(corridor_id, "corridors")
        for node in corridor.nodes.values():
            if node.hub is not None:
                assert node.hub in hub_ids()
                assert node.flow is None or node.flow in loaded(node.hub).flows
        for link in corridor.links.values():
            assert link.line in LINES
            assert link.flow is None or link.flow in line(link.line).flows

    def test_nodes_lie_where_their_lines_begin_and_end(self, corridor_id: str) -> None:
        corridor = loaded(corridor_id, "corridors")
        for key, link in corridor.links.items():
            document = line(link.line)
            ends = [(p.longitude_deg, p.latitude_deg) for p in (document.location, document.end_location)]
            for node_id in (link.start, link.end):
                node = corridor.nodes[node_id]
                place: Any = node.location or loaded(str(node.hub)).location
                nearest = min(great_circle_km((place.longitude_deg, place.latitude_deg), end) for end in ends)
                assert nearest < BESIDE_KM.get(node_id, 60), (key, node_id)

    def test_gauges_meet_where_a_hub_changes_them(self, corridor_id: str) -> None:
        corridor = loaded(corridor_id, "corridors")
        met: dict[str, set[int]] = {}
        for link in corridor.links.values():
            for node_id in (link.start, link.end):
                met.setdefault(node_id, set()).update(line(link.line).gauges_mm)
        for node_id, gauges in met.items():
            hub_id = corridor.nodes[node_id].hub
            assert len(gauges) < 2 or gauges <= set(loaded(hub_id).gauges_mm), node_id

    def test_each_demand_has_a_way(self, corridor_id: str) -> None:
        corridor = loaded(corridor_id, "corridors")
        index = {key: i for i, key in enumerate(corridor.nodes)}
        ends = [(index[link.start], index[link.end]) for link in corridor.links.values()]
        tails, heads = (np.array(column, np.intp) for column in zip(*ends, strict=True))
        network = Network(len(index), tails, heads, np.ones(len(ends)))
        for demand in corridor.demands.values():
            reached = {index[demand.origin]}
            for _ in range(network.nodes):
                reached |= {int(b) for a, b in zip(tails, heads, strict=True) if int(a) in reached}
            assert index[demand.destination] in reached


def known_paths(kind: str, document_id: str) -> set[str]:
    """Give the paths that a scenario may override: in a corridor also those of its hubs and lines."""
    collection: Any = {"hub": "hubs", "line": "lines", "corridor": "corridors"}[kind]
    document = loaded(document_id, collection)
    paths = set(leaves(document))
    if kind == "corridor":
        for node in document.nodes.values():
            paths |= {f"hubs.{node.hub}.{path}" for path in leaves(loaded(node.hub))} if node.hub else set()
        for link in document.links.values():
            paths |= {f"lines.{link.line}.{path}" for path in leaves(line(link.line))}
    return paths


@pytest.mark.parametrize("scenario_id", SCENARIOS)
class TestEachScenario:
    @pytest.mark.slow
    def test_overrides_are_paths_of_what_it_changes(self, scenario_id: str) -> None:
        scenario = loaded(scenario_id, "scenarios")
        subject = scenario.subject
        assert set(scenario.overrides) <= known_paths(subject.kind, subject.id)
        for ask in scenario.asks:
            of = ask.of or subject
            if getattr(ask, "calculator", None) is None:
                assert set(ask.overrides) <= known_paths(of.kind, of.id)

    def test_every_override_of_its_own_has_evidence(self, scenario_id: str) -> None:
        scenario = loaded(scenario_id, "scenarios")
        assert set(scenario.overrides) <= set(scenario.evidence)
