"""Capacity curves, days, clearings and recoveries in words and text tables."""

from collections.abc import Iterator

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, plain, result, standing, wrapped
from hubcalc.tables.timelines import CurveView, DayView
from hubcalc.words import plural
from hubmodels.results import CapacityCurve, Clearing, DayProfile, HourOfDay, Recovery, StageProfile, Verdict

_TWO_DAYS = 48
_NO_HOURS = (
    "No stage of the main route has hours: where cargo only moves, nothing lines up. `hubcalc analyze` gives the times."
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def curve_text(curve: CapacityCurve, view: CurveView | None) -> str:
    """Write a curve, or one table of it."""
    unit = f"{plural(curve.unit)} a day"
    capacities = f"present flow {result(curve.present_per_day)} {unit}; "
    capacities += f"practical capacity {result(curve.practical_capacity_per_day)}, "
    capacities += f"theoretical {result(curve.theoretical_capacity_per_day)}"
    blocks = [_heading(curve), wrapped(capacities, text_width())]
    if view in (None, "points"):
        blocks.append(_points(curve))
    if view in (None, "levels"):
        columns = [Column("wait / service", right=True), Column(f"up to\n[{plural(curve.unit)}/day]", right=True)]
        rows = [[entered(each.wait_over_service), result(each.flow_per_day)] for each in curve.levels]
        blocks.append(table_text(columns, rows))
    return "\n\n".join(blocks)


def day_text(day: DayProfile, view: DayView | None) -> str:
    """Write a day: all stages in short, and each in its hours if it is asked for."""
    blocks = [_heading(day)]
    if not day.stages:
        return "\n\n".join([*blocks, wrapped(_NO_HOURS, text_width())])
    if view != "hours":
        columns = [Column("stage", whole=True), Column("mean wait\n[h]", right=True)]
        columns += [Column("longest line\n[units]", right=True), Column("at", whole=True), Column("verdict")]
        rows = [
            [
                *(each.stage, result(each.wait_mean_hours), result(each.queue_peak), _time(each)),
                f"grows by {result(each.growth_per_day)} a day" if each.growth_per_day else standing(each.verdict),
            ]
            for each in day.stages
        ]
        blocks.append(table_text(columns, rows))
    if view == "hours":
        blocks += [f"{stage.stage}\n{_hours(stage)}" for stage in day.stages if stage.hours]
    elif view is None:
        blocks.append("Hour by hour: --view hours")
    return "\n\n".join(blocks)


def clearing_text(clearing: Clearing) -> str:
    """Write when a line has cleared."""
    units = plural(clearing.unit)
    lines = [
        f"{result(clearing.queue)} {units} before {clearing.stage}, {result(clearing.arrivals_per_day)} a day arrive, "
        f"{result(clearing.capacity_per_day)} can be served"
    ]
    if clearing.cleared_after_hours is None:
        lines.append(f"never clears: the line grows by {result(clearing.growth_per_day)} {units} a day")
    else:
        between = ""
        if clearing.cleared_p10_hours is not None and clearing.cleared_p90_hours is not None:
            between = f" (P10 {_days(clearing.cleared_p10_hours)}, P90 {_days(clearing.cleared_p90_hours)})"
        lines.append(f"cleared after {_days(clearing.cleared_after_hours)}{between}")
        lines.append(f"the last of those in line is served after {_days(clearing.last_in_queue_hours)}")
    return _said(clearing, lines, clearing.verdict)


def recovery_text(recovery: Recovery) -> str:
    """Write what a closure leaves behind."""
    units = plural(recovery.unit)
    lines = [
        f"{recovery.stage} closed for {_days(recovery.closed_hours)}: {result(recovery.backlog)} {units} in line at "
        f"its end, {result(recovery.backlog_usual)} at that time usually"
    ]
    if recovery.recovered_after_hours is None:
        lines.append(f"never recovers: the line grows by {result(recovery.growth_per_day)} {units} a day")
    else:
        lines.append(f"as usual again {_days(recovery.recovered_after_hours)} after the end")
        lines.append(f"{result(recovery.affected)} {units} delayed, by {_days(recovery.delay_mean_hours)} in the mean")
    return _said(recovery, lines, recovery.verdict)


def _heading(found: CapacityCurve | DayProfile | Clearing | Recovery) -> str:
    hub = found.hub
    version = f", version {hub.version}" if hub.version else ""
    lines = [f"{hub.name} ({hub.id}, {hub.kind.replace('_', ' ')}{version}); model version {found.model_version}"]
    if found.overrides:
        lines.append("with " + ", ".join(f"{path} = {entered(value)}" for path, value in found.overrides.items()))
    return plain("\n".join(lines))


def _said(found: Clearing | Recovery, lines: list[str], verdict: Verdict) -> str:
    lines.append(f"{standing(verdict)}: {verdict.method}{'; ' if verdict.reason else ''}{verdict.reason}")
    return "\n\n".join([_heading(found), "\n".join(wrapped(line, text_width(), "", "  ") for line in lines)])


def _points(curve: CapacityCurve) -> str:
    columns = [Column(f"flow\n[{plural(curve.unit)}/day]", right=True), Column("util.\n[%]", right=True)]
    columns += [Column(f"{name}\n[h]", right=True) for name in ("wait", "dwell", "P50", "P90", "P95")]
    columns += [Column("wait /\nservice", right=True), Column("verdict")]
    rows = [
        [
            *(result(each.flow_per_day), result(each.utilization, "%"), result(each.wait_mean_hours)),
            *(result(each.dwell_mean_hours), result(each.dwell_p50_hours), result(each.dwell_p90_hours)),
            *(result(each.dwell_p95_hours), result(each.wait_over_service), standing(each.verdict)),
        ]
        for each in curve.points
    ]
    return table_text(columns, rows)


def _hours(stage: StageProfile) -> str:
    columns = [Column("hour", whole=True), Column("arrive\n[/h]", right=True), Column("open\n[%]", right=True)]
    columns += [Column("busy\n[%]", right=True), Column("in line", right=True), Column("wait\n[h]", right=True)]
    return table_text(columns, list(map(list, map(_hour, stage.hours))))


def _hour(hour: HourOfDay) -> Iterator[str]:
    day = f"{_WEEKDAYS[hour.day]} " if hour.day is not None else ""
    yield f"{day}{hour.hour:02}:00"
    yield from (result(hour.arrivals_per_hour), result(hour.open_share, "%"), result(hour.utilization, "%"))
    yield from (result(hour.queue_mean), result(hour.wait_mean_hours))


def _time(stage: StageProfile) -> str:
    """Write when the line is longest; with the day where days differ."""
    if stage.queue_peak_hour is None or not stage.hours:
        return "-"
    days, hours = divmod(stage.queue_peak_hour, 24)
    weekday = f"{_WEEKDAYS[int(days)]} " if stage.hours[0].day is not None else ""
    return f"{weekday}{int(hours):02}:{int(hours % 1 * 60):02}"


def _days(hours: float | None) -> str:
    """Write a time in hours, and in days where it is long."""
    if hours is None:
        return "-"
    return f"{result(hours)} h" if hours < _TWO_DAYS else f"{result(hours)} h ({result(hours / 24)} days)"
