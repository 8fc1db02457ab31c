"""How large chunks are."""

from hubcalc.studies.base import Evaluator, chunk_rows_for
from hubcalc.studies.evaluators.corridors import CorridorEvaluator

CORRIDOR_ROWS = 8
"""A row of a corridor takes from tenths of a second to seconds."""


def chunk_rows_of(evaluator: Evaluator, rows: int) -> int:
    """Choose the size of the chunks of a study, which it keeps: the same sizes give the same numbers bit for bit."""
    return CORRIDOR_ROWS if isinstance(evaluator, CorridorEvaluator) else chunk_rows_for(rows)
