"""Run a kernel for columns of any shape, and mix the results of two service laws."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative
from hubcalc.compiled import flat, kernel
from hubcalc.queueing._fused import lines


def run(kernel: Callable[..., None], results: int, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """Run a kernel over columns of one shape; return that many columns of results."""
    found = [np.empty(columns[0].size) for _ in range(results)]
    kernel(*flat(*columns), *found)
    return tuple(column.reshape(columns[0].shape) for column in found)


def interpolated(constant: FloatArray, exponential: FloatArray, service_scv: ArrayLike) -> FloatArray:
    """Return (1 - scv) times the value for constant service plus scv times that for exponential service, at least 0.

    More variable service can shorten the wait (the items of one batch are then spread over the servers differently),
    so the line may fall; far beyond its validity it is stopped at zero.
    """
    scv = non_negative("service_scv", service_scv)
    shape, (low, high, scvs) = lines(constant=constant, exponential=exponential, service_scv=scv)
    found = np.empty(shape)
    on_line(low, high, scvs, found.reshape(-1))
    return found


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1])", allocates=False)
def on_line(constant: FloatArray, exponential: FloatArray, scvs: FloatArray, found: FloatArray) -> None:
    """Set the points of lines, at least 0; infinite where the value for exponential service is."""
    each_c, each_e, each_s = int(constant.size > 1), int(exponential.size > 1), int(scvs.size > 1)
    for i in range(found.size):
        low, high = constant[i * each_c], exponential[i * each_e]
        found[i] = max(low + scvs[i * each_s] * (high - low), 0.0) if high < math.inf else math.inf
