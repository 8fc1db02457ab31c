"""Parts of the answer to a scenario as tables."""

from hubcalc.tables.formats import Column, Table
from hubmodels.answers import AnswerPart


def part_table(part: AnswerPart) -> Table:
    """Make a table of one part."""
    return Table("row", [Column(column.name, column.unit) for column in part.columns], part.rows)
