"""Bars of how full each place is, the fullest first."""

from hubcalc.charts.base import BAR_HEIGHT, BLUE, MOST_BARS, RED, WIDTH, Records, Rows, Spec, in_order, joined, place

_FULL = 1.0


def stations(title: str, table: Rows) -> Spec | None:
    """Show the utilization of each stage, with the limit at which it can carry no more."""
    names = [str(value) for value in table.values("stage")]
    return _ladder(title, names, table, "Utilization [%]", "the limit is the theoretical capacity")


def elements(title: str, table: Rows) -> Spec | None:
    """Show the utilization of each hub and line that something passes."""
    parts = zip(table.values("element"), table.values("flow"), strict=True)
    names = [f"{place(str(element))} ({flow})" for element, flow in parts]
    limit = "the limit is the capacity that counts here"
    return _ladder(title, names, table, "Share of the capacity in use [%]", limit)


def _ladder(title: str, names: list[str], table: Rows, axis: str, limit: str) -> Spec | None:
    found: Records = []
    for name, scenario, share in zip(names, table.scenarios(), table.numbers("utilization"), strict=True):
        if share is not None and share > 0:
            found.append({"place": name, "scenario": scenario, "percent": 100 * share, "full": share >= _FULL - 1e-9})
    if not found:
        return None
    fullest: dict[str, float] = {}
    for item in found:
        fullest[str(item["place"])] = max(fullest.get(str(item["place"]), 0.0), float(item["percent"] or 0.0))
    order = sorted(fullest, key=lambda name: -fullest[name])
    shown = [item for item in found if item["place"] in order[:MOST_BARS]]
    what = f"the {MOST_BARS} fullest of {len(order)} places in use; {limit}" if len(order) > MOST_BARS else limit
    scenarios = list(dict.fromkeys(str(item["scenario"]) for item in shown))
    several = len(scenarios) > 1
    bar: Spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": in_order("place", None, order),
            "x": {
                "field": "percent",
                "type": "quantitative",
                "scale": {"zero": True, "domainMin": 0, "domainMax": round(max(100.0, max(fullest.values())), 6)},
                "axis": {"title": axis},
            },
        },
    }
    if several:
        bar["encoding"]["yOffset"] = {"field": "scenario", "type": "nominal", "sort": scenarios}
        bar["encoding"]["color"] = {
            "field": "scenario",
            "type": "nominal",
            "sort": scenarios,
            "legend": {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300},
        }
    else:
        bar["encoding"]["color"] = {"condition": {"test": "datum.full", "value": RED}, "value": BLUE}
    rule: Spec = {"mark": {"type": "rule", "strokeDash": [5, 3], "color": "#333333"}, "encoding": {"x": {"datum": 100}}}
    rows = min(len(order), MOST_BARS)
    height = rows * (BAR_HEIGHT if not several else 5 + 8 * len(scenarios))
    return joined(title, shown, {"width": WIDTH, "height": height, "layer": [bar, rule]}, subtitle=what)
