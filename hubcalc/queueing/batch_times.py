"""Batch arrivals: the waits and the span of a batch together, for what asks for several of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, whole_at_least_one
from hubcalc.queueing._batch_columns import batch_moments
from hubcalc.queueing._batch_kept import scratch
from hubcalc.queueing._batch_times_kernel import batch_times, free_spans
from hubcalc.queueing._columns import interpolated
from hubcalc.queueing._fused import lines


@dataclass(frozen=True, slots=True)
class BatchTimes:
    """Mean waits and span for constant and for exponential service, and on the line between them for any other.

    Attributes
    ----------
    constant, exponential : ndarray
        Wait of an item, wait of the first item and, if solved for, span, along the first axis; inf where utilization is
        1 or more. [h]
    """

    constant: FloatArray
    exponential: FloatArray

    def item_wait_hours(self, service_scv: ArrayLike) -> FloatArray:
        """Return the mean wait of an item, as `mxgc_wait_mean_hours` does [h]."""
        return interpolated(self.constant[0], self.exponential[0], service_scv)

    def first_item_wait_hours(self, service_scv: ArrayLike) -> FloatArray:
        """Return the mean wait of the first item, as `mxgc_first_item_wait_mean_hours` does [h]."""
        return interpolated(self.constant[1], self.exponential[1], service_scv)

    def span_hours(self, service_scv: ArrayLike) -> FloatArray:
        """Return the mean span, as `mxgc_batch_span_mean_hours` does: straight in the coefficient of variation [h]."""
        return interpolated(self.constant[2], self.exponential[2], np.sqrt(non_negative("service_scv", service_scv)))


def solve_batch_times(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    *,
    spans: bool = True,
) -> BatchTimes:
    """Solve M^X/D/c and M^X/M/c for all that a batch goes through.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson rate of batches; at 0 the limit of light traffic is returned. [1/h]
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    service_hours : array_like
        Mean service time of one item. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    spans : bool, optional
        Whether spans are wanted; they cost as much again.

    Returns
    -------
    BatchTimes
        The times; without spans where they are not wanted.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> times = solve_batch_times(0.5, 50, 0, 3.4 / 60, 3)
    >>> round(float(times.item_wait_hours(0.25)) * 60, 2)
    51.86
    """
    mean, scv = batch_moments(batch_mean, batch_scv)
    batches = non_negative("batches_per_hour", batches_per_hour)
    service, count = positive("service_hours", service_hours), whole_at_least_one("servers", servers)
    shape, (counts, rates, hours, means, scvs) = lines(
        servers=count, batches_per_hour=batches, service_hours=service, batch_mean=mean, batch_scv=scv
    )
    known = 3 if spans else 2
    found = np.empty((2, known, *shape))
    constant, exponential = found.reshape(2, known, -1)
    batch_times(counts, rates, hours, means, scvs, *scratch(counts), constant, exponential)
    return BatchTimes(*found)


def free_batch_spans(batch_mean: ArrayLike, batch_scv: ArrayLike, servers: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Compute the mean span of a batch that finds all servers free, for constant and for exponential service.

    Parameters
    ----------
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    tuple of ndarray
        Mean time from the first start to the last completion, in mean service times of an item. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Constant service goes on in rounds, of which there are one and :math:`E[\lfloor (X - 1) / c \rfloor]`. Exponential
    service ends one by one, at rate c while items wait and then at the rates of those that are left:

    .. math:: E[T] = \frac{E[(X - c)^+]}{c} + E[H_{\min(X, c)}], \quad H_n = 1 + \tfrac12 + \dots + \tfrac1n

    Examples
    --------
    Ten items at four servers take three rounds; three exponential ones at three servers 1/3 + 1/2 + 1:

    >>> round(float(free_batch_spans(10, 0, 4)[0]), 12), round(float(free_batch_spans(3, 0, 3)[1]), 6)
    (3.0, 1.833333)
    """
    mean, scv = batch_moments(batch_mean, batch_scv)
    count = whole_at_least_one("servers", servers)
    shape, (counts, means, scvs) = lines(servers=count, batch_mean=mean, batch_scv=scv)
    found = np.empty((2, *shape))
    free_spans(counts, means, scvs, np.empty((2, int(counts.max(initial=1.0)))), *found.reshape(2, -1))
    return found[0, ...], found[1, ...]
