"""Estimates with confidence intervals, from sections of simulated time that are as good as independent.

A section is a replication after its warm-up, or a long batch of one. Sums over sections make ratios (hours of waiting
by units that waited), whose intervals come from the jackknife with Student's law.

References
----------
.. [1] A. M. Law (2015), Simulation Modeling and Analysis, 5th ed., McGraw-Hill, section 9.5.
.. [2] S. Asmussen, P. W. Glynn (2007), Stochastic Simulation: Algorithms and Analysis, Springer, sections III.4
   (ratios, sectioning of quantiles) and III.5 (jackknife).
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean (or quantile), half the width of its confidence interval, the level of that, and its observations.

    The half width is infinite where there is only one observation.
    """

    mean: float
    half_width: float
    level: float
    observations: int

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width


def checked_level(level: float) -> float:
    """Return a confidence level from 0.5 to 0.9999, or raise an `ArgumentError`."""
    if not 0.5 <= level <= 0.9999:
        raise ArgumentError.of(
            Problem(f"{level:g} is out of range", parameter="level", given=level, allowed="from 0.5 to 0.9999")
        )
    return float(level)


def student_quantile(level: float, observations: int) -> float:
    """Give the factor of the standard error in a two-sided interval from independent normal observations.

    Parameters
    ----------
    level : float
        Confidence level [-].
    observations : int
        How many there are; infinity for fewer than two.

    Returns
    -------
    float
        Quantile of Student's law with one degree of freedom less than observations.

    Examples
    --------
    >>> round(student_quantile(0.95, 10), 3)
    2.262
    """
    from scipy.special import stdtrit  # a third of a second, not needed by whoever only reads results

    return float(stdtrit(observations - 1, 0.5 + level / 2.0)) if observations > 1 else np.inf


def ratio_estimate(numerators: FloatArray, denominators: FloatArray, level: float) -> Estimate | None:
    """Estimate a ratio of two means from sections, with its interval by the jackknife.

    Parameters
    ----------
    numerators, denominators : array
        Sums of each section; denominators of zero or more.
    level : float
        Confidence level of the interval [-].

    Returns
    -------
    Estimate or None
        Sum of the numerators by that of the denominators; None where the latter is zero.

    References
    ----------
    .. [1] B. Efron, C. Stein (1981), "The jackknife estimate of variance", Annals of Statistics 9(3), 586-596,
       doi:10.1214/aos/1176345462.

    Examples
    --------
    >>> ratio_estimate(np.array([1.0, 2.0, 3.0]), np.ones(3), 0.95).mean
    2.0
    """
    return positive_ratio(numerators, denominators, level) if denominators.sum() > 0.0 else None


def positive_ratio(numerators: FloatArray, denominators: FloatArray, level: float) -> Estimate:
    """Estimate a ratio as `ratio_estimate` does, where the denominators' sum is known to be positive.

    Parameters
    ----------
    numerators, denominators : array
        Sums of each section; denominators such as hours that have passed.
    level : float
        Confidence level of the interval [-].

    Returns
    -------
    Estimate
        Sum of the numerators by that of the denominators.
    """
    top, bottom, count = float(numerators.sum()), float(denominators.sum()), numerators.size
    ratio = top / bottom
    rest = bottom - denominators
    if count < 2 or (rest <= 0.0).any():
        return Estimate(ratio, np.inf, level, count)
    without = (top - numerators) / rest
    error = np.sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    return Estimate(ratio, student_quantile(level, count) * float(error), level, count)


def bin_quantile(
    counts: FloatArray, edges: FloatArray, probability: float, *, first_at_start: bool = False
) -> float | None:
    """Read a quantile from a histogram, straight within its bin.

    Parameters
    ----------
    counts : array, shape (bins,)
        How many (or how long) in each bin.
    edges : array, shape (bins + 1,)
        Rising ends of the bins.
    probability : float
        From 0 to 1 [-].
    first_at_start : bool
        What is in the first bin lies at its lower end.

    Returns
    -------
    float or None
        The quantile; None where the histogram is empty.

    Examples
    --------
    >>> bin_quantile(np.array([1.0, 1.0]), np.array([0.0, 1.0, 3.0]), 0.75)
    2.0
    """
    risen = np.cumsum(counts)
    if risen[-1] <= 0.0:
        return None
    aim = probability * risen[-1]
    place = min(int(np.searchsorted(risen, aim)), counts.size - 1)
    if first_at_start and place == 0:
        return float(edges[0])
    below = risen[place - 1] if place else 0.0
    inside = (aim - below) / counts[place] if counts[place] > 0.0 else 0.0
    return float(edges[place] + min(max(inside, 0.0), 1.0) * (edges[place + 1] - edges[place]))


def quantile_estimate(
    counts: FloatArray, edges: FloatArray, probability: float, level: float, *, first_at_start: bool = False
) -> Estimate | None:
    """Estimate a quantile from the histograms of sections, with an interval from the sections' spread around it.

    Half of the bin is added to the interval, since a bin does not tell where in it a value lies.

    Parameters
    ----------
    counts : array, shape (sections, bins)
        Histogram of each section.
    edges : array, shape (bins + 1,)
        Rising ends of the bins.
    probability : float
        From 0 to 1 [-].
    level : float
        Confidence level of the interval [-].
    first_at_start : bool
        What is in the first bin lies at its lower end.

    Returns
    -------
    Estimate or None
        Quantile of all sections together; None where they are empty.

    References
    ----------
    .. [1] S. Asmussen, P. W. Glynn (2007), Stochastic Simulation, Springer, section III.5b (sectioning).
    """
    pooled = bin_quantile(counts.sum(axis=0), edges, probability, first_at_start=first_at_start)
    if pooled is None:
        return None
    place = min(int(np.searchsorted(edges, pooled, side="left")), edges.size - 1)
    half_bin = float(edges[place] - edges[max(place - 1, 0)]) / 2.0
    found = (bin_quantile(row, edges, probability, first_at_start=first_at_start) for row in counts)
    parts = [part for part in found if part is not None]
    count = len(parts)
    if count < 2:
        return Estimate(pooled, np.inf, level, count)
    error = np.sqrt(float(((np.array(parts) - pooled) ** 2).sum()) / (count - 1) / count)
    return Estimate(pooled, student_quantile(level, count) * float(error) + half_bin, level, count)


def section_count(series: FloatArray, replications: int) -> int:
    """Find into how many batches each replication is to be cut so that all sections are as good as independent.

    Ten replications or more stand for themselves. Fewer are cut into about twenty sections in all; these are halved
    while neighbors are positively correlated beyond chance (one-sided, 5 %).

    Parameters
    ----------
    series : array, shape (replications, slots)
        Number of units in the hub, after the warm-up.
    replications : int
        How many there are.

    Returns
    -------
    int
        Batches of each replication.
    """
    slots = int(series.shape[1])
    if replications >= 10:
        return 1
    batches = max(min(-(-20 // replications), slots // 2), 1)
    while batches * replications > 5 and batches > 1:
        starts = np.arange(batches) * slots // batches
        lengths = np.diff(starts, append=slots)
        means = np.add.reduceat(series, starts, axis=1) / lengths
        away = means - means.mean()
        spread = float((away**2).sum())
        pairs = replications * (batches - 1)
        neighbors = float((away[:, 1:] * away[:, :-1]).sum()) / spread * (batches / (batches - 1)) if spread else 0.0
        if neighbors <= 1.645 / np.sqrt(pairs):
            return batches
        batches //= 2
    return batches
