"""A program as arrays for the kernel."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.simulation import _layout as layout
from hubcalc.simulation import _state as sizes
from hubcalc.simulation._checks import check_program
from hubcalc.simulation._state import IntArray, Plan
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.program import (
    AwaitOpen,
    Board,
    Branch,
    Clock,
    Delay,
    Enter,
    Exit,
    Form,
    Jump,
    Leave,
    Match,
    Program,
    Quota,
    Release,
    ReleaseLater,
    Resource,
    Seize,
    Step,
    Store,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import CATEGORIES, DWELL_BINS, OCCUPANCY_BINS, Recording

_FOR_GAPS, _FOR_CONTENTS, _FOR_STEPS, _FOR_INTERRUPTIONS, _FOR_VESSELS = 0, 1, 2, 3, 4

_OPS: dict[type, int] = {
    Enter: layout.ENTER,
    Leave: layout.LEAVE,
    Seize: layout.SEIZE,
    Release: layout.RELEASE,
    Work: layout.WORK,
    Delay: layout.DELAY,
    Branch: layout.BRANCH,
    Jump: layout.JUMP,
    Exit: layout.EXIT,
    ReleaseLater: layout.RELEASE_LATER,
    WorkItems: layout.WORK_ITEMS,
    Store: layout.STORE,
    AwaitOpen: layout.AWAIT_OPEN,
    Quota: layout.QUOTA,
    Form: layout.FORM,
    Match: layout.MATCH,
    Board: layout.BOARD,
}


class Encoded(NamedTuple):
    """A program that has been checked and turned into arrays."""

    program: Program
    plan: Plan
    resources: IntArray
    """At the beginning of a run: all free."""
    between_hours: FloatArray
    """[resource] mean time between breakdowns of a server that works."""
    groups: int
    """Lines of units that gather, and quotas."""
    streams: list[tuple[int, int]]
    """What each stream of random numbers is for, and its position there."""
    shapes: dict[str, tuple[int, ...]]
    """Of the fields of a recording, without the axis of slots."""


@dataclass
class _Tables:
    """What grows while a program is encoded."""

    numbers: list[float] = field(default_factory=list)
    laws: list[tuple[float, ...]] = field(default_factory=list)
    clocks: list[tuple[int, ...]] = field(default_factory=list)
    streams: list[tuple[int, int]] = field(default_factory=list)
    groups: dict[tuple[str, str], int] = field(default_factory=dict)
    group_count: int = 0

    def put(self, numbers: Iterable[float]) -> int:
        """Add numbers to the table; return where they begin."""
        first = len(self.numbers)
        self.numbers.extend(numbers)
        return first

    def stream(self, purpose: int, position: int) -> int:
        """Add a stream of random numbers."""
        self.streams.append((purpose, position))
        return len(self.streams) - 1

    def group(self, kind: str, name: str, lines: int = 1) -> int:
        """Give the group of a name, which has so many lines."""
        if (kind, name) not in self.groups:
            self.groups[kind, name] = self.group_count
            self.group_count += lines
        return self.groups[kind, name]

    def law(self, law: Law) -> int:
        """Add a law, in the parameters from which it is drawn."""
        self.laws.append((float(law.kind), law.shift_hours, *self._drawn_from(law)))
        return len(self.laws) - 1

    def _drawn_from(self, law: Law) -> tuple[float, ...]:
        """Give the numbers that drawing from a law needs; see `_random`."""
        given = law.parameters
        if law.kind == LawKind.GAMMA:
            return 1.0 / given[1], given[0] * given[1], 0.0, 0.0
        if law.kind == LawKind.LOGNORMAL:
            spread = math.log1p(given[1])
            return math.log(given[0]) - 0.5 * spread, math.sqrt(spread), 0.0, 0.0
        if law.kind == LawKind.HYPEREXPONENTIAL:
            share = 0.5 * (1.0 + math.sqrt((given[1] - 1.0) / (given[1] + 1.0)))
            return share, given[0] / (2.0 * share), given[0] / (2.0 * (1.0 - share)), 0.0
        if law.kind == LawKind.QUANTILES:
            return float(self.put(given)), 0.0, 0.0, float(len(given) // 2)
        return (*given, 0.0, 0.0, 0.0, 0.0)[:4]

    def clock(self, clock: Clock) -> int:
        """Add a clock, if it does not always run at speed 1."""
        if all(speed == 1.0 for speed in clock.speeds):
            return layout.ALWAYS_OPEN
        lengths = np.diff((*clock.starts_hours, clock.period_hours))
        speeds = np.array(clock.speeds)
        positions = (
            self.put([clock.period_hours]),
            self.put(clock.starts_hours),
            self.put(clock.speeds),
            self.put([0.0, *np.cumsum(lengths * speeds).tolist()]),
            self.put([0.0, *np.cumsum(lengths * (speeds == 0.0)).tolist()]),
            len(speeds),
        )
        self.clocks.append(positions)
        return len(self.clocks) - 1


def encode(program: Program) -> Encoded:
    """Check a program and turn it into arrays.

    Parameters
    ----------
    program
        What is to be simulated.

    Returns
    -------
    Encoded
        The arrays, which `simulate_once` takes as well; encode once and run often.

    Raises
    ------
    ArgumentError
        Where the program refers to something that it does not have, or a number is out of its range.

    Examples
    --------
    >>> from hubcalc.simulation.laws import Law
    >>> from hubcalc.simulation.program import Delay, Exit, Flow, Program
    >>> encode(Program((), (Flow("a", Law.constant(1.0), 0),), (Delay(Law.constant(2.0)), Exit()))).plan.steps.shape
    (2, 8)
    """
    check_program(program)
    tables = _Tables()
    flows = np.zeros((len(program.flows), layout.FLOW_COLUMNS), dtype=np.int64)
    for i in range(len(program.flows)):
        flows[i] = _encode_flow(program, i, tables)
    steps = np.zeros((len(program.steps), layout.STEP_COLUMNS), dtype=np.int64)
    step_sizes = np.zeros((len(program.steps), layout.STEP_SIZE_COLUMNS))
    for i, step in enumerate(program.steps):
        row = _encode_step(step, tables)
        row[layout.STREAM] = tables.stream(_FOR_STEPS, i)
        row[layout.OP] = _OPS[type(step)]
        steps[i, list(row)] = list(row.values())
        step_sizes[i] = _step_sizes(step)
    resources = np.zeros((len(program.resources), layout.RESOURCE_COLUMNS), dtype=np.int64)
    for i in range(len(program.resources)):
        resources[i] = _encode_resource(program, i, tables)
    shapes = _shapes(program)
    places = np.cumsum([0, *(math.prod(shape) for shape in shapes.values())])
    plan = Plan(
        flows=flows,
        steps=steps,
        step_sizes=step_sizes,
        laws=_rows(tables.laws, layout.LAW_COLUMNS, np.float64),
        table=np.array(tables.numbers, dtype=np.float64),
        clocks=_rows(tables.clocks, layout.CLOCK_COLUMNS, np.int64),
        places=places.astype(np.int64),
        sizes=_sizes(program),
    )
    between = [math.inf if each.breakdowns is None else each.breakdowns.between_hours for each in program.resources]
    return Encoded(program, plan, resources, np.array(between), tables.group_count, tables.streams, shapes)


def _rows(rows: list[Any], columns: int, dtype: Any) -> NDArray[Any]:
    """Give rows as an array, with its columns even where there are none."""
    return np.array(rows, dtype=dtype).reshape(len(rows), columns)


def _encode_flow(program: Program, position: int, tables: _Tables) -> list[int]:
    """Encode a flow; see `_layout`."""
    flow = program.flows[position]
    stream = tables.stream(_FOR_GAPS, position)
    tables.stream(_FOR_CONTENTS, position)
    sizes_of_contents = _sums(flow.contents.probabilities)
    return [
        flow.start,
        flow.priority,
        tables.law(flow.gaps),
        tables.clock(flow.clock),
        stream,
        tables.put(sizes_of_contents),
        len(sizes_of_contents),
        program.initial[position] if program.initial else 0,
    ]


def _sums(shares: tuple[float, ...]) -> list[float]:
    """Give the sum of the shares before each: the last of them that a uniform number has reached is drawn."""
    sums = np.cumsum((0.0, *shares[:-1]))
    return [
        min(float(total), 1.0) for total in sums
    ]  # a share of zero is never drawn: of equal sums the last one counts


def _encode_step(step: Step, tables: _Tables) -> dict[int, int]:
    """Encode a step; see `_layout`."""
    match step:
        case Enter():
            return {layout.WHERE: step.stage}
        case Seize():
            return {layout.WHERE: step.resource, layout.AMOUNT: step.amount, layout.CATEGORY: step.category}
        case Release():
            return {layout.WHERE: step.resource, layout.AMOUNT: step.amount}
        case Work():
            return {layout.WHERE: step.resource, layout.LAW: tables.law(step.law)}
        case Delay():
            return {layout.CATEGORY: step.category, layout.LAW: tables.law(step.law)}
        case Jump():
            return {layout.TARGET: step.target}
        case Branch():
            chosen = [(share, target) for share, target in zip(step.shares, step.targets, strict=True) if share > 0.0]
            first = tables.put(_sums(tuple(share for share, _ in chosen)))
            tables.put(float(target) for _, target in chosen)
            return {layout.TARGETS: len(chosen), layout.FIRST_SHARE: first}
        case Exit() | Leave():
            return {}
    return _encode_rare_step(step, tables)


def _encode_rare_step(step: Step, tables: _Tables) -> dict[int, int]:
    """Encode a step of one of the other kinds."""
    match step:
        case ReleaseLater():
            row = {layout.WHERE: step.resource, layout.AMOUNT: step.amount, layout.SEPARATELY: int(step.separately)}
            return row | {layout.LAW: tables.law(step.law)}
        case WorkItems():
            row = {layout.WHERE: step.resource, layout.COPIES: step.copies, layout.AT_ONCE: step.at_once}
            return row | {layout.LAW: tables.law(step.law)}
        case Store():
            return {layout.WHERE: step.storage, layout.LAW: tables.law(step.law)}
        case AwaitOpen():
            return {layout.WHERE: tables.clock(step.clock), layout.CATEGORY: step.category}
        case Quota():
            return {layout.WHERE: tables.group("quota", step.name), layout.PER_DAY: step.per_day}
        case Form():
            return {layout.WHERE: tables.group("form", step.name), layout.MOST: step.size}
        case Match():
            group = tables.group("match", step.pairing, 2)
            return {layout.WHERE: group, layout.SIDE: step.side, layout.ROOM: step.room}
        case Board():
            row = {layout.WHERE: step.resource, layout.LEAST: step.least, layout.MOST: step.most}
            return row | {layout.LAW: tables.law(step.trip), layout.BACK: tables.law(step.back)}
    message = f"unknown step {step!r}"
    raise TypeError(message)


def _step_sizes(step: Step) -> tuple[float, float]:
    """Give what of a step need not be whole."""
    match step:
        case WorkItems():
            return step.share, 0.0
        case Store():
            return step.share, step.size
        case Board():
            return 0.0, step.every_hours
    return 0.0, 0.0


def _encode_resource(program: Program, position: int, tables: _Tables) -> list[int]:
    """Encode a resource; see `_layout`."""
    resource: Resource = program.resources[position]
    boards = [i for i, step in enumerate(program.steps) if isinstance(step, Board) and step.resource == position]
    breakdowns, interruptions = resource.breakdowns, resource.interruptions
    stream = tables.stream(_FOR_INTERRUPTIONS, position)
    tables.stream(_FOR_VESSELS, position)
    return [
        resource.capacity,
        resource.capacity,
        0,
        tables.clock(resource.clock),
        tables.law(breakdowns.repair) if breakdowns else -1,
        tables.law(interruptions.open) if interruptions else -1,
        tables.law(interruptions.closed) if interruptions else -1,
        stream,
        boards[0] if boards else -1,
        0,
    ]


def _sizes(program: Program) -> IntArray:
    """Give the numbers of things; see `_state`."""
    found = np.zeros(6, dtype=np.int64)
    found[sizes.FLOWS] = len(program.flows)
    found[sizes.STAGES] = len(program.stages)
    found[sizes.RESOURCES] = len(program.resources)
    found[sizes.STORAGES] = len(program.storages)
    found[sizes.LEVELS_OF_PRIORITY] = 1 + max((flow.priority for flow in program.flows), default=0)
    contents = max((len(flow.contents.probabilities) for flow in program.flows), default=1)
    forms = [step.size for step in program.steps if isinstance(step, Form)]
    most = max([contents, *forms])
    seized = {step.resource for step in program.steps if isinstance(step, Seize)}
    both = {step.resource for step in program.steps if isinstance(step, WorkItems)} & seized
    servers = [program.resources[i].capacity for i in both]  # all may be set free for items when one seizes
    amounts = [step.amount for step in program.steps if isinstance(step, Seize | Release | ReleaseLater)]
    boarding = [step.most for step in program.steps if isinstance(step, Board)]
    items = [most * step.copies for step in program.steps if isinstance(step, WorkItems)]
    found[sizes.MARGIN] = 16 + max([most, *servers, *amounts, *boarding, *items])
    return found


def _shapes(program: Program) -> dict[str, tuple[int, ...]]:
    """Give the shapes of a recording's fields, in its order, without slots."""
    flows, stages = len(program.flows), len(program.stages)
    resources, storages = len(program.resources), len(program.storages)
    shapes: dict[str, tuple[int, ...]] = {
        "arrived": (flows,),
        "turned_away": (flows,),
        "left": (flows,),
        "times": (flows, CATEGORIES),
        "dwell_squares": (flows,),
        "dwell_counts": (flows, DWELL_BINS),
        "visits": (stages, flows),
        "stage_times": (stages, flows, CATEGORIES),
        "stage_wait_squares": (stages, flows),
        "items": (stages, flows),
        "item_waits": (stages, flows),
        "number": (stages,),
        "busy": (resources,),
        "working": (resources,),
        "blocked": (resources,),
        "asked": (resources,),
        "occupancy": (storages, OCCUPANCY_BINS),
        "stored": (storages,),
    }
    return {name: shapes[name] for name in Recording._fields}
