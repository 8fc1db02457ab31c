"""Results of studies as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hubcalc.cli.fitted import fitted
from hubcalc.cli.output import Column, text_width
from hubcalc.cli.plain import plain, result, wrapped
from hubcalc.cli.study_headings import money, study_heading
from hubcalc.cli.study_views import GROUPED, SHOWN, SHOWN_COLUMNS, TITLES, is_shown, least_rows, own_tables
from hubcalc.tables.studies import study_table, study_views

if TYPE_CHECKING:
    from hubcalc.tables import Column as TableColumn
    from hubcalc.tables import Table
    from hubmodels.studies.base import StudyResult

MOST_SHOWN = 15
"""Rows of a table on the screen; --view shows more, and --csv all of them."""
MOST_OF_A_VIEW = 60
_LARGE = 1000
_FILLERS = frozenset(
    {"the metric's", "the input's", "unit of the column", "unit of the input", "unit", "unit_of_change"}
)
"""Units that only say that the unit stands elsewhere."""
_NOT_SHOWN = frozenset({"description", "reason"})


def study_text(found: "StudyResult", view: str | None, rows: Sequence[Mapping[str, Any]] = ()) -> str:
    """Write a result, or one table of it; `rows` are those of a short sweep."""
    views = [view] if view else [name for name in SHOWN[found.kind] if name in study_views(type(found))]
    blocks = [study_heading(found)]
    own = [] if view else [f"{title}\n{_cells(table, len(table.rows))}" for title, table in own_tables(found, rows)]
    blocks += [] if found.kind == "sizing" else own
    for name in views:
        if not (rows and name == "summaries"):  # rows that are shown need no summary
            blocks += _view(found, name, whole=view is not None)
    blocks += own if found.kind == "sizing" else []
    if found.warnings:
        said = [wrapped(f"- {item.message} [{item.code}]", text_width(), "", "  ") for item in found.warnings]
        blocks.append("\n".join(["Warnings", *said]))
    return "\n\n".join(blocks)


def _view(found: "StudyResult", name: str, *, whole: bool) -> Iterator[str]:
    """Write one table: a block for each metric where its rows are of metrics."""
    table = study_table(found, name)
    title = TITLES.get(name) or name.replace("_", " ").replace(".", ": ").capitalize()
    if name in GROUPED:
        yield from _groups(found, name, table, title, whole=whole)
    elif table.rows:
        kept = table if whole else _without(table, [row for row in table.rows if is_shown(name, table, row)])
        text = _cells(_chosen(kept, name, whole=whole), MOST_OF_A_VIEW if whole else MOST_SHOWN, len(table.rows))
        yield f"{title}\n{text}"


def _groups(found: "StudyResult", name: str, table: "Table", title: str, *, whole: bool) -> Iterator[str]:
    items = getattr(found, name.partition(".")[0])
    most = MOST_OF_A_VIEW if whole else least_rows(len(items), MOST_SHOWN)
    for item in items:
        metric = getattr(item, GROUPED[name])
        rows = [row for row in table.rows if row[0] == metric]
        heading = f"{title} of {metric}" + (f" [{item.unit}]" if item.unit not in ("", "1") else "")
        base = getattr(item, "base", None)
        heading += f", base {result(base)}" if base is not None else ""
        heading = wrapped(heading, text_width())
        if rows:
            skipped = sum(column.name in ("metric", "name", "unit") for column in table.columns[:2])
            part = _without(table, [row[skipped:] for row in rows], skipped)
            yield f"{heading}\n{_cells(_chosen(part, name, whole=whole), most)}{_reasons(part, most)}"
        elif getattr(item, "reason", ""):
            yield f"{heading}\n{wrapped(item.reason, text_width())}"


def _reasons(table: "Table", most: int) -> str:
    """Say why values are missing in the rows that are shown: each reason once."""
    places = {column.name: i for i, column in enumerate(table.columns)}
    if "reason" not in places:
        return ""
    paths: dict[str, list[str]] = {}
    for row in table.rows[:most]:
        if row[places["reason"]]:
            paths.setdefault(row[places["reason"]], []).append(row[places["path"]])
    lines = [wrapped(f"- {', '.join(named)}: {reason}", text_width(), "", "  ") for reason, named in paths.items()]
    return "".join(f"\n{line}" for line in lines)


def _without(table: "Table", rows: Sequence[Sequence[Any]], skipped: int = 0) -> "Table":
    """Give a table with other rows, and without its first columns."""
    from hubcalc.tables import Table

    return Table(table.item, table.columns[skipped:], rows)


def _chosen(table: "Table", name: str, *, whole: bool) -> "Table":
    """Leave out the columns that the screen has no room for, and those that say nothing."""
    from hubcalc.tables import Table

    names = [column.name for column in table.columns]
    wanted = SHOWN_COLUMNS.get(name, names) if not whole else names
    places = [names.index(column) for column in wanted if column in names and column not in _NOT_SHOWN]
    places = [i for i in places if any(row[i] not in (None, "") for row in table.rows)] or places[:1]
    return Table(table.item, [table.columns[i] for i in places], [[row[i] for i in places] for row in table.rows])


def _cells(table: "Table", most: int, of: int | None = None) -> str:
    rows = table.rows[:most]
    texts = [i for i in range(len(table.columns)) if any(isinstance(row[i], str) for row in table.rows)]
    columns = [
        # a last column of texts is broken at words: lists of names may be long
        Column(_title(column), right=i not in texts, whole=i in texts and (i == 0 or i < len(table.columns) - 1))
        for i, column in enumerate(table.columns)
    ]
    written = [[_cell(column, value) for column, value in zip(table.columns, row, strict=True)] for row in rows]
    more = (of or len(table.rows)) - len(rows)
    text = fitted(columns, written)
    return f"{text}\nand {more} more rows: all of them by --csv" if more > 0 else text


def _title(column: "TableColumn") -> str:
    words = column.name
    for ending in ("_usd_per_year", "_usd", "_per_day", "_hours") if column.unit else ():
        words = words.removesuffix(ending)
    unit = "" if column.unit in _FILLERS or column.unit in ("", "1") else f" [{column.unit}]"
    return plain((words if "." in words else words.replace("_", " ")) + unit)


def _cell(column: "TableColumn", value: Any) -> str:
    """Write a value: years and counts whole, money to the dollar, other numbers with the digits that mean something."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return plain(", ".join(result(value).split(" > ")))  # lists of names
    if column.name == "year" or (column.name.endswith("_year") and not column.name.endswith("per_year")):
        return str(value)
    if column.unit.startswith("USD") and abs(value) >= _LARGE:
        return money(value)
    return f"{value:,}" if isinstance(value, int) else result(float(value))
