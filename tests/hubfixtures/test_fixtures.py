"""The documents of real hubs: complete evidence, sound ranges, the right place."""

import json
import math
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

import hubfixtures
from hubmodels import HUB
from hubmodels.paths import Leaf, leaves, nested_models

HUBS = tuple(hubfixtures.names())

NEAR = {  # towns and stations, degrees north and east, and how many kilometers away a hub may lie
    "altynkol-khorgos": (44.21, 80.41, 20),  # the border at Khorgos
    "khorgos-gateway": (44.21, 80.41, 20),
    "nur-zholy-khorgos": (44.21, 80.41, 20),
    "lianyungang": (34.75, 119.40, 20),  # Lianyun district
    "xian": (34.38, 109.03, 20),  # Baqiao district
    "xian-kazakhstan-terminal": (34.38, 109.03, 20),
}

WORDS = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]))


def inputs(hub_id: str) -> dict[str, Leaf]:
    """Give the numeric inputs that a document states."""
    document = hubfixtures.load(hub_id)
    stated = {
        f"{path}.{name}".lstrip(".") for path, model in nested_models(document) for name in model.model_fields_set
    }
    return {
        path: leaf
        for path, leaf in leaves(document).items()
        if leaf.type != "choice" and leaf.value is not None and path in stated
    }


def missing_evidence(hub_id: str) -> set[str]:
    return inputs(hub_id).keys() - hubfixtures.load(hub_id).evidence.keys()


def kilometers(a: tuple[float, float], b: tuple[float, float]) -> float:
    (north_a, east_a), (north_b, east_b) = (tuple(map(math.radians, point)) for point in (a, b))
    half = (
        math.sin((north_b - north_a) / 2) ** 2
        + math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(half))


def spellings(value: float) -> Iterator[str]:
    """Give the ways in which a source may print a number."""
    yield repr(value)
    yield f"{value:g}"
    yield f"{value:,g}"
    if value == int(value):
        yield str(int(value))
        yield f"{int(value):,}"
        if value in WORDS:
            yield WORDS[int(value)]


def test_the_hubs_of_the_atlas_are_there() -> None:
    assert {*NEAR, "dostyk-alashankou-rail", "aktau", "kuryk", "baku-alat", "brest-malaszewicze", "duisburg"} <= set(
        HUBS
    )
    assert list(HUBS) == sorted(HUBS)


def test_an_unknown_hub_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no hub 'khorgos'; there are .*altynkol-khorgos.*khorgos-gateway"):
        hubfixtures.load("khorgos")


def test_a_path_out_of_the_folder_is_no_hub() -> None:
    with pytest.raises(KeyError, match="no hub"):
        hubfixtures.read("../hubs/xian")


def test_each_reading_gives_a_new_document() -> None:
    hubfixtures.read("xian")["flows"].clear()
    assert hubfixtures.read("xian")["flows"]


