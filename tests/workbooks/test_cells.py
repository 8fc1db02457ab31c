"""What the cells of a workbook hold: the numbers of the report, the inputs of the document, and formulas that fit."""

import re
from pathlib import Path

import pytest

import hubfixtures
from hubcalc.analysis import analyze
from hubcalc.errors import ParameterError
from hubcalc.workbooks import analysis_workbook
from hubcalc.workbooks.dictionary import WORDS
from hubcalc.workbooks.formulas import ODF, XLSX, Ref, written
from hubcalc.workbooks.model import Cell, Sheet, Workbook
from hubmodels.paths import leaves


def sheet_of(workbook: Workbook, name: str) -> Sheet:
    return next(sheet for sheet in workbook.sheets if sheet.name == name)


def rows_of(workbook: Workbook, name: str) -> dict[str, dict[str, Cell]]:
    """Give the rows of a table by their first column, each by the names in the header."""
    sheet = sheet_of(workbook, name)
    names = [str(cell.value) for cell in sheet.rows[sheet.header]]
    return {str(row[0].value): dict(zip(names, row, strict=True)) for row in sheet.rows[sheet.header + 1 :]}


def test_every_metric_has_its_value_verdict_and_range(khorgos):
    workbook, report = khorgos
    rows = rows_of(workbook, "Results")
    metrics = report.results[0].metrics
    assert list(rows) == list(metrics)
    for name, metric in metrics.items():
        cells = rows[name]
        assert cells["value"].value == metric.value
        assert cells["verdict"].value == metric.verdict.status
        assert (cells["low"].value, cells["high"].value) == (metric.low, metric.high)


def test_every_stage_has_its_row(khorgos):
    workbook, report = khorgos
    rows = rows_of(workbook, "Stages")
    assert list(rows) == [station.stage for station in report.results[0].stations]
    for station in report.results[0].stations:
        assert rows[station.stage]["utilization [1]"].value == station.utilization
        assert rows[station.stage]["limit"].value == station.limit


def test_every_input_has_a_cell_and_nothing_to_send(khorgos):
    workbook, _ = khorgos
    rows = rows_of(workbook, "Inputs")
    for path, leaf in leaves(hubfixtures.load("khorgos-gateway")).items():
        assert rows[path]["value"].value == leaf.value
        assert rows[path]["documented value"].value == leaf.value
        assert rows[path]["query"].value == ""


def test_an_override_is_the_value_and_is_sent(make):
    workbook, _ = make("khorgos-gateway", {"stages.front.cranes": 4, "flow.per_day": 10.5})
    rows = rows_of(workbook, "Inputs")
    cranes = rows["stages.front.cranes"]
    assert (cranes["value"].value, cranes["documented value"].value) == (4, 3)
    assert cranes["basis"].value == "override"
    assert cranes["query"].value == "&stages.front.cranes=4"
    assert [*rows.values()][-1]["query so far"].value == "&flows.westbound.per_day=10.5&stages.front.cranes=4"


def test_a_number_of_more_digits_than_a_sheet_writes_is_sent_with_all_of_them(make):
    value = 0.1 + 0.2
    workbook, _ = make("khorgos-gateway", {"stages.front.move_scv": value})
    cell = rows_of(workbook, "Inputs")["stages.front.move_scv"]["query"]
    assert cell.value == f"&stages.front.move_scv={value!r}"
    assert cell.formula is not None
    assert f"&stages.front.move_scv={value!r}" in written(cell.formula, XLSX)


def test_a_changed_law_brings_its_own_inputs(make):
    workbook, _ = make("khorgos-gateway", {"stages.gate.service_time.law": "exponential"})
    rows = rows_of(workbook, "Inputs")
    assert rows["stages.gate.service_time.law"]["documented value"].value == "two_moments"
    assert "stages.gate.service_time.scv" not in rows


