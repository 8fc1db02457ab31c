"""The hours of the day: who stands in line at each stage, and how long."""

from collections.abc import Sequence

from hubcalc.charts.base import PALETTE, WIDTH, Records, Spec, joined, quantity
from hubmodels.results import DayProfile, StageProfile

_MOST_STAGES = len(PALETTE) - 1
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS_PER_DAY = 24


def day_chart(day: DayProfile) -> Spec | None:
    """Give the chart of a day, or of a week where its days differ.

    Parameters
    ----------
    day : DayProfile
        The hours of each stage.

    Returns
    -------
    dict or None
        Queue and wait over the hours, a color for each stage, those with the longest queues; None where no stage has a
        steady state.
    """
    steady = [stage for stage in day.stages if stage.hours]
    queued = sorted(steady, key=lambda stage: -max(hour.queue_mean for hour in stage.hours))[:_MOST_STAGES]
    shown = [stage for stage in steady if stage in queued]
    if not shown:
        return None
    records: Records = [
        {
            "hour": (hour.day or 0) * _HOURS_PER_DAY + hour.hour + later,
            "stage": stage.stage,
            "queue": hour.queue_mean,
            "wait_hours": hour.wait_mean_hours,
        }
        for stage in shown
        for hour, later in [*((each, 0) for each in stage.hours), (stage.hours[-1], 1)]  # which lasts to its end
    ]
    weekly = any(hour.day is not None for stage in shown for hour in stage.hours)
    names = [stage.stage for stage in shown]
    panels = [_panel("queue", "In line [units]", "", names, weekly=weekly)]
    panels.append(_panel("wait_hours", "Wait of those who come [h]", "Local time", names, weekly=weekly))
    title = f"{day.hub.name}: the stages through the hours of the {'week' if weekly else 'day'}"
    return joined(title, records, {"vconcat": panels}, subtitle=_said(day.stages, shown))


def _panel(field: str, title: str, x_title: str, names: Sequence[str], *, weekly: bool) -> Spec:
    span = _HOURS_PER_DAY * (7 if weekly else 1)
    axis: Spec = {"title": x_title, "values": [*range(0, span + 1, _HOURS_PER_DAY if weekly else 3)]}
    if weekly:
        days = ", ".join(f"'{name}'" for name in _DAYS)
        axis["labelExpr"] = f"[{days}, ''][datum.value / {_HOURS_PER_DAY}]"
        axis |= {"labelAlign": "left"}
    else:
        axis["labelExpr"] = "datum.value + ':00'"
    x = {"field": "hour", "type": "quantitative", "scale": {"domain": [0, span], "nice": False}, "axis": axis}
    color = {
        "field": "stage",
        "type": "nominal",
        "sort": [*names],
        "scale": {"domain": [*names]},
        "legend": {"title": None, "orient": "bottom", "columns": 4},
    }
    return {
        "width": WIDTH,
        "height": 170,
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {"x": x, "y": quantity(field, title, tickCount=5), "color": color},
    }


def _said(stages: Sequence[StageProfile], shown: Sequence[StageProfile]) -> str:
    """Say what is not shown."""
    parts = []
    growing = [stage.stage for stage in stages if not stage.hours]
    if growing:
        parts.append(f"without steady state: {', '.join(growing)}")
    if len(shown) + len(growing) < len(stages):
        parts.append(f"the {len(shown)} stages with the longest queues of {len(stages)}")
    return "; ".join(parts)
