"""Units that move over a distance, each in a time of its own: nobody waits in line, and whoever is faster overtakes."""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import Service
from hubcalc.analysis.streams import Performance, Stream, column, total, weighted
from hubcalc.cached import cached


@dataclass(frozen=True)
class Moving(Performance):
    """A stage with room for any number of units: an infinite-server stage."""

    streams: list[Stream]
    share: Column
    work: Service

    @cached
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(self.share) for stream in self.streams]

    @cached
    def per_hour(self) -> Column:
        """Units of all flows that go over it."""
        return total(self._visiting)

    @cached
    def wait(self) -> Estimate:
        """Nobody waits."""
        nothing = np.zeros_like(self.per_hour + self.work.hours)
        return Estimate(nothing, nothing, np.full(nothing.shape, Method.NONE, np.int8))

    @property
    def wait_variance(self) -> Column:
        """Nobody waits."""
        return np.zeros_like(self.wait.hours)

    @cached
    def service(self) -> Column:
        """On the way."""
        return np.asarray(self.work.hours + np.zeros_like(self.per_hour))

    @cached
    def service_variance(self) -> Column:
        """Variance of the time on the way."""
        return np.asarray(self.service**2 * self.work.scv)

    @property
    def arrivals_matter(self) -> bool:
        """Each unit takes a time of its own."""
        return False

    @cached
    def departure_scv(self) -> Column:
        """Of the gap between two units that follow each other: their times on the way differ by twice the variance.

        That holds while they keep their order; where they do not, what leaves is as a Poisson stream at most. Of a
        stream that comes in lumps the lumps are kept, as its counts over long times do.
        """
        arriving = weighted(self._visiting, [stream.scv for stream in self._visiting])
        spread = arriving + 2 * self.per_hour**2 * self.service_variance
        return np.maximum(arriving, np.minimum(spread, 1.0))

    @cached
    def departure_poisson(self) -> Flags:
        """A Poisson stream stays one: M/G/infinity."""
        return np.ones(np.shape(self.service), bool)

    @property
    def visit_share(self) -> Column:
        """Share of the units that go this way."""
        return self.share


def time_on_the_way(least_hours: Column, excess_hours: object, excess_scv: object) -> Service:
    """Give a lognormal time above a least one: E[X^3] of a lognormal time of mean m and scv s is m^3 (1 + s)^3."""
    mean, scv = column(excess_hours), column(excess_scv)
    square = mean**2 * (1 + scv)
    hours = least_hours + mean
    third = least_hours**3 + 3 * least_hours**2 * mean + 3 * least_hours * square + (mean * (1 + scv)) ** 3
    hours, spread, third = np.broadcast_arrays(hours, mean**2 * scv / hours**2, third)
    return Service(hours, spread, third, np.zeros(hours.shape, bool))
