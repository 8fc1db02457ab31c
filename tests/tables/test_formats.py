"""Tables come back from every format as what they were: numbers as numbers, texts as texts, nothing as a formula."""

import io
import json
import math
import re
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readback import page, separated, workbook

from hubcalc.errors import RefusedError
from hubcalc.tables import FORMATS, Column, Layout, Table, cell_text, parts, render
from hubcalc.tables.formats import sizes

NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15))
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\xa0=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
]
DANGEROUS += ["\uff20x", "\ufeff=1", "-3.5", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]
HARMLESS = [
    "a=b",
    "x",
    "",
    "'",
    "1-2",
    "a@b",
    "Ünal, Bahnhof",
    'said "x"',
    "a;b",
    "007",
    "2020-01-02",
    "_x0041_",
    "<b>&amp;",
]
FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def table(values, name="value", unit="h"):
    return Table("row", [Column("label"), Column(name, unit)], [[f"r{i}", value] for i, value in enumerate(values)])


def number_of(text, decimal):
    """Read a number as a program of that locale does, which takes the other mark before three digits for thousands."""
    thousands, mark = (",", ".") if decimal == "dot" else (".", ",")
    assert thousands not in text
    return float(text.replace(mark, "."))


@given(st.lists(NUMBERS, max_size=8), st.sampled_from(["us", "eu"]), st.sampled_from(["csv", "tsv"]))
def test_numbers_come_back_to_the_last_digit(numbers, dialect, format_):
    rows = separated(render(table(numbers), format_, Layout(dialect=dialect)), format_, dialect)
    decimal = "comma" if dialect == "eu" else "dot"
    assert [number_of(text, decimal) for _, text in rows[1:]] == numbers


@given(NUMBERS, st.sampled_from(["dot", "comma"]))
def test_no_number_looks_like_thousands(number, decimal):
    text = cell_text(number, decimal)
    assert not re.search(r"[.,]\d{3}(?!\d)", text)
    assert "'" not in text
    assert re.fullmatch(r"-?\d+([.,]\d+)?(e[+-]\d+)?", text)


@pytest.mark.parametrize(
    ("number", "dot", "comma"),
    [
        (1.234, "1.2340", "1,2340"),
        (-0.125, "-0.1250", "-0,1250"),
        (1.2345, "1.2345", "1,2345"),
        (1e-07, "1e-07", "1e-07"),
        (1.5e-07, "1.5e-07", "1,5e-07"),
        (1.234e-05, "1.2340e-05", "1,2340e-05"),
        (1e16, "1e+16", "1e+16"),
        (1234567, "1234567", "1234567"),
        (1234567.0, "1234567.0", "1234567,0"),
        (math.inf, "inf", "inf"),
        (-math.inf, "'-inf", "'-inf"),
        (True, "true", "true"),
        (None, "", ""),
    ],
)
def test_how_numbers_are_written(number, dot, comma):
    assert (cell_text(number), cell_text(number, "comma")) == (dot, comma)


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_no_number_is_never_written(format_):
    with pytest.raises(ValueError, match=r"NaN|JSON"):
        render(table([math.nan]), format_)


@given(TEXTS, st.sampled_from(["us", "eu"]), st.sampled_from(["csv", "tsv"]))
def test_texts_come_back_and_none_is_a_formula(text, dialect, format_):
    ((_, back),) = separated(render(table([text]), format_, Layout(header=False, dialect=dialect)), format_, dialect)
    assert not FORMULA.match(back)
    assert back.replace("'", "") == text.replace("'", "")
    if not re.search(r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]", text):
        assert back == text


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.parametrize("format_", ["csv", "tsv", "html", "xml", "txt"])
def test_dangerous_texts_are_defused_in_cells_and_headers(text, format_):
    content = render(Table("row", [Column("a"), Column(text)], [["x", text]]), format_)
    if format_ == "xml":
        cells = [child.text or "" for child in ElementTree.fromstring(content)[0]]
    elif format_ == "txt":
        cells = [line.split("  ", 1)[1].strip() for line in content.decode().splitlines()]
        assert all(cell.startswith("'") for cell in cells)
    elif format_ == "html":
        cells = [cell for row in page(content)[0] for cell in row]
    else:
        cells = [cell for row in separated(content, format_) for cell in row]
    assert [cell for cell in cells if FORMULA.match(cell)] == []


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_program_that_takes_another_separator_finds_no_formula(separator):
    """Excel takes the separator of its language, whatever the file has; quotes inside a field do not count."""
    texts = ["a;=1+1", "a; @x", "a,=1+1", "a,-cmd", "a\n=1", 'a"\n@x', "5; 6", "a;b"]
    for dialect in ("us", "eu"):
        content = render(table(texts), "csv", Layout(dialect=dialect)).decode()
        for line in re.split(r"[\r\n]+", content):
            if separator != {"us": ",", "eu": ";"}[dialect]:
                assert [field for field in line.split(separator) if FORMULA.match(field)] == []


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("format_", ["csv", "tsv", "html", "xml", "xlsx", "ods"])
def test_harmless_texts_stay_as_they_are(text, format_):
    content = render(Table("row", [Column("a"), Column("b")], [["x", text]]), format_)
    if format_ == "xml":
        assert (ElementTree.fromstring(content)[0][1].text or "") == text
    elif format_ == "html":
        assert page(content)[0][1][1] == text
    elif format_ in ("csv", "tsv"):
        assert separated(content, format_)[1][1] == text
    else:
        assert workbook(content)[1][1] == text


