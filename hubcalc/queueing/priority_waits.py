"""Queues with priority classes: the distribution of each class's wait, along the last axis, without interruptions.

First come first served within a class. A class that finds no room beside those above it waits for ever: its tail is 1
and its quantiles are inf; the classes above still have a steady state, and theirs are finite.

Probabilities are found by numerical inversion of a transform, to 1e-8 absolutely, or 1e-6 near the whole multiples of
constant service times; of M/M/1 they are within 3e-10, and tails down to 1e-15 within 3e-9 of themselves, up to
utilization 1 - 1e-15. Saturation magnifies how the utilization is rounded, by 1e-16 / (1 - utilization). Quantiles are
found down to the smallest tails, but where a singularity of a tiny share of the tail governs what is farthest out:
there those beyond the last 1e-5 of the tail are refused, not guessed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._fused import lines
from hubcalc.queueing._priority import with_classes
from hubcalc.queueing._priority_wait_kernel import LEAST_SHARE, conditional_law
from hubcalc.queueing.erlang import erlang_c


def mg1_priority_wait_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> FloatArray:
    """Compute the probability that an arrival at M/G/1 with priority classes has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean service times by class along the last axis. [h]
    service_scv : array_like
        Squared coefficients of variation of the service times by class along the last axis: constant at 0, Erlang at
        1/k, exponential at 1 and otherwise gamma. [1]

    Returns
    -------
    ndarray
        Probability of a wait, the same for each class: the utilization, at most 1. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> mg1_priority_wait_probability([10, 12], 1 / 30, 1.0).round(6).tolist()
    [0.733333, 0.733333]

    References
    ----------
    .. [1] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
    """
    return _one_server(arrivals_per_hour, service_hours, service_scv).wait_probability.copy()


def mg1_priority_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, hours: ArrayLike
) -> FloatArray:
    r"""Compute the probability that a class's wait in M/G/1 with priorities exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean service times by class along the last axis. [h]
    service_scv : array_like
        Squared coefficients of variation of the service times by class along the last axis: constant at 0, Erlang at
        1/k, exponential at 1 and otherwise gamma. [1]
    hours : array_like
        The times to compare with, by class along the last axis. [h]

    Returns
    -------
    ndarray
        P(wait > hours) by class; 1 where the classes down to it fill the server. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: E[e^{-s W_k}] = \frac{(1 - \rho) \sigma + \sum_{j > k} \lambda_j (1 - B_j(\sigma))}
              {s - \lambda_k (1 - B_k(\sigma))}, \quad \sigma = s + \sum_{j < k} \lambda_j (1 - B_j(\sigma))

    Examples
    --------
    >>> mg1_priority_wait_tail([10, 12], 1 / 30, 1.0, 0.1).round(6).tolist()
    [0.099246, 0.397418]

    References
    ----------
    .. [1] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
    .. [2] J. Abate, W. Whitt (1995), "Numerical inversion of Laplace transforms of probability distributions", ORSA
       Journal on Computing 7(1), 36-43, doi:10.1287/ijoc.7.1.36.
    """
    return _tail(_one_server(arrivals_per_hour, service_hours, service_scv), hours)


def mg1_priority_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of each class's wait in M/G/1 with priorities that do not interrupt.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean service times by class along the last axis. [h]
    service_scv : array_like
        Squared coefficients of variation of the service times by class along the last axis: constant at 0, Erlang at
        1/k, exponential at 1 and otherwise gamma. [1]
    probability : array_like
        Share of the class that waits no longer, from 0 to below 1, by class along the last axis. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability, by class: 0 where enough arrivals do not wait at all; inf
        where the classes down to it fill the server. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or a probability so close to 1 that the quantile cannot be told.

    Examples
    --------
    >>> mg1_priority_wait_quantile_hours([10, 12], 1 / 30, 1.0, 0.9).round(6).tolist()
    [0.099622, 0.389323]

    References
    ----------
    .. [1] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
    .. [2] J. Abate, W. Whitt (1995), "Numerical inversion of Laplace transforms of probability distributions", ORSA
       Journal on Computing 7(1), 36-43, doi:10.1287/ijoc.7.1.36.
    """
    return _quantile(_one_server(arrivals_per_hour, service_hours, service_scv), probability)


