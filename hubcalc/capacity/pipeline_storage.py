"""What raises the capacity of a pipeline and what keeps it flowing: friction reducers and tanks."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, between, non_negative, positive, probability_below_one
from hubcalc.capacity._limits import share_above_zero
from hubcalc.units import HOURS_PER_DAY

BLASIUS_EXPONENT = 1.75
"""Power of the flow with which friction rises in a smooth pipe, after Blasius."""


def drag_reduction_flow_ratio(
    drag_reduction_share: ArrayLike, flow_exponent: ArrayLike = BLASIUS_EXPONENT
) -> FloatArray:
    """Give the flow with a friction reducer over the flow without, at the same pressure: (1 - DR)^(-1/m).

    Parameters
    ----------
    drag_reduction_share : array_like
        Share of the friction that the additive takes away at the same flow, from 0 to below 1. [1]
    flow_exponent : array_like, optional
        Power of the flow with which friction rises, from 1 to 2: 1.75 in smooth pipes, 2 in rough ones. [1]

    Returns
    -------
    ndarray
        Ratio of the flows. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(drag_reduction_flow_ratio(0.198)), 4)
    1.1344
    """
    left = 1.0 - probability_below_one("drag_reduction_share", drag_reduction_share)
    return np.asarray(left ** (-1.0 / between("flow_exponent", flow_exponent, 1, 2)))


def needed_drag_reduction_share(flow_ratio: ArrayLike, flow_exponent: ArrayLike = BLASIUS_EXPONENT) -> FloatArray:
    """Give the drag reduction that raises the flow by a ratio at the same pressure: 1 - q^-m.

    Parameters
    ----------
    flow_ratio : array_like
        Flow with the additive over flow without, at least 1. [1]
    flow_exponent : array_like, optional
        Power of the flow with which friction rises, from 1 to 2. [1]

    Returns
    -------
    ndarray
        Share of the friction that must be taken away. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(needed_drag_reduction_share(76 / 67)), 3)
    0.198
    """
    ratio = at_least_one("flow_ratio", flow_ratio)
    return np.asarray(1.0 - ratio ** -between("flow_exponent", flow_exponent, 1, 2))


def tank_days(tank_m3: ArrayLike, flow_m3_per_hour: ArrayLike, working_share: ArrayLike = 1.0) -> FloatArray:
    """Give the days for which tanks take in, or give out, a steady flow.

    Parameters
    ----------
    tank_m3 : array_like
        Volume of the tanks. [m3]
    flow_m3_per_hour : array_like
        Volume that flows. [m3/h]
    working_share : array_like, optional
        Share of the volume that can be filled and emptied, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Time. [days]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(tank_days(1_000_000, 10_000, 0.9)), 6)
    3.75
    """
    volume = positive("tank_m3", tank_m3) * share_above_zero("working_share", working_share)
    return np.asarray(volume / (positive("flow_m3_per_hour", flow_m3_per_hour) * HOURS_PER_DAY))


def tank_volume_m3(
    flow_m3_per_hour: ArrayLike,
    cargo_m3: ArrayLike,
    loading_hours: ArrayLike,
    closure_hours: ArrayLike = 0.0,
    working_share: ArrayLike = 1.0,
) -> FloatArray:
    """Give the tanks between a pipeline that never stops and ships that may be late.

    Ships come at equal intervals. A cargo is ready when its ship comes, less what flows in while it loads; where
    several load at once, the tanks bridge the time in which one more loads than the flow feeds. A closure adds the flow
    of its hours.

    Parameters
    ----------
    flow_m3_per_hour : array_like
        Volume that flows in. [m3/h]
    cargo_m3 : array_like
        Volume of a cargo. [m3]
    loading_hours : array_like
        Time to load a cargo. [h]
    closure_hours : array_like, optional
        Longest time by which a ship may be late, as in bad weather. [h]
    working_share : array_like, optional
        Share of the volume that can be filled and emptied, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Volume of the tanks. [m3]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    With a cargo V and a = n + f ships loading on average, n whole, the tanks swing by V f (1 - f) / a: V (1 - a) for
    one ship at a time, and 0 where whole numbers of ships load without end.

    Examples
    --------
    >>> float(tank_volume_m3(5000, 120_000, 12, closure_hours=48))
    300000.0
    """
    flow, cargo = non_negative("flow_m3_per_hour", flow_m3_per_hour), positive("cargo_m3", cargo_m3)
    loading = flow * positive("loading_hours", loading_hours) / cargo
    more = loading - np.floor(loading)
    part = np.where(loading < 1.0, 1.0, more / np.maximum(loading, 1.0))
    working = cargo * part * (1.0 - more) + flow * non_negative("closure_hours", closure_hours)
    return np.asarray(working / share_above_zero("working_share", working_share))
