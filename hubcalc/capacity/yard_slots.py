"""Size of a yard by the rules of thumb of guidelines: ground slots, area, and the turnover of its slots.

For the spread of the occupancy, which these rules cover with a peak factor, see `hubcalc.capacity.yard`.

References
----------
.. [1] PIANC (2014). Design Principles for Small and Medium Marine Container Terminals. Report 135.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, between, non_negative, positive, probability_below_one
from hubcalc.capacity._limits import IntegerArray, rounded_up, share_above_zero
from hubcalc.units import DAYS_PER_YEAR


def ground_slots(
    teu_per_year: ArrayLike,
    dwell_days: ArrayLike,
    tiers: ArrayLike,
    stacking_share: ArrayLike,
    occupancy_share: ArrayLike,
    peak_factor: ArrayLike = 1.0,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> IntegerArray:
    """Give the ground slots of a stack: V f D / (h r m days), raised to a whole number [1]_.

    Parameters
    ----------
    teu_per_year : array_like
        Containers that pass through the stack. [TEU/year]
    dwell_days : array_like
        Mean dwell. [days]
    tiers : array_like
        Nominal height of the stack, in containers. [TEU/slot]
    stacking_share : array_like
        Mean height over nominal height, above 0 and up to 1. [1]
    occupancy_share : array_like
        Share of the places that may be filled, above 0 and up to 1; guidelines have 0.65 to 0.80. [1]
    peak_factor : array_like, optional
        Peak over mean occupancy, at least 1; guidelines have 1.2 to 1.3. [1]
    days_per_year : array_like, optional
        Days on which the terminal works. [days/year]

    Returns
    -------
    ndarray of int64
        Ground slots. [slots]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] PIANC (2014), see the module; as coded in published terminal planning software.

    Examples
    --------
    >>> int(ground_slots(219_000, 2, 4, 0.75, 0.7, peak_factor=1.25))
    715
    """
    flow = non_negative("teu_per_year", teu_per_year) * at_least_one("peak_factor", peak_factor)
    present = flow * positive("dwell_days", dwell_days) / positive("days_per_year", days_per_year)
    height = positive("tiers", tiers) * share_above_zero("stacking_share", stacking_share)
    needed = present / (height * share_above_zero("occupancy_share", occupancy_share))
    return rounded_up("teu_per_year", np.asarray(needed))


def slots_on_area(area_m2: ArrayLike, usable_share: ArrayLike, slot_area_m2: ArrayLike) -> FloatArray:
    """Give the slots that fit on an area.

    Parameters
    ----------
    area_m2 : array_like
        Area of the yard. [m2]
    usable_share : array_like
        Share of the area that slots may take, from 0 to 1. [1]
    slot_area_m2 : array_like
        Area of a slot with its part of the lanes. [m2/slot]

    Returns
    -------
    ndarray
        Slots, as a real number. [slots]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(slots_on_area(10_000, 0.8, 25))
    320.0
    """
    usable = positive("area_m2", area_m2) * between("usable_share", usable_share, 0, 1)
    return np.asarray(usable / positive("slot_area_m2", slot_area_m2))


def yard_area_m2(
    teu_per_year: ArrayLike,
    dwell_days: ArrayLike,
    teu_volume_m3: ArrayLike,
    stack_height_m: ArrayLike,
    broken_stowage_share: ArrayLike,
    days_per_year: ArrayLike = DAYS_PER_YEAR,
) -> FloatArray:
    """Give the area of a yard from the volume that is stored in it: V D s / (days h (1 - b)).

    Parameters
    ----------
    teu_per_year : array_like
        Containers that pass through the yard. [TEU/year]
    dwell_days : array_like
        Mean dwell. [days]
    teu_volume_m3 : array_like
        Volume of a container. [m3/TEU]
    stack_height_m : array_like
        Height of the stacks. [m]
    broken_stowage_share : array_like
        Share of the space that stays empty, from 0 to below 1. [1]
    days_per_year : array_like, optional
        Days on which the yard works. [days/year]

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
    A port exercise on "the standard of UNCTAD 1978" (lecture notes).

    Examples
    --------
    >>> round(float(yard_area_m2(227_500, 5, 29, 9.6, 0.4)))
    15690
    """
    flow = non_negative("teu_per_year", teu_per_year) / positive("days_per_year", days_per_year)
    volume = flow * positive("dwell_days", dwell_days) * positive("teu_volume_m3", teu_volume_m3)
    filled = 1.0 - probability_below_one("broken_stowage_share", broken_stowage_share)
    return np.asarray(volume / (positive("stack_height_m", stack_height_m) * filled))


def yard_teu_per_year(
    places_teu: ArrayLike, dwell_days: ArrayLike, days_per_year: ArrayLike = DAYS_PER_YEAR
) -> FloatArray:
    """Give the containers that can pass through a yard: each place is turned over once in a dwell.

    Parameters
    ----------
    places_teu : array_like
        Containers that the yard holds on average when it is as full as it may be. [TEU]
    dwell_days : array_like
        Mean dwell. [days]
    days_per_year : array_like, optional
        Days on which the yard works. [days/year]

    Returns
    -------
    ndarray
        Containers. [TEU/year]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(yard_teu_per_year(800, 4))
    73000.0
    """
    turnover = positive("days_per_year", days_per_year) / positive("dwell_days", dwell_days)
    return np.asarray(positive("places_teu", places_teu) * turnover)
