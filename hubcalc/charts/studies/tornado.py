"""Tornado: what each input does to a metric, one at a time."""

from collections.abc import Sequence

from hubcalc.charts.base import MOST_BARS, ORANGE, SKY, WIDTH, Records, Spec, in_order
from hubcalc.charts.layers import (
    INK,
    LABEL_SIZE,
    Number,
    axis_title,
    check_lengths,
    figure,
    finite,
    label_text,
    layer,
    layered,
    position,
    sentence,
    width_of,
    without_value,
)
from hubmodels.answers import Cell

Bar = tuple[str, Number, Number, Cell, Cell]
"""Label of an input, the metric at its low and at its high value, and these two values."""
_ROW = 22
_GAP = 5
_MOST_PER_PIXEL = 2.5
"""Largest axis, by the range of the bars."""
_ROUNDS = 12


def tornado(
    title: str,
    metric: str,
    unit: str,
    base: float,
    bars: Sequence[Bar],
    *,
    ends: tuple[str, str] = ("low", "high"),
) -> Spec:
    """Show what each input does to a metric, the strongest first.

    Parameters
    ----------
    title : str
        Heading.
    metric, unit : str
        What is shown: a name such as `wait_mean_hours`, or words.
    base : float
        The metric where no input is changed. [unit]
    bars : sequence of tuple
        For each input: its label, the metric at its low and at its high value [unit], and these two values. A metric
        that has no value is None: it is left out, and the subtitle names it.
    ends : tuple of str, optional
        What low and high are, such as P10 and P90.

    Returns
    -------
    dict
        A Vega-Lite specification with its data in it.

    Raises
    ------
    ArgumentError
        If there is no bar, or the base has no value.

    Examples
    --------
    >>> spec = tornado("Dwell", "dwell_mean_hours", "h", 20.0, [("cranes", 26.0, 18.0, 3, 5)])
    >>> [record["value"] for record in spec["layer"][0]["data"]["values"]]
    [26.0, 18.0]
    """
    check_lengths(bars=bars, base=[None] * len(bars) if finite(base) is not None else [])
    swings = [_Swing(bar, base) for bar in bars]
    none = [
        f"{swing.label} ({end})"
        for swing in swings
        for end, value in zip(ends, swing.values, strict=True)
        if value is None
    ]
    drawn = sorted((swing for swing in swings if swing.known), key=lambda swing: -swing.width)
    shown = drawn[:MOST_BARS]
    values = [base, *(value for swing in shown for value in swing.known)]
    records: Records = [record for swing in shown for record in swing.records(ends)]
    order = [swing.label for swing in shown]
    y = in_order("input", None, order)
    labels = [label for swing in shown for label in swing.labels(ends)]
    x = position("value", axis_title(metric, unit), domain=_domain(base, values, labels), nice=False)
    color = {
        "field": "end",
        "type": "nominal",
        "scale": {"domain": list(ends), "range": [SKY, ORANGE]},
        "legend": {"title": "Input at its", "orient": "bottom"},
    }
    layers = [layer(records, {"type": "bar"}, {"y": y, "x": x, "x2": {"datum": base}, "color": color})]
    for left in (True, False):
        texts: Records = [{"input": n, "value": v, "text": t} for n, v, t, on_left in labels if on_left is left]
        mark = {"type": "text", "align": "right" if left else "left", "dx": -_GAP if left else _GAP}
        mark |= {"fontSize": LABEL_SIZE, "color": INK}
        layers.append(layer(texts, mark, {"y": y, "x": x, "text": {"field": "text"}}))
    layers.append(layer([{"base": base}], {"type": "rule", "color": INK}, {"x": {"datum": base}}))
    of_all = f"the {MOST_BARS} strongest of {len(drawn)} inputs" if len(drawn) > MOST_BARS else ""
    said = f"one input at a time; base {figure(base)} {unit if unit != '1' else ''}".strip()
    return layered(
        title, layers, height=max(len(shown), 1) * _ROW, subtitle=sentence(said, of_all, without_value(none))
    )


class _Swing:
    """What one input does."""

    def __init__(self, bar: Bar, base: float) -> None:
        self.label, low, high, *self.inputs = bar
        self.values = (finite(low), finite(high))
        self.base = base

    @property
    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]

    @property
    def width(self) -> float:
        ends = [self.base, *self.known]
        return max(ends) - min(ends)

    def records(self, ends: tuple[str, str]) -> Records:
        """Give the two bars; where both lie on one side, the longer comes first and the shorter is drawn over it."""
        found: Records = [
            {"input": self.label, "end": end, "value": value, "at": label_text(given)}
            for end, value, given in zip(ends, self.values, self.inputs, strict=True)
            if value is not None
        ]
        return sorted(found, key=lambda record: -abs(float(record["value"] or 0.0) - self.base))

    def labels(self, ends: tuple[str, str]) -> list[tuple[str, float, str, bool]]:
        """Give input, place, text and whether it stands at the left; one label where both bars lie on one side."""
        parts = [
            (value, label_text(given), end)
            for value, given, end in zip(self.values, self.inputs, ends, strict=True)
            if value is not None
        ]
        below = [value < self.base for value, _, _ in parts if value != self.base]
        if len(below) > 1 and below[0] == below[1]:
            far = max((value for value, _, _ in parts), key=lambda value: abs(value - self.base))
            return [(self.label, far, ", ".join(f"{end} {text}" for _, text, end in parts), below[0])]
        # an end that changes nothing stands opposite the other one
        opposite = not below[0] if below else True
        sides = [opposite if value == self.base else value < self.base for value, _, _ in parts]
        if len(sides) > 1 and not below:
            sides[1] = False
        return [(self.label, value, text, side) for (value, text, _), side in zip(parts, sides, strict=True)]


def _domain(base: float, values: Sequence[float], labels: Sequence[tuple[str, float, str, bool]]) -> list[float]:
    """Widen the axis so far that each label beside a bar has room."""
    least, most = min(values), max(values)
    span = most - least or abs(base) or 1.0
    low, high = least, most
    for _ in range(_ROUNDS):  # a wider axis makes the labels longer in its units
        per_unit = min((high - low or span) / WIDTH, _MOST_PER_PIXEL * span / WIDTH)
        low = min([least, *(at - (width_of(text) + 2 * _GAP) * per_unit for _, at, text, left in labels if left)])
        high = max([most, *(at + (width_of(text) + 2 * _GAP) * per_unit for _, at, text, left in labels if not left)])
    return [low, high]
