"""A real LibreOffice that opens sheets, fetches what they link to, recalculates, and says what the cells show.

Only the system's Python has `uno`, so that LibreOffice is driven by a process of that Python (office_script.py), which
takes commands over a pipe. It is one process group with LibreOffice: whatever happens here, both end.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("office_script.py")
PACKAGES = "libreoffice-calc python3-uno poppler-utils"
WITHOUT = "HUBCALC_WITHOUT_OFFICE"
START_SECONDS, COMMAND_SECONDS, END_SECONDS, KILL_SECONDS = 150.0, 120.0, 30.0, 2.0
NO_UPDATE, BY_SETTINGS, FULL_UPDATE = 0, 2, 3
"""com.sun.star.document.UpdateDocMode: links are left alone, updated as the settings say, or always updated."""


class OfficeError(Exception):
    """LibreOffice cannot be started, or did not do what it was told."""


@dataclass(frozen=True)
class Cell:
    """The text in a cell, or the number; the error, of which the text is what the cell shows; and the formula."""

    sheet: str
    address: str
    text: str
    number: float | None
    error: int
    formula: str


def find_soffice() -> str | None:
    """Find the program."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def find_python(soffice: str) -> str | None:
    """Find a Python that has `uno`: the system's, the one that comes with LibreOffice, or this one."""
    beside = [str(Path(soffice).resolve().with_name(name)) for name in ("python", "python3")]
    for python in ("/usr/bin/python3", *beside, shutil.which("python3"), sys.executable):
        if python is None or not os.access(python, os.X_OK):
            continue
        tried = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False, cwd="/")
        if tried.returncode == 0:
            return python
    return None


def missing() -> str | None:
    """Say what has to be installed; nothing where all is there."""
    soffice = find_soffice()
    if soffice is None:
        return f"no soffice on the path: apt-get install --no-install-recommends {PACKAGES}"
    if find_python(soffice) is None:
        return f"no Python that can import uno: apt-get install --no-install-recommends {PACKAGES}"
    return None


def column_letters(column: int) -> str:
    """Name a column.

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(column, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)


class Office:
    """One LibreOffice. Documents in the folder `trusted`, and below it, may fetch what they link to."""

    def __init__(self, trusted: Path) -> None:
        lacking = missing()
        if lacking is not None:
            raise OfficeError(lacking)
        soffice = find_soffice()
        python = find_python(soffice)
        self.folder = Path(tempfile.mkdtemp(prefix="hubcalc-office-"))
        self._log = (self.folder / "log").open("w+b")
        self._process = subprocess.Popen(
            [python, str(SCRIPT), soffice, str(self.folder), str(trusted)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        )
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.seconds = 0.0
        """How long the last command took LibreOffice."""
        try:
            self._answer("start", START_SECONDS)
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @contextlib.contextmanager
    def open(self, path: Path, *, update: int = FULL_UPDATE, locale: str = "en-US") -> Iterator["Document"]:
        """Open a document, as a user would whose language is `locale`."""
        self.do("locale", locale)
        names = self.do("open", str(path), update)
        try:
            yield Document(self, names)
        finally:
            if self._process.poll() is None:
                self.do("close")

    @property
    def process_group(self) -> int:
        """Number of the group of all processes that were started."""
        return self._process.pid

    def do(self, name: str, *arguments: Any, most_seconds: float = COMMAND_SECONDS) -> Any:
        """Have a command done; see `Program` in office_script.py."""
        try:
            self._process.stdin.write(json.dumps([name, arguments]) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise OfficeError(f"LibreOffice has ended: {self._said()}") from error
        return self._answer(name, most_seconds)

    def end(self) -> None:
        """End LibreOffice and all that was started for it."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill()
            self._process.wait()
            self._reader.join()
            self._process.stdout.close()
            self._log.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _kill(self) -> None:
        """Kill what is left, and wait until nothing is."""
        until = time.monotonic() + KILL_SECONDS
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.killpg(self._process.pid, signal.SIGKILL)
                time.sleep(0.01)

    def _answer(self, name: str, most_seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=most_seconds)
        except queue.Empty:
            self._kill()  # it would answer the next command with this answer
            raise OfficeError(f"{name}: no answer within {most_seconds:g} s: {self._said()}") from None
        if not line:
            self._answers.put(line)  # there will be no answer to the next command either
            raise OfficeError(f"{name}: LibreOffice has ended: {self._said()}")
        answer = json.loads(line)
        if "error" in answer:
            raise OfficeError(f"{name}: {answer['error']}")
        self.seconds = answer["seconds"]
        return answer["result"]

    def _read(self) -> None:
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read()[-2000:].decode(errors="replace")


class Document:
    """A document that is open."""

    def __init__(self, office: Office, sheets: list[str]) -> None:
        self._office = office
        self.sheets = sheets
        self.seconds = office.seconds
        """How long opening or the last recalculation took."""

    def recalculate(self) -> None:
        """Recalculate every formula. What has been fetched is not fetched again."""
        self._office.do("recalculate")
        self.seconds = self._office.seconds

    def cells(self, sheet: str | None = None) -> dict[str, Cell]:
        """Read the cells of a sheet by address, by default of the first one."""
        name = sheet or self.sheets[0]
        cells = {}
        for row, column, *rest in self._office.do("cells", name):
            address = f"{column_letters(column)}{row + 1}"
            cells[address] = Cell(name, address, *rest)
        return cells

    def put(self, address: str, value: float | str, sheet: str | None = None) -> None:
        """Write a number, a text or a formula into a cell."""
        self._office.do("put", sheet or self.sheets[0], address, value)

    def renew(self, addresses: Sequence[str], sheet: str | None = None) -> None:
        """Have the formulas of some cells calculated, and what depends on them."""
        self._office.do("renew", sheet or self.sheets[0], list(addresses))

    def evaluate(self, formulas: Sequence[str]) -> list[str]:
        """Give the texts of formulas, written in English, that need not stand in the document."""
        texts: list[str] = self._office.do("evaluate", list(formulas))
        return texts

    def save(self, path: Path, filter_name: str) -> None:
        """Write the document in another format, by the name of LibreOffice's filter."""
        self._office.do("save", str(path), filter_name)

    def picture(self, path: Path, last: str, sheet: str | None = None, dots_per_inch: int = 110) -> None:
        """Draw the cells of a sheet from A1 to the last one as a PNG file, with the letters and numbers beside them."""
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.pdf"
            self._office.do("page", sheet or self.sheets[0], str(page), last)
            command = [
                "pdftoppm",
                "-png",
                "-singlefile",
                "-r",
                str(dots_per_inch),
                str(page),
                str(path.with_suffix("")),
            ]
            subprocess.run(command, check=True, timeout=COMMAND_SECONDS)
