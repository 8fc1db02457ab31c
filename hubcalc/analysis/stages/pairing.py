"""Pairing: units of two flows wait for each other; those that find their room full are turned away.

It is no server and has no capacity of its own: what passes is at most the smaller flow, less those turned away. So it
loads nothing, and its shares turned away and its numbers waiting stand among the details.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import SLOWEST_PER_HOUR
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubcalc.cached import cached
from hubcalc.queueing.renewal_matching import (
    match_two_renewals,
    matched_wait_probability,
    matched_wait_second_moment_hours2,
)
from hubcalc.units import per_hour_to_per_day
from hubmodels import Pairing

_MOST_PHASES = 64  # of both intervals together: a level of the chain
_MOST_ROOM = 200  # on both sides together, for the chain
_SCV_RANGE = (1 / 32, 50.0)  # of intervals that few phases describe


@dataclass(frozen=True)
class _Side:
    """What one side does, in columns."""

    blocking: Column
    wait: Column
    variance: Column
    waits: Column


@dataclass(frozen=True)
class _Pairs(Performance):
    """Two flows; the first stream may be either side."""

    stage: Pairing
    streams: list[Stream]
    numerical: bool

    @cached
    def _sides(self) -> tuple[Stream, Stream]:
        """Standard gauge, broad gauge: only those that visit."""
        by_key = {stream.key: stream.thinned(column(self.stage.share)) for stream in self.streams}
        return by_key[self.stage.standard_gauge_flow], by_key[self.stage.broad_gauge_flow]

    @cached
    def _inputs(self) -> tuple[Column, ...]:
        """Rates, scvs and rooms of both sides, in one shape."""
        standard, broad = self._sides
        rates = (np.maximum(side.per_hour, SLOWEST_PER_HOUR) for side in (standard, broad))
        rooms = (column(self.stage.standard_gauge_room), column(self.stage.broad_gauge_room))
        return tuple(column(each) for each in np.broadcast_arrays(*rates, standard.scv, broad.scv, *rooms))

    @cached
    def _poisson(self) -> Flags:
        """Where both flows are Poisson."""
        flags = self._sides[0].poisson & self._sides[1].poisson
        return np.asarray(np.broadcast_to(flags, self._inputs[0].shape), bool)

    @cached
    def _solved(self) -> Flags:
        """Where the chain of both intervals' phases is solved: exact for the laws that are fitted to two moments."""
        first, second, *rooms = self._inputs[2:]
        small, large = _SCV_RANGE
        calm = (np.minimum(first, second) >= small) & (np.maximum(first, second) <= large)
        phases = _phases(first) * _phases(second)
        few = calm & (phases <= _MOST_PHASES) & (rooms[0] + rooms[1] <= _MOST_ROOM)
        return np.asarray(few & ~self._poisson & self.numerical, bool)

    @cached
    def _both(self) -> tuple[_Side, _Side]:
        standard, broad = (_scaled(*self._turned(side)) for side in (0, 1))
        for values, rows in _chains(self._inputs, self._solved):
            for side, found in zip((standard, broad), values, strict=True):
                for name, value in found.items():
                    getattr(side, name).reshape(-1)[rows] = value
        return standard, broad

    def _turned(self, side: int) -> tuple[Column, ...]:
        """Give the inputs with this side first."""
        pairs = zip(self._inputs[::2], self._inputs[1::2], strict=True)
        return tuple(pair[place] for pair in pairs for place in (side, 1 - side))

    @property
    def _own(self) -> _Side:
        """The side of the first stream."""
        return self._both[int(self.streams[0].key != self.stage.standard_gauge_flow)]

    @cached
    def synchronization(self) -> Estimate:
        """Of those that are admitted, until their partner comes."""
        alone = np.minimum(self._inputs[0], self._inputs[1]) <= SLOWEST_PER_HOUR  # the other never comes
        hours = np.where(alone, np.inf, self._own.wait)
        return Estimate(hours, np.where(self._poisson, 0.0, np.nan), np.full(hours.shape, Method.PAIRING, np.int8))

    @property
    def synchronization_variance(self) -> Column:
        """Variance of that time; exact for Poisson flows."""
        return self._own.variance

    @cached
    def wait(self) -> Estimate:
        """No server is waited for; the method is that of the wait for a partner."""
        return Estimate(self.service, self.service, np.full(self.service.shape, Method.PAIRING, np.int8))

    @property
    def wait_variance(self) -> Column:
        """No server is waited for."""
        return self.service

    @cached
    def service(self) -> Column:
        """Both go on at once."""
        return np.zeros(self._inputs[0].shape)

    @property
    def service_variance(self) -> Column:
        """Both go on at once."""
        return self.service

    @cached
    def departure_scv(self) -> Column:
        """Pairs leave when their later part comes: the variability of each side, by the share that it completes."""
        standard = 1 - self._both[0].waits
        return np.asarray(standard * self._inputs[2] + (1 - standard) * self._inputs[3])

    @property
    def visit_share(self) -> Column:
        """Share of the units that are paired."""
        return column(self.stage.share)

    @cached
    def accepted_share(self) -> dict[str, Column]:
        """Of both flows, those that are not turned away."""
        keys = (self.stage.standard_gauge_flow, self.stage.broad_gauge_flow)
        return {key: 1 - side.blocking for key, side in zip(keys, self._both, strict=True)}

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What both networks feel: shares turned away, numbers waiting, pairs, and how far the flows match."""
        rates = self._inputs[:2]
        facts: dict[str, tuple[Column, str]] = {}
        for name, rate, side in zip(("standard_gauge", "broad_gauge"), rates, self._both, strict=True):
            facts[f"{name}_turned_away_share"] = (side.blocking, "1")
            facts[f"{name}_waiting_mean"] = (rate * (1 - side.blocking) * side.wait, "units")
            facts[f"{name}_wait_hours"] = (side.wait, "h")
        pairs = np.minimum(*(rate * (1 - side.blocking) for rate, side in zip(rates, self._both, strict=True)))
        facts["pairs_per_day"] = (per_hour_to_per_day(pairs), "pairs/day")
        facts["flow_ratio"] = (np.minimum(*rates) / np.maximum(*rates), "1")
        return facts


def _phases(scv: Column) -> Column:
    return queueing.two_moment_phases(np.clip(scv, *_SCV_RANGE)).astype(np.float64)


def _scaled(rate: Column, other: Column, scv: Column, other_scv: Column, room: Column, other_room: Column) -> _Side:
    """Give one side with Poisson flows; else with rooms and numbers scaled by the variability, as in the diffusion.

    The difference of the flows drifts by their difference and spreads by rate x scv, added over both. Spreading v times
    as fast as with Poisson flows in a room is the same as Poisson in a room of a v-th, counted in units of v.
    """
    spread = (rate * scv + other * other_scv) / (rate + other)
    scale = np.where((scv == 1) & (other_scv == 1), 1.0, np.maximum(spread, 1e-2))
    rooms = [np.clip(np.rint((each + 0.5) / scale - 0.5), 0, 10_000) for each in (room, other_room)]
    found = queueing.match_two_streams(rate, other, *rooms)
    admitted = rate * (1 - found.first_blocking)
    waits = np.where(admitted > 0, found.first_wait_mean_hours, 0.0)
    square = matched_wait_second_moment_hours2(rate, other, *rooms)
    waiting = matched_wait_probability(rate, other, *rooms)
    return _Side(
        np.array(found.first_blocking, dtype=np.float64),
        np.array(waits * scale),
        np.array(np.maximum(square - waits**2, 0.0) * scale**2),
        np.array(waiting),
    )


def _chains(
    inputs: tuple[Column, ...], rows: Flags
) -> list[tuple[tuple[dict[str, Column], dict[str, Column]], np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Solve the chains of these rows, together where numbers of phases and rooms are the same."""
    places = np.flatnonzero(rows)
    if not places.size:
        return []
    one, two, scv, other_scv, room, other_room = (each.reshape(-1)[places] for each in inputs)
    kinds = np.stack([_phases(scv), _phases(other_scv), room, other_room])
    found, kind_of = np.unique(kinds, axis=1, return_inverse=True)
    solved = []
    for kind in range(found.shape[1]):
        own = np.flatnonzero(kind_of.ravel() == kind)
        first, second = (
            queueing.fit_two_moments(1 / rate[own], spread[own]) for rate, spread in ((one, scv), (two, other_scv))
        )
        match = match_two_renewals(first, second, int(found[2, kind]), int(found[3, kind]))
        sides = (
            {
                "blocking": match.first_blocking,
                "wait": match.first_wait_mean_hours,
                "variance": _variance(match.first_wait_mean_hours, match.first_awaited_scv, two[own], other_scv[own]),
                "waits": match.first_waits,
            },
            {
                "blocking": match.second_blocking,
                "wait": match.second_wait_mean_hours,
                "variance": _variance(match.second_wait_mean_hours, match.second_awaited_scv, one[own], scv[own]),
                "waits": match.second_waits,
            },
        )
        solved.append((sides, places[own]))
    return solved


def _variance(wait: Column, awaited_scv: Column, other: Column, scv: Column) -> Column:
    """Give the variance of a wait for so many of the others: that of their number and that of their intervals."""
    return np.asarray(wait**2 * awaited_scv + wait / other * scv)


def _servers(stage: Pairing) -> dict[str, Column]:
    return {"rooms": column(stage.standard_gauge_room) + column(stage.broad_gauge_room)}


def _loads(stage: Pairing, stream: Stream) -> dict[str, Column]:
    """Load nothing: no flow of its own fills a room, only the lack of the other."""
    return {"rooms": np.zeros_like(stream.per_hour * column(stage.share))}


def _perform(stage: Pairing, streams: list[Stream], numerical: bool) -> Performance:
    return _Pairs(stage, streams, numerical)


PAIRING = StageMethod(_servers, _loads, _perform, holds_back=False)
