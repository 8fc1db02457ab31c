"""What is still served without each place."""

from hubcalc.charts.base import BAR_HEIGHT, BLUE, MOST_BARS, WIDTH, Records, Rows, Spec, in_order, joined, place


def outages(title: str, table: Rows) -> Spec | None:
    """Show the share of the demand that is served without each place, the worst first."""
    records: Records = []
    scenarios = table.scenarios()
    served = table.numbers("served_share")
    for lost, scenario, share in zip(table.values("lost"), scenarios, served, strict=True):
        if share is not None:
            name = " + ".join(place(part) for part in str(lost).split(" > "))
            records.append({"lost": name, "scenario": scenario, "served_percent": 100 * share})
    if not records:
        return None
    order = list(dict.fromkeys(str(item["lost"]) for item in records))
    shown = [item for item in records if item["lost"] in order[:MOST_BARS]]
    several = len({item["scenario"] for item in shown}) > 1
    encoding: Spec = {
        "y": in_order("lost", None, order),
        "x": {
            "field": "served_percent",
            "type": "quantitative",
            "scale": {"domain": [0, 100]},
            "axis": {"title": "Demand that is served [%]"},
        },
    }
    if several:
        legend = {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300}
        encoding["yOffset"] = {"field": "scenario", "type": "nominal"}
        encoding["color"] = {"field": "scenario", "type": "nominal", "legend": legend}
    subtitle = f"the {MOST_BARS} costliest losses of {len(order)}" if len(order) > MOST_BARS else "the costliest first"
    body: Spec = {
        "width": WIDTH,
        "height": min(len(order), MOST_BARS) * BAR_HEIGHT * (2 if several else 1),
        "mark": {"type": "bar", "color": BLUE},
        "encoding": encoding,
    }
    return joined(title, shown, body, subtitle=subtitle)
