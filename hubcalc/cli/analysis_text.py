"""Reports in words and text tables."""

from collections.abc import Iterator, Sequence

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, plain, result, standing, with_unit, wrapped
from hubcalc.cli.stations_text import growth, station_table, stations_in_detail
from hubcalc.tables import weakest
from hubcalc.words import plural
from hubmodels.results import AnalysisReport, Metric, ScenarioResult, TimeSplit


def report_text(report: AnalysisReport, view: str | None) -> str:
    """Write a report, or one view of it."""
    blocks = [_heading(report)]
    if view == "evidence":
        blocks.append(_evidence(report))
    elif view == "stations":
        blocks += [_scenario_name(report, r) + stations_in_detail(r) for r in report.results]
    elif len(report.results) > 1:
        blocks += [_scenarios(report), *_codes(report)]
    else:
        only = report.results[0]
        blocks.append(_overrides(report, only) + _metrics(only))
        if view is None:
            blocks += ["Stages\n" + station_table(only), "Where the time goes [h]\n" + _time(only)]
            blocks += [*_balance(only), *_warnings(only)]
    return "\n\n".join(blocks)


def _heading(report: AnalysisReport) -> str:
    hub = report.hub
    version = f", version {hub.version}" if hub.version else ""
    inside = f" of {plural(report.content_unit)}" if report.content_unit else ""
    kind = hub.kind.replace("_", " ")
    unit = f"main flow in {plural(report.unit)}{inside}"
    return plain(f"{hub.name} ({hub.id}, {kind}{version})\n{unit}; model version {report.model_version}")


def _overrides(report: AnalysisReport, result_: ScenarioResult) -> str:
    units = {item.path: item.unit for item in report.evidence}
    said = [f"{path} = {with_unit(value, units.get(path, ''))}" for path, value in result_.overrides.items()]
    return f"with {', '.join(said)}\n\n" if said else ""


def _scenario_name(report: AnalysisReport, result_: ScenarioResult) -> str:
    return _overrides(report, result_).replace("\n\n", "\n")


def _metrics(scenario: ScenarioResult) -> str:
    columns = [
        *(Column("metric", whole=True), Column("value", right=True), Column("range", right=True)),
        *(Column("unit", whole=True), Column("verdict", whole=True)),
    ]
    rows = [
        [name, _value(name, metric), _range(name, metric), _unit(name, metric), standing(metric.verdict)]
        for name, metric in scenario.metrics.items()
    ]
    return "\n".join([table_text(columns, rows), *_legend(scenario), *_no_values(scenario)])


def _legend(scenario: ScenarioResult) -> Iterator[str]:
    """Explain range and error, which are of different things."""
    metrics = scenario.metrics.values()
    if any(metric.low is not None or metric.high is not None for metric in metrics):
        yield wrapped("range: what the uncertainty of the inputs makes of it", text_width())
    if any(metric.verdict.expected_error for metric in metrics):
        yield wrapped(
            "±n%: the error of an approximation against simulation, or the 95 % interval of a simulation; not the "
            "error of the model against the world",
            text_width(),
        )


def _no_values(scenario: ScenarioResult) -> Iterator[str]:
    """Say why some metrics have no value."""
    if any(metric.verdict.status == "unstable" for metric in scenario.metrics.values()):
        yield growth(scenario.stations)
    for name, metric in scenario.metrics.items():
        if metric.verdict.status == "refused":
            yield wrapped(f"{name} refused: {metric.verdict.reason}", text_width(), "", "  ")


def _value(name: str, metric: Metric) -> str:
    return result(metric.value, _unit(name, metric))


def _range(name: str, metric: Metric) -> str:
    """Give what the uncertainty of the inputs makes of a value; an end without steady state is open."""
    if metric.low is None and metric.high is None:
        return ""
    unit = _unit(name, metric)
    return f"{result(metric.low, unit)} to {'no end' if metric.high is None else result(metric.high, unit)}"


def _unit(name: str, metric: Metric) -> str:
    """Give the unit; utilization is written as a percentage, and a name has none."""
    if isinstance(metric.value, str):
        return ""
    return "%" if _is_share(name) and metric.unit == "1" else metric.unit


def _is_share(name: str) -> bool:
    return name == "headroom" or name.endswith(("utilization", "_share"))