@given(st.lists(st.one_of(st.none(), NUMBERS, TEXTS, st.booleans()), min_size=1, max_size=8))
def test_pages_hold_the_same_rectangle_as_csv(values):
    whole = table(values)
    texts, numbers = page(render(whole, "html"))
    read = separated(render(whole, "tsv"), "tsv")
    tidy = [
        [re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", c) for c in row] for row in read
    ]
    for row, line in zip(texts, tidy, strict=True):
        assert [re.sub(r"[\r\n',;\t]", "", c) for c in row] == [re.sub(r"[\r\n',;\t]", "", c) for c in line]
    given_numbers = [v if isinstance(v, int | float) and not isinstance(v, bool) else None for v in values]
    assert [None if n[1] is None else float(n[1]) for n in numbers[1:]] == given_numbers


def clean(text):
    """Give what a workbook can hold of a text: XML has no control characters, and one kind of line break."""
    return re.sub(r"\r\n|\r", "\n", text)


@given(st.lists(st.one_of(NUMBERS, st.booleans()), min_size=1, max_size=8), st.sampled_from(["xlsx", "ods"]))
def test_workbooks_have_numbers_to_the_last_digit(values, format_):
    rows = workbook(render(table(values), format_))
    assert rows[0] == ["label", "value [h]"]
    for (_, back), value in zip(rows[1:], values, strict=True):
        assert back == value
        assert isinstance(back, bool) == isinstance(value, bool)


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=20), st.sampled_from(["xlsx", "ods"])
)
def test_workbooks_have_texts_as_they_are(text, format_):
    ((_, back),) = workbook(render(table([f"a{text}b"]), format_, Layout(header=False)))
    assert back == f"a{text}b"


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_workbooks_hold_dangerous_texts_as_texts(text, format_):
    content = render(Table("row", [Column("a"), Column(text)], [["x", text]]), format_)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml")).decode()
    assert "<f>" not in everything
    assert "table:formula" not in everything
    rows = workbook(content)
    # readers disagree about spaces at the ends; what counts is that it is text
    assert [clean(row[1]).strip("\n\t \ufeff\xa0") for row in rows] == [clean(text).strip("\n\t \ufeff\xa0")] * 2
    if format_ == "xlsx":
        assert "quotePrefix" in everything, "it stays a text when somebody edits the cell"


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_table_gives_the_same_bytes(format_):
    whole = table([1.5, "x", None, True])
    assert render(whole, format_) == render(whole, format_)


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_the_header_of_workbooks_is_frozen(format_):
    with zipfile.ZipFile(io.BytesIO(render(table([1]), format_))) as archive:
        if format_ == "ods":
            assert archive.infolist()[0].filename == "mimetype"
            assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
            assert re.search(r'VerticalSplitPosition"[^>]*>1<', archive.read("settings.xml").decode())
        else:
            assert b'state="frozen"' in archive.read("xl/worksheets/sheet1.xml")


def test_infinities_are_texts_in_workbooks():
    for format_ in ("xlsx", "ods"):
        rows = workbook(render(table([math.inf, -math.inf]), format_))
        assert [row[1] for row in rows] == ["value [h]", "inf", "-inf"]


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_what_no_sheet_can_hold_is_refused(format_, monkeypatch):
    monkeypatch.setattr(sizes, "MOST_ROWS", 5)
    assert len(workbook(render(table(range(4)), format_))) == 5
    assert len(workbook(render(table(range(5)), format_, Layout(header=False)))) == 5
    for rows, layout in ((5, Layout()), (6, Layout(header=False))):
        with pytest.raises(RefusedError, match="larger than a sheet"):
            render(table(range(rows)), format_, layout)
    with pytest.raises(RefusedError, match="16,384 columns"):
        render(Table("row", [Column(f"c{i}") for i in range(16_385)], []), format_)


def test_a_text_longer_than_a_cell_of_excel_is_refused():
    assert workbook(render(table(["x" * 32_767]), "xlsx"))[1][1] == "x" * 32_767
    for text in ("x" * 32_768, "\U0001f600" * 16_384):
        with pytest.raises(RefusedError, match="longer than a cell"):
            render(table([text]), "xlsx")
    assert workbook(render(table(["x" * 32_768]), "ods"))[1][1] == "x" * 32_768


@pytest.mark.parametrize("format_", ["csv", "tsv", "txt"])
def test_an_attachment_has_a_byte_order_mark(format_):
    plain = render(table([1.5]), format_)
    assert render(table([1.5]), format_, Layout(attachment=True)) == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize("format_", ["html", "xml"])
def test_other_attachments_have_none(format_):
    assert render(table([1.5]), format_, Layout(attachment=True)) == render(table([1.5]), format_)


def test_rows_are_written_as_they_come():
    """No more is read than is written: a table of many rows is never whole in memory."""
    read = []

    def rows():
        for number in range(10_000):
            read.append(number)
            yield ["x", number]

    for format_ in ("csv", "tsv", "xml", "html"):
        read.clear()
        written = parts(table([]), format_, rows=rows())
        for _ in range(4):
            next(written)
        assert len(read) < 5_000
        assert read or format_ == "html"
        assert sum(1 for _ in written) > 3
        assert len(read) == 10_000


def test_json_is_as_it_was():
    assert json.loads(render(table([1.5, None]), "json")) == {
        "items": [{"label": "r0", "value": 1.5}, {"label": "r1", "value": None}],
        "units": {"value": "h"},
    }


@pytest.mark.parametrize("name", ["90 %", "-x", "a:b", "", "stages.front.cranes", "ü"])
def test_xml_has_an_element_for_every_name(name):
    root = ElementTree.fromstring(render(Table("my row", [Column(name)], [[1.5]]), "xml"))
    assert root[0][0].text == "1.5"
    assert name != "stages.front.cranes" or root[0][0].tag == name
