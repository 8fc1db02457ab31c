"""Rooms in front of stages: how often they are full, and how long that holds those who come from another stage.

A unit that finds no place stays on its server upstream until there is one (blocking after service). The number at the
stage is taken as that of its queue without a limit, cut off where all servers upstream hold such a unit: exact for
M/M/c, whose queue lengths fall geometrically; elsewhere the ratio of that fall is that of the mean wait. That the
servers upstream are then taken as a stage of their own, slower by what they are held, is a decomposition whose error
has not been measured.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Flags, Moments
from hubcalc.analysis.streams import column
from hubcalc.cached import cached

_MOST_OUTSIDE = 1e6


@dataclass(frozen=True)
class Room:
    """A waiting room of so many places before a stage; `outside` servers may hold units that find it full."""

    places: Column
    outside: Column
    """inf where units arrive from outside the hub, who just wait there."""
    per_hour: Column
    """Units that visit, per hour of open time."""
    wait_hours: Column
    """Mean wait of a queue without a limit."""
    utilization: Column
    servers: Column

    @cached
    def _stable(self) -> Flags:
        return np.asarray((self.utilization < 1) & np.isfinite(self.wait_hours))

    @cached
    def _waiting(self) -> Column:
        """Probability that all servers are busy, for Poisson arrivals and exponential service."""
        load = np.where(self._stable, self.utilization, 0.0) * self.servers
        return column(queueing.erlang_c(self.servers, load))

    @cached
    def _ratio(self) -> Column:
        """Factor between the probabilities of n and n + 1 waiting, such that the mean wait comes out (Little)."""
        queue = np.where(self._stable, self.per_hour * np.where(self._stable, self.wait_hours, 0.0), 0.0)
        return np.where(queue > 0, queue / np.where(queue > 0, queue + self._waiting, 1.0), 0.0)

    @cached
    def _limit(self) -> Column:
        return np.minimum(self.outside, _MOST_OUTSIDE)

    @cached
    def _kept(self) -> Column:
        """Proportional to the time in which another unit can come: not all servers upstream hold one."""
        return 1 - self._waiting * self._power(self.places + self._limit)

    @cached
    def blocked_share(self) -> Column:
        """Share of the visiting units that find no place; 1 where there is no steady state."""
        found = self._waiting * (self._power(self.places) - self._power(self.places + self._limit)) / self._kept
        return np.where(self._stable, np.clip(found, 0.0, 1.0), 1.0)

    @cached
    def held(self) -> Moments:
        """Time that a visiting unit is held upstream: its mean, by Little's law, and second moment [h, h2].

        A unit that is held waits exponentially, exact for one server upstream and exponential service; 0 without steady
        state, where the stage itself is what limits the flow.
        """
        ratio, n = self._ratio, self._limit
        spare = np.where(ratio < 1, 1 - ratio, 1.0)
        # the sum of i r^i (1 - r) for i = 1 ... n
        total = ratio * (1 - self._power(n)) / spare - n * self._power(n + 1)
        chain = self._waiting * self._power(self.places) * np.maximum(total, 0) / self._kept
        coming = np.where(self.per_hour > 0, self.per_hour, 1.0)
        mean = np.where(self._stable & (self.per_hour > 0), chain / coming, 0.0)
        share = np.where(self.blocked_share > 0, self.blocked_share, 1.0)
        return Moments(mean, 2 * mean**2 / share)

    def _power(self, exponent: Column) -> Column:
        with np.errstate(under="ignore"):
            return np.where(exponent > 0, self._ratio ** np.maximum(exponent, 0.0), 1.0)
