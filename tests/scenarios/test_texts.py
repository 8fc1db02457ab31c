"""Numbers as people and spreadsheets write them."""

import contextlib
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubfixtures
from hubcalc.errors import HubcalcError, OverrideError, Problem
from hubcalc.scenarios import gather, parse_values, read_choices, read_numbers
from hubcalc.scenarios.texts import NumberText, one_value, read_text
from hubmodels.paths import Leaf

FLOW = Leaf("flow.per_day", "number", 10.0, "trains/day", "")
SHARE = Leaf("front.yard_share", "number", 0.5, "1", "", lower=0, upper=1)
CRANES = Leaf("front.cranes", "integer", 3, "cranes", "", lower=1, upper=10)
LAW = Leaf("gate.law", "choice", "exponential", "", "", choices=("exponential", "deterministic"))
MARKS = ("dot", "comma", None)
finite = st.floats(allow_nan=False, allow_infinity=False)


def value(text, mark=None):
    found = read_text(text, mark)
    return found.value if isinstance(found, NumberText) else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        (" 3", 3),
        ("3 ", 3),
        ("\xa03\xa0", 3),
        ("\u20093\u202f", 3),
        ("\ufeff3", 3),
        ("3\r\n", 3),
        ("+3", 3),
        (" +3", 3),
        ("-3", -3),
        ("\u22123", -3),
        ("4.0", 4),
        (".5", 0.5),
        ("5.", 5),
        ("1E5", 1e5),
        ("1E+05", 1e5),
        ("1E 05", 1e5),
        ("1e-05", 1e-5),
        ("007", 7),
        ("1.234", 1.234),
        ("1234.567", 1234.567),
    ],
)
@pytest.mark.parametrize("mark", MARKS)
def test_spellings_of_one_number(text, number, mark):
    if text == "1.234" and mark == "comma":
        assert isinstance(read_text(text, mark), Problem)
    else:
        assert value(text, mark) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", 1.5),
        ("-1,5", -1.5),
        ("4,0", 4),
        (",5", 0.5),
        ("5,", 5),
        ("0,125", 0.125),
        ("00,125", 0.125),
        ("1234,567", 1234.567),
        ("1,2345", 1.2345),
        ("1,234E+20", 1.234e20),
        ("1,5E 05", 1.5e5),
    ],
)
def test_a_decimal_comma(text, number):
    assert value(text, None) == value(text, "comma") == number
    assert isinstance(read_text(text, "dot"), Problem), "where a comma separates, none is decimal"
    assert one_value("a.b", text) == one_value("a.b", text, "comma")


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("1,234", ("1.234", "1234")),
        ("-10,500", ("-10.500", "-10500")),
        ("\u2212999,999", ("-999.999", "-999999")),
        ("40,125%", ("40.125%", "40125%")),
    ],
)
def test_a_comma_before_three_digits_has_two_readings(text, hints):
    with pytest.raises(OverrideError) as caught:
        one_value("flow.per_day", text)
    (problem,) = caught.value.problems
    assert (problem.parameter, problem.given) == ("flow.per_day", text)
    assert all(hint in problem.hint for hint in hints)
    decimal = hints[0].replace("%", "")
    assert value(text, "comma") == pytest.approx(float(decimal) / (100 if "%" in text else 1), rel=1e-15)


def test_where_the_comma_is_decimal_the_dot_has_two_readings():
    problem = read_text("1.234", "comma")
    assert "1,234" in problem.hint
    assert "1234 if it is not" in problem.hint
    assert value("0.125", "comma") == 0.125
    assert value("1.5", "comma") == 1.5


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("12,345,678", "12345678"),
        ("12.345.678", "12345678"),
        ("1 234", "1234"),
        ("1\xa0234", "1234"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234", "1234"),
        ("1\u2019234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("-1 234,5", "-1234.5"),
        ("1,234,567.25", "1234567.25"),
    ],
)
def test_digits_in_groups_are_told_how_to_be_written(text, plain):
    for mark in MARKS:
        problem = read_text(text, mark)
        assert isinstance(problem, Problem), mark
        expected = plain.replace(".", ",") if mark == "comma" else plain
        assert problem.hint == f"write {expected}"
        assert value(expected, mark) == float(plain), "what is suggested is read"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "many", "0x10", "1_000", "1e", "e5", "1e5.5", "--1", "+-1", "- 1", "1-", "1,2,3", "1..2", "1;2"),
        *("inf", "-Infinity", "nan", "TRUE", "true", "WAHR", "1/2", "1:30", "2026-01-01", "$5", "5 km", "1 2", "%"),
        *("5%%", "(5)", "\u0663", "\uff15", "\u00b2", "\u2460", "1\x00", "1\n2", ".", ",", "-", "+", ".,"),
        *("1,2.3,4", "1 23 456"),
    ],
)
@pytest.mark.parametrize("mark", MARKS)
def test_what_is_no_number(text, mark):
    assert value(text, mark) is None
    with pytest.raises(OverrideError) as caught:
        read_numbers(FLOW, [text])
    assert caught.value.problems[0].parameter == FLOW.path