@pytest.mark.parametrize("hub_id", HUBS)
class TestEachHub:
    def test_id_is_the_file_name(self, hub_id: str) -> None:
        assert hubfixtures.load(hub_id).id == hub_id

    def test_file_is_indented_json_in_utf8(self, hub_id: str) -> None:
        text = (files(hubfixtures) / "hubs" / f"{hub_id}.json").read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"

    def test_summary_states_the_reference_year(self, hub_id: str) -> None:
        assert re.search(r"\b20[12]\d\b", hubfixtures.load(hub_id).summary)

    def test_every_input_has_evidence(self, hub_id: str) -> None:
        assert missing_evidence(hub_id) == set()

    def test_inputs_without_default_are_all_stated(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        for path, model in nested_models(document):
            for name, field in type(model).model_fields.items():
                assert not field.is_required() or name in model.model_fields_set, f"{path}.{name}"

    def test_every_published_input_has_a_source_with_an_address_and_a_quote(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        for path, evidence in document.evidence.items():
            if evidence.basis == "published":
                assert evidence.source is not None, path
                url = document.sources[evidence.source].url
                assert url is not None, path
                assert re.fullmatch(r"https?://\S+", url), path
                assert evidence.note, path

    def test_every_published_number_stands_in_its_quote(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        values = leaves(document)
        for path, evidence in document.evidence.items():
            if evidence.basis == "published":
                pattern = "|".join(
                    rf"(?<![\d.,]){re.escape(text)}(?!\d|[.,]\d)" for text in spellings(values[path].value)
                )
                assert re.search(pattern, evidence.note), f"{path} = {values[path].value}: {evidence.note}"

    def test_every_derived_input_shows_its_value(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        values = leaves(document)
        for path, evidence in document.evidence.items():
            if evidence.basis == "derived" and not path.startswith("opening."):
                value = values[path].value
                found = [float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*(?:\.\d+)?", evidence.note)]
                assert value in found or evidence.note.startswith("Middle of"), f"{path} = {value}: {evidence.note}"

    def test_every_source_has_a_title_and_is_used_or_named(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        used = {evidence.source for evidence in document.evidence.values()}
        notes = " ".join(evidence.note for evidence in document.evidence.values()) + document.summary
        for source_id, source in document.sources.items():
            publisher = re.split(r"[:,(]| via ", source.title)[0].strip().removeprefix("The ")
            assert source_id in used or publisher in notes, source_id

    def test_ranges_hold_the_value_and_keep_the_bounds(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        known = leaves(document)
        for path, spread in document.uncertainty.items():
            leaf = known[path]
            assert spread.low <= leaf.value <= spread.high, path
            for end in (spread.low, spread.high):
                assert leaf.lower is None or end > leaf.lower or (end == leaf.lower and leaf.lower_allowed), path
                assert leaf.upper is None or end < leaf.upper or (end == leaf.upper and leaf.upper_allowed), path

    def test_flows_have_a_range(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        assert {f"flows.{flow_id}.per_day" for flow_id in document.flows} <= document.uncertainty.keys()

    def test_round_trip_gives_the_same_document(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        assert HUB.validate_json(HUB.dump_json(document)) == document
        assert HUB.validate_python(HUB.dump_python(document)) == document
        assert HUB.dump_python(document, mode="json", exclude_unset=True) == hubfixtures.read(hub_id)


@pytest.mark.parametrize("hub_id", NEAR)
def test_it_lies_where_it_should(hub_id: str) -> None:
    north, east, distance = NEAR[hub_id]
    document = hubfixtures.load(hub_id)
    assert kilometers((document.location.latitude_deg, document.location.longitude_deg), (north, east)) < distance
    assert document.opening.time_zone == ("Asia/Almaty" if "KZ" in document.countries else "Asia/Shanghai")


@pytest.mark.parametrize("path", ["stages.front.cranes", "flows.westbound.per_day", "opening.hours_per_day"])
def test_an_input_without_evidence_is_found(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = hubfixtures.read("khorgos-gateway")
    del document["evidence"][path]
    monkeypatch.setattr(hubfixtures, "load", lambda _: HUB.validate_python(document))
    assert missing_evidence("khorgos-gateway") == {path}


def test_the_crossing_times_of_published_figures_are_reproduced() -> None:
    front = hubfixtures.load("khorgos-gateway").stages["front"]
    boxes = hubfixtures.load("khorgos-gateway").main.contents
    assert boxes is not None
    assert front.kind == "transshipment_front"
    assert 60 * boxes.mean / (front.cranes * front.moves_per_crane_hour) == pytest.approx(55, abs=0.5)

    control = hubfixtures.load("nur-zholy-khorgos").stages["chinese-entry"]
    assert control.kind == "inspection"
    assert 700 < 1440 * control.officers / control.service_time.moments().mean_minutes < 750
    assert hubfixtures.load("nur-zholy-khorgos").main.per_day == 800


@pytest.mark.parametrize("hub_id", ["lianyungang", "xian", "xian-kazakhstan-terminal"])
def test_boxes_of_the_trains_arrive_and_leave_by_other_means(hub_id: str) -> None:
    flows = hubfixtures.load(hub_id).flows
    boxes = {key: flow.per_day * (flow.contents.mean if flow.contents else 1) for key, flow in flows.items()}
    corridor = sum(amount for key, amount in boxes.items() if "yard" in flows[key].route)
    assert sum(boxes.values()) - corridor == pytest.approx(corridor, rel=0.01)
