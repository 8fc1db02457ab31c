"""Answers of scenarios in words and text tables."""

from collections.abc import Iterator, Sequence

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, result, standing, wrapped
from hubmodels.answers import Answer, AnswerColumn, AnswerPart, Cell

_SHOWN = 12
"""Rows of a long table."""
_GAP = 2
_MATTER = (
    *("stage", "element", "label", "lost", "month", "demand", "limit", "utilization", "verdict"),
    *("flow_per_day", "capacity_per_day", "other_per_day", "price_usd", "served_share", "added_hours", "worst_demand"),
    *("hours", "mean_hours", "hours_p90", "p90_hours", "wait_mean_hours", "dwell_mean_hours", "cost_usd"),
    *("closed_share", "wait_p90_hours", "longest_wait_p90_hours", "factor", "well_to_wheel_kg", "tank_to_wheel_kg"),
    *("dwell_p90_hours", "practical_capacity_per_day", "bottleneck"),
)
"""Columns that are shown first, as far as there is room."""
_SELDOM = ("warnings", "kind", "document", "expected_error")


def answer_text(answer: Answer, part: int | None) -> str:
    """Write an answer; one that has only one part is told which it is."""
    scenario, width = answer.scenario, text_width()
    version = f", version {scenario.version}" if scenario.version else ""
    heading = f"{scenario.name} ({scenario.id}, scenario{version}); model version {answer.model_version}"
    blocks = ["\n".join(wrapped(text, width, "", "  ") for text in (heading, scenario.question) if text)]
    for number, each in enumerate(answer.parts, part or 1):
        blocks += _part(number, each)
    return "\n\n".join(blocks)


def _part(number: int, part: AnswerPart) -> Iterator[str]:
    width = text_width()
    about = f"{part.what} of the {part.subject.kind} {part.subject.id}"
    heading = f"{number}. {part.title} ({about})" if part.title != part.what else f"{number}. {about}"
    verdict = f"{standing(part.verdict)}: {part.verdict.method}"
    verdict += f"; {part.verdict.reason}" if part.verdict.reason else ""
    yield "\n".join([*(wrapped(text, width, "", "   ") for text in (heading,)), *_indented((part.finding, verdict))])
    yield _table(number, part)
    if part.warnings:
        lines = [wrapped(f"{advice.message} [{advice.code}]", width, "- ", "  ") for advice in part.warnings]
        yield "Warnings\n" + "\n".join(lines)
    yield f"The same: {part.command}"


def _indented(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield wrapped(text, text_width(), "   ")


def _table(number: int, part: AnswerPart) -> str:
    """Set what of the table fits: a single row as a list, else the columns that matter."""
    if len(part.rows) == 1:
        return _list(part.columns, part.rows[0])
    rows = _first(part.columns, part.rows)
    chosen = _chosen(part.columns, rows)
    columns = [_column(part.columns[i], [row[i] for row in rows]) for i in chosen]
    lines = [table_text(columns, [[_written(part.columns[i], row[i]) for i in chosen] for row in rows])]
    left = [
        *([f"{len(part.columns) - len(chosen)} more columns"] if len(chosen) < len(part.columns) else []),
        *([f"{len(part.rows) - len(rows)} more rows"] if len(rows) < len(part.rows) else []),
    ]
    if left:
        lines.append(f"… and {' and '.join(left)}: --part {number} --csv")
    return "\n".join(lines)


def _list(columns: Sequence[AnswerColumn], row: Sequence[Cell]) -> str:
    shown = [Column("", whole=True), Column("", right=True), Column("")]
    cells = [
        [column.name, _written(column, value), "" if isinstance(value, str) else _unit(column)]
        for column, value in zip(columns, row, strict=True)
        if value not in (None, "")
    ]
    return table_text(shown, cells).lstrip("\n")


def _first(columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """Give the rows that are shown; of the hubs and lines of a network the fullest, if there is one scenario."""
    names = [column.name for column in columns]
    several = any("." in name and len({row[i] for row in rows}) > 1 for i, name in enumerate(names))
    if len(rows) > _SHOWN and not several and {"element", "flow_per_day", "utilization"} <= set(names):
        at = names.index("utilization")
        rows = sorted(rows, key=lambda row: -row[at] if isinstance(row[at], int | float) else 0.0)  # type: ignore[operator]  # a number
    return rows[:_SHOWN]


def _chosen(columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Choose columns that fit side by side: the verdict, inputs, those that matter most, then those that differ."""
    names = [column.name for column in columns]
    known = [names.index(name) for name in _MATTER if name in names]
    differing = [i for i, name in enumerate(names) if name not in _SELDOM and len({row[i] for row in rows}) > 1]
    inputs = [i for i in differing if "." in names[i]]
    last = [i for i, name in enumerate(names) if name not in _SELDOM]
    room, chosen = text_width(), set[int]()
    for i in dict.fromkeys([*inputs, *known, *differing, *last]):
        column = _column(columns[i], [row[i] for row in rows])
        texts = [*column.title.split("\n"), *(_written(columns[i], row[i]) for row in rows)]
        width = max(map(len, texts)) + _GAP
        if width <= room:
            chosen.add(i)
            room -= width
    return sorted(chosen)


def _column(column: AnswerColumn, values: Sequence[Cell]) -> Column:
    words = column.name.replace(".", ".\n") if "." in column.name else column.name
    if "." not in words:
        for suffix in ("_hours", "_per_day", "_teu_per_year"):
            words = words.removesuffix(suffix)
        words = words.replace("_", "\n")
    unit = _unit(column)
    right = all(isinstance(value, int | float) or value is None for value in values)
    return Column(f"{words}\n[{unit}]" if unit and right else words, right=right, whole=not right)


def _written(column: AnswerColumn, value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if "." in column.name and value is not None:  # an input, with all its digits
        return entered(value)
    return result(value, _unit(column))


def _unit(column: AnswerColumn) -> str:
    """Give the unit; a share is written as a percentage."""
    if column.unit != "1":
        return column.unit
    return "%" if column.name.endswith(("utilization", "_share", "share_after")) or column.name == "headroom" else ""
