"""What several recordings of one program say about its steady state: every number with its confidence interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.simulation.intervals import Estimate, positive_ratio, quantile_estimate, ratio_estimate, section_count
from hubcalc.simulation.program import Category, Clock, Program
from hubcalc.simulation.recording import DWELL_BINS, DWELL_LEAST_HOURS, DWELL_RATIO, OCCUPANCY_BINS, Recording

PROBABILITIES = (0.5, 0.9, 0.95, 0.99)
"""Quantiles that are estimated of dwells and occupancies."""


@dataclass(frozen=True, slots=True)
class FlowEstimates:
    """A flow; None where no unit of it left."""

    name: str
    arrivals_per_hour: Estimate
    throughput_per_hour: Estimate
    turned_away_share: Estimate | None
    """Of the units that came: those that found no room."""
    dwell_hours: Estimate | None
    dwell_deviation_hours: float | None
    """Standard deviation."""
    dwell_quantiles_hours: Mapping[float, Estimate]
    """By probability."""
    times_hours: Mapping[Category, Estimate]
    """The parts of the dwell."""


@dataclass(frozen=True, slots=True)
class VisitEstimates:
    """Visits of units to a stage; None where there were none."""

    visits_per_hour: Estimate
    stay_hours: Estimate | None
    """All time at the stage."""
    times_hours: Mapping[Category, Estimate]
    """The parts of the stay; that of the queue is the wait."""
    wait_deviation_hours: float | None
    """Standard deviation of the wait in the queue."""
    items_per_hour: Estimate
    """Pieces of work begun on the units' contents."""
    item_wait_hours: Estimate | None
    """From the unit's asking to the piece's own beginning."""


@dataclass(frozen=True, slots=True)
class StageEstimates:
    """A stage: all its visits, and those of each flow."""

    name: str
    number: Estimate
    """Units at the stage, on the average of time."""
    little_gap: Estimate | None
    """The number, less visits per hour times stay, by the number: zero but for units still there (Little's law)."""
    visits: VisitEstimates
    by_flow: Mapping[str, VisitEstimates]


@dataclass(frozen=True, slots=True)
class ResourceEstimates:
    """A resource."""

    name: str
    occupied: Estimate
    """Share of the servers that are seized, on the average of all time."""
    utilization: Estimate | None
    """Pure work by what the servers could do while their clock runs; None if it never does."""
    blocked_share: Estimate | None
    """Of the units that asked for it: those that had to wait."""


