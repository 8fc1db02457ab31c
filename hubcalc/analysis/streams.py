"""Flows as they arrive at a stage, and what a stage does to them."""

import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Moments
from hubmodels import Contents, Flow


@dataclass(frozen=True, slots=True)
class Stream:
    """A flow at the door of a stage. `per_hour` counts handling units per hour of the stage's open time."""

    key: str
    """Id of the flow."""
    flow: Flow
    per_hour: Column
    scv: Column
    poisson: Flags
    open_share: Column
    """Share of the time in which the stage is open."""
    stored_share: Column
    """Share of the contents that a yard receives: after a front, what the front puts through the yard."""
    carried: Contents | None
    """What one handling unit brings here; after regrouping it is no longer what it brought to the hub."""
    held: Moments | None = None
    """Hours for which a unit stays on its server after service, since what follows has no room for it."""

    @property
    def contents(self) -> Contents:
        """What one handling unit brings, where a stage handles contents (a rule of the document ensures it)."""
        if self.carried is None:
            raise AssertionError(self.flow)
        return self.carried

    def thinned(self, share: Column) -> "Stream":
        """Give the part of the stream that visits a stage, each unit independently with this probability."""
        if is_all(share):
            return self
        return replace(self, per_hour=self.per_hour * share, scv=share * self.scv + (1 - share))

    def at_door(self, open_share: Column) -> "Stream":
        """Count per hour of the open time of another stage."""
        if open_share is self.open_share:
            return self
        longer = column(self.open_share / open_share)
        if is_all(longer):
            return self
        return replace(self, per_hour=self.per_hour * longer, open_share=open_share)


_NOTHING = Estimate(np.zeros(()), np.zeros(()), np.zeros((), np.int8))
"""What takes no time."""


class Performance:
    """What a stage does to those that visit it; hours, all columns, each computed when it is first asked for.

    Waits are those of the first stream (the main flow, if it comes here); so are the times of contents. Without
    priorities all streams wait the same.
    """

    @property
    def wait(self) -> Estimate:
        """Of a handling unit, in queue until its service begins."""
        raise NotImplementedError

    @property
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        raise NotImplementedError

    @property
    def service(self) -> Column:
        """Of a handling unit, from the start of its service to its leaving."""
        raise NotImplementedError

    @property
    def service_variance(self) -> Column:
        """Variance of that time."""
        raise NotImplementedError

    @property
    def synchronization(self) -> Estimate:
        """Of a handling unit, waiting for others: for its partner, for a load, for the rest of a train; none mostly."""
        return _NOTHING

    @property
    def synchronization_variance(self) -> Column:
        """Variance of that time."""
        return column(0.0)

    @property
    def quota(self) -> Estimate:
        """Of a handling unit, waiting for a permit; none mostly."""
        return _NOTHING

    @property
    def quota_variance(self) -> Column:
        """Variance of that time."""
        return column(0.0)

    @property
    def closure(self) -> Estimate:
        """Of a handling unit, waiting for a window (a tide) that is the stage's own; none mostly.

        Closing times of calendars and interruptions are not in it: they are added for all kinds alike.
        """
        return _NOTHING

    @property
    def closure_variance(self) -> Column:
        """Variance of that time."""
        return column(0.0)

    @property
    def content_wait(self) -> Estimate:
        """Of one of the contents, until its own service begins."""
        return self.wait

    @property
    def content_service(self) -> Column:
        """Of one of the contents, its own service."""
        return self.service

    @property
    def departure_scv(self) -> Column:
        """Squared coefficient of variation of the gaps between departures."""
        raise NotImplementedError

    @property
    def departure_poisson(self) -> Flags:
        """Whether the departures are Poisson, if the arrivals are."""
        return np.zeros(np.shape(self.service), bool)

    @property
    def arrivals_matter(self) -> bool:
        """Whether its times depend on how units arrive, and not on their mean rate alone."""
        return True

    @property
    def visit_share(self) -> Column:
        """Share of the handling units at the door that are served, or bring anything that is."""
        raise NotImplementedError

    @property
    def content_visit_share(self) -> Column:
        """Share of the contents at the door that are served."""
        return self.visit_share

    @property
    def accepted_share(self) -> dict[str, Column]:
        """By flow, the share of the visiting units that are not turned away, where it is not all of them."""
        return {}

    @property
    def details(self) -> dict[str, tuple[Column, str]]:
        """What is peculiar to the kind of stage: values with their units."""
        return {}


