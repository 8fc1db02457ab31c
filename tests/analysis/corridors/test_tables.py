"""Answers about corridors as tables: one row for each item, what was changed before it."""

import pytest

import hubcalc
from hubcalc.tables.corridors import CORRIDOR_VIEWS, SUMMARY, corridor_table

ASKS = {
    "transit": hubcalc.transit,
    "flow": hubcalc.corridor_flow,
    "equilibrium": hubcalc.corridor_equilibrium,
    "resilience": hubcalc.corridor_resilience,
    "series": hubcalc.time_cost_distance_series,
    "emissions": hubcalc.corridor_emissions,
}


@pytest.fixture(scope="module", params=sorted(ASKS))
def report(request, two_roads):
    document, library = two_roads
    return ASKS[request.param](document, {"demand.per_day": [4, 20]}, documents=library)


def test_every_view_has_its_rows(report):
    for view in CORRIDOR_VIEWS[type(report)]:
        table = corridor_table(report, view)
        count = len(report.results) if view == SUMMARY else sum(len(getattr(r, view)) for r in report.results)
        assert len(table.rows) == count
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert {len(row) for row in table.rows} <= {len(names)}


def test_overrides_stand_before_each_row(report):
    for view in CORRIDOR_VIEWS[type(report)]:
        table = corridor_table(report, view)
        assert table.columns[0].name == "demands.goods.per_day"
        changed = [r.overrides["demands.goods.per_day"] for r in report.results]
        counts = [1 if view == SUMMARY else len(getattr(r, view)) for r in report.results]
        wanted = [value for value, count in zip(changed, counts, strict=True) for _ in range(count)]
        assert [row[0] for row in table.rows] == wanted


def test_cells_are_plain(report):
    for view in CORRIDOR_VIEWS[type(report)]:
        for row in corridor_table(report, view).rows:
            assert all(cell is None or isinstance(cell, str | int | float | bool) for cell in row)


def test_a_row_says_what_the_report_says(two_roads):
    document, library = two_roads
    report = hubcalc.corridor_flow(document, documents=library)
    table = corridor_table(report, "elements")
    columns = {column.name: i for i, column in enumerate(table.columns)}
    gate, row = report.results[0].elements[0], table.rows[0]
    assert row[columns["element"]] == gate.element
    assert row[columns["capacity_per_day"]] == gate.capacity_per_day
    assert row[columns["verdict"]] == gate.verdict.status
    assert table.columns[columns["capacity_per_day"]].unit == "units/day"
    ways = corridor_table(report, "ways")
    assert [row[-3] for row in ways.rows] == [" > ".join(way.elements) for way in report.results[0].ways]
    summary = corridor_table(report, SUMMARY)
    assert summary.rows[0][[c.name for c in summary.columns].index("cost_usd_per_day")] == pytest.approx(
        report.results[0].cost_usd_per_day
    )


def test_times_and_reliability_lie_flat(chain):
    document, library = chain
    report = hubcalc.transit(document, documents=library)
    table = corridor_table(report, SUMMARY)
    row = dict(zip([column.name for column in table.columns], table.rows[0], strict=True))
    result = report.results[0]
    assert row["mean_hours"] == result.time.mean_hours
    assert row["p90_hours"] == result.time.p90_hours
    assert row["buffer_index"] == result.reliability.buffer_index
    assert row["time_without_shocks_mean_hours"] is None