@pytest.mark.parametrize(
    "text", ["#N/A", "#VALUE!", "#WERT!", "#REF!", "#DIV/0!", " #NAME?", "#NV", "Err:502", "Err:540"]
)
@pytest.mark.parametrize("leaf", [FLOW, CRANES, SHARE, LAW], ids=lambda leaf: leaf.path)
def test_an_error_of_the_sheet_is_called_one(text, leaf):
    reader = read_choices if leaf is LAW else read_numbers
    with pytest.raises(OverrideError) as caught:
        reader(leaf, [text])
    (problem,) = caught.value.problems
    assert problem.message == "is an error that the sheet sends"
    assert problem.given == text.strip() or problem.given == text
    with pytest.raises(OverrideError, match="error that the sheet sends"):
        one_value(leaf.path, text)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 400])
def test_what_is_too_large(text):
    with pytest.raises(OverrideError) as caught:
        read_numbers(FLOW, [text])
    assert caught.value.problems[0].message == "is too large"


@pytest.mark.parametrize("text", ["40%", "40 %", "40\xa0%", "40.0%", "+40%", " 40% ", "4E+01%", "4E 01%"])
def test_percent_of_a_share(text):
    assert read_numbers(SHARE, [text]).tolist() == [0.4]


def test_percent_of_what_has_a_unit_is_refused_by_the_unit():
    for leaf in (FLOW, CRANES):
        with pytest.raises(OverrideError) as caught:
            read_numbers(leaf, ["40%"])
        (problem,) = caught.value.problems
        assert problem.message == "is not a share"
        assert leaf.unit in problem.hint


@given(st.decimals(min_value=0, max_value=100, allow_nan=False, allow_infinity=False, places=6))
def test_percent_is_exact(percent):
    assert read_numbers(SHARE, [f"{percent}%"])[0] == float(percent / 100)


def test_whole_numbers():
    assert read_numbers(CRANES, ["4.0", "4", " 4. ", "4e0", "40E-1"]).tolist() == [4] * 5
    assert read_numbers(CRANES, [one_value(CRANES.path, "4,0")]).tolist() == [4]
    with pytest.raises(OverrideError, match="is not a whole number"):
        read_numbers(CRANES, ["4.5"])


@pytest.mark.parametrize(
    ("leaf", "given_value", "said"),
    [
        (CRANES, "0", "must be >= 1"),
        (CRANES, 11, "must be <= 10"),
        (SHARE, "140%", "must be <= 1"),
        (Leaf("a.b", "number", 1.0, "h", "", lower=0, lower_allowed=False), 0, "must be > 0"),
        (Leaf("a.b", "number", 1.0, "h", "", upper=1e7, upper_allowed=False), 1e7, "must be < 10000000"),
        (FLOW, float("nan"), "is not a number"),
        (FLOW, float("inf"), "must be finite"),
        (FLOW, True, "is not a number"),
        (FLOW, 10**400, "is too large"),
    ],
)
def test_bounds_say_what_must_be(leaf, given_value, said):
    with pytest.raises(OverrideError) as caught:
        read_numbers(leaf, [given_value])
    assert caught.value.problems[0].message == said


