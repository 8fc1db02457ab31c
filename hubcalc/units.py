"""Conversions of time: the one module that knows 24, 60 and 365.

Inside the calculations time is in hours and rates are per hour. The functions work on numbers and on arrays.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7
HOURS_PER_WEEK = HOURS_PER_DAY * DAYS_PER_WEEK
MINUTES_PER_HOUR = 60.0
DAYS_PER_YEAR = 365.0

Number = TypeVar("Number", float, NDArray[np.float64])


def minutes_to_hours(minutes: Number) -> Number:
    """Convert minutes to hours.

    >>> minutes_to_hours(90.0)
    1.5
    """
    return minutes / MINUTES_PER_HOUR


def hours_to_minutes(hours: Number) -> Number:
    """Convert hours to minutes.

    >>> hours_to_minutes(1.5)
    90.0
    """
    return hours * MINUTES_PER_HOUR


def per_day_to_per_hour(per_day: Number) -> Number:
    """Convert a daily rate to an hourly one.

    >>> per_day_to_per_hour(12.0)
    0.5
    """
    return per_day / HOURS_PER_DAY


def per_hour_to_per_day(per_hour: Number) -> Number:
    """Convert an hourly rate to a daily one.

    >>> per_hour_to_per_day(0.5)
    12.0
    """
    return per_hour * HOURS_PER_DAY
