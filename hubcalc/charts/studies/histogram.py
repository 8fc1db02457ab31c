"""Histogram of draws, with quantiles and targets marked."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hubcalc.charts.base import BLUE, RED, SKY, Records, Spec
from hubcalc.charts.layers import (
    INK,
    Number,
    axis_title,
    check_lengths,
    figure,
    finite,
    layer,
    layered,
    position,
    sentence,
    without_value,
)
from hubcalc.charts.marks import head, mark, places
from hubcalc.errors import ArgumentError, Problem

TARGET = "target"
"""The mark of this name stands out."""
_SAME_WIDTH = 1e-6


def histogram(
    title: str,
    metric: str,
    unit: str,
    edges: Sequence[float],
    counts: Sequence[int],
    marks: Mapping[str, Number] | None = None,
    outside: Mapping[str, int] | None = None,
) -> Spec:
    """Show how draws are spread.

    Parameters
    ----------
    title : str
        Heading.
    metric, unit : str
        What was drawn: a name such as `dwell_mean_hours`, or words.
    edges : sequence of float
        Edges of the bins, rising; one more than counts. [unit]
    counts : sequence of int
        Draws in each bin. Bins of unequal width are shown by their density.
    marks : mapping, optional
        Values to mark, by name: P10, P50, target. What has no value is left out, and the subtitle names it. [unit]
    outside : mapping, optional
        Draws that no bin holds, by what they are; shares are of all draws. [rows]

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If the edges do not rise, or are not one more than the counts, or nothing was counted.

    Examples
    --------
    >>> spec = histogram("Dwell", "dwell_mean_hours", "h", [10, 20, 30], [3, 1], {"P50": 17.0})
    >>> [record["height"] for record in spec["layer"][0]["data"]["values"]]
    [75.0, 25.0]
    """
    check_lengths(counts=counts, edges=edges[1:])
    others = {name: count for name, count in (outside or {}).items() if count}
    total = sum(counts) + sum(others.values())
    if sum(counts) <= 0 or any(high <= low for low, high in pairwise(edges)):
        raise ArgumentError.of(
            Problem(
                "nothing to draw",
                parameter="counts" if sum(counts) <= 0 else "edges",
                allowed="rising edges, and at least one draw",
            )
        )
    widths = [high - low for low, high in pairwise(edges)]
    even = max(widths) - min(widths) <= _SAME_WIDTH * max(widths)
    records: Records = [
        {
            "from": float(low),
            "to": float(high),
            "draws": int(count),
            "height": 100 * count / total / (1.0 if even else high - low),
        }
        for (low, high), count in zip(pairwise(edges), counts, strict=True)
    ]
    given = {name: finite(value) for name, value in (marks or {}).items()}
    span = edges[-1] - edges[0]
    near = {n: v for n, v in given.items() if v is not None and edges[0] - span <= v <= edges[-1] + span}
    far = [f"{n} {figure(v)}" for n, v in given.items() if v is not None and n not in near]
    least, most = float(min([edges[0], *near.values()])), float(max([edges[-1], *near.values()]))
    placed = places(near, least, most)
    tallest = max(float(record["height"] or 0.0) for record in records)
    y_title = "Share of the draws [%]" if even else f"Share of the draws [% per {unit or 1}]"
    x = position("from", axis_title(metric, unit), domain=[least, most], nice=False)
    y = position("height", y_title, zero=True, domain=[0, tallest * head(placed)], nice=False)
    layers = [
        layer(
            records,
            {"type": "bar", "color": SKY, "stroke": "white", "strokeWidth": 0.5},
            {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"datum": 0}},
        )
    ]
    for name, value in near.items():
        color = RED if name == TARGET else BLUE if name == "P50" else INK
        layers += mark(name, value, placed[name], x, color=color, dashed=name == TARGET)
    beyond = f"outside: {', '.join(far)}" if far else ""
    left_out = ", ".join(f"{count:,} {name}" for name, count in others.items())
    none = without_value([name for name, value in given.items() if value is None])
    return layered(title, layers, subtitle=sentence(f"{total:,} draws", left_out, beyond, none))
