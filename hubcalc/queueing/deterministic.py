"""M/D/c: Poisson arrivals, constant service time, parallel servers, first come first served. All exact.

Two ways to one number, each where it is accurate: the roots of z^c = exp(a (z - 1)) when many have to wait, and
Spitzer's identity, a sum of positive terms, when few do.

References
----------
.. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
   Post Office Electrical Engineers Journal 25, 41-50.
.. [2] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
   American Mathematical Society 82, 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.compiled import flat
from hubcalc.queueing._columns import run
from hubcalc.queueing._crommelin_kernel import queue_cumulants
from hubcalc.queueing._wait_tables import WAIT_TABLES, make_tables, mean_queues


def mdc_wait_mean_hours(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> FloatArray:
    r"""Compute the mean wait in queue of M/D/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Constant service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean wait before service; inf where utilization is 1 or more. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[Q] = \frac{a^2 - c (c - 1)}{2 (c - a)} + \sum_{k=1}^{c-1} \frac{1}{1 - z_k}
                   = \sum_{n \ge 1} \frac{1}{n} E[(P_{na} - n c)^+], \quad E[W] = E[Q] / \lambda

    with :math:`z_k` the roots of :math:`z^c = e^{a (z - 1)}` in the unit disk and P Poisson of the mean in its index.

    Examples
    --------
    >>> round(float(mdc_wait_mean_hours(0.3, 1.0, 1)), 9)
    0.214285714

    References
    ----------
    .. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
       Post Office Electrical Engineers Journal 25, 41-50.
    .. [2] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
       American Mathematical Society 82, 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
    """
    load, service, count = _columns(arrivals_per_hour, service_hours, servers)
    first = np.empty(load.shape)
    loads, counts = flat(load, count)
    if not mean_queues(loads, counts, first.reshape(-1), WAIT_TABLES):
        make_tables(counts, WAIT_TABLES)
        mean_queues(loads, counts, first.reshape(-1), WAIT_TABLES)
    return service * np.where(load > 0.0, first / np.where(load > 0.0, load, 1.0), 0.0)


def mdc_wait_second_moment_hours2(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    r"""Compute the second moment of the wait in queue of M/D/c.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Constant service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean of the squared wait; inf where utilization is 1 or more. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Those who wait behind an item at the start of its service are the Poisson arrivals during its wait, so that
    :math:`E[Q (Q - 1)] = \lambda^2 E[W^2]` (the distributional form of Little's law).

    Examples
    --------
    >>> round(float(mdc_wait_second_moment_hours2(0.5, 1.0, 1)), 9)
    0.833333333

    References
    ----------
    .. [1] J. Keilson, L. D. Servi (1988), "A distributional form of Little's law", Operations Research Letters 7(5),
       223-227, doi:10.1016/0167-6377(88)90035-1.
    """
    load, service, count = _columns(arrivals_per_hour, service_hours, servers)
    first, second = run(queue_cumulants, 2, load, count)
    return service**2 * np.where(load > 0.0, (second + first**2) / np.where(load > 0.0, load, 1.0) ** 2, 0.0)


def _columns(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return offered load, service time and servers in one shape."""
    arrivals, service, count = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )
    # a load below 1e-100 would vanish when squared; nobody waits then
    load = np.asarray(arrivals * service)
    return np.where(load < 1e-100, 0.0, load), service, count
