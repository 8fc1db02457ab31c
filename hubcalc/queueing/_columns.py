"""Run a formula for whole columns, grouped by the number of servers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative
from hubcalc.queueing.batches import BatchLaw

_ELEMENTS = 200_000  # work arrays of about this many elements stay in the processor's cache

Kernel = Callable[[int, FloatArray, BatchLaw], FloatArray]


def by_server_count(kernel: Kernel, servers: FloatArray, batches_per_service: FloatArray, law: BatchLaw) -> FloatArray:
    """Evaluate `kernel(servers, batches per service time, law)` for columns of one shape; inf where unstable.

    The kernel sees one-dimensional columns with one common number of servers. Batches come at least at a vanishing
    rate, so that an empty system gives the limit of light traffic and not 0/0.
    """
    count, rate = servers.ravel(), np.maximum(batches_per_service.ravel(), 1e-100)
    flat = law.reshaped(-1)
    result = np.full(count.shape, np.inf)
    stable = rate * flat.mean < count
    for c in np.unique(count[stable]):
        rows = np.flatnonzero(stable & (count == c))
        chunks = -(-rows.size * int(c) ** 2 // _ELEMENTS)
        for part in np.array_split(rows, min(chunks, rows.size)):
            result[part] = kernel(int(c), rate[part], flat.take(part))
    return result.reshape(servers.shape)


def interpolated(constant: FloatArray, exponential: FloatArray, service_scv: ArrayLike) -> FloatArray:
    """Return (1 - scv) times the value for constant service plus scv times that for exponential service, at least 0.

    More variable service can shorten the wait (the items of one batch are then spread over the servers differently),
    so the line may fall; far beyond its validity it is stopped at zero.
    """
    scv = non_negative("service_scv", service_scv)
    constant, exponential, scv = broadcast(constant=constant, exponential=exponential, service_scv=scv)
    stable = np.isfinite(exponential)
    low = np.where(stable, constant, 0.0)
    line = low + scv * (np.where(stable, exponential, 0.0) - low)
    return np.where(stable, np.maximum(line, 0.0), np.inf)
