"""Months of storms: how much of each is closed, and how long nine of ten wait."""

from hubcalc.charts.base import BLUE, SKY, WIDTH, Records, Rows, Spec, in_order, joined, quantity

_HOURS_PER_DAY = 24


def months(title: str, table: Rows) -> Spec | None:
    """Show closures and waits by month."""
    names = [str(value).capitalize() for value in table.values("month")]
    records: Records = []
    closed, hours = table.numbers("closed_share"), table.numbers("wait_p90_hours")
    for month, scenario, share, long in zip(names, table.scenarios(), closed, hours, strict=True):
        days = None if long is None else long / _HOURS_PER_DAY
        percent = None if share is None else 100 * share
        records.append({"month": month, "scenario": scenario, "closed_percent": percent, "wait_days": days})
    if not records:
        return None
    scenarios = list(dict.fromkeys(str(item["scenario"]) for item in records))
    encoding: Spec = {
        "x": in_order("month", None, names, labelAngle=0),
        "y": quantity("wait_days", "Wait of nine of ten, at most [days]"),
    }
    mark: Spec = {"type": "line", "strokeWidth": 2, "point": {"size": 45}}
    if len(scenarios) > 1:
        legend = {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300}
        encoding["color"] = {"field": "scenario", "type": "nominal", "sort": scenarios, "legend": legend}
        encoding["shape"] = {"field": "scenario", "type": "nominal", "sort": scenarios, "legend": None}
    else:
        encoding["color"] = {"value": BLUE}
    wait: Spec = {"width": WIDTH, "height": 230, "mark": mark, "encoding": encoding}
    storm: Spec = {
        "width": WIDTH,
        "height": 90,
        "transform": [{"filter": {"field": "scenario", "equal": scenarios[0]}}],
        "mark": {"type": "bar", "color": SKY},
        "encoding": {
            "x": in_order("month", None, names, labelAngle=0),
            "y": quantity("closed_percent", "Closed [%]", tickCount=4),
        },
    }
    subtitle = "by the month in which one comes; below, the share of each month that storms close"
    return joined(title, records, {"vconcat": [wait, storm]}, subtitle=subtitle)
