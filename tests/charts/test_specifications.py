"""Charts of answers: what is plotted is what the table says, and the axes are honest."""

from typing import Any

import pytest

from hubcalc.charts import chart_of
from hubcalc.charts.base import MOST_BARS, PALETTE
from hubmodels.answers import AnswerColumn

Table = tuple[list[AnswerColumn], list[list[Any]]]


def table_of(columns: dict[str, str], *rows: list[Any]) -> Table:
    return [AnswerColumn(name=name, unit=unit) for name, unit in columns.items()], list(rows)


STATIONS = table_of(
    {"stage": "", "utilization": "1", "peak_utilization": "1"},
    ["gate", 0.4, 0.5],
    ["front", 1.25, 1.3],
    ["yard", None, None],
)
ELEMENTS = table_of(
    {"flow.per_day": "units/day", "element": "", "flow": "", "flow_per_day": "units/day", "utilization": "1"},
    [8, "nodes.port", "westbound", 8.0, 0.5],
    [8, "links.sea", "westbound", 8.0, None],
    [16, "nodes.port", "westbound", 16.0, 1.0],
    [16, "links.sea", "westbound", 16.0, 0.9],
)
LEGS = table_of(
    {"element": "", "queue_hours": "h", "service_hours": "h", "closure_hours": "h", "quota_hours": "h"}
    | {"synchronization_hours": "h"},
    ["nodes.port", 2.0, 6.0, 0.0, 0.0, 0.0],
    ["links.sea", 0.5, 30.0, 1.5, 0.0, 4.0],
)
GASES = table_of(
    {"element": "", "well_to_wheel_kg": "kg", "tank_to_wheel_kg": "kg"},
    ["links.rail", 100.0, 0.0],
    ["links.sea", 90.0, 70.0],
)
SERIES = table_of(
    {"label": "", "distance_km": "km", "hours": "h", "hours_p90": "h", "cost_usd": "USD"},
    ["Start", 0.0, 0.0, 0.0, 0.0],
    ["Railway", 480.0, 12.0, 14.0, 100.0],
    ["Port", 480.0, 36.0, 50.0, 150.0],
)
OUTAGES = table_of({"lost": "", "served_share": "1"}, ["nodes.port > links.sea", 0.0], ["links.sea", 0.75])
MONTHS = table_of(
    {"fleet.vessels": "vessels", "month": "", "closed_share": "1", "wait_p90_hours": "h"},
    [2, "nov", 0.5, 96.0],
    [2, "dec", 0.5, 120.0],
    [4, "nov", 0.5, 48.0],
    [4, "dec", 0.5, 60.0],
)
CLEARING = table_of(
    {"quota.per_day": "trucks/day", "stage": "", "cleared_after_hours": "h"},
    [800, "quota", 240.0],
    [1000, "quota", 120.0],
    [1200, "quota", 72.0],
)
FAMILIES = {
    "stations": STATIONS,
    "flow": ELEMENTS,
    "transit": LEGS,
    "emissions": GASES,
    "tcd": SERIES,
    "resilience": OUTAGES,
    "storms": MONTHS,
    "clearing": CLEARING,
}


def encodings(spec: Any) -> list[dict[str, Any]]:
    """Give all encodings of a specification, wherever they stand."""
    if isinstance(spec, list):
        return [found for item in spec for found in encodings(item)]
    if not isinstance(spec, dict):
        return []
    here = [spec["encoding"]] if "encoding" in spec else []
    return here + [found for key in ("layer", "vconcat") for found in encodings(spec.get(key, []))]


def values_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = spec["data"]["values"]
    return values


@pytest.mark.parametrize("what", FAMILIES)
class TestEachFamily:
    def test_fields_that_are_drawn_are_in_the_data(self, what: str) -> None:
        spec = chart_of(what, "Title", *FAMILIES[what])
        assert spec is not None
        for encoding in encodings(spec):
            fields = {channel["field"] for channel in encoding.values() if "field" in channel}
            for record in values_of(spec):
                assert fields <= set(record)

    def test_quantities_begin_at_zero_and_name_their_unit(self, what: str) -> None:
        spec = chart_of(what, "Title", *FAMILIES[what])
        drawn = [channel for encoding in encodings(spec) for channel in encoding.values() if "axis" in channel]
        amounts = [channel for channel in drawn if channel["type"] == "quantitative" and channel["field"] != "input"]
        assert amounts
        for channel in amounts:
            assert channel["scale"].get("zero") or channel["scale"]["domain"][0] == 0
        titles = [channel["axis"].get("title") or "" for channel in amounts]
        assert any("[" in title for title in titles)

    def test_nothing_is_fetched(self, what: str) -> None:
        spec = chart_of(what, "Title", *FAMILIES[what])
        assert spec is not None
        assert set(spec["data"]) == {"values"}

    def test_the_title_stands_above(self, what: str) -> None:
        spec = chart_of(what, "Title", *FAMILIES[what])
        assert spec is not None
        assert spec["title"]["text"] == ["Title"]
        named = chart_of(what, "", *FAMILIES[what])
        assert named is not None
        assert named["title"]["text"][0]


