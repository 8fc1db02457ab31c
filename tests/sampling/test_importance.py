"""What an input tells of a metric, against functions whose shares are known."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import InputSample, RandomDesign, average_ranks


def functions() -> Any:
    spec = spec_from_file_location("functions", Path(__file__).parent / "functions.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KNOWN = functions()

ROWS = 100_000


def columns(dimensions: int, rows: int = ROWS, seed: int = 1) -> np.ndarray:
    return RandomDesign(dimensions, seed).points(0, rows)


def shares(points: np.ndarray, metric: np.ndarray) -> np.ndarray:
    return np.array([each.share for each in InputSample.of(list(points.T)).importance(metric)])


def test_shares_of_a_sum_are_those_of_its_terms() -> None:
    points = columns(4)
    weights = np.array([4.0, 2.0, 1.0, 0.0])
    np.testing.assert_allclose(shares(points, points @ weights), weights**2 / 21.0, atol=0.005)


def test_shares_of_published_functions() -> None:
    points = columns(3)
    np.testing.assert_allclose(shares(points, KNOWN.ishigami(points)), KNOWN.ishigami_indices()[0], atol=0.01)
    points = columns(8)
    np.testing.assert_allclose(shares(points, KNOWN.g_function(points)), KNOWN.g_indices()[0], atol=0.015)


def test_an_input_of_few_whole_values_is_binned_by_value() -> None:
    points = columns(2)
    cranes = np.floor(points[:, 0] * 3.0)
    metric = np.array([0.0, 5.0, 1.0])[cranes.astype(int)] + points[:, 1]
    known = np.var([0.0, 5.0, 1.0]) / (np.var([0.0, 5.0, 1.0]) + 1.0 / 12.0)
    found = InputSample.of([cranes, points[:, 1]]).importance(metric)
    assert found[0].share == pytest.approx(known, abs=0.005)


def test_a_companion_of_what_matters_tells_as_much_as_it_knows_of_it() -> None:
    normal = np.random.default_rng(1).normal(size=(2, ROWS))
    companion = 0.6 * normal[0] + 0.8 * normal[1]
    # E[X | companion] = 0.6 companion, of variance 0.36
    found = InputSample.of([normal[0], companion]).importance(normal[0])
    assert found[1].share == pytest.approx(0.36, abs=0.015)


def test_chance_is_significant_in_one_case_of_twenty() -> None:
    repeats = 400
    points = columns(repeats, rows=500)
    metric = np.random.default_rng(2).exponential(size=500)
    found = InputSample.of(list(points.T)).importance(metric)
    share = sum(each.significant for each in found) / repeats
    assert abs(share - 0.05) < 4.0 * np.sqrt(0.05 * 0.95 / repeats)
    assert all(0.0 < each.limit < 0.1 for each in found)


def test_rank_correlations_are_those_of_spearman() -> None:
    points = columns(2, rows=2_000)
    metric = np.round(points[:, 0] * 5.0) - points[:, 1]
    found = InputSample.of(list(points.T)).importance(metric)
    for column, each in zip(points.T, found, strict=True):
        assert each.rank_correlation == pytest.approx(stats.spearmanr(column, metric).statistic, abs=1e-12)


def test_ranks_take_infinity_as_the_largest_value() -> None:
    values = np.array([5.0, np.inf, 5.0, 1.0, np.inf, 7.0])
    np.testing.assert_allclose(average_ranks(values), (stats.rankdata(values) - 0.5) / 6.0)


def test_large_offsets_and_tiny_units_change_nothing() -> None:
    points = columns(2, rows=5_000)
    metric = points @ np.array([2.0, 1.0])
    base = shares(points, metric)
    np.testing.assert_allclose(shares(points, 1e-200 * metric), base, rtol=1e-6)
    np.testing.assert_allclose(shares(points * 1e9 + 1e6, 1e6 + metric), base, rtol=1e-6)


def test_what_does_not_vary_tells_nothing() -> None:
    points = columns(1, rows=100)
    (found,) = InputSample.of([points[:, 0]]).importance(np.full(100, 0.1))
    assert (found.share, found.rank_correlation, found.significant) == (0.0, 0.0, False)
    (found,) = InputSample.of([np.full(100, 0.1)]).importance(points[:, 0])
    assert (found.share, found.rank_correlation, found.significant) == (0.0, 0.0, False)


def test_few_rows_are_refused() -> None:
    with pytest.raises(ArgumentError, match="too few"):
        InputSample.of([np.arange(19.0)])
