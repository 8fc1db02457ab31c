"""Sheets as programs write them, and a store for the scenarios that they become."""

import io

import pytest
import xlsxwriter

import hubfixtures
from hubcalc.sheets.upload import StoreShelf, upload
from hubcalc.store import Store


@pytest.fixture
def khorgos():
    return hubfixtures.load("khorgos-gateway")


@pytest.fixture
def store(tmp_path, khorgos):
    with Store.open(tmp_path / "scenarios.sqlite") as opened:
        opened.seed([khorgos, hubfixtures.load("xian")])
        yield opened


@pytest.fixture
def take(store, khorgos):
    """Give a function that uploads a sheet of scenarios of Khorgos, or of another document."""

    def run(content, document=khorgos, **options):
        data = content.encode() if isinstance(content, str) else content
        return upload(data, document, StoreShelf(store), **options)

    return run


@pytest.fixture
def workbook():
    """Give a function that writes rows as an Excel workbook; `edit` may do more to its sheet."""

    def write(rows, name="Scenarios", edit=None):
        whole = io.BytesIO()
        with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if edit is not None:
                edit(book, sheet)
        return whole.getvalue()

    return write
