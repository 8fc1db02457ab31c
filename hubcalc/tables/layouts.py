"""How a table is laid out: wide or long, all columns or some, with or without a header, and for which programs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from hubcalc.errors import ParameterError, Problem
from hubcalc.tables.rectangles import Column, Table
from hubcalc.words import DecimalMark, did_you_mean

Shape = Literal["wide", "long"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
Dialect = Literal["us", "eu"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

Rows = Iterable[Sequence[Any]]

LONG_COLUMNS = (Column("name"), Column("value"), Column("unit"))
"""What the long shape has after the keys."""
_UNIT = "unit"
_MEASURED = frozenset({"path", "name", "metric", "result", "indicator"})
"""Keys of tables that have one row a quantity: there a column named `unit` has the units of the row's numbers."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out."""

    shape: Shape = "wide"
    """One column a quantity, or one row a value."""
    header: bool = True
    dialect: Dialect = "us"
    """What separates values in CSV: a comma, or a semicolon as where the comma is decimal."""
    decimal: DecimalMark | None = None
    """What separates decimals; by default what the dialect has."""
    fields: tuple[str, ...] | None = None
    """Columns wanted, in order; all by default."""
    attachment: bool = False
    """Whether it is to be kept as a file, which a spreadsheet opens by a double click."""

    @property
    def mark(self) -> DecimalMark:
        """What separates decimals.

        >>> Layout().mark, Layout(dialect="eu").mark, Layout(dialect="eu", decimal="dot").mark
        ('dot', 'comma', 'dot')
        """
        return self.decimal or ("comma" if self.dialect == "eu" else "dot")


def laid_out(table: Table, layout: Layout, rows: Rows | None = None) -> tuple[list[Column], Iterator[Sequence[Any]]]:
    """Give the columns and the rows that a layout wants.

    Parameters
    ----------
    table : Table
        The table, wide.
    layout : Layout
        Its shape and fields count.
    rows : iterable of sequences, optional
        Rows in place of the table's own, which need not all be in memory.

    Returns
    -------
    list of Column, iterator of sequences

    Raises
    ------
    ParameterError
        If the table has no such column.

    Examples
    --------
    >>> table = Table("stage", [Column("stage"), Column("wait", "h")], [["gate", 0.5], ["yard", 2.0]], ("stage",))
    >>> columns, rows = laid_out(table, Layout(shape="long"))
    >>> [column.name for column in columns], list(rows)
    (['stage', 'name', 'value', 'unit'], [['gate', 'wait', 0.5, 'h'], ['yard', 'wait', 2.0, 'h']])
    >>> columns, rows = laid_out(table, Layout(fields=("wait",)))
    >>> [column.header for column in columns], list(rows)
    (['wait [h]'], [[0.5], [2.0]])
    """
    places = _places(table, layout.fields)
    given = iter(table.rows if rows is None else rows)
    if layout.shape == "long":
        return _long(table, places, given)
    if layout.fields is None:
        return [*table.columns], given
    return [table.columns[place] for place in places], ([row[place] for place in places] for row in given)


def _places(table: Table, fields: Sequence[str] | None) -> list[int]:
    """Find the columns that are wanted."""
    known = {column.name: place for place, column in enumerate(table.columns)}
    if fields is None:
        return [*known.values()]
    wrong = [name for name in fields if name not in known]
    if wrong:
        allowed = ", ".join(known)
        raise ParameterError.of(
            *(
                Problem(
                    "no such column", parameter="fields", given=name, allowed=allowed, hint=did_you_mean(name, known)
                )
                for name in wrong
            )
        )
    return [known[name] for name in dict.fromkeys(fields)]


def _long(
    table: Table, places: Sequence[int], given: Iterator[Sequence[Any]]
) -> tuple[list[Column], Iterator[Sequence[Any]]]:
    """Give one row a value, with what it is the value of; keys are repeated whether they are wanted or not."""
    names = [column.name for column in table.columns]
    keys = [names.index(name) for name in table.keys]
    row_unit = names.index(_UNIT) if _UNIT in names and _MEASURED & {*table.keys} else None
    measured = [place for place in places if place not in keys and place != row_unit]
    further: Sequence[Column] = () if table.remarks is None else table.remarks.columns
    taken = {column.name for column in (*LONG_COLUMNS, *further)}
    repeated = [_renamed(table.columns[key], table.item, taken) for key in keys]

    def rows() -> Iterator[Sequence[Any]]:
        for number, row in enumerate(given):
            before = [row[key] for key in keys]
            for place in measured:
                column, value = table.columns[place], row[place]
                unit = column.unit or ("" if row_unit is None or isinstance(value, str) else row[row_unit])
                more = () if table.remarks is None else table.remarks.of(number, column.name)
                yield [*before, column.name, value, unit, *more]

    return [*repeated, *LONG_COLUMNS, *further], rows()


def _renamed(column: Column, item: str, taken: set[str]) -> Column:
    """Keep the name of a key apart from those of the long shape."""
    return Column(f"{item}_{column.name}", column.unit) if column.name in taken else column
