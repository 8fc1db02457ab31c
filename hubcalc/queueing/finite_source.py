"""M/M/c//N, machine repair: N sources run, come for service, wait for one of c servers, and run again. All exact."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.queueing._finite_source import checked


def finite_source_down_mean(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the mean number of sources that wait or are in service in M/M/c//N.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Mean number of sources that do not run. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_down_mean(50, 200, 10, 3)), 6)
    3.766266

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    state, _ = checked(sources, running_hours, service_hours, servers)
    return np.asarray(state.queue_mean + state.busy_mean)


def finite_source_throughput_per_hour(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the rate at which M/M/c//N serves.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Sources served. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_throughput_per_hour(50, 200, 10, 3)), 6)
    0.231169

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    state, service = checked(sources, running_hours, service_hours, servers)
    return state.busy_mean / service


def finite_source_busy_probability(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the share of time in which all servers of M/M/c//N are busy.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Probability that every server is busy; 0 with fewer sources than servers. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_busy_probability(50, 200, 10, 3)), 6)
    0.591679

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    return checked(sources, running_hours, service_hours, servers)[0].all_busy


def finite_source_none_down_probability(
    sources: ArrayLike, running_hours: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> FloatArray:
    """Compute the share of time in which all sources of M/M/c//N run.

    Parameters
    ----------
    sources : array_like
        Number of sources, a whole number. [1]
    running_hours : array_like
        Mean time a source runs before it comes back, exponential. [h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers, a whole number. [1]

    Returns
    -------
    ndarray
        Probability that nobody waits or is in service. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(finite_source_none_down_probability(50, 200, 10, 3)), 6)
    0.06222

    References
    ----------
    .. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
    """
    return checked(sources, running_hours, service_hours, servers)[0].none_down
