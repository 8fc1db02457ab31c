"""Which inputs matter: Sobol indices, and what is worth measuring first."""

from collections.abc import Sequence
from typing import Any

from hubcalc.charts.base import BLUE, MOST_BARS, SKY, WIDTH, Records, Spec, in_order
from hubcalc.charts.layers import (
    INK,
    LABEL_SIZE,
    Number,
    check_lengths,
    finite,
    layer,
    layered,
    position,
    sentence,
    without_value,
)

Estimate = tuple[Number, Number, Number]
"""A value and the ends of its interval of 95 %."""
FIRST, TOTAL = "alone (first order)", "with all interactions (total)"
_ROW = 30
_BAR = 20


def indices(title: str, inputs: Sequence[str], first: Sequence[Estimate], total: Sequence[Estimate]) -> Spec:
    """Show the Sobol indices of inputs, the largest total first.

    Parameters
    ----------
    title : str
        Heading.
    inputs : sequence of str
        Labels of the inputs.
    first, total : sequence of tuple
        For each input its first and its total index, and the ends of the interval of 95 %. None where there is no
        value: it is left out, and the subtitle names it. [1]

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If the lists are not of one length.

    Examples
    --------
    >>> spec = indices("Dwell", ["cranes"], [(0.5, 0.45, 0.55)], [(0.6, 0.55, 0.65)])
    >>> [record["percent"] for record in spec["layer"][0]["data"]["values"]]
    [50.0, 60.0]
    """
    check_lengths(inputs=inputs, first=first, total=total)
    found: Records = []
    none: list[str] = []
    for label, *pair in zip(inputs, first, total, strict=True):
        for order, (value, low, high) in zip((FIRST, TOTAL), pair, strict=True):
            if finite(value) is None:
                none.append(f"{label}, {order}")
            else:
                found.append({"input": label, "order": order, **_percents(value=value, low=low, high=high)})
    largest = _largest(found, "percent")
    shown = [record for record in found if record["input"] in largest[:MOST_BARS]]
    y = in_order("input", None, largest[:MOST_BARS])
    offset = {"field": "order", "type": "nominal", "sort": [FIRST, TOTAL], "scale": {"paddingOuter": 0.1}}
    color = {
        "field": "order",
        "type": "nominal",
        "scale": {"domain": [FIRST, TOTAL], "range": [BLUE, SKY]},
        "legend": {"title": None, "orient": "bottom", "labelLimit": 300},
    }
    x = position("percent", "Share of the variance [%]", zero=True)
    both = {"y": y, "yOffset": offset}
    intervals: Records = [record for record in shown if record["low"] is not None and record["high"] is not None]
    ends = {**both, "x": {**x, "field": "low"}, "x2": {"field": "high"}}
    layers = [
        layer(shown, {"type": "bar"}, {**both, "x": x, "color": color}),
        layer(intervals, {"type": "rule", "color": INK, "strokeWidth": 1.2}, ends),
    ]
    said = "lines are intervals of 95 %" if intervals else ""
    height = max(min(len(largest), MOST_BARS), 1) * _ROW
    return layered(title, layers, height=height, subtitle=sentence(said, _most(largest), without_value(none)))


def ranking(title: str, inputs: Sequence[str], shares: Sequence[Number]) -> Spec:
    """Show which input is worth measuring first: what of the spread would vanish if it were known.

    Parameters
    ----------
    title : str
        Heading.
    inputs : sequence of str
        Labels of the inputs.
    shares : sequence of float
        Share of the variance that vanishes in the mean once the input is known. None where there is no value: it is
        left out, and the subtitle names it. [1]

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If the lists are not of one length.

    Examples
    --------
    >>> spec = ranking("Dwell", ["cranes", "dwell in the yard"], [0.2, 0.7])
    >>> [record["input"] for record in spec["layer"][0]["data"]["values"]]
    ['dwell in the yard', 'cranes']
    """
    check_lengths(inputs=inputs, shares=shares)
    found: Records = [
        {"input": label, "percent": 100 * value}
        for label, value in zip(inputs, map(finite, shares), strict=True)
        if value is not None
    ]
    none = [label for label, value in zip(inputs, map(finite, shares), strict=True) if value is None]
    found.sort(key=lambda record: -float(record["percent"] or 0.0))
    names = [str(record["input"]) for record in found]
    shown = [{**record, "text": f"{record['percent']:.3g} %"} for record in found[:MOST_BARS]]
    y = in_order("input", None, names[:MOST_BARS])
    most = max((float(record["percent"] or 0.0) for record in found), default=1.0)
    least = min((float(record["percent"] or 0.0) for record in found), default=0.0)
    room = 1 + 50 / WIDTH
    x = position(
        "percent",
        "Share of the variance that vanishes once the input is known [%]",
        domain=[min(least, 0.0), max(most, 1e-9) * room],
        nice=False,
    )
    text = {"type": "text", "align": "left", "dx": 4, "fontSize": LABEL_SIZE, "color": INK}
    layers = [
        layer(shown, {"type": "bar", "color": BLUE}, {"y": y, "x": x}),
        layer(shown, text, {"y": y, "x": x, "text": {"field": "text"}}),
    ]
    height = max(min(len(names), MOST_BARS), 1) * _BAR
    said = sentence("worth measuring first, at the top", _most(names), without_value(none))
    return layered(title, layers, height=height, subtitle=said)


def _percents(value: Any, low: Any, high: Any) -> dict[str, Number]:
    given = {"percent": finite(value), "low": finite(low), "high": finite(high)}
    return {name: None if number is None else 100 * number for name, number in given.items()}


def _largest(found: Records, field: str) -> list[str]:
    """Order the inputs by their last value, which is the total one."""
    last = {str(record["input"]): float(record[field] or 0.0) for record in found}
    return sorted(last, key=lambda name: -last[name])


def _most(names: Sequence[str]) -> str:
    return f"the {MOST_BARS} largest of {len(names)} inputs" if len(names) > MOST_BARS else ""