def merged(streams: list[Stream]) -> Stream:
    """Join the parts of one flow at the door of a stage; variability is averaged by rate, as of many streams."""
    if len(streams) == 1:
        return streams[0]
    contents = [stream.carried for stream in streams]
    carried, stored = streams[0].carried, weighted(streams, [stream.stored_share for stream in streams])
    if carried is not None and any(other is not carried for other in contents):
        mean = weighted(streams, [column(stream.contents.mean) for stream in streams])
        square = weighted(streams, [column(s.contents.mean) ** 2 * (1 + column(s.contents.scv)) for s in streams])
        parts = [stream.stored_share * column(stream.contents.mean) / mean for stream in streams]
        stored = weighted(streams, parts)
        carried = carried.model_copy(update={"mean": mean, "scv": np.maximum(square / mean**2 - 1, 0)})
    return replace(
        streams[0],
        per_hour=total(streams),
        scv=weighted(streams, [stream.scv for stream in streams]),
        poisson=all_of(stream.poisson | (stream.per_hour == 0) for stream in streams),
        stored_share=stored,
        carried=carried,
    )


def alike(one: Stream, other: Stream, settled: float) -> bool:
    """Say whether two guesses of a stream are the same for all that follows."""
    rates = np.abs(one.per_hour - other.per_hour) <= settled * np.maximum(one.per_hour, other.per_hour)
    scvs = np.abs(one.scv - other.scv) <= settled
    return bool(np.all(rates) and np.all(scvs) and np.all(one.poisson == other.poisson))


def column(value: object) -> Column:
    """Give a number or column as an array of floats."""
    return np.asarray(value, dtype=np.float64)


def added(columns: Iterable[Column]) -> Column:
    """Sum columns."""
    return column(reduce(operator.add, columns))


def total(streams: list[Stream]) -> Column:
    """Sum the rates of streams."""
    return added(stream.per_hour for stream in streams)


def weighted(streams: list[Stream], values: list[Column]) -> Column:
    """Average values over streams by rate; where nothing arrives, plainly."""
    if all(value is values[0] for value in values):
        return values[0]
    rate = total(streams)
    some = rate > 0
    safe = rate if some.all() else np.where(some, rate, 1.0)
    average = added(stream.per_hour * value for stream, value in zip(streams, values, strict=True)) / safe
    return average if safe is rate else np.where(some, average, added(values) / len(values))


def is_all(share: Column) -> bool:
    """Say whether a share is the number one."""
    return share.ndim == 0 and share.item() == 1.0


def among(share: Column, visiting: Column, passing: Column) -> Column:
    """Average over a share that visits and the rest that passes."""
    return visiting if is_all(share) else share * visiting + (1 - share) * passing


def all_of(flags: Iterable[Flags]) -> Flags:
    """Say where all flags hold."""
    return np.asarray(reduce(np.logical_and, flags), dtype=bool)


def largest(columns: Iterable[Column]) -> Column:
    """Give the largest of several columns in each row."""
    return column(reduce(np.maximum, columns))


def smallest(columns: Iterable[Column]) -> Column:
    """Give the smallest of several columns in each row."""
    return column(reduce(np.minimum, columns))


def difference(longer: Column, shorter: Column) -> Column:
    """Subtract waits; 0 where one of them is endless."""
    with np.errstate(invalid="ignore"):
        found = longer - shorter
    return np.where(np.isfinite(found), found, 0.0)
