"""A yard: its occupancy; it delays no train, so its times are reported apart."""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, added, all_of, column, weighted
from hubcalc.cached import cached
from hubcalc.capacity import yard
from hubcalc.units import per_hour_to_per_day
from hubmodels import Yard

PERCENTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Storage(Performance):
    """Boxes in a yard. Nothing waits and no handling unit is held: storage is no part of the dwell."""

    stage: Yard
    streams: list[Stream]
    numerical: bool

    @cached
    def _nothing(self) -> Column:
        return column(0.0)

    @cached
    def wait(self) -> Estimate:
        """Nothing waits."""
        return Estimate(self._nothing, self._nothing, np.full(self._nothing.shape, Method.STORAGE, np.int8))

    @property
    def wait_variance(self) -> Column:
        """Nothing waits."""
        return self._nothing

    @property
    def service(self) -> Column:
        """Time that a box stays."""
        return column(self.stage.dwell_hours)

    @property
    def service_variance(self) -> Column:
        """Variance of that time."""
        return self.service**2 * column(self.stage.dwell_scv)

    @property
    def content_wait(self) -> Estimate:
        """Nothing waits."""
        return self.wait

    @property
    def content_service(self) -> Column:
        """Time that a box stays."""
        return self.service

    @cached
    def departure_scv(self) -> Column:
        """Trains pass as they came."""
        return weighted(self.streams, [stream.scv for stream in self.streams])

    @cached
    def departure_poisson(self) -> Flags:
        """Trains pass as they came."""
        return all_of(stream.poisson for stream in self.streams)

    @property
    def visit_share(self) -> Column:
        """No train is held."""
        return self._nothing

    @property
    def content_visit_share(self) -> Column:
        """Storage is reported apart."""
        return self._nothing

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Occupancy: mean and percentiles."""
        stored = sum(s.per_hour * s.open_share * column(s.contents.mean) * s.stored_share for s in self.streams)
        percentiles = {f"yard_p{100 * p:.0f}_teu": (self.occupancy(p), "TEU") for p in PERCENTILES}
        return {
            "yard_mean_teu": (self._moments[0], "TEU"),
            **percentiles,
            "yard_capacity_teu": (_capacity_teu(self.stage), "TEU"),
            "boxes_stored_per_day": (per_hour_to_per_day(column(stored) * column(self.stage.share)), "units/day"),
        }

    @cached
    def _moments(self) -> tuple[Column, Column]:
        """Mean and variance [TEU, TEU^2]."""
        moments = [_occupancy(self.stage, stream) for stream in self.streams]
        return added(mean for mean, _ in moments), added(variance for _, variance in moments)

    @cached
    def exact_occupancy(self) -> Flags:
        """Where percentiles are exact: of one Poisson flow of equal trains, for a constant or exponential dwell."""
        if len(self.streams) > 1 or not self.numerical:
            return np.zeros(np.shape(self._moments[0]), bool)
        dwell_scv, batch_scv = column(self.stage.dwell_scv), column(self.streams[0].contents.scv)
        known: Flags = self.streams[0].poisson & ((dwell_scv == 0) | (dwell_scv == 1)) & (batch_scv == 0)
        return known

    def occupancy(self, probability: float) -> Column:
        """Give a percentile of the occupancy [TEU]: by the law of M^X/G/infinity for one flow, else by a gamma law."""
        if len(self.streams) > 1 or not self.numerical:
            return yard.occupancy_quantile(*self._moments, probability)
        (stream,) = self.streams
        contents, share = stream.contents, stream.stored_share * column(self.stage.share)
        some = share > 0
        boxes, _ = yard.occupancy_law_quantile(
            stream.per_hour * stream.open_share,
            column(contents.mean),
            column(contents.scv),
            column(self.stage.dwell_hours),
            column(self.stage.dwell_scv),
            probability,
            np.where(some, share, 1.0),
        )
        return np.where(some, boxes, 0.0) * column(1.0 if contents.teu_per_unit is None else contents.teu_per_unit)


def _servers(stage: Yard) -> dict[str, Column]:
    return {"ground_slots": column(stage.ground_slots)}


def _loads(stage: Yard, stream: Stream) -> dict[str, Column]:
    # as `occupancy_moments` has the mean
    each = column(stream.contents.mean) * _teu_each(stream) * stream.stored_share * stream.open_share
    return {"ground_slots": stream.per_hour * (each * _hours_of_all_slots(stage))}


@by_identity
def _hours_of_all_slots(stage: Yard) -> Column:
    """Give the time for which one TEU at the door takes the whole yard, in the mean."""
    stay = column(stage.share) * column(stage.dwell_hours) * column(stage.peak_factor)
    return stay / _capacity_teu(stage)


def _perform(stage: Yard, streams: list[Stream], numerical: bool) -> Performance:
    return Storage(stage, streams, numerical)


def _occupancy(stage: Yard, stream: Stream) -> tuple[Column, Column]:
    """Give mean and variance of the TEU that one stream keeps in the yard, day and night [TEU, TEU^2]."""
    contents, share = stream.contents, stream.stored_share * column(stage.share)
    mean = column(contents.mean)
    # each box goes to the yard independently: E[X(X-1)] of the batch is thinned by the share squared
    pairs = np.maximum(mean**2 * (1 + column(contents.scv)) - mean, 0) * share**2
    teu = _teu_each(stream)
    occupied, variance = yard.occupancy_moments(
        stream.per_hour * stream.open_share, mean * share, pairs, column(stage.dwell_hours), column(stage.dwell_scv)
    )
    return occupied * teu, variance * teu**2


def _teu_each(stream: Stream) -> Column:
    """Give the TEU of one of the contents."""
    teu = stream.contents.teu_per_unit
    return column(1.0 if teu is None else teu)


def _capacity_teu(stage: Yard) -> Column:
    return column(stage.ground_slots) * column(stage.tiers)


YARD = StageMethod(_servers, _loads, _perform, holds_back=False)
