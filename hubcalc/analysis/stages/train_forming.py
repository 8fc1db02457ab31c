"""Train forming: contents of arriving trains gather until they fill a train; a crew then makes it ready."""

from dataclasses import dataclass, replace

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import SLOWEST_PER_HOUR, Service, unit_wait, wait_variance
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.queueing.regrouping import GroupWait, regrouping_group_wait
from hubcalc.units import per_hour_to_per_day
from hubmodels import TrainForming


@dataclass(frozen=True)
class _Forming(Performance):
    """Arriving trains; each waits for the train that takes its last content, and with that for a crew."""

    stage: TrainForming
    streams: list[Stream]
    numerical: bool

    @cached
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(column(self.stage.share)) for stream in self.streams]

    @cached
    def _rate(self) -> Column:
        """Arriving trains."""
        return np.maximum(total(self._visiting), SLOWEST_PER_HOUR)

    @cached
    def _size(self) -> tuple[Column, Column]:
        """Mean and scv of the contents of an arriving train."""
        mean = weighted(self.streams, [column(stream.contents.mean) for stream in self.streams])
        contents = [stream.contents for stream in self.streams]
        square = weighted(self.streams, [column(c.mean) ** 2 * (1 + column(c.scv)) for c in contents])
        scv = square / mean**2 - 1
        return mean, np.where(scv > 1e-12, scv, 0.0)

    @cached
    def _most(self) -> Column:
        return column(self.stage.most_contents)

    @cached
    def _formed(self) -> Column:
        """Leaving trains per hour."""
        return np.maximum(self._rate * self._size[0] / self._most, SLOWEST_PER_HOUR)

    @cached
    def _arriving_scv(self) -> Column:
        return weighted(self._visiting, [stream.scv for stream in self._visiting])

    @cached
    def _formed_scv(self) -> Column:
        """Variability of the intervals at which trains are full, where at most one is at an arrival.

        In the long run it is that of the contents' arrivals, (c_a^2 + c_X^2) X / N. Beside that, a train takes one
        arrival more or less: f (1 - f) (X / N)^2, with f the fraction of N / X. That evens out in a queue, the
        more, the more it is loaded.
        """
        mean, scv = self._size
        part = self._most / mean - np.floor(self._most / mean)
        rounding = part * (1 - part) * np.minimum(mean / self._most, 1.0) ** 2
        idle = 1 - np.minimum(self._formed * self._work.hours / column(self.stage.crews), 1.0)
        return np.asarray((self._arriving_scv + scv) * mean / self._most + rounding * idle)

    @cached
    def _several(self) -> Estimate:
        """Wait where an arrival may fill several trains: the first of them takes what was left before."""
        mean, scv = self._size
        trains = np.maximum(mean / self._most, 1.0)
        part = trains - np.floor(trains)
        one = np.ones_like(trains)
        batch = Batch(trains, np.where(trains > 1, scv + part * (1 - part) / trains**2, 0.0), one, one, law_known=False)
        return BatchQueue(self._visiting, batch, batch, self._work, column(self.stage.crews)).wait

    @cached
    def _work(self) -> Service:
        return Service.of(self.stage.service_time).with_breakdowns(self.stage.breakdowns)

    @cached
    def _gathering(self) -> GroupWait:
        return regrouping_group_wait(self._rate, self._arriving_scv, *self._size, self._most)

    @cached
    def synchronization(self) -> Estimate:
        """Until the train with its last content is full; exact for fixed whole numbers of contents."""
        hours = self._gathering.mean_hours
        mean, scv = self._size
        known = len(self.streams) == 1
        fixed = (scv == 0) & (mean == np.floor(mean)) & known
        error = np.broadcast_to(np.where(fixed, 0.0, np.nan), hours.shape)
        return Estimate(hours, error, np.full(hours.shape, Method.REGROUPING, np.int8))

    @property
    def synchronization_variance(self) -> Column:
        """Variance of that time."""
        return self._gathering.variance_hours2

    @cached
    def wait(self) -> Estimate:
        """Of a full train, for a crew; the method is that of the longer time, this one or the gathering."""
        even = (self._size[0] == self._most) & (self._size[1] == 0)
        poisson = all_of(stream.poisson for stream in self.streams) & even
        found = unit_wait(
            self._formed,
            self._formed_scv,
            poisson,
            self._work,
            column(self.stage.crews),
            numerical=self.numerical,
        )
        one, several, alone = self._size[0] <= self._most, self._several, len(self.streams) == 1
        hours = np.where(one, found.hours, several.hours)
        longer = np.where(hours > self.synchronization.hours, np.where(one, found.method, several.method), 0)
        return Estimate(
            hours,
            lambda: np.where(even & alone, found.error, np.nan),
            np.where(longer > 0, longer, Method.REGROUPING).astype(np.int8),
            None if found.second_moment_hours2 is None else np.where(one, found.second_moment_hours2, np.nan),
        )

    @cached
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        known = self.wait.second_moment_hours2
        return wait_variance(self.wait.hours, self._formed, self._work, column(self.stage.crews), known)

    @property
    def service(self) -> Column:
        """Making a train ready."""
        return self._work.hours

    @property
    def service_variance(self) -> Column:
        """Variance of that time."""
        return self._work.hours**2 * self._work.scv

    @cached
    def departure_scv(self) -> Column:
        """Of the leaving trains (Whitt 1983)."""
        load = np.minimum(self._formed * self._work.hours / column(self.stage.crews), 1)
        return queueing.departure_scv(self._formed_scv, self._work.scv, load, column(self.stage.crews))

    @property
    def departure_poisson(self) -> Flags:
        """Full trains are no Poisson stream."""
        return np.zeros(np.shape(self.departure_scv), bool)

    @property
    def visit_share(self) -> Column:
        """Share of the trains whose contents are regrouped."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """The leaving trains, and the contents that stand and wait."""
        mean, _ = self._size
        waiting = np.asarray((self._most - _common(mean, self._most)) / 2)
        return {
            "contents_per_leaving_train": (self._most, "units"),
            "leaving_trains_per_day": (per_hour_to_per_day(self._formed), "trains/day"),
            "leaving_per_arriving_train": (mean / self._most, "1"),
            "contents_gathering_mean": (waiting, "units"),
            "gathering_hours_per_content": (waiting / (self._rate * mean), "h"),
            "wagons_per_leaving_train": (self._most * column(self.stage.wagons_each), "wagons"),
            "tonnes_per_leaving_train": (self._most * _tonnes_each(self.stage), "t"),
        }


def _common(size: Column, most: Column) -> Column:
    """Give the greatest common divisor of whole sizes; 1 of others."""
    whole = size == np.floor(size)
    safe = np.where(whole, size, 1.0).astype(np.int64)
    return np.where(whole, np.gcd(safe, most.astype(np.int64)), 1).astype(np.float64)


def _tonnes_each(stage: TrainForming) -> Column:
    return column(stage.content_tonnes) + column(stage.wagons_each) * column(stage.wagon_tare_tonnes)


def _servers(stage: TrainForming) -> dict[str, Column]:
    return {"crews": column(stage.crews)}


def _loads(stage: TrainForming, stream: Stream) -> dict[str, Column]:
    formed = stream.per_hour * column(stage.share) * column(stream.contents.mean) / column(stage.most_contents)
    work = Service.of(stage.service_time).with_breakdowns(stage.breakdowns)
    return {"crews": formed * work.hours / column(stage.crews)}


def _perform(stage: TrainForming, streams: list[Stream], numerical: bool) -> Performance:
    return _Forming(stage, streams, numerical)


def _after(stage: TrainForming, stream: Stream) -> Stream:
    """Give the leaving trains: full ones, and those that passed by as they came. Contents are conserved."""
    share, most = column(stage.share), column(stage.most_contents)
    mean, scv = column(stream.contents.mean), column(stream.contents.scv)
    formed, passing = share * mean / most, 1 - share
    trains = formed + passing  # for each arriving one
    carried = mean / trains
    square = (formed * most**2 + passing * mean**2 * (1 + scv)) / trains
    spread = np.where(carried > 1, np.maximum(square / carried**2 - 1, 0.0), 0.0)
    contents = stream.contents.model_copy(update={"mean": carried, "scv": np.where(spread > 1e-12, spread, 0.0)})
    return replace(stream, per_hour=stream.per_hour * trains, carried=contents)


TRAIN_FORMING = StageMethod(_servers, _loads, _perform, after=_after)
