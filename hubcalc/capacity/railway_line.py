"""Trains that a railway line can take: single track by the period of its graph, double track by its headway."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive
from hubcalc.capacity._limits import share_above_zero
from hubcalc.units import HOURS_PER_DAY, MINUTES_PER_HOUR

_MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR


def _open_minutes(maintenance_minutes: ArrayLike, availability: ArrayLike) -> FloatArray:
    """Give the minutes of a day in which trains can run."""
    closed = between("maintenance_minutes", maintenance_minutes, 0, _MINUTES_PER_DAY)
    return np.asarray((_MINUTES_PER_DAY - closed) * share_above_zero("availability", availability))


def graph_period_minutes(
    running_out_minutes: ArrayLike,
    running_back_minutes: ArrayLike,
    start_minutes: ArrayLike,
    stop_minutes: ArrayLike,
    near_crossing_minutes: ArrayLike,
    far_crossing_minutes: ArrayLike,
    near_arrival_minutes: ArrayLike,
    far_arrival_minutes: ArrayLike,
) -> FloatArray:
    """Give the period of the graph of a single-track section in each of the four ways to let trains cross.

    A period is the time of a pair of trains, one out from the near to the far end and one back. Along the first axis:
    both enter the section without a stop and stop behind it; both start before it and leave it without a stop; the
    one out stops at neither end; the one back stops at neither end. The least of the four counts.

    Parameters
    ----------
    running_out_minutes : array_like
        Running time out without a stop. [min]
    running_back_minutes : array_like
        Running time back without a stop. [min]
    start_minutes : array_like
        Time lost by a start. [min]
    stop_minutes : array_like
        Time lost by a stop. [min]
    near_crossing_minutes : array_like
        At the near end, from the passage of a train out of the section to the start of the other into it. [min]
    far_crossing_minutes : array_like
        The same at the far end. [min]
    near_arrival_minutes : array_like
        At the near end, from the arrival of a train that stops to the passage of the other into the section. [min]
    far_arrival_minutes : array_like
        The same at the far end. [min]

    Returns
    -------
    ndarray
        Period of each way to cross, along a first axis of 4. [min]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> graph_period_minutes(22, 24, 2, 1, 1, 2, 4, 3).tolist()
    [55.0, 53.0, 55.0, 53.0]
    """
    out, back, start, stop, near_crossing, far_crossing, near_arrival, far_arrival = broadcast(
        running_out_minutes=positive("running_out_minutes", running_out_minutes),
        running_back_minutes=positive("running_back_minutes", running_back_minutes),
        start_minutes=non_negative("start_minutes", start_minutes),
        stop_minutes=non_negative("stop_minutes", stop_minutes),
        near_crossing_minutes=non_negative("near_crossing_minutes", near_crossing_minutes),
        far_crossing_minutes=non_negative("far_crossing_minutes", far_crossing_minutes),
        near_arrival_minutes=non_negative("near_arrival_minutes", near_arrival_minutes),
        far_arrival_minutes=non_negative("far_arrival_minutes", far_arrival_minutes),
    )
    running = out + back
    return np.stack(
        [
            running + 2.0 * stop + near_arrival + far_arrival,
            running + 2.0 * start + near_crossing + far_crossing,
            running + start + stop + far_crossing + near_arrival,
            running + start + stop + near_crossing + far_arrival,
        ]
    )


def single_track_pairs_per_day(
    period_minutes: ArrayLike, maintenance_minutes: ArrayLike = 0.0, availability: ArrayLike = 1.0
) -> FloatArray:
    """Give the pairs of trains that a single-track section takes: (1440 - t) a / T, not rounded.

    Parameters
    ----------
    period_minutes : array_like
        Period of the graph, the least of the ways to cross. [min]
    maintenance_minutes : array_like, optional
        Closure of a day for maintenance. [min]
    availability : array_like, optional
        Share of the other time in which the line works, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Pairs of trains. [pairs/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    A worked example of lecture notes on the capacity of railway lines: periods of 58, 55, 57 and 57 minutes.

    Examples
    --------
    >>> int(single_track_pairs_per_day(min(58, 55, 57, 57)))
    26
    """
    return np.asarray(_open_minutes(maintenance_minutes, availability) / positive("period_minutes", period_minutes))


def double_track_trains_per_day(
    headway_minutes: ArrayLike, maintenance_minutes: ArrayLike = 0.0, availability: ArrayLike = 1.0
) -> FloatArray:
    """Give the trains that a track of one direction takes: (1440 - t) a / J, not rounded.

    Parameters
    ----------
    headway_minutes : array_like
        Least time between trains of one direction. [min]
    maintenance_minutes : array_like, optional
        Closure of a day for maintenance. [min]
    availability : array_like, optional
        Share of the other time in which the line works, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Trains of one direction. [trains/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(double_track_trains_per_day(9))
    160.0
    """
    return np.asarray(_open_minutes(maintenance_minutes, availability) / positive("headway_minutes", headway_minutes))


def scott_trains_per_day(
    running_minutes: ArrayLike, operation_minutes: ArrayLike, efficiency_share: ArrayLike
) -> FloatArray:
    """Give the trains that a line takes by Scott's formula: 1440 E / (T + t).

    Parameters
    ----------
    running_minutes : array_like
        Running time of the slowest train over the critical block section. [min]
    operation_minutes : array_like
        Time to work the block for a train. [min]
    efficiency_share : array_like
        Efficiency, above 0 and up to 1; 0.7 to 0.9 in examples. [1]

    Returns
    -------
    ndarray
        Trains of both directions on single track. [trains/day]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    A formula page on line capacity; examples of web calculators.

    Examples
    --------
    >>> float(scott_trains_per_day(12, 3, 0.75))
    72.0
    """
    block = positive("running_minutes", running_minutes) + non_negative("operation_minutes", operation_minutes)
    return np.asarray(_MINUTES_PER_DAY * share_above_zero("efficiency_share", efficiency_share) / block)