def _time(scenario: ScenarioResult) -> str:
    columns = [Column("of a"), *(Column(name, right=True) for name in ("queue", "service", "synchronization"))]
    columns += [Column(name, right=True) for name in ("closure", "quota", "dwell")]
    splits = [split for split in (scenario.time_split, scenario.content_time_split) if split is not None]
    return table_text(columns, [[split.unit, *map(result, _hours(split))] for split in splits])


def _hours(split: TimeSplit) -> Sequence[float | None]:
    parts = (split.queue_hours, split.service_hours, split.synchronization_hours, split.closure_hours)
    return [*parts, split.quota_hours, split.dwell_hours]


def _balance(scenario: ScenarioResult) -> Iterator[str]:
    """Set what goes in and out, and say what must come back."""
    balance = scenario.balance
    if balance is None:
        return
    columns = [Column("flow", whole=True), Column("way"), Column("of", whole=True), *_right("in", "out")]
    columns += _right("contents\nin", "\nout", "empty\nout", "TEU\nout", "wagons\nout")
    rows = [
        [
            *(flow.flow, flow.direction, flow.unit, result(flow.units_in_per_day), result(flow.units_out_per_day)),
            *map(_or_nothing, (flow.contents_in_per_day, flow.contents_out_per_day, flow.empty_out_per_day)),
            *map(_or_nothing, (flow.teu_out_per_day, flow.wagons_out_per_day)),
        ]
        for flow in balance.flows
    ]
    lines = [table_text(columns, rows)]
    for count, direction, what in (
        (balance.empties_to_return_per_day, balance.empties_direction, "empties"),
        (balance.wagons_to_return_per_day, balance.wagons_direction, "wagons"),
    ):
        if count and direction:
            way = "back" if direction == "return" else "forward"
            lines.append(wrapped(f"{result(count)} {what} a day gather on one side and must go {way}", text_width()))
    yield "Balance [per day]\n" + "\n".join(lines)


def _right(*names: str) -> list[Column]:
    return [Column(name, right=True) for name in names]


def _or_nothing(value: float | None) -> str:
    return "" if value is None else result(value)


def _warnings(scenario: ScenarioResult) -> Iterator[str]:
    if scenario.warnings:
        lines = [wrapped(f"{advice.message} [{advice.code}]", text_width(), "- ", "  ") for advice in scenario.warnings]
        yield "Warnings\n" + "\n".join(lines)


def _scenarios(report: AnalysisReport) -> str:
    """Set one row a scenario; the last column says what the weakest metric is worth."""
    first = report.results[0]
    columns = [Column(path.replace(".", ".\n"), right=True) for path in first.overrides]
    for name, metric in first.metrics.items():
        columns.append(Column(_title(name, metric), right=not _named(report, name)))
    rows = [
        [
            *(entered(value) for value in scenario.overrides.values()),
            *(_value(name, metric) for name, metric in scenario.metrics.items()),
            _weakest(scenario),
        ]
        for scenario in report.results
    ]
    return table_text([*columns, Column("verdict")], rows)


def _named(report: AnalysisReport, name: str) -> bool:
    return any(isinstance(scenario.metrics[name].value, str) for scenario in report.results)


def _title(name: str, metric: Metric) -> str:
    words = name
    for suffix in ("_hours", "_per_day", "_teu_per_year"):
        words = words.removesuffix(suffix)
    unit = "%" if _is_share(name) else metric.unit if metric.unit != "stage" else ""
    return "\n".join([*words.split("_"), *([f"[{unit}]"] if unit else [])])


def _weakest(scenario: ScenarioResult) -> str:
    status = weakest(scenario.metrics.values())
    return growth(scenario.stations) if status == "unstable" else status


def _codes(report: AnalysisReport) -> Iterator[str]:
    """List the kinds of warnings, without those that the table itself shows."""
    codes = {advice.code for scenario in report.results for advice in scenario.warnings} - {"unstable"}
    if codes:
        text = f"Warnings: {', '.join(sorted(codes))}; in words: analyze one scenario"
        yield wrapped(text, text_width(), "", "  ")


def _evidence(report: AnalysisReport) -> str:
    width = text_width()
    lines = []
    for item in report.evidence:
        lines.append(plain(f"{item.path} = {with_unit(item.value, item.unit)}  [{item.basis}]"))
        source = f"source: {item.source}" + (f" ({item.year})" if item.year else "") if item.source else ""
        lines += [wrapped(text, width, "    ", "      ") for text in (source, item.url or "", item.note) if text]
    return "\n".join(lines)
