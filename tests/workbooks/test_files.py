"""The files: both hold the same, with all digits; texts stay texts; the same request gives the same bytes."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

import hubfixtures
from hubcalc.analysis import analyze
from hubcalc.documents import parse_hub_or_line
from hubcalc.workbooks import analysis_workbook, write_ods, write_xlsx
from hubcalc.workbooks.looks import FACES
from hubcalc.workbooks.model import Cell, Sheet, Style, Validation, Workbook, linked, text

WRITERS = {"xlsx": write_xlsx, "ods": write_ods}
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "{=1}", "<b>&amp;</b>", "a  b"]


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def values_of(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.mark.parametrize("kind", WRITERS)
def test_each_cell_is_read_back_with_all_its_digits(khorgos, kind):
    workbook, _ = khorgos
    found = values_of(WRITERS[kind](workbook))
    assert list(found) == [sheet.name for sheet in workbook.sheets]
    for sheet in workbook.sheets:
        for i, row in enumerate(sheet.rows):
            for j, cell in enumerate(row):
                if cell.value not in (None, ""):
                    assert found[sheet.name][i][j] == cell.value, (sheet.name, i, j)


def test_both_files_hold_the_same(khorgos):
    workbook, _ = khorgos
    first, second = (values_of(write(workbook)) for write in WRITERS.values())
    for name, rows in first.items():
        other = second[name]
        for i, row in enumerate(rows):
            assert [v for v in row if v != ""] == [v for v in other[i] if v != ""], (name, i)


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_workbook_gives_the_same_bytes(khorgos, kind):
    workbook, _ = khorgos
    assert WRITERS[kind](workbook) == WRITERS[kind](workbook)


@pytest.mark.parametrize("kind", WRITERS)
def test_texts_that_look_like_formulas_stay_texts(kind):
    sheet = Sheet("Texts", (20,), [[text("Texts", "title")], *([text(value)] for value in DANGEROUS)])
    content = WRITERS[kind](Workbook("=title", "+subject", [sheet]))
    assert [row[0] for row in values_of(content)["Texts"][1:]] == DANGEROUS
    whole = "".join(parts_of(content).values())
    assert "<f>" not in whole
    assert "table:formula" not in whole


@pytest.mark.parametrize("kind", WRITERS)
def test_every_part_is_well_formed_and_there_are_no_macros(khorgos, kind):
    workbook, _ = khorgos
    parts = parts_of(WRITERS[kind](workbook))
    for name, content in parts.items():
        if name != "mimetype":
            ElementTree.fromstring(content)
        assert "vba" not in name.lower()
        assert "Basic" not in name


def test_newer_functions_have_the_names_that_files_have(khorgos):
    workbook, _ = khorgos
    xlsx = "".join(parts_of(write_xlsx(workbook)).values())
    ods = parts_of(write_ods(workbook))["content.xml"]
    assert not re.search(r"(?<!_xlfn\.)(WEBSERVICE|NUMBERVALUE|ENCODEURL)\(", xlsx)
    assert not re.search(r"(?<!COM\.MICROSOFT\.)(WEBSERVICE|ENCODEURL)\(", ods)
    assert xlsx.count("_xlfn.WEBSERVICE(") == ods.count("COM.MICROSOFT.WEBSERVICE(") > 100


def test_excel_keeps_the_values_when_it_opens_the_file(khorgos):
    workbook, _ = khorgos
    assert "fullCalcOnLoad" not in parts_of(write_xlsx(workbook))["xl/workbook.xml"]


def test_charts_and_rules_are_in_both(khorgos):
    workbook, _ = khorgos
    charts = sum(len(sheet.charts) for sheet in workbook.sheets)
    rules = sum(len(sheet.validations) for sheet in workbook.sheets)
    xlsx, ods = parts_of(write_xlsx(workbook)), parts_of(write_ods(workbook))
    assert charts == 4 == len([name for name in xlsx if name.startswith("xl/charts/chart")])
    assert charts == len([name for name in ods if name.startswith("Object ")])
    assert "".join(xlsx.values()).count("<dataValidation ") == rules
    assert ods["content.xml"].count("<table:content-validation ") == rules
    assert ods["content.xml"].count("table:content-validation-name=") == rules


def test_bounds_that_are_not_allowed_themselves_become_formulas():
    rule = Validation(0, 0, "number", "stages.x.share", "a share", 0, 1, lower_allowed=False)
    sheet = Sheet("Inputs", (10,), [[Cell(0.5, Style("input"))]], validations=[rule])
    workbook = Workbook("title", "subject", [sheet])
    xlsx, ods = "".join(parts_of(write_xlsx(workbook)).values()), parts_of(write_ods(workbook))["content.xml"]
    assert "AND(ISNUMBER('Inputs'!$A$1),'Inputs'!$A$1&gt;0,'Inputs'!$A$1&lt;=1)" in xlsx
    assert "of:is-true-formula(AND(ISNUMBER([$'Inputs'.$A$1]);[$'Inputs'.$A$1]&gt;0" in ods


def test_every_look_is_drawn():
    rows = [[Cell("x", Style(look)), Cell(0.5, Style(look, 2)), Cell(0.5, Style(look, percent=True))] for look in FACES]
    workbook = Workbook("title", "subject", [Sheet("Looks", (10, 10, 10), rows)])
    assert len(write_xlsx(workbook)) > 0
    assert len(write_ods(workbook)) > 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "external:c:/secret", "internal:Summary!A1", "file:///etc"])
def test_only_pages_are_linked(address):
    assert linked("here", address) == text("here")


def test_a_document_whose_texts_are_formulas_gives_no_formula_of_its_own():
    data = hubfixtures.load("xian").model_dump(mode="json", exclude_unset=True)
    data["name"] = "=cmd|' /C calc'!A0"
    data["summary"] = "+1"
    report = analyze(data, method="fast").report

    workbook = analysis_workbook(parse_hub_or_line(data), "hubs", report, server="http://hub.example", asked={})
    for write in WRITERS.values():
        content = write(workbook)
        assert "=cmd" not in "".join(
            re.findall(r"<f>.*?</f>|table:formula=\"[^\"]*\"", "".join(parts_of(content).values()))
        )
        assert values_of(content)["Summary"][0][0] == "=cmd|' /C calc'!A0"
