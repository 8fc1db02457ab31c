"""Cells as values of inputs, what scenarios build on, and the documents that they become."""

import pytest

from hubcalc.analysis import analyze
from hubcalc.scenarios.stated import overrides_of
from hubcalc.sheets import subjects
from hubcalc.store import StoreDocuments
from hubmodels import Scenario
from hubmodels.scenario import Subject


def findings(report):
    return {item.cell: item.message for item in report.findings}


def value(store, name="one"):
    (found,) = store.get("scenarios", name).document.overrides.values()
    return found


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("flow.per_day", "4", 4.0),
        ("flow.per_day", " +4.5 ", 4.5),
        ("flow.per_day", '"4,5"', 4.5),
        ("flow.per_day", "1.2340", 1.234),
        ("front.rehandling_share", "40%", 0.4),
        ("front.rehandling_share", '"2,5 %"', 0.025),
        ("front.cranes", "4.0", 4),
        ("front.cranes", "3;4;6", (3, 4, 6)),
        ("front.cranes", "3..5", (3, 4, 5)),
        ("flow.per_day", '"1,5;2..3:0,5"', (1.5, 2.0, 2.5, 3.0)),
        ("stages.gate.service_time.law", "exponential", "exponential"),
        ("stages.gate.service_time.law", "exponential; gamma", ("exponential", "gamma")),
    ],
)
def test_values_are_read_as_overrides_are(take, store, path, text, expected):
    assert take(f"scenario,{path}\none,{text}\n").findings == []
    found = value(store)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("path", "text", "message", "hint"),
    [
        ("front.cranes", "0", "must be >= 1", ""),
        ("front.cranes", "3.5", "whole number", ""),
        ("front.cranes", "many", "is not a number", ""),
        ("front.cranes", '"2,3,4"', "is not a number", "2;3;4"),
        ("flow.per_day", '"1,234"', "three digits", "1234"),
        ("flow.per_day", '"1.234,5"', "groups", "1234.5"),
        ("flow.per_day", "40%", "is not a share", "percent"),
        ("flow.per_day", "-1", "must be >= 0", ""),
        ("flow.per_day", "1e400", "", ""),
        ("flow.per_day", "nan", "is not a number", ""),
        ("flow.per_day", "4;;5", "empty item", ""),
        ("flow.per_day", "5..1", "rise", ""),
        ("flow.per_day", "1..2000", "too many", ""),
        ("flow.per_day", "#REF!", "formulas", "mend"),
        ("flow.per_day", "Err:502", "formulas", "mend"),
        ("stages.gate.service_time.law", "exponental", "not one of the choices", "exponential"),
    ],
)
def test_values_that_cannot_be_are_refused_where_they_stand(take, store, path, text, message, hint):
    (finding,) = take(f"scenario,{path}\none,{text}\n", keep_good=True).findings
    assert finding.cell == "B2"
    assert message in finding.message
    assert hint in (finding.hint or "")
    assert finding.given == text.strip('"')
    assert store.list("scenarios")[1] == 0


def test_a_file_with_semicolons_has_decimal_commas(take, store):
    report = take("scenario;flow.per_day\none;1,250\ntwo;1.250\n", keep_good=True)
    assert value(store) == 1.25
    assert findings(report).keys() == {"B3"}


def test_values_of_a_workbook(take, store, workbook):
    def edit(book, sheet):
        sheet.write_number(1, 1, 0.4, book.add_format({"num_format": "0 %"}))

    take(workbook([["scenario", "front.rehandling_share", "front.cranes"], ["one", None, 4]], edit=edit))
    assert store.get("scenarios", "one").document.overrides == {
        "stages.front.rehandling_share": 0.4,
        "stages.front.cranes": 4,
    }


def test_all_bad_cells_of_a_row_are_reported(take):
    report = take("scenario,front.cranes,flow.per_day,base\none,0,x,nowhere\n", keep_good=True)
    assert findings(report).keys() == {"B2", "C2"}


def test_rules_between_fields_hold_with_the_base_and_the_document(take):
    # the law needs its parameter, which may be given with it or by its base
    report = take(
        "scenario,base,gate.service_time.law,gate.service_time.k\n"
        "whole,,erlang,3\n"
        "half,,erlang,\n"
        "rest,whole,,4\n"
        "none,,,4\n",
        keep_good=True,
    )
    assert [item.id for item in report.scenarios] == ["whole", "rest"]
    assert findings(report) == {"A3": "Field required", "D5": "the document has no such path"}


