"""Quantiles of the gamma law at a fixed probability, for columns of shapes."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, positive
from hubcalc.compiled import flat
from hubcalc.queueing._gamma_quantiles_kernel import MOST_ROOT, SEGMENTS_PER_UNIT, read_segments

_TERMS = 12
_LEAST, _LEAST_TABULATED = 1e-15, 0.05  # probabilities


def gamma_quantile(shape: ArrayLike, probability: float) -> FloatArray:
    r"""Compute a quantile of the gamma law of mean 1, relative to that mean.

    Parameters
    ----------
    shape : array_like
        Shape of the law, one over its squared coefficient of variation. [1]
    probability : float
        Probability of the quantile, between 0 and 1. [1]

    Returns
    -------
    ndarray
        Quantile over the mean. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The logarithm of the quantile is a smooth function of one over the root of the shape [1]_. For probabilities from
    0.05 to 0.95 and coefficients of variation up to 8 it is read from polynomials, made once for each probability from
    the inverse of the incomplete gamma function; they miss the quantile by less than 1e-12 of itself.

    Examples
    --------
    The exponential law's median:

    >>> round(float(gamma_quantile(1.0, 0.5)), 9)
    0.693147181

    References
    ----------
    .. [1] E. A. Cornish, R. A. Fisher (1938), "Moments and cumulants in the specification of distributions", Revue de
       l'Institut International de Statistique 5(4), 307-320.
    """
    shapes, chance = positive("shape", shape), float(between("probability", probability, _LEAST, 1 - _LEAST))
    if not _LEAST_TABULATED <= chance <= 1 - _LEAST_TABULATED:
        return _exact(shapes, chance)
    found = np.empty(shapes.shape)
    (line,) = flat(shapes)
    read_segments(_segments(chance), line, found.reshape(-1))
    varied = np.isnan(found)
    if np.any(varied):
        found[varied] = _exact(shapes[varied], chance)
    return found


def _exact(shape: FloatArray, probability: float) -> FloatArray:
    from scipy import special  # a second, where many never come

    return np.asarray(special.gammaincinv(shape, probability) / shape)


@lru_cache(maxsize=16)
def _segments(probability: float) -> FloatArray:
    """Fit polynomials of log(quantile / mean) in the root of 1 / shape, segment by segment.

    They are fitted at Chebyshev's nodes. In powers they lose no digits, since coefficients fall by ten and more.
    """
    nodes = np.cos(np.pi * (np.arange(_TERMS) + 0.5) / _TERMS)
    starts = np.arange(int(MOST_ROOT * SEGMENTS_PER_UNIT)) / SEGMENTS_PER_UNIT
    roots = starts[:, None] + (nodes + 1) / 2 / SEGMENTS_PER_UNIT
    values = np.log(_exact(1 / roots**2, probability))
    weights = np.where(np.arange(_TERMS) == 0, 1.0, 2.0) / _TERMS
    terms = values @ (weights[:, None] * np.polynomial.chebyshev.chebvander(nodes, _TERMS - 1).T).T
    lines = (np.polynomial.chebyshev.cheb2poly(line) for line in terms)
    return np.array([np.pad(line, (0, _TERMS - len(line))) for line in lines])
