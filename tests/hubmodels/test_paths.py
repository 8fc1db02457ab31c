"""Paths: which inputs a document has, what is known of them, and how they are replaced."""

from typing import Any

import numpy as np
import pytest

from hubmodels import HUB
from hubmodels.paths import Leaf, leaves, nested_models, replace_leaves, split_unit


@pytest.fixture
def document() -> Any:
    return HUB.validate_python(
        {
            "kind": "dry_port",
            "id": "gate-town",
            "name": "Gate town",
            "country": "KZ",
            "location": {"latitude_deg": 44, "longitude_deg": 80},
            "opening": {"time_zone": "Asia/Almaty"},
            "flows": {
                "west": {
                    "unit": "train",
                    "per_day": 10,
                    "contents": {"unit": "container", "mean": 50},
                    "route": ["desk", "front"],
                },
                "road": {"unit": "truck", "per_day": 40, "route": ["gate"]},
            },
            "main_flow": "west",
            "stages": {
                "desk": {"kind": "service", "servers": 2, "service_time": {"mean_minutes": 30, "scv": 1}},
                "front": {
                    "kind": "transshipment_front",
                    "standard_gauge_tracks": 3,
                    "broad_gauge_tracks": 3,
                    "cranes": 3,
                    "moves_per_crane_hour": 16.5,
                    "place_minutes": 30,
                    "remove_minutes": 30,
                },
                "gate": {
                    "kind": "gate",
                    "lanes": 2,
                    "service_time": {
                        "law": "shifted_lognormal",
                        "shift_minutes": 2,
                        "excess_mean_minutes": 3,
                        "excess_scv": 1,
                    },
                },
            },
            "evidence": {"stages.front.cranes": {"basis": "assumption", "note": "three stand there"}},
            "uncertainty": {"flows.west.per_day": {"low": 8, "high": 12}},
        }
    )


def test_leaves_are_the_inputs_of_the_document(document: Any) -> None:
    paths = set(leaves(document))
    assert {
        "location.latitude_deg",
        "opening.hours_per_day",
        "flows.west.per_day",
        "flows.west.unit",
        "flows.west.contents.mean",
        "flows.west.contents.teu_per_unit",
        "flows.road.per_day",
        "stages.desk.service_time.law",
        "stages.desk.service_time.mean_minutes",
        "stages.front.cranes",
        "stages.gate.service_time.excess_scv",
        "targets.wait_hours",
        "targets.dwell_p90_hours",
    } <= paths


def test_texts_lists_kinds_and_bookkeeping_have_no_path(document: Any) -> None:
    for path in leaves(document):
        parts = path.split(".")
        assert "." in path
        assert parts[0] in {"location", "opening", "flows", "stages", "targets"}
        assert parts[-1] not in {"kind", "route", "label", "time_zone", "holidays"}


def test_a_flow_without_contents_has_no_paths_into_them(document: Any) -> None:
    assert not [path for path in leaves(document) if path.startswith("flows.road.contents")]


def test_a_leaf_knows_its_type_unit_bounds_and_value(document: Any) -> None:
    assert leaves(document)["stages.front.cranes"] == Leaf(
        path="stages.front.cranes",
        type="integer",
        value=3,
        unit="cranes",
        description="Cranes that work the front",
        lower=1,
        upper=10_000,
    )
    moves = leaves(document)["stages.front.moves_per_crane_hour"]
    assert (moves.type, moves.unit, moves.lower, moves.lower_allowed, moves.upper) == (
        "number",
        "moves/h",
        0,
        False,
        1_000,
    )
    assert moves.allowed == "a number above 0 to 1000 [moves/h]"


def test_optional_inputs_are_marked_and_keep_their_unit(document: Any) -> None:
    optional = {path: leaf for path, leaf in leaves(document).items() if leaf.optional}
    rooms = {f"stages.{stage}.waiting_room" for stage in ("desk", "front", "gate")}
    of_flows = {"flows.west.contents.teu_per_unit", "flows.west.contents.units_per_wagon"}
    assert set(optional) == rooms | of_flows | {"targets.dwell_p90_hours"}
    assert optional["targets.dwell_p90_hours"].unit == "h"
    assert optional["targets.dwell_p90_hours"].value is None


def test_choices_are_listed(document: Any) -> None:
    known = leaves(document)
    assert "train" in known["flows.west.unit"].choices
    assert known["stages.desk.serves"].choices == ("unit", "contents")
    assert "triangular" in known["stages.desk.service_time.law"].choices
    assert known["stages.desk.serves"].allowed == "one of unit, contents"


def test_each_numeric_leaf_has_a_unit_and_bounds(document: Any) -> None:
    for path, leaf in leaves(document).items():
        if leaf.type != "choice":
            assert leaf.unit, path
            assert leaf.lower is not None, path
            assert leaf.upper is not None, path
            assert leaf.value is None or leaf.lower <= leaf.value <= leaf.upper, path


def test_nested_models_begin_with_the_document_and_follow_the_paths(document: Any) -> None:
    found = dict(nested_models(document))
    assert next(iter(found)) == ""
    assert found["stages.front"] is document.stages["front"]
    assert found["flows.west.contents"] is document.flows["west"].contents
    assert not [path for path in found if path.startswith(("evidence", "uncertainty", "sources"))]


def test_replacing_leaves_the_original_alone(document: Any) -> None:
    before = document.model_dump()
    changed = replace_leaves(
        document, {"stages.front.cranes": 4, "flows.west.per_day": 20.0, "stages.gate.service_time.excess_scv": 2.0}
    )
    assert document.model_dump() == before
    assert changed.stages["front"].cranes == 4
    assert changed.flows["west"].per_day == 20
    assert changed.stages["gate"].service_time.excess_scv == 2
    assert changed.stages["desk"] is document.stages["desk"]
    assert changed.flows["road"] is document.flows["road"]


def test_replacing_with_the_same_values_changes_nothing(document: Any) -> None:
    assert replace_leaves(document, {path: leaf.value for path, leaf in leaves(document).items()}) == document


def test_replacing_nothing_gives_an_equal_document(document: Any) -> None:
    assert replace_leaves(document, {}) == document


def test_columns_can_stand_in_place_of_numbers(document: Any) -> None:
    cranes = np.array([2, 3, 4])
    minutes = np.array([10.0, 20.0, 30.0])
    changed = replace_leaves(
        document, {"stages.front.cranes": cranes, "stages.desk.service_time.mean_minutes": minutes}
    )
    assert changed.stages["front"].cranes is cranes
    assert changed.stages["desk"].service_time.moments().mean_minutes.tolist() == [10, 20, 30]
    assert leaves(changed)["stages.front.cranes"].value is cranes
    assert document.stages["front"].cranes == 3


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Time to place a train [min]", ("Time to place a train", "min")),
        ("Share of the boxes [1]", ("Share of the boxes", "1")),
        ("Limit [of the field] in use [TEU per slot]", ("Limit [of the field] in use", "TEU per slot")),
        ("No unit here", ("No unit here", "")),
        ("A unit [h] in the middle", ("A unit [h] in the middle", "")),
        ("Empty []", ("Empty []", "")),
        ("", ("", "")),
    ],
)
def test_split_unit(description: str, expected: tuple[str, str]) -> None:
    assert split_unit(description) == expected
