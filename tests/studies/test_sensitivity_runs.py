"""Sensitivity studies as users run them: rows on disk, tables and charts of the result."""

from typing import Any

import pytest

from hubcalc.studies.running import Outcome, run_study
from hubcalc.tables.studies import study_table, study_views

ASKED: dict[str, Any] = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "fields": ["wait_mean_hours", "utilization"],
    "analysis": ["tornado", "elasticities", "sobol"],
    "uncertain": ["flow.per_day", "stages.front.moves_per_crane_hour", "stages.documents.officers"],
    "base_points": 64,
    "most_missing_share": 1.0,
}


@pytest.fixture(scope="module")
def outcome() -> Outcome[Any]:
    return run_study("sensitivity", ASKED, workers=1)


def test_the_rows(outcome: Outcome[Any]) -> None:
    rows = outcome.to_rows()
    assert len(rows) == outcome.result.rows == 1 + 6 + 12 + 12 + 1 + 64 * 5
    base, low = rows[0], rows[1]
    assert (base["part"], low["part"], low["changed"]) == ("base", "tornado", "flows.westbound.per_day")
    bar = next(bar for bar in outcome.result.tornado[0].bars if bar.path == low["changed"])
    assert low["flows.westbound.per_day"] == bar.low_input
    assert low["wait_mean_hours"] == bar.at_low
    assert base["wait_mean_hours"] == outcome.result.tornado[0].base


def test_the_result_rests_on_the_request_alone(outcome: Outcome[Any]) -> None:
    assert run_study("sensitivity", ASKED, workers=1).result == outcome.result


def test_tables(outcome: Outcome[Any]) -> None:
    views = study_views(type(outcome.result))
    assert {"tornado.bars", "elasticities.inputs", "sobol.inputs"} <= set(views)
    for view in ("tornado.bars", "elasticities.inputs", "sobol.inputs"):
        table = study_table(outcome.result, view)
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        # three inputs of two metrics; indices also of the share of rows without a steady state, where some have none
        assert len(table.rows) in (6, 9)


def test_charts(outcome: Outcome[Any]) -> None:
    assert list(outcome.result.charts) == ["tornado", "sobol"]
    for chart in outcome.result.charts.values():
        assert "wait" in str(chart).lower()
