"""What is found wrong with the cells of a sheet."""

from collections.abc import Iterable

from hubcalc.errors import Problem
from hubcalc.sheets.cells import Fault, Sheet, Value, letters
from hubmodels.scenario_sheets import SheetFinding

_MANY = 1_000
_LONGEST_GIVEN = 200


class Findings:
    """Collects findings. Every bad row is reported; beyond a thousand findings only the first of each row is."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._items: list[SheetFinding] = []
        self._cells: set[tuple[int, int]] = set()
        self.rows: set[int] = set()
        """Rows in which something is wrong."""

    def add(
        self,
        row: int,
        column: int,
        message: str,
        *,
        header: str = "",
        scenario: str | None = None,
        given: object = None,
        allowed: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Add a finding at a cell."""
        if len(self._items) < _MANY or row not in self.rows:
            self._items.append(
                SheetFinding(
                    cell=self._sheet.address(row, column),
                    sheet=self._sheet.name,
                    row=row,
                    column=letters(column),
                    header=header,
                    scenario=scenario,
                    message=message,
                    given=None if given is None else shown(given)[:_LONGEST_GIVEN],
                    allowed=allowed,
                    hint=hint,
                )
            )
        self._cells.add((row, column))
        self.rows.add(row)

    def has(self, row: int, column: int) -> bool:
        """Say whether something is wrong with a cell."""
        return (row, column) in self._cells

    def add_problem(
        self, row: int, column: int, problem: Problem, *, header: str, scenario: str | None, given: object = None
    ) -> None:
        """Add a problem that was found with what a cell says."""
        self.add(
            row,
            column,
            problem.message,
            header=header,
            scenario=scenario,
            given=problem.given if given is None else given,
            allowed=problem.allowed,
            hint=problem.hint,
        )

    def add_fault(self, row: int, column: int, fault: Fault, *, header: str, scenario: str | None = None) -> None:
        """Add a cell that holds no value."""
        self.add(row, column, fault.why, header=header, scenario=scenario, given=fault.text or None, hint=fault.hint)

    def any_in(self, rows: Iterable[int]) -> bool:
        """Say whether something is wrong in one of these rows."""
        return not self.rows.isdisjoint(rows)

    @property
    def items(self) -> list[SheetFinding]:
        """All findings, from the first row to the last; in a row from left to right."""
        return sorted(self._items, key=lambda item: (item.row, len(item.column), item.column))


def shown(value: object) -> str:
    """Write what a cell holds as the cell shows it.

    >>> shown(2030.0), shown(0.1), shown(Fault("#REF!", "an error")), shown("four")
    ('2030', '0.1', '#REF!', 'four')
    """
    if isinstance(value, Fault):
        return value.text
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def text_of(value: Value) -> str | None:
    """Give a cell as a text; a number as the cell shows it."""
    return None if value is None else shown(value)


def line_of(value: Value) -> str | None:
    """Give a cell as a text on one line, whatever line breaks it has."""
    return None if value is None else " ".join(shown(value).split()) or None
