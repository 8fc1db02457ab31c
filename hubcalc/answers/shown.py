"""Answers that tell of some places of a corridor only: which of them is full first."""

from collections.abc import Sequence
from dataclasses import replace

from hubcalc.answers.found import Found, changes, differing, number
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import Table
from hubmodels.corridor_results import EquilibriumResult, FlowResult

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
    for name in show:
        first = next((i for i, result in enumerate(results) if _used(result, name) >= _FULL), None)
        if first is None:
            others.append(f"{name} {number(100 * _used(results[-1], name))} %")
        else:
            full.append(f"{name} is full" + (f" from {changes(inputs[first])} on" if inputs[first] else ""))
    where = "in use are" if len(results) == 1 else "in the last row are in use"
    return [*full, *([f"{where} {', '.join(others)}"] if others else [])]


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
    return max(element.utilization or 0.0 for element in here)
