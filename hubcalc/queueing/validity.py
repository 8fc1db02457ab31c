"""Where the interpolations for batch arrivals hold, and by how much they miss: ranges and measured errors as data.

Measured by simulation (the one in tests/queueing/test_batch_simulation.py, 1,500 replications) with gamma service times
of scv 0.25, 0.5 and 2, for 2, 4 and 8 servers at utilization 0.3, 0.6 and 0.85, and batches of mean (scv) 1.6 (0.3),
4 (0.75), 10 (0) and 50 (0). The standard error of the simulation itself was at most 0.015 of the value.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import broadcast, non_negative, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.ggc_errors import ExpectedError

BatchMethod = Literal["item_wait", "first_item_wait", "batch_span"]
BATCH_METHODS = frozenset(get_args(BatchMethod))
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Validity:
    """A region in which an approximation was measured, and its relative errors there.

    Attributes
    ----------
    method : str
        Name of the quantity that is approximated.
    service_scv, servers, utilization : tuple of float
        Least and greatest value of the region, both included. [1]
    typical, largest : float
        Median and greatest absolute relative error. [1]
    """

    method: BatchMethod
    service_scv: Range
    servers: Range
    utilization: Range
    typical: float
    largest: float


_REGULAR, _IRREGULAR = (0.0, 1.0), (1.0, 2.0)
_SERVERS = (1.0, 8.0)
_LIGHT, _BUSY = (0.3, 0.6), (0.6, 0.85)

BATCH_VALIDITY = (
    Validity("item_wait", _REGULAR, _SERVERS, _BUSY, 0.005, 0.04),
    Validity("item_wait", _IRREGULAR, _SERVERS, _BUSY, 0.015, 0.11),
    Validity("item_wait", _REGULAR, _SERVERS, _LIGHT, 0.02, 0.21),
    Validity("item_wait", _IRREGULAR, _SERVERS, _LIGHT, 0.085, 0.75),
    Validity("first_item_wait", _REGULAR, _SERVERS, _BUSY, 0.008, 0.045),
    Validity("first_item_wait", _IRREGULAR, _SERVERS, _BUSY, 0.02, 0.14),
    Validity("first_item_wait", _REGULAR, _SERVERS, _LIGHT, 0.025, 0.25),
    Validity("first_item_wait", _IRREGULAR, _SERVERS, _LIGHT, 0.065, 0.81),
    Validity("batch_span", _REGULAR, _SERVERS, _BUSY, 0.02, 0.12),
    Validity("batch_span", _IRREGULAR, _SERVERS, _BUSY, 0.025, 0.08),
    Validity("batch_span", _REGULAR, _SERVERS, _LIGHT, 0.015, 0.16),
    Validity("batch_span", _IRREGULAR, _SERVERS, _LIGHT, 0.025, 0.09),
)


def expected_batch_error(
    method: BatchMethod, service_scv: ArrayLike, servers: ArrayLike, utilization: ArrayLike
) -> ExpectedError:
    """Look up the error to expect from the `mxgc_...` interpolations.

    Parameters
    ----------
    method : {"item_wait", "first_item_wait", "batch_span"}
        The quantity that is approximated.
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    utilization : array_like
        Offered load per server. [1]

    Returns
    -------
    ExpectedError
        Columns of the broadcast shape; errors of 0 for one server and for a service scv of 0 or 1, where the formulas
        are exact, and of 1 out of range.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(expected_batch_error("item_wait", 0.5, 3, 0.7).largest)
    0.04
    """
    if method not in BATCH_METHODS:
        allowed = ", ".join(sorted(BATCH_METHODS))
        raise ArgumentError.of(Problem("is unknown", parameter="method", given=method, allowed=allowed))
    scv, count, rho = broadcast(
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        utilization=non_negative("utilization", utilization),
    )
    typical, largest = np.ones_like(scv), np.ones_like(scv)
    for region in (region for region in BATCH_VALIDITY if region.method == method):
        inside = _within(region.service_scv, scv) & _within(region.servers, count) & _within(region.utilization, rho)
        # on a border the smaller error holds: it was measured there too
        largest = np.where(inside, np.minimum(largest, region.largest), largest)
        typical = np.where(inside, np.minimum(typical, region.typical), typical)
    exact = (count == 1.0) | (scv == 0.0) | (scv == 1.0)
    out_of_range = ~exact & (largest == 1.0)
    return ExpectedError(np.where(exact, 0.0, typical), np.where(exact, 0.0, largest), np.asarray(out_of_range))


def _within(bounds: Range, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]))
