"""A workbook as it is meant, before it is written in one format or another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hubcalc.workbooks.formulas import Expression, Range, Ref

Value = str | int | float | None
Look = Literal[
    "title",
    "lead",
    "heading",
    "label",
    "text",
    "strong",
    "faint",
    "link",
    "input",
    "setting",
    "live",
    "number",
    "warning",
    "term",
]


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks: one of the looks, and the decimals of its number; None shows a number as it is."""

    look: Look = "text"
    decimals: int | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. A text is always a text, never run as a formula; a formula comes with its value."""

    value: Value = None
    style: Style = Style()
    formula: Expression | None = None
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """What an input takes."""

    row: int
    column: int
    kind: Literal["integer", "number", "choice"]
    title: str
    message: str
    lower: float | None = None
    upper: float | None = None
    lower_allowed: bool = True
    upper_allowed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A line, or the bars of one color; its name stands in a cell."""

    name: Ref
    across: Range
    values: Range
    color: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of ranges: bars beside each other or in a stack, from the top down; or lines over numbers.

    Places and sizes are in pixels.
    """

    kind: Literal["bars", "stacked", "lines"]
    title: str
    series: Sequence[Series]
    height: int
    across_title: str = ""
    values_title: str = ""
    percent: bool = False
    most: float | None = None
    """Where the axis of values ends."""
    most_across: float | None = None
    left: int = 0
    top: int = 0


CHART_WIDTH = 660
_LONGEST_LINK = 2_000


_TITLE_HEIGHT, _LINE_HEIGHT, _PADDING = 28.0, 12.75, 2.25
_MOST_LINES = 30
"""Higher than 409 points Excel makes no row."""
_OF_WIDTH = 1.15
"""Characters of a usual text for one digit of width, at the size of the texts."""
_FOLDED = frozenset({"text", "strong", "faint", "link", "label", "heading", "live", "number", "warning", "input"})


def _lines(text: str, width: float) -> int:
    """Estimate the lines that a text takes, broken between words.

    >>> _lines("two words", 20), _lines("two words", 6)
    (1, 2)
    """
    lines, used = 1, 0.0
    for word in text.split(" "):
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0.0
        lines += int(max(len(word) - 1, 0) // width)
        used += len(word) + (1 if used else 0)
    return min(lines, _MOST_LINES)


@dataclass(slots=True)
class Sheet:
    """A sheet: rows of cells, and how it is shown and printed."""

    name: str
    widths: Sequence[float]
    """Widths of the columns, in digits of the standard font."""
    rows: list[list[Cell]] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    """Columns that are not shown."""
    header: int = -1
    """Row of the header of a table that goes to the end of the sheet; it stays in sight and is printed on each page.
    -1 where there is none."""
    frozen_columns: int = 0
    validations: list[Validation] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    color: str = ""
    one_page: bool = False
    """Whether it is printed on one page; else it is as wide as one."""

    def add(self, *cells: Cell) -> int:
        """Add a row; give its number."""
        self.rows.append(list(cells))
        return len(self.rows) - 1

    def ref(self, row: int, column: int) -> Ref:
        """Refer to a cell of this sheet."""
        return Ref(self.name, row, column)

    def height(self, row: int) -> float:
        """Estimate the height that the texts of a row need, in points."""
        if row == 0:
            return _TITLE_HEIGHT
        lines = 1
        for column, cell in enumerate(self.rows[row]):
            if cell.style.look in _FOLDED and column not in self.hidden and isinstance(cell.value, str):
                lines = max(lines, _lines(cell.value, self.widths[column] * _OF_WIDTH))
        return _LINE_HEIGHT * lines + _PADDING

    @property
    def last_filled(self) -> int:
        """The last column of the table that is shown."""
        return max(i for i in range(len(self.rows[self.header])) if i not in self.hidden)


@dataclass(frozen=True, slots=True)
class Workbook:
    """Sheets, and what the properties of the file say."""

    title: str
    subject: str
    sheets: Sequence[Sheet]


def text(value: Value, look: Look = "text") -> Cell:
    """Make a cell."""
    return Cell(value, Style(look))


def linked(value: str | None, address: str | None) -> Cell:
    """Make a cell that leads to a page, if its address is one that a spreadsheet takes."""
    fits = address is not None and address.startswith(("http://", "https://")) and len(address) <= _LONGEST_LINK
    return Cell(value, Style("link" if fits else "text"), link=address or "" if fits else "")


def heading(*names: str) -> list[Cell]:
    """Make a header row."""
    return [Cell(name, Style("heading")) for name in names]


def decimals_for(value: Value) -> int | None:
    """Say how many decimals show at least three digits of a number.

    >>> decimals_for(1234.5), decimals_for(8.25), decimals_for(0.0312), decimals_for("front")
    (1, 2, 4, None)
    """
    if not isinstance(value, int | float):
        return None
    size = abs(value)
    if size == 0 or size >= 100:
        return 1
    if size >= 1:
        return 2
    return next((digits for digits, least in ((3, 0.1), (4, 0.01), (5, 0.001)) if size >= least), 6)
