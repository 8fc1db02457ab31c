"""The points that Sobol indices are made of.

References
----------
.. [1] A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola (2010), "Variance based sensitivity
   analysis of model output. Design and estimator for the total sensitivity index", Computer Physics Communications
   181(2), 259-270, doi:10.1016/j.cpc.2009.09.018.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.sampling.designs import Design


@dataclass(frozen=True, slots=True)
class SaltelliDesign:
    """The points that Sobol indices are made of [1]_, from a base design of twice the dimensions.

    A base point gives the points A (its first half) and B (its second half). Rows come by base points: A, B, and then
    for each column A with that column of B. So row r belongs to base point r // (dimensions + 2).

    >>> from hubcalc.sampling.designs import SobolDesign
    >>> SaltelliDesign(SobolDesign(4, seed=1, rows=8, least_sections=1)).points(4, 1).shape
    (1, 2)
    """

    base: Design

    def __post_init__(self) -> None:
        if self.base.dimensions % 2:
            given = self.base.dimensions
            message = "the base design must have two columns for each input"
            raise ArgumentError.of(Problem(message, parameter="base", given=given, allowed="even dimensions"))

    @property
    def dimensions(self) -> int:
        """Columns of a point."""
        return self.base.dimensions // 2

    @property
    def blocks(self) -> int:
        """Rows of one base point."""
        return self.dimensions + 2

    def points(self, start: int, count: int) -> FloatArray:
        """Give some rows."""
        first, last = start // self.blocks, (start + count - 1) // self.blocks
        base = self.base.points(first, last - first + 1)
        a, b = base[:, : self.dimensions], base[:, self.dimensions :]
        rows = np.repeat(a[:, np.newaxis, :], self.blocks, axis=1)
        rows[:, 1] = b
        for column in range(self.dimensions):
            rows[:, 2 + column, column] = b[:, column]
        skipped = start - first * self.blocks
        return rows.reshape(-1, self.dimensions)[skipped : skipped + count]
