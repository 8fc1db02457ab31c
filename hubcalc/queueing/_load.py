"""The offered load, arrival rate times service time, and what it leaves spare."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, broadcast
from hubcalc.errors import ArgumentError, Problem

MOST_LOAD = 2.0**40


def bounded_load(arrivals_per_hour: FloatArray, service_hours: FloatArray) -> FloatArray:
    """Return the load of checked columns, or raise an ArgumentError where it is beyond 2^40 erlang."""
    with np.errstate(over="ignore", under="ignore"):
        load = np.asarray(arrivals_per_hour * service_hours)
    if np.any(load >= MOST_LOAD):
        given = float(load.max())
        allowed = "arrivals_per_hour * service_hours < 2^40"
        raise ArgumentError.of(
            Problem("offers too great a load", parameter="arrivals_per_hour", given=given, allowed=allowed)
        )
    return load


_AGREEMENT = 1e-9  # of the servers: a spare number that is more precise than the load differs from it by rounding


def checked_spare(servers: FloatArray, spare: ArrayLike, load: FloatArray | None = None) -> FloatArray:
    """Return the spare servers, or raise where they are more than all servers or contradict the load."""
    column = np.asarray(between("spare", spare, -MOST_LOAD, MOST_LOAD))
    broadcast(servers=servers, spare=column)
    unfit, allowed = column > servers, "<= servers"
    if load is not None:
        unfit = unfit | (np.abs(servers - load - column) > _AGREEMENT * (servers + load))
        allowed = "servers - arrivals_per_hour * service_hours, up to rounding"
    if np.any(unfit):
        given = float(np.broadcast_to(column, unfit.shape)[unfit].flat[0])
        raise ArgumentError.of(Problem(f"{given:g} is out of range", parameter="spare", given=given, allowed=allowed))
    return column
