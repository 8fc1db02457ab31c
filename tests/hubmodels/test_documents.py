"""Documents: what is refused and why, and that every number says its unit."""

import copy
import math
from collections.abc import Callable
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

import hubmodels
from hubmodels import HUB
from hubmodels.base import Model
from hubmodels.paths import split_unit

Document = dict[str, Any]

DOCUMENT: Document = {
    "kind": "dry_port",
    "id": "gate-town",
    "name": "Gate town",
    "country": "KZ",
    "location": {"latitude_deg": 44, "longitude_deg": 80},
    "gauges_mm": [1435, 1520],
    "opening": {"time_zone": "Asia/Almaty", "holidays": ["01-01"]},
    "flows": {
        "west": {
            "unit": "train",
            "per_day": 10,
            "contents": {"unit": "container", "mean": 50, "teu_per_unit": 2},
            "route": ["desk", "front", "yard"],
        }
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
        "yard": {"kind": "yard", "ground_slots": 6000, "tiers": 3, "dwell_hours": 72},
    },
    "sources": {"times": {"title": "The Times", "url": "https://example.org"}},
    "evidence": {"stages.front.cranes": {"basis": "published", "source": "times", "note": "three cranes"}},
    "uncertainty": {"flows.west.per_day": {"low": 8, "high": 12}},
}

CROSSING: Document = {
    **{key: value for key, value in DOCUMENT.items() if key not in {"kind", "country"}},
    "kind": "border_crossing",
    "mode": "rail",
    "country_from": "CN",
    "country_to": "KZ",
}

MISSING = object()


def change(document: Document, path: str, value: Any) -> Document:
    """Copy a raw document with another value at a place, or without it."""
    changed = copy.deepcopy(document)
    *way, last = path.split("/")
    inner = changed
    for step in way:
        inner = inner[step]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return changed


def test_the_documents_of_this_module_are_accepted() -> None:
    assert HUB.validate_python(DOCUMENT).countries == ("KZ",)
    assert HUB.validate_python(CROSSING).countries == ("CN", "KZ")


def test_the_main_flow_is_at_hand() -> None:
    document = HUB.validate_python(DOCUMENT)
    assert document.main is document.flows["west"]


@pytest.mark.parametrize(
    "assign",
    [
        lambda document: setattr(document, "name", "Other"),
        lambda document: setattr(document.stages["front"], "cranes", 4),
        lambda document: setattr(document.flows["west"].contents, "mean", 41),
    ],
)
def test_documents_are_frozen(assign: Callable[[Any], None]) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        assign(HUB.validate_python(DOCUMENT))


@pytest.mark.parametrize(
    "path", ["colour", "location/altitude", "flows/west/per_hour", "stages/front/crane", "sources/times/page"]
)
def test_unknown_fields_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        HUB.validate_python(change(DOCUMENT, path, 1))


DESK = DOCUMENT["stages"]["desk"]
EVIDENCE = {"basis": "assumption", "note": "because"}

