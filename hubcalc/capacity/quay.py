"""Length of a quay with berths for vessels in a row.

References
----------
.. [1] Ligteringen, H. & Velsink, H. (2012). Ports and Terminals. VSSD, Delft.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, non_negative, positive, whole_at_least_one


def quay_length_m(berths: ArrayLike, vessel_length_m: ArrayLike, gap_share: ArrayLike = 0.1) -> FloatArray:
    """Give the length of a quay with a gap beside each vessel and at both ends: n (1 + g) L + g L.

    Parameters
    ----------
    berths : array_like
        Berths, whole numbers. [berths]
    vessel_length_m : array_like
        Length of a vessel over all. [m]
    gap_share : array_like, optional
        Gap as a share of the length of a vessel; the guideline is a tenth. [1]

    Returns
    -------
    ndarray
        Length. [m]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    A port exercise on "the standard of UNCTAD 1978" (lecture notes); for 8 berths of 350 m it gives 3115 m.

    Examples
    --------
    >>> round(float(quay_length_m(8, 350)), 6)
    3115.0
    """
    length, gap = positive("vessel_length_m", vessel_length_m), non_negative("gap_share", gap_share)
    return np.asarray(whole_at_least_one("berths", berths) * (1.0 + gap) * length + gap * length)


def pianc_quay_length_m(
    berths: ArrayLike,
    mean_vessel_length_m: ArrayLike,
    longest_vessel_length_m: ArrayLike,
    gap_m: ArrayLike = 15.0,
    length_factor: ArrayLike = 1.1,
) -> FloatArray:
    """Give the length of a quay in the form of UNCTAD and PIANC: a gap in meters, a factor for unequal vessels.

    One berth takes the longest vessel with a gap at both ends; n berths take f n (L + gap) + gap, with the mean length
    L and a factor f for vessels that do not fit the berths, but no less than one berth for the longest [1]_.

    Parameters
    ----------
    berths : array_like
        Berths, whole numbers. [berths]
    mean_vessel_length_m : array_like
        Mean length of vessels over all. [m]
    longest_vessel_length_m : array_like
        Length of the longest vessel over all. [m]
    gap_m : array_like, optional
        Gap between vessels; the guideline is 15 m. [m]
    length_factor : array_like, optional
        Factor for vessels of unequal lengths, at least 1; the guideline is 1.1. [1]

    Returns
    -------
    ndarray
        Length. [m]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Ligteringen & Velsink (2012), see the module.

    Examples
    --------
    >>> pianc_quay_length_m([1, 4], 285, 400).round(6).tolist()
    [430.0, 1335.0]
    """
    count, gap = whole_at_least_one("berths", berths), non_negative("gap_m", gap_m)
    one = positive("longest_vessel_length_m", longest_vessel_length_m) + 2.0 * gap
    mean = positive("mean_vessel_length_m", mean_vessel_length_m)
    row = at_least_one("length_factor", length_factor) * count * (mean + gap) + gap
    return np.where(count == 1.0, one, np.maximum(row, one))
