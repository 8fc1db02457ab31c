"""Estimates and their intervals: exact laws of counts, coverage, rows without a value, designs better than random."""

import math

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import LatinDesign, RandomDesign, Sample, SobolDesign, probability_interval, section_starts


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (3, 10), (10, 10), (1, 1_000), (499, 1_000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_probability_intervals_are_those_of_clopper_and_pearson(hits: int, trials: int, level: float) -> None:
    known = stats.binomtest(hits, trials).proportion_ci(level, method="exact")
    assert probability_interval(hits, trials, level) == (pytest.approx(known.low), pytest.approx(known.high))


def test_the_interval_of_a_median_of_ten_is_from_the_second_to_the_ninth() -> None:
    # a textbook case: 1 - 2 (1 + 10) / 2^10 = 0.979, while the third and the eighth have 0.891 only
    median = Sample.of(np.random.default_rng(1).permutation(10) + 1.0).quantile(0.5)
    assert (median.value, median.low, median.high) == (5.0, 2.0, 9.0)


@pytest.mark.parametrize(("rows", "probability"), [(50, 0.1), (200, 0.9), (1_000, 0.5), (1_000, 0.99), (12_345, 0.9)])
def test_ranks_of_quantile_intervals_hold_their_level_and_are_narrow(rows: int, probability: float) -> None:
    found = Sample.of(np.arange(1.0, rows + 1.0)).quantile(probability)
    below = stats.binom(rows, probability)  # number of rows below the true quantile
    lower, upper = found.low if found.low > 0 else 0.0, min(found.high, rows + 1.0)
    assert below.cdf(lower - 1.0) <= 0.025 < below.cdf(lower)
    assert below.sf(upper - 1.0) <= 0.025 < below.sf(upper - 2.0)


def test_too_few_rows_have_no_end() -> None:
    found = Sample.of(np.arange(10.0)).quantile(0.95)
    assert found.low <= 9.0
    assert found.high == math.inf
    assert Sample.of(np.arange(10.0)).quantile(0.05).low == -math.inf


def test_a_mean_has_the_interval_of_the_normal_law() -> None:
    values = np.random.default_rng(1).exponential(size=1_000)
    known = stats.norm.interval(0.9, loc=values.mean(), scale=values.std(ddof=1) / np.sqrt(1_000))
    found = Sample.of(values, level=0.9).mean()
    assert (found.low, found.high) == (pytest.approx(known[0]), pytest.approx(known[1]))


def test_rows_without_a_steady_state_are_infinite_and_miss_every_target() -> None:
    values = np.concatenate([np.arange(85.0), np.full(15, np.inf)])
    sample = Sample.of(values)
    assert sample.infinite_share == pytest.approx(0.15)
    assert sample.mean().value == math.inf
    assert sample.quantile(0.8).value == 79.0
    assert sample.quantile(0.8).high == math.inf  # 90 or more of 100 may lie below the true one
    assert sample.quantile(0.9).value == math.inf
    assert sample.missed(at_most=1e9).value == 0.15
    assert sample.missed(at_least=0.0).value == 0.15
    assert sample.missed(at_most=79.0).value == 0.2
    assert sample.missed(at_least=10.0).value == 0.25


def test_rows_left_out_do_not_count() -> None:
    values = np.array([1.0, np.nan, 2.0, np.nan, 3.0, 4.0])
    sample, plain = Sample.of(values), Sample.of(values[~np.isnan(values)])
    assert sample.size == 4
    assert sample.mean() == plain.mean()
    assert sample.quantile(0.5) == plain.quantile(0.5)
    assert sample.missed(at_most=3.0) == plain.missed(at_most=3.0)
    assert sample.missed(at_most=3.0).value == 0.25


def test_sections_without_a_row_do_not_count() -> None:
    values = np.array([1.0, 2.0, np.nan, np.nan, 3.0, 5.0])
    found = Sample.of(values, np.array([0, 2, 4]))
    # the two sections have the means 1.5 and 4
    known = stats.t.interval(0.95, 1, loc=2.75, scale=stats.sem([1.5, 4.0]))
    assert (found.mean().low, found.mean().high) == (pytest.approx(known[0]), pytest.approx(known[1]))


def coverage(design_of: object, repeats: int = 300, rows: int = 1_600) -> dict[str, tuple[float, float]]:
    """Count how often the intervals of x + y² hold the truth, and how wide they are in the mean."""
    exact = np.sort(np.random.default_rng(0).random(4_000_000) + np.random.default_rng(9).random(4_000_000) ** 2)
    truth = {"mean": 0.5 + 1.0 / 3.0, "p10": exact[400_000], "p90": exact[3_600_000]}
    truth["missed"] = 1.0 - np.searchsorted(exact, 1.0) / exact.size
    held = dict.fromkeys(truth, 0)
    width = dict.fromkeys(truth, 0.0)
    for seed in range(repeats):
        design = design_of(seed)  # type: ignore[operator]
        points = design.points(0, rows)
        starts = None if design.sections is None else section_starts(rows, design.sections)
        sample = Sample.of(points[:, 0] + points[:, 1] ** 2, starts)
        found = {"mean": sample.mean(), "missed": sample.missed(at_most=1.0)}
        found |= {"p10": sample.quantile(0.1), "p90": sample.quantile(0.9)}
        for name, each in found.items():
            held[name] += each.low <= truth[name] <= each.high
            width[name] += (each.high - each.low) / repeats
    return {name: (held[name] / repeats, width[name]) for name in truth}


@pytest.mark.slow
def test_intervals_cover_and_even_designs_have_narrower_ones() -> None:
    random = coverage(lambda seed: RandomDesign(2, seed))
    even = {
        "sobol": coverage(lambda seed: SobolDesign(2, seed, 1_600), repeats=100),
        "latin": coverage(lambda seed: LatinDesign(2, seed, 1_600), repeats=100),
    }
    for name, (held, width) in random.items():
        assert held > 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / 300), name
        for kind, found in even.items():
            assert found[name][0] > 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / 100), (name, kind)
            assert found[name][1] < 0.9 * width, (name, kind)


def test_no_miss_is_no_certainty_even_in_an_even_design() -> None:
    design = SobolDesign(1, 1, 160)
    found = Sample.of(design.points(0, 160)[:, 0], section_starts(160, 16)).missed(at_most=2.0)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1.0 - 0.025 ** (1.0 / 160.0))


def test_a_metric_that_does_not_vary_has_itself_as_its_interval() -> None:
    for starts in (None, section_starts(160, 16)):
        sample = Sample.of(np.full(160, 7.0), starts)
        for found in (sample.mean(), sample.quantile(0.5)):
            assert (found.value, found.low, found.high) == (7.0, 7.0, 7.0)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match="no row has a value"):
        Sample.of(np.array([np.nan, np.nan]))
    with pytest.raises(ArgumentError, match="level"):
        Sample.of(np.ones(3), level=1.0)
    with pytest.raises(ArgumentError, match="probability"):
        Sample.of(np.ones(3)).quantile(1.0)
