"""Simulate a hub document, and give the answers in its words."""

from hubcalc.analysis.programs.contents import visit_shares
from hubcalc.analysis.programs.outcomes import (
    HubSimulation,
    SimulatedFlow,
    SimulatedStation,
    SimulatedTimes,
    SimulatedValue,
    SimulatedYard,
    SimulationRun,
    largest,
    total,
)
from hubcalc.analysis.programs.seeds import default_seed
from hubcalc.analysis.programs.translate import Translation, translate
from hubcalc.simulation.estimates import Estimates, FlowEstimates, StageEstimates, StorageEstimates, VisitEstimates
from hubcalc.simulation.program import Category
from hubcalc.simulation.results import SimulationResult, Status
from hubcalc.simulation.runs import simulate
from hubcalc.units import HOURS_PER_DAY
from hubcalc.words import plural
from hubmodels import HubBase

MOST_EVENTS = 20_000_000
PRECISION = 0.01

_REASONS: dict[Status, str] = {
    "steady": "",
    "growing": "the number of units in the hub goes on rising: no steady state was found",
    "unsettled": "the hub remembers its past longer than the simulation could last; allow more events, or more hours",
    "stuck": "units block each other in a circle, and nothing moves any more",
    "out_of_events": "the budget of events was used up before there was enough to judge",
}
_QUANTILES = {"dwell_p50_hours": 0.5, "dwell_p90_hours": 0.9, "dwell_p95_hours": 0.95}


def simulate_hub(
    hub: HubBase,
    *,
    precision: float = PRECISION,
    most_events: int = MOST_EVENTS,
    seed: int | None = None,
    threads: int | None = None,
) -> HubSimulation:
    """Simulate a hub until the main flow's mean dwell and wait are as precise as asked, or the budget is used up.

    Parameters
    ----------
    hub : HubBase
        A document with plain numbers.
    precision : float
        Half width of the intervals (95 %) of mean dwell and wait, by the mean dwell. [1]
    most_events : int
        Budget of events. [1]
    seed : int, optional
        The same seed gives the same numbers; `default_seed` of the hub if not given.
    threads : int, optional
        Threads that run replications; one for each core if not given. They change no number.

    Returns
    -------
    HubSimulation
        The answers with their intervals, and what was done.

    Raises
    ------
    RefusedError
        If the hub has a stage that cannot be simulated, or nothing arrives.
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> from hubcalc.documents import fixture
    >>> found = simulate_hub(fixture("altynkol-khorgos"), precision=0.1, most_events=400_000)
    >>> found.run.status
    'steady'
    """
    translation = translate(hub)
    watched = hub.main_flow if hub.main.per_day > 0 else None
    result = simulate(
        translation.program,
        precision=precision,
        of=watched,
        most_events=most_events,
        seed=default_seed(hub) if seed is None else seed,
        threads=threads,
    )
    return answers(hub, translation, result, precision)


def answers(hub: HubBase, translation: Translation, result: SimulationResult, precision: float) -> HubSimulation:
    """Put the answers of a simulation into the words of its document."""
    growth = result.growth_per_hour
    run = SimulationRun(
        status=result.status,
        reason=_REASONS[result.status],
        replications=result.replications,
        hours=result.hours,
        warm_up_hours=result.warm_up_hours,
        events=result.events,
        seed=result.seed,
        level=result.level,
        precision=precision,
        precision_reached=result.precision_reached,
        precision_met=result.precision_met,
        growth_per_day=None if growth is None else growth.mean * HOURS_PER_DAY,
    )
    if result.estimates is None:
        return HubSimulation(hub.main_flow, run, {}, {}, {}, {})
    reader = _Reader(hub, translation, result.estimates)
    stations = {stage: reader.station(stage) for stage in hub.stages if stage in translation.accounts}
    flows = {flow.name: reader.flow(flow) for flow in result.estimates.flows if flow.name in hub.flows}
    yards = {
        stage: _yard(result.estimates.storages[account.storage])
        for stage, account in translation.accounts.items()
        if account.storage is not None
    }
    return HubSimulation(hub.main_flow, run, reader.metrics(stations, flows), stations, flows, yards)


