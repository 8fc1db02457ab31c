"""All combinations of some values, row by row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import whole_at_least_one
from hubcalc.errors import ArgumentError, Problem


@dataclass(frozen=True, slots=True)
class GridDesign:
    """All combinations of some numbers of values, the last column fastest.

    >>> GridDesign((2, 3)).places(2, 3).tolist()
    [[0, 2], [1, 0], [1, 1]]
    """

    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        for size in self.sizes:
            whole_at_least_one("sizes", size)
        if self.rows >= 2**62:
            message = f"{self.rows} combinations are too many"
            raise ArgumentError.of(Problem(message, parameter="sizes", given=self.rows, allowed="below 2^62"))

    @property
    def rows(self) -> int:
        """How many combinations there are."""
        total = 1
        for size in self.sizes:
            total *= int(size)
        return total

    def places(self, start: int, count: int) -> NDArray[np.int64]:
        """Give the number of the value in each column, from 0, of some rows; shape (count, columns)."""
        rest = np.arange(start, start + count, dtype=np.int64)
        places = np.empty((count, len(self.sizes)), dtype=np.int64)
        for column in range(len(self.sizes) - 1, -1, -1):
            rest, places[:, column] = np.divmod(rest, self.sizes[column])
        return places
