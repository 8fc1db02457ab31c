"""Phase-type laws with given moments, of as few phases as a simple rule allows.

References
----------
.. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, appendix B, doi:10.1002/047001363X.
.. [2] A. Bobbio, A. Horvath, M. Telek (2005), "Matching three moments with minimal acyclic phase type distributions",
   Stochastic Models 21(2-3), 303-326.
.. [3] M. A. Johnson, M. R. Taaffe (1989), "Matching moments to phase distributions: mixtures of Erlang distributions of
   common order", Stochastic Models 5(4), 711-743, doi:10.1080/15326348908807131.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, between, broadcast, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.phase_type import PhaseType

MOST_PHASES = 100
"""Most phases that a fit may take: an scv of 0.01."""
_WHOLE_WITHIN = 1e-9  # 1 / scv this near to a whole number is taken as that number
LEAST_SCV, MOST_SCV = 1.0 / MOST_PHASES, 1e6
"""Range of the squared coefficient of variation of a fit."""
_SKEWNESS_WITHIN = 1e-6
_ONE_POINT = 1e-12  # two rates nearer to each other than about the root of this are taken as one


def two_moment_phases(scv: ArrayLike) -> NDArray[np.int64]:
    """Count the phases that a fit to mean and scv takes.

    Parameters
    ----------
    scv : array_like
        Squared coefficient of variation, from 0.01 to 1e6. [1]

    Returns
    -------
    ndarray
        1 / scv rounded up below one, 1 at one and 2 above. [phases]

    Raises
    ------
    ArgumentError
        If `scv` is out of its range.

    Examples
    --------
    >>> two_moment_phases([0.3, 0.5, 1.0, 4.0]).tolist()
    [4, 2, 1, 2]
    """
    variation = between("scv", scv, LEAST_SCV, MOST_SCV)
    return np.where(variation > 1.0, 2, np.ceil(1.0 / variation - _WHOLE_WITHIN)).astype(np.int64)


def fit_two_moments(mean_hours: ArrayLike, scv: ArrayLike) -> PhaseType:
    r"""Fit laws to mean and squared coefficient of variation.

    Below an scv of one: with probability p k - 1, else k exponential phases of one rate in a row ([1]_): the
    Erlang law of k phases for an scv of 1/k. Above: the hyperexponential law of two phases with balanced means.

    Parameters
    ----------
    mean_hours : array_like
        Mean. [h]
    scv : array_like
        Squared coefficient of variation, from 0.01 to 1e6. [1]

    Returns
    -------
    PhaseType
        Columns of the broadcast shape, with as many phases as the law that needs most.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    .. math:: k = \lceil 1/c^2 \rceil, \quad p = \frac{k c^2 - \sqrt{k (1 + c^2) - k^2 c^2}}{1 + c^2}, \quad
              \mu = (k - p) / m

    Examples
    --------
    >>> law = fit_two_moments(2.0, 0.4)
    >>> law.phases, round(float(law.mean_hours), 12), round(float(law.scv), 12)
    (3, 2.0, 0.4)

    References
    ----------
    .. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, appendix B, doi:10.1002/047001363X.
    """
    mean, variation = broadcast(
        mean_hours=positive("mean_hours", mean_hours), scv=between("scv", scv, LEAST_SCV, MOST_SCV)
    )
    needed = two_moment_phases(variation)
    size = int(needed.max(initial=1))
    k = needed.astype(np.float64)
    root = np.sqrt(np.maximum(k * (1.0 + variation) - k**2 * variation, 0.0))
    p = np.where(variation < 1.0, np.clip((k * variation - root) / (1.0 + variation), 0.0, 1.0), 0.0)
    place = np.arange(size)
    first = size - needed[..., None]
    initial = (1.0 - p)[..., None] * (place == first) + p[..., None] * (place == first + 1)
    rates = ((k - p) / mean)[..., None, None] * (np.eye(size, k=1) - np.eye(size))
    if np.any(variation > 1.0):
        two = PhaseType.hyperexponential(mean, np.maximum(variation, 1.0)).initial
        bursty = (variation > 1.0)[..., None]
        shares = np.concatenate([np.zeros((*mean.shape, size - 2)), two], axis=-1)
        # phases that are never entered may have any rate
        held = np.where(place < size - 2, 1.0, 2.0 * shares) / mean[..., None]
        initial = np.where(bursty, shares, initial)
        rates = np.where(bursty[..., None], -held[..., None] * np.eye(size), rates)
    return PhaseType.known(initial, rates)


def _coxian(moments: FloatArray) -> PhaseType | None:
    """Solve for the law of two phases in a row, the second entered with probability p ([2]_), if there is one.

    With x and y the means of the phases and f_i = m_i / i!: p y = f_1 - x, p y^2 = f_2 - x f_1, p y^3 = f_3 - x f_2.
    """
    f1, f2, f3 = moments / np.array([1.0, 2.0, 6.0])
    for x in np.roots([f1**2 - f2, f3 - f1 * f2, f2**2 - f1 * f3]):
        rest, second = f1 - x.real, f2 - x.real * f1
        if abs(x.imag) <= 1e-9 * abs(x) and x.real > 0.0 and rest > 0.0 and second > 0.0:
            y, p = second / rest, rest**2 / second
            if p <= 1.0 + 1e-12:
                first = 1.0 / x.real
                return PhaseType(np.array([1.0, 0.0]), np.array([[-first, min(p, 1.0) * first], [0.0, -1.0 / y]]))
    return None


def _erlang_mixture(moments: FloatArray, order: int) -> PhaseType | None:
    """Solve for the mixture of two Erlang laws of one order ([3]_), if there is one.

    The means per phase are a law on two points with the moments m_1 / k, m_2 / (k (k+1)), m_3 / (k (k+1) (k+2)): the
    roots of its quadratic orthogonal polynomial.
    """
    x1, x2, x3 = moments / np.cumprod(order + np.arange(3.0))
    spread, lean = x2 - x1**2, x1 * x3 - x2**2
    if abs(spread) <= _ONE_POINT * x2 and abs(lean) <= _ONE_POINT * x1 * x3:
        return PhaseType.erlang(order, moments[0])
    if spread <= 0.0 or lean <= 0.0:
        return None
    middle = (x3 - x1 * x2) / (2.0 * spread)
    root = np.sqrt(max(middle**2 - lean / spread, 0.0))
    long = middle + root
    short = lean / spread / long
    weight = (x1 - short) / (long - short)
    chain = np.eye(order, k=1) - np.eye(order)
    initial, none = np.zeros(2 * order), np.zeros((order, order))
    initial[[0, order]] = weight, 1.0 - weight
    return PhaseType(initial, np.block([[chain / long, none], [none, chain / short]]))


def fit_three_moments(mean_hours: float, scv: float, skewness: float, most_phases: int = MOST_PHASES) -> PhaseType:
    """Fit a law to mean, squared coefficient of variation and skewness.

    The rule: the Coxian law of two phases where it has these moments ([1]_ has its range); else the mixture of two
    Erlang laws of the least common order that has them ([2]_). Some order meets the moments of every positive law.

    Parameters
    ----------
    mean_hours : float
        Mean. [h]
    scv : float
        Squared coefficient of variation, from 0.01 to 1e6. [1]
    skewness : float
        Third central moment over the cube of the standard deviation, more than that of the law on two points of which
        one is 0: the root of scv less its inverse. [1]
    most_phases : int, optional
        Most phases allowed. [phases]

    Returns
    -------
    PhaseType
        A law of two or an even number of phases; of one for an scv of 1 and a skewness of 2.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or no law of at most `most_phases` phases has the moments.

    Examples
    --------
    >>> law = fit_three_moments(1.0, 0.3, 1.2)
    >>> law.phases, round(float(law.scv), 9), round(float(law.skewness), 9)
    (8, 0.3, 1.2)

    References
    ----------
    .. [1] A. Bobbio, A. Horvath, M. Telek (2005), "Matching three moments with minimal acyclic phase type
       distributions", Stochastic Models 21(2-3), 303-326.
    .. [2] M. A. Johnson, M. R. Taaffe (1989), "Matching moments to phase distributions: mixtures of Erlang
       distributions of common order", Stochastic Models 5(4), 711-743, doi:10.1080/15326348908807131.
    """
    mean = float(positive("mean_hours", mean_hours))
    variation = float(between("scv", scv, LEAST_SCV, MOST_SCV))
    deviation = variation**0.5
    least = deviation - 1.0 / deviation
    if not least < skewness < np.inf:
        message = f"no positive time of scv {variation:g} has the skewness {skewness:g}"
        allowed = f"finite, > {least:g}"
        raise ArgumentError.of(Problem(message, parameter="skewness", given=skewness, allowed=allowed))
    third = 1.0 + 3.0 * variation + skewness * deviation**3
    moments = np.array([1.0, 1.0 + variation, third])
    if abs(variation - 1.0) <= 1e-12 and abs(skewness - 2.0) <= 1e-9:
        return PhaseType.exponential(mean)
    law = _coxian(moments)
    order = 1
    while law is None and 2 * order <= most_phases:
        law = _erlang_mixture(moments, order)
        if law is not None and abs(float(law.skewness) - skewness) > _SKEWNESS_WITHIN * max(1.0, abs(skewness)):
            law = None  # so near to an Erlang law that the third moment is lost in rounding
        order += 1
    if law is None:
        message = f"scv {variation:g} and skewness {skewness:g} need more than {most_phases} phases"
        raise ArgumentError.of(Problem(message, parameter="most_phases", given=most_phases, hint="drop the skewness"))
    return law.scaled(mean)