class _Reader:
    """Reads estimates of a hub's program."""

    def __init__(self, hub: HubBase, translation: Translation, estimates: Estimates) -> None:
        self._hub, self._accounts, self._estimates = hub, translation.accounts, estimates

    def metrics(
        self, stations: dict[str, SimulatedStation], flows: dict[str, SimulatedFlow]
    ) -> dict[str, SimulatedValue]:
        """Give the metrics of the hub."""
        metrics = {
            "utilization": largest((station.utilization for station in stations.values()), "1"),
            "blocked_share": largest((station.blocked_share for station in stations.values()), "1"),
        }
        main = flows.get(self._hub.main_flow)
        per_day = f"{plural(self._hub.main.unit)}/day"
        if main is None:
            return {"throughput_per_day": SimulatedValue(0.0, per_day, 0.0), **metrics}
        throughput = main.throughput_per_day
        return {
            "throughput_per_day": SimulatedValue(throughput.value, per_day, throughput.half_width),
            **metrics,
            "turned_away_share": main.turned_away_share,
            "wait_mean_hours": main.times.queue,
            "content_wait_mean_hours": self._content_wait(stations),
            "dwell_mean_hours": main.times.dwell,
            **{name: main.dwell_quantiles.get(p, SimulatedValue(None, "h")) for name, p in _QUANTILES.items()},
        }

    def flow(self, flow: FlowEstimates) -> SimulatedFlow:
        """Give a flow."""
        per_day = f"{plural(self._hub.flows[flow.name].unit)}/day"
        parts = {category: SimulatedValue.of(flow.times_hours.get(category), "h") for category in Category}
        times = SimulatedTimes.of(parts, SimulatedValue.of(flow.dwell_hours, "h"))
        return SimulatedFlow(
            flow.name,
            SimulatedValue.of(flow.arrivals_per_hour, per_day, HOURS_PER_DAY),
            SimulatedValue.of(flow.throughput_per_hour, per_day, HOURS_PER_DAY),
            SimulatedValue.of(flow.turned_away_share, "1"),
            times,
            {p: SimulatedValue.of(estimate, "h") for p, estimate in flow.dwell_quantiles_hours.items()},
        )

    def station(self, stage_id: str) -> SimulatedStation:
        """Give a stage."""
        account = self._accounts[stage_id]
        parts = [self._estimates.stages[part] for part in account.parts]
        flow_id = self._flow_of(stage_id)
        visits = [part.by_flow.get(flow_id) for part in parts]
        rooms = [self._estimates.resources[room].blocked_share for room in account.rooms]
        loads = self._loads(stage_id, parts[0])
        limit = max(loads, key=lambda name: loads[name].value or 0.0, default="")
        return SimulatedStation(
            stage=stage_id,
            kind=self._hub.stages[stage_id].kind,
            flow=flow_id,
            visits_per_day=SimulatedValue.of(parts[0].visits.visits_per_hour, "units/day", HOURS_PER_DAY),
            times=_times(visits),
            content_wait=self._content_wait_at(stage_id, flow_id),
            limit=limit,
            utilization=loads.get(limit, SimulatedValue(None, "1")),
            loads=loads,
            blocked_share=largest((SimulatedValue.of(share, "1") for share in rooms), "1"),
            number=total((SimulatedValue.of(part.number, "units") for part in parts), "units"),
        )

    def _flow_of(self, stage_id: str) -> str:
        """Give the flow whose times a stage reports: the main flow, or the first that comes."""
        names = [flow.name for flow in self._estimates.flows if flow.name in self._hub.flows]
        names.sort(key=lambda name: name != self._hub.main_flow)
        return next(name for name in names if stage_id in self._hub.flows[name].stages)

    def _loads(self, stage_id: str, first: StageEstimates) -> dict[str, SimulatedValue]:
        found = {}
        for name, measure in self._accounts[stage_id].measures.items():
            if measure.of == "passing":
                estimate, factor = first.visits.visits_per_hour, HOURS_PER_DAY * measure.factor
            elif measure.of == "stored":
                estimate, factor = self._estimates.storages[measure.position].occupancy, measure.factor
            elif measure.of == "held":
                estimate, factor = self._estimates.resources[measure.position].occupied, measure.factor
            else:
                worked = self._estimates.resources[measure.position].utilization
                found[name] = SimulatedValue.of(worked, "1", measure.factor)
                continue
            found[name] = SimulatedValue.of(estimate, "1", factor)
        return found

    def _content_wait_at(self, stage_id: str, flow_id: str) -> SimulatedValue:
        """Give the wait of one of the contents: that of its unit before, and its own."""
        account = self._accounts[stage_id]
        waits = [SimulatedValue(account.before_hours, "h", 0.0)]
        for part in account.parts:
            visits = self._estimates.stages[part].by_flow.get(flow_id)
            if visits is None:
                return SimulatedValue(None, "h")
            own = part == account.items_part
            waited = visits.item_wait_hours if own else visits.times_hours.get(Category.QUEUE)
            waits.append(SimulatedValue.of(waited, "h").times(account.pieces_per_content if own else 1.0))
        return total(waits, "h")

    def _content_wait(self, stations: dict[str, SimulatedStation]) -> SimulatedValue:
        """Add up the waits of one of the main flow's contents, each with the probability that it meets them."""
        if self._hub.main.contents is None:
            return SimulatedValue(None, "h")
        visited = visit_shares(self._hub, self._hub.main_flow)
        return total((stations[stage].content_wait.times(share) for stage, share in visited.items() if share > 0), "h")


def _times(visits: list[VisitEstimates | None]) -> SimulatedTimes:
    """Add up the times of the parts of a stage."""
    known = [visit for visit in visits if visit is not None]
    parts = {c: total((SimulatedValue.of(visit.times_hours.get(c), "h") for visit in known), "h") for c in Category}
    return SimulatedTimes.of(parts, total((SimulatedValue.of(visit.stay_hours, "h") for visit in known), "h"))


def _yard(storage: StorageEstimates) -> SimulatedYard:
    quantiles = storage.occupancy_quantiles
    return SimulatedYard(
        SimulatedValue.of(storage.occupancy, "TEU"),
        SimulatedValue.of(quantiles.get(0.5), "TEU"),
        SimulatedValue.of(quantiles.get(0.95), "TEU"),
    )
