"""Parts of the answer to a scenario as tables."""

from hubcalc.tables.rectangles import Column, Table, identifying
from hubmodels.answers import AnswerPart


def part_table(part: AnswerPart) -> Table:
    """Make a table of one part."""
    columns = [Column(column.name, column.unit) for column in part.columns]
    known = identifying([column.name for column in columns], some=False)
    # paths of inputs have a dot
    return Table(
        "row", columns, part.rows, [name for column in columns if "." in (name := column.name) or name in known]
    )
