"""Shapes and fields of tables: the long shape holds what the wide one holds, and says what each value is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readback import separated

import hubfixtures
from hubcalc import analyze
from hubcalc.errors import ParameterError
from hubcalc.tables import Column, Layout, Remarks, Table, laid_out, render, report_table
from hubcalc.tables.rectangles import identifying

STAGES = Table(
    "stage",
    [Column("stage"), Column("wait", "h"), Column("verdict")],
    [["gate", 0.5, "exact"], ["yard", None, "unstable"]],
    keys=("stage",),
)
NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)


def lines(table, **layout):
    columns, rows = laid_out(table, Layout(**layout))
    return [[column.header for column in columns], *map(list, rows)]


def test_the_wide_shape_is_the_table():
    assert lines(STAGES) == [["stage", "wait [h]", "verdict"], *STAGES.rows]


def test_the_long_shape_repeats_what_a_row_is_about():
    assert lines(STAGES, shape="long") == [
        ["stage", "name", "value", "unit"],
        ["gate", "wait", 0.5, "h"],
        ["gate", "verdict", "exact", ""],
        ["yard", "wait", None, "h"],
        ["yard", "verdict", "unstable", ""],
    ]


def test_fields_choose_columns_in_their_order():
    assert lines(STAGES, fields=("verdict", "stage", "verdict")) == [
        ["verdict", "stage"],
        ["exact", "gate"],
        ["unstable", "yard"],
    ]
    assert lines(STAGES, shape="long", fields=("verdict",))[1:] == [
        ["gate", "verdict", "exact", ""],
        ["yard", "verdict", "unstable", ""],
    ]


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(ParameterError) as caught:
        laid_out(STAGES, Layout(fields=("stage", "wayt", "x")))
    first, second = caught.value.problems
    assert (first.parameter, first.given, first.hint) == ("fields", "wayt", "did you mean wait?")
    assert first.allowed == "stage, wait, verdict"
    assert second.given == "x"


def test_a_row_a_quantity_has_its_own_unit():
    table = Table(
        "metric",
        [Column("metric"), Column("value"), Column("share", "1"), Column("unit"), Column("reason")],
        [["wait", 1.5, 0.2, "h", "none"]],
        keys=("metric",),
    )
    assert lines(table, shape="long") == [
        ["metric", "name", "value", "unit"],
        ["wait", "value", 1.5, "h"],
        ["wait", "share", 0.2, "1"],
        ["wait", "reason", "none", ""],
    ]


def test_a_unit_that_is_counted_is_no_unit_of_numbers():
    table = Table(
        "demand", [Column("demand"), Column("unit"), Column("share", "1")], [["main", "train", 0.5]], ("demand",)
    )
    assert lines(table, shape="long")[1:] == [["main", "unit", "train", ""], ["main", "share", 0.5, "1"]]


def test_keys_keep_their_names_apart_from_the_columns_of_the_long_shape():
    table = Table("row", [Column("name"), Column("mean", "h")], [["wait", 1.0]], keys=("name",))
    assert lines(table, shape="long") == [["row_name", "name", "value", "unit"], ["wait", "mean", 1.0, "h"]]


def test_remarks_are_columns_of_the_long_shape_only():
    remarks = Remarks([Column("verdict")], lambda row, name: [f"{name}{row}"])
    table = Table("row", [Column("a"), Column("b")], [[1, 2], [3, 4]], ("a",), remarks)
    assert lines(table) == [["a", "b"], [1, 2], [3, 4]]
    assert lines(table, shape="long")[1:] == [[1, "b", 2, "", "b0"], [3, "b", 4, "", "b1"]]


@given(NAMES, st.data())
def test_long_and_wide_hold_the_same(names, data):
    keys = data.draw(st.lists(st.sampled_from(names), unique=True))
    cells = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=3))
    rows = data.draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), max_size=4))
    table = Table("row", [Column(name) for name in names], rows, keys)
    (_, *tidy), place = lines(table, shape="long"), len(keys)
    measured = [name for name in names if name not in keys]
    assert [row[place : place + 2] for row in tidy] == [[m, row[names.index(m)]] for row in rows for m in measured]
    assert [row[:place] for row in tidy] == [[row[names.index(key)] for key in keys] for row in rows for _ in measured]


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_header_off_leaves_out_the_first_line_only(format_):
    whole, bare = render(STAGES, format_), render(STAGES, format_, Layout(header=False))
    assert bare == whole.split(b"\r\n", 1)[1]


@pytest.mark.slow
def test_the_long_shape_of_metrics_says_how_far_each_may_be_trusted():
    hub = hubfixtures.load("khorgos-gateway")
    report = analyze(hub, {"stages.front.cranes": [2, 3]}, metrics=["wait_mean_hours", "utilization"]).report
    rows = separated(render(report_table(report, "metrics"), "csv", Layout(shape="long")))
    head = ["stages.front.cranes [cranes]", "name", "value", "unit", "verdict", "method", "low", "high"]
    assert rows[0] == head
    for result in report.results:
        for name, metric in result.metrics.items():
            (found,) = [
                row for row in rows if row[0] == str(result.overrides["stages.front.cranes"]) and row[1] == name
            ]
            assert found[2:6] == [cell(metric.value), metric.unit, metric.verdict.status, metric.verdict.method]
            assert found[6:] == [cell(metric.low), cell(metric.high)]


def cell(value):
    from hubcalc.tables import cell_text

    return cell_text(value)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["element", "kind", "flow", "mean_hours"], ("element", "kind", "flow")),
        (["flow_per_day", "utilization"], ("flow_per_day",)),
        ([], ()),
    ],
)
def test_what_says_what_a_row_is_about(names, keys):
    assert identifying(names) == keys


def test_a_summary_needs_nothing_that_says_what_it_is_about():
    assert identifying(["served_share"], some=False) == ()
