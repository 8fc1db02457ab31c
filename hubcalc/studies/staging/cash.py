"""Discounting: what money of other years is worth today, what building costs, and what is left of it in the end.

Money is real: dollars of one stated year, so that the discount rate is the real one. Everything is valued at the
beginning of the first year.
"""

from typing import Literal

import numpy as np

from hubcalc.arguments import FloatArray, non_negative, whole_between

CashTiming = Literal["mid_year", "end_of_year"]
"""When the money of a year is counted: in the middle of it, since it comes all year long, or at its end."""
TIMINGS: dict[CashTiming, float] = {"mid_year": 0.5, "end_of_year": 1.0}
MOST_YEARS = 100
LONGEST_LIFE = 200


def discount_factors(rate: float, years: int, timing: CashTiming = "mid_year") -> FloatArray:
    """Give what a dollar of each year is worth at the beginning of the first one.

    Parameters
    ----------
    rate : float
        Real discount rate. [1/year]
    years : int
        Number of years, 1 to 100.
    timing : {"mid_year", "end_of_year"}
        When the money of a year is counted. The function NPV of spreadsheets counts it at the end.

    Returns
    -------
    array, shape (years,)
        Discount factors. [1]

    Raises
    ------
    ArgumentError
        If the rate is negative or the number of years is out of range.

    Examples
    --------
    >>> discount_factors(0.1, 2, "end_of_year").round(4).tolist()
    [0.9091, 0.8264]

    An annuity of one dollar over ten years at 5 % is worth (1 - 1.05^-10) / 0.05 = 7.72:

    >>> round(float(discount_factors(0.05, 10, "end_of_year").sum()), 4)
    7.7217
    """
    rate = float(non_negative("discount_rate", rate))
    years = int(whole_between("years", years, 1, MOST_YEARS))
    return np.asarray((1.0 + rate) ** -(np.arange(years) + TIMINGS[timing]))


def final_factor(rate: float, years: int) -> float:
    """Give what a dollar at the end of the last year is worth at the beginning of the first one.

    >>> final_factor(0.25, 2)
    0.64
    """
    rate = float(non_negative("discount_rate", rate))
    return float((1.0 + rate) ** -int(whole_between("years", years, 1, MOST_YEARS)))


def outlays(capital: float, lead: int, life: int, years: int) -> FloatArray:
    """Give what is paid in each year for something that is ready at the beginning of a year.

    It is paid in equal parts over the `lead` years in which it is built, or in the year in which it is ready if it
    needs none. What is worn out before the horizon is replaced, at the same real cost and without a gap.

    Parameters
    ----------
    capital : float
        Cost of building it once. [USD]
    lead : int
        Years from the decision until it is ready. [years]
    life : int
        Years that it lasts. [years]
    years : int
        Years up to the horizon, from the first one on. [years]

    Returns
    -------
    array, shape (years, years)
        Row c: what is paid in each year if it is ready at the beginning of year c, counted from 0. Years before the
        first are left out: nothing is ready in a year c < `lead` of what is decided today at the earliest. [USD]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> outlays(10.0, 2, 3, 7)[3].tolist()
    [0.0, 5.0, 5.0, 0.0, 5.0, 5.0, 0.0]
    """
    capital = float(non_negative("capital", capital))
    lead, years = int(whole_between("lead", lead, 0, MOST_YEARS)), int(whole_between("years", years, 1, MOST_YEARS))
    life = int(whole_between("life", life, 1, LONGEST_LIFE))
    paid = np.zeros((years, years))
    for ready in range(years):
        for renewed in range(ready, years, life):
            building = range(max(renewed - lead, 0), renewed) if lead else (renewed,)
            for year in building:
                paid[ready, year] += capital / max(lead, 1)
    return paid


def residual_values(capital: float, life: int, years: int) -> FloatArray:
    """Give what is left at the horizon of something that is ready at the beginning of a year, worn in a straight line.

    Parameters
    ----------
    capital, life, years
        As in `outlays`.

    Returns
    -------
    array, shape (years,)
        Element c: value at the end of the last year of what is ready at the beginning of year c. [USD]

    Examples
    --------
    Of a life of four years, one has passed if it is ready in the third year of three; what is ready in the first has
    three behind it:

    >>> residual_values(100.0, 4, 3).tolist()
    [25.0, 50.0, 75.0]
    """
    capital = float(non_negative("capital", capital))
    life = int(whole_between("life", life, 1, LONGEST_LIFE))
    used = np.arange(int(whole_between("years", years, 1, MOST_YEARS)), 0, -1)
    # what is used up exactly at the horizon is not replaced any more
    worn = (used - 1) % life + 1
    return np.asarray(capital * (1.0 - worn / life))


def capital_costs(paid: FloatArray, left: FloatArray, lead: int, factors: FloatArray, final: float) -> FloatArray:
    """Give the present value of what is paid less what is left, by the year in which it is ready.

    Parameters
    ----------
    paid : array, shape (years, years)
        Outlays; see `outlays`. [USD]
    left : array, shape (years,)
        Residual values; see `residual_values`. [USD]
    lead : int
        Years from the decision until it is ready.
    factors : array, shape (years,)
        Discount factors of the years.
    final : float
        Discount factor of the end of the last year.

    Returns
    -------
    array, shape (years,)
        Cost by the year in which it is ready; inf before it can be. [USD]

    Examples
    --------
    >>> capital_costs(outlays(100.0, 1, 4, 3), residual_values(100.0, 4, 3), 1, np.ones(3), 1.0).tolist()
    [inf, 50.0, 25.0]
    """
    costs = paid @ factors - left * final
    return np.where(np.arange(len(costs)) < lead, np.inf, costs)
