"""Pareto front: what less of one costs in the other."""

from collections.abc import Sequence

from hubcalc.charts.base import BLUE, RED, WIDTH, Records, Spec
from hubcalc.charts.layers import (
    HEIGHT,
    INK,
    LABEL_SIZE,
    Box,
    Number,
    apart,
    axis_title,
    check_lengths,
    finites,
    known,
    layer,
    layered,
    missing,
    position,
    sentence,
    width_of,
)
from hubcalc.errors import ArgumentError, Problem

Measure = tuple[str, str, Sequence[Number]]
"""Name, unit and values."""
_GAP = 7.0
_LINE = 13.0
_DOT = 3.0
_BELOW = 5.0
_MARGIN = 0.08
"""Room around the points, as a share of their range."""


def front(title: str, cost: Measure, measure: Measure, labels: Sequence[str], chosen: int | None = None) -> Spec:
    """Show the plans of which none is better in both, by cost and by what it buys.

    Parameters
    ----------
    title : str
        Heading.
    cost : tuple
        Name, unit and values of what goes to the right.
    measure : tuple
        Name, unit and values of what goes up.
    labels : sequence of str
        What each plan is, in words; written where there is room, the chosen one first.
    chosen : int, optional
        Place of the plan that stands out.

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If the lists are not of one length, or there is no plan at that place.

    Examples
    --------
    >>> spec = front("Plans", ("cost", "USD/year", [1e6, 2e6]), ("dwell", "h", [30.0, 20.0]), ["now", "one crane more"])
    >>> spec["layer"][0]["data"]["values"][1]
    {'cost': 2000000.0, 'value': 20.0, 'label': 'one crane more', 'chosen': False}
    """
    (cost_name, cost_unit, costs), (name, unit, values) = cost, measure
    check_lengths(labels=labels, cost=costs, measure=values)
    if chosen is not None and not 0 <= chosen < len(labels):
        raise ArgumentError.of(
            Problem("no such plan", parameter="chosen", given=chosen, allowed=f"0 to {len(labels) - 1}")
        )
    found: Records = [
        {"cost": a, "value": b, "label": label, "chosen": i == chosen}
        for i, (a, b, label) in enumerate(zip(finites(costs), finites(values), labels, strict=True))
        if a is not None and b is not None
    ]
    found.sort(key=lambda record: float(record["cost"] or 0.0))
    whole = [None if None in pair else 0.0 for pair in zip(finites(costs), finites(values), strict=True)]
    across, up = _domain(known(r["cost"] for r in found)), _domain(known(r["value"] for r in found))  # type: ignore[misc]
    x = position("cost", axis_title(cost_name, cost_unit), domain=across, nice=False)
    y = position("value", axis_title(name, unit), domain=up, nice=False)
    line = {"type": "line", "interpolate": "step-after", "color": "#9db8cc", "strokeWidth": 1.5}
    stands_out = {"condition": {"test": "datum.chosen", "value": RED}, "value": BLUE}
    point = {"type": "point", "filled": True, "opacity": 1, "size": 70}
    layers = [
        layer(found, line, {"x": x, "y": y}),
        layer(found, point, {"x": x, "y": y, "color": stands_out}),
    ]
    for at_left, texts in _labels(found, across, up).items():
        style: Spec = {
            "type": "text",
            "fontSize": LABEL_SIZE,
            "align": "left",
            "baseline": "bottom",
            "dx": _GAP,
            "dy": -2,
        }
        if at_left:
            style |= {"align": "right", "baseline": "top", "dx": -_GAP, "dy": _BELOW}
        color = {"condition": {"test": "datum.chosen", "value": RED}, "value": INK}
        layers.append(layer(texts, style, {"x": x, "y": y, "text": {"field": "label"}, "color": color}))
    said = "the red one is chosen" if chosen is not None and whole[chosen] is not None else ""
    return layered(title, layers, subtitle=sentence("none is better in both", said, missing(whole)))


def _domain(values: Sequence[float]) -> list[float]:
    if not values:
        return [0.0, 1.0]
    least, most = min(values), max(values)
    room = _MARGIN * (most - least) or abs(most) * _MARGIN or 1.0
    return [max(least - room, 0.0) if least >= 0 else least - room, most + room]


def _labels(found: Records, across: Sequence[float], up: Sequence[float]) -> dict[bool, Records]:
    """Choose the labels that have room: the chosen plan's, those of the ends, then the others; by side.

    They stand above the front at the right of their point, or where the picture ends, below it at the left.
    """
    boxes: list[Box] = []
    points: list[Box] = []
    sides: list[bool] = []
    for record in found:
        at = WIDTH * (float(record["cost"] or 0.0) - across[0]) / (across[1] - across[0])
        low = HEIGHT * (up[1] - float(record["value"] or 0.0)) / (up[1] - up[0])
        wide = width_of(str(record["label"])) + _GAP
        at_left = at + wide > WIDTH
        sides.append(at_left)
        left = at - wide if at_left else at + _GAP
        top = low + _BELOW if at_left else low - _LINE - 2
        boxes.append((left, top, left + wide - _GAP, top + _LINE))
        points.append((at - _DOT, low - _DOT, at + _DOT, low + _DOT))
    ends = [i for i, record in enumerate(found) if record["chosen"]] + [0, len(found) - 1]
    order = dict.fromkeys([*ends, *range(len(found))]) if found else {}
    shown = sorted(apart(boxes, order, points))
    return {side: [found[i] for i in shown if sides[i] is side] for side in (False, True)}
