"""Charts of studies: they hold what was given, say what is missing, and can be drawn without a network."""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from hubcalc.charts.base import MOST_BARS
from hubcalc.charts.pictures import svg
from hubcalc.charts.studies import fan, front, heat_map, histogram, indices, ranking, staircase, tornado
from hubcalc.errors import ArgumentError

Spec = dict[str, Any]
NAN = float("nan")
ODD = """<b>a.b[0] & "c"\\ 'd'"""
YEARS = [2025, 2026, 2027, 2028]
DEMAND = {0.1: [8.0, 8.5, 9.0, 9.5], 0.5: [9.0, 10.0, 11.0, 12.0], 0.9: [10.0, 12.0, 14.0, 16.0]}


def records(spec: Spec, layer: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["layer"][layer]["data"]["values"]
    return found


def subtitle(spec: Spec) -> str:
    return " ".join(spec["title"].get("subtitle", []))


def drawn_texts(spec: Spec) -> str:
    pytest.importorskip("vl_convert")
    root = ElementTree.fromstring(svg(spec))
    return " ".join(text for element in root.iter() if (text := element.text))


CASES: dict[str, Callable[[str], Spec]] = {
    "tornado": lambda name: tornado(name, name, "h", 20.0, [(name, 15.0, 30.0, "two", name), ("b", 22.0, 25.0, 1, 2)]),
    "fan": lambda name: fan(name, name, YEARS, DEMAND, {name: [9.0] * 4}, metric=name, unit="h"),
    "histogram": lambda name: histogram(name, name, "h", [0.0, 1.0, 2.0], [3, 1], {name: 0.5, "target": 1.5}),
    "staircase": lambda name: staircase(name, YEARS, DEMAND, [12, 12, 14, 14], {2027: name}, metric=name, unit="t"),
    "heat_map": lambda name: heat_map(name, name, [name, "c"], name, [1, 2], [[1, 2], [3, 4]], "h", metric=name),
    "front": lambda name: front(name, (name, "USD", [1, 2]), (name, "h", [4, 3]), [name, "b"], 1),
    "indices": lambda name: indices(name, [name, "b"], [(0.2, 0.1, 0.3)] * 2, [(0.3, 0.2, 0.4)] * 2),
    "ranking": lambda name: ranking(name, [name, "b"], [0.2, 0.3]),
}


@pytest.mark.parametrize("kind", CASES)
class TestEachChart:
    def test_it_is_drawn_with_its_title(self, kind: str) -> None:
        assert "A title" in drawn_texts(CASES[kind]("A title"))

    def test_names_of_any_letters_stand_as_given(self, kind: str) -> None:
        assert ODD in drawn_texts(CASES[kind](ODD))

    def test_it_is_json_and_fetches_nothing(self, kind: str) -> None:
        spec = CASES[kind]("A title")
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
        assert all(set(data) == {"values"} for data in sources(spec))

    def test_what_is_drawn_is_in_the_data(self, kind: str) -> None:
        for layer in CASES[kind]("A title")["layer"]:
            fields = {channel["field"] for channel in layer["encoding"].values() if "field" in channel}
            assert all(fields <= set(record) for record in layer["data"]["values"])


def sources(spec: Any) -> Iterator[dict[str, Any]]:
    """Give every source of data of a specification."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "data":
                yield value
            else:
                yield from sources(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from sources(item)


class TestTornado:
    BARS = (("weak", 19.0, 21.0, 1, 2), ("strong", 30.0, 12.0, 3, 5), ("one side", 22.0, 25.0, "a", "b"))

    def test_the_strongest_comes_first(self) -> None:
        spec = tornado("", "dwell_mean_hours", "h", 20.0, self.BARS)
        assert spec["layer"][0]["encoding"]["y"]["sort"] == ["strong", "one side", "weak"]
        found = {(r["input"], r["end"]): r["value"] for r in records(spec)}
        assert found["strong", "low"] == 30.0
        assert found["strong", "high"] == 12.0
        assert len(found) == 6

    def test_bars_begin_at_the_base_and_the_subtitle_names_it(self) -> None:
        spec = tornado("", "dwell_mean_hours", "h", 20.0, self.BARS)
        assert spec["layer"][0]["encoding"]["x2"] == {"datum": 20.0}
        assert "base 20 h" in subtitle(spec)

    def test_the_longer_of_two_bars_on_one_side_is_drawn_first(self) -> None:
        spec = tornado("", "dwell_mean_hours", "h", 20.0, self.BARS)
        assert [r["value"] for r in records(spec) if r["input"] == "one side"] == [25.0, 22.0]

    @pytest.mark.parametrize("none", [None, NAN, math.inf])
    def test_what_has_no_value_is_left_out_and_named(self, none: float | None) -> None:
        spec = tornado(
            "", "x", "h", 20.0, [("cranes", none, 18.0, 2, 4), ("gone", none, none, 1, 2)], ends=("P10", "P90")
        )
        assert [(r["input"], r["end"]) for r in records(spec)] == [("cranes", "P90")]
        assert "no value: cranes (P10), gone (P10), gone (P90)" in subtitle(spec)

    def test_of_many_the_strongest_are_shown(self) -> None:
        spec = tornado("", "x", "h", 0.0, [(f"i{i}", -1.0 * i, 1.0 * i, 0, 1) for i in range(1, 31)])
        assert {r["input"] for r in records(spec)} == {f"i{i}" for i in range(31 - MOST_BARS, 31)}
        assert f"the {MOST_BARS} strongest of 30" in subtitle(spec)

    def test_an_input_without_effect_stays(self) -> None:
        spec = tornado("", "x", "h", 5.0, [("idle", 5.0, 5.0, 1, 2)])
        assert {r["text"] for layer in (1, 2) for r in records(spec, layer)} == {"1", "2"}

    def test_a_base_without_value_is_refused(self) -> None:
        with pytest.raises(ArgumentError, match="base"):
            tornado("", "x", "h", NAN, [("a", 1.0, 2.0, 1, 2)])


class TestFan:
    def test_pairs_make_bands_and_the_others_lines(self) -> None:
        spec = fan("", "year", YEARS, {**DEMAND, 0.95: [11.0, 13.0, 15.0, 17.0]}, metric="demand", unit="t")
        assert [r["low"] for r in records(spec)] == DEMAND[0.1]
        assert [r["high"] for r in records(spec)] == DEMAND[0.9]
        assert [r["value"] for r in records(spec, 1)] == DEMAND[0.5]
        assert {r["series"] for r in records(spec, 2)} == {"P95"}
        assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["P10 to P90", "P50", "P95"]

    def test_a_gap_stays_a_gap(self) -> None:
        spec = fan(
            "",
            "flow",
            [1.0, 2.0, 3.0],
            {0.1: [1, 2, 3], 0.9: [2, None, 4]},
            {"line": [1, 1, NAN]},
            metric="wait_mean_hours",
            unit="h",
        )
        assert [(r["low"], r["high"]) for r in records(spec)] == [(1, 2), (None, None), (3, 4)]
        assert [r["value"] for r in records(spec, 1)] == [1.0, 1.0, None]
        assert subtitle(spec) == "2 of 9 values are missing and left out"

    def test_years_have_no_separator(self) -> None:
        spec = fan("", "year", YEARS, DEMAND, metric="demand", unit="t")
        assert "2025" in drawn_texts(spec)
        assert "2,025" not in drawn_texts(spec)

    def test_bad_input_is_named(self) -> None:
        with pytest.raises(ArgumentError, match=r"quantile 0\.1: 2 values, but 4 of x"):
            fan("", "year", YEARS, {0.1: [1.0, 2.0]}, metric="demand", unit="t")
        with pytest.raises(ArgumentError, match="no probability"):
            fan("", "year", YEARS, {90: [1.0] * 4}, metric="demand", unit="t")


class TestHistogram:
    def test_shares_add_up(self) -> None:
        spec = histogram("", "dwell_mean_hours", "h", [0, 10, 20, 30], [20, 70, 10])
        assert [r["height"] for r in records(spec)] == [20.0, 70.0, 10.0]
        assert [(r["from"], r["to"], r["draws"]) for r in records(spec)] == [(0, 10, 20), (10, 20, 70), (20, 30, 10)]
        assert "100 draws" in subtitle(spec)

    def test_the_area_of_unequal_bins_is_their_share(self) -> None:
        spec = histogram("", "wait", "h", [0, 1, 4], [50, 50])
        assert sum(r["height"] * (r["to"] - r["from"]) for r in records(spec)) == pytest.approx(100.0)
        assert "[% per h]" in drawn_texts(spec)

    def test_marks_are_lines_with_labels(self) -> None:
        spec = histogram("", "wait", "h", [0, 10, 20], [1, 1], {"P50": 9.0, "P90": 18.0, "target": 9.2})
        marked = [layer["data"]["values"][0] for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
        assert {mark["mark"]: mark["from"] for mark in marked} == {"P50": 9.0, "P90": 18.0, "target": 9.2}
        texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
        tops = {t["data"]["values"][0]["mark"]: (t["encoding"]["y"]["value"], t["mark"]["align"]) for t in texts}
        assert tops["P50"] != tops["target"]

    def test_marks_without_value_or_far_off_are_said(self) -> None:
        spec = histogram("", "wait", "h", [0, 10], [5], {"P90": None, "target": 500.0})
        assert len(spec["layer"]) == 1
        assert "no value: P90" in subtitle(spec)
        assert "outside: target 500" in subtitle(spec)

    @pytest.mark.parametrize(("edges", "counts"), [([0, 1], [1, 2]), ([0, 0], [1]), ([0, 1], [0]), ([], [])])
    def test_what_is_no_histogram_is_refused(self, edges: list[float], counts: list[int]) -> None:
        with pytest.raises(ArgumentError):
            histogram("", "x", "h", edges, counts)


class TestStaircase:
    def test_demand_and_steps_are_as_given(self) -> None:
        spec = staircase("", YEARS, DEMAND, [12, 12, 15, 15], {2027: "a crane"}, unit="t")
        assert [r["high"] for r in records(spec)] == DEMAND[0.9]
        stairs = next(layer for layer in spec["layer"] if layer["mark"].get("interpolate") == "step-after")
        assert [(r["x"], r["value"]) for r in stairs["data"]["values"]] == [*zip(YEARS, [12, 12, 15, 15], strict=True)]
        assert "2027: a crane" in drawn_texts(spec)

    def test_every_label_is_at_its_step_or_in_the_subtitle(self) -> None:
        years = [*range(2025, 2045)]
        demand = {0.5: [10.0] * 20}
        built = {year: f"number {year - 2024} of many" for year in years}
        spec = staircase("", years, demand, [12 + i / 10 for i in range(20)], built, unit="t")
        texts = [r for layer in spec["layer"] if layer["mark"]["type"] == "text" for r in layer["data"]["values"]]
        written = {r["year"] for r in texts}
        listed = {year for year in years if f"{year}: {built[year]}" in subtitle(spec)}
        assert written | listed == set(years)
        assert written & listed == set()

    def test_a_year_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ArgumentError, match="no such year"):
            staircase("", YEARS, DEMAND, [12] * 4, {2040: "late"}, unit="t")


class TestHeatMap:
    def test_cells_are_as_given_and_none_is_gray(self) -> None:
        spec = heat_map("", "cranes", [3, 4], "flow", [8, 10], [[2.0, 1.0], [None, 4.0]], "h")
        assert {(r["x"], r["y"]): r["value"] for r in records(spec)} == {
            ("3", "8"): 2.0,
            ("4", "8"): 1.0,
            ("4", "10"): 4.0,
        }
        assert records(spec, 1) == [{"x": "3", "y": "10"}]
        assert subtitle(spec) == "1 of 4 values is missing and gray"

    def test_numbers_rise_upwards_and_texts_stand_as_given(self) -> None:
        numbers = heat_map("", "x", [1, 2], "y", [8, 10], [[1, 2], [3, 4]], "h")
        texts = heat_map("", "x", [1, 2], "y", ["Nov", "Dec"], [[1, 2], [3, 4]], "h")
        assert numbers["layer"][0]["encoding"]["y"]["sort"] == ["10", "8"]
        assert texts["layer"][0]["encoding"]["y"]["sort"] == ["Nov", "Dec"]

    def test_values_of_many_sizes_have_colors_by_their_logarithm(self) -> None:
        def scale(values: list[float]) -> str:
            spec = heat_map("", "x", [1, 2], "y", [1], [values], "h")
            kind: str = spec["layer"][0]["encoding"]["color"]["scale"]["type"]
            return kind

        assert (scale([1.0, 2.0]), scale([0.1, 100.0]), scale([0.0, 100.0])) == ("linear", "log", "linear")

    def test_years_have_no_separator_and_equal_values_can_be_drawn(self) -> None:
        text = drawn_texts(heat_map("", "year", [2025, 2030], "cranes", [1200, 2500], [[7, 7], [7, 7]], "h"))
        assert all(label in text for label in ("2025", "2030", "1,200", "2,500"))

    def test_no_value_at_all_can_be_drawn(self) -> None:
        spec = heat_map("Title", "x", [1], "y", [1], [[None]], "h")
        assert "Title" in drawn_texts(spec)

    def test_another_shape_is_refused(self) -> None:
        with pytest.raises(ArgumentError, match=r"values\[1\]"):
            heat_map("", "x", [1, 2], "y", [1, 2], [[1, 2], [3]], "h")


class TestFront:
    def test_points_go_by_cost_and_the_chosen_one_stands_out(self) -> None:
        spec = front("", ("cost", "USD", [3, 1, 2]), ("wait", "h", [1, 9, 4]), ["c", "a", "b"], 0)
        assert [(r["cost"], r["value"], r["label"], r["chosen"]) for r in records(spec)] == [
            (1.0, 9.0, "a", False),
            (2.0, 4.0, "b", False),
            (3.0, 1.0, "c", True),
        ]
        assert "chosen" in subtitle(spec)

    def test_a_plan_without_value_is_left_out_and_said(self) -> None:
        spec = front("", ("cost", "USD", [1, 2]), ("wait", "h", [None, 4]), ["a", "b"])
        assert [r["label"] for r in records(spec)] == ["b"]
        assert "1 of 2" in subtitle(spec)

    def test_the_label_of_the_chosen_one_is_written_first(self) -> None:
        crowd = 40
        values = [1.0 + 1e-3 * i for i in range(crowd)]
        spec = front("", ("cost", "USD", values), ("wait", "h", values[::-1]), [f"plan {i}" for i in range(crowd)], 17)
        texts = [
            r["label"] for layer in spec["layer"] if layer["mark"]["type"] == "text" for r in layer["data"]["values"]
        ]
        assert "plan 17" in texts
        assert 1 < len(texts) < crowd

    def test_a_plan_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ArgumentError, match="chosen"):
            front("", ("cost", "USD", [1]), ("wait", "h", [1]), ["a"], 1)


class TestImportance:
    def test_indices_are_percent_with_their_intervals_by_total(self) -> None:
        spec = indices("", ["a", "b"], [(0.1, 0.05, 0.15), (0.4, 0.3, 0.5)], [(0.2, 0.1, 0.3), (0.5, 0.4, 0.6)])
        assert spec["layer"][0]["encoding"]["y"]["sort"] == ["b", "a"]
        assert {(r["input"], r["percent"]) for r in records(spec)} == {
            ("a", 10.0),
            ("a", 20.0),
            ("b", 40.0),
            ("b", 50.0),
        }
        assert sorted((r["low"], r["high"]) for r in records(spec, 1)) == [(5, 15), (10, 30), (30, 50), (40, 60)]

    def test_an_index_without_value_is_left_out_and_named(self) -> None:
        spec = indices("", ["a"], [(None, None, None)], [(0.2, None, None)])
        assert [r["percent"] for r in records(spec)] == [20.0]
        assert "no value: a, alone (first order)" in subtitle(spec)
        assert "intervals" not in subtitle(spec)

    def test_the_most_worth_comes_first(self) -> None:
        spec = ranking("", ["a", "b", "c"], [0.1, 0.6, None])
        assert [(r["input"], r["percent"]) for r in records(spec)] == [("b", 60.0), ("a", 10.0)]
        assert "no value: c" in subtitle(spec)

    def test_lists_of_other_lengths_are_refused(self) -> None:
        with pytest.raises(ArgumentError, match="shares: 1 values, but 2 of inputs"):
            ranking("", ["a", "b"], [0.1])


def test_a_heat_map_is_not_paled_by_one_huge_value() -> None:
    values = [[10.0 + i + 4 * j for i in range(4)] for j in range(3)]
    values[2][3] = 5_000.0
    spec = heat_map("Wait", "a", [1, 2, 3, 4], "b", [1, 2, 3], values, "h")
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == [10.0, 20.0]
    assert scale["clamp"]
    assert "darkest: 20 and more" in str(spec["title"])


def test_a_heat_map_of_few_kinds_of_values_keeps_its_scale() -> None:
    spec = heat_map("Wait", "a", [1, 2, 3, 4], "b", [1], [[2.0, 2.0, 2.0, 3.0]], "h")
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [2.0, 3.0]
