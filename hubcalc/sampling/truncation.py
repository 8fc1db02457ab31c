"""Laws cut at the bounds of an input.

References
----------
.. [1] L. Devroye (1986), Non-Uniform Random Variate Generation, Springer, section II.2 (inversion).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.sampling.empirical import Empirical
from hubcalc.sampling.laws import Law, checked_probability

LEAST_KEPT = 1e-6
"""A law of which less than this lies within the bounds is refused: it belongs to something else."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """A continuous law given that its value lies from `lower` to `upper`; see :func:`truncated`."""

    law: Law
    lower: float
    upper: float
    below: float
    kept: float

    def quantile(self, probability: ArrayLike) -> FloatArray:
        """Give quantiles: those of the whole law at F(lower) + p (F(upper) - F(lower))."""
        within = np.minimum(self.below + self.kept * checked_probability(probability), 1.0)
        return np.clip(self.law.quantile(within), self.lower, self.upper)

    def cdf(self, value: ArrayLike) -> FloatArray:
        """Give the distribution function."""
        return np.clip((self.law.cdf(value) - self.below) / self.kept, 0.0, 1.0)


def truncated(law: Law, lower: float | None, upper: float | None) -> Law:
    """Cut a law at bounds: its law given that the value lies within them.

    No probability piles up on a bound. Quantiles move inward as far as something is cut off.

    Parameters
    ----------
    law : Law
        The law.
    lower, upper : float or None
        Bounds; None where there is none. [the input's]

    Returns
    -------
    Law
        The law itself where nothing lies beyond the bounds.

    Raises
    ------
    ArgumentError
        If hardly anything of the law lies within the bounds.

    Examples
    --------
    >>> from hubcalc.sampling.laws import Uniform
    >>> truncated(Uniform(-1.0, 1.0), 0.0, None).quantile(0.5).item()
    0.5
    """
    least, most = -math.inf if lower is None else lower, math.inf if upper is None else upper
    if isinstance(law, Empirical):
        inside = law.within(least, most)
        if inside is None:
            raise _outside(least, most, 0.0)
        return inside
    below = float(law.cdf(least)) if math.isfinite(least) else 0.0
    above = float(law.cdf(most)) if math.isfinite(most) else 1.0
    kept = above - below
    if kept < LEAST_KEPT:
        raise _outside(least, most, kept)
    return law if kept == 1.0 else Truncated(law, least, most, below, kept)


def _outside(lower: float, upper: float, kept: float) -> ArgumentError:
    """Make the error for a law that lies beyond the bounds."""
    message = f"only a share of {kept:.1g} of this law lies within the bounds of the input"
    allowed = f"laws that reach into {lower:g} to {upper:g}"
    return ArgumentError.of(Problem(message, parameter="law", given=kept, allowed=allowed))
