"""Measure sheets in a real LibreOffice: requests, and how long a sheet takes; write benchmarks/spreadsheets.md.

Needs LibreOffice and a Python with `uno`: apt-get install libreoffice-calc python3-uno poppler-utils. The driver is
that of tests/spreadsheets, and the sheet of 200 live cells the one which is tested there. Nothing here is a test.
"""

import datetime
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from study_measuring import Meanwhile, cpu_seconds, family

sys.path.append(str(Path(__file__).parent.parent / "tests" / "spreadsheets"))

from counting_server import CountingServer
from flat_sheets import Content, Formula, Value, csv_link, flat_sheet, html_link
from live_sheets import analysis_url, live_sheet
from office import FULL_UPDATE, NO_UPDATE, Office

PAGE = Path(__file__).with_name("spreadsheets.md")
HUBS = ("khorgos-gateway", "nur-zholy-khorgos", "xian")
FILTERED: list[list[Value]] = [
    [Formula(f'COM.MICROSOFT.FILTERXML([.A1];"number(//{name})")')]
    for name in ("utilization", "practical_capacity_per_day", "wait_mean_hours")
]
METHODS = ("OPTIONS", "HEAD", "GET")


@dataclass
class Opened:
    """What opening a document took."""

    seconds: float
    cpu_seconds: float
    requests: Counter[str]

    def row(self, *before: object) -> str:
        """Write a row of a table."""
        counts = (f"{self.requests[method]:,}" for method in METHODS)
        return (
            f"| {' | '.join(map(str, before))} | {' | '.join(counts)} | {self.seconds:.2f} | {self.cpu_seconds:.2f} |"
        )


class Measuring:
    """A server and an office, and a folder whose sheets may fetch."""

    def __init__(self, office: Office, server: CountingServer, folder: Path) -> None:
        self.office, self.server, self.folder = office, server, folder

    def opened(self, path: Path, *, update: int = FULL_UPDATE, locale: str = "en-US") -> Opened:
        """Open a document, have it calculated, and close it again."""
        self.server.asked()
        before = cpu_seconds(family(self.server.pid))
        with self.office.open(path, update=update, locale=locale) as document:
            seconds = document.seconds
            document.recalculate()  # a workbook is not calculated by opening it
            seconds += document.seconds
        return Opened(seconds, cpu_seconds(family(self.server.pid)) - before, self.server.counted())

    def written(self, name: str, text: str) -> Path:
        """Write a sheet."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def header(*names: str) -> list[str]:
    """Write the header of a table: the names are followed by what is measured."""
    titles = [*names, *METHODS, "seconds", "CPU seconds of the server"]
    return [f"| {' | '.join(titles)} |", "|---" * len(names) + "|---:" * (len(titles) - len(names)) + "|"]


def live_cells(measuring: Measuring) -> Iterator[str]:
    """Measure the sheet of 200 cells; the server knows nothing the first time, and everything the second."""
    path = measuring.written("live.fods", live_sheet(measuring.server.url))
    yield from header("locale", "opened")
    for locale in ("en-US", "de-DE"):
        for when in ("for the first time", "again"):
            yield measuring.opened(path, locale=locale).row(locale, when)


def links(measuring: Measuring) -> Iterator[str]:
    """Count the requests of one link of each kind, which the server has answered before, but not to LibreOffice."""
    analysis = analysis_url(measuring.server.url)
    cell, one = f"{analysis}/utilization", "method=fast&stages.front.cranes="
    table = f"{one}2.."
    kinds: dict[str, tuple[str, Callable[[str], Content]]] = {
        "one cell, `.txt`": (f"{cell}.txt?{one}2", fetched),
        "the same address in 20 cells": (f"{cell}.txt?{one}3", lambda address: fetched(address) * 20),
        "an `.xml`, read by 3 FILTERXML": (f"{analysis}.xml?{one}3", lambda address: [*fetched(address), *FILTERED]),
        "a mistake, with `errors=text`": (f"{cell}.txt?{one}0&errors=text", fetched),
        "a mistake, without": (f"{cell}.txt?{one}0", fetched),
        "a `.csv` among other cells": (f"{analysis}.csv?{table}3", lambda address: [[csv_link(address)]]),
        "a sheet from a `.csv`": (f"{analysis}.csv?{table}4", csv_link),
        "a table of an `.html`": (f"{analysis}.html?{table}5", lambda address: [[html_link(address)]]),
    }
    yield from header("link")
    for number, (name, (address, content)) in enumerate(kinds.items()):
        path = measuring.written(f"link{number}.fods", flat_sheet({"sheet": content(address)}))
        httpx.get(address, timeout=120)
        yield measuring.opened(path).row(name)


def fetched(address: str) -> list[list[Value]]:
    """Give the cell that shows what an address answers."""
    return [[Formula(f'COM.MICROSOFT.WEBSERVICE("{address}")')]]


def workbooks(measuring: Measuring) -> Iterator[str]:
    """Measure workbooks: as they are shown at once, and with their links."""
    yield from header("workbook", "links")
    for hub_id in HUBS:
        for suffix in ("xlsx", "ods"):
            answer = httpx.get(f"{measuring.server.url}/v1/hubs/{hub_id}/workbook.{suffix}", timeout=120)
            answer.raise_for_status()
            path = measuring.folder / f"{hub_id}.{suffix}"
            path.write_bytes(answer.content)
            for update, said in ((NO_UPDATE, "off"), (FULL_UPDATE, "on")):
                yield measuring.opened(path, update=update).row(f"{hub_id}, .{suffix}", said)


SECTIONS = {
    "A sheet of 200 live cells and a table that is linked twice": live_cells,
    "Requests of a link": links,
    "Workbooks": workbooks,
}


def main() -> None:
    meanwhile = Meanwhile()
    parts = []
    with tempfile.TemporaryDirectory() as scratch:
        folder, database = Path(scratch) / "sheets", Path(scratch) / "server"
        folder.mkdir()
        database.mkdir()
        with CountingServer(database) as server, Office(folder) as office:
            version = office.do("version")
            measuring = Measuring(office, server, folder)
            for title, measure in SECTIONS.items():
                lines = list(measure(measuring))
                print("\n".join([title, *lines]), flush=True)
                parts.append("\n".join([f"## {title}", "", *lines]))
    said = (
        f"`python benchmarks/spreadsheets.py`, {datetime.datetime.now(tz=datetime.UTC).date()}, LibreOffice {version}, "
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python {platform.python_version()}. Other "
        f"processes kept {meanwhile.others():.1f} cores busy meanwhile. Seconds are those of the clock until "
        "LibreOffice has opened the document, fetched all and calculated it. Server and LibreOffice ran on the same "
        "machine."
    )
    PAGE.write_text("\n\n".join(["# Spreadsheets", said, *parts]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
