"""Workbooks in a real LibreOffice: their values at once, and live ones that are those of the API to the last digit."""

from collections import Counter
from urllib.parse import urlsplit

import httpx
import pytest
from office import BY_SETTINGS

import hubfixtures

KHORGOS = ("hubs", "khorgos-gateway")
WORKBOOKS = [
    *(("hubs", name, "xlsx") for name in hubfixtures.names("hubs")),
    *(("lines", name, "ods") for name in hubfixtures.names("lines")),
    *((*KHORGOS, "ods"), ("lines", "altynkol-zhetygen", "xlsx")),
]
CHANGED = [("xlsx", "de-DE"), ("ods", "en-US")]
CHANGES = {"stages.front.cranes": 4.0, "flows.westbound.per_day": 8.53}
ANSWER = "answer: "
"""How the headers of the columns begin that fetch what other columns show."""


class Book:
    """A workbook of a subject, as a file that may fetch and as one that may not; and what the API says in JSON."""

    def __init__(self, server, collection, name, format_, folders):
        self.analysis = f"{server.url}/v1/{collection}/{name}/analysis"
        answer = httpx.get(f"{server.url}/v1/{collection}/{name}/workbook.{format_}?method=fast", timeout=120)
        answer.raise_for_status()
        self.trusted, self.strange = (folder / f"{name}.{format_}" for folder in folders)
        for path in (self.trusted, self.strange):
            path.write_bytes(answer.content)

    def said(self, overrides=None):
        """Give what the API says: the value of each live cell by its name in addresses."""
        answer = httpx.get(f"{self.analysis}.json", params={"method": "fast", **(overrides or {})}, timeout=120)
        result = answer.raise_for_status().json()["results"][0]
        values = {name: metric["value"] for name, metric in result["metrics"].items()}
        for station in result["stations"]:
            values |= {f"stages.{station['stage']}.{name}": value for name, value in station.items()}
        return values


@pytest.fixture
def book(server, trusted, tmp_path):
    """Return a function that makes a workbook. The folder of the test itself is not trusted."""
    return lambda collection, name, format_: Book(server, collection, name, format_, (trusted, tmp_path))


def read(document):
    """Give the shown cells of the live tables by their names in addresses, and the cells that fetch."""
    sheets = {name: document.cells(name) for name in ("Results", "Stages")}
    shown = {row["metric"].text: row["value"] for row in table(sheets["Results"], "metric")}
    for row in table(sheets["Stages"], "stage"):
        columns = {header.partition(" [")[0].replace(" ", "_"): cell for header, cell in row.items()}
        names = [header.removeprefix(ANSWER) for header in row if header.startswith(ANSWER)]
        shown |= {f"stages.{row['stage'].text}.{name}": columns[name] for name in names}
    fetching = {
        (name, cell.address): cell.text for name, cells in sheets.items() for cell in cells.values() if fetches(cell)
    }
    return shown, fetching


def table(cells, first):
    """Give the rows of a table by its header, which begins with a word in column A and goes to the end of the sheet."""
    header_row = next(int(address[1:]) for address, cell in cells.items() if address[0] == "A" and cell.text == first)
    rows = {}
    for address, cell in cells.items():
        column = address.rstrip("0123456789")
        rows.setdefault(int(address.removeprefix(column)), {})[column] = cell
    header = {column: cell.text for column, cell in rows[header_row].items()}
    return [
        {header[column]: cell for column, cell in row.items() if column in header}
        for number, row in sorted(rows.items())
        if number > header_row and "A" in row
    ]


def fetches(cell):
    return "WEBSERVICE(" in cell.formula


def agree(shown, said):
    """Say that cells show what the API says: the same number, or a text where there is none."""
    assert shown
    for name, cell in shown.items():
        value = said[name]
        assert cell.error == 0, (name, cell)
        if isinstance(value, str):
            assert cell.text == value, name
        elif value is None:
            assert cell.text == "inf" or cell.text.startswith("ERR "), (name, cell)
        else:
            assert cell.number == value, name


def asked_for(server):
    """Give the names of the cells that the server was asked for, each as often as it was."""
    asked = [(urlsplit(path).path, status) for method, path, status in server.asked() if method == "GET"]
    assert {status for _, status in asked} <= {200}
    return Counter(path.rpartition("/")[2].removesuffix(".txt") for path, _ in asked)


@pytest.mark.slow
@pytest.mark.parametrize(("collection", "name", "format_"), WORKBOOKS, ids=lambda part: part)
def test_workbooks_are_live_where_links_are_allowed_and_only_there(office, server, book, collection, name, format_):
    made = book(collection, name, format_)
    said = made.said()
    server.asked()
    with office.open(made.strange, update=BY_SETTINGS) as document:
        shown, fetching = read(document)
        document.recalculate()
    assert server.asked() == [], "nobody has allowed links"
    agree(shown, said)
    assert len(fetching) == len(shown)
    with office.open(made.trusted) as document:
        assert format_ == "ods" or server.asked() == [], "an .xlsx asks nothing until it is told to"
        document.recalculate()
        live, fetched = read(document)
    assert asked_for(server) == Counter(shown.keys())
    assert fetched == fetching
    agree(live, said)


def change(document, values):
    """Write values beside their paths, as a user would."""
    inputs = {cell.text: address for address, cell in document.cells("Inputs").items() if address[0] == "A"}
    for path, value in values.items():
        document.put("B" + inputs[path][1:], value, "Inputs")


@pytest.mark.slow
@pytest.mark.parametrize(("format_", "locale"), CHANGED)
def test_what_is_changed_on_the_sheet_of_inputs_changes_the_live_cells(office, book, format_, locale):
    made = book(*KHORGOS, format_)
    with office.open(made.trusted, locale=locale) as document:
        before, _ = read(document)
        change(document, CHANGES)
        document.recalculate()
        live, _ = read(document)
    agree(live, made.said(CHANGES))
    assert live["utilization"] != before["utilization"]


@pytest.mark.slow
def test_a_wrong_input_shows_its_reason(office, book):
    with office.open(book(*KHORGOS, "xlsx").trusted) as document:
        change(document, {"stages.front.cranes": 0})
        document.recalculate()
        shown, _ = read(document)
    assert {cell.text[:38] for cell in shown.values()} == {"ERR stages.front.cranes must be >= 1 ("}
