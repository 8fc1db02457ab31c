"""M/M/inf, and M/G/inf: everyone is served at once. The number in the system is Poisson, whatever the service time."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, probability_below_one
from hubcalc.queueing._inverse import IntegerArray, fewest_whole
from hubcalc.queueing._load import bounded_load


def mminf_number_mean(arrivals_per_hour: ArrayLike, service_hours: ArrayLike) -> FloatArray:
    """Compute the mean number in M/M/inf.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the service time, of any law. [h]

    Returns
    -------
    ndarray
        Mean number in the system, and its variance. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(mminf_number_mean(120, 1.5))
    180.0

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.4.
    """
    return np.asarray(_load(arrivals_per_hour, service_hours))


def mminf_number_tail(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, number: ArrayLike) -> FloatArray:
    """Compute the probability that more than a given number are in M/M/inf.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the service time, of any law. [h]
    number : array_like
        The number to compare with. [1]

    Returns
    -------
    ndarray
        P(number in the system > `number`). [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(mminf_number_tail(120, 1.5, 200)), 6)
    0.065206

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.4.
    """
    load, limit = broadcast(load=_load(arrivals_per_hour, service_hours), number=non_negative("number", number))
    return np.asarray(special.gammainc(np.floor(limit) + 1.0, load))


def mminf_number_quantile(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, probability: ArrayLike
) -> IntegerArray:
    """Compute a quantile of the number in M/M/inf.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the service time, of any law. [h]
    probability : array_like
        Share of time in which no more are in the system, from 0 to below 1. [1]

    Returns
    -------
    ndarray of int64
        The least n with P(number in the system <= n) >= probability. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the load is beyond 2^40 erlang.

    Examples
    --------
    Places for 95 % of the time:

    >>> int(mminf_number_quantile(120, 1.5, 0.95))
    202

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.4.
    """
    load, share = broadcast(
        load=_load(arrivals_per_hour, service_hours), probability=probability_below_one("probability", probability)
    )

    def exceeded(number: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(special.gammainc(number + 1.0, load) > 1.0 - share)

    return fewest_whole(exceeded, np.zeros_like(load)).astype(np.int64)


def _load(arrivals_per_hour: ArrayLike, service_hours: ArrayLike) -> FloatArray:
    arrivals, service = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
    )
    return bounded_load(arrivals, service)
