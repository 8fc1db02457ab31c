"""Lists, ranges and combinations of values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import OverrideError, TooManyScenariosError
from hubcalc.scenarios import combinations, parse_values

PATH = "flow.per_day"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4", ["4"]),
        (" 4 ", ["4"]),
        ("4,6,9", ["4", "6", "9"]),
        ("4, 6", ["4", "6"]),
        ("2..5", ["2", "3", "4", "5"]),
        ("2..2", ["2"]),
        ("1..2:0.5", ["1", "1.5", "2.0"]),
        ("1..2:0.4", ["1", "1.4", "1.8"]),
        ("2..3,8", ["2", "3", "8"]),
        ("-1..1", ["-1", "0", "1"]),
        (".5..1.5", [".5", "1.5"]),
        ("exponential,deterministic", ["exponential", "deterministic"]),
    ],
)
def test_values(text, values):
    found = parse_values(PATH, text, 100)
    if all(value[0] in "0123456789.-" for value in values):
        assert [Decimal(value) for value in found] == [Decimal(value) for value in values]
    else:
        assert found == values


def test_steps_of_a_tenth_end_where_they_say():
    values = parse_values(PATH, "0.1..2:0.1", 100)
    assert len(values) == 20
    assert [float(value) for value in values] == [round(i / 10, 1) for i in range(1, 21)]


@given(st.integers(-50, 50), st.integers(0, 99), st.sampled_from(["1", "0.1", "0.25", "0.001"]))
def test_a_range_holds_both_its_ends(start, steps, step):
    stop = start + steps * Decimal(step)
    values = [Decimal(value) for value in parse_values(PATH, f"{start}..{stop}:{step}", 100)]
    assert values[0] == start
    assert values[-1] == stop
    assert len(values) == steps + 1


def test_large_numbers_are_not_written_with_an_exponent():
    assert parse_values(PATH, "1e3..3e3:1e3", 10) == ["1000", "2000", "3000"]


@pytest.mark.parametrize("text", ["", ",", "1,,2", "1,", "..", "1..", "..2", "1..2..3", "1..2:", "a..b", "1..2:x"])
def test_malformed(text):
    with pytest.raises(OverrideError) as caught:
        parse_values(PATH, text, 100)
    assert caught.value.problems[0].parameter == PATH
    assert "2..6" in caught.value.problems[0].allowed


@pytest.mark.parametrize("text", ["2..1", "1..2:0", "1..2:-1", "2..1:-1"])
def test_ranges_rise(text):
    with pytest.raises(OverrideError, match="must rise"):
        parse_values(PATH, text, 100)


@pytest.mark.parametrize("text", ["1..1000000", "1..2:0.0001", "0..1e300", "0..1:1e-300"])
def test_a_range_has_a_largest_length(text):
    with pytest.raises(TooManyScenariosError, match="too many"):
        parse_values(PATH, text, 100)


def test_the_last_path_varies_fastest():
    columns, size = combinations({"a.x": [1, 2], "b.y": ["3", "4"], "c.z": [0.5]}, 4)
    assert size == 4
    assert {path: column.tolist() for path, column in columns.items()} == {
        "a.x": [1, 1, 2, 2],
        "b.y": ["3", "4", "3", "4"],
        "c.z": [0.5] * 4,
    }


def test_no_paths_are_one_scenario_and_no_values_none():
    assert combinations({}, 1) == ({}, 1)
    columns, size = combinations({"a.x": []}, 1)
    assert (columns["a.x"].tolist(), size) == ([], 0)


def test_the_cap_counts_combinations():
    values = {"a.x": range(10), "b.y": range(10)}
    assert combinations(values, 100)[1] == 100
    with pytest.raises(TooManyScenariosError) as caught:
        combinations(values, 99)
    assert "100" in caught.value.problems[0].given
    assert "99" in caught.value.problems[0].allowed


def test_the_cap_is_checked_before_anything_is_made():
    with pytest.raises(TooManyScenariosError):
        combinations({f"a.x{i}": range(1000) for i in range(20)}, 1_000_000)
