"""The empty form: it says what it takes, and makes nothing while it is empty."""

import io

import pytest
import python_calamine

import hubfixtures
from hubcalc.documents import Fixtures
from hubcalc.errors import ParameterError
from hubcalc.sheets.findings import text_of
from hubcalc.sheets.form import FORM_FORMATS, form_file, form_of, how_to_fill, render_form
from hubcalc.sheets.form_workbooks import validation_of
from hubcalc.sheets.reading import read_sheet
from hubcalc.sheets.subjects import SheetSubject
from hubmodels.paths import leaves

EVERY = [
    *(("hubs", name) for name in hubfixtures.names()),
    *(("lines", name) for name in hubfixtures.names("lines")[:3]),
    ("corridors", "lianyungang-almaty"),
]


@pytest.fixture
def subject(khorgos):
    return SheetSubject(khorgos, Fixtures())


@pytest.mark.slow
@pytest.mark.parametrize(("collection", "name"), EVERY)
def test_every_document_has_a_form_that_makes_nothing(take, store, collection, name):
    document = hubfixtures.load(name, collection)
    for other in ("hubs", "lines") if collection == "corridors" else ():
        store.seed(hubfixtures.load(item, other) for item in hubfixtures.names(other))
    for layout in ("wide", "long"):
        report = take(form_file(document, Fixtures(), ".csv", None, layout), document)
        assert (report.layout, report.scenarios, report.findings) == (layout, [], [])


@pytest.mark.parametrize("layout", ["wide", "long"])
@pytest.mark.parametrize("format_", FORM_FORMATS)
def test_formats_say_the_same(subject, layout, format_, take):
    form = form_of(subject, ["flow", "front.cranes", "stages.gate"], layout)
    content = render_form(form, format_)
    header, *documented = read_sheet(content).rows
    assert list(header.cells) == list(form.header)
    assert len(documented) == len(form.documented)
    shown = [[text_of(cell) for cell in row.cells] for row in documented]
    assert shown == [[text_of(value) for value in row] for row in form.documented]
    assert take(content).scenarios == []


@pytest.mark.parametrize("format_", FORM_FORMATS)
def test_a_form_that_is_filled_with_the_documented_values_is_accepted(take, subject, khorgos, format_, workbook):
    form = form_of(subject, ["*"])
    values = [leaf.value for leaf in form.inputs]
    filled = [list(form.header), ["as-it-is", *([None] * 5), *values]]
    report = take(workbook(filled), keep_good=True)
    assert report.findings == []
    (made,) = report.scenarios
    assert made.id == "as-it-is"


def test_dialects(subject):
    form = form_of(subject, ["front.move_scv", "front.crane_availability"])
    us, eu = (render_form(form, "csv", dialect).decode() for dialect in ("us", "eu"))
    assert us.splitlines()[1] == "# as documented,,,,,,0.3,0.95"
    assert eu.splitlines()[1] == "# as documented;;;;;;0,3;0,95"


def test_which_paths_a_form_has(subject):
    usual = [leaf.path for leaf in form_of(subject).inputs]
    assert {"flows.westbound.per_day", "stages.front.cranes", "stages.gate.lanes"} <= set(usual)
    assert set(subject.document.uncertainty) <= set(usual)
    assert not any("waiting_room" in path or path.startswith("location.") for path in usual)
    front = [leaf.path for leaf in form_of(subject, ["front.cranes", "stages.front", "flow.per_day"]).inputs]
    assert front[0] == "stages.front.cranes"
    assert front[-1] == "flows.westbound.per_day"
    assert {leaf.path for leaf in form_of(subject, ["front"]).inputs} == set(front[:-1])
    assert len(front) == len(set(front))
    assert all(path.startswith("stages.front.") for path in front[:-1])
    assert len(form_of(subject, ["*"]).inputs) == len(leaves(subject.document))
    with pytest.raises(ParameterError, match=r"did you mean stages\.front\.cranes"):
        form_of(subject, ["stages.front.crane"])
    with pytest.raises(ParameterError, match="no form is written so"):
        form_file(subject.document, Fixtures(), ".xls")


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_workbooks_explain_themselves(subject, format_):
    form = form_of(subject)
    book = python_calamine.load_workbook(io.BytesIO(render_form(form, format_)))
    assert book.sheet_names == ["Scenarios", "How to fill", "Paths"]
    assert [row[0] for row in book.get_sheet_by_name("How to fill").to_python()] == how_to_fill(form)
    header, *rows = book.get_sheet_by_name("Paths").to_python()
    assert header == ["path", "unit", "documented value", "allowed", "description"]
    assert [row[0] for row in rows] == list(leaves(subject.document))
    (cranes,) = [row for row in rows if row[0] == "stages.front.cranes"]
    assert cranes[1:4] == ["cranes", 3.0, "a whole number from 1 to 10000 [cranes]"]


def test_cells_of_a_workbook_know_what_is_allowed(subject):
    known = subject.leaves
    cranes = validation_of(known["stages.front.cranes"])
    assert (cranes["validate"], cranes["criteria"], cranes["minimum"], cranes["maximum"]) == (
        "integer",
        "between",
        1,
        10000,
    )
    law = validation_of(known["stages.gate.service_time.law"])
    assert law["validate"] == "list"
    assert "erlang" in law["source"]
    assert all(len(validation_of(leaf)["input_message"]) <= 255 for leaf in known.values())
    # a list of values is allowed where one is, so that a program may only warn
    assert {validation_of(leaf)["error_type"] for leaf in known.values()} == {"warning"}
    tight = validation_of(known["stages.gate.service_time.mean_minutes"])
    assert tight["criteria"] == ">"


def test_the_form_writes_its_rules_into_the_workbook(subject):
    import zipfile

    content = render_form(form_of(subject), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<dataValidation ") == len(form_of(subject).inputs)
    assert 'errorStyle="warning"' in sheet
