"""The state in which a run begins."""

import math

import numpy as np

from hubcalc.simulation import _layout as layout
from hubcalc.simulation import _state as sizes
from hubcalc.simulation._random import stream_states
from hubcalc.simulation._state import State
from hubcalc.simulation.encoding import Encoded
from hubcalc.simulation.trace import Trace


def first_state(encoded: Encoded, slots: int, seed: int, replication: int, trace: Trace | None) -> State:
    """Give the state in which a run begins: nobody is there, everything is free."""
    program, plan = encoded.program, encoded.plan
    table = Trace.of_rows(0) if trace is None else trace
    resources, margin = len(program.resources), int(plan.sizes[sizes.MARGIN])
    units = sizes.FIRST_UNITS + 2 * margin + sum(program.initial)
    events = sizes.FIRST_EVENTS + 2 * margin + len(program.flows)
    state = State(
        counts=np.zeros(layout.COUNTS, dtype=np.int64),
        moments=np.zeros(layout.MOMENTS),
        units=np.zeros((units, layout.UNIT_COLUMNS), dtype=np.int64),
        unit_hours=np.zeros((units, layout.UNIT_HOUR_COLUMNS)),
        heap_times=np.zeros(events),
        heap_codes=np.zeros(events, dtype=np.int64),
        resources=encoded.resources.copy(),
        resource_hours=np.zeros((resources, layout.RESOURCE_HOUR_COLUMNS)),
        queues=np.full((resources, 2 * layout.PRIORITIES), -1, dtype=np.int64),
        levels=np.zeros((len(program.stages) + len(program.storages), layout.LEVEL_COLUMNS)),
        groups=np.zeros((encoded.groups, layout.GROUP_COLUMNS), dtype=np.int64),
        streams=stream_states(seed, replication, encoded.streams),
        record=np.zeros((slots, int(plan.places[-1]))),
        trace_hours=table.hours,
        trace_rows=table.rows,
    )
    state.resource_hours[:, layout.BETWEEN] = encoded.between_hours
    state.resource_hours[:, layout.LAST_SAILING] = -math.inf
    state.levels[len(program.stages) :, layout.LEVEL_MOST] = [storage.most for storage in program.storages]
    state.groups[:, layout.HEAD] = -1
    state.counts[layout.FIRST_FREE] = state.counts[layout.READY] = state.counts[layout.LAST_READY] = -1
    sizes.link_free_units(state, 0)
    return state
