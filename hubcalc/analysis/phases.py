"""Phases in series inside one stage: each is a queue that the departures of the one before enter.

Variability travels from phase to phase as in Whitt's network analyzer [1]_; phases that are M/M/c are exact in series
(Burke [2]_). Units that each take a phase for about the same time are spaced out by it, and wait behind it only for
what later phases are slower (Friedman [3]_).

References
----------
.. [1] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
   doi:10.1002/j.1538-7305.1983.tb03204.x.
.. [2] P. J. Burke (1956), "The output of a queuing system", Operations Research 4(6), 699-704,
   doi:10.1287/opre.4.6.699.
.. [3] H. D. Friedman (1965), "Reduction methods for tandem queuing systems", Operations Research 13(1), 121-131,
   doi:10.1287/opre.13.1.121.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hubcalc.analysis.batches import BatchQueue
from hubcalc.analysis.methods import Column, Estimate, Methods
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.streams import Stream, added, all_of, among, column, difference, is_all, largest, weighted
from hubcalc.cached import cached


@dataclass(frozen=True)
class Phase:
    """A phase: servers, and the share of all items (units, or their contents) that stops there."""

    name: str
    resource: str
    servers: Column
    share: Column
    service: Service

    @cached
    def hours_of_all_servers(self) -> Column:
        """Time that all servers together need for one item at the door, in the mean."""
        return self.share * self.service.hours / self.servers


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the phases before one would do to units that came to each straight from the door."""

    longest: Column
    """The longest of their waits, over all units [h]."""
    scv: Column
    """Variability behind the phase with that wait."""
    waited: Column
    regular: Column
    """Sum of their waits, and the same weighed with their regularity."""

    @property
    def regularity(self) -> Column:
        """Regularity of the phases, each as important as its wait."""
        return np.where(self.waited > 0, self.regular / np.where(self.waited > 0, self.waited, 1.0), 0.0)


_NOTHING = Earlier(column(0.0), column(0.0), column(0.0), column(0.0))


@dataclass(frozen=True)
class Visit:
    """A phase under its arrivals."""

    phase: Phase
    queue: UnitQueue | BatchQueue
    alone: UnitQueue | BatchQueue
    """The same if units came to it straight from the door."""
    before: "Visit | None"
    """The phase before; None at the first."""

    @property
    def earlier(self) -> Earlier:
        """What the phases before do."""
        return _NOTHING if self.before is None else self.before.behind

    @property
    def share(self) -> Column:
        """Share of the first stream's units in the stage that stop at the phase."""
        return self.queue.own.visit_share if isinstance(self.queue, BatchQueue) else self.queue.visit_share

    @property
    def content_share(self) -> Column:
        """Share of their contents that do."""
        return self.queue.own.content_share if isinstance(self.queue, BatchQueue) else self.queue.visit_share

    @cached
    def regularity(self) -> Column:
        """Give 1 where each unit takes the whole phase for the same time, 0 where times are exponential or overlap."""
        queue, visits = self.queue, self.queue.visit_share
        items = queue.batch.mean if isinstance(queue, BatchQueue) else column(1.0)
        # a unit that passes takes no time: with the share v that stops, 1 + c^2 becomes (1 + c^2) / v
        scv = (1 + queue.work.scv) / np.where(visits > 0, visits, 1.0) - 1
        return np.where(visits > 0, np.clip(1 - scv, 0, 1) * np.minimum(items / self.phase.servers, 1), 0.0)

    @cached
    def _irregular(self) -> Column:
        """Weight of the renewal approximation: the coefficient of variation that joins this phase with those before."""
        if not self._spaced:
            return np.ones_like(self.regularity)
        return np.sqrt(1 - self.earlier.regularity * self.regularity)

    @cached
    def _spaced(self) -> bool:
        """Whether it and some phase before are regular anywhere: nothing else asks what phases would do alone."""
        before = self.before
        while before is not None and not np.any(before.regularity > 0):
            before = before.before
        return before is not None and bool(np.any(self.regularity > 0))

    @cached
    def _wait_alone(self) -> Column:
        return part(self.share, self.alone.wait.hours)

    @cached
    def wait(self) -> Estimate:
        """Mean wait of a unit that stops here.

        Behind a phase that spaces units out, a regular phase makes them wait only for what it is slower: of constant
        times, all waits together are those at the slowest alone (Friedman [3]_). Behind exponential phases, or where
        times overlap at several servers, the renewal approximation is right. Between them it is straight in the
        coefficient of variation, an own approximation.
        """
        if not self._spaced:
            return self.queue.wait
        renewal, weight = self.queue.wait, self._irregular
        slower = np.maximum(difference(self._wait_alone, self.earlier.longest), 0.0)
        spaced = np.where(self.share > 0, slower / np.where(self.share > 0, self.share, 1.0), 0.0)
        changed = np.isfinite(renewal.hours) & (weight < 1)
        hours = np.where(changed, renewal.hours, 0.0)
        blended = np.maximum(spaced, spaced + weight * (hours - spaced))
        return Estimate(
            np.where(changed, blended, renewal.hours),
            lambda: np.where(changed, np.nan, renewal.error),
            lambda: renewal.method,
        )

    @cached
    def content_wait(self) -> Estimate:
        """Mean wait of one of the contents that stops here: its unit's, and that inside the unit."""
        found = self.queue.content_wait
        wait, inside = self.wait, difference(found.hours, self.queue.wait.hours)

        def error() -> Column:
            return np.where(np.isnan(wait.error), np.nan, found.error)

        return Estimate(wait.hours + inside, error, lambda: found.method)

    @cached
    def _scale(self) -> Column:
        """The wait relative to that of the renewal approximation."""
        if not self._spaced:
            return np.ones_like(self.regularity)
        renewal = self.queue.wait.hours
        known = np.isfinite(renewal) & (renewal > 0)
        return np.where(known, np.where(known, self.wait.hours, 0.0) / np.where(known, renewal, 1.0), 1.0)

    @property
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        return self._scale**2 * self.queue.wait_variance if self._spaced else self.queue.wait_variance

    @cached
    def service(self) -> Column:
        """Time until the last consignment is done: others draw it out as far as they also make the unit wait."""
        queue = self.queue
        if isinstance(queue, UnitQueue):
            return queue.service
        others = difference(queue.service, queue.span_alone)
        drawn_out = queue.span_alone + np.minimum(self._scale, 1.0) * others
        return np.where(np.isfinite(self.wait.hours), drawn_out, queue.service)

    @property
    def service_variance(self) -> Column:
        """Variance of that time."""
        return self.queue.service_variance

    @cached
    def behind(self) -> Earlier:
        """What is earlier for the next phase."""
        earlier, alone = self.earlier, self._wait_alone
        slowest = alone >= earlier.longest
        finite = np.where(np.isfinite(alone), alone, 0.0)
        return Earlier(
            np.maximum(alone, earlier.longest),
            np.where(slowest, _scv_behind(self.alone), earlier.scv),
            earlier.waited + finite,
            earlier.regular + finite * self.regularity,
        )

    def onward(self, streams: list[Stream], load: Column) -> list[Stream]:
        """Give the streams after the phase, each as variable as all together are, since they go on together.

        Behind regular phases units are spaced as by the slowest alone.
        """
        visits = self.queue.visit_share
        scv = _scv_behind(self.queue)
        if self._spaced:
            scv = self.behind.scv + self._irregular * (scv - self.behind.scv)
        poisson = all_of(s.poisson for s in streams)
        if poisson.any():
            poisson = poisson & (self.queue.departure_poisson | (visits == 0))
        carried = among(visits, 1 / np.maximum(load, 1), column(1.0))
        return [replace(s, per_hour=s.per_hour * carried, scv=scv, poisson=poisson) for s in streams]


