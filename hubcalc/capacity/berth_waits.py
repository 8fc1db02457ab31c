"""How busy berths may be for a wait that vessels accept: the inverse of the tables that ports are planned by.

The wait is that of PH/PH/c with two moments a side, exact: M/E2/n has an arrival scv of 1 and a service scv of 0.5,
E2/E2/n has 0.5 for both.

References
----------
.. [1] S. Asmussen, J. R. Møller (2001), "Calculation of the steady state waiting time distribution in GI/PH/c and
   MAP/PH/c queues", Queueing Systems 37, 9-29, doi:10.1023/A:1011083915877.
"""

from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.capacity._limits import IntegerArray
from hubcalc.queueing import phphc_fewest_servers_for_wait, phphc_largest_flow_for_wait


def largest_utilization_for_wait_ratio(
    berths: ArrayLike, wait_ratio: ArrayLike, arrival_scv: ArrayLike, service_scv: ArrayLike = 0.5
) -> FloatArray:
    """Give the utilization of berths at which the mean wait of a vessel is a given part of its mean time at berth.

    Parameters
    ----------
    berths : array_like
        Berths, whole numbers. [berths]
    wait_ratio : array_like
        Mean wait over mean time at berth, above 0. [1]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between vessels: 1 for M/E2/n, 0.5 for E2/E2/n. [1]
    service_scv : array_like, optional
        Squared coefficient of variation of the time at berth; 0.5 is Erlang-2. [1]

    Returns
    -------
    ndarray
        Utilization of the berths. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has too many states to be solved.

    Examples
    --------
    E2/E2/n at a wait of a tenth of the time at berth:

    >>> largest_utilization_for_wait_ratio([1, 2, 3, 4, 5, 6], 0.1, 0.5).round(3).tolist()
    [0.261, 0.475, 0.586, 0.654, 0.701, 0.736]
    """
    count, goal, arrival, service = broadcast(
        berths=whole_at_least_one("berths", berths),
        wait_ratio=positive("wait_ratio", wait_ratio),
        arrival_scv=positive("arrival_scv", arrival_scv),
        service_scv=positive("service_scv", service_scv),
    )

    return phphc_largest_flow_for_wait(arrival, 1.0, service, count, goal) / count


def fewest_berths_for_wait_ratio(
    calls_per_hour: ArrayLike,
    service_hours: ArrayLike,
    wait_ratio: ArrayLike,
    arrival_scv: ArrayLike,
    service_scv: ArrayLike = 0.5,
) -> IntegerArray:
    """Give the fewest berths at which the mean wait of a vessel is at most a given part of its mean time at berth.

    Parameters
    ----------
    calls_per_hour : array_like
        Vessels that arrive. [calls/h]
    service_hours : array_like
        Mean time at berth. [h]
    wait_ratio : array_like
        Largest mean wait over mean time at berth, above 0. [1]
    arrival_scv : array_like
        Squared coefficient of variation of the interval between vessels: 1 for M/E2/n, 0.5 for E2/E2/n. [1]
    service_scv : array_like, optional
        Squared coefficient of variation of the time at berth; 0.5 is Erlang-2. [1]

    Returns
    -------
    ndarray of int64
        Berths, at least one. [berths]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If a queue has too many states to be solved.

    Examples
    --------
    Two vessels a day that stay for 20 hours:

    >>> fewest_berths_for_wait_ratio(2 / 24, 20, [0.05, 0.1, 1.2], 0.5).tolist()
    [4, 3, 2]
    """
    rate, arrival, hours, service, goal = broadcast(
        calls_per_hour=non_negative("calls_per_hour", calls_per_hour),
        arrival_scv=positive("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        service_scv=positive("service_scv", service_scv),
        wait_ratio=positive("wait_ratio", wait_ratio),
    )
    return phphc_fewest_servers_for_wait(rate, arrival, hours, service, goal * hours)
