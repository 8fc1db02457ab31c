"""By how much the approximations for a day miss: errors measured against exact chains, as data.

The table is what benchmarks/time_of_day_error.py measured: days of hourly intervals, with peaks and with a closed
night, at a utilization of 0.4 and 0.8 of the open hours, the latter with overloaded peaks.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.ggc_errors import ExpectedError

DayMethod = Literal["exact", "birth_death", "fluid"]

SCV_BANDS = (0.02, 1.0, 1.0, 2.0, 4.0)  # below 1, 1, to 2, to 4
SERVER_BANDS = (1, 4, 8)  # greatest number of servers: 1, 2-4, 5-8
SERVICE_BANDS = (0.1, 0.5, 1.0)  # greatest mean service time, counted in intervals

Pair = tuple[float, float]
Row = tuple[Pair, Pair, Pair]
Table = tuple[tuple[Row, Row, Row], ...]

# (median, largest) absolute relative error of the mean wait over the day, by service (along a row), servers, scv
BIRTH_DEATH: Table = (
    (
        ((0.004, 0.008), (0.005, 0.017), (0.006, 0.023)),
        ((0.003, 0.006), (0.005, 0.015), (0.007, 0.02)),
        ((0.002, 0.004), (0.004, 0.011), (0.006, 0.012)),
    ),
    (
        ((0, 0), (0, 0), (0, 0)),
        ((0, 0), (0, 0), (0, 0)),
        ((0, 0), (0, 0), (0, 0)),
    ),
    (
        ((0.003, 0.016), (0.027, 0.042), (0.05, 0.066)),
        ((0.002, 0.056), (0.026, 0.097), (0.047, 0.126)),
        ((0.001, 0.074), (0.014, 0.116), (0.031, 0.142)),
    ),
    (
        ((0.014, 0.039), (0.085, 0.12), (0.146, 0.19)),
        ((0.011, 0.151), (0.087, 0.288), (0.144, 0.392)),
        ((0.004, 0.2), (0.057, 0.361), (0.104, 0.46)),
    ),
)
FLUID: Table = (
    (
        ((0.024, 0.151), (0.031, 0.178), (0.043, 0.166)),
        ((0.009, 0.113), (0.021, 0.165), (0.035, 0.159)),
        ((0.019, 0.042), (0.036, 0.094), (0.066, 0.1)),
    ),
    (
        ((0.052, 0.174), (0.093, 0.213), (0.139, 0.219)),
        ((0.035, 0.139), (0.076, 0.209), (0.091, 0.226)),
        ((0.019, 0.062), (0.069, 0.154), (0.092, 0.196)),
    ),
    (
        ((0.086, 0.218), (0.205, 0.299), (0.328, 0.352)),
        ((0.101, 0.187), (0.216, 0.364), (0.339, 0.462)),
        ((0.073, 0.197), (0.222, 0.545), (0.34, 0.723)),
    ),
    (
        ((0.139, 0.282), (0.418, 0.45), (0.618, 0.752)),
        ((0.173, 0.394), (0.473, 0.852), (0.744, 1.344)),
        ((0.146, 0.504), (0.48, 1.478), (0.818, 2.218)),
    ),
)
_TABLES: dict[str, Table] = {"birth_death": BIRTH_DEATH, "fluid": FLUID}


def expected_day_error(
    method: DayMethod, service_scv: ArrayLike, servers: ArrayLike, service_intervals: ArrayLike
) -> ExpectedError:
    """Look up the error to expect of the mean wait over a day from a method of `solve_general_time_of_day`.

    Parameters
    ----------
    method : {"exact", "birth_death", "fluid"}
        How the day is computed.
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Largest number of servers, a whole number; none count as one. [1]
    service_intervals : array_like
        Mean service time over the length of an interval of constant rates. [1]

    Returns
    -------
    ExpectedError
        Columns of the broadcast shape; errors of 0 where the method is exact. Single days at a light load, where hardly
        anybody waits, may have larger ones.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(expected_day_error("birth_death", 0.5, 3, 0.1).largest)
    0.006
    """
    if method != "exact" and method not in _TABLES:
        allowed = ", ".join(["exact", *_TABLES])
        raise ArgumentError.of(Problem("is unknown", parameter="method", given=method, allowed=allowed))
    scv, count, service = broadcast(
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", np.maximum(servers, 1.0)),
        service_intervals=non_negative("service_intervals", service_intervals),
    )
    if method == "exact" or (method == "birth_death" and bool(np.all(scv == 1.0))):
        return ExpectedError(np.zeros_like(scv), np.zeros_like(scv), np.zeros(scv.shape, dtype=bool))
    group = (scv >= 1.0).astype(int) + (scv > 1.0) + (scv > SCV_BANDS[3])
    size, length = np.searchsorted(SERVER_BANDS, count), np.searchsorted(SERVICE_BANDS, service)
    table = np.array(_TABLES[method])
    pairs: FloatArray = table[group, np.minimum(size, 2), np.minimum(length, 2)]
    exact = (scv == 1.0) & (method == "birth_death")
    outside = (scv < SCV_BANDS[0]) | (scv > SCV_BANDS[-1]) | (size > 2) | (length > 2)
    errors = np.where(exact[..., None], 0.0, np.where(outside[..., None], 1.0, pairs))
    return ExpectedError(np.asarray(errors[..., 0]), np.asarray(errors[..., 1]), np.asarray(outside & ~exact))