def test_evidence_and_ranges_stand_beside_the_inputs(khorgos):
    workbook, _ = khorgos
    document = hubfixtures.load("khorgos-gateway")
    rows = rows_of(workbook, "Assumptions")
    for path, evidence in document.evidence.items():
        assert rows[path]["basis"].value == evidence.basis
        assert rows[path]["note"].value == evidence.note
    for path, spread in document.uncertainty.items():
        assert (rows[path]["P10"].value, rows[path]["P90"].value) == (spread.low, spread.high)
    assert list(rows_of(workbook, "Sources")) == list(document.sources)


def test_where_there_is_no_steady_state_cells_say_inf_or_why(make):
    workbook, _ = make("nur-zholy-khorgos")
    rows = rows_of(workbook, "Results")
    assert rows["wait_mean_hours"]["value"].value == "inf"
    assert rows["dwell_p50_hours"]["value"].value == "inf"
    assert str(rows["capacity_teu_per_year"]["value"].value).startswith("ERR capacity_teu_per_year: ")


def test_without_a_flow_there_is_a_workbook_without_a_curve(make):
    workbook, _ = make("sea-suez")
    charts = sheet_of(workbook, "Charts")
    assert len(charts.charts) == 3
    assert "no capacity curve" in str(charts.rows[-1][0].value)


def test_the_key_cell_is_empty_and_the_server_is_the_one_named(khorgos):
    workbook, _ = khorgos
    summary = {str(row[0].value): row[1] for row in sheet_of(workbook, "Summary").rows if len(row) > 1}
    assert summary["Key"].value is None
    assert summary["Server"].value == "http://hub.example:8000"
    assert summary["Parameters"].value == "e=text&m=fast"


def test_a_version_that_was_asked_for_is_asked_by_the_live_cells(make):
    workbook, _ = make("xian", version="3", scenario="some-scenario")
    summary = {str(row[0].value): row[1] for row in sheet_of(workbook, "Summary").rows if len(row) > 1}
    assert summary["Parameters"].value == "e=text&m=fast&v=3"


def test_formulas_fit_into_a_sheet(khorgos):
    workbook, _ = khorgos
    cells = [cell for sheet in workbook.sheets for row in sheet.rows for cell in row if cell.formula is not None]
    assert len(cells) > 300
    for cell in cells:
        assert cell.formula is not None
        assert cell.value is not None
        for dialect in (XLSX, ODF):
            formula = written(cell.formula, dialect)
            assert len(formula) < 8_192
            assert max((len(text) for text in re.findall(r'"((?:[^"]|"")*)"', formula)), default=0) <= 255


def test_every_reference_leads_to_a_cell(khorgos):
    workbook, _ = khorgos
    sheets = {sheet.name: sheet for sheet in workbook.sheets}

    def refs(part: object) -> list[Ref]:
        if isinstance(part, Ref):
            return [part]
        inner = [getattr(part, name) for name in ("arguments", "parts", "left", "right") if hasattr(part, name)]
        flat = [item for each in inner for item in (each if isinstance(each, tuple) else [each])]
        return [ref for item in flat for ref in refs(item)]

    for sheet in workbook.sheets:
        for row in sheet.rows:
            for cell in row:
                for ref in refs(cell.formula):
                    assert sheets[ref.sheet].rows[ref.row][ref.column] is not None


def test_several_scenarios_are_refused():
    document = hubfixtures.load("xian")
    report = analyze(document, {"flow.per_day": [5, 6]}, metrics=["utilization"]).report
    with pytest.raises(ParameterError, match="one scenario"):
        analysis_workbook(document, "hubs", report, server="http://hub.example", asked={})


@pytest.mark.parametrize("group", sorted(WORDS))
def test_words_are_those_of_the_glossary(group):
    glossary = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
    for word, meaning in WORDS[group].items():
        rows = [line for line in glossary.splitlines() if re.match(rf"\| `?{re.escape(word)}`?(?: \(\w+\))? \|", line)]
        assert any(meaning in row for row in rows), word
