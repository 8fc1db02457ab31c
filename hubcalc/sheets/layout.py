"""What the columns of a sheet mean, and its rows as drafts of scenarios.

A wide sheet has a row for each scenario and a column for each path. A long one has a row for each input of a scenario,
with the columns `scenario`, `path` and `value`. Rows and columns whose first cell begins with `#` are comments.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hubcalc.errors import InputError
from hubcalc.sheets.cells import Block, Fault, Row, Sheet, Value
from hubcalc.sheets.columns import Columns, check_unit, is_comment, read_columns
from hubcalc.sheets.findings import Findings, line_of, text_of
from hubcalc.sheets.subjects import SheetSubject
from hubmodels.paths import split_unit
from hubmodels.scenario_sheets import SheetLayout

_STATED_ONCE = ("name", "base", "summary")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHORTEST_ID, _LONGEST_ID = 2, 64
_ALLOWED_ID = "2 to 64 small letters and digits, with single hyphens between them"
_MERGED = "merged cells hold one value, and it is not said for which of them"


@dataclass(frozen=True, slots=True)
class Stated:
    """A value, and where it stands."""

    value: Value
    row: int
    column: int
    header: str


@dataclass(slots=True)
class Draft:
    """A scenario as the rows of a sheet state it."""

    id: str
    place: Stated
    rows: list[int] = field(default_factory=list)
    texts: dict[str, Stated] = field(default_factory=dict)
    """Name, base and summary, as far as the sheet has such a column."""
    inputs: dict[str, Stated] = field(default_factory=dict)
    """Values by full path."""
    notes: dict[str, Stated] = field(default_factory=dict)
    """By path what is noted of its value."""
    sources: dict[str, Stated] = field(default_factory=dict)
    """By path where its value comes from."""

    def text(self, word: str) -> str | None:
        """Give a text; None if it is not stated."""
        return line_of(self.texts[word].value) if word in self.texts else None


@dataclass(frozen=True, slots=True)
class Laid:
    """The drafts of a sheet, and how it is laid out."""

    layout: SheetLayout
    header_row: int
    rows: int
    drafts: Sequence[Draft]


def lay_out(sheet: Sheet, subject: SheetSubject, findings: Findings) -> Laid:
    """Read the rows of a sheet as drafts of scenarios.

    Parameters
    ----------
    sheet : Sheet
        The cells.
    subject : SheetSubject
        What the scenarios change.
    findings : Findings
        Takes what is wrong with cells.

    Returns
    -------
    Laid
        One draft for each id, those with findings among them.
    """
    rows = [row for row in sheet.rows if not is_comment(row)]
    if not rows:
        return Laid("wide", 0, 0, [])
    header, below = rows[0], rows[1:]
    columns = read_columns(header, below, subject, findings)
    _refuse_merged(sheet.merged, header.number, max(columns.headers, default=0), rows, findings)
    if columns.layout == "long":
        drafts = list(_of_long(below, columns, subject, findings).values())
    else:
        drafts = list(_of_wide(below, columns, findings))
    return Laid(columns.layout, header.number, len(below), drafts)


def _refuse_merged(
    merged: Sequence[Block], header: int, last_column: int, rows: Sequence[Row], findings: Findings
) -> None:
    filled = [row.number for row in rows]
    for block in merged:
        if len(findings.rows) >= len(filled):
            break
        touched = filled[bisect_left(filled, max(block.top, header)) : bisect_right(filled, block.bottom)]
        if touched and block.left <= last_column:
            hint = "unmerge them, and write the value into each cell that it is for"
            findings.add(touched[0], block.left, _MERGED, hint=hint)
            findings.rows.update(touched)


def _of_wide(below: Sequence[Row], columns: Columns, findings: Findings) -> Iterator[Draft]:
    first: dict[str, Draft] = {}
    for row in below:
        draft = _draft(row, columns, findings)
        if draft is None:
            continue
        for column, path in columns.paths.items():
            value = row.cell(column)
            if value is not None:
                draft.inputs.setdefault(path, Stated(value, row.number, column, columns.headers[column]))
        for word, held in (("note", draft.notes), ("source", draft.sources)):
            stated = _stated(row, word, columns, findings, draft.id)
            held.update(dict.fromkeys(draft.inputs, stated) if stated else {})
        before = first.setdefault(draft.id, draft)
        if before is not draft:
            # it is not said which of them is meant, so none is
            for one, other in ((before, draft), (draft, before)):
                message, place = f"row {other.rows[0]} has this id, too", one.place
                if not findings.has(place.row, place.column):
                    findings.add(
                        place.row, place.column, message, header=place.header, scenario=draft.id, given=draft.id
                    )
        yield draft


def _of_long(below: Sequence[Row], columns: Columns, subject: SheetSubject, findings: Findings) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for row in below:
        found = _draft(row, columns, findings)
        if found is None:
            continue
        draft = drafts.setdefault(found.id, found)
        if draft is not found:
            draft.rows.append(row.number)
            _join_texts(draft, found, findings)
        _add_input(draft, row, columns, subject, findings)
    return drafts


def _join_texts(draft: Draft, further: Draft, findings: Findings) -> None:
    """Take texts from whichever row of a scenario states them; they may not differ."""
    for word, stated in further.texts.items():
        before = draft.texts[word]
        if before.value is None:
            draft.texts[word] = stated
        elif stated.value is not None and stated.value != before.value:
            message = f"row {before.row} of this scenario says something else"
            findings.add(stated.row, stated.column, message, header=word, scenario=draft.id, given=stated.value)


def _add_input(draft: Draft, row: Row, columns: Columns, subject: SheetSubject, findings: Findings) -> None:
    """Add the input that a row of a long sheet states."""
    path_column, value_column = columns.words["path"], columns.words["value"]
    given, value = row.cell(path_column), row.cell(value_column)
    add: Callable[..., None] = findings.add
    if given is None and value is None:
        return
    if given is None or isinstance(given, Fault):
        why = given.why if isinstance(given, Fault) else "a value needs a path"
        add(row.number, path_column, why, header="path", scenario=draft.id, given=given)
        return
    path, unit = split_unit(text_of(given) or "")
    if value is None:
        add(row.number, value_column, "a path needs a value", header=path, scenario=draft.id, hint="or leave it out")
        return
    try:
        full = subject.full(path)
    except InputError as error:
        findings.add_problem(row.number, path_column, error.problems[0], header="path", scenario=draft.id)
        return
    beside = _stated(row, "unit", columns, findings, draft.id)
    stated_unit = str(beside.value) if beside else unit
    check_unit(row.number, columns.words.get("unit", path_column), full, stated_unit, subject, findings, draft.id)
    if full in draft.inputs:
        message = f"row {draft.inputs[full].row} of this scenario has this path, too"
        add(row.number, path_column, message, header="path", scenario=draft.id, given=given)
        return
    draft.inputs[full] = Stated(value, row.number, value_column, path)
    for word, held in (("note", draft.notes), ("source", draft.sources)):
        stated = _stated(row, word, columns, findings, draft.id)
        if stated:
            held[full] = stated


def _draft(row: Row, columns: Columns, findings: Findings) -> Draft | None:
    """Begin a draft with the id and the texts of a row; without an id, the name makes one."""
    column = columns.words.get("scenario", columns.words.get("name", 0))
    header = columns.headers.get(column, "")
    given = row.cell(columns.words["scenario"]) if "scenario" in columns.words else None
    if isinstance(given, Fault):
        findings.add_fault(row.number, column, given, header=header)
        return None
    named = _stated(row, "name", columns, findings, None)
    name = str(named.value) if named else None
    text = text_of(given) or (slug(name) if name else None)
    if not text:
        message = "no id can be made of this name" if name else "a row needs the id of its scenario"
        findings.add(row.number, column, message, header=header, given=name, allowed=_ALLOWED_ID)
        return None
    if not _ID.fullmatch(text) or not _SHORTEST_ID <= len(text) <= _LONGEST_ID:
        better = slug(text)
        hint = f"for instance {better}" if better else None
        findings.add(row.number, column, "not an id", header=header, given=text, allowed=_ALLOWED_ID, hint=hint)
        return None
    draft = Draft(text, Stated(text, row.number, column, header), [row.number])
    for word in _STATED_ONCE:
        if word in columns.words:
            at = columns.words[word]
            value = row.cell(at)
            if isinstance(value, Fault) and word != "name":
                findings.add_fault(row.number, at, value, header=word, scenario=text)
            draft.texts[word] = Stated(None if isinstance(value, Fault) else value, row.number, at, word)
    return draft


def _stated(row: Row, word: str, columns: Columns, findings: Findings, scenario: str | None) -> Stated | None:
    """Give the text in a column, if there is one."""
    if word not in columns.words:
        return None
    column = columns.words[word]
    value = row.cell(column)
    if isinstance(value, Fault):
        findings.add_fault(row.number, column, value, header=word, scenario=scenario)
        return None
    text = line_of(value)
    return None if text is None else Stated(text, row.number, column, word)


def slug(text: str) -> str | None:
    """Make an id of a name; None if its letters have no form in ASCII.

    >>> slug("Third crew (2027)"), slug("Dépôt à Ürümqi"), slug("Третья бригада")
    ('third-crew-2027', 'depot-a-urumqi', None)
    """
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if not bare.isascii():
        return None
    made = "-".join(re.findall("[a-z0-9]+", bare.lower()))[:_LONGEST_ID].rstrip("-")
    return made if len(made) >= _SHORTEST_ID else None
