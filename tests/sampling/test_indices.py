"""Sobol indices against published functions and scipy.stats; intervals, rows without a value, parts of any length."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import RandomDesign, SaltelliDesign, SobolDesign, SobolSums


def functions() -> Any:
    spec = spec_from_file_location("functions", Path(__file__).parent / "functions.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KNOWN = functions()


def rows_of(function: Any, inputs: int, bases: int, seed: int = 1) -> np.ndarray:
    design = SaltelliDesign(SobolDesign(2 * inputs, seed, bases, least_sections=1))
    return np.asarray(function(design.points(0, bases * design.blocks)))


def sums_of(rows: np.ndarray, inputs: int) -> SobolSums:
    sums = SobolSums(inputs)
    sums.add(rows)
    return sums


def test_the_closed_forms_are_the_published_values() -> None:
    np.testing.assert_allclose(KNOWN.ishigami_indices(), (KNOWN.ISHIGAMI_FIRST, KNOWN.ISHIGAMI_TOTAL), atol=1e-6)


@pytest.mark.parametrize(
    ("function", "inputs", "known"),
    [(KNOWN.ishigami, 3, KNOWN.ishigami_indices()), (KNOWN.g_function, 8, KNOWN.g_indices())],
)
def test_indices_of_published_functions(function: Any, inputs: int, known: Any) -> None:
    found = sums_of(rows_of(function, inputs, 2**14), inputs).indices()
    np.testing.assert_allclose(found.first, known[0], atol=0.01)
    np.testing.assert_allclose(found.total, known[1], atol=0.01)
    # of eight intervals of 95 % each, one may well miss
    assert ((found.first_low <= known[0]) & (known[0] <= found.first_high)).sum() >= 0.85 * inputs
    assert ((found.total_low <= known[1]) & (known[1] <= found.total_high)).sum() >= 0.85 * inputs
    assert (found.first_high - found.first_low < 0.06).all()
    assert (found.bases, found.dropped) == (2**14, 0)


def test_indices_are_those_of_scipy() -> None:
    rows = rows_of(KNOWN.ishigami, 3, 1_024).reshape(1_024, 5)
    known = stats.sobol_indices(
        func={"f_A": rows[None, :, 0], "f_B": rows[None, :, 1], "f_AB": rows.T[2:, None, :]}, n=1_024
    )
    found = sums_of(rows.ravel(), 3).indices()
    np.testing.assert_allclose(found.first, known.first_order, atol=1e-12)
    np.testing.assert_allclose(found.total, known.total_order, atol=1e-12)
    assert found.mean == pytest.approx(rows[:, :2].mean())
    assert found.variance == pytest.approx(rows[:, :2].var())


@pytest.mark.slow
def test_intervals_of_independent_points_cover() -> None:
    first, total = KNOWN.ishigami_indices()
    repeats, bases = 200, 512
    held = np.zeros((2, 3))
    for seed in range(repeats):
        design = SaltelliDesign(RandomDesign(6, seed))
        found = sums_of(KNOWN.ishigami(design.points(0, bases * 5)), 3).indices()
        held += [
            (found.first_low <= first) & (first <= found.first_high),
            (found.total_low <= total) & (total <= found.total_high),
        ]
    # percentiles of the bootstrap are a little short of their level in small samples
    assert (held / repeats > 0.88).all()


def test_parts_of_any_length_make_the_same_indices() -> None:
    rows = rows_of(KNOWN.ishigami, 3, 3_000)
    whole, parts = sums_of(rows, 3).indices(), SobolSums(3)
    for part in np.split(rows, [1, 7, 5_121, 5_122, 14_000]):
        parts.add(part)
    found = parts.indices()
    for name in ("first", "first_low", "total", "total_high"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


def test_a_large_mean_costs_no_digits() -> None:
    rows = rows_of(KNOWN.ishigami, 3, 4_096)
    plain, shifted = sums_of(rows, 3).indices(), sums_of(rows + 1e6, 3).indices()
    np.testing.assert_allclose(shifted.first, plain.first, atol=1e-8)
    assert shifted.mean == pytest.approx(plain.mean + 1e6)


def test_base_points_with_a_row_without_value_are_left_out() -> None:
    rows = rows_of(KNOWN.ishigami, 3, 500)
    holed = rows.copy()
    holed[[3, 17, 18]] = np.nan, np.inf, np.nan
    found = sums_of(holed, 3).indices()
    known = sums_of(np.delete(rows.reshape(-1, 5), [0, 3], axis=0).ravel(), 3).indices()
    assert (found.bases, found.dropped) == (498, 2)
    np.testing.assert_allclose(found.first, known.first, atol=1e-12)


def test_several_metrics_are_as_each_alone() -> None:
    first, second = rows_of(KNOWN.ishigami, 3, 1_500), rows_of(lambda points: points.sum(axis=1), 3, 1_500)
    second[7] = np.nan
    both = SobolSums(3, metrics=2)
    both.add(np.column_stack([first, second]))
    for metric, rows in enumerate((first, second)):
        found, alone = both.indices(metric), sums_of(rows, 3).indices()
        np.testing.assert_allclose(found.total_low, alone.total_low, rtol=1e-12)
        assert (found.bases, found.dropped) == (alone.bases, alone.dropped)


def test_a_metric_that_does_not_vary_has_no_shares() -> None:
    found = sums_of(np.full(5 * 64, 0.1), 3).indices()
    for each in (found.first, found.first_low, found.first_high, found.total, found.total_low, found.total_high):
        assert (each == 0.0).all()
    assert found.variance == 0.0
    assert found.mean == pytest.approx(0.1)


def test_bad_rows_are_refused() -> None:
    with pytest.raises(ArgumentError, match="whole base points"):
        sums_of(np.ones(7), 3).indices()
    with pytest.raises(ArgumentError, match="fewer than two"):
        sums_of(np.full(10, np.nan), 3).indices()
    with pytest.raises(ArgumentError, match="inputs"):
        SobolSums(0)
