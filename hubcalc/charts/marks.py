"""Upright lines at certain values, each with a label above what is drawn."""

from collections.abc import Mapping, Sequence

from hubcalc.charts.base import WIDTH, Records, Spec
from hubcalc.charts.layers import HEIGHT, LABEL_SIZE, Box, collide, figure, layer, width_of

LINE = 14.0
"""Height of a line of labels [pixels]."""
_EDGE = 4.0

Place = tuple[int, bool]
"""Line of a label, counted from above, and whether it stands at the left of its mark."""


def places(marks: Mapping[str, float], least: float, most: float) -> dict[str, Place]:
    """Give each label a line, and a side of its mark, where it crosses no other label or mark.

    >>> places({"P50": 5.0, "mean": 5.1, "P90": 9.9}, 0.0, 10.0)
    {'P90': (0, True), 'mean': (0, False), 'P50': (0, True)}
    """
    rising = sorted(marks, key=lambda name: marks[name])
    tried = [_placed(marks, order, least, most) for order in (rising, rising[::-1])]
    return min(tried, key=lambda found: found[1])[0]


def _placed(
    marks: Mapping[str, float], order: Sequence[str], least: float, most: float
) -> tuple[dict[str, Place], tuple[int, int]]:
    """Place labels in an order; say how many collide, and how many lines they take."""
    found: dict[str, Place] = {}
    taken: list[tuple[Box, Box]] = []
    collisions = 0
    for name in order:
        at, wide = WIDTH * (marks[name] - least) / (most - least), width_of(_text(name, marks[name])) + 2 * _EDGE
        sides = [left for left in (False, True) if (at - wide >= 0 if left else at + wide <= WIDTH)] or [False]
        for level, at_left in ((level, left) for level in range(len(marks) + 1) for left in sides):
            top = level * LINE
            start = at - wide if at_left else at + 1
            label, rule = (start, top, start + wide - 1, top + LINE), (at - 1, top, at + 1, float(HEIGHT))
            if not any(collide(label, a) or collide(label, b) or collide(rule, a) for a, b in taken):
                break
        else:
            collisions += 1
        taken.append((label, rule))
        found[name] = (level, at_left)
    return found, (collisions, max((level for level, _ in found.values()), default=0))


def head(found: Mapping[str, Place]) -> float:
    """Give the room that the labels take above what is drawn, as a factor of the axis that goes up."""
    lines = 1 + max((level for level, _ in found.values()), default=-1)
    return HEIGHT / (HEIGHT - LINE * lines - _EDGE)


def mark(name: str, value: float, place: Place, x: Spec, *, color: str, dashed: bool = False) -> list[Spec]:
    """Make a line and its label; `x` encodes what goes to the right."""
    level, at_left = place
    top = LINE * level + _EDGE
    field = x["field"]
    record: Records = [{"mark": name, field: value, "text": _text(name, value)}]
    line = {"type": "rule", "color": color, "strokeWidth": 1.5, "strokeDash": [5, 3] if dashed else []}
    text: Spec = {"type": "text", "color": color, "fontSize": LABEL_SIZE, "baseline": "top"}
    text |= {"align": "right", "dx": -_EDGE} if at_left else {"align": "left", "dx": _EDGE}
    return [
        layer(record, line, {"x": x, "y": {"value": top}, "y2": {"value": HEIGHT}}),
        layer(record, text, {"x": x, "y": {"value": top}, "text": {"field": "text"}}),
    ]


def _text(name: str, value: float) -> str:
    return f"{name} {figure(value)}"
