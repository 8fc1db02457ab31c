"""Emissions of chains by hand, their limits, and the table of factors: its form, its arithmetic, its plausibility."""

import ast
import json
import re
from importlib.resources import files

import numpy as np
import pytest

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.network.emissions import (
    HubElement,
    Intensity,
    TransportElement,
    chain_emissions,
    electricity,
    empty_trips_factor,
    energy_per_tonne_km,
)

FACTORS = json.loads((files("hubfixtures") / "emission_factors.json").read_text(encoding="utf-8"))
VALUES = {row["id"]: row["value"] for row in FACTORS}
KEYS = {
    *(
        "id",
        "mode",
        "energy",
        "value",
        "unit",
        "boundary",
        "region",
        "year",
        "source_title",
        "source_url",
        "quote",
        "basis",
    ),
}


def evaluated(formula):
    """Evaluate sums and products of numbers and of factors in braces."""

    def value(node):
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            operators = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right, ast.Div: left / right}
            return operators[type(node.op)]
        assert isinstance(node, ast.Constant)
        return node.value

    return value(ast.parse(re.sub(r"{([^}]*)}", lambda name: repr(VALUES[name[1]]), formula), mode="eval").body)


# The table


@pytest.mark.parametrize("row", FACTORS, ids=lambda row: row["id"])
def test_rows_tell_where_they_come_from(row):
    assert set(row) - {"formula", "reason"} == KEYS
    assert row["value"] > 0
    assert row["boundary"] in ("WTW", "TTW", None)
    assert row["basis"] in ("published", "derived", "assumption")
    assert ("formula" in row) == (row["basis"] == "derived")
    if row["basis"] == "assumption":
        assert row["source_url"] is None
        assert row["reason"]
    else:
        assert row["source_url"].startswith("http")
        assert row["source_title"]
        assert row["quote"]


@pytest.mark.parametrize("row", [row for row in FACTORS if "formula" in row], ids=lambda row: row["id"])
def test_derived_values_follow_from_the_others(row):
    assert row["value"] == pytest.approx(evaluated(row["formula"]), rel=1e-4)


def test_names_are_single():
    assert len(VALUES) == len(FACTORS)


def test_operational_emissions_are_part_of_the_whole():
    pairs = [(key, key.replace("-ttw", "-wtw")) for key in VALUES if key.endswith("-ttw")]
    known = [(part, whole) for part, whole in pairs if whole in VALUES]
    assert len(known) >= 7
    for part, whole in known:
        assert 1.05 < VALUES[whole] / VALUES[part] < 1.4, part


def test_two_sources_of_diesel_agree():
    # 3.04 kg of CO2e a kilogram (EN 16258, 5 % biofuel) and 2.51 a liter (2024, 7 % biofuel)
    assert VALUES["diesel-ttw"] * VALUES["diesel-density"] == pytest.approx(VALUES["diesel-liter-ttw"], rel=0.03)


def test_truck_from_its_consumption_agrees_with_the_published_factor():
    # Hansard's consumption, loaded with 11.78 t at 62 % of the full load, against the factor of Defra for that load
    energy = energy_per_tonne_km(0.311, 0.448, 11.78 / 0.62, 0.62)
    assert float(energy) * VALUES["diesel-liter-ttw"] == pytest.approx(VALUES["truck-40t-ttw"], rel=0.05)


def test_dutch_railway_lies_between_electric_and_diesel():
    # 20 % by diesel, 80 % electric, here with the grid of a neighbor
    mixed = 0.2 * VALUES["rail-diesel-container-wtw"] + 0.8 * VALUES["rail-electric-container-wtw-de"]
    assert mixed == pytest.approx(VALUES["rail-nl-mix"], rel=0.15)


def test_oil_pipeline_agrees_with_the_emissions_of_its_source():
    # 0.8 kg of CO2 a barrel over 500 km, by the same source as the energy: a grid of 381 g/kWh
    assert 800 / VALUES["pipeline-oil-energy-barrel"] == pytest.approx(VALUES["grid-de"], rel=0.05)


# Elements


DIESEL = Intensity(VALUES["rail-diesel-container-wtw"], VALUES["rail-diesel-container-ttw"])
GRID = electricity(VALUES["grid-kz"])
CHAIN = [
    TransportElement("truck", 40.0, Intensity(VALUES["truck-40t-wtw"], VALUES["truck-40t-ttw"])),
    HubElement("terminal", [(2 * 7.0, GRID), (4.0, Intensity(3173.0, 2510.0))]),
    TransportElement("electric", 1200.0, GRID.times(VALUES["rail-electric-container-energy"])),
    TransportElement("diesel", 800.0, DIESEL),
    TransportElement("feeder", 400.0, Intensity(VALUES["sea-container-deep-wtw-teu"]), per="teu"),
]


