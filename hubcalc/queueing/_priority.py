"""What queues with priority classes share: checked lines for the kernels, classes along the last axis."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.compiled import flat
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._fused import lines


def lines_of_one_server(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> tuple[tuple[int, ...], list[FloatArray]]:
    """Return the common shape and checked lines for M/G/1."""
    return lines(
        arrivals_per_hour=with_classes(arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
    )


def lines_of_many_servers(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[tuple[int, ...], list[FloatArray]]:
    """Return the common shape and checked lines for M/M/c; those of service times and servers are without classes."""
    arrivals = with_classes(arrivals_per_hour)
    service, count = positive("service_hours", service_hours), positive("servers", servers)
    rows = broadcast(arrivals_per_hour=arrivals[..., 0], service_hours=service, servers=count)[0].shape
    shape = (*rows, arrivals.shape[-1])
    by_row = lines(rows=np.broadcast_to(0.0, rows), service_hours=service, servers=count)[1][1:]
    return shape, [*flat(np.broadcast_to(arrivals, shape)), *by_row]


def with_classes(arrivals_per_hour: ArrayLike) -> FloatArray:
    """Return checked arrival rates that have an axis of classes."""
    arrivals = non_negative("arrivals_per_hour", arrivals_per_hour)
    if arrivals.ndim == 0 or arrivals.shape[-1] == 0:
        problem = Problem("has no axis of classes", parameter="arrivals_per_hour", allowed="one rate for each class")
        raise ArgumentError.of(problem)
    return arrivals
