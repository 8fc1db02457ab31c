"""Answers that tell of some places of a corridor only: which of them is full first."""

from collections.abc import Sequence
from dataclasses import replace

from hubcalc.answers.found import Found, changes, differing, percent
from hubcalc.charts.base import place
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import Table
from hubmodels.corridor_results import EquilibriumResult, FlowResult
from hubmodels.corridor_results.flows import CongestedElement, ElementFlow

_FULL = 1 - 1e-6


def filled(show: Sequence[str], results: Sequence[FlowResult | EquilibriumResult]) -> list[str]:
    """Say from which row on each place is full, or how full it is in the last one.

    Raises
    ------
    ParameterError
        If there is no such place.
    """
    inputs = differing([result.overrides for result in results])
    full, others = [], []
    first = results[0]
    # a finding on one row has named its first bottleneck
    told = [place(step.element) for step in first.bottlenecks[:1]] if isinstance(first, FlowResult) else []
    for name in show:
        start = next((i for i, result in enumerate(results) if _used(result, name) >= _FULL), None)
        if start is None:
            others.append(f"{name} {percent(_used(results[-1], name))}")
        elif len(results) > 1 or name not in told:
            full.append(f"{name} is full" + (f" from {changes(inputs[start])} on" if inputs[start] else ""))
    where = "" if len(results) == 1 else "in the last row "
    return [*full, *([f"{where}used: {', '.join(others)}"] if others else [])]


def only(show: Sequence[str], found: Found) -> Found:
    """Leave the rows of these places in a table; all where none are named."""
    if not show:
        return found
    table = found.table
    place = [column.name for column in table.columns].index("element")
    rows = [row for row in table.rows if str(row[place]).partition(".")[2] in show]
    return replace(found, table=Table(table.item, table.columns, rows))


def _used(result: FlowResult | EquilibriumResult, name: str) -> float:
    """Give the largest utilization of the flows through a place."""
    known = {element.element.partition(".")[2] for element in result.elements}
    if name not in known:
        allowed = "a link, or a node at which a hub stands"
        raise ParameterError.of(Problem("no such place", parameter="show", given=name, allowed=allowed))
    here = [element for element in result.elements if element.element.partition(".")[2] == name]
    return max(1.0 if _has_no_room(element) else element.utilization or 0.0 for element in here)


def _has_no_room(element: ElementFlow | CongestedElement) -> bool:
    """Say whether others leave no room, so that nothing passes."""
    return isinstance(element, ElementFlow) and element.capacity_per_day == 0
