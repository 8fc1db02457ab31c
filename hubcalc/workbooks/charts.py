"""The sheet of charts, and the one with the numbers that they show: live where the results are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hubcalc.workbooks.formulas import Expression, Range, Ref
from hubcalc.workbooks.inputs import value_cell
from hubcalc.workbooks.made import CHARTS, DATA, Made
from hubcalc.workbooks.model import CHART_WIDTH, Cell, Chart, Series, Sheet, Style, Value, decimals_for, heading, text
from hubcalc.workbooks.results import stage_cell
from hubmodels.paths import split_unit
from hubmodels.results import CapacityCurve, TimeSplit

_BLUE, _ORANGE, _GREEN, _RED, _PURPLE, _GREY = "#1F77B4", "#E6842A", "#2E8B57", "#C0392B", "#7B5AA6", "#A6A6A6"
_PARTS = {
    "wait_mean_hours": ("waiting for a server", _ORANGE),
    "service_mean_hours": ("service", _BLUE),
    "synchronization_mean_hours": ("waiting for others", _GREEN),
    "closure_mean_hours": ("waiting for opening", _PURPLE),
    "quota_mean_hours": ("waiting for a permit", _RED),
}
_OF_CURVE = {
    "wait_mean_hours": ("mean wait for servers", _GREEN),
    "dwell_mean_hours": ("mean dwell", _BLUE),
    "dwell_p90_hours": ("dwell, nine of ten within", _ORANGE),
}
_LIGHT = "#D0D5DD"
Column = tuple[Ref, Range]
_TIMES_OF_USUAL = 4.0
"""Times beyond so many times those at the practical capacity are cut off: towards the limit they grow without end."""
_TOP, _GAP = 90, 16
"""Pixels above the charts and between them."""
_HEIGHT = 400
_HEIGHT_OF_STAGE = 30


def chart_sheets(made: Made) -> tuple[Sheet, Sheet]:
    """Make the sheet of charts and that of their numbers.

    Parameters
    ----------
    made : Made
        What the workbook is made of.

    Returns
    -------
    tuple of Sheet
        The charts, and the numbers.
    """
    shown = Sheet(CHARTS, (11,) * 16, color="#1F77B4", one_page=True)
    data = Sheet(DATA, (36, *(18,) * 6), color="#A6A6A6")
    shown.add(text("Charts", "title"))
    shown.add(text(f"Their numbers stand on the sheet {DATA}; those of stages follow the live cells.", "lead"))
    data.add(text("Numbers of the charts", "title"))
    data.add(text("Green cells follow the live cells; the others are as made.", "lead"))
    charts = [_utilization(made, data), _times_of_stages(made, data), _times_of_unit(made, data)]
    if made.curve is None:
        shown.add(text("There is no capacity curve: the flow is zero, or no stage is loaded by it.", "lead"))
    else:
        charts.insert(1, _curve(made, made.curve, data))
    shown.charts = [*_placed(charts)]
    return shown, data


def _placed(charts: Sequence[Chart]) -> Iterator[Chart]:
    """Put charts two in a row, those of a row equally high."""
    top = _TOP
    for first in range(0, len(charts), 2):
        pair = charts[first : first + 2]
        height = max(chart.height for chart in pair)
        for place, chart in enumerate(pair):
            yield replace(chart, left=_GAP + place * (CHART_WIDTH + _GAP), top=top, height=height)
        top += height + _GAP


def _table(data: Sheet, title: str, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Add a table to the numbers; give its columns: the header and the rest."""
    data.add()
    data.add(text(title, "lead"))
    data.add(*heading(*names))
    first = len(data.rows)
    data.rows += [list(row) for row in rows]
    return [
        (Ref(DATA, first - 1, column), Range(DATA, column, first, len(data.rows) - 1)) for column in range(len(names))
    ]


def _height(rows: Sequence[object]) -> int:
    return max(_HEIGHT, 130 + _HEIGHT_OF_STAGE * len(rows))


def _live(value: Value, formula: Expression) -> Cell:
    return Cell(value, Style("live", decimals_for(value)), formula)


def _utilization(made: Made, data: Sheet) -> Chart:
    stations = sorted(made.result.stations, key=lambda station: -station.utilization)
    rows = []
    for station in stations:
        path = f"stages.{station.stage}.practical_utilization"
        limit = made.value(path) if path in made.inputs else None
        rows.append(
            [
                text(station.stage, "term"),
                _live(station.utilization, stage_cell(made, station.stage, "utilization")),
                Cell() if limit is None else _live(limit, value_cell(made, path)),
            ]
        )
    (_, names), *columns = _table(data, "Utilization of the stages", ("stage", "utilization", "practical limit"), rows)
    series = [
        Series(name, names, values, color) for (name, values), color in zip(columns, (_BLUE, _LIGHT), strict=True)
    ]
    title = "Utilization of the stages, the fullest first"
    return Chart("bars", title, series, _height(rows), values_title="Share of the capacity", percent=True)


