"""Workbooks as archives: unpacked within limits, and looked through before anything takes them apart.

What reads workbooks lays out every sheet as a full rectangle, from the first cell to the last, and gives nothing for
cells with errors. So each part is walked through first: how far its cells reach, which show errors, which are merged.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from hubcalc.errors import Problem, UnreadableSheetError
from hubcalc.sheets.cells import Block, Fault, position

MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_PARTS = 1_000
MOST_CELLS = 2_000_000
"""Cells of the rectangle that holds all that is filled."""
_MOST_MERGED = 10_000
_CHUNK = 1 << 16
_LIBRE_KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_NOT_CALCULATED = Fault(
    "", "a formula without a result", "open the file in a spreadsheet program and save it there, or write the value"
)
_WHY_ERROR, _MEND = "an error of the sheet's own formulas", "mend the formula, or write the value itself"


@dataclass(slots=True)
class Facts:
    """What is known of a sheet before it is read."""

    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    """Cells that cannot be used, by row (from 1) and column (from 0)."""
    merged: list[Block] = field(default_factory=list)
    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0
    filled: bool = False

    def merge(self, block: Block) -> None:
        """Note merged cells."""
        if len(self.merged) >= _MOST_MERGED:
            raise unreadable("too many cells are merged", f"up to {_MOST_MERGED:,} times", "unmerge them")
        self.merged.append(block)

    def reach(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Widen the rectangle of what is filled."""
        last_row, last_column = row + rows - 1, column + columns - 1
        if not self.filled:
            self.top, self.left, self.bottom, self.right, self.filled = row, column, last_row, last_column, True
        self.top, self.left = min(self.top, row), min(self.left, column)
        self.bottom, self.right = max(self.bottom, last_row), max(self.right, last_column)
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > MOST_CELLS:
            raise unreadable(
                f"the cells of a sheet reach over {self.bottom:,} rows and {self.right + 1:,} columns",
                f"up to {MOST_CELLS:,} cells from the first to the last",
                "delete the stray cells far below or far to the right",
            )


def unreadable(message: str, allowed: str | None = None, hint: str | None = None) -> UnreadableSheetError:
    """Make the error for a file that cannot be read."""
    return UnreadableSheetError.of(Problem(message, pointer="", allowed=allowed, hint=hint))


def unpacked(content: bytes) -> dict[str, bytes]:
    """Unpack those parts of an archive that can matter, within limits that hold whatever the archive says of itself."""
    parts: dict[str, bytes] = {}
    room = MOST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise unreadable(f"the archive has {len(entries):,} parts", f"up to {MOST_PARTS:,}")
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                raise _too_large()
            for entry in entries:
                if entry.flag_bits & 1:
                    raise unreadable("the file is protected by a password", hint="save it without a password")
                if entry.filename == "mimetype" or entry.filename.endswith((".xml", ".rels")):
                    if entry.filename in parts:
                        raise unreadable(f"the archive has two parts of the name {entry.filename}")
                    parts[entry.filename] = _part(archive, entry, room)
                    room -= len(parts[entry.filename])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise unreadable(f"the file is damaged: {error}", hint="save it again") from error
    return parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    pieces = []
    with archive.open(entry) as part:
        while piece := part.read(_CHUNK):
            room -= len(piece)
            if room < 0:
                raise _too_large()
            pieces.append(piece)
    return b"".join(pieces)


def _too_large() -> UnreadableSheetError:
    allowed = f"up to {MOST_UNPACKED_BYTES // 1024 // 1024} MB unpacked"
    return unreadable("the file is too large once it is unpacked", allowed, "keep only the sheet with the scenarios")