@dataclass(frozen=True, slots=True)
class StorageEstimates:
    """A storage."""

    name: str
    occupancy: Estimate
    occupancy_quantiles: Mapping[float, Estimate]
    """By probability, over time."""
    full_share: Estimate
    """Share of time in the last of the bins: at `most`, within a thousandth, or above."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Everything that is estimated, in the order of the program."""

    flows: tuple[FlowEstimates, ...]
    stages: tuple[StageEstimates, ...]
    resources: tuple[ResourceEstimates, ...]
    storages: tuple[StorageEstimates, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """Recordings summed over sections of time that are as good as independent."""

    sums: Recording
    """Its first axis is the section."""
    hours: FloatArray
    """[section] simulated time."""


def in_sections(recordings: Sequence[Recording], cut: int, until: int, slot_hours: float, batches: int) -> Sections:
    """Cut the warm-up off and sum the slots of each replication in batches of nearly the same length.

    Parameters
    ----------
    recordings : sequence of Recording
        One of each replication.
    cut, until : int
        First slot that is kept, and the first behind the last.
    slot_hours : float
        Length of a slot [h].
    batches : int
        Sections of each replication, at most the slots that are kept.

    Returns
    -------
    Sections
        Replication by replication.
    """
    starts = np.arange(batches) * (until - cut) // batches
    lengths = np.diff(starts, append=until - cut) * slot_hours
    parts = [Recording(*(np.add.reduceat(column[cut:until], starts, axis=0) for column in one)) for one in recordings]
    return joined([Sections(part, lengths) for part in parts])


def joined(parts: Sequence[Sections]) -> Sections:
    """Put sections behind each other."""
    sums = Recording(*(np.concatenate(columns) for columns in zip(*(part.sums for part in parts), strict=True)))
    return Sections(sums, np.concatenate([part.hours for part in parts]))


def number_inside(recording: Recording, slot_hours: float) -> FloatArray:
    """Give the mean number of units at all stages, slot by slot."""
    inside: FloatArray = recording.number.sum(axis=1) / slot_hours
    return inside


def batches_of(series: FloatArray) -> int:
    """Give the batches into which each replication is cut, from the number inside [replication, slot]."""
    return section_count(series, series.shape[0])


def dwell_edges() -> FloatArray:
    """Give the ends of the bins of dwells [h]."""
    return np.concatenate(([0.0], DWELL_LEAST_HOURS * DWELL_RATIO ** np.arange(DWELL_BINS)))


def estimate(sections: Sections, program: Program, level: float) -> Estimates:
    """Estimate everything.

    Parameters
    ----------
    sections : Sections
        Two or more; with one, intervals are infinite.
    program : Program
        What was simulated.
    level : float
        Confidence level of each interval [-].

    Returns
    -------
    Estimates
        By flow, stage, resource and storage.
    """
    sums, maker = sections.sums, _Maker(sections.hours, level)
    return Estimates(
        flows=tuple(_flow(sums, maker, number, flow.name) for number, flow in enumerate(program.flows)),
        stages=tuple(_stage(sums, maker, number, program) for number in range(len(program.stages))),
        resources=tuple(_resource(sums, maker, number, program) for number in range(len(program.resources))),
        storages=tuple(_storage(sums, maker, number, program) for number in range(len(program.storages))),
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes estimates of one level from sums over the same sections."""

    hours: FloatArray
    level: float

    def ratio(self, tops: FloatArray, bottoms: FloatArray) -> Estimate | None:
        """Estimate a ratio."""
        return ratio_estimate(tops, bottoms, self.level)

    def per_hour(self, tops: FloatArray) -> Estimate:
        """Estimate an average of time."""
        return positive_ratio(tops, self.hours, self.level)

    def times(self, tops: FloatArray, bottoms: FloatArray) -> dict[Category, Estimate]:
        """Estimate times by category, from sums [section, category]."""
        found = {category: self.ratio(tops[:, category], bottoms) for category in Category}
        return {category: each for category, each in found.items() if each is not None}

    def quantiles(
        self, counts: FloatArray, edges: FloatArray, *, first_at_start: bool = False
    ) -> dict[float, Estimate]:
        """Estimate the quantiles of a histogram."""
        found = {
            share: quantile_estimate(counts, edges, share, self.level, first_at_start=first_at_start)
            for share in PROBABILITIES
        }
        return {share: each for share, each in found.items() if each is not None}


def _deviation(values: FloatArray, squares: FloatArray, counts: FloatArray) -> float | None:
    """Compute the standard deviation from sums of values and of squares."""
    count = float(counts.sum())
    if count <= 0.0:
        return None
    return float(np.sqrt(max(float(squares.sum()) / count - (float(values.sum()) / count) ** 2, 0.0)))


def _flow(sums: Recording, make: _Maker, number: int, name: str) -> FlowEstimates:
    """Estimate one flow."""
    left, times = sums.left[:, number], sums.times[:, number]
    dwells = times.sum(axis=1)
    return FlowEstimates(
        name=name,
        arrivals_per_hour=make.per_hour(sums.arrived[:, number]),
        throughput_per_hour=make.per_hour(left),
        turned_away_share=make.ratio(sums.turned_away[:, number], sums.arrived[:, number]),
        dwell_hours=make.ratio(dwells, left),
        dwell_deviation_hours=_deviation(dwells, sums.dwell_squares[:, number], left),
        # a dwell that is shorter than the least is none: a third of a second
        dwell_quantiles_hours=make.quantiles(sums.dwell_counts[:, number], dwell_edges(), first_at_start=True),
        times_hours=make.times(times, left),
    )


def _visits(
    make: _Maker, visits: FloatArray, times: FloatArray, squares: FloatArray, items: FloatArray, item_waits: FloatArray
) -> VisitEstimates:
    """Estimate visits, from sums by section."""
    return VisitEstimates(
        visits_per_hour=make.per_hour(visits),
        stay_hours=make.ratio(times.sum(axis=1), visits),
        times_hours=make.times(times, visits),
        wait_deviation_hours=_deviation(times[:, Category.QUEUE], squares, visits),
        items_per_hour=make.per_hour(items),
        item_wait_hours=make.ratio(item_waits, items),
    )


def _stage(sums: Recording, make: _Maker, number: int, program: Program) -> StageEstimates:
    """Estimate one stage."""
    columns = [
        column[:, number]
        for column in (sums.visits, sums.stage_times, sums.stage_wait_squares, sums.items, sums.item_waits)
    ]
    here = sums.number[:, number]
    return StageEstimates(
        name=program.stages[number],
        number=make.per_hour(here),
        little_gap=make.ratio(here - columns[1].sum(axis=(1, 2)), here),
        visits=_visits(make, *(column.sum(axis=1) for column in columns)),
        by_flow={
            flow.name: _visits(make, *(column[:, place] for column in columns))
            for place, flow in enumerate(program.flows)
            if columns[0][:, place].any() or columns[3][:, place].any()
        },
    )


def mean_speed(clock: Clock) -> float:
    """Give the average speed of a clock.

    Examples
    --------
    >>> mean_speed(Clock(24.0, (0.0, 8.0, 20.0), (0.0, 1.0, 0.0)))
    0.5
    """
    lengths = np.diff(clock.starts_hours, append=clock.period_hours)
    return float(lengths @ np.array(clock.speeds)) / clock.period_hours


def _resource(sums: Recording, make: _Maker, number: int, program: Program) -> ResourceEstimates:
    """Estimate one resource."""
    resource = program.resources[number]
    servers = make.hours * resource.capacity
    return ResourceEstimates(
        name=resource.name,
        occupied=make.per_hour(sums.busy[:, number] / resource.capacity),
        utilization=make.ratio(sums.working[:, number], servers * mean_speed(resource.clock)),
        blocked_share=make.ratio(sums.blocked[:, number], sums.asked[:, number]),
    )


def _storage(sums: Recording, make: _Maker, number: int, program: Program) -> StorageEstimates:
    """Estimate one storage."""
    storage, counts = program.storages[number], sums.occupancy[:, number]
    return StorageEstimates(
        name=storage.name,
        occupancy=make.per_hour(sums.stored[:, number]),
        occupancy_quantiles=make.quantiles(counts, np.linspace(0.0, storage.most, OCCUPANCY_BINS + 1)),
        full_share=make.per_hour(counts[:, -1]),
    )
