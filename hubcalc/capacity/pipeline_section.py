"""A pipeline whose pumps and outlets fail: what it carries with tanks between them, and without.

References
----------
.. [1] Barlow, R. E. & Proschan, F. (1975). Statistical Theory of Reliability and Life Testing. Holt, Rinehart and
       Winston, chapter 2 (k-out-of-n systems).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive, whole_between
from hubcalc.capacity._limits import share_above_zero

_MOST_PARTS = 1_000


def fewer_work_probability(needed: ArrayLike, parts: ArrayLike, availability: ArrayLike) -> FloatArray:
    """Give the probability that fewer than so many of n equal, independent parts work.

    Parameters
    ----------
    needed : array_like
        Parts needed, at least 0; with a fraction of a part, one more. [1]
    parts : array_like
        Parts in place, a whole number up to 1,000. [1]
    availability : array_like
        Share of the time in which one part can work, above 0 and up to 1. [1]

    Returns
    -------
    ndarray
        Probability; 1 where more are needed than there are. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Barlow & Proschan (1975), see the module.

    Examples
    --------
    Two of three pumps:

    >>> round(float(fewer_work_probability(2, 3, 0.9)), 6)
    0.028
    """
    least, count, share = broadcast(
        needed=non_negative("needed", needed),
        parts=whole_between("parts", parts, 1, _MOST_PARTS),
        availability=share_above_zero("availability", availability),
    )
    below = np.ceil(least) - 1.0
    inside = (below >= 0.0) & (below < count)
    found = _at_most(np.where(inside, below, 0.0), count, share)
    return np.where(inside, found, np.where(below < 0.0, 0.0, 1.0))


def pumped_flow_mean(
    flow_with_all: ArrayLike,
    pumps: ArrayLike,
    pumps_needed: ArrayLike,
    availability: ArrayLike,
    friction_exponent: ArrayLike = 1.75,
) -> FloatArray:
    r"""Give the mean flow of a line whose pumps, in series, fail independently.

    Parameters
    ----------
    flow_with_all : array_like
        Flow with as many pumps as are needed. [t/h]
    pumps : array_like
        Pumps in place, a whole number up to 1,000. [1]
    pumps_needed : array_like
        Pumps that give the full flow, a whole number. [1]
    availability : array_like
        Share of the time in which one pump can work, above 0 and up to 1. [1]
    friction_exponent : array_like, optional
        Power of the flow with which friction rises, from 1 to 2: 1.75 in smooth pipes. [1]

    Returns
    -------
    ndarray
        Mean flow. [t/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Of pumps in series the heads add up. With j of k the flow is :math:`Q (j / k)^{1/m}`, as friction rises with the
    m-th power of the flow; heights between the ends are not considered.

    Examples
    --------
    One of one needed, half the time:

    >>> float(pumped_flow_mean(1000.0, 1, 1, 0.5))
    500.0

    References
    ----------
    .. [1] Barlow & Proschan (1975), see the module.
    """
    return _means(flow_with_all, pumps, pumps_needed, availability, friction_exponent, None)


def coupled_flow_mean(
    flow_with_all: ArrayLike,
    pumps: ArrayLike,
    pumps_needed: ArrayLike,
    pump_availability: ArrayLike,
    outlets: ArrayLike,
    outlet_availability: ArrayLike,
    flow_of_one_outlet: ArrayLike,
    friction_exponent: ArrayLike = 1.75,
) -> FloatArray:
    r"""Give the mean flow of a line that has no tanks before its outlets: at each moment the lesser of both flows.

    Parameters
    ----------
    flow_with_all : array_like
        Flow of the line with as many pumps as are needed. [t/h]
    pumps : array_like
        Pumps in place, a whole number up to 1,000. [1]
    pumps_needed : array_like
        Pumps that give the full flow, a whole number. [1]
    pump_availability : array_like
        Share of the time in which one pump can work, above 0 and up to 1. [1]
    outlets : array_like
        Outlets, such as moorings, a whole number up to 1,000. [1]
    outlet_availability : array_like
        Share of the time in which one outlet can work, above 0 and up to 1. [1]
    flow_of_one_outlet : array_like
        Flow over one outlet that works. [t/h]
    friction_exponent : array_like, optional
        Power of the flow with which friction rises, from 1 to 2. [1]

    Returns
    -------
    ndarray
        Mean flow: :math:`E[\min(Q_{line}, Q_{outlets})]`. [t/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    A pump and a mooring, each half of the time, both a quarter of it:

    >>> float(coupled_flow_mean(1000.0, 1, 1, 0.5, 1, 0.5, 2000.0))
    250.0

    References
    ----------
    .. [1] Barlow & Proschan (1975), see the module.
    """
    outlet = (outlets, outlet_availability, flow_of_one_outlet)
    return _means(flow_with_all, pumps, pumps_needed, pump_availability, friction_exponent, outlet)


def _means(
    full: ArrayLike,
    pumps: ArrayLike,
    needed: ArrayLike,
    availability: ArrayLike,
    exponent: ArrayLike,
    outlet: tuple[ArrayLike, ArrayLike, ArrayLike] | None,
) -> FloatArray:
    """Sum the flows over the numbers of pumps that work."""
    others = (1.0, 1.0, 1.0) if outlet is None else outlet
    name = "availability" if outlet is None else "pump_availability"
    flow, count, least, share, power, outlets, outlet_share, each = broadcast(
        flow_with_all=positive("flow_with_all", full),
        pumps=whole_between("pumps", pumps, 1, _MOST_PARTS),
        pumps_needed=whole_between("pumps_needed", needed, 1, _MOST_PARTS),
        availability=share_above_zero(name, availability),
        friction_exponent=between("friction_exponent", exponent, 1, 2),
        outlets=whole_between("outlets", others[0], 1, _MOST_PARTS),
        outlet_availability=share_above_zero("outlet_availability", others[1]),
        flow_of_one_outlet=positive("flow_of_one_outlet", others[2]),
    )
    total = np.zeros_like(flow)
    for working in range(1, int(least.max(initial=1.0)) + 1):
        reached = working <= least
        exactly = _binomial(np.minimum(float(working), count), count, share) * (working <= count)
        at_least = 1.0 - fewer_work_probability(working, count, share)
        chance = np.where(working < least, exactly, at_least)
        now = flow * np.minimum(working / least, 1.0) ** (1.0 / power)
        if outlet is not None:
            now = _capped(now, outlets, outlet_share, each)
        total += np.where(reached, chance * now, 0.0)
    return total


def _at_most(working: FloatArray, count: FloatArray, share: FloatArray) -> FloatArray:
    """Return the probability that at most so many of the parts work."""
    return np.asarray(special.bdtr(working, count.astype(np.int64), share))


def _binomial(working: FloatArray, count: FloatArray, share: FloatArray) -> FloatArray:
    """Return the probability that exactly so many of the parts work."""
    ways = special.gammaln(count + 1.0) - special.gammaln(working + 1.0) - special.gammaln(count - working + 1.0)
    return np.asarray(np.exp(ways + special.xlogy(working, share) + special.xlog1py(count - working, -share)))


def _capped(flow: FloatArray, outlets: FloatArray, share: FloatArray, each: FloatArray) -> FloatArray:
    """Return E[min(flow, J x each)] with J of the outlets working: each J up to the flow, the flow above.

    With k the outlets that take less than the flow, E[J; J <= k] = n p P(J' <= k - 1), J' of n - 1.
    """
    most = np.minimum(np.floor(flow / each), outlets)
    fewer = np.where(most >= outlets, 1.0, _at_most(np.minimum(most, outlets), outlets, share))
    one_less = np.maximum(outlets - 1.0, 0.0)
    inner = np.where(most - 1.0 >= one_less, 1.0, _at_most(np.clip(most - 1.0, 0.0, one_less), one_less, share))
    below = outlets * share * np.where(most >= 1.0, inner, 0.0)
    return np.asarray(each * below + flow * (1.0 - fewer))
