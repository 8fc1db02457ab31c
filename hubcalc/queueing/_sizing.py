"""Checked columns for the kernels of the inverse questions."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.queueing import _sizing_kernel
from hubcalc.queueing._fused import lines
from hubcalc.queueing._inverse import IntegerArray
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing._sizing_kernel import BLOCKING

_NOTHING = np.zeros(())


def fewest_servers(
    kind: int, arrivals_per_hour: ArrayLike, service_hours: ArrayLike, **limits: FloatArray
) -> IntegerArray:
    """Return the fewest servers for a checked limit, and one more column such as the time of a tail."""
    arrivals, service, limit, *_ = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        **limits,
    )
    load = bounded_load(arrivals, service)
    # c servers serve c erlang at most: fewer than these turn too many away, or are not stable
    first = np.maximum(np.floor(load * (1.0 - limit)), 1.0) if kind == BLOCKING else np.floor(load) + 1.0
    others = limits if len(limits) > 1 else {**limits, "nothing": _NOTHING}
    shape, columns = lines(load=load, service_hours=service, **others, first=first)
    servers = np.empty(shape, dtype=np.int64)
    _sizing_kernel.fewest_servers(servers.reshape(-1), kind, *columns)
    return servers


def largest_load(kind: int, servers: FloatArray, limit: FloatArray, extra: FloatArray) -> FloatArray:
    """Return the largest load of checked columns of one shape."""
    shape, columns = lines(servers=servers, limit=limit, extra=extra)
    load = np.empty(shape)
    _sizing_kernel.largest_load(load.reshape(-1), kind, *columns)
    return load
