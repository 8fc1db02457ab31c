"""Laws with given P10 and P90 around a most likely value.

References
----------
.. [1] S. Kotz, J. R. van Dorp (2004), Beyond Beta: Other Continuous Families of Distributions with Bounded Support and
   Applications, World Scientific, chapter 1 (the triangular law, and its lower and upper ends from quantiles).
"""

import math

from hubcalc.sampling.laws import Triangular, Uniform

_HALVINGS = 60
"""Bisection of [0, 1] down to the last digit."""


def law_of_range(low: float, high: float, mode: float) -> Triangular | Uniform:
    r"""Make the law of an input whose P10, P90 and most likely value are known.

    Parameters
    ----------
    low, high : float
        Its P10 and its P90. [the input's]
    mode : float
        Its most likely value. [the input's]

    Returns
    -------
    Triangular or Uniform
        The triangular law with this mode and these quantiles, where there is one; else the uniform law with these
        quantiles.

    Raises
    ------
    ArgumentError
        If `low` is not less than `high`.

    Notes
    -----
    With the mode at s in the triangle from 0 to 1, whose quantiles are q10(s) and q90(s),

    .. math:: \frac{s - q_{10}(s)}{q_{90}(s) - q_{10}(s)} = \frac{m - a}{b - a}

    for P10 a, P90 b and mode m. The left side rises from (√0.9 - 1) / (√0.9 - √0.1) = -0.081 at s = 0 to 1.081 at
    s = 1, so that there is one root for each mode between these shares of the range, hence for each from P10 to P90.

    Examples
    --------
    >>> law = law_of_range(8.0, 14.0, 10.0)
    >>> [round(float(law.quantile(p)), 6) for p in (0.1, 0.9)], law.mode
    ([8.0, 14.0], 10.0)
    """
    spread = Uniform(low, high)  # which checks the range
    aim = (mode - low) / (high - low)
    if not _place(0.0) <= aim <= _place(1.0):
        eighth = (high - low) / 8.0
        return Uniform(spread.low - eighth, spread.high + eighth)
    least, most = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (least + most) / 2.0
        least, most = (middle, most) if _place(middle) < aim else (least, middle)
    s = (least + most) / 2.0
    width = (high - low) / (_unit_quantile(0.9, s) - _unit_quantile(0.1, s))
    # the corners follow from the mode, so that the mode is met to the last digit
    return Triangular(mode - s * width, mode, mode + (1.0 - s) * width)


def _place(mode: float) -> float:
    """Give the place of the mode between P10 and P90 of the triangle from 0 to 1."""
    low, high = _unit_quantile(0.1, mode), _unit_quantile(0.9, mode)
    return (mode - low) / (high - low)


def _unit_quantile(probability: float, mode: float) -> float:
    """Give a quantile of the triangle from 0 to 1."""
    if probability < mode:
        return math.sqrt(probability * mode)
    return 1.0 - math.sqrt((1.0 - probability) * (1.0 - mode))
