"""Rank correlations are reproduced; what excludes each other is refused with values that do not."""

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import GaussianCopula, Lognormal, RandomDesign, RankCorrelation, Triangular

NAMES = ["a", "b", "c", "d"]


def copula(*pairs: tuple[int, int, float]) -> GaussianCopula:
    return GaussianCopula.of([RankCorrelation(*pair) for pair in pairs], NAMES)


def test_rank_correlations_are_reproduced_whatever_the_laws() -> None:
    rows = 40_000
    points = copula((0, 2, 0.7), (2, 3, -0.4)).apply(RandomDesign(4, seed=3).points(0, rows))
    inputs = [Lognormal(1.0, 2.0).quantile(points[:, 0]), points[:, 1], Triangular(0, 0, 1).quantile(points[:, 2])]
    found = stats.spearmanr(np.column_stack([*inputs, points[:, 3]])).statistic
    expected = [(0, 2, 0.7), (2, 3, -0.4), (0, 3, 0.0), (0, 1, 0.0), (1, 2, 0.0), (1, 3, 0.0)]
    for i, j, value in expected:
        assert abs(found[i, j] - value) < 4.0 / np.sqrt(rows)


def test_each_column_stays_uniform() -> None:
    points = copula((0, 1, 0.8)).apply(RandomDesign(2, seed=5).points(0, 20_000))
    for column in points.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3


def test_independent_columns_are_untouched() -> None:
    points = RandomDesign(4, seed=1).points(0, 100)
    tied = copula((1, 3, 0.5)).apply(points)
    np.testing.assert_array_equal(tied[:, [0, 2]], points[:, [0, 2]])
    np.testing.assert_allclose(tied[:, 1], points[:, 1], rtol=1e-12)
    assert (tied[:, 3] != points[:, 3]).all()
    np.testing.assert_array_equal(copula().apply(points), points)


def test_correlations_that_exclude_each_other_name_the_nearest_values() -> None:
    given = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.5)]
    with pytest.raises(ArgumentError) as caught:
        copula(*given)
    problems = caught.value.problems
    assert [problem.parameter for problem in problems] == ["correlations[0]", "correlations[1]", "correlations[2]"]
    assert "a with c" in problems[2].message
    for number, problem in enumerate(problems):
        nearest = float(str(problem.hint).split(", ")[1].split()[0])
        repaired = list(given)
        repaired[number] = (*given[number][:2], nearest)
        copula(*repaired)
        # a hundredth further towards what was given, they exclude each other again
        beyond = nearest + 0.01 * np.sign(given[number][2] - nearest)
        repaired[number] = (*given[number][:2], beyond)
        with pytest.raises(ArgumentError):
            copula(*repaired)


def test_correlations_that_no_single_pair_repairs_name_a_factor_for_all() -> None:
    pairs = [(i, j, -0.9) for i in range(4) for j in range(i)]
    with pytest.raises(ArgumentError, match="all of them times") as caught:
        copula(*pairs)
    factor = float(str(caught.value.problems[0].hint).split("times ")[1].split()[0])
    copula(*((i, j, factor * value) for i, j, value in pairs))


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(0, 0, 0.5)], "tied to itself"),
        ([(0, 1, 0.5), (1, 0, 0.4)], "twice"),
        ([(0, 1, 1.0)], "out of range"),
        ([(0, 1, float("nan"))], "out of range"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(pairs: list[tuple[int, int, float]], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        copula(*pairs)
