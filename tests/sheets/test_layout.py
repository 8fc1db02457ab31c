"""What headers and rows mean, wide and long, and what is refused in them."""

import pytest

import hubfixtures
from hubcalc.errors import SheetError


def findings(report):
    return {item.cell: item.message for item in report.findings}


def test_a_wide_sheet(take, store):
    report = take(
        "scenario,name,base,summary,note,source,stages.front.cranes [cranes],flow.per_day\n"
        "four-cranes,Four cranes,,With one more,,,4,\n"
        "busy,A busy year,four-cranes,,Plan of the operator,Annual report 2025,,14.5\n"
    )
    assert report.layout == "wide"
    assert report.rows == 2
    assert [(item.id, item.outcome, item.version, item.rows) for item in report.scenarios] == [
        ("four-cranes", "created", 1, [2]),
        ("busy", "created", 1, [3]),
    ]
    four, busy = (store.get("scenarios", name).document for name in ("four-cranes", "busy"))
    assert (four.name, four.summary, four.base) == ("Four cranes", "With one more", None)
    assert four.overrides == {"stages.front.cranes": 4}
    assert four.evidence == {}
    assert busy.base == "four-cranes"
    assert busy.overrides == {"flows.westbound.per_day": 14.5}
    evidence = busy.evidence["flows.westbound.per_day"]
    assert (evidence.basis, evidence.note) == ("published", "Plan of the operator")
    assert busy.sources[evidence.source].title == "Annual report 2025"


def test_a_long_sheet_says_the_same(take, store):
    report = take(
        "scenario,path,value,unit,name,note\n"
        "busy,flow.per_day,14.5,units/day,A busy year,as planned\n"
        "other,front.cranes,5,,,\n"
        "busy,stages.front.cranes,4,,,\n"
    )
    assert report.layout == "long"
    assert [(item.id, item.rows) for item in report.scenarios] == [("busy", [2, 4]), ("other", [3])]
    busy = store.get("scenarios", "busy").document
    assert busy.name == "A busy year"
    assert busy.overrides == {"flows.westbound.per_day": 14.5, "stages.front.cranes": 4}
    assert busy.evidence["flows.westbound.per_day"].basis == "assumption"
    assert set(busy.evidence) == {"flows.westbound.per_day"}


def test_a_note_without_a_source_is_an_assumption_of_the_whole_row(take, store):
    take("scenario,note,flow.per_day,front.cranes\nbusy,as agreed,14,4\n")
    evidence = store.get("scenarios", "busy").document.evidence
    assert {path: (item.basis, item.note) for path, item in evidence.items()} == {
        "flows.westbound.per_day": ("assumption", "as agreed"),
        "stages.front.cranes": ("assumption", "as agreed"),
    }


def test_an_address_is_the_source_s_own(take, store):
    take("scenario,source,flow.per_day\nbusy,https://example.org/report?y=2025,14\n")
    (source,) = store.get("scenarios", "busy").document.sources.values()
    assert source.url == source.title == "https://example.org/report?y=2025"


def test_words_of_the_header_may_be_written_freely(take):
    report = take(" ID ,NAME,Stages.front.cranes\none,First,\n", dry_run=True)
    assert findings(report) == {"C1": "the document has no such path"}
    assert [item.id for item in take("Scenario ID,Notes,front.cranes\none,why,4\n").scenarios] == ["one"]


def test_comments_and_empty_rows_are_passed_over(take):
    report = take("scenario,# my own,front.cranes\n# as documented,x,3\n\none,remark,4\n ,,\n#,,\n")
    assert report.findings == []
    assert report.rows == 1
    assert [item.rows for item in report.scenarios] == [[4]]


@pytest.mark.parametrize("text", ["scenario\n", "scenario,front.cranes\n", "# only,a comment\n"])
def test_a_sheet_without_rows_makes_nothing(take, text):
    report = take(text)
    assert (report.scenarios, report.findings, report.rows) == ([], [], 0)


def test_a_name_makes_an_id_where_there_is_none(take):
    report = take("scenario,name,front.cranes\n,Zwölf Züge am Tag,4\n,Третья бригада,4\n,,4\n", keep_good=True)
    assert [(item.id, item.name) for item in report.scenarios] == [("zwolf-zuge-am-tag", "Zwölf Züge am Tag")]
    assert findings(report) == {
        "A3": "no id can be made of this name",
        "A4": "a row needs the id of its scenario",
    }


@pytest.mark.parametrize(("given", "better"), [("Third Crew", "third-crew"), ("a--b", "a-b"), ("x" * 65, "x" * 64)])
def test_what_is_no_id_is_refused_with_one_that_would_be(take, given, better):
    (finding,) = take(f"scenario,front.cranes\n{given},4\n", keep_good=True).findings
    assert finding.given == given
    assert finding.hint == f"for instance {better}"


def test_a_year_is_an_id_also_as_a_number(take, workbook):
    report = take(workbook([["scenario", "front.cranes"], [2030, 4]]))
    assert [item.id for item in report.scenarios] == ["2030"]


