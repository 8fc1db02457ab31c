"""The arrays that the kernel works on: the plan, which is the program, and the state, which one run changes.

`_layout` names their columns. Units, flows, steps, laws and so on are rows.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.simulation import _layout as layout

IntArray = NDArray[np.int64]

T = TypeVar("T", bound=np.generic)


class Plan(NamedTuple):
    """A program as arrays; no run changes them."""

    flows: IntArray
    steps: IntArray
    step_sizes: FloatArray
    laws: FloatArray
    table: FloatArray
    """Numbers of which laws, clocks, branches and numbers of contents need many."""
    clocks: IntArray
    places: IntArray
    """Where the fields of a recording begin in a slot's row."""
    sizes: IntArray
    """Flows, stages, resources, storages, levels of priority, and the most units or events that one step makes."""


class State(NamedTuple):
    """Everything that one run changes."""

    counts: IntArray
    moments: FloatArray
    units: IntArray
    unit_hours: FloatArray
    heap_times: FloatArray
    heap_codes: IntArray
    resources: IntArray
    resource_hours: FloatArray
    queues: IntArray
    levels: FloatArray
    groups: IntArray
    streams: NDArray[np.uint64]
    record: FloatArray
    trace_hours: FloatArray
    trace_rows: IntArray


FLOWS, STAGES, RESOURCES, STORAGES, LEVELS_OF_PRIORITY, MARGIN = 0, 1, 2, 3, 4, 5
"""Positions in `Plan.sizes`."""

FIRST_UNITS = 1024
FIRST_EVENTS = 4096


def link_free_units(state: State, first: int) -> None:
    """Put the units from `first` on at the head of the list of free ones."""
    count = state.units.shape[0]
    state.units[first:, layout.NEXT] = np.arange(first + 1, count + 1)
    state.units[count - 1, layout.NEXT] = state.counts[layout.FIRST_FREE]
    state.counts[layout.FIRST_FREE] = first
    state.counts[layout.FREE_UNITS] += count - first


def with_more_units(state: State) -> State:
    """Give a state with room for twice the units."""
    count = state.units.shape[0]
    grown = state._replace(units=_doubled(state.units), unit_hours=_doubled(state.unit_hours))
    link_free_units(grown, count)
    return grown


def with_more_events(state: State) -> State:
    """Give a state with room for twice the events."""
    return state._replace(heap_times=_doubled(state.heap_times), heap_codes=_doubled(state.heap_codes))


def _doubled(array: NDArray[T]) -> NDArray[T]:
    """Give an array of twice the rows, with the old ones first."""
    grown = np.zeros((2 * array.shape[0], *array.shape[1:]), dtype=array.dtype)
    grown[: array.shape[0]] = array
    return grown
