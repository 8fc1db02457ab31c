"""The variance of a wait of which little but the mean is known: that of another queue, scaled to the mean."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, non_negative, positive, whole_at_least_one
from hubcalc.queueing._fused import filled
from hubcalc.queueing._two_moment_kernel import wait_variances
from hubcalc.queueing._wait_tables import WAIT_TABLES


def scaled_wait_variance_hours2(
    wait_hours: ArrayLike,
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    service_third_moment_hours3: ArrayLike,
    servers: ArrayLike,
    wait_second_moment_hours2: ArrayLike | None = None,
) -> FloatArray:
    r"""Estimate the variance of a wait, as that of M/G/1 at one server and of M/M/c at several.

    Parameters
    ----------
    wait_hours : array_like
        Mean wait, which may be endless. [h]
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    service_third_moment_hours3 : array_like
        Third moment of the service time. [h3]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    wait_second_moment_hours2 : array_like, optional
        Second moment of the wait where it is known, else NaN. [h2]

    Returns
    -------
    ndarray
        Variance of the wait; inf where the wait is endless. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The ratio :math:`r = E[W^2] / E[W]^2` of the other queue is kept, so that the variance is :math:`(r - 1) E[W]^2`.
    With C the probability of a wait, M/M/c has r = 2 / C; that of M/G/1 is Takacs' [1]_.

    Examples
    --------
    M/M/1 at utilization 0.8, whose wait has the second moment 2 * 0.8 / 0.2^2 and the mean 4:

    >>> round(float(scaled_wait_variance_hours2(4.0, 0.8, 1.0, 1.0, 6.0, 1)), 9)
    24.0

    References
    ----------
    .. [1] L. Takács (1962), "A single-server queue with Poisson input", Operations Research 10(3), 388-394,
       doi:10.1287/opre.10.3.388.
    """
    return filled(
        wait_variances,
        WAIT_TABLES,
        wait_hours=(_endless_or_not, wait_hours),
        arrivals_per_hour=(non_negative, arrivals_per_hour),
        service_hours=(positive, service_hours),
        service_scv=(non_negative, service_scv),
        service_third_moment_hours3=(non_negative, service_third_moment_hours3),
        servers=(whole_at_least_one, servers),
        wait_second_moment_hours2=(_any, np.nan if wait_second_moment_hours2 is None else wait_second_moment_hours2),
    )


def _endless_or_not(name: str, value: ArrayLike) -> FloatArray:
    """Return waits of 0 or more, which are endless where there is no steady state."""
    waits = np.asarray(value, dtype=np.float64)
    return between(name, np.where(waits == np.inf, 0.0, waits), 0.0, np.inf)


def _any(_: str, value: ArrayLike) -> FloatArray:
    """Return what is given: NaN stands for what is not known."""
    return np.asarray(value, dtype=np.float64)
