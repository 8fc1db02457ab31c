"""The first events of a hub's simulation, in the words of its document."""

from collections.abc import Sequence

from hubcalc.analysis.programs.translate import translate
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.plans import units_per_hour
from hubcalc.simulation.trace import Trace
from hubmodels import HubBase
from hubmodels.simulation_results import TraceRow

_SLOTS = 2
_EVENTS_A_ROW = 100
_FEWEST_EVENTS = 10_000


def first_events(hub: HubBase, seed: int, most: int) -> list[TraceRow]:
    """List what happens first to the units of a hub that is empty at the beginning.

    Parameters
    ----------
    hub : HubBase
        A document with plain numbers.
    seed : int
        It is the first replication of this seed.
    most : int
        So many events are listed; each arrival is one, so a run with as many arrivals as that fills the list.

    Returns
    -------
    list of TraceRow
        In the order in which they happen.

    Examples
    --------
    >>> from hubcalc.documents import fixture
    >>> [row.event for row in first_events(fixture("khorgos-gateway"), 1, 2)]
    ['arrive', 'enter']
    """
    program = translate(hub).program
    trace = Trace.of_rows(most)
    slot_hours = 2.0 * most / units_per_hour(program) / _SLOTS
    events = _EVENTS_A_ROW * most + _FEWEST_EVENTS
    simulate_once(
        program, slots=_SLOTS, slot_hours=slot_hours, seed=seed, replication=0, most_events=events, trace=trace
    )
    flows = [flow.name for flow in program.flows]
    resources = [resource.name for resource in program.resources]
    return [
        TraceRow(
            hours=hours,
            event=event.name.lower(),
            flow=_named(flows, flow),
            unit=unit if unit >= 0 else None,
            stage=_named(program.stages, stage),
            resource=_named(resources, resource),
        )
        for hours, event, flow, unit, stage, resource in trace.events()
    ]


def _named(names: Sequence[str], number: int) -> str | None:
    return names[number] if number >= 0 else None
