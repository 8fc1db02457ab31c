"""A line that clears, and what a closure leaves behind: bars over the hours."""

from hubcalc.charts.base import BLUE, ORANGE, RED, SKY, WIDTH, Records, Spec, in_order
from hubcalc.charts.layers import INK, LABEL_SIZE, figure, layer, layered, position, sentence, width_of
from hubmodels.results import Clearing, Recovery

_ROW = 34
_ROOM = 8


def clearing_chart(clearing: Clearing) -> Spec | None:
    """Give the chart of a line that clears.

    Parameters
    ----------
    clearing : Clearing
        When it has cleared.

    Returns
    -------
    dict or None
        Bars over the hours: until the last of those in line is served, and until nobody is in line, with the range from
        P10 to P90; None where neither ever comes.
    """
    rows = [
        ("last of them is served", clearing.last_in_queue_hours),
        ("nobody is in line", clearing.cleared_after_hours),
    ]
    records: Records = [
        {"what": name, "from": 0.0, "to": hours, "text": _hours(hours)} for name, hours in rows if hours is not None
    ]
    low, high = clearing.cleared_p10_hours, clearing.cleared_p90_hours
    ends: Records = []
    if low is not None and high is not None:
        ends = [{"what": rows[1][0], "from": low, "to": high}]
        for record in records:
            if record["what"] == rows[1][0]:
                record["text"] = f"{record['text']} (P10 {_hours(low)}, P90 {_hours(high)})"
    grows = f"it grows by {figure(clearing.growth_per_day)} {clearing.unit}s a day and never clears"
    said = sentence(
        f"{figure(clearing.arrivals_per_day)} {clearing.unit}s a day come, "
        f"{figure(clearing.capacity_per_day)} can be served",
        grows if clearing.cleared_after_hours is None else "the thin line is from P10 to P90" if ends else "",
    )
    title = f"{clearing.hub.name}: {figure(clearing.queue)} {clearing.unit}s in line before {clearing.stage}"
    return _bars(title, records, {rows[0][0]: SKY, rows[1][0]: BLUE}, "Hours from now", said, ends)


def recovery_chart(recovery: Recovery) -> Spec | None:
    """Give the chart of a closure and of what it leaves behind.

    Parameters
    ----------
    recovery : Recovery
        Backlog, and when it is gone.

    Returns
    -------
    dict or None
        Bars over the hours: the closure, and the time until the line is what it usually is.
    """
    closed = f"{recovery.stage} is closed"
    left = "line is longer than usual"
    records: Records = [
        {"what": closed, "from": -recovery.closed_hours, "to": 0.0, "text": _hours(recovery.closed_hours)}
    ]
    after = recovery.recovered_after_hours
    if after is not None:
        records.append({"what": left, "from": 0.0, "to": after, "text": _hours(after)})
    affected = ""
    if recovery.affected is not None and recovery.delay_mean_hours is not None:
        affected = f"{figure(recovery.affected)} are delayed, by {_hours(recovery.delay_mean_hours)} in the mean"
    grows = f"the line grows by {figure(recovery.growth_per_day)} {recovery.unit}s a day: it never recovers"
    said = sentence(
        f"{figure(recovery.backlog)} {recovery.unit}s in line when it ends, {figure(recovery.backlog_usual)} usually",
        affected,
        grows if after is None else "",
    )
    title = f"{recovery.hub.name}: what a closure of {recovery.stage} leaves behind"
    return _bars(title, records, {closed: RED, left: ORANGE}, "Hours from the end of the closure", said, [])


def _bars(title: str, records: Records, colors: dict[str, str], axis: str, said: str, ends: Records) -> Spec | None:
    """Draw bars with their length beside them, and thin lines for ranges."""
    if not records:
        return None
    order = [name for name in colors if any(record["what"] == name for record in records)]
    least = min(float(record["from"] or 0.0) for record in records)
    reach = {str(r["what"]): float(r["to"] or 0.0) for r in records}
    for end in ends:
        reach[str(end["what"])] = max(reach[str(end["what"])], float(end["to"] or 0.0))
    labels: Records = [{"what": r["what"], "to": reach[str(r["what"])], "text": r["text"]} for r in records]
    most = max(reach.values())
    for _ in range(_ROOM):  # a longer axis makes the labels longer in its units
        per_pixel = (most - least) / WIDTH
        most = max(float(r["to"] or 0.0) + (width_of(str(r["text"])) + 2 * _ROOM) * per_pixel for r in labels)
    x = position("from", axis, domain=[least, most or 1.0], nice=False)
    y = in_order("what", None, order)
    color = {"field": "what", "type": "nominal", "legend": None,
             "scale": {"domain": order, "range": [colors[name] for name in order]}}  # fmt: skip
    text = {"type": "text", "align": "left", "dx": 6, "fontSize": LABEL_SIZE, "color": INK}
    layers = [
        layer(records, {"type": "bar", "size": 18}, {"y": y, "x": x, "x2": {"field": "to"}, "color": color}),
        layer(ends, {"type": "rule", "color": INK, "strokeWidth": 1.5}, {"y": y, "x": x, "x2": {"field": "to"}}),
        layer(labels, text, {"y": y, "x": {**x, "field": "to"}, "text": {"field": "text"}}),
    ]
    return layered(title, layers, height=_ROW * len(order), subtitle=said)


def _hours(hours: float) -> str:
    return f"{figure(hours)} h"