def _scv_behind(queue: UnitQueue | BatchQueue) -> Column:
    """Give the variability of all units behind a phase, those that passed it included."""
    visits = queue.visit_share
    before = weighted(queue.streams, [stream.scv for stream in queue.streams])
    return among(visits, queue.departure_scv, before)


def in_series(
    phases: list[Phase],
    door: list[Stream],
    loads: list[Column],
    queue_of: Callable[[Phase, list[Stream]], UnitQueue | BatchQueue],
) -> tuple[list[Visit], list[Stream]]:
    """Send streams through phases; give these under their arrivals, and the streams behind the last."""
    visits: list[Visit] = []
    streams = door
    for phase, load in zip(phases, loads, strict=True):
        queue = queue_of(phase, streams)
        visits.append(Visit(phase, queue, queue_of(phase, door) if visits else queue, visits[-1] if visits else None))
        streams = visits[-1].onward(streams, load)
    return visits, streams


def joined(parts: list[tuple[Column, Estimate]]) -> Estimate:
    """Add waits up, each met by a share; errors add up in hours, and the method is that of the longest wait."""
    hours = [part(share, estimate.hours) for share, estimate in parts]
    waited = added(hours)

    def error() -> Column:
        pairs = zip(hours, parts, strict=True)
        missed = added(np.where(h > 0, part(share, e.error_hours), 0.0) for h, (share, e) in pairs)
        known = np.isfinite(waited) & (waited > 0)
        worst = largest(estimate.error for _, estimate in parts)
        return np.where(known, missed / np.where(known, waited, 1.0), worst)

    def method() -> Methods:
        longest = np.argmax(np.stack(np.broadcast_arrays(*hours)), axis=0)
        methods = np.stack(np.broadcast_arrays(*(estimate.method for _, estimate in parts), longest)[:-1])
        return np.asarray(np.take_along_axis(methods, longest[None], axis=0)[0])

    return Estimate(waited, error, method)


def part(share: Column, hours: Column) -> Column:
    """Weigh hours with the share that meets them; a share of zero outweighs an endless wait."""
    some = share > 0
    if some.all():
        return hours if is_all(share) else share * hours
    return np.where(some, share * np.where(some, hours, 0.0), 0.0)


def mixed(share: Column, mean: Column, variance: Column) -> Column:
    """Give the variance of a time that a share meets: p v + p (1 - p) m^2."""
    finite = np.isfinite(mean)
    if is_all(share):
        return np.where(finite, variance, mean)
    safe = np.where(finite, mean, 0.0)
    return np.where(finite, part(share, variance) + share * (1 - share) * safe**2, part(share, mean))
