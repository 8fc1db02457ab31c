r"""Rank correlations between inputs, by the Gaussian copula.

Two standard normal variables of correlation r have the rank correlation (Spearman's) (6/π) arcsin(r/2), which no law of
the inputs changes, since quantiles only stretch the ranks; so r = 2 sin(π rho / 6) [1]_, [2]_.

References
----------
.. [1] W. H. Kruskal (1958), "Ordinal measures of association", Journal of the American Statistical Association 53(284),
   814-861, doi:10.1080/01621459.1958.10501481.
.. [2] R. B. Nelsen (2006), An Introduction to Copulas, 2nd ed., Springer, sections 2.3 and 5.1.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem

MOST_CORRELATION = 0.999
"""Inputs that go together closer than this are one input."""

_LEAST_PIVOT = 1e-9
"""Smallest square of a pivot: less is no room between what the other inputs fix."""


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """The rank correlation of two columns."""

    first: int
    second: int
    rank_correlation: float


@dataclass(frozen=True, slots=True, eq=False)
class GaussianCopula:
    """Ties columns of independent uniform points together by rank correlations.

    Attributes
    ----------
    columns : tuple of int
        Columns that are tied to some other.
    factor : ndarray, shape (columns, columns)
        Lower triangular Cholesky factor of the correlations of their normal scores. [1]
    """

    columns: tuple[int, ...]
    factor: FloatArray

    @classmethod
    def of(cls, correlations: Iterable[RankCorrelation], names: Sequence[str]) -> "GaussianCopula":
        """Make the copula of some rank correlations; pairs that are not named are uncorrelated.

        Parameters
        ----------
        correlations : iterable of RankCorrelation
            Each pair at most once.
        names : sequence of str
            What the columns are called in errors.

        Raises
        ------
        ArgumentError
            If a pair is named twice, or the correlations exclude each other: the error names the pairs that could give
            way, and their nearest possible values.
        """
        pairs = list(correlations)
        columns = tuple(sorted({column for pair in pairs for column in (pair.first, pair.second)}))
        place = {column: i for i, column in enumerate(columns)}
        matrix, taken = np.eye(len(columns)), set[tuple[int, int]]()
        for number, pair in enumerate(pairs):
            i, j = place[pair.first], place[pair.second]
            _check(pair, number, names, taken=(i, j) in taken)
            taken.update([(i, j), (j, i)])
            matrix[i, j] = matrix[j, i] = pair.rank_correlation
        matrix = _matrix_of(matrix)
        factor = _cholesky(matrix)
        if factor is None:
            places = [(place[pair.first], place[pair.second]) for pair in pairs]
            raise _excluded(matrix, pairs, places, names)
        return cls(columns, factor)

    def apply(self, points: FloatArray) -> FloatArray:
        """Tie points together.

        Parameters
        ----------
        points : array, shape (points, columns)
            Independent uniform points strictly between 0 and 1.

        Returns
        -------
        ndarray
            Points, uniform in each column. Columns that are tied to no other are untouched.

        Examples
        --------
        >>> copula = GaussianCopula.of([RankCorrelation(0, 2, 0.5)], ["a", "b", "c"])
        >>> copula.apply(np.array([[0.9, 0.3, 0.5]])).round(3).tolist()
        [[0.9, 0.3, 0.746]]
        """
        from scipy.special import ndtr, ndtri

        tied = points.copy()
        if self.columns:
            chosen = list(self.columns)
            tied[:, chosen] = ndtr(ndtri(points[:, chosen]) @ self.factor.T)
        return tied


def _check(pair: RankCorrelation, number: int, names: Sequence[str], *, taken: bool) -> None:
    where = f"correlations[{number}]"
    if pair.first == pair.second:
        message = f"{names[pair.first]} is tied to itself"
        raise ArgumentError.of(Problem(message, parameter=where, allowed="two different inputs"))
    if taken:
        message = f"{_named(pair, names)} stands there twice"
        raise ArgumentError.of(Problem(message, parameter=where, allowed="each pair once"))
    if not abs(pair.rank_correlation) <= MOST_CORRELATION:
        raise ArgumentError.of(
            Problem(
                f"{pair.rank_correlation:g} is out of range",
                parameter=where,
                given=pair.rank_correlation,
                allowed=f"from {-MOST_CORRELATION} to {MOST_CORRELATION}",
                hint="inputs that always move together have one common shock",
            )
        )


def _matrix_of(ranks: FloatArray) -> FloatArray:
    """Give the correlations of normal scores: r = 2 sin(π rho / 6), and 1 of each with itself."""
    matrix = 2.0 * np.sin(np.pi * ranks / 6.0)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)


def _rank_correlation(correlation: float) -> float:
    return 6.0 / math.pi * math.asin(correlation / 2.0)


def _cholesky(matrix: FloatArray) -> FloatArray | None:
    """Give the lower triangular factor; None where the matrix is not safely positive definite."""
    try:
        factor = np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return factor if (np.diag(factor) ** 2 > _LEAST_PIVOT).all() else None


def _excluded(
    matrix: FloatArray, pairs: list[RankCorrelation], places: list[tuple[int, int]], names: Sequence[str]
) -> ArgumentError:
    """Make the error for correlations that exclude each other."""
    message = "these rank correlations exclude each other"
    found = [(n, nearest) for n, (i, j) in enumerate(places) if (nearest := _nearest(matrix, i, j)) is not None]
    if not found:
        ranks = np.array([[_rank_correlation(entry) for entry in row] for row in matrix])
        factors = np.arange(999, 0, -1) / 1_000.0
        weight = next(factor for factor in factors if _cholesky(_matrix_of(factor * ranks)) is not None)
        named = ", ".join(_named(pair, names) for pair in pairs)
        hint = f"no single one of them makes up for it; all of them times {weight:g} would do"
        return ArgumentError.of(Problem(f"{message}: {named}", parameter="correlations", hint=hint))
    problems = []
    for number, nearest in found:
        pair = pairs[number]
        hint = f"beside the others, {nearest:g} is the nearest possible value of this pair"
        where, given = f"correlations[{number}]", pair.rank_correlation
        problems.append(Problem(f"{message}: {_named(pair, names)}", parameter=where, given=given, hint=hint))
    return ArgumentError.of(*problems)


def _nearest(matrix: FloatArray, i: int, j: int) -> float | None:
    """Give the nearest rank correlation of a pair that the others allow; None where they allow none.

    Given the others with matrix R and correlations a, b to them, r lies within a'R⁻¹b ± √((1 - a'R⁻¹a)(1 - b'R⁻¹b)).
    """
    rest = [k for k in range(len(matrix)) if k not in (i, j)]
    others, to_first, to_second = matrix[np.ix_(rest, rest)], matrix[rest, i], matrix[rest, j]
    if rest and _cholesky(others) is None:
        return None
    first, second = (np.linalg.solve(others, column) for column in (to_first, to_second))
    room = (1.0 - float(to_first @ first)) * (1.0 - float(to_second @ second))
    if 1.0 - float(to_first @ first) <= _LEAST_PIVOT or 1.0 - float(to_second @ second) <= _LEAST_PIVOT:
        return None
    middle, half = float(to_first @ second), math.sqrt(room) * (1.0 - 1e-4)
    ends = [_rank_correlation(end) for end in (middle - half, middle + half)]
    low, high = math.ceil(ends[0] * 1_000.0) / 1_000.0, math.floor(ends[1] * 1_000.0) / 1_000.0
    if low > high:
        return None
    nearest = min(max(_rank_correlation(matrix[i, j]), low), high)
    return min(max(nearest, -MOST_CORRELATION), MOST_CORRELATION)


def _named(pair: RankCorrelation, names: Sequence[str]) -> str:
    return f"{names[pair.first]} with {names[pair.second]}"
