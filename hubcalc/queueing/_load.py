"""The offered load: arrival rate times service time, with a bound that keeps products of large numbers finite."""

import numpy as np

from hubcalc.arguments import FloatArray
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
