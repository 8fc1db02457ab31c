"""Halls and booths for passengers who come in batches, from buses, trains or ferries, and the area that they need.

References
----------
.. [1] Fruin, J. J. (1971). Pedestrian Planning and Design. Metropolitan Association of Urban Designers and
       Environmental Planners, New York.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative, positive
from hubcalc.capacity._limits import IntegerArray, rounded_up

FRUIN_QUEUE_AREA_M2 = {"A": 1.21, "B": 0.93, "C": 0.65, "D": 0.28, "E": 0.19}
"""Least area per person in a queue, in m2, by level of service [1]_; less than the last is level F."""

_ROUNDING = 1e-12
"""Relative excess of a batch over what the booths clear that is taken for rounding."""


def batch_wait_mean_hours(
    batch_persons: ArrayLike, persons_per_hour: ArrayLike, interval_hours: ArrayLike
) -> FloatArray:
    """Give the mean wait of the persons of a batch at booths that are free when it comes: (n - 1) / (2 mu).

    A fluid of persons one after the other at a steady pace; the batches come at a constant interval.

    Parameters
    ----------
    batch_persons : array_like
        Persons in a batch, at least 1. [persons]
    persons_per_hour : array_like
        Persons that all booths together clear. [persons/h]
    interval_hours : array_like
        Time between batches. [h]

    Returns
    -------
    ndarray
        Mean wait; inf where a batch is not through before the next comes, and queues grow from batch to batch. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    150 persons every ten minutes at 900 an hour, and 900 at once every hour, in minutes:

    >>> (batch_wait_mean_hours([150, 900], 900, [1 / 6, 1]) * 60).round(2).tolist()
    [4.97, 29.97]
    """
    return np.asarray(0.5 * batch_wait_last_hours(batch_persons, persons_per_hour, interval_hours))


def batch_wait_last_hours(
    batch_persons: ArrayLike, persons_per_hour: ArrayLike, interval_hours: ArrayLike
) -> FloatArray:
    """Give the wait of the last person of a batch at booths that are free when it comes: (n - 1) / mu.

    Parameters
    ----------
    batch_persons : array_like
        Persons in a batch, at least 1. [persons]
    persons_per_hour : array_like
        Persons that all booths together clear. [persons/h]
    interval_hours : array_like
        Time between batches. [h]

    Returns
    -------
    ndarray
        Wait; inf where a batch is not through before the next comes, and queues grow from batch to batch. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> (batch_wait_last_hours([150, 900], 900, [1 / 6, 1]) * 60).round(2).tolist()
    [9.93, 59.93]
    """
    persons, rate, interval = broadcast(
        batch_persons=at_least_one("batch_persons", batch_persons),
        persons_per_hour=positive("persons_per_hour", persons_per_hour),
        interval_hours=positive("interval_hours", interval_hours),
    )
    through = persons <= rate * interval * (1.0 + _ROUNDING)
    return np.where(through, (persons - 1.0) / rate, np.inf)


def fewest_booths_for_batch(
    batch_persons: ArrayLike, service_hours: ArrayLike, interval_hours: ArrayLike, longest_wait_hours: ArrayLike
) -> IntegerArray:
    """Give the fewest booths with which the last of a batch waits no longer than allowed and the batch is through.

    Parameters
    ----------
    batch_persons : array_like
        Persons in a batch, at least 1. [persons]
    service_hours : array_like
        Time that a booth needs for a person. [h]
    interval_hours : array_like
        Time between batches; a batch must be through before the next. [h]
    longest_wait_hours : array_like
        Longest wait allowed to the last person. [h]

    Returns
    -------
    ndarray of int64
        Booths, at least one. [booths]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    A bus of 50 every half hour, two minutes each, nobody to wait longer than 15 minutes:

    >>> int(fewest_booths_for_batch(50, 2 / 60, 0.5, 0.25))
    7
    """
    persons, service = at_least_one("batch_persons", batch_persons), positive("service_hours", service_hours)
    through = persons * service / positive("interval_hours", interval_hours)
    waited = (persons - 1.0) * service / positive("longest_wait_hours", longest_wait_hours)
    return np.maximum(rounded_up("batch_persons", np.maximum(through, waited)), 1)


def hall_persons(persons_per_hour: ArrayLike, stay_hours: ArrayLike) -> FloatArray:
    """Give the mean number of persons in a hall, by Little's law.

    Parameters
    ----------
    persons_per_hour : array_like
        Persons that enter. [persons/h]
    stay_hours : array_like
        Mean time that a person spends in the hall. [h]

    Returns
    -------
    ndarray
        Persons. [persons]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(hall_persons(900, 0.25))
    225.0
    """
    return np.asarray(non_negative("persons_per_hour", persons_per_hour) * non_negative("stay_hours", stay_hours))


def hall_area_m2(persons: ArrayLike, person_area_m2: ArrayLike) -> FloatArray:
    """Give the area of a hall, or of the place for a queue.

    Parameters
    ----------
    persons : array_like
        Most persons at a time. [persons]
    person_area_m2 : array_like
        Area for a person; for queues `FRUIN_QUEUE_AREA_M2` has the least of each level of service [1]_. [m2/person]

    Returns
    -------
    ndarray
        Area. [m2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Fruin (1971), see the module.

    Examples
    --------
    >>> round(float(hall_area_m2(150, FRUIN_QUEUE_AREA_M2["B"])), 1)
    139.5
    """
    return np.asarray(non_negative("persons", persons) * positive("person_area_m2", person_area_m2))
