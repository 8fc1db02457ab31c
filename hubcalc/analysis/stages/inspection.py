"""Inspection: documents, then a scan, then a physical examination, each a queue that the departures of the last enter.

A handling unit goes on from each phase when the last of its consignments is done there: each phase is a queue of units
(GI/G/c) or, where each content is a consignment, of batches (M^X/G/c). Consignments are selected independently for scan
and for examination; a unit none of whose consignments is selected passes the phase at once. See
`hubcalc.analysis.phases` for what the phases do to each other.
"""

from dataclasses import dataclass, replace

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags
from hubcalc.analysis.phases import Phase, Visit, in_series, joined, mixed, part
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, added, column
from hubcalc.cached import cached
from hubcalc.units import per_hour_to_per_day
from hubmodels import Examination, Inspection


@dataclass(frozen=True)
class _Inspection(Performance):
    """The phases in series."""

    stage: Inspection
    streams: list[Stream]
    numerical: bool

    @cached
    def _series(self) -> tuple[list[Visit], list[Stream]]:
        """Send the streams through the phases; give these and the streams behind them."""
        phases = _phases(self.stage)
        door = [stream.thinned(column(self.stage.share)) for stream in self.streams]
        if len(phases) > 1:  # a unit for which there is no room behind the last phase keeps nobody of the first
            door = [replace(stream, held=None) for stream in door]
        loads = [self.loads[phase.resource] for phase in phases]
        return in_series(phases, door, loads, lambda phase, streams: _queue(self.stage, phase, streams, self.numerical))

    @property
    def _visits(self) -> list[Visit]:
        return self._series[0]

    @cached
    def loads(self) -> dict[str, Column]:
        """Utilization of each resource by all streams."""
        parts = [_loads(self.stage, stream) for stream in self.streams]
        return {name: added(part[name] for part in parts) for name in parts[0]}

    @cached
    def wait(self) -> Estimate:
        """Of a unit in the lines of all phases."""
        return joined([(visit.share, visit.wait) for visit in self._visits])

    @cached
    def wait_variance(self) -> Column:
        """Variance of that wait, the phases taken as independent."""
        return added(mixed(visit.share, visit.wait.hours, visit.wait_variance) for visit in self._visits)

    @cached
    def service(self) -> Column:
        """Of a unit in all phases, in each until its last consignment is done."""
        return added(part(visit.share, visit.service) for visit in self._visits)

    @cached
    def service_variance(self) -> Column:
        """Variance of that time."""
        return added(mixed(visit.share, visit.service, visit.service_variance) for visit in self._visits)

    @cached
    def content_wait(self) -> Estimate:
        """Of one of the contents in the lines of all phases that it stops at."""
        return joined([(visit.content_share, visit.content_wait) for visit in self._visits])

    @cached
    def content_service(self) -> Column:
        """Of one of the contents, its own service in all phases."""
        return added(visit.content_share * visit.queue.content_service for visit in self._visits)

    @cached
    def departure_scv(self) -> Column:
        """Variability behind the last phase."""
        return self._series[1][0].scv

    @cached
    def departure_poisson(self) -> Flags:
        """Departures are Poisson where each phase is M/M/c."""
        return self._series[1][0].poisson

    @property
    def visit_share(self) -> Column:
        """Share of the units that are inspected."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Of each phase: utilization, consignments, share of the units that stop there, wait and work of those."""
        found: dict[str, tuple[Column, str]] = {}
        rate = column(self.stage.share) * column(
            sum(s.per_hour * s.open_share * _consignments(self.stage, s) for s in self.streams)
        )
        for visit in self._visits:
            name, phase = visit.phase.name, visit.phase
            found[f"{name}_utilization"] = self.loads[phase.resource], "1"
            found[f"{name}_consignments_per_day"] = per_hour_to_per_day(rate * phase.share), "units/day"
            found[f"{name}_unit_share"] = visit.share, "1"
            found[f"{name}_wait_hours"] = visit.wait.hours, "h"
            found[f"{name}_work_hours"] = visit.service, "h"
        return found


@by_identity
def _phases(stage: Inspection) -> list[Phase]:
    officers = Service.of(stage.service_time).with_breakdowns(stage.breakdowns)
    phases = [Phase("documents", "officers", column(stage.officers), column(1.0), officers)]
    examinations: list[tuple[str, Examination | None]] = [("scan", stage.scan), ("physical", stage.physical)]
    for name, chosen in examinations:
        if chosen is not None:
            service = Service.of(chosen.service_time).with_breakdowns(stage.breakdowns)
            phases.append(Phase(name, f"{name}_places", column(chosen.places), column(chosen.share), service))
    return phases


def _queue(stage: Inspection, phase: Phase, streams: list[Stream], numerical: bool) -> UnitQueue | BatchQueue:
    if stage.serves == "unit":
        return UnitQueue(streams, phase.share, phase.service, phase.servers, numerical)
    one = column(1.0)
    joint, own = Batch.joint_and_own(streams, phase.share, one, one)
    return BatchQueue(streams, joint, own, phase.service, phase.servers)


def _consignments(stage: Inspection, stream: Stream) -> Column:
    """Give the consignments of one unit."""
    return column(stream.contents.mean) if stage.serves == "contents" else column(1.0)


def _servers(stage: Inspection) -> dict[str, Column]:
    return {phase.resource: phase.servers for phase in _phases(stage)}


def _loads(stage: Inspection, stream: Stream) -> dict[str, Column]:
    rate = stream.per_hour * column(stage.share)
    if stage.serves == "contents":
        rate = rate * _consignments(stage, stream)
    return {phase.resource: rate * phase.hours_of_all_servers for phase in _phases(stage)}


def _perform(stage: Inspection, streams: list[Stream], numerical: bool) -> Performance:
    return _Inspection(stage, streams, numerical)


INSPECTION = StageMethod(_servers, _loads, _perform)
