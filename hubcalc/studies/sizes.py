"""How large chunks are."""

from hubcalc.studies.base import Evaluator, chunk_rows_for

CORRIDOR_ROWS = 8
"""Rows of a corridor that are too few for several processes."""
MOST_CORRIDOR_ROWS = 64
"""A row of a corridor takes a tenth of a second or more, the less the more rows share the analyses of its parts."""
_CHUNKS_AT_LEAST = 4


def chunk_rows_of(evaluator: Evaluator, rows: int) -> int:
    """Choose the size of the chunks of a study, which it keeps: the same sizes give the same numbers bit for bit."""
    return corridor_rows_for(rows) if evaluator.row_by_row else chunk_rows_for(rows)


def corridor_rows_for(rows: int) -> int:
    """Choose the size of the chunks of a corridor.

    >>> corridor_rows_for(20), corridor_rows_for(100), corridor_rows_for(1000)
    (8, 16, 64)
    """
    size = CORRIDOR_ROWS
    while size < MOST_CORRIDOR_ROWS and size * 2 * _CHUNKS_AT_LEAST <= rows:
        size *= 2
    return size