def test_chain_by_hand():
    found = chain_emissions(CHAIN, cargo_tonnes=10.0)
    exact = [
        40 * 10 * 102.73,
        14 * 641.102 + 4 * 3173,
        1200 * 10 * 0.027 * 641.102,
        800 * 10 * 22.156,
        400 * 89.4,
    ]
    assert found.grams_per_teu == pytest.approx(exact)
    assert found.kilograms_per_teu == pytest.approx(sum(exact) / 1000)
    assert found.kilograms_per_tonne == pytest.approx(sum(exact) / 10_000)
    assert found.grams_per_teu_km == pytest.approx(sum(exact) / 2440)


def test_boundaries_are_not_mixed():
    operational = chain_emissions(CHAIN[:4], 10.0, boundary="TTW")
    whole = chain_emissions(CHAIN[:4], 10.0)
    assert operational.grams_per_teu == pytest.approx([400 * 84.73, 4 * 2510, 0.0, 8000 * 17.9])
    assert np.all(operational.grams_per_teu < whole.grams_per_teu)
    with pytest.raises(RefusedError, match="boundary"):
        chain_emissions(CHAIN, 10.0, boundary="TTW")  # the vessel is known from well to wheel only


def test_a_chain_is_the_sum_of_its_parts():
    whole = chain_emissions(CHAIN, 12.0)
    parts = [chain_emissions([element], 12.0) for element in CHAIN]
    assert whole.kilograms_per_teu == pytest.approx(sum(part.kilograms_per_teu for part in parts))
    split = [TransportElement("a", 300.0, DIESEL), TransportElement("b", 500.0, DIESEL)]
    assert chain_emissions(split, 12.0).kilograms_per_teu == pytest.approx(parts[3].kilograms_per_teu)


def test_hubs_alone_have_no_distance():
    assert chain_emissions(CHAIN[1:2], 10.0).grams_per_teu_km is None


def test_waiting_is_shared_by_the_vehicle():
    # 20 h of idling at 1.855 L/h, 2 TEU on the truck
    idle = Intensity(3173.0, 2510.0).times(VALUES["truck-idle-fuel"])
    element = TransportElement("queue", 0.0, DIESEL, waiting_hours=20.0, waiting=idle, teu_per_vehicle=2.0)
    assert element.grams(10.0, "TTW") == pytest.approx(20 * 1.8549 * 2510 / 2)


def test_distance_adjustment():
    actual = TransportElement("sea", 100.0, Intensity(80.0), per="teu", distance_adjustment=1.15)
    assert actual.grams(10.0, "WTW") == pytest.approx(9200.0)


# Empty trips, loads, electricity


def test_empty_trips():
    assert float(empty_trips_factor(0.0)) == 1.0
    assert float(empty_trips_factor(0.5)) == 2.0  # all return empty, with the same energy
    assert float(empty_trips_factor(1 / 3, 0.4)) == pytest.approx(1.2)
    assert np.all(np.diff(empty_trips_factor(np.linspace(0, 0.9, 10), 0.5)) > 0)


def test_energy_of_a_tonne_km():
    assert float(energy_per_tonne_km(0.3, 0.45, 25.0, 1.0)) == pytest.approx(0.45 / 25)
    # as many empty kilometers as loaded ones add the energy of the empty vehicle
    assert float(energy_per_tonne_km(0.3, 0.45, 25.0, 1.0, 0.5)) == pytest.approx(0.75 / 25)
    # the same by the factor of empty trips
    ratio = 0.3 / 0.42
    loaded = energy_per_tonne_km(0.3, 0.45, 25.0, 0.8)
    assert energy_per_tonne_km(0.3, 0.45, 25.0, 0.8, 0.25) == pytest.approx(loaded * empty_trips_factor(0.25, ratio))
    assert np.all(np.diff(energy_per_tonne_km(0.3, 0.45, 25.0, np.array([0.2, 0.5, 1.0]))) < 0)


def test_electricity_has_no_operational_emissions():
    used = electricity(600.0, loss_share=0.25)
    assert used.grams("TTW") == 0.0
    assert used.grams("WTW") == 800.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Intensity(1.0, 2.0), "operational_grams"),
        (lambda: Intensity(-1.0), "total_grams"),
        (lambda: electricity(600.0, 1.0), "loss_share"),
        (lambda: empty_trips_factor(1.0), "empty_share"),
        (lambda: energy_per_tonne_km(0.5, 0.4, 25.0, 1.0), "energy_per_km_empty"),
        (lambda: energy_per_tonne_km(0.3, 0.4, 25.0, 1.2), "load_share"),
        (lambda: energy_per_tonne_km(0.3, 0.4, 0.0, 1.0), "capacity_tonnes"),
        (lambda: TransportElement("rail", -1.0, DIESEL), "rail.distance_km"),
        (lambda: TransportElement("rail", 1.0, DIESEL, distance_adjustment=0.9), "rail.distance_adjustment"),
        (lambda: TransportElement("rail", 1.0, DIESEL, teu_per_vehicle=0.0), "rail.teu_per_vehicle"),
        (lambda: HubElement("hub", [(-1.0, DIESEL)]), "hub.uses"),
        (lambda: chain_emissions([], 10.0), "elements"),
        (lambda: chain_emissions(CHAIN, 0.0), "cargo_tonnes"),
    ],
)
def test_refused_arguments(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
