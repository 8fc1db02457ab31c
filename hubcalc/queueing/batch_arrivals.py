"""Queues where items come in batches: the mean wait of an item, its batch mates ahead of it included.

Batches are a Poisson process; items are served one by one, first come first served. The mean wait is

* exact for one server (`mxg1_...`), constant service (`mxdc_...`) and exponential service (`mxmc_...`);
* interpolated between the last two for any other service time (`mxgc_...`).
"""

from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative
from hubcalc.queueing._batch_columns import BatchColumns
from hubcalc.queueing._columns import interpolated, run
from hubcalc.queueing._constant_service import constant_item_wait, one_server_item_wait
from hubcalc.queueing._exponential_service import exponential_item_and_first_wait


def mxdc_wait_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of an item in M^X/D/c: batches, constant service time. Exact.

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

    Returns
    -------
    ndarray
        Mean over items of the wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    With `A(z)` the generating function of the items that come during one service time and :math:`z_k` the c - 1 roots
    of :math:`z^c = A(z)` in the unit disk other than one,

    .. math:: E[Q] = \frac{A''(1) - c (c - 1)}{2 (c - A'(1))} + \sum_{k=1}^{c-1} \frac{1}{1 - z_k}, \quad
              E[W] = \frac{E[Q]}{\lambda E[X]}

    The rounding error is about c times 1e-15 service times, absolutely.

    Examples
    --------
    Twelve trains a day of 50 containers, three cranes of 3.4 minutes a move:

    >>> round(float(mxdc_wait_mean_hours(0.5, 50, 0, 3.4 / 60, 3)) * 60, 2)
    52.0

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.6,
       doi:10.1002/047001363X.
    .. [2] A. J. E. M. Janssen, J. S. H. van Leeuwaarden (2005), "Analytic computation schemes for the discrete-time
       bulk service queue", Queueing Systems 50, 141-163, doi:10.1007/s11134-005-0402-z.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    return given.service * run(constant_item_wait, 1, *given.columns())[0]


def mxmc_wait_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of an item in M^X/M/c: batches, exponential service time. Exact.

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

    Returns
    -------
    ndarray
        Mean over items of the wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The first c state probabilities follow from the flow across each level,

    .. math:: \lambda \sum_{i \le n} p_i P(X > n - i) = \min(n + 1, c)\, \mu\, p_{n+1},

    and summing the same equations over all higher levels gives the mean queue in closed form, so that no state space is
    cut off.

    Examples
    --------
    >>> round(float(mxmc_wait_mean_hours(0.5, 50, 0, 3.4 / 60, 3)) * 60, 2)
    51.42

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.7,
       doi:10.1002/047001363X.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    return given.service * run(exponential_item_and_first_wait, 2, *given.columns())[0]


def mxg1_wait_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
) -> FloatArray:
    r"""Compute the mean wait of an item in M^X/G/1: batches, any service time, one server. Exact.

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

    Returns
    -------
    ndarray
        Mean over items of the wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[W] = \frac{\lambda E[X] E[S^2]}{2 (1 - \rho)} + \frac{E[X (X - 1)] E[S]}{2 E[X] (1 - \rho)}

    Examples
    --------
    >>> round(float(mxg1_wait_mean_hours(0.5, 45, 0, 2.4 / 60, 0)), 6)
    8.98

    References
    ----------
    .. [1] P. J. Burke (1975), "Delays in single-server queues with batch input", Operations Research 23(4), 830-833,
       doi:10.1287/opre.23.4.830.
    """
    given = BatchColumns.checked(batches_per_hour, batch_mean, batch_scv, service_hours, 1)
    service, rate, mean, size_scv, scv = broadcast(
        service=given.service,
        batches_per_service=given.batches_per_service,
        batch_mean=given.batch_mean,
        batch_scv=given.batch_scv,
        service_scv=non_negative("service_scv", service_scv),
    )
    return service * run(one_server_item_wait, 1, rate, mean, size_scv, scv)[0]


def mxgc_wait_mean_hours(
    batches_per_hour: ArrayLike,
    batch_mean: ArrayLike,
    batch_scv: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
) -> FloatArray:
    """Compute the mean wait of an item in M^X/G/c, between constant and exponential service.

    Exact for one server, for a service scv of 0 and of 1; `expected_batch_error` has the errors measured.

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
        Mean over items of the wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mxgc_wait_mean_hours(0.5, 50, 0, 3.4 / 60, 0.25, 3)) * 60, 2)
    51.86

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, sections 9.6-9.7,
       doi:10.1002/047001363X.
    """
    given = (batches_per_hour, batch_mean, batch_scv, service_hours, servers)
    return interpolated(mxdc_wait_mean_hours(*given), mxmc_wait_mean_hours(*given), service_scv)
