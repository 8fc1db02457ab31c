"""Greenhouse gases by hand: activity times factor."""

import pytest

import hubcalc
from hubcalc.errors import DocumentError, RefusedError

FACTORS = {
    "diesel": {"per": "tonne_km", "well_to_wheel_grams": 20.0, "tank_to_wheel_grams": 16.0},
    "electric": {"per": "teu_km", "well_to_wheel_grams": 100.0, "tank_to_wheel_grams": 0.0},
    "crane": {"per": "move", "well_to_wheel_grams": 5000.0, "tank_to_wheel_grams": 4000.0},
}


@pytest.fixture(scope="module")
def corridor(write):
    """Return 1000 km, of which 600 behind diesel and 400 electric, and a hub that moves a box twice."""
    boxes = {"contents": {"unit": "container", "mean": 50.0, "teu_per_unit": 2.0}}
    library = write.Library(
        write.hub("port", {"desk": write.desk(60)}, flow=boxes, handling={"crane": {"moves": 2.0}}),
        write.line(
            "rail",
            1000.0,
            flow=boxes,
            traction={"diesel": {"share": 0.6, "empty_share": 0.5}, "electric": {"share": 0.4}},
        ),
    )
    document = write.corridor(
        {"a": {"hub": "port"}, "b": {}},
        {"ab": ("rail", "a", "b", {})},
        {"boxes": write.demand("a", "b", 100.0, "teu", tonnes_per_unit=12.0)},
        emission_factors=FACTORS,
    )
    return document, library


def test_legs_by_hand(corridor, write):
    document, library = corridor
    report = hubcalc.corridor_emissions(document, documents=library)
    write.check_numbers(report)
    result = report.results[0]
    legs = {leg.factor: leg for leg in result.legs}
    loaded = 600 * 12 * 20 / 1000
    assert legs["diesel"].well_to_wheel_kg == pytest.approx(1.5 * loaded)
    assert legs["diesel"].tank_to_wheel_kg == pytest.approx(1.5 * 600 * 12 * 16 / 1000)
    assert legs["diesel"].empty_kg == pytest.approx(0.5 * loaded)
    assert legs["diesel"].distance_km == pytest.approx(600)
    assert legs["electric"].well_to_wheel_kg == pytest.approx(400 * 100 / 1000)
    assert (legs["electric"].tank_to_wheel_kg, legs["electric"].empty_kg) == (0.0, 0.0)
    assert legs["crane"].well_to_wheel_kg == pytest.approx(2 * 5.0)
    assert legs["crane"].mode == "hub"
    whole = 216 + 40 + 10
    assert result.well_to_wheel_kg == pytest.approx(whole)
    assert result.well_to_wheel_grams_per_tonne_km == pytest.approx(1000 * whole / (12 * 1000))
    assert result.tonnes_per_year == pytest.approx(whole * 100 * 365 / 1000, rel=1e-3)


def test_factors_scale(corridor):
    document, library = corridor
    overrides = {"emission_factors.electric.well_to_wheel_grams": [100.0, 200.0]}
    one, two = hubcalc.corridor_emissions(document, overrides, documents=library).results
    assert two.well_to_wheel_kg - one.well_to_wheel_kg == pytest.approx(40.0)


def test_without_tonnes_nothing_is_said(corridor):
    document, library = corridor
    bare = {**document, "demands": {"boxes": {**document["demands"]["boxes"], "tonnes_per_unit": None}}}
    with pytest.raises(RefusedError) as caught:
        hubcalc.corridor_emissions(bare, documents=library)
    assert caught.value.problems[0].parameter == "demands.boxes.tonnes_per_unit"


def test_an_unknown_factor_is_named(corridor):
    document, library = corridor
    some = {key: factor for key, factor in FACTORS.items() if key != "diesel"}
    with pytest.raises(DocumentError) as caught:
        hubcalc.corridor_emissions({**document, "emission_factors": some}, documents=library)
    problem = caught.value.problems[0]
    assert (problem.pointer, problem.given) == ("/links/ab", "diesel")


def test_parts_without_a_factor_are_named(two_roads):
    document, library = two_roads
    result = hubcalc.corridor_emissions(document, documents=library).results[0]
    assert (result.well_to_wheel_kg, result.legs) == (0.0, [])
    assert [advice.code for advice in result.warnings] == ["no_emission_factor"]
    assert "nodes.b" in result.warnings[0].message
