"""A hub document as a program of the simulator.

Each flow is written as the insides of the stages of its route, in the order of the document, and then the doors between
them. At a door the draw of who goes where has been made; a unit that finds no room behind the door keeps what it has
left to give back, so it blocks the stage that it comes from, and its wait is booked at the stage it wants to enter.
"""

from dataclasses import dataclass

from hubcalc.analysis.programs.assembly import Assembler
from hubcalc.analysis.programs.base import Account, Parts
from hubcalc.analysis.programs.calendars import arrival_clock
from hubcalc.analysis.programs.contents import brings_contents, contents_law, stored_teu
from hubcalc.analysis.programs.routes import RouteWriter
from hubcalc.errors import Problem, RefusedError
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import BatchSizes, Exit, Flow, Program
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase, PipelineSection


@dataclass(frozen=True, slots=True)
class Translation:
    """A program, and where the stages of the document stand in it."""

    program: Program
    accounts: dict[str, Account]
    """By stage; without those that no simulated flow passes."""


def program_of(hub: HubBase) -> Program:
    """Translate a hub document into a program of the simulator.

    Parameters
    ----------
    hub : HubBase
        A document with plain numbers. Flows that do not arrive are left out, and flows of pipelines, which share no
        stage with others.

    Returns
    -------
    Program
        Its flows have the ids of the document's; time 0 is Monday, 0:00 local time.

    Raises
    ------
    RefusedError
        If nothing arrives, if the main flow is that of a pipeline, or if a stage cannot be simulated.

    Examples
    --------
    >>> from hubcalc.documents import fixture
    >>> [flow.name for flow in program_of(fixture("khorgos-gateway")).flows][:1]
    ['westbound']
    """
    return translate(hub).program


def translate(hub: HubBase) -> Translation:
    """Translate a hub document, and tell where its stages stand in the program; see `program_of`."""
    simulated = _simulated(hub)
    parts, assembler = Parts(), Assembler()
    stored = stored_teu(hub, simulated)
    starts = {}
    for flow_id in simulated:
        starts[flow_id] = RouteWriter(hub, flow_id, parts, assembler, stored).write()
    for name, outsider in parts.outsiders.items():
        starts[name] = assembler.mark(("outsider", name))
        assembler.emit((*outsider.steps, Exit()))
    steps, positions = assembler.finish()
    flows = [_flow(hub, flow_id, positions[starts[flow_id]]) for flow_id in simulated]
    flows += [
        Flow(outsider.name, outsider.gaps, positions[starts[name]], priority=outsider.priority)
        for name, outsider in parts.outsiders.items()
    ]
    program = Program(
        tuple(parts.stages),
        tuple(flows),
        steps,
        tuple(parts.resources.values()),
        tuple(parts.storages.values()),
    )
    return Translation(program, parts.accounts)


def _simulated(hub: HubBase) -> list[str]:
    """List the flows that are simulated, in the order of the document; refuse where nothing is left to say."""
    pipelines = {
        key
        for key, flow in hub.flows.items()
        if any(isinstance(hub.stages[stage], PipelineSection) for stage in flow.stages)
    }
    if hub.main_flow in pipelines:
        raise RefusedError.of(
            Problem(
                "the main flow passes a pipeline, a steady flow that is not simulated unit by unit",
                parameter="main_flow",
                given=hub.main_flow,
                hint="ask for the formulas: method=fast",
            )
        )
    arriving = [key for key, flow in hub.flows.items() if flow.per_day > 0 and key not in pipelines]
    if not arriving:
        raise RefusedError.of(Problem("no flow arrives, so there is nothing to simulate", parameter="flows"))
    return arriving


def _flow(hub: HubBase, flow_id: str, start: int) -> Flow:
    """Give a flow of the document as one of the program."""
    flow = hub.flows[flow_id]
    contents = contents_law(flow_id, flow) if brings_contents(hub, flow) else BatchSizes()
    gaps = Law.gaps(HOURS_PER_DAY / flow.per_day, flow.scv)
    return Flow(flow_id, gaps, start, contents, arrival_clock(flow.hourly_weights), flow.priority)