def repacked(parts: Mapping[str, bytes]) -> io.BytesIO:
    """Make an archive of parts that have been looked through."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    whole.seek(0)
    return whole


def is_open_document(parts: Mapping[str, bytes]) -> bool:
    """Say whether an archive is an OpenDocument file."""
    return parts.get("mimetype", b"").strip().startswith(b"application/vnd.oasis.opendocument.")


def facts_of(parts: Mapping[str, bytes]) -> dict[str, Facts]:
    """Walk through all parts, and give what is known of each sheet by its name."""
    texts = {name: content for name, content in parts.items() if content and name != "mimetype"}
    if is_open_document(parts):
        sheets: dict[str, Facts] = {}
        for name, content in texts.items():
            _walk(name, content, _OpenDocument(sheets if name == "content.xml" else {}))
        return sheets
    found: dict[str, Facts] = {}
    names: dict[str, str] = {}
    targets: dict[str, str] = {}
    for name, content in texts.items():
        walked = _Worksheet(name.endswith("workbook.xml"), name.endswith("workbook.xml.rels"))
        _walk(name, content, walked)
        found[name] = walked.facts
        names |= walked.names
        targets |= walked.targets
    by_target = {key: target.removeprefix("/").removeprefix("xl/") for key, target in targets.items()}
    return {name: found.get(f"xl/{by_target.get(key, '')}", Facts()) for name, key in names.items()}


def _walk(name: str, content: bytes, walk: Any) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise unreadable(f"the file is damaged: {name}: {error}", hint="save it again") from error


def _no_doctype(*_: object) -> None:
    raise unreadable("the file declares entities, which no sheet needs", hint="save it again")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else default


class _Worksheet:
    """Walks through a part of an Excel workbook."""

    def __init__(self, is_workbook: bool, is_links: bool) -> None:
        self.facts, self.names, self.targets = Facts(), dict[str, str](), dict[str, str]()
        self._is_workbook, self._is_links = is_workbook, is_links
        self._row, self._column = 0, -1
        self._kind, self._formula, self._inside = "", False, False
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            self._row, self._column = _whole(attributes.get("r"), self._row + 1), -1
        elif name == "c":
            placed = position(attributes.get("r", ""))
            self._row, self._column = placed or (self._row, self._column + 1)
            self._kind, self._formula, self._pieces = attributes.get("t", ""), False, []
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._inside = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            corners = position(first), position(last)
            if corners[0] and corners[1]:
                self.facts.merge(Block(*corners[0], *corners[1]))
        elif name == "sheet" and self._is_workbook:
            key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.names[attributes.get("name", "")] = key
        elif name == "Relationship" and self._is_links:
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def text(self, text: str) -> None:
        if self._inside:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name in ("v", "is"):
            self._inside = False
        elif name == "c":
            self._end_of_cell("".join(self._pieces))

    def _end_of_cell(self, text: str) -> None:
        place = (self._row, self._column)
        if text or self._formula:
            self.facts.reach(*place)
        if self._kind == "e":
            self.facts.faults[place] = Fault(text or "#N/A", _WHY_ERROR, _MEND)
        elif self._formula and not text and self._kind != "str":
            self.facts.faults[place] = _NOT_CALCULATED


class _OpenDocument:
    """Walks through the content of an OpenDocument spreadsheet."""

    def __init__(self, sheets: dict[str, Facts]) -> None:
        self._sheets = sheets
        self._facts = Facts()
        self._row, self._column, self._rows = 0, 0, 1
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items() if key.startswith("urn:oasis")}
        if name == "table":
            self._facts = self._sheets.setdefault(given.get("name", ""), Facts())
            self._row, self._rows = 1, 0
        elif name == "table-row":
            self._row, self._column = self._row + self._rows, 0
            self._rows = _whole(given.get("number-rows-repeated"), 1)
        elif name in ("table-cell", "covered-table-cell"):
            # the kind that LibreOffice adds comes after the standard one: only it tells errors
            errors = attributes.get(_LIBRE_KIND) == "error"
            self._cell, self._pieces = {**given, "error": "yes" if errors else ""}, []

    def text(self, text: str) -> None:
        if self._cell is not None:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] not in ("table-cell", "covered-table-cell") or self._cell is None:
            return
        cell, text, self._cell = self._cell, "".join(self._pieces).strip(), None
        columns = _whole(cell.get("number-columns-repeated"), 1)
        if text or "value-type" in cell or "formula" in cell:
            self._facts.reach(self._row, self._column, max(self._rows, 1), columns)
            if cell["error"]:
                self._facts.faults[self._row, self._column] = Fault(text or "#N/A", _WHY_ERROR, _MEND)
            elif "formula" in cell and not text and "value-type" not in cell:
                self._facts.faults[self._row, self._column] = _NOT_CALCULATED
        high, wide = (_whole(cell.get(f"number-{side}-spanned"), 1) for side in ("rows", "columns"))
        if high * wide > 1:
            block = Block(self._row, self._column, self._row + high - 1, self._column + wide - 1)
            self._facts.merge(block)
        self._column += columns