def mmc_priority_wait_probability(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the probability that an arrival at M/M/c with priority classes has to wait.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean of the exponential service time, the same in all classes; without the axis of classes. [h]
    servers : array_like
        Number of parallel servers, above 0 and not always whole; without the axis of classes. [1]

    Returns
    -------
    ndarray
        Probability of a wait, the same for each class: Erlang C of all classes together. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> mmc_priority_wait_probability([30, 55], 1 / 25, 4).round(6).tolist()
    [0.689316, 0.689316]

    References
    ----------
    .. [1] A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2, 70-76.
    """
    return _many_servers(arrivals_per_hour, service_hours, servers).wait_probability.copy()


def mmc_priority_wait_tail(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, hours: ArrayLike
) -> FloatArray:
    """Compute the probability that a class's wait in M/M/c with priorities exceeds a given time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean of the exponential service time, the same in all classes; without the axis of classes. [h]
    servers : array_like
        Number of parallel servers, above 0 and not always whole; without the axis of classes. [1]
    hours : array_like
        The times to compare with, by class along the last axis. [h]

    Returns
    -------
    ndarray
        P(wait > hours) by class; 1 where the classes down to it fill the servers. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    While all servers are busy they are as one server that is c times as fast, so those who wait do so as in M/M/1 of
    the same utilization; only how many wait differs.

    Examples
    --------
    >>> mmc_priority_wait_tail([30, 55], 1 / 25, 4, 0.1).round(6).tolist()
    [0.000629, 0.237641]

    References
    ----------
    .. [1] R. H. Davis (1966), "Waiting-time distribution of a multi-server, priority queueing system", Operations
       Research 14(1), 133-136.
    .. [2] O. Kella, U. Yechiali (1985), "Waiting times in the non-preemptive priority M/M/c queue", Communications in
       Statistics. Stochastic Models 1(2), 257-262.
    """
    return _tail(_many_servers(arrivals_per_hour, service_hours, servers), hours)


def mmc_priority_wait_quantile_hours(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, probability: ArrayLike
) -> FloatArray:
    """Compute a quantile of each class's wait in M/M/c with priorities that do not interrupt.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rates by class along the last axis, the most urgent class first. [1/h]
    service_hours : array_like
        Mean of the exponential service time, the same in all classes; without the axis of classes. [h]
    servers : array_like
        Number of parallel servers, above 0 and not always whole; without the axis of classes. [1]
    probability : array_like
        Share of the class that waits no longer, from 0 to below 1, by class along the last axis. [1]

    Returns
    -------
    ndarray
        The least time t with P(wait <= t) >= probability, by class: 0 where enough arrivals do not wait at all; inf
        where the classes down to it fill the servers. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or a probability so close to 1 that the quantile cannot be told.

    Examples
    --------
    >>> mmc_priority_wait_quantile_hours([30, 55], 1 / 25, 4, 0.9).round(6).tolist()
    [0.027579, 0.188627]

    References
    ----------
    .. [1] R. H. Davis (1966), "Waiting-time distribution of a multi-server, priority queueing system", Operations
       Research 14(1), 133-136.
    .. [2] O. Kella, U. Yechiali (1985), "Waiting times in the non-preemptive priority M/M/c queue", Communications in
       Statistics. Stochastic Models 1(2), 257-262.
    """
    return _quantile(_many_servers(arrivals_per_hour, service_hours, servers), probability)


@dataclass(frozen=True, slots=True)
class _Queue:
    """M/G/1 as those who wait see it, and the probability of a wait: columns of one shape."""

    arrivals: FloatArray
    service: FloatArray
    scv: FloatArray
    wait_probability: FloatArray

    def law(self, given: FloatArray, *, inverts: bool) -> FloatArray:
        """Return the tail of those who wait at times, or the times at which it has fallen to values."""
        shape, columns = lines(arrivals=self.arrivals, service=self.service, scv=self.scv, given=given)
        result = np.empty(shape)
        conditional_law(result.reshape(-1), shape[-1], inverts, *columns)
        return result


def _one_server(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike) -> _Queue:
    arrivals, service, scv = broadcast(
        arrivals_per_hour=with_classes(arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
    )
    load = (arrivals * service).sum(axis=-1, keepdims=True)
    return _Queue(arrivals, service, scv, np.broadcast_to(np.minimum(load, 1.0), arrivals.shape))


def _many_servers(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> _Queue:
    arrivals, service, count = broadcast(
        arrivals_per_hour=with_classes(arrivals_per_hour),
        service_hours=positive("service_hours", service_hours)[..., None],
        servers=positive("servers", servers)[..., None],
    )
    load = (arrivals * service).sum(axis=-1, keepdims=True)
    return _Queue(
        arrivals, service / count, np.ones(()), np.broadcast_to(erlang_c(count[..., :1], load), arrivals.shape)
    )


def _tail(queue: _Queue, hours: ArrayLike) -> FloatArray:
    time = non_negative("hours", hours)
    broadcast(arrivals_per_hour=queue.arrivals, hours=time)
    return np.asarray(queue.wait_probability * queue.law(time, inverts=False))


def _quantile(queue: _Queue, probability: ArrayLike) -> FloatArray:
    share = probability_below_one("probability", probability)
    wait, share = broadcast(arrivals_per_hour=queue.wait_probability, probability=share)
    longer = np.where(wait > 1.0 - share, (1.0 - share) / np.where(wait > 0.0, wait, 1.0), 1.0)
    hours = queue.law(longer, inverts=True)
    lost = np.isnan(hours)
    if np.any(lost):
        given = float(np.broadcast_to(share, hours.shape)[lost].flat[0])
        message = "is so close to 1 that what is left of the tail is lost in rounding"
        allowed = f"for these classes, P(wait > t | wait > 0) of {LEAST_SHARE:g} or more"
        raise ArgumentError.of(Problem(message, parameter="probability", given=given, allowed=allowed))
    return hours
