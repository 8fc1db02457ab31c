"""The sheets of results: the metrics and the station table, each number a live cell with its value."""

from hubcalc.analysis.analyses import metric_name
from hubcalc.analysis.metrics import METRIC_NAMES, describe
from hubcalc.answers.cells import station_cell
from hubcalc.workbooks.formulas import Ref
from hubcalc.workbooks.live import Link, fetched, shown
from hubcalc.workbooks.made import RESULTS, STAGES, Made
from hubcalc.workbooks.model import Cell, Sheet, Style, Value, decimals_for, heading, text
from hubmodels.tables import station_columns

HEADER = 3
METRIC, VALUE, UNIT, VERDICT, LOW, HIGH, ERROR, HALF_WIDTH, MEANING, METHOD, REASON, RAW = range(12)
_HEADINGS = (
    *("metric", "value", "unit", "verdict", "low", "high", "expected error", "half width"),
    *("meaning", "method", "why not exact", "answer of the server"),
)
_WIDTHS = (32, 16, 14, 13, 12, 12, 11, 11, 46, 44, 40, 24)
_LEAD = (
    "Green cells ask the server as soon as links are allowed (see Summary). Verdict, range and error are of the values "
    "as made."
)
LIVE_COLUMNS = (
    *("limit", "arrivals_per_day", "utilization", "peak_utilization"),
    *("wait_mean_hours", "service_mean_hours", "synchronization_mean_hours", "closure_mean_hours"),
    *("quota_mean_hours", "dwell_mean_hours", "theoretical_capacity_per_day", "practical_capacity_per_day"),
    "growth_per_day",
)
"""Columns of the station table that are live cells."""
_BEFORE = ("stage", "kind", "what it is")
_AFTER = ("verdict", "expected error", "method")


def metric_cell(name: str) -> Ref:
    """Say where the value of a metric stands."""
    return Ref(RESULTS, HEADER + 1 + METRIC_NAMES.index(metric_name(name)), VALUE)


def stage_cell(made: Made, stage: str, column: str) -> Ref:
    """Say where a value of the station table stands."""
    row = [station.stage for station in made.result.stations].index(stage)
    return Ref(STAGES, HEADER + 1 + row, len(_BEFORE) + LIVE_COLUMNS.index(column))


def addresses(made: Made) -> list[str]:
    """List the names of all live cells, as they stand in addresses."""
    stations = [f"stages.{row.stage}.{column}" for row in made.result.stations for column in LIVE_COLUMNS]
    return [*made.result.metrics, *stations]


def results_sheet(made: Made, link: Link) -> Sheet:
    """Make the sheet of metrics."""
    sheet = Sheet(RESULTS, _WIDTHS, hidden=frozenset({RAW}), header=HEADER, frozen_columns=2, color="#70AD47")
    sheet.add(text("Results", "title"))
    sheet.add(text(_LEAD, "lead"))
    sheet.add()
    sheet.add(*heading(*_HEADINGS))
    for name, metric in made.result.metrics.items():
        raw = fetched(name, metric, link)
        verdict, own = metric.verdict, sheet.ref(len(sheet.rows), RAW)
        sheet.add(
            text(name, "term"),
            shown(metric, own, raw.value),
            text(metric.unit),
            text(verdict.status),
            number(metric.low),
            number(metric.high),
            number(verdict.expected_error),
            number(verdict.half_width),
            text(describe(metric_name(name))["description"]),
            text(verdict.method),
            text(verdict.reason),
            raw,
        )
    return sheet


def number(value: Value) -> Cell:
    """Make a cell of a number that is not live."""
    return Cell(value, Style("number", decimals_for(value)))


def stages_sheet(made: Made, link: Link) -> Sheet:
    """Make the sheet of the station table."""
    units = station_columns()
    first_raw = len(_BEFORE) + len(LIVE_COLUMNS) + len(_AFTER)
    words = [name.replace("_", " ") for name in LIVE_COLUMNS]
    names = [f"{word} [{units[name]}]" if units[name] else word for word, name in zip(words, LIVE_COLUMNS, strict=True)]
    widths = (18, 20, 30, 14, *(12 for _ in LIVE_COLUMNS[1:]), 13, 10, 42, *(16 for _ in LIVE_COLUMNS))
    hidden = frozenset(range(first_raw, first_raw + len(LIVE_COLUMNS)))
    sheet = Sheet(STAGES, widths, hidden=hidden, header=HEADER, frozen_columns=1, color="#70AD47")
    sheet.add(text("Stages", "title"))
    sheet.add(text(f"{_LEAD} Waits and dwells are of those that visit the stage.", "lead"))
    sheet.add()
    sheet.add(*heading(*_BEFORE, *names, *_AFTER, *(f"answer: {name}" for name in LIVE_COLUMNS)))
    for station in made.result.stations:
        row = len(sheet.rows)
        found = [(f"stages.{station.stage}.{name}", station_cell(station, name)) for name in LIVE_COLUMNS]
        raws = [fetched(name, metric, link) for name, metric in found]
        refs = [sheet.ref(row, first_raw + i) for i in range(len(raws))]
        values = [shown(metric, ref, raw.value) for (_, metric), ref, raw in zip(found, refs, raws, strict=True)]
        verdict = station.verdict
        sheet.add(
            text(station.stage, "term"),
            text(station.kind),
            text(getattr(made.document.stages[station.stage], "label", "")),
            *values,
            text(verdict.status),
            number(verdict.expected_error),
            text(verdict.method),
            *raws,
        )
    return sheet
