"""Results of studies as text."""

import re
from typing import TYPE_CHECKING, Any

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import plain, result, wrapped
from hubcalc.tables.studies import study_table, study_views
from hubmodels.paths import split_unit

if TYPE_CHECKING:
    from hubcalc.tables import Table
    from hubmodels.studies.base import StudyResult

MOST_SHOWN = 15
"""Rows of a table on the screen; --view shows more, and --csv all of them."""
MOST_OF_A_VIEW = 60
SHOWN: dict[str, tuple[str, ...]] = {
    "sweep": ("summaries",),
    "montecarlo": ("metrics.percentiles", "targets", "choices.shares", "metrics.importance"),
    "sensitivity": ("tornado.bars", "elasticities.inputs", "sobol.inputs"),
    "sizing": ("items", "targets", "neighbors", "front.points"),
    "staging": ("levels", "triggers", "staircase.steps", "regrets"),
}
"""Tables that are shown of each kind; all others by --view."""
_LEADING: dict[str, frozenset[str]] = {
    "summaries": frozenset({"name", "unit", "least", "mean", "greatest"}),
    "metrics.importance": frozenset({"name", "path", "variance_share", "rank_correlation"}),
    "tornado.bars": frozenset({"metric", "path", "low_input", "high_input", "at_low", "at_high", "swing"}),
    "elasticities.inputs": frozenset({"metric", "path", "elasticity", "per_unit", "unit_of_change"}),
}
"""Columns that are shown where a table has more than a screen holds."""
_UNIT_OF_ROW = re.compile(r" \[(?:the metric's|the input's|unit of the column)\]")
_NOT_SHOWN = frozenset({"description", "reason"})
_COMMON = frozenset({"kind", "subject", "model_version", "rows", "columns", "warnings", "charts"})


def study_text(found: "StudyResult", view: str | None) -> str:
    """Write a result, or one table of it."""
    names = [view] if view else [name for name in SHOWN[found.kind] if name in study_views(type(found))]
    blocks = [_heading(found)]
    for name in names:
        table = study_table(found, name)
        if table.rows:
            title = name.replace("_", " ").replace(".", ": ").capitalize()
            blocks.append(f"{title}\n{_table(table, _LEADING.get(name), MOST_OF_A_VIEW if view else MOST_SHOWN)}")
    if found.warnings:
        said = [wrapped(f"- {item.message} [{item.code}]", text_width(), "", "  ") for item in found.warnings]
        blocks.append("\n".join(["Warnings", *said]))
    return "\n\n".join(blocks)


def _heading(found: "StudyResult") -> str:
    about = found.subject
    with_scenario = f", scenario {about.scenario}" if about.scenario else ""
    fixed = ", ".join(f"{path} = {value}" for path, value in about.overrides.items())
    lines = [f"{about.name} ({about.id}{with_scenario})"]
    lines += [wrapped(f"with {fixed}", text_width())] if fixed else []
    lines.append(f"{found.kind}, {found.rows:,} rows; model version {found.model_version}")
    own = "; ".join(_own_numbers(found))
    return plain("\n".join([*lines, *([wrapped(own, text_width())] if own else [])]))


def _own_numbers(found: "StudyResult") -> list[str]:
    """Say what a result has beside its tables."""
    said = []
    for name, field in type(found).model_fields.items():
        value = getattr(found, name)
        if name in _COMMON or not isinstance(value, int | float | str) or value == "":
            continue
        unit = split_unit(field.description or "")[1]
        title = name.removesuffix("_usd_per_year").removesuffix("_usd").replace("_", " ")
        shown = "" if unit in ("", "1") or title.endswith(unit) else f" {unit}"
        said.append(f"{title} {_whole(value)}{shown}")
    return said


def _whole(value: Any) -> str:
    """Write a number of the heading; counts and years have no thousands to be cut."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else result(float(value))


def _table(table: "Table", leading: frozenset[str] | None, most: int) -> str:
    names = {column.name for column in table.columns} - _NOT_SHOWN if leading is None else leading
    kept = [i for i, column in enumerate(table.columns) if column.name in names and _says_something(table, i)]
    rows = [[row[i] for i in kept] for row in table.rows]
    texts = [i for i in range(len(kept)) if any(isinstance(row[i], str) for row in rows)]
    headers = [_UNIT_OF_ROW.sub("", table.columns[i].header) for i in kept]
    columns = [
        Column(header.replace("_", " "), right=i not in texts, whole=i in texts) for i, header in enumerate(headers)
    ]
    years = [i for i, place in enumerate(kept) if table.columns[place].name.endswith("year")]
    texts_of = [
        [str(v) if i in years and v is not None else _cell(v) for i, v in enumerate(row)] for row in rows[:most]
    ]
    text = table_text(columns, texts_of)
    more = len(rows) - most
    return f"{text}\nand {more} more rows: see --view and --csv" if more > 0 else text


def _says_something(table: "Table", column: int) -> bool:
    return any(row[column] not in (None, "") for row in table.rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return result(float(value)) if isinstance(value, int | float) else result(value)