REFUSED: dict[str, tuple[str, Any, str]] = {
    "evidence of no path": ("evidence/stages.front.crane", EVIDENCE, "evidence: 'stages.front.crane' is no path"),
    "evidence of a stage": ("evidence/stages.front", EVIDENCE, "is no path of this document"),
    "uncertainty of no path": ("uncertainty/flows.east.per_day", {"low": 1, "high": 2}, "uncertainty: .* is no path"),
    "evidence of no source": (
        "evidence/stages.front.cranes",
        {"basis": "published", "source": "post"},
        r"source 'post' is none of \['times'\]",
    ),
    "published without a source": (
        "evidence/stages.front.cranes",
        {"basis": "published"},
        "a published input names it",
    ),
    "assumed without a reason": ("evidence/stages.front.cranes", {"basis": "assumption"}, "explains itself"),
    "derived without the arithmetic": ("evidence/stages.front.cranes", {"basis": "derived"}, "explains itself"),
    "range of a choice": ("uncertainty/flows.west.unit", {"low": 1, "high": 2}, "is a choice, not a number"),
    "range upside down": ("uncertainty/flows.west.per_day", {"low": 12, "high": 8}, "low must be less than high"),
    "range of no width": ("uncertainty/flows.west.per_day", {"low": 8, "high": 8}, "low must be less than high"),
    "range below the bounds": ("uncertainty/flows.west.per_day", {"low": -1, "high": 8}, "must lie within a number"),
    "range below a bound of 1": ("uncertainty/stages.front.cranes", {"low": 0, "high": 8}, "must lie within"),
    "range on a bound that is left out": (
        "uncertainty/stages.front.moves_per_crane_hour",
        {"low": 0, "high": 20},
        "must lie within a number above 0",
    ),
    "range above the bounds": ("uncertainty/stages.front.yard_share", {"low": 0.1, "high": 1.1}, "must lie within"),
    "range above a whole day": ("uncertainty/opening.hours_per_day", {"low": 8, "high": 25}, "must lie within"),
    "main flow unknown": ("main_flow", "east", r"main_flow: 'east' is none of the flows \['west'\]"),
    "stage unknown in a route": ("flows/west/route", ["desk", "front", "yard", "quay"], "'quay' is none of the stages"),
    "stage twice in a route": ("flows/west/route", ["desk", "front", "desk", "yard"], "a stage stands twice in it"),
    "stage on no route": ("flows/west/route", ["front", "yard"], "stages.desk: no route leads through it"),
    "empty route": ("flows/west/route", [], "at least 1"),
    "no flow": ("flows", {}, "at least 1"),
    "no stage": ("stages", {}, "at least 1"),
    "front without contents": ("flows/west/contents", None, "stage 'front' handles contents, but flows.west has no"),
    "yard without contents": ("flows/west/contents", None, "stage 'yard' handles contents, but flows.west has no"),
    "unknown time zone": ("opening/time_zone", "Asia/Khorgos", "no IANA time zone such as 'Asia/Almaty'"),
    "time zone of a file": ("opening/time_zone", "../../etc/passwd", "no IANA time zone"),
    "no time zone": ("opening/time_zone", "", "no IANA time zone"),
    "holiday of no calendar": ("opening/holidays", ["13-01"], "should match pattern"),
    "more than a day": ("opening/hours_per_day", 24.5, "less than or equal to 24"),
    "never open": ("opening/hours_per_day", 0, "greater than 0"),
    "eight days": ("opening/days_per_week", 8, "less than or equal to 7"),
    "half a day of the week": ("opening/days_per_week", 5.5, "integer"),
    "north of the pole": ("location/latitude_deg", 90.1, "less than or equal to 90"),
    "no crane": ("stages/front/cranes", 0, "greater than or equal to 1"),
    "half a crane": ("stages/front/cranes", 2.5, "integer"),
    "a share above 1": ("stages/front/yard_share", 1.01, "less than or equal to 1"),
    "a stage visited by nobody": ("stages/desk/share", 0, "greater than 0"),
    "negative flow": ("flows/west/per_day", -1, "greater than or equal to 0"),
    "flow in the wrong unit": ("flows/west/per_day", 1e8, "less than or equal to"),
    "no target": ("targets", {"wait_hours": 0}, "greater than 0"),
    "less than a box": ("flows/west/contents/mean", 0.5, "greater than or equal to 1"),
    "batches of one that vary": (
        "flows/west/contents",
        {"unit": "container", "mean": 1, "scv": 0.5},
        "cannot vary",
    ),
    "unknown kind of hub": ("kind", "airport", "airport"),
    "unknown kind of stage": ("stages/desk/kind", "queue", "queue"),
    "unknown unit": ("flows/west/unit", "camel", "train"),
    "unknown gauge": ("gauges_mm", [1436], "1435"),
    "country in full": ("country", "Kazakhstan", "should match pattern"),
    "id with capitals": ("id", "Gate-Town", "should match pattern"),
    "a later schema": ("schema_version", 2, "Input should be 1"),
    "stage id with a dot": ("stages/de.sk", DESK, "should match pattern"),
    "a needed field missing": ("stages/front/cranes", MISSING, "Field required"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_documents_are_refused(case: str) -> None:
    path, value, reason = REFUSED[case]
    with pytest.raises(ValidationError, match=reason):
        HUB.validate_python(change(DOCUMENT, path, value))


def test_the_same_country_on_both_sides_is_refused() -> None:
    with pytest.raises(ValidationError, match="country_from and country_to: must differ"):
        HUB.validate_python(change(CROSSING, "country_to", "CN"))


def test_a_service_stage_of_contents_needs_them() -> None:
    document = change(DOCUMENT, "stages/desk/serves", "contents")
    document["flows"]["road"] = {"unit": "truck", "per_day": 5, "route": ["desk"]}
    with pytest.raises(ValidationError, match=r"stage 'desk' handles contents, but flows\.road has no contents"):
        HUB.validate_python(document)


def test_all_problems_of_a_document_are_told_at_once() -> None:
    document = change(change(DOCUMENT, "main_flow", "east"), "flows/west/route", ["front", "yard", "quay"])
    with pytest.raises(ValidationError, match=r"main_flow: .*'quay' is none.*stages\.desk: no route"):
        HUB.validate_python(document)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "path",
    [
        "flows/west/per_day",
        "location/latitude_deg",
        "stages/desk/service_time/scv",
        "uncertainty/flows.west.per_day/low",
    ],
)
def test_numbers_are_finite(path: str, bad: float) -> None:
    with pytest.raises(ValidationError):
        HUB.validate_python(change(DOCUMENT, path, bad))


def test_ranges_may_touch_bounds_that_are_allowed() -> None:
    document = change(DOCUMENT, "uncertainty/stages.front.yard_share", {"low": 0, "high": 1})
    assert HUB.validate_python(document).uncertainty["stages.front.yard_share"].high == 1


def models() -> list[type[BaseModel]]:
    """Give every model that a hub document can hold."""
    found: dict[type[BaseModel], None] = {}

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
            found[annotation] = None
            for field in annotation.model_fields.values():
                visit(field.annotation)
        for inner in get_args(annotation):
            visit(inner)

    visit(hubmodels.Hub)
    return list(found)


def is_number(annotation: Any) -> bool:
    if annotation in (int, float):
        return True
    return get_origin(annotation) is not None and any(is_number(part) for part in get_args(annotation))


NUMBERS = [
    pytest.param(name, field.description or "", id=f"{model.__name__}.{name}")
    for model in models()
    for name, field in model.model_fields.items()
    if is_number(field.annotation)
]

SUFFIXES = {  # the beginning of the unit that a name's end promises
    "_minutes": "min",
    "_hours": "h",
    "_days": "days",
    "_deg": "deg",
    "_mm": "mm",
    "_m2": "m2",
    "_year": "year",
    "hours_per_day": "h/day",
    "days_per_week": "days/week",
    "per_day": "/day",
    "_per_crane_hour": "/h",
    "_share": "1",
    "_scv": "1",
    "_utilization": "1",
    "_tracks": "tracks",
    "teu_per_unit": "TEU",
}


def test_all_kinds_of_models_are_visited() -> None:
    names = {model.__name__ for model in models()}
    assert {"DryPort", "BorderCrossing", "Terminal", "Yard", "Gate", "Triangular", "QuantilePoint", "Evidence"} <= names
    assert len(NUMBERS) > 50
    assert all(issubclass(model, Model) for model in models())


@pytest.mark.parametrize(("name", "description"), NUMBERS)
def test_every_number_says_its_unit(name: str, description: str) -> None:
    text, unit = split_unit(description)
    assert unit, f"{name}: {description!r} has no unit"
    assert text[:1].isupper()


@pytest.mark.parametrize(("name", "description"), NUMBERS)
def test_the_unit_agrees_with_the_name(name: str, description: str) -> None:
    endings = [suffix for suffix in SUFFIXES if name.endswith(suffix) or name == suffix.lstrip("_")]
    if endings:
        expected = SUFFIXES[max(endings, key=len)]
        unit = split_unit(description)[1]
        assert unit.endswith(expected) if expected.startswith("/") else unit == expected
