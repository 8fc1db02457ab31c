"""Stacks of queues from columns of phase-type laws, in parts that stay in the processor's cache."""

from collections.abc import Iterator

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._server_phases import ServerPhases
from hubcalc.queueing.phase_type import PhaseType

_ELEMENTS = 200_000  # of one block of each queue of a part

Stack = tuple[Arrivals, ServerPhases]


def common_shape(arrival: PhaseType, service: PhaseType) -> tuple[int, ...]:
    """Return the shape that the columns of two laws broadcast to."""
    try:
        return np.broadcast_shapes(arrival.shape, service.shape)
    except ValueError as error:
        message = f"columns do not fit together: {arrival.shape} of arrivals, {service.shape} of service"
        raise ArgumentError.of(Problem(message, parameter="service", allowed="shapes that broadcast")) from error


def flat(law: PhaseType, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Return initial vectors and subgenerators as stacks."""
    size = law.phases
    initial = np.broadcast_to(law.initial, (*shape, size)).reshape(-1, size)
    return initial, np.broadcast_to(law.subgenerator, (*shape, size, size)).reshape(-1, size, size)


def stacks(arrival: PhaseType, service: PhaseType, slower: FloatArray, states: int) -> Iterator[Stack]:
    """Give the queues in parts, with intervals `slower` times as long; its shape is that of the columns."""
    (start, between), (initial, within) = (flat(law, slower.shape) for law in (arrival, service))
    between = between / slower.reshape(-1, 1, 1)
    parts = -(-len(start) * states**2 // _ELEMENTS)
    for rows in np.array_split(np.arange(len(start)), min(parts, len(start))):
        exits = np.maximum(-within[rows].sum(axis=2), 0.0)
        yield Arrivals.renewal(start[rows], between[rows]), ServerPhases(initial[rows], within[rows], exits)
