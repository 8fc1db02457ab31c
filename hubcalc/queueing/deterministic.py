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
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._columns import by_server_count
from hubcalc.queueing._constant_service import pair_weights
from hubcalc.queueing._poisson import poisson_probability
from hubcalc.queueing._unit_disk_roots import roots_of_unity, upper_roots
from hubcalc.queueing.batches import BatchLaw

_SPITZER_FROM = 4.0  # of c (a/c - 1 - log(a/c)): the n-th term falls as exp(-n times this)
_SPITZER_TERMS = 12


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
    first, _ = _queue_cumulants(load, count)
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
    first, second = _queue_cumulants(load, count)
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


def _queue_cumulants(load: FloatArray, servers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return E[Q] and E[Q (Q - 1)] - E[Q]^2, the derivatives of log E[z^Q] at 1; inf where unstable."""
    stable, some = load < servers, load > 0.0
    ratio = np.where(stable & some, load / servers, 0.5)
    few_wait = servers * (ratio - 1.0 - np.log(ratio)) >= _SPITZER_FROM
    first, second = np.where(stable, 0.0, np.inf), np.where(stable, 0.0, np.inf)
    for rows, method in ((few_wait, _spitzer), (~few_wait, _crommelin)):
        chosen = stable & some & rows
        if np.any(chosen):
            first[chosen], second[chosen] = method(load[chosen], servers[chosen])
    return first, second


def _crommelin(load: FloatArray, servers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the cumulants of Q from the roots, with Q(z) = K (z - 1) prod (z - z_k) / (z^c - exp(a (z - 1)))."""
    law = BatchLaw.fitted(np.ones_like(load), 0.0)
    return by_server_count(_first, servers, load, law), by_server_count(_second, servers, load, law)


def _first(servers: int, load: FloatArray, law: BatchLaw) -> FloatArray:
    # sum 1/(1 - w_k) = (c - 1)/2 over the roots of unity is taken out of the sum, against cancellation
    z, offset = upper_roots(servers, load, law)
    w = roots_of_unity(servers)[: servers // 2]
    shift = (w * offset / ((1.0 - z) * (1.0 - w))).real @ pair_weights(servers)
    return np.asarray(load * (load - (servers - 1)) / (2.0 * (servers - load)) + shift)


def _second(servers: int, load: FloatArray, law: BatchLaw) -> FloatArray:
    # with d1, d2, d3 the derivatives of z^c - exp(a (z - 1)) at 1, log((z - 1)/(z^c - exp(a (z - 1)))) has the second
    # derivative d2^2/(4 d1^2) - d3/(3 d1) there, and log(z - z_k) has -1/(1 - z_k)^2
    z, _ = upper_roots(servers, load, law)
    d1 = servers - load
    d2 = servers * (servers - 1.0) - load**2
    d3 = servers * (servers - 1.0) * (servers - 2.0) - load**3
    poles = (1.0 / (1.0 - z) ** 2).real @ pair_weights(servers)
    return np.asarray(d2**2 / (4.0 * d1**2) - d3 / (3.0 * d1) - poles)


def _spitzer(load: FloatArray, servers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the cumulants of Q as sum over n of E[Y]/n and E[Y (Y - 1)]/n, Y = (P_{na} - n c)^+."""
    first, second = np.zeros_like(load), np.zeros_like(load)
    for n in range(1, _SPITZER_TERMS + 1):
        excess, pairs = _poisson_excess(n * servers, n * load)
        first, second = first + excess / n, second + pairs / n
        if not np.any(excess > 1e-17 * first):
            break
    return first, second


def _poisson_excess(threshold: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return E[Y] and E[Y (Y - 1)] of Y = (P - threshold)^+, P Poisson, by the series of P(P = threshold + j)."""
    term = poisson_probability(threshold, mean)
    first, second = np.zeros_like(mean), np.zeros_like(mean)
    j = 0.0
    open_: NDArray[np.bool_] = term > 0.0
    while np.any(open_):
        j += 1.0
        term = term * mean / (threshold + j)
        first, second = first + j * term, second + j * (j - 1.0) * term
        open_ = (j * j * term > 1e-17 * second) & (term > 0.0)
    return first, second