def _times_of_stages(made: Made, data: Sheet) -> Chart:
    rows = []
    for station in made.result.stations:
        if station.kind == "yard":
            continue  # it holds contents for days, and delays nobody
        values = [(name, getattr(station, name)) for name in _PARTS]
        rows.append(
            [
                text(station.stage, "term"),
                *(_live("inf" if v is None else v, stage_cell(made, station.stage, name)) for name, v in values),
            ]
        )
    titles = [name for name, _ in _PARTS.values()]
    (_, names), *columns = _table(data, "Time of a unit that visits the stage [h]", ("stage", *titles), rows)
    series = [
        Series(name, names, values, color) for (name, values), (_, color) in zip(columns, _PARTS.values(), strict=True)
    ]
    title = "Where the time goes: mean time of a unit that visits the stage"
    return Chart("stacked", title, series, _height(rows), values_title="Hours")


def _times_of_unit(made: Made, data: Sheet) -> Chart:
    split = made.result.time_split
    parts = [name for name in TimeSplit.model_fields if name.endswith("_hours") and name != "dwell_hours"]
    told = {name: split_unit(TimeSplit.model_fields[name].description or "")[0] for name in parts}
    found = [(told[name].partition(":")[0], getattr(split, name)) for name in parts]
    rows = [[text(name, "term"), Cell(value, Style("number", decimals_for(value)))] for name, value in found]
    about = f"Dwell of one {split.unit} along the main route, as made"
    (_, names), (name, hours) = _table(data, f"{about} [h]", ("part", "hours"), rows)
    series = [Series(name, names, hours, _BLUE)]
    return Chart("bars", f"{about}: {_hours(split.dwell_hours)}", series, _height(rows), values_title="Hours")


def _hours(value: float | None) -> str:
    return "no steady state" if value is None else f"{value:.3g} h in the mean"


def _curve(made: Made, curve: CapacityCurve, data: Sheet) -> Chart:
    rows = [
        [_number(point.flow_per_day), *(_number(getattr(point, name)) for name in _OF_CURVE)] for point in curve.points
    ]
    unit = f"{curve.unit}s/day"
    titles = [name for name, _ in _OF_CURVE.values()]
    (_, flows), *columns = _table(
        data, f"Capacity curve, by fast formulas, as made [{unit}; h]", (f"flow [{unit}]", *titles), rows
    )
    series = [
        Series(name, flows, values, color)
        for (name, values), (_, color) in zip(columns, _OF_CURVE.values(), strict=True)
    ]
    top = _top(curve)
    marks = {
        "present flow": (curve.present_per_day, "#222222"),
        "practical capacity": (curve.practical_capacity_per_day, _GREY),
        "sustainable capacity": (_sustainable(made), _PURPLE),
        "theoretical capacity": (curve.theoretical_capacity_per_day, _RED),
    }
    for name, (flow, color) in marks.items():
        if flow is not None:
            points = [[_number(flow), _number(0.0)], [_number(flow), _number(top)]]
            (_, across), (header, values) = _table(data, name, (f"flow [{unit}]", name), points)
            series.append(Series(header, across, values, color, dashed=name != "present flow"))
    most = 1.02 * max(*(flow for flow, _ in marks.values() if flow is not None), curve.points[-1].flow_per_day)
    title = "Wait and dwell over the flow, by fast formulas, as made"
    return Chart("lines", title, series, _HEIGHT, f"Flow [{unit}]", "Hours", most=top, most_across=most)


def _number(value: float | None) -> Cell:
    return Cell(value, Style("number", decimals_for(value)))


def _sustainable(made: Made) -> float | None:
    found = made.result.metrics["sustainable_capacity_per_day"].value
    return found if isinstance(found, float) else None


def _top(curve: CapacityCurve) -> float:
    """Give the end of the axis of time."""
    times = [(p.flow_per_day, [h for name in _OF_CURVE if (h := getattr(p, name)) is not None]) for p in curve.points]
    most = max((max(found) for _, found in times if found), default=1.0)
    reach = max(curve.practical_capacity_per_day, curve.present_per_day)
    usual = [max(found) for flow, found in times if found and flow <= reach]
    return min(most, _TIMES_OF_USUAL * max(usual)) if usual else most