def test_what_is_wrong_with_the_header_concerns_all_rows(take):
    columns = "stages.front.crane,remark,front.cranes,stages.front.cranes,yard.dwell_hours [d],scenario"
    text = f"scenario,{columns}\none,4,,4,,3,\n"
    with pytest.raises(SheetError):
        take(text)
    report = take(text, keep_good=True)
    assert report.scenarios == []
    assert findings(report) == {
        "B1": "the document has no such path",
        "C1": "not a column or a path",
        "E1": "column D is the same",
        "F1": "this input has another unit",
        "G1": "column A is the same",
    }
    assert {item.cell: item.hint for item in report.findings}["B1"] == "did you mean stages.front.cranes?"
    assert {item.cell: item.allowed for item in report.findings}["F1"] == "h"


def test_a_sheet_must_say_which_scenario_a_row_is(take):
    report = take("flow.per_day,front.cranes\n4,4\n", keep_good=True)
    assert findings(report)["A1"] == "no column says which scenario it is"


def test_values_below_no_header_are_not_lost_silently(take):
    report = take("scenario,,front.cranes\none,,4\ntwo,9,4\nthree,9,4,5\n", keep_good=True)
    assert [item.id for item in report.scenarios] == ["one"]
    assert findings(report) == {"B3": "this column has no header", "D4": "this column has no header"}


def test_an_id_twice_is_refused_in_both_rows(take):
    report = take("scenario,front.cranes\none,4\ntwo,4\none,5\n", keep_good=True)
    assert [item.id for item in report.scenarios] == ["two"]
    assert findings(report) == {"A2": "row 4 has this id, too", "A4": "row 2 has this id, too"}


def test_what_rows_of_a_long_sheet_lack_or_contradict(take):
    report = take(
        "scenario,path,value,unit,name\n"
        "one,front.cranes,4,,One\n"
        "one,stages.front.cranes,5,,\n"
        "two,front.cranes,4,,Two\n"
        "two,,,,Second\n"
        "three,front.cranes,,,\n"
        "four,,4,,\n"
        "five,front.cranes,4,min,\n"
        "six,front.crane,4,,\n"
        "seven,front.cranes,4,cranes,\n",
        keep_good=True,
    )
    assert [item.id for item in report.scenarios] == ["seven"]
    assert findings(report) == {
        "B3": "row 2 of this scenario has this path, too",
        "E5": "row 4 of this scenario says something else",
        "C6": "a path needs a value",
        "B7": "a value needs a path",
        "D8": "this input has another unit",
        "C9": "the document has no such path",
    }


def test_merged_cells_are_refused_where_they_matter(take, workbook):
    rows = [["scenario", "front.cranes"], ["one", 4], ["two"], ["three", 4]]

    def edit(_, sheet):
        sheet.merge_range("B2:B3", 4)
        sheet.merge_range("D2:E3", "")

    report = take(workbook(rows, edit=edit), keep_good=True)
    assert [item.id for item in report.scenarios] == ["three"]
    assert [item.cell for item in report.findings] == ["Scenarios!B2"]


def test_addresses_name_the_sheet_as_formulas_do(take, workbook):
    report = take(workbook([["scenario", "front.cranes"], ["one", 0]], name="My sheet"), keep_good=True)
    (finding,) = report.findings
    assert (finding.cell, finding.sheet, finding.row, finding.column) == ("'My sheet'!B2", "My sheet", 2, "B")
    assert (finding.header, finding.scenario, finding.given) == ("front.cranes", "one", "0")
    assert report.sheet == "My sheet"


def test_lines_and_corridors(take, store):
    line = hubfixtures.load(hubfixtures.names("lines")[0], "lines")
    corridor = hubfixtures.load("lianyungang-almaty", "corridors")
    for collection in ("hubs", "lines"):
        store.seed(hubfixtures.load(name, collection) for name in hubfixtures.names(collection))
    flow = f"flows.{line.main_flow}.per_day"
    assert take(f"scenario,{flow}\none,2\n", line).subject.kind == "line"
    report = take(
        "scenario,demand.per_day,hubs.khorgos-gateway.front.cranes,hubs.khorgos-gateway.stages.front.crane\n"
        "two,12,4,\nthree,,0,\nfour,,,1\n",
        corridor,
        keep_good=True,
    )
    assert findings(report)["D1"] == "the document has no such path"
    report = take(
        "scenario,demand.per_day,hubs.khorgos-gateway.front.cranes\ntwo,12,4\nthree,,0\n", corridor, keep_good=True
    )
    assert [item.id for item in report.scenarios] == ["two"]
    assert findings(report) == {"C3": "must be >= 1"}
    assert store.get("scenarios", "two").document.overrides == {
        f"demands.{corridor.main_demand}.per_day": 12.0,
        "hubs.khorgos-gateway.stages.front.cranes": 4,
    }
