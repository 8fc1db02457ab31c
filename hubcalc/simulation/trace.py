"""A table of the events of a short run, for people to check and for pictures that move."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class TraceEvent(IntEnum):
    """What happened to a unit."""

    ARRIVE = 0
    ENTER = 1
    ASK = 2
    """It must wait for a resource."""
    SEIZE = 3
    BEGIN_WORK = 4
    END_WORK = 5
    BEGIN_ITEM = 6
    END_ITEM = 7
    RELEASE = 8
    GATHER = 9
    """It begins to wait for others, to be regrouped, paired or shipped with."""
    FORM = 10
    """It is formed of the contents of others."""
    MATCH = 11
    BOARD = 12
    LEAVE = 13
    TURNED_AWAY = 14
    EXIT = 15


class Trace(NamedTuple):
    """Arrays of one run; filled from the first row until they are full."""

    hours: NDArray[np.float64]
    """[row] when."""
    rows: NDArray[np.int64]
    """[row, 5] event, flow, number of the unit (in order of arrival or forming), stage and resource; -1 for none."""
    filled: NDArray[np.int64]
    """[1] rows that are filled."""

    @classmethod
    def of_rows(cls, most: int) -> "Trace":
        """Make an empty table with room for so many rows.

        >>> Trace.of_rows(10).rows.shape
        (10, 5)
        """
        return cls(np.zeros(most), np.zeros((most, 5), dtype=np.int64), np.zeros(1, dtype=np.int64))

    def events(self) -> list[tuple[float, TraceEvent, int, int, int, int]]:
        """Give the filled rows: hours, event, flow, unit, stage, resource."""
        count = int(self.filled[0])
        rows = zip(self.hours[:count].tolist(), self.rows[:count].tolist(), strict=True)
        return [(hours, TraceEvent(event), *map(int, others)) for hours, (event, *others) in rows]
