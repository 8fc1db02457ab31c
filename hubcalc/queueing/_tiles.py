"""Columns in tiles that stay in the processor's fastest memory while one loop after the other passes over them."""

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper

TILE = 128
"""Rows of a tile."""


@helper
def spread(column: FloatArray, line: FloatArray) -> None:
    """Fill a line of a tile's length with a column of one element, which stands for all rows."""
    if column.size == 1:
        line[:] = column[0]


@helper
def piece(column: FloatArray, line: FloatArray, start: int, size: int) -> FloatArray:
    """Return the rows of a tile: of the column, or of the line where the column has but one element."""
    return line[:size] if column.size == 1 else column[start : start + size]
