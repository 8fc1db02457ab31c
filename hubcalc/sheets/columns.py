"""The header of a sheet: what its columns mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hubcalc.errors import InputError
from hubcalc.sheets.cells import Fault, Row, letters
from hubcalc.sheets.findings import Findings, text_of
from hubcalc.sheets.subjects import SheetSubject
from hubcalc.words import did_you_mean
from hubmodels.paths import split_unit
from hubmodels.scenario_sheets import SheetLayout

WORDS = ("scenario", "name", "base", "summary", "note", "source")
"""Columns of every sheet, besides inputs."""
_OF_LONG = ("path", "value", "unit")
_ALSO = {"id": "scenario", "scenario id": "scenario", "notes": "note", "sources": "source"}
_COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns mean, by their places."""

    words: Mapping[str, int]
    paths: Mapping[int, str]
    headers: Mapping[int, str]

    @property
    def layout(self) -> SheetLayout:
        """Whether a row is a scenario, or an input of one."""
        return "long" if "path" in self.words else "wide"


def is_comment(row: Row) -> bool:
    """Say whether a row is a comment: its first cell begins with `#`."""
    first = next((cell for cell in row.cells if cell is not None), None)
    return isinstance(first, str) and first.startswith(_COMMENT)


def read_columns(header: Row, below: Sequence[Row], subject: SheetSubject, findings: Findings) -> Columns:
    """Read the header; what is wrong with it concerns all rows."""
    texts = {i: cell for i, cell in enumerate(header.cells) if cell is not None}
    names = {i: _word(cell) for i, cell in texts.items() if isinstance(cell, str)}
    is_long = {"path", "value"} <= set(names.values())
    allowed = (*WORDS, *_OF_LONG) if is_long else WORDS
    words: dict[str, int] = {}
    paths: dict[int, str] = {}
    headers: dict[int, str] = {}
    for column, cell in texts.items():
        if isinstance(cell, Fault):
            findings.add_fault(header.number, column, cell, header="")
            continue
        text = text_of(cell) or ""
        if text.startswith(_COMMENT):
            continue
        headers[column] = text
        word = names.get(column, text)
        if word in allowed:
            if word in words:
                _twice(header.number, column, text, words[word], findings)
            words.setdefault(word, column)
        elif not is_long and "." in text:
            headers[column], full = _path_header(header.number, column, text, subject, findings)
            if full in paths.values():
                _twice(header.number, column, text, next(i for i in paths if paths[i] == full), findings)
            paths[column] = full
        else:
            kind = "a column of this sheet" if is_long else "a column or a path"
            hint = did_you_mean(word, (*allowed, *subject.leaves)) or "begin the header with # for a comment"
            findings.add(
                header.number, column, f"not {kind}", header=text, given=text, allowed=", ".join(allowed), hint=hint
            )
    if not {"scenario", "name"} & set(words):
        hint = "add a column `scenario` with an id in each row"
        findings.add(header.number, 0, "no column says which scenario it is", allowed=", ".join(allowed), hint=hint)
    _refuse_unknown(header.number, Columns(words, paths, headers), below, subject, findings)
    _refuse_nameless(below, set(texts), findings)
    # what is wrong with a column is said once, at its head
    usable = {column: path for column, path in paths.items() if not findings.has(header.number, column)}
    return Columns(words, usable, headers)


def _word(text: str) -> str:
    word = " ".join(text.casefold().replace("_", " ").split())
    return _ALSO.get(word, word)


def _twice(row: int, column: int, text: str, first: int, findings: Findings) -> None:
    message = f"column {letters(first)} is the same"
    findings.add(row, column, message, header=text, given=text, hint="give each column once")


def _path_header(row: int, column: int, text: str, subject: SheetSubject, findings: Findings) -> tuple[str, str]:
    """Read a path, whose unit may follow in brackets; give it as it is written, and in full."""
    path, unit = split_unit(text)
    try:
        full = subject.full(path)
    except InputError as error:
        findings.add_problem(row, column, error.problems[0], header=path, scenario=None, given=text)
        return path, path
    check_unit(row, column, full, unit, subject, findings)
    return path, full


def check_unit(
    row: int, column: int, path: str, unit: str, subject: SheetSubject, findings: Findings, scenario: str | None = None
) -> None:
    """Refuse a unit that is not the input's."""
    leaf = subject.leaves.get(path)
    if leaf is not None and unit and unit.casefold() != leaf.unit.casefold():
        hint = f"give the values in {leaf.unit}, or leave the unit out" if leaf.unit else "leave the unit out"
        message = "this input has another unit"
        findings.add(
            row, column, message, header=path, scenario=scenario, given=unit, allowed=leaf.unit or None, hint=hint
        )


def _refuse_unknown(
    row: int, columns: Columns, below: Sequence[Row], subject: SheetSubject, findings: Findings
) -> None:
    """Refuse paths that the document does not have; only a choice of the row or of its base may bring one in."""
    bringing = [i for i, path in columns.paths.items() if path in subject.leaves and subject.leaves[path].choices]
    bringing += [columns.words["base"]] if "base" in columns.words else []
    for column, path in columns.paths.items():
        users = [each for each in below if each.cell(column) is not None]
        may_be = any(each.cell(other) is not None for each in users for other in bringing)
        if path not in subject.leaves and not may_be and not findings.has(row, column):
            (problem,) = subject.unknown(columns.headers[column]).problems
            findings.add_problem(row, column, problem, header=columns.headers[column], scenario=None)


def _refuse_nameless(below: Sequence[Row], named: set[int], findings: Findings) -> None:
    """Refuse values below no header; the first of each column says so for all."""
    told: set[int] = set()
    for row in below:
        for column, cell in enumerate(row.cells):
            if cell is not None and column not in named:
                if column not in told:
                    findings.add(row.number, column, "this column has no header", given=cell, hint="add one")
                told.add(column)
                findings.rows.add(row.number)
