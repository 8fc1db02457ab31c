"""Vega-Lite specifications of answers."""

from collections.abc import Callable, Sequence
from typing import Any

from hubcalc.charts.base import Rows, Spec
from hubcalc.charts.distances import distances
from hubcalc.charts.ladders import elements, stations
from hubcalc.charts.legs import gases, times
from hubcalc.charts.outages import outages
from hubcalc.charts.storms import months
from hubcalc.charts.varied import varied
from hubmodels.answers import AnswerColumn, Cell

_FAMILIES: tuple[tuple[tuple[str, ...], Callable[[str, Rows], Spec | None]], ...] = (
    (("stage", "utilization", "peak_utilization"), stations),
    (("element", "flow", "flow_per_day", "utilization"), elements),
    (("element", "queue_hours", "service_hours"), times),
    (("element", "well_to_wheel_kg", "tank_to_wheel_kg"), gases),
    (("label", "hours", "cost_usd"), distances),
    (("lost", "served_share"), outages),
    (("month", "closed_share", "wait_p90_hours"), months),
)
"""Columns by which a table is known, and how it is drawn."""

_HEADINGS = {
    "stations": "Utilization of the stages",
    "clearing": "Time in which the line clears",
    "recovery": "Time until all is as usual again",
    "transit": "Time from door to door",
    "flow": "How full hubs and lines are",
    "equilibrium": "How full hubs and lines are under congestion",
    "resilience": "What is served without each place",
    "tcd": "Time and cost over distance",
    "emissions": "Greenhouse gases of the way",
    "storms": "Waits through years of storms",
}
"""Headings where an ask has no title."""


def chart_of(
    what: str, title: str, columns: Sequence[AnswerColumn], rows: Sequence[Sequence[Cell]]
) -> dict[str, Any] | None:
    """Give the chart of an answer.

    Parameters
    ----------
    what : str
        What was asked: analysis, stations, transit, flow, ...
    title : str
        Heading; the name of what was asked by default.
    columns : sequence of AnswerColumn
        Columns of the table, with their units.
    rows : sequence of sequence
        Its rows.

    Returns
    -------
    dict or None
        A Vega-Lite 5 specification with its data in it; None where there is nothing that a chart could show.

    Examples
    --------
    >>> columns = [AnswerColumn(name="flow.per_day", unit="1"), AnswerColumn(name="wait_mean_hours", unit="h")]
    >>> chart_of("analysis", "Waits", columns, [[8, 1.0], [10, 2.5], [12, 9.0]])["data"]["values"][1]["value"]
    2.5
    """
    table, heading = Rows(columns, rows), title or _HEADINGS.get(what, what.capitalize())
    if not table.rows:
        return None
    for known, draw in _FAMILIES:
        if table.has(*known):
            return draw(heading, table)
    return varied(heading, table, calculator=what == "calculation")