def test_a_range_turned_around_is_refused_by_the_rule_of_the_document(take):
    law = "gate.service_time"
    header = f"scenario,{law}.law,{law}.low_minutes,{law}.mode_minutes,{law}.high_minutes\n"
    report = take(f"{header}good,triangular,2,3,5\nbad,triangular,2,6,5\n", keep_good=True)
    assert [item.id for item in report.scenarios] == ["good"]
    assert all(item.row == 3 for item in report.findings)
    assert report.findings


def test_bases_of_the_sheet_in_any_order(take, store, khorgos):
    take("scenario,base,front.cranes,flow.per_day\nlast,middle,,14\nmiddle,first,5,\nfirst,,4,12\n")
    documents = StoreDocuments(store)
    subject = Subject(kind="hub", id="khorgos-gateway")
    assert overrides_of("last", subject, documents) == {"stages.front.cranes": 5, "flows.westbound.per_day": 14.0}
    results = analyze(khorgos, overrides_of("last", subject, documents), metrics=["utilization"]).report.results
    assert len(results) == 1


def test_bases_that_cannot_be(take, store, khorgos):
    other = Scenario(kind="scenario", id="of-xian", name="x", subject=Subject(kind="hub", id="xian"))
    store.put(other, expected_version=None)
    report = take(
        "scenario,base,front.cranes\n"
        "circle-a,circle-b,4\ncircle-b,circle-a,4\nupon-circle,circle-a,4\nself,self,4\n"
        "lost,nowhere,4\nforeign,of-xian,4\nupon-lost,lost,4\nbad,,0\nupon-bad,bad,4\nupon-that,upon-bad,4\ngood,,4\n",
        keep_good=True,
    )
    assert [item.id for item in report.scenarios] == ["good"]
    said = findings(report)
    assert said["B2"] == said["B3"] == said["B4"] == "bases lead back to themselves"
    assert "own base" in said["B5"]
    assert "nowhere" in said["B6"]
    assert "of-xian changes hub xian" in said["B7"]
    assert "nowhere" in said["B8"]
    assert said["B10"] == "row 9, which it builds on, cannot be used"
    assert said["B11"] == "row 10, which it builds on, cannot be used" or "row 9" in said["B11"]


def test_a_base_that_is_stored(take, store):
    take("scenario,front.cranes\nfirst,4\n")
    report = take("scenario,base,flow.per_day\nsecond,first,12\n")
    assert report.findings == []
    assert store.get("scenarios", "second").document.base == "first"


def test_a_circle_by_way_of_a_stored_scenario(take):
    take("scenario,base,front.cranes\nfirst,,4\nsecond,first,5\n")
    report = take("scenario,base,front.cranes\nfirst,second,4\n", replace=True, keep_good=True)
    assert findings(report) == {"B2": "bases lead back to themselves"}


def test_line_breaks_in_texts_become_spaces(take, store):
    take('scenario,summary,front.cranes\none,"two\nlines",4\n')
    assert store.get("scenarios", "one").document.summary == "two lines"


def test_texts_that_are_too_long_are_refused_in_their_column(take):
    report = take(f"scenario,name,note,front.cranes\none,{'n' * 201},,4\ntwo,,{'n' * 1001},4\n", keep_good=True)
    assert findings(report).keys() == {"B2", "C3"}


def test_many_rows_are_checked_alike_at_once_and_one_by_one(take, monkeypatch):
    """What is found good at once must be what is found good one by one."""
    header = "scenario,front.cranes,flow.per_day,gate.service_time.law,gate.service_time.scv,targets.dwell_p90_hours\n"
    laws = ["", "gamma", "exponential", "erlang", "two_moments"]
    rows = "".join(
        f"s{i},{i % 5},{i % 7 - 1},{laws[i % 5]},{'0.5' if i % 3 else ''},{'48' if i % 2 else ''}\n" for i in range(60)
    )
    at_once = take(header + rows, dry_run=True)
    monkeypatch.setattr(subjects.SheetSubject, "doubtful", lambda self, rows: list(range(len(rows))))
    one_by_one = take(header + rows, dry_run=True)
    assert at_once == one_by_one
    assert 0 < len(at_once.scenarios) < 60
