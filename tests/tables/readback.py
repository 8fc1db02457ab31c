"""Reading tables back, format by format, by means that hubcalc does not write them with."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

SEPARATORS = {("csv", "us"): ",", ("csv", "eu"): ";", ("tsv", "us"): "\t", ("tsv", "eu"): "\t"}


def separated(content: bytes, format_: str = "csv", dialect: str = "us") -> list[list[str]]:
    """Read CSV or TSV, which must be one rectangle."""
    text = content.decode()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATORS[format_, dialect], strict=True))
    assert len({len(row) for row in rows}) <= 1, "one rectangle"
    return rows


class _Page(HTMLParser):
    """Collects the cells of the only table of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables, self.rows, self.numbers = 0, [], []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "caption")
        self.tables += tag == "table"
        if tag == "tr":
            self.rows.append([])
            self.numbers.append([])
        elif tag in ("td", "th"):
            self.cell = []
            self.numbers[-1].append(dict(attrs).get("sdval"))

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.rows[-1].append("".join(self.cell or []))
            self.cell = None


def page(content: bytes) -> tuple[list[list[str]], list[list[str | None]]]:
    """Read a page with one table: its texts, and the numbers that stand beside them."""
    parser = _Page()
    parser.feed(content.decode())
    parser.close()
    assert parser.tables == 1
    assert len({len(row) for row in parser.rows}) <= 1, "one rectangle"
    return parser.rows, parser.numbers


def workbook(content: bytes) -> list[list[Any]]:
    """Read the only sheet of an xlsx or ods file."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    (name,) = book.sheet_names
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
