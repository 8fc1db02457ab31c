"""Lines or bars over an input that was varied."""

from collections.abc import Sequence

from hubcalc.charts.base import (
    BLUE,
    PALETTE,
    WIDTH,
    Records,
    Rows,
    Spec,
    in_order,
    joined,
    plain,
    quantity,
    short,
    words,
)
from hubmodels.answers import Cell

_PREFERRED = (
    "cleared_after_hours",
    "recovered_after_hours",
    "capacity_teu_per_year",
    "served_share",
    "price_of_anarchy",
    "mean_hours",
    "wait_mean_hours",
    "dwell_mean_hours",
    "practical_capacity_per_day",
)
_NOT_MEASURES = frozenset({"relative_gap", "seed", "years", "iterations", "expected_error"})
_MOST_TICKS = 12
_MOST_SERIES = len(PALETTE)
_LINES_FROM = 3
"""Values of the input from which a line is drawn; fewer are bars."""


def varied(
    title: str,
    table: Rows,
    *,
    calculator: bool = False,
    inputs: Sequence[str] | None = None,
    measure: str | None = None,
) -> Spec | None:
    """Show one measure over the input that takes most values, a color for each value of the others.

    Inputs of documents are known by their paths; those of a calculator have none, but stand before its metrics. Both,
    and the measure, may be named.
    """
    found = _leading(table) if calculator else table.changed
    changed = found if inputs is None else [name for name in inputs if len(set(table.values(name))) > 1]
    measure = measure or measure_of(table, changed)
    if measure is None or not changed:
        return None
    along = max(changed, key=lambda name: len(set(table.values(name))))
    others = [name for name in changed if name != along]
    table, left_out = _thinned(table, others)
    others = [name for name in others if len(set(table.values(name))) > 1]
    numbers, unit = table.numbers(measure), table.unit(measure)
    scale, axis = scaled(measure, unit)
    records: Records = []
    for i, number in enumerate(numbers):
        series = ", ".join(f"{short(name)} = {plain(table.values(name)[i])}" for name in others)
        value = None if number is None else number * scale
        records.append({"input": table.values(along)[i], "series": series, "value": value})
    if all(item["value"] is None for item in records):
        return None
    missing = sum(item["value"] is None for item in records)
    subtitle = f"{missing} of {len(records)} have no value: see the table" if missing else left_out
    x_title = words(short(along), table.unit(along))
    return joined(title, records, _body(records, (x_title, axis)), subtitle=subtitle)


def _thinned(table: Rows, others: list[str]) -> tuple[Rows, str]:
    """Keep, of more combinations than colors, those in which all but one input have their first value."""
    combinations = {tuple(table.values(name)[i] for name in others) for i in range(len(table.rows))}
    if len(combinations) <= _MOST_SERIES:
        return table, ""
    kept = max(others, key=lambda name: len(set(table.values(name))))
    fixed = {name: table.values(name)[0] for name in others if name != kept}
    rows = [
        row for i, row in enumerate(table.rows) if all(table.values(name)[i] == value for name, value in fixed.items())
    ]
    said = ", ".join(f"{short(name)} = {plain(value)}" for name, value in fixed.items())
    return Rows(table.columns, rows), f"rows with {said}; for the others see the table"


def _leading(table: Rows) -> list[str]:
    """Name the first columns that tell the rows apart: the inputs of a calculator that were varied."""
    found: list[str] = []
    for column in table.columns:
        rows = list(zip(*(table.values(name) for name in found), strict=True)) if found else [()] * len(table.rows)
        if len(set(rows)) == len(rows):
            break
        if len(set(table.values(column.name))) > 1:
            found.append(column.name)
    return found


def _body(records: Records, axes: tuple[str, str]) -> Spec:
    x_title, y_title = axes
    series = list(dict.fromkeys(str(item["series"]) for item in records))
    values: list[Cell] = list(dict.fromkeys(item["input"] for item in records))
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    as_line = numeric and len(values) >= _LINES_FROM
    encoding: Spec = {"y": quantity("value", y_title)}
    if as_line:
        encoding["x"] = {
            "field": "input",
            "type": "quantitative",
            "scale": {"zero": False, "nice": False, "padding": 12},
            "axis": {"title": x_title, "format": ",.6~r", **({"values": values} if len(values) <= _MOST_TICKS else {})},
        }
        mark: Spec = {"type": "line", "strokeWidth": 2, "point": {"size": 50}}
    else:
        for item in records:
            item["input"] = plain(item["input"])
        encoding["x"] = in_order("input", x_title, [plain(value) for value in values], labelAngle=0)
        mark = {"type": "bar", "size": 36} if len(series) == 1 else {"type": "bar"}
    encoding["color"] = {"value": BLUE}
    if len(series) > 1:
        legend = {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300}
        encoding["color"] = {"field": "series", "type": "nominal", "sort": series, "legend": legend}
        offset = {"field": "series", "type": "nominal", "sort": series}
        encoding["shape" if as_line else "xOffset"] = {**offset, "legend": None} if as_line else offset
    return {"width": WIDTH, "height": 260, "mark": mark, "encoding": encoding}


def measure_of(table: Rows, given: Sequence[str], preferred: Sequence[str] = _PREFERRED) -> str | None:
    """Choose what is shown: a preferred measure that is known, else the first that differs."""
    columns = [c.name for c in table.columns if c.name not in given and "." not in c.name and c.unit]
    measures = [
        name for name in columns if name not in _NOT_MEASURES and any(n is not None for n in table.numbers(name))
    ]
    first = [name for name in preferred if name in measures]
    differing = [name for name in [*first, *measures] if len(set(table.numbers(name))) > 1]
    return next(iter([*differing, *first, *measures]), None)


def scaled(measure: str, unit: str) -> tuple[float, str]:
    """Show long times in days and shares in percent."""
    if unit == "h" and measure in ("cleared_after_hours", "recovered_after_hours", "mean_hours"):
        return 1 / 24, words(measure, "days").replace(" hours", "").replace("_hours", "")
    if unit == "1" and measure.endswith("share"):
        return 100.0, words(measure, "%")
    return 1.0, words(measure, unit)