@given(finite)
def test_every_float_reads_back_under_its_mark(number):
    positional = format(Decimal(repr(number)), "f")
    for text in (repr(number), repr(number).upper(), positional, f"+{positional}" if number > 0 else positional):
        assert value(text, "dot") == number
        assert value(text, None) == number
        assert value(text.replace(".", ","), "comma") == number
        # a plus sign in an address arrives as a space
        assert value(text.replace("+", " "), "dot") == number


_US = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+")


def readings(text):
    """Read a text as in London and as in Berlin, by grammars of the test's own."""
    found = {}
    for place, spelled in (("us", text), ("eu", text.translate(str.maketrans(",.", ".,")))):
        if _US.fullmatch(spelled):
            found[place] = float(spelled.replace(",", ""))
    return found


@given(st.from_regex(r"-?[0-9]{1,4}([.,' ][0-9]{1,4}){0,3}", fullmatch=True))
def test_nothing_ambiguous_is_read(text):
    known = readings(text)
    free, comma, dot = (value(text, mark) for mark in (None, "comma", "dot"))
    if "," in text:
        assert dot is None
        if free is not None:
            assert set(known.values()) == {free}, "read without a mark only if all the world reads it so"
    if "." in text and comma is not None:
        assert set(known.values()) == {comma}
    if "," in text and comma is not None:
        assert known["eu"] == comma
    if "." in text and dot is not None:
        assert known["us"] == dot == free


messy = st.text() | st.text(alphabet="0123456789.,;:%eE+-'\u2212\u2019 \xa0\u202f#NA!_xinf", max_size=12)


@given(messy, st.sampled_from([FLOW, SHARE, CRANES, LAW]), st.sampled_from(["dot", "comma"]))
def test_no_text_does_more_than_be_refused(text, leaf, mark):
    reader = read_choices if leaf.type == "choice" else read_numbers
    with contextlib.suppress(HubcalcError):
        assert len(reader(leaf, [text])) == 1
    with contextlib.suppress(HubcalcError):
        assert one_value(leaf.path, one_value(leaf.path, text, None), "dot") is not None
    with contextlib.suppress(HubcalcError):
        parse_values(leaf.path, text, 50, mark)


@given(messy)
def test_what_was_read_once_reads_the_same_again(text):
    for mark in MARKS:
        found = read_text(text, mark)
        if isinstance(found, NumberText):
            assert read_text(found.text, "dot") == found


def test_a_change_of_law_takes_numbers_as_sheets_write_them():
    law = "stages.gate.service_time"
    given_texts = {"low_minutes": " +2", "mode_minutes": "3E 00", "high_minutes": "\xa06."}
    khorgos = hubfixtures.load("khorgos-gateway")
    found = gather(khorgos, {f"{law}.law": ["triangular"], **{f"{law}.{k}": [v] for k, v in given_texts.items()}}, 1)
    assert [found.overrides(0)[f"{law}.{name}"] for name in given_texts] == [2, 3, 6]


def test_lists_where_the_comma_is_decimal():
    assert parse_values("a.b", "1,5;2;0,125", 9, "comma") == ["1.5", "2", "0.125"]
    assert parse_values("a.b", "1,5..2,5:0,5", 9, "comma") == ["1.5", "2.0", "2.5"]
    assert parse_values("a.b", "exponential; deterministic", 9, "comma") == ["exponential", "deterministic"]
    assert parse_values("a.b", "1,234", 9, "comma") == ["1.234"]
    assert parse_values("a.b", "1,234", 9) == ["1", "234"]
    with pytest.raises(OverrideError, match="thousands"):
        parse_values("a.b", "1.234;2", 9, "comma")
    with pytest.raises(OverrideError, match="a;b;c"):
        parse_values("a.b", "1,5;;2", 9, "comma")


def test_a_list_by_semicolons_is_told_what_makes_it_one():
    with pytest.raises(OverrideError) as caught:
        parse_values("a.b", "1,5;2,5", 9)
    assert "decimal=comma" in caught.value.problems[0].hint


@given(st.lists(finite, min_size=1, max_size=5))
def test_lists_of_floats_read_back(numbers):
    plain = [format(Decimal(repr(number)), "f") for number in numbers]
    assert [float(text) for text in parse_values("a.b", ",".join(plain), 9)] == numbers
    eu = ";".join(plain).replace(".", ",")
    assert [float(text) for text in parse_values("a.b", eu, 9, "comma")] == numbers
