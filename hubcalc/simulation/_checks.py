"""Checks of a program before it is run; errors name the place in it."""

import math
from collections.abc import Iterator
from itertools import pairwise

from hubcalc.errors import ArgumentError, Problem
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.program import (
    AwaitOpen,
    Board,
    Branch,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Form,
    Jump,
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

_SUM_TOLERANCE = 1e-9
_MOST = 2**31
_MOST_SHARED = 100_000
"""Servers of a resource that is both seized and used for contents."""


def check_program(program: Program) -> None:
    """Raise an error that names everything that is wrong with a program."""
    problems = [
        *(problem for i, flow in enumerate(program.flows) for problem in _of_flow(program, f"flows[{i}]", flow)),
        *(problem for i, each in enumerate(program.resources) for problem in _of_resource(f"resources[{i}]", each)),
        *(problem for i, step in enumerate(program.steps) for problem in _of_step(program, f"steps[{i}]", i, step)),
        *_of_storages(program),
        *_of_initial(program),
        *_of_shared(program),
    ]
    if not problems:
        problems = [*_of_cycles(program)]
    if problems:
        raise ArgumentError.of(*problems)


def _whole(name: str, value: object, least: int, most: int) -> Iterator[Problem]:
    """Find a number that is not whole, or not between two."""
    if not isinstance(value, int) or not least <= value <= most:
        allowed = f"whole numbers from {least} to {most}" if most < _MOST else f"whole numbers from {least}"
        yield Problem(f"{value!r} is out of range", parameter=name, given=value, allowed=allowed)


def _position(name: str, value: int, count: int, what: str) -> Iterator[Problem]:
    """Find a position that does not exist."""
    if not isinstance(value, int) or not 0 <= value < count:
        allowed = f"0 to {count - 1}" if count else "none: there are no such entries"
        yield Problem(f"there is no {what} {value!r}", parameter=name, given=value, allowed=allowed)


def _number(name: str, value: float, least: float, *, above: bool = False) -> Iterator[Problem]:
    """Find a number that is not finite, or below the least, or (if `above`) equal to it."""
    if not math.isfinite(value) or value < least or (above and value == least):
        allowed = f"finite, {'>' if above else '>='} {least:g}"
        yield Problem(f"{value:g} is out of range", parameter=name, given=value, allowed=allowed)


def _of_law(name: str, law: Law, *, least_mean: float = 0.0, may_never_end: bool = False) -> Iterator[Problem]:
    """Find what is wrong with a law of times."""
    counts = {
        LawKind.CONSTANT: 0,
        LawKind.EXPONENTIAL: 1,
        LawKind.GAMMA: 2,
        LawKind.LOGNORMAL: 2,
        LawKind.HYPEREXPONENTIAL: 2,
        LawKind.TRIANGULAR: 3,
    }
    given = law.parameters
    if may_never_end and math.inf in (law.shift_hours, *given[:1]) and len(given) == counts.get(law.kind, -1):
        return
    yield from _number(f"{name}.shift_hours", law.shift_hours, 0.0)
    if law.kind == LawKind.QUANTILES:
        yield from _of_quantiles(name, given)
        return
    if len(given) != counts[law.kind]:
        message = f"{len(given)} parameters for {law.kind.name}"
        yield Problem(message, parameter=f"{name}.parameters", given=given, allowed=f"{counts[law.kind]}")
        return
    if law.kind == LawKind.TRIANGULAR:
        if not (0.0 <= given[0] <= given[1] <= given[2] < math.inf):
            yield Problem("not rising", parameter=f"{name}.parameters", given=given, allowed="0 <= low <= mode <= high")
    elif given:
        yield from _number(f"{name}.parameters[0]", given[0], 0.0, above=law.kind != LawKind.EXPONENTIAL)
        if len(given) == 2:
            least = 1.0 if law.kind == LawKind.HYPEREXPONENTIAL else 0.0
            above = law.kind != LawKind.HYPEREXPONENTIAL
            yield from _number(f"{name}.parameters[1]", given[1], least, above=above)
    if law.shift_hours + (max(given) if given else 0.0) <= 0.0 < least_mean:
        yield Problem("always zero", parameter=name, given=law, allowed="a mean above 0")


def _of_quantiles(name: str, given: tuple[float, ...]) -> Iterator[Problem]:
    """Find what is wrong with quantiles: probabilities, then hours."""
    half = len(given) // 2
    probabilities, hours = given[:half], given[half:]
    if len(given) % 2 or half < 2:
        yield Problem(
            "not pairs",
            parameter=f"{name}.parameters",
            given=given,
            allowed="as many hours as probabilities, 2 or more",
        )
    elif (probabilities[0], probabilities[-1]) != (0.0, 1.0) or any(not p < q for p, q in pairwise(probabilities)):
        yield Problem("wrong probabilities", parameter=f"{name}.parameters", given=given, allowed="rising from 0 to 1")
    elif not (hours[0] >= 0.0 and hours[-1] < math.inf) or any(not x <= y for x, y in pairwise(hours)):
        yield Problem("wrong hours", parameter=f"{name}.parameters", given=given, allowed="finite, >= 0, not falling")


def _of_clock(name: str, clock: Clock) -> Iterator[Problem]:
    """Find what is wrong with a clock."""
    yield from _number(f"{name}.period_hours", clock.period_hours, 0.0, above=True)
    starts, speeds = clock.starts_hours, clock.speeds
    rising = all(x < y for x, y in zip(starts, (*starts[1:], clock.period_hours), strict=False))
    if not starts or starts[0] != 0.0 or not rising:
        allowed = "rising from 0, below the period"
        yield Problem("wrong starts", parameter=f"{name}.starts_hours", given=starts, allowed=allowed)
    if len(speeds) != len(starts) or not all(0.0 <= speed < math.inf for speed in speeds) or not any(speeds):
        allowed = "one for each start, finite, >= 0, not all 0"
        yield Problem("wrong speeds", parameter=f"{name}.speeds", given=speeds, allowed=allowed)


def _of_flow(program: Program, name: str, flow: Flow) -> Iterator[Problem]:
    """Find what is wrong with a flow."""
    yield from _of_law(f"{name}.gaps", flow.gaps, least_mean=1.0, may_never_end=True)
    yield from _position(f"{name}.start", flow.start, len(program.steps), "step")
    yield from _whole(f"{name}.priority", flow.priority, 0, 9)
    yield from _of_clock(f"{name}.clock", flow.clock)
    yield from _of_shares(f"{name}.contents.probabilities", flow.contents.probabilities)


def _of_shares(name: str, shares: tuple[float, ...]) -> Iterator[Problem]:
    """Find shares that are no probabilities."""
    if not all(0.0 <= share <= 1.0 for share in shares) or abs(math.fsum(shares) - 1.0) > _SUM_TOLERANCE:
        yield Problem(
            f"they sum to {math.fsum(shares):g}", parameter=name, given=shares, allowed="from 0 to 1, summing to 1"
        )


def _of_resource(name: str, resource: Resource) -> Iterator[Problem]:
    """Find what is wrong with a resource."""
    yield from _whole(f"{name}.capacity", resource.capacity, 1, _MOST)
    yield from _of_clock(f"{name}.clock", resource.clock)
    if resource.breakdowns is not None:
        yield from _number(f"{name}.breakdowns.between_hours", resource.breakdowns.between_hours, 0.0, above=True)
        yield from _of_law(f"{name}.breakdowns.repair", resource.breakdowns.repair)
    if resource.interruptions is not None:
        yield from _of_law(f"{name}.interruptions.open", resource.interruptions.open, least_mean=1.0)
        yield from _of_law(f"{name}.interruptions.closed", resource.interruptions.closed)


def _of_storages(program: Program) -> Iterator[Problem]:
    """Find what is wrong with storages."""
    for i, storage in enumerate(program.storages):
        yield from _number(f"storages[{i}].most", storage.most, 0.0, above=True)


def _of_initial(program: Program) -> Iterator[Problem]:
    """Find what is wrong with the units that are there at the beginning."""
    if program.initial and len(program.initial) != len(program.flows):
        allowed = f"{len(program.flows)} numbers, one for each flow"
        yield Problem("wrong length", parameter="initial", given=program.initial, allowed=allowed)
    for i, units in enumerate(program.initial):
        yield from _whole(f"initial[{i}]", units, 0, 1_000_000)


def _of_step(program: Program, name: str, position: int, step: Step) -> Iterator[Problem]:
    """Find what is wrong with a step."""
    if isinstance(step, Enter):
        yield from _position(f"{name}.stage", step.stage, len(program.stages), "stage")
    if isinstance(step, Seize | Release | ReleaseLater | Work | WorkItems | Board):
        yield from _position(f"{name}.resource", step.resource, len(program.resources), "resource")
    if isinstance(step, Seize | Release | ReleaseLater) and 0 <= step.resource < len(program.resources):
        yield from _whole(f"{name}.amount", step.amount, 1, program.resources[step.resource].capacity)
    if isinstance(step, ReleaseLater | Work | Delay | WorkItems | Store):
        yield from _of_law(f"{name}.law", step.law)
    if isinstance(step, WorkItems | Store):
        yield from _of_shares(f"{name}.share", (step.share, 1.0 - step.share))
    if isinstance(step, AwaitOpen):
        yield from _of_clock(f"{name}.clock", step.clock)
    if not isinstance(step, Jump | Exit) and not isinstance(step, Branch) and position + 1 == len(program.steps):
        yield Problem("the last step must be an exit, a jump or a branch", parameter=name, given=step)
    yield from _of_rare_step(program, name, step)


def _of_rare_step(program: Program, name: str, step: Step) -> Iterator[Problem]:
    """Find what is wrong with the numbers that only one kind of step has."""
    if isinstance(step, WorkItems):
        if any(isinstance(other, Seize) and other.resource == step.resource for other in program.steps):
            capacity = program.resources[step.resource].capacity if step.resource < len(program.resources) else 1
            yield from _whole(f"resources[{step.resource}].capacity", capacity, 1, _MOST_SHARED)
        yield from _whole(f"{name}.copies", step.copies, 1, _MOST)
        yield from _whole(f"{name}.at_once", step.at_once, 1, _MOST)
    elif isinstance(step, Store):
        yield from _position(f"{name}.storage", step.storage, len(program.storages), "storage")
        yield from _number(f"{name}.size", step.size, 0.0, above=True)
    elif isinstance(step, Quota):
        yield from _whole(f"{name}.per_day", step.per_day, 1, _MOST)
    elif isinstance(step, Jump):
        yield from _position(f"{name}.target", step.target, len(program.steps), "step")
    elif isinstance(step, Branch):
        yield from _of_shares(f"{name}.shares", step.shares)
        if len(step.shares) != len(step.targets):
            message = f"{len(step.targets)} targets, {len(step.shares)} shares"
            yield Problem(message, parameter=name, given=step, allowed="as many shares as targets")
        for target in step.targets:
            yield from _position(f"{name}.targets", target, len(program.steps), "step")
    elif isinstance(step, Form):
        yield from _whole(f"{name}.size", step.size, 1, _MOST)
    elif isinstance(step, Match):
        yield from _whole(f"{name}.side", step.side, 0, 1)
        yield from _whole(f"{name}.room", step.room, 0, _MOST)
    elif isinstance(step, Board):
        yield from _whole(f"{name}.least", step.least, 1, _MOST)
        yield from _whole(f"{name}.most", step.most, step.least, _MOST)
        yield from _of_law(f"{name}.trip", step.trip)
        yield from _of_law(f"{name}.back", step.back)
        yield from _number(f"{name}.every_hours", step.every_hours, 0.0)


def _of_shared(program: Program) -> Iterator[Problem]:
    """Find steps that share something and disagree about it, and resources of vessels that are used otherwise."""
    known: dict[tuple[object, ...], tuple[Step, object]] = {}
    for i, step in enumerate(program.steps):
        key: tuple[object, ...]
        value: object
        if isinstance(step, Quota):
            key, value = ("quota", step.name), step.per_day
        elif isinstance(step, Form):
            key, value = ("form", step.name), step.size
        elif isinstance(step, Match):
            key, value = ("match", step.pairing, step.side), step.room
        elif isinstance(step, Seize | Release | ReleaseLater | Work | WorkItems | Board):
            key, value = ("resource", step.resource), step if isinstance(step, Board) else None
        else:
            continue
        first, agreed = known.setdefault(key, (step, value))
        if agreed != value:
            message = "disagrees with another step that shares the same"
            yield Problem(message, parameter=f"steps[{i}]", given=step, allowed=f"the same as {first}")


def _of_cycles(program: Program) -> Iterator[Problem]:
    """Find steps that lead back to themselves without ever taking time: a unit would go round for ever."""
    takes_time = (Work, Delay, WorkItems, Form, Match, Board, Exit)
    following: dict[int, tuple[int, ...]] = {}
    for i, step in enumerate(program.steps):
        if isinstance(step, Jump):
            following[i] = (step.target,)
        elif isinstance(step, Branch):
            following[i] = tuple(target for target, share in zip(step.targets, step.shares, strict=True) if share > 0.0)
        else:
            following[i] = () if isinstance(step, takes_time) else (i + 1,)
    done: set[int] = set()
    for start in following:
        path: dict[int, Iterator[int]] = {} if start in done else {start: iter(following[start])}
        while path:
            here = next(reversed(path))
            target = next(path[here], None)
            if target is None:
                done.add(here)
                del path[here]
            elif target in path:
                message = "a unit that comes here may come back without any time having passed"
                yield Problem(
                    message, parameter=f"steps[{target}]", given=program.steps[target], allowed="no such cycle"
                )
                return
            elif target not in done:
                path[target] = iter(following[target])
