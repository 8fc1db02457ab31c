"""Cranes at a vessel: how they hinder each other, and how long a call keeps its berth.

References
----------
.. [1] Meisel, F. & Bierwirth, C. (2009). Heuristics for the integration of crane productivity in the berth allocation
       problem. Transportation Research Part E 45(1), 196-209.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.capacity._limits import share_above_zero


def effective_cranes(cranes: ArrayLike, interference_exponent: ArrayLike) -> FloatArray:
    """Give the cranes that would do the same work if cranes at one vessel did not hinder each other.

    Parameters
    ----------
    cranes : array_like
        Cranes at a vessel. [cranes]
    interference_exponent : array_like
        Power of the number of cranes that counts, above 0 and up to 1: 1 without interference, 0.9 in [1]_. [1]

    Returns
    -------
    ndarray
        Cranes. [cranes]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Meisel & Bierwirth (2009), see the module.

    Examples
    --------
    >>> round(float(effective_cranes(4, 0.9)), 3)
    3.482
    """
    exponent = share_above_zero("interference_exponent", interference_exponent)
    return np.asarray(positive("cranes", cranes) ** exponent)


def call_hours(
    call_teu: ArrayLike,
    teu_per_move: ArrayLike,
    cranes: ArrayLike,
    moves_per_crane_hour: ArrayLike,
    mooring_hours: ArrayLike = 0.0,
) -> FloatArray:
    """Give the hours that a call keeps a berth: its moves by the cranes, and the time to moor and to leave.

    Parameters
    ----------
    call_teu : array_like
        Containers that a call discharges and loads. [TEU]
    teu_per_move : array_like
        Containers in a move of a crane. [TEU/move]
    cranes : array_like
        Cranes at a vessel, as of `effective_cranes`. [cranes]
    moves_per_crane_hour : array_like
        Moves of a crane in an hour of work. [moves/h]
    mooring_hours : array_like, optional
        Time at berth without work. [h]

    Returns
    -------
    ndarray
        Time at berth. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(call_hours(2400, 1.5, 4, 25, mooring_hours=2))
    18.0
    """
    moves = non_negative("call_teu", call_teu) / positive("teu_per_move", teu_per_move)
    pace = positive("cranes", cranes) * positive("moves_per_crane_hour", moves_per_crane_hour)
    return np.asarray(moves / pace + non_negative("mooring_hours", mooring_hours))
