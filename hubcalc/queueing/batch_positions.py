"""Batch arrivals seen by the batch: the wait of its first item, and the time it then takes to be done."""

from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing.batch_times import solve_batch_times


def mxgc_first_item_wait_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the mean wait of the first item of a batch in M^X/G/c: from arrival until the batch is taken up.

    Exact for one server, for a service scv of 0 and of 1, and on the straight line between the last two otherwise;
    `expected_batch_error` has the errors measured. The rest of the mean item wait is the wait inside the batch.

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
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean over batches of the wait of the first item; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mxgc_first_item_wait_mean_hours(0.5, 50, 0, 3.4 / 180, 0, 1)) * 60, 3)
    25.351

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (single arrivals; extended to batches here).
    """
    times = solve_batch_times(batches_per_hour, batch_mean, batch_scv, service_hours, servers, spans=False)
    return times.first_item_wait_hours(service_scv)


def mxgc_batch_span_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the mean time from the first start of service in a batch to its last completion, in M^X/G/c.

    Exact for one server, for a service scv of 0 and of 1, and otherwise on the line between the last two, straight in
    the coefficient of variation (the root of the scv), since what is added is the spread of the last services in the
    batch; `expected_batch_error` has the errors measured. The first item's wait plus the span is the batch's time in
    the system.

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
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean over batches; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    One server works through 50 items without a break:

    >>> round(float(mxgc_batch_span_mean_hours(0.5, 50, 0, 0.02, 0.5, 1)), 9)
    1.0

    References
    ----------
    .. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
       29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (single arrivals; extended to batches here).
    """
    return solve_batch_times(batches_per_hour, batch_mean, batch_scv, service_hours, servers).span_hours(service_scv)
