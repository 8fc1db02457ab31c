"""The rungs of the method ladder, and estimates that remember which rung they stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]
Methods = NDArray[np.int8]


class Method(IntEnum):
    """Which formula gave a number; `label` is its name."""

    NONE = 0
    M_G_1 = 1
    M_M_C = 2
    M_D_C = 3
    M_G_C = 4
    GI_G_C = 5
    MX_G_1 = 6
    MX_M_C = 7
    MX_D_C = 8
    MX_G_C = 9
    GIX_G_C = 10
    FRONT = 11
    STORAGE = 12
    MANY_SERVERS = 13
    POOLED = 14
    PH_PH_C = 15
    GI_D_C = 16
    NEARLY_CONSTANT = 17
    DAILY_QUOTA = 18
    PAIRING = 19
    REGROUPING = 20
    BULK_FLEET = 21
    TIMETABLE = 22
    ACCESS_WINDOW = 23
    CLOSURE = 24
    BPR = 25
    CONICAL = 26

    @property
    def label(self) -> str:
        """Name of the method, as docs/methods.md has it."""
        return _LABELS[self]


_LABELS = {
    Method.NONE: "no queue",
    Method.M_G_1: "M/G/1 (Pollaczek-Khinchine)",
    Method.M_M_C: "M/M/c (Erlang C)",
    Method.M_D_C: "M/D/c (Crommelin)",
    Method.M_G_C: "M/G/c (interpolation between M/D/c and M/M/c)",
    Method.GI_G_C: "GI/G/c (M/G/c corrected for arrival variability)",
    Method.MX_G_1: "M^X/G/1",
    Method.MX_M_C: "M^X/M/c",
    Method.MX_D_C: "M^X/D/c",
    Method.MX_G_C: "M^X/G/c (interpolation between M^X/D/c and M^X/M/c)",
    Method.GIX_G_C: "GI^X/G/c (M^X/G/c corrected for arrival variability)",
    Method.FRONT: "handling queue joined with track queue",
    Method.STORAGE: "M^X/G/infinity occupancy",
    Method.MANY_SERVERS: "GI/G/c (Allen-Cunneen, many servers)",
    Method.POOLED: "M^X/G/1 (many servers taken as one fast one)",
    Method.PH_PH_C: "PH/PH/c (laws fitted to two moments)",
    Method.GI_D_C: "GI/D/c (intervals fitted to two moments)",
    Method.NEARLY_CONSTANT: "GI/G/c (nearly constant service, between GI/D/c and PH/PH/c)",
    Method.DAILY_QUOTA: "daily quota (M/D/N with a day's service)",
    Method.PAIRING: "pairing (two streams matched in finite rooms)",
    Method.REGROUPING: "regrouping (gathering of full trains)",
    Method.BULK_FLEET: "bulk fleet (M/M^[a,b]/c)",
    Method.TIMETABLE: "timetable (rest of an interval)",
    Method.ACCESS_WINDOW: "access window (rest of its closing time)",
    Method.CLOSURE: "closing time (fluid)",
    Method.BPR: "volume-delay law (BPR)",
    Method.CONICAL: "volume-delay law (conical)",
}


AnalysisMethod = Literal["auto", "fast", "exact", "simulate"]
"""What is allowed: all, and simulation where formulas are not enough; closed forms and approximations; what is exact
and nothing else; simulation of all times."""
ANALYSIS_METHODS: tuple[AnalysisMethod, ...] = get_args(AnalysisMethod)


@dataclass(frozen=True, slots=True)
class Moments:
    """First and second moment of a wait."""

    first: Column
    second: Column


class Estimate:
    """A mean wait with its standing.

    Many scenarios ask for the hours alone, so the standing may be given as a function, which is called when it is
    asked for.
    """

    def __init__(
        self,
        hours: Column,
        error: Column | Callable[[], Column],
        method: Methods | Callable[[], Methods],
        second_moment_hours2: Column | None = None,
    ) -> None:
        self.hours = hours
        self._error, self._method = error, method
        self.second_moment_hours2 = second_moment_hours2
        """Of the wait; NaN in rows whose rung does not give it, None where no rung does."""

    @cached
    def error(self) -> Column:
        """The relative error to expect: 0 where exact, NaN where unmeasured."""
        return self._error() if callable(self._error) else self._error

    @cached
    def method(self) -> Methods:
        """Which formula gave it."""
        return self._method() if callable(self._method) else self._method

    def judged(self, error: Column | Callable[[], Column]) -> "Estimate":
        """Give the same with another error."""
        return Estimate(self.hours, error, lambda: self.method, self.second_moment_hours2)

    @property
    def error_hours(self) -> Column:
        """The error to expect in hours; 0 where the wait is endless."""
        finite = np.isfinite(self.hours)
        return np.where(finite, self.error * np.where(finite, self.hours, 0.0), 0.0)
