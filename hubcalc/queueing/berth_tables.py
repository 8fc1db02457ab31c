"""Waiting at berths in service times, as in the tables that ports are planned by, computed instead of looked up."""

from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, whole_at_least_one
from hubcalc.queueing.ph_ph_c_moments import phphc_wait_mean_hours


def berth_wait_table(
    arrival_scv: float, berths: ArrayLike, utilization: ArrayLike, service_scv: float = 0.5
) -> FloatArray:
    """Compute the mean wait in service times at berths, the table that ports are planned by.

    Parameters
    ----------
    arrival_scv : float
        Squared coefficient of variation of the interval between vessels: 1 for M/E2/n, 0.5 for E2/E2/n. [1]
    berths : array_like
        Numbers of berths, whole numbers: the columns. [1]
    utilization : array_like
        Berth utilizations: the rows. [1]
    service_scv : float, optional
        Squared coefficient of variation of the time at berth; 0.5 is Erlang-2. [1]

    Returns
    -------
    ndarray
        Mean wait over mean time at berth, of shape (utilizations, berths); inf from a utilization of 1 on. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has more states than `MOST_STATES`.

    Examples
    --------
    E2/E2/n, whose printed tables have 0.0532 at four berths and utilization 0.5:

    >>> berth_wait_table(0.5, [1, 2, 3, 4, 5], [0.5, 0.9]).round(4).tolist()
    [[0.3904, 0.1181, 0.0511, 0.0257, 0.0141], [4.359, 2.0478, 1.2994, 0.934, 0.7193]]
    """
    count = whole_at_least_one("berths", berths).reshape(1, -1)
    load = non_negative("utilization", utilization).reshape(-1, 1)
    return phphc_wait_mean_hours(load * count, arrival_scv, 1.0, service_scv, count)
