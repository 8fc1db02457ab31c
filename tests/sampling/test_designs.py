"""Designs: any part at any time gives the same points; each design is what its name says."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import GridDesign, LatinDesign, RandomDesign, SaltelliDesign, SobolDesign, section_starts
from hubcalc.scenarios import combinations

ROWS = 10_000
DESIGNS: list[Any] = [
    RandomDesign(3, seed=4),
    SobolDesign(3, seed=4, rows=ROWS),
    SobolDesign(3, seed=4, rows=ROWS, least_sections=1),
    LatinDesign(3, seed=4, rows=ROWS),
    LatinDesign(3, seed=4, rows=ROWS, least_sections=1),
    SaltelliDesign(SobolDesign(6, seed=4, rows=2_000)),
]


@pytest.mark.parametrize("design", DESIGNS)
def test_parts_in_any_order_are_the_whole(design: Any) -> None:
    whole = design.points(0, ROWS)
    assert whole.shape == (ROWS, design.dimensions)
    assert ((whole > 0.0) & (whole < 1.0)).all()
    for start, count in [(9_999, 1), (0, 1), (620, 10), (4_095, 2), (1, 8_191), (5, 0)]:
        np.testing.assert_array_equal(design.points(start, count), whole[start : start + count])


@pytest.mark.parametrize("design", DESIGNS)
def test_columns_are_uniform_and_independent(design: Any) -> None:
    points = design.points(0, ROWS)
    # A and AB share most of their columns: only every fifth row of Saltelli's is a point of its own
    points = points[:: getattr(design, "blocks", 1)]
    for column in points.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3
    correlations = np.corrcoef(points.T)[np.triu_indices(3, 1)]
    assert (np.abs(correlations) < 4.0 / np.sqrt(len(points))).all()


@pytest.mark.parametrize("make", [lambda s: RandomDesign(2, s), lambda s: SobolDesign(2, s, 64)])
def test_another_seed_gives_other_points(make: Any) -> None:
    assert not (make(1).points(0, 64) == make(2).points(0, 64)).any()


@pytest.mark.parametrize(
    ("design", "sections"),
    [
        (RandomDesign(1, 1), None),
        (SobolDesign(1, 1, 10), 10),
        (SobolDesign(1, 1, 1_000), 16),
        (SobolDesign(1, 1, 2**25), 32),
        (LatinDesign(1, 1, 100_000), 25),
    ],
)
def test_number_of_independent_sections(design: Any, sections: int | None) -> None:
    assert design.sections == sections


def test_sections_are_as_long_as_each_other() -> None:
    starts = section_starts(10_000, 16)
    assert set(np.diff(starts, append=10_000)) == {625}
    assert section_starts(10, 3).tolist() == [0, 3, 6]


def test_sections_of_sobol_points_are_balanced_nets() -> None:
    rows = 16 * 256
    points = SobolDesign(2, seed=9, rows=rows).points(0, rows)
    for start in section_starts(rows, 16):
        net = points[start : start + 256]
        # the first two columns of the sequence are a (0, 8, 2)-net: one point in each box of volume 1/256
        for power in range(9):
            boxes = np.floor(net * [2**power, 2 ** (8 - power)]).astype(int)
            assert len(np.unique(boxes, axis=0)) == 256


def test_each_section_of_a_latin_design_fills_every_slice_once() -> None:
    design = LatinDesign(3, seed=2, rows=1_000)
    points = design.points(0, 1_000)
    starts = [*section_starts(1_000, 16), 1_000]
    for first, last in pairwise(starts):
        slices = np.floor(points[first:last] * (last - first)).astype(int)
        for column in slices.T:
            assert sorted(column) == list(range(last - first))


def test_even_designs_integrate_better_than_random_ones() -> None:
    rows = 4_096
    errors = {}
    for name, design in {
        "random": RandomDesign(4, 1),
        "sobol": SobolDesign(4, 1, rows),
        "latin": LatinDesign(4, 1, rows),
    }.items():
        errors[name] = abs(float(design.points(0, rows).sum(axis=1).mean()) - 2.0)
    assert errors["sobol"] < errors["random"] / 10
    assert errors["latin"] < errors["random"] / 10


def test_grids_run_like_combinations() -> None:
    values = {"a.x": [1, 2], "a.y": [3, 4, 5], "a.z": [6, 7]}
    columns, size = combinations(values, 100)
    places = GridDesign((2, 3, 2)).places(0, size)
    for number, (path, items) in enumerate(values.items()):
        assert np.array(items)[places[:, number]].tolist() == columns[path].tolist()


def test_grids_may_be_large() -> None:
    design = GridDesign((10**6, 10**6, 10**3))
    assert design.rows == 10**15
    assert design.places(10**15 - 1, 1).tolist() == [[10**6 - 1, 10**6 - 1, 10**3 - 1]]


def test_saltelli_rows_are_a_b_and_their_mixtures() -> None:
    base = SobolDesign(4, seed=3, rows=8, least_sections=1)
    rows = SaltelliDesign(base).points(0, 32).reshape(8, 4, 2)
    points = base.points(0, 8)
    a, b = points[:, :2], points[:, 2:]
    np.testing.assert_array_equal(rows[:, 0], a)
    np.testing.assert_array_equal(rows[:, 1], b)
    np.testing.assert_array_equal(rows[:, 2], np.column_stack([b[:, 0], a[:, 1]]))
    np.testing.assert_array_equal(rows[:, 3], np.column_stack([a[:, 0], b[:, 1]]))


@pytest.mark.parametrize(
    "make",
    [
        lambda: RandomDesign(0, 1),
        lambda: RandomDesign(1, -1),
        lambda: SobolDesign(30_000, 1, 8),
        lambda: SobolDesign(1, 1, 0),
        lambda: LatinDesign(1, 1, 8, 0),
        lambda: GridDesign((3, 0)),
        lambda: GridDesign((10**9,) * 8),
        lambda: SaltelliDesign(RandomDesign(3, 1)),
    ],
)
def test_what_is_no_design_is_refused(make: Any) -> None:
    with pytest.raises(ArgumentError):
        make()
