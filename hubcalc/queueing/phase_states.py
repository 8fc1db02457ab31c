"""How large the blocks of a phase-type queue are, and where they become too large."""

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import broadcast, whole_at_least_one
from hubcalc.errors import Problem, RefusedError

MOST_STATES = 300
"""Most states of a level for which blocks are solved if the caller does not say otherwise; time grows as their cube."""
_MANY = 2**62


def phase_states(arrival_phases: ArrayLike, service_phases: ArrayLike, servers: ArrayLike) -> NDArray[np.int64]:
    """Count the states of a level of PH/PH/c: the size of the blocks that are solved.

    Parameters
    ----------
    arrival_phases : array_like
        Phases of the interval between arrivals, a whole number. [phases]
    service_phases : array_like
        Phases of the service time, a whole number. [phases]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Arrival phases times the ways to put the busy servers into phases; solved up to `MOST_STATES`. [states]

    Raises
    ------
    ArgumentError
        If an argument is not a whole number of one or more.

    Examples
    --------
    >>> phase_states(2, [2, 3, 4], [30, 8, 4]).tolist()
    [62, 90, 70]
    """
    columns = broadcast(
        arrival_phases=whole_at_least_one("arrival_phases", arrival_phases),
        service_phases=whole_at_least_one("service_phases", service_phases),
        servers=whole_at_least_one("servers", servers),
    )
    shapes, inverse = np.unique(np.stack([column.ravel() for column in columns]), axis=1, return_inverse=True)
    counts = [min(_count(int(a), int(m), int(c)), _MANY) for a, m, c in shapes.T]
    return np.array(counts, dtype=np.int64)[inverse].reshape(columns[0].shape)


def _count(arrival_phases: int, service_phases: int, servers: int) -> int:
    return arrival_phases * comb(servers + service_phases - 1, service_phases - 1)


def refuse_large_blocks(arrival_phases: int, service_phases: int, servers: int, most_states: int) -> int:
    """Return the states of a level, or raise a RefusedError if they are more than `most_states`."""
    states = _count(arrival_phases, service_phases, servers)
    if states > whole_at_least_one("most_states", most_states):
        message = (
            f"{arrival_phases} phases of arrivals and {service_phases} of service at {servers} servers make blocks of "
            f"{states} states"
        )
        hint = "use an approximation or a simulation, or laws of fewer phases"
        problem = Problem(message, parameter="servers", given=servers, allowed=f"up to {most_states} states", hint=hint)
        raise RefusedError.of(problem)
    return states
