"""The line before one stage: how it fills and empties through the hours of the week."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hubcalc.analysis.fluid_week import FluidWeek, Piece
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import Stream
from hubcalc.analysis.timeline import Served
from hubcalc.cached import cached
from hubcalc.readings import at
from hubcalc.units import HOURS_PER_DAY, HOURS_PER_WEEK, per_hour_to_per_day
from hubmodels import Quota

_MOST_WEEKS = 20_000
_SHORTEST_HOURS = 1e-9
_ROUNDING = 1e-9


@dataclass(frozen=True)
class WaitingLine:
    """The line before one stage: how it fills and empties, in work of the whole stage (or permits)."""

    served: Served
    key: str
    """The flow that is counted: the main flow, if it comes here."""
    flowing: bool
    """Whether anything arrives; if not, one unit a day has been put in to learn what the stage can do."""

    @cached
    def stream(self) -> Stream:
        """What arrives of that flow."""
        return self.served.state.streams[self.key]

    @cached
    def quota(self) -> float | None:
        """Permits of a day, where the stage is a quota."""
        stage = self.served.analysis.hub.stages[self.served.stage_id]
        return float(at(stage.per_day, 0)) if isinstance(stage, Quota) else None

    def work(self, key: str) -> float:
        """Work of one unit of a flow: hours of the whole open stage, or one permit."""
        if self.quota is not None:
            return 1.0
        stage, state = self.served.analysis.hub.stages[self.served.stage_id], self.served.state
        limit = self.served.limit_of(self.key)
        load = float(at(method_of(stage).loads(stage, state.streams[key])[limit], 0))
        visiting = self.served.per_hour(state.streams[key]) / float(at(state.open_share, 0))
        return load / visiting / self.served.availability if visiting > 0 else 0.0

    @cached
    def unit(self) -> float:
        """Work of one unit of the flow that is counted."""
        return self.work(self.key)

    @cached
    def per_hour(self) -> float:
        """Units of that flow that come to be served, day and night."""
        return self.served.per_hour(self.stream) if self.flowing else 0.0

    @cached
    def week(self) -> FluidWeek:
        """The hours of the week."""
        hub, state = self.served.analysis.hub, self.served.state
        pattern = self.served.clock.hours.pattern
        hours = np.arange(HOURS_PER_WEEK + 1)
        edges = np.unique(np.concatenate([hours, pattern.edges[0]]))
        edges = edges[np.append(True, np.diff(edges) > _SHORTEST_HOURS)]
        pieces = []
        for start, end in pairwise(edges):
            middle = (start + end) / 2
            arrivals = 0.0
            for key, stream in state.streams.items() if self.flowing else ():
                weights = hub.flows[key].hourly_weights
                share = 1.0 if weights is None else weights[int(middle % HOURS_PER_DAY)] / np.mean(weights)
                arrivals += self.served.per_hour(stream) * self.work(key) * float(share)
            place = int(np.searchsorted(pattern.edges[0], middle, side="right")) - 1
            capacity = float(pattern.rates[0][place]) - self.served.other_load
            pieces.append(Piece(float(start), float(end - start), arrivals, capacity))
        return FluidWeek(tuple(pieces), self.quota)

    @cached
    def capacity_per_day(self) -> float:
        """Units of the flow that can be served on a mean day beside the other flows."""
        others = self.week.arrivals / self.unit - self.per_hour * HOURS_PER_WEEK
        return per_hour_to_per_day((self.week.capacity / self.unit - others) / HOURS_PER_WEEK)

    @cached
    def growth_per_day(self) -> float:
        """Growth of an endless line, in units; 0 or less where it clears."""
        return per_hour_to_per_day(self.per_hour) - self.capacity_per_day

    @property
    def grows(self) -> bool:
        """Whether it never clears: also where the capacity is what arrives, but for roundings."""
        return self.growth_per_day >= -_ROUNDING * self.capacity_per_day

    @cached
    def steady(self) -> tuple[float, float | None]:
        """Line and permits left at the start of a usual week, without randomness."""
        line, left = 0.0, None
        for stretch, permits in self.week.path(0.0):
            if stretch.end >= HOURS_PER_WEEK:
                line, left = stretch.after, permits
                break
        return line, left if self.quota is not None else None

    def emptied(self, week: FluidWeek, work: float, start: float) -> float:
        """Give the time until a line is gone [h]; before a quota, until the permits last to the end of the day.

        At midnight the permits of a whole day take many off the line at once; it is not gone while it comes back.
        """
        skipped, spare = 0, week.capacity - week.arrivals
        # while more is left than a week can serve, whole weeks pass alike
        if work > 2 * week.capacity:
            skipped = int((work - 2 * week.capacity) / spare)
            work -= skipped * spare
        gone: float | None = None
        for stretch, _ in week.path(work, start, left=None if skipped == 0 else 0.0):
            if stretch.after > 0:
                gone = None
            elif gone is None:
                gone = stretch.end
            stayed = self.quota is None or (stretch.end % HOURS_PER_DAY == 0 and stretch.start < stretch.end)
            if gone is not None and stayed:
                return gone - start + skipped * HOURS_PER_WEEK
            if stretch.end > _MOST_WEEKS * HOURS_PER_WEEK:
                break
        return float("inf")