def test_a_ladder_shows_each_stage_with_a_utilization_and_marks_the_full_ones() -> None:
    spec = chart_of("stations", "", *STATIONS)
    assert spec is not None
    assert {(r["place"], r["percent"], r["full"]) for r in values_of(spec)} == {
        ("gate", 40.0, False),
        ("front", 125.0, True),
    }
    assert encodings(spec)[0]["y"]["sort"] == ["front", "gate"]
    assert encodings(spec)[0]["x"]["scale"]["domainMax"] == 125.0


def test_a_long_ladder_shows_the_fullest_and_says_so() -> None:
    columns = {"stage": "", "utilization": "1", "peak_utilization": "1"}
    spec = chart_of("stations", "", *table_of(columns, *([f"s{i}", i / 100, 0.0] for i in range(1, 31))))
    assert spec is not None
    assert {record["place"] for record in values_of(spec)} == {f"s{i}" for i in range(31 - MOST_BARS, 31)}
    assert f"{MOST_BARS} fullest of 30" in " ".join(spec["title"]["subtitle"])


def test_scenarios_of_a_ladder_are_told_apart() -> None:
    spec = chart_of("flow", "", *ELEMENTS)
    assert spec is not None
    assert {record["scenario"] for record in values_of(spec)} == {"flow per day = 8", "flow per day = 16"}
    assert "yOffset" in encodings(spec)[0]


def test_the_shares_of_a_leg_add_up_to_its_time() -> None:
    spec = chart_of("transit", "", *LEGS)
    assert spec is not None
    total = sum(record["hours"] for record in values_of(spec) if record["leg"] == "sea")
    assert total == pytest.approx(0.5 + 30.0 + 1.5 + 4.0)


def test_gases_add_up_from_well_to_wheel() -> None:
    spec = chart_of("emissions", "", *GASES)
    assert spec is not None
    assert sum(record["kilograms"] for record in values_of(spec)) == pytest.approx(190.0)


def test_long_stops_are_named_on_the_way() -> None:
    spec = chart_of("tcd", "", *SERIES)
    assert spec is not None
    assert [record["stop"] for record in values_of(spec)] == ["", "", "Port"]
    assert [record["mean_days"] for record in values_of(spec)] == [0.0, 0.5, 1.5]


def test_waits_are_in_days_by_month_and_fleet() -> None:
    spec = chart_of("storms", "", *MONTHS)
    assert spec is not None
    found = {(r["scenario"], r["month"]): r["wait_days"] for r in values_of(spec)}
    assert found["fleet vessels = 2", "Dec"] == 5.0
    assert len(found) == 4


def test_three_values_make_a_line_and_two_make_bars() -> None:
    line = chart_of("clearing", "", *CLEARING)
    columns, rows = CLEARING
    bars = chart_of("clearing", "", columns, rows[:2])
    assert line is not None
    assert bars is not None
    assert (line["mark"]["type"], bars["mark"]["type"]) == ("line", "bar")
    assert [record["value"] for record in values_of(line)] == [10.0, 5.0, 3.0]
    assert [record["input"] for record in values_of(bars)] == ["800", "1,000"]


def test_inputs_of_a_calculator_are_those_that_tell_its_rows_apart() -> None:
    columns = {"tank_m3": "m3", "moorings_lost": "moorings", "fill": "1", "days_until_full": "days", "left": "m3/h"}
    rows = [
        [1e6, lost, fill, None if lost == 1 else 10 * (1 - fill), 12 / lost] for lost in (1, 2) for fill in (0, 0.5)
    ]
    spec = chart_of("calculation", "", *table_of(columns, *rows))
    assert spec is not None
    assert {(r["input"], r["series"], r["value"]) for r in values_of(spec)} == {
        ("1", "fill = 0", None),
        ("1", "fill = 0.5", None),
        ("2", "fill = 0", 10.0),
        ("2", "fill = 0.5", 5.0),
    }
    assert "2 of 4" in spec["title"]["subtitle"][0]


def test_more_combinations_than_colors_are_thinned_and_said() -> None:
    columns = {"a.cranes": "cranes", "a.tracks": "tracks", "a.wagons": "wagons", "capacity_teu_per_year": "TEU/year"}
    rows = [[c, t, w, 1.0 * c * w] for c in (3, 4, 5) for t in (1, 2, 3, 4) for w in (10, 20, 30)]
    spec = chart_of("analysis", "", *table_of(columns, *rows))
    assert spec is not None
    assert len({record["series"] for record in values_of(spec)}) <= len(PALETTE)
    assert "a wagons = 10" in spec["title"]["subtitle"][0]


@pytest.mark.parametrize(
    "table",
    [
        table_of({"utilization": "1"}),
        table_of({"utilization": "1"}, [0.5]),
        table_of({"stage": "", "utilization": "1", "peak_utilization": "1"}, ["yard", None, None]),
        table_of({"flow.per_day": "1", "bottleneck": ""}, [1, "gate"], [2, "yard"]),
        table_of({"flow.per_day": "1", "wait_mean_hours": "h"}, [1, None], [2, None]),
        table_of({"lost": "", "served_share": "1"}, ["nodes.a", None]),
    ],
    ids=["no row", "one row", "no utilization", "no measure", "no value", "no share"],
)
def test_where_nothing_can_be_drawn_there_is_no_chart(table: Table) -> None:
    assert chart_of("analysis", "", *table) is None
