"""Designs: which points of the unit cube are tried. Any part of a design is made at once, in any process.

Points lie strictly between 0 and 1. A design falls into sections, which are independent of each other: single rows of a
random design, scrambles of Sobol's sequence, Latin hypercubes. What the sections have in common tells how far a mean of
all rows may be off.

References
----------
.. [1] I. M. Sobol' (1967), "On the distribution of points in a cube and the approximate evaluation of integrals", USSR
   Computational Mathematics and Mathematical Physics 7(4), 86-112, doi:10.1016/0041-5553(67)90144-9.
.. [2] A. B. Owen (1997), "Monte Carlo variance of scrambled net quadrature", SIAM Journal on Numerical Analysis 34(5),
   1884-1910, doi:10.1137/S0036142994277468.
.. [3] M. D. McKay, R. J. Beckman, W. J. Conover (1979), "A comparison of three methods for selecting values of input
   variables in the analysis of output from a computer code", Technometrics 21(2), 239-245,
   doi:10.1080/00401706.1979.10489755.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray, whole_at_least_one, whole_between

FEWEST_SECTIONS = 16
"""Independent sections of a design that is no plain random one: enough to tell how far they differ."""

_RANDOM_BLOCK = 4_096
_MOST_LATIN_ROWS = 4_096
_MOST_SOBOL_ROWS = 2**20
"""A chunk makes the section before it anew, so that sections must not be long."""
_MOST_DIMENSIONS = 21_201
"""Dimensions for which the direction numbers of Sobol's sequence are known."""
_LEAST, _MOST = 2.0**-54, 1.0 - 2.0**-53


class Design(Protocol):
    """Points of the unit cube, by row."""

    @property
    def dimensions(self) -> int:
        """Columns of a point."""
        ...

    @property
    def sections(self) -> int | None:
        """How many independent sections the rows fall into; None where each row stands for itself."""
        ...

    def points(self, start: int, count: int) -> FloatArray:
        """Give rows `start` to `start + count - 1`, shape (count, dimensions), strictly between 0 and 1."""
        ...


@dataclass(frozen=True, slots=True)
class RandomDesign:
    """Independent uniform points.

    Parameters
    ----------
    dimensions : int
        Columns of a point. [1]
    seed : int
        What the numbers follow from, 0 or more. [1]

    Examples
    --------
    >>> design = RandomDesign(2, seed=7)
    >>> bool((design.points(5_000, 3) == design.points(4_000, 2_000)[1_000:1_003]).all())
    True
    """

    dimensions: int
    seed: int

    def __post_init__(self) -> None:
        _check(self.dimensions, self.seed)

    @property
    def sections(self) -> None:
        """Each row stands for itself."""

    def points(self, start: int, count: int) -> FloatArray:
        """Give some rows."""
        first, last = start // _RANDOM_BLOCK, (start + count - 1) // _RANDOM_BLOCK
        blocks = [
            _stream(self.seed, block).random((_RANDOM_BLOCK, self.dimensions)) for block in range(first, last + 1)
        ]
        skipped = start - first * _RANDOM_BLOCK
        return _inside(_joined(blocks, self.dimensions)[skipped : skipped + count])


@dataclass(frozen=True, slots=True)
class SobolDesign:
    """Sobol's low-discrepancy points [1]_, scrambled at random, in independent scrambles [2]_.

    Points are balanced best where a section has a power of 2 of rows. No section is longer than 2^20 rows.

    Parameters
    ----------
    dimensions : int
        Columns of a point. [1]
    seed : int
        What the scrambles follow from, 0 or more. [1]
    rows : int
        Length of the whole design. [1]
    least_sections : int
        Fewest scrambles; with one there is no telling how far a mean may be off. [1]

    Examples
    --------
    >>> design = SobolDesign(1, seed=7, rows=8, least_sections=1)
    >>> sorted((design.points(0, 8)[:, 0] * 8).astype(int).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7]
    """

    dimensions: int
    seed: int
    rows: int
    least_sections: int = FEWEST_SECTIONS

    def __post_init__(self) -> None:
        _check(self.dimensions, self.seed, self.rows, self.least_sections)

    @property
    def sections(self) -> int:
        """How many scrambles there are."""
        return _sections(self.rows, self.least_sections, _MOST_SOBOL_ROWS)

    def points(self, start: int, count: int) -> FloatArray:
        """Give some rows."""
        parts = [self._part(*part) for part in _parts(self.rows, self.sections, start, count)]
        return _inside(_joined(parts, self.dimensions))

    def _part(self, section: int, first: int, size: int, _length: int) -> FloatArray:
        """Give some points of one scramble."""
        from scipy.stats.qmc import Sobol  # scipy.stats takes a second

        sequence = Sobol(self.dimensions, scramble=True, bits=30, rng=_stream(self.seed, section))
        if first:
            sequence.fast_forward(first)
            points = sequence.random(size)
        else:  # the first point alone, since a first draw of another size than 2^n warns
            points = np.concatenate([sequence.random(1), sequence.random(size - 1)])
        return np.asarray(points + 2.0**-31)  # to the middles of the cells of 2^-30


