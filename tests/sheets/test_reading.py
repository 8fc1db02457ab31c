"""Files as cells, in every form that spreadsheet programs save, and files that are none."""

import datetime
import io
import zipfile

import pytest

from hubcalc.errors import ParameterError, UnreadableSheetError
from hubcalc.sheets import packages, reading
from hubcalc.sheets.cells import Fault
from hubcalc.sheets.reading import read_sheet

TABLE = [["scenario", "flow.per_day"], ["four", "4"]]


def cells(content, sheet=None):
    return [list(row.cells) for row in read_sheet(content, sheet).rows]


@pytest.mark.parametrize(
    "text",
    [
        "scenario,flow.per_day\r\nfour,4\r\n",
        "scenario;flow.per_day\nfour;4\n",
        "scenario\tflow.per_day\rfour\t4",
        "sep=;\r\nscenario;flow.per_day\r\nfour;4\r\n",
        "sep=|\nscenario|flow.per_day\nfour|4\n",
        '"scenario","flow.per_day"\n" four ","4\u00a0"\n\n,\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_all_its_forms(text, encoding):
    assert cells(text.encode(encoding)) == TABLE


def test_a_quoted_header_may_hold_the_other_delimiter():
    assert cells(b'"a,b,c";d\n1;2\n') == [["a,b,c", "d"], ["1", "2"]]


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    rows = read_sheet(b'sep=,\nscenario,summary\n\none,"two\nlines"\ntwo,\n').rows
    assert [row.number for row in rows] == [1, 3, 4]


def test_semicolons_say_that_the_comma_is_decimal():
    assert [read_sheet(text).mark for text in (b"a;b\n", b"a,b\n", b"a\tb\n")] == ["comma", None, None]


def test_values_of_a_workbook(workbook):
    def edit(book, sheet):
        sheet.write_number(2, 0, 0.4, book.add_format({"num_format": "0 %"}))
        sheet.write_number(2, 1, 1234.5, book.add_format({"num_format": "#,##0.00"}))
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write_row(3, 0, ["hidden", 7])

    assert cells(workbook(TABLE, edit=edit)) == [*TABLE, [0.4, 1234.5], ["hidden", 7.0]]


def test_what_is_no_value_is_named_as_what_it_is(workbook):
    def edit(book, sheet):
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(1, 1, datetime.datetime(2026, 3, 4), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_number(1, 2, 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_boolean(1, 3, True)
        sheet.write_formula(1, 4, "=A1", None, "#REF!")
        sheet.write_string(1, 5, "=1+1")
        sheet.write_string(1, 6, "#VALUE!")

    (found,) = read_sheet(workbook([[]], edit=edit)).rows
    assert all(isinstance(cell, Fault) for cell in found.cells)
    assert [cell.text for cell in found.cells] == [
        *("#DIV/0!", "2026-03-04", "12:00:00", "TRUE", "#REF!", "=1+1", "#VALUE!"),
    ]
    assert "a date" in found.cells[1].why
    assert "formula" in found.cells[0].why


def changed(content, **parts):
    """Replace parts of an archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name.rpartition("/")[2].partition(".")[0], None) or old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return whole.getvalue()


SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_cells(workbook, inside):
    return changed(workbook(TABLE), sheet1=f'<worksheet xmlns="{SPACE}"><sheetData>{inside}</sheetData></worksheet>')


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(workbook):
    made = with_cells(
        workbook, '<row><c r="A1"><f>1+1</f><v></v></c><c t="str"><f>""</f><v></v></c><c><v>3</v></c></row>'
    )
    (found,) = read_sheet(made).rows
    assert "without a result" in found.cells[0].why
    assert list(found.cells[1:]) == [None, 3.0]


def test_merged_cells_are_known(workbook):
    sheet = read_sheet(workbook(TABLE, edit=lambda _, sheet: sheet.merge_range("B3:C4", "both")))
    assert [(block.top, block.left, block.bottom, block.right) for block in sheet.merged] == [(3, 1, 4, 2)]


def test_the_sheet_that_is_read(workbook):
    def edit(book, sheet):
        book.add_worksheet("Scenarios").write(0, 0, "this")
        book.add_worksheet("Third").write(0, 0, "third")
        sheet.write(0, 0, "first")

    book = workbook([[]], name="First", edit=edit)
    assert cells(book) == [["this"]]
    assert cells(book, "Third") == [["third"]]
    with pytest.raises(ParameterError, match="did you mean Third"):
        read_sheet(book, "Thirds")
    with pytest.raises(ParameterError, match="only one sheet"):
        read_sheet(b"a,b\n", "Third")


def test_a_hidden_sheet_is_read_only_by_its_name(workbook):
    def edit(book, sheet):
        sheet.hide()
        sheet.write(0, 0, "hidden")
        shown = book.add_worksheet("Shown")
        shown.write(0, 0, "shown")
        shown.activate()
        shown.set_first_sheet()

    book = workbook([[]], name="First", edit=edit)
    assert cells(book) == [["shown"]]
    assert cells(book, "First") == [["hidden"]]


ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(rows):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODS}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return whole.getvalue()


def cell(text, attributes='office:value-type="string"'):
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*inside, attributes=""):
    return f"<table:table-row {attributes}>{''.join(inside)}</table:table-row>"


ENDLESS = (
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
)


def test_values_of_an_open_document():
    error = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
    content = ods(
        row(cell("scenario"), cell("40 %", 'office:value-type="percentage" office:value="0.4"'))
        + row(cell("#DIV/0!", error), cell("3", 'office:value-type="float" office:value="3"'))
        + row(cell("t", 'office:value-type="time" office:time-value="PT30H00M00S"'))
        + row(cell("both", 'office:value-type="string" table:number-rows-spanned="2" table:number-columns-spanned="1"'))
        + f"{ENDLESS}</table:table-row>"
    )
    sheet = read_sheet(content)
    assert list(sheet.rows[0].cells) == ["scenario", 0.4]
    assert sheet.rows[1].cells[0].text == "#DIV/0!"
    assert sheet.rows[1].cells[1] == 3.0
    assert "a length of time" in sheet.rows[2].cells[0].why
    assert [(block.top, block.bottom) for block in sheet.merged] == [(4, 5)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \r\n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n123", "a picture"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "a web page"),
        (b'{"a": 1}', "a JSON file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "old Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("scenario,name\n\u0430,\u044f\n".encode("cp1251"), "line 2 is not in UTF-8"),
        (b"a,b\n1\x002,3\n", "no text"),
        (b'a,b\n"c,d\n', "stray quote"),
        (b"PK\x03\x04 rubbish", "damaged"),
    ],
)
def test_what_is_no_sheet_is_said(content, said):
    with pytest.raises(UnreadableSheetError, match=said):
        read_sheet(content)


def test_an_archive_that_is_no_workbook():
    with pytest.raises(UnreadableSheetError, match="an archive, not a sheet"):
        read_sheet(changed(zipped({"a.txt": "b"})))


def zipped(parts):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return whole.getvalue()


def test_a_workbook_that_is_cut_off(workbook):
    with pytest.raises(UnreadableSheetError):
        read_sheet(workbook(TABLE)[:-200])


def test_a_bomb_is_refused_before_it_is_unpacked(workbook):
    bomb = changed(workbook(TABLE), sheet1=b" " * (packages.MOST_UNPACKED_BYTES + 1))
    assert len(bomb) < 200_000
    with pytest.raises(UnreadableSheetError, match="too large once it is unpacked"):
        read_sheet(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused(workbook):
    size = packages.MOST_UNPACKED_BYTES + 1
    bomb = bytearray(changed(workbook(TABLE), sheet1=b" " * size))
    for place in range(len(bomb) - 4):
        if bomb[place : place + 4] == size.to_bytes(4, "little"):
            bomb[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(UnreadableSheetError):
        read_sheet(bytes(bomb))


def test_too_many_parts_are_refused(workbook):
    parts = {f"p{number}.xml": "<a/>" for number in range(packages.MOST_PARTS)}
    with pytest.raises(UnreadableSheetError, match="parts"):
        read_sheet(changed(workbook(TABLE), **parts))


def test_two_cells_far_apart_are_refused(workbook):
    far = with_cells(
        workbook, '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    with pytest.raises(UnreadableSheetError, match="1,048,576 rows and 16,384 columns"):
        read_sheet(far)
    repeated = row(cell("x"), attributes='table:number-rows-repeated="1000000"') + row(
        cell("y", 'office:value-type="string" table:number-columns-repeated="16384"')
    )
    with pytest.raises(UnreadableSheetError, match="reach over"):
        read_sheet(ods(repeated))


def test_entities_are_refused(workbook):
    laughs = f'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet xmlns="{SPACE}"><sheetData/></worksheet>'
    with pytest.raises(UnreadableSheetError, match="entities"):
        read_sheet(changed(workbook(TABLE), sheet1=laughs))


def test_rows_are_limited(monkeypatch, workbook):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    rows = [["scenario"], ["one"], ["two"], ["three"]]
    assert len(cells(workbook(rows))) == 4
    for content in (workbook([*rows, ["four"]]), b"scenario\none\ntwo\nthree\nfour\nfive\n"):
        with pytest.raises(UnreadableSheetError, match="up to 3 rows"):
            read_sheet(content)
