"""The mean times of a corridor's parts over their flows, tabulated only where an equilibrium may lead."""

from dataclasses import dataclass, field

import numpy as np

from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.network.delays import ConstantDelays, DelayPart, JoinedDelays, LinkDelays
from hubcalc.network.graph import Floats
from hubcalc.network.tabulated_delays import TabulatedDelays


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
            flows, hours = part.columns.tables
            self.tables[link] = flows[part.row], hours[part.row]
        else:
            self.fixed[link] = float(part.columns.empty_hours[part.row])

    def delays(self) -> LinkDelays:
        """Give the times of all parts."""
        constant = {i: self.fixed.get(i, 0.0) for i in range(len(self.parts)) if i not in self.tables}
        joined = []
        if constant:
            joined.append(DelayPart(np.array(list(constant), np.intp), ConstantDelays(list(constant.values()))))
        if self.tables:
            grids, hours = zip(*self.tables.values(), strict=True)
            horizons = [self.parts[i].horizon_hours for i in self.tables]
            where = np.array(list(self.tables), np.intp)
            joined.append(DelayPart(where, TabulatedDelays(np.array(grids), np.array(hours), horizons)))
        return JoinedDelays(joined)