@dataclass(frozen=True, slots=True)
class LatinDesign:
    """Latin hypercubes [3]_: each section has one point in each of its equal slices of every column.

    A section has up to 4,096 rows: many hypercubes of moderate size rather than one, so that any part can be made
    without the rest, and their differences tell how far a mean may be off.

    Parameters
    ----------
    dimensions : int
        Columns of a point. [1]
    seed : int
        What the points follow from, 0 or more. [1]
    rows : int
        Length of the whole design. [1]
    least_sections : int
        Fewest hypercubes. [1]

    Examples
    --------
    >>> design = LatinDesign(1, seed=7, rows=5, least_sections=1)
    >>> sorted((design.points(0, 5)[:, 0] * 5).astype(int).tolist())
    [0, 1, 2, 3, 4]
    """

    dimensions: int
    seed: int
    rows: int
    least_sections: int = FEWEST_SECTIONS

    def __post_init__(self) -> None:
        _check(self.dimensions, self.seed, self.rows, self.least_sections)

    @property
    def sections(self) -> int:
        """How many hypercubes there are."""
        return _sections(self.rows, self.least_sections, _MOST_LATIN_ROWS)

    def points(self, start: int, count: int) -> FloatArray:
        """Give some rows."""
        parts = [self._part(*part) for part in _parts(self.rows, self.sections, start, count)]
        return _inside(_joined(parts, self.dimensions))

    def _part(self, section: int, first: int, size: int, length: int) -> FloatArray:
        """Give some points of one hypercube."""
        from scipy.stats.qmc import LatinHypercube  # scipy.stats takes a second

        cube = LatinHypercube(self.dimensions, rng=_stream(self.seed, section)).random(length)
        return np.asarray(cube[first : first + size])


def section_starts(rows: int, sections: int) -> NDArray[np.int64]:
    """Give the first row of each of some sections as equal as can be."""
    return np.array([section * rows // sections for section in range(sections)], dtype=np.int64)


def _sections(rows: int, least: int, longest: int) -> int:
    return min(max(least, -(-rows // longest)), rows)


def _parts(rows: int, sections: int, start: int, count: int) -> Iterator[tuple[int, int, int, int]]:
    """Give what some rows take of each section: its number, the first place in it, how many, and its length."""
    section = ((start + 1) * sections - 1) // rows
    end = start + count
    while start < end:
        first, last = section * rows // sections, (section + 1) * rows // sections
        size = min(end, last) - start
        yield section, start - first, size, last - first
        start, section = start + size, section + 1


def _joined(parts: Sequence[FloatArray], dimensions: int) -> FloatArray:
    return np.concatenate(parts) if parts else np.empty((0, dimensions))


def _stream(seed: int, section: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(section,))))


def _inside(points: FloatArray) -> FloatArray:
    """Keep points off 0 and 1, where a normal law has no quantile."""
    return np.clip(points, _LEAST, _MOST)


def _check(dimensions: int, seed: int, rows: int = 1, sections: int = 1) -> None:
    whole_between("dimensions", dimensions, 1, _MOST_DIMENSIONS)
    whole_between("seed", seed, 0, 2**53 - 1)
    whole_at_least_one("rows", rows)
    whole_at_least_one("least_sections", sections)
