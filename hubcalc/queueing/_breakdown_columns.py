"""Columns of M/M/c with breakdowns, solved by groups with one number of servers."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import (
    FloatArray,
    broadcast,
    non_negative,
    positive,
    whole_at_least_one,
    whole_between,
)
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._breakdown_chain import mean_servers_up, number_mean

FailingServers = Literal["in_service", "any_time"]

_MOST_SERVERS = 64
_ELEMENTS = 400_000
_LEAST_RATE = 1e-12


def checked_failing(failing: FailingServers) -> FailingServers:
    """Return the word, or raise an ArgumentError."""
    allowed = get_args(FailingServers)
    if failing not in allowed:
        problem = Problem("is not known", parameter="failing", given=failing, allowed=" or ".join(allowed))
        raise ArgumentError.of(problem)
    return failing


def solved(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    failures_per_hour: ArrayLike,
    repair_hours: ArrayLike,
    repair_crews: ArrayLike,
    failing: FailingServers,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean number, the load and the service hours, for checked columns."""
    idle_fail = float(checked_failing(failing) == "any_time")
    arrivals, service, count, failures, repair, crews = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_between("servers", servers, 1, _MOST_SERVERS),
        failures_per_hour=non_negative("failures_per_hour", failures_per_hour),
        repair_hours=positive("repair_hours", repair_hours),
        repair_crews=whole_at_least_one("repair_crews", repair_crews),
    )
    load = np.asarray(arrivals * service)
    failure, mending = np.maximum(failures * service, _LEAST_RATE), service / repair
    number = np.full(load.shape, np.inf)
    for c in np.unique(count):
        up = mean_servers_up(int(c), failure.ravel(), mending.ravel(), crews.ravel()).reshape(load.shape)
        rows = np.flatnonzero((count == c) & (load < up))
        chunks = -(-rows.size * int(c + 1) ** 2 // _ELEMENTS)
        for part in np.array_split(rows, max(chunks, 1)):
            if part.size:
                a, f, r, k = (column.ravel()[part] for column in (load, failure, mending, crews))
                number.flat[part] = number_mean(int(c), a, f, r, k, np.full(part.size, idle_fail))
    return number, load, service
