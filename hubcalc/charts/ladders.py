"""Bars of how full each place is, the fullest first."""

import json

from hubcalc.charts.base import (
    BAR_HEIGHT,
    BLUE,
    MOST_BARS,
    RED,
    WIDTH,
    Records,
    Rows,
    Spec,
    in_order,
    joined,
    place,
)
from hubmodels.answers import Cell

_FULL = 1.0


def stations(title: str, table: Rows, *, bottleneck: str = "") -> Spec | None:
    """Show the utilization of each stage, with the limit at which it can carry no more.

    A column `practical_utilization` is marked on each bar, and the bottleneck named.
    """
    names = [str(value) for value in table.values("stage")]
    limit = "the dashed limit is the theoretical capacity"
    if table.has("practical_utilization"):
        limit += ", the short lines the practical one"
    said = f"{bottleneck} (bold) limits the practical capacity; {limit}" if bottleneck else limit
    return _ladder(title, names, table, "Utilization [%]", said, bold=bottleneck)


def elements(title: str, table: Rows) -> Spec | None:
    """Show the utilization of each hub and line that something passes."""
    parts = zip(table.values("element"), table.values("flow"), strict=True)
    names = [f"{place(str(element))} ({flow})" for element, flow in parts]
    limit = "the dashed limit is the capacity that counts here"
    return _ladder(title, names, table, "Share of the capacity in use [%]", limit)


def _ladder(title: str, names: list[str], table: Rows, axis: str, limit: str, bold: str = "") -> Spec | None:
    found: Records = []
    practical = table.numbers("practical_utilization") if table.has("practical_utilization") else [None] * len(names)
    columns = (names, table.scenarios(), table.numbers("utilization"), practical)
    for name, scenario, share, limited in zip(*columns, strict=True):
        if share is not None and share > 0:
            full = share >= _FULL - 1e-9
            record: dict[str, Cell] = {"place": name, "scenario": scenario, "percent": 100 * share, "full": full}
            found.append(record if limited is None else {**record, "practical_percent": 100 * limited})
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
    if bold:
        test = f"datum.value === {json.dumps(bold)}"
        bar["encoding"]["y"]["axis"]["labelFontWeight"] = {
            "condition": {"test": test, "value": "bold"},
            "value": "normal",
        }
    layers = [bar, rule]
    if any("practical_percent" in item for item in shown):
        layers.append(_practical(bar["encoding"]))
    return joined(title, shown, {"width": WIDTH, "height": height, "layer": layers}, subtitle=what)


def _practical(encoding: Spec) -> Spec:
    """Mark the practical limit of each stage."""
    places = {name: channel for name, channel in encoding.items() if name in ("y", "yOffset")}
    x = {**encoding["x"], "field": "practical_percent"}
    mark = {"type": "tick", "color": "#333333", "thickness": 2, "opacity": 1}
    return {"mark": mark, "encoding": {**places, "x": x}}
