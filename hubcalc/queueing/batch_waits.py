"""The law of the wait with batch arrivals: tails and quantiles for any item, the first and the last one. All exact.

The wait runs from the arrival of the batch to the start of the item's service, its batch mates ahead of it included.
The kernels keep the solution of a queue for the points next to it: columns of tails in which only `hours` changes from
point to point are the fastest; quantiles of exponential service keep it too, those of constant service do not.
"""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, probability_below_one
from hubcalc.compiled import Kernel
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._batch_columns import BatchColumns
from hubcalc.queueing._columns import run
from hubcalc.queueing._constant_wait_law import constant_quantile, constant_tail, refuse_unsolved
from hubcalc.queueing._constant_waits import FIRST, LAST
from hubcalc.queueing._exponential_waits import exponential_quantile, exponential_tail

BatchItem = Literal["any", "first", "last"]
BATCH_ITEMS = frozenset(get_args(BatchItem))

_PLACES = {"any": 0.0, "first": FIRST, "last": LAST}


def _solved(kernel: Kernel[..., None], given: BatchColumns, item: BatchItem, asked: FloatArray) -> FloatArray:
    """Run a kernel for one place in the batch; what is asked for and what it gives are in service times."""
    if item not in BATCH_ITEMS:
        allowed = ", ".join(sorted(BATCH_ITEMS))
        raise ArgumentError.of(Problem("is unknown", parameter="item", given=item, allowed=allowed))
    servers, rates, means, scvs, asked = np.broadcast_arrays(*given.columns(), asked)
    return refuse_unsolved(run(kernel, 1, servers, rates, means, scvs, np.full(asked.shape, _PLACES[item]), asked)[0])


def mxmc_wait_tail(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
    item: BatchItem = "any",
) -> FloatArray:
    r"""Compute the probability that an item of M^X/M/c waits longer than a given time: batches, exponential service.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson rate of batches; at 0 the limit of light traffic is returned. [1/h]
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    service_hours : array_like
        Mean of the exponential service time of one item. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    hours : array_like
        The time to compare with. [h]
    item : {"any", "first", "last"}
        Whose wait: that of an item at random, or of the first or the last one of a batch.

    Returns
    -------
    ndarray
        P(wait > hours); 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the batches vary so much, or the servers are so many, that the stated precision would take too long.

    Notes
    -----
    An item with I mates ahead that sees N items waits for :math:`J = (N + I - c + 1)^+` completions at rate c/s:
    P(W > t) = P(J > A) with A Poisson of mean c t/s. Measured against exact values at one server, the absolute error is
    mostly below 1e-12, and below 1e-10 with batches of up to 1000 on average; it is held below 1e-9 elsewhere.

    Examples
    --------
    >>> round(float(mxmc_wait_tail(0.5, 50, 0, 3.4 / 60, 3, 1.5)), 6)
    0.15594

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.7, doi:10.1002/047001363X.
    .. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
       Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    time, service = broadcast(hours=non_negative("hours", hours), service_hours=given.service)
    return _solved(exponential_tail, given, item, np.asarray(time / service))


def mxmc_wait_quantile_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
    item: BatchItem = "any",
) -> FloatArray:
    """Compute a quantile of the wait of an item in M^X/M/c: batches, exponential service time.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson rate of batches; at 0 the limit of light traffic is returned. [1/h]
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    service_hours : array_like
        Mean of the exponential service time of one item. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    probability : array_like
        Share of items that wait no longer, from 0 to below 1. [1]
    item : {"any", "first", "last"}
        Whose wait: that of an item at random, or of the first or the last one of a batch.

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability: 0 where enough items do not wait at all; inf where
        utilization is 1 or more and `probability` > 0. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the batches vary so much, or the servers are so many, that the stated precision would take too long.

    Examples
    --------
    Of a hundred boxes, five wait longer than this many minutes:

    >>> round(float(mxmc_wait_quantile_hours(0.5, 50, 0, 3.4 / 60, 3, 0.95)) * 60, 2)
    138.86

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.7, doi:10.1002/047001363X.
    .. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
       Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    longer = 1.0 - probability_below_one("probability", probability)
    longer, service = broadcast(probability=longer, service_hours=given.service)
    return service * _solved(exponential_quantile, given, item, longer)


def mxdc_wait_tail(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
    item: BatchItem = "any",
) -> FloatArray:
    r"""Compute the probability that an item of M^X/D/c waits longer than a given time: batches, constant service.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson rate of batches; at 0 the limit of light traffic is returned. [1/h]
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    service_hours : array_like
        Constant service time of one item. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    hours : array_like
        The time to compare with. [h]
    item : {"any", "first", "last"}
        Whose wait: that of an item at random, or of the first or the last one of a batch.

    Returns
    -------
    ndarray
        P(wait > hours); 1 where utilization is 1 or more. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the batches vary so much, or the servers are so many, that the stated precision would take too long.

    Notes
    -----
    With Q the queue, s the service time, I the mates ahead and A the items that arrive during k s - t, where
    (k - 1) s <= t < k s,

    .. math:: P(W > t) = P(Q + A + I \ge k c)

    Many items wait for exactly a whole number of service times, and the law has steps there; a time within 1e-12 of one
    is taken as that. Measured against exact values at one server, the absolute error is mostly below 1e-12, and below
    1e-10 with batches of up to 1000 on average; it is held below 1e-9 elsewhere.

    Examples
    --------
    >>> round(float(mxdc_wait_tail(0.5, 50, 0, 3.4 / 60, 3, 1.5)), 6)
    0.154859

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (single arrivals; extended to batches here).
    .. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
       Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    time, service = broadcast(hours=non_negative("hours", hours), service_hours=given.service)
    return _solved(constant_tail, given, item, np.asarray(time / service))


def mxdc_wait_quantile_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    probability: ArrayLike,
    item: BatchItem = "any",
) -> FloatArray:
    """Compute a quantile of the wait of an item in M^X/D/c: batches, constant service time.

    Parameters
    ----------
    batches_per_hour : array_like
        Poisson rate of batches; at 0 the limit of light traffic is returned. [1/h]
    batch_mean : array_like
        Mean batch size, at least one. [1]
    batch_scv : array_like
        Squared coefficient of variation of the batch size, see `BatchLaw.fitted`. [1]
    service_hours : array_like
        Constant service time of one item. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    probability : array_like
        Share of items that wait no longer, from 0 to below 1. [1]
    item : {"any", "first", "last"}
        Whose wait: that of an item at random, or of the first or the last one of a batch.

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability: 0 where enough items do not wait at all; inf where
        utilization is 1 or more and `probability` > 0. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the batches vary so much, or the servers are so many, that the stated precision would take too long.

    Examples
    --------
    The last box of a train that finds no other, of 50, is lifted in the seventeenth round of three cranes:

    >>> round(float(mxdc_wait_quantile_hours(0.5, 50, 0, 0.01, 3, 0.5, "last")), 9)
    0.16

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (single arrivals; extended to batches here).
    .. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
       Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    longer = 1.0 - probability_below_one("probability", probability)
    longer, service = broadcast(probability=longer, service_hours=given.service)
    return service * _solved(constant_quantile, given, item, longer)
