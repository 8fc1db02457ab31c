"""How large chunks are."""

from hubcalc.studies.base import Evaluator, chunk_rows_for

CORRIDOR_ROWS = 8
"""A row of a corridor takes from tenths of a second to seconds."""


def chunk_rows_of(evaluator: Evaluator, rows: int) -> int:
    """Choose the size of the chunks of a study, which it keeps: the same sizes give the same numbers bit for bit."""
    return CORRIDOR_ROWS if evaluator.row_by_row else chunk_rows_for(rows)
