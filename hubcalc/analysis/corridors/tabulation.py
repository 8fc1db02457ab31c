"""The mean times of a corridor's parts over their flows, tabulated only where an equilibrium may lead."""

from dataclasses import dataclass, field

import numpy as np

from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.network.delays import ConstantDelays, DelayPart, JoinedDelays, LinkDelays
from hubcalc.network.graph import Floats
from hubcalc.network.tabulated_delays import TabulatedDelays, spare_grid
from hubcalc.units import HOURS_PER_DAY

_POINTS = 24
_LAST_LOAD = 0.98


@dataclass(frozen=True)
class Tabulation:
    """Times of the parts that are known so far; passing the others takes no time yet.

    No time is less than none: flows that pass known parts only, and that nobody would leave for the others even so, are
    in equilibrium with all parts known.
    """

    parts: tuple[PassedPart, ...]
    fixed: dict[int, float] = field(default_factory=dict)
    """Mean times where no flow changes them [h]."""
    tables: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)
    """Flows [handling units/day] and mean times at them [h]."""

    @classmethod
    def of(cls, parts: tuple[PassedPart, ...]) -> "Tabulation":
        """Begin with the lines, which are analyzed at once."""
        tabulation = cls(parts)
        for i, part in enumerate(parts):
            if part.kind == "line":
                tabulation.learn(i)
        return tabulation

    def knows(self, link: int) -> bool:
        """Say whether the times of a part are known."""
        return link in self.fixed or link in self.tables

    def learn(self, link: int) -> None:
        """Analyze a part over its flows."""
        part = self.parts[link]
        if np.isfinite(part.capacity_per_day("theoretical")):
            self.tables[link] = table_of(part)
        else:
            self.fixed[link] = float(part.hours_at(np.zeros(1))[0])

    def delays(self) -> LinkDelays:
        """Give the times of all parts."""
        constant = {i: self.fixed.get(i, 0.0) for i in range(len(self.parts)) if i not in self.tables}
        joined = []
        if constant:
            joined.append(DelayPart(np.array(list(constant), np.intp), ConstantDelays(list(constant.values()))))
        if self.tables:
            grids, hours = zip(*self.tables.values(), strict=True)
            horizons = [float(self.parts[i].document.targets.horizon_days) * HOURS_PER_DAY for i in self.tables]
            where = np.array(list(self.tables), np.intp)
            joined.append(DelayPart(where, TabulatedDelays(np.array(grids), np.array(hours), horizons)))
        return JoinedDelays(joined)


def table_of(part: PassedPart) -> tuple[Floats, Floats]:
    """Give flows up to almost the theoretical capacity, beside what belongs to no demand, and the times at them.

    Times of a part that gathers loads fall with the flow; an equilibrium asks for times that do not, so each is taken
    as the least one of the larger flows.
    """
    last = part.capacity_per_day("theoretical") * _LAST_LOAD
    if part.other_per_day >= last:
        return _filled(part, last)
    flows = spare_grid(_POINTS) / _LAST_LOAD * (last - part.other_per_day)
    hours = part.hours_at(flows)
    known = np.isfinite(hours)
    greatest = float(hours[known][-1]) if known.any() else 0.0
    return flows, np.minimum.accumulate(np.where(known, hours, greatest)[::-1])[::-1]


def _filled(part: PassedPart, last: float) -> tuple[Floats, Floats]:
    """Give the times where others fill the capacity: the backlog is there before anybody of a demand comes.

    It is that of TabulatedDelays, in the mean over the horizon, with the flow of the others added.
    """
    flows = np.linspace(0.0, 10 * max(part.other_per_day, 1.0), _POINTS)
    loaded = float(part.hours_at(np.array([last - part.other_per_day]))[0])
    base = loaded if np.isfinite(loaded) else part.split.service_hours or 0.0
    over = 1 - last / np.maximum(flows + part.other_per_day, np.finfo(np.float64).tiny)
    return flows, base + part.document.targets.horizon_days * HOURS_PER_DAY / 2 * over
