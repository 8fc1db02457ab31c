"""Programs that are not sound are refused with an error that names the place."""

import math

import pytest

from hubcalc.errors import ArgumentError
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.program import (
    BatchSizes,
    Board,
    Branch,
    Breakdowns,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Form,
    Interruptions,
    Jump,
    Match,
    Program,
    Quota,
    Release,
    ReleaseLater,
    Resource,
    Seize,
    Storage,
    Store,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import Recording

HOUR = Law.constant(1.0)
GAPS = Law.exponential(1.0)


def program(*steps, flow=None, resource=None, storage=None, initial=()):
    return Program(
        ("s",),
        (flow or Flow("a", GAPS, 0),),
        (*steps, Exit()),
        (resource or Resource("r", 2),),
        (storage or Storage("y", 10.0),),
        initial,
    )


BOARD = Board(0, 1, 2, HOUR, HOUR)

WRONG = [
    ("steps[0].stage", program(Enter(1))),
    ("steps[0].stage", program(Enter(-1))),
    ("steps[0].resource", program(Seize(1))),
    ("steps[0].amount", program(Seize(0, 3))),
    ("steps[0].amount", program(Release(0, 0))),
    ("steps[0].amount", program(ReleaseLater(0, HOUR, 9))),
    ("steps[0].law.shift_hours", program(Delay(Law.constant(-1.0)))),
    ("steps[0].law.shift_hours", program(Delay(Law.constant(math.nan)))),
    ("steps[0].law.parameters[0]", program(Work(0, Law.exponential(math.inf)))),
    ("steps[0].law.parameters[1]", program(Delay(Law.hyperexponential(1.0, 0.5)))),
    ("steps[0].law.parameters[1]", program(Delay(Law(LawKind.GAMMA, (1.0, 0.0))))),
    ("steps[0].law.parameters", program(Delay(Law(LawKind.GAMMA, (1.0,))))),
    ("steps[0].law.parameters", program(Delay(Law.triangular(2.0, 1.0, 3.0)))),
    ("steps[0].law.parameters", program(Delay(Law.quantiles((0.0, 0.5), (1.0, 2.0))))),
    ("steps[0].law.parameters", program(Delay(Law.quantiles((0.0, 1.0), (3.0, 2.0))))),
    ("steps[0].law.parameters", program(Delay(Law(LawKind.QUANTILES, (0.0, 1.0, 2.0))))),
    ("steps[0].share", program(WorkItems(0, HOUR, 1.5))),
    ("steps[0].copies", program(WorkItems(0, HOUR, copies=0))),
    ("steps[0].at_once", program(WorkItems(0, HOUR, at_once=0))),
    ("steps[0].storage", program(Store(1, HOUR))),
    ("steps[0].size", program(Store(0, HOUR, size=0.0))),
    ("steps[0].per_day", program(Quota("q", 0))),
    ("steps[1]", program(Quota("q", 1), Quota("q", 2))),
    ("steps[1]", program(Form("f", 1), Form("f", 2))),
    ("steps[1]", program(Match("p", 0, 1), Match("p", 0, 2))),
    ("steps[1]", program(BOARD, Board(0, 1, 3, HOUR, HOUR))),
    ("steps[1]", program(BOARD, Seize(0))),
    ("steps[0].size", program(Form("f", 0))),
    ("steps[0].side", program(Match("p", 2, 1))),
    ("steps[0].room", program(Match("p", 0, -1))),
    ("steps[0].most", program(Board(0, 3, 2, HOUR, HOUR))),
    ("steps[0].every_hours", program(Board(0, 1, 2, HOUR, HOUR, -1.0))),
    ("steps[0].target", program(Jump(7))),
    ("steps[0].targets", program(Branch((1, 9), (0.5, 0.5)))),
    ("steps[0].shares", program(Branch((1, 1), (0.5, 0.6)))),
    ("steps[0]", program(Branch((1,), (0.5, 0.5)))),
    ("steps[0]", program(Jump(0))),
    ("steps[0]", program(Enter(0), Branch((0, 2), (0.5, 0.5)))),
    ("steps[0]", Program(("s",), (), (Enter(0),))),
    ("flows[0].start", program(flow=Flow("a", GAPS, 5))),
    ("flows[0].priority", program(flow=Flow("a", GAPS, 0, priority=10))),
    ("flows[0].gaps", program(flow=Flow("a", Law.constant(0.0), 0))),
    ("flows[0].contents.probabilities", program(flow=Flow("a", GAPS, 0, BatchSizes((0.5, 0.4))))),
    ("flows[0].clock.starts_hours", program(flow=Flow("a", GAPS, 0, clock=Clock(24.0, (1.0,), (1.0,))))),
    ("flows[0].clock.starts_hours", program(flow=Flow("a", GAPS, 0, clock=Clock(24.0, (0.0, 24.0), (1.0, 0.0))))),
    ("flows[0].clock.speeds", program(flow=Flow("a", GAPS, 0, clock=Clock(24.0, (0.0,), (0.0,))))),
    ("flows[0].clock.period_hours", program(flow=Flow("a", GAPS, 0, clock=Clock(0.0)))),
    ("resources[0].capacity", program(resource=Resource("r", 0))),
    ("resources[0].breakdowns.between_hours", program(resource=Resource("r", 1, breakdowns=Breakdowns(0.0, HOUR)))),
    (
        "resources[0].interruptions.open",
        program(resource=Resource("r", 1, interruptions=Interruptions(Law.constant(0.0), HOUR))),
    ),
    ("storages[0].most", program(storage=Storage("y", 0.0))),
    ("initial", program(initial=(1, 2))),
    ("initial[0]", program(initial=(-1,))),
]


@pytest.mark.parametrize(("name", "wrong"), WRONG, ids=[f"{i}-{name}" for i, (name, _) in enumerate(WRONG)])
def test_what_is_wrong_is_named(name, wrong):
    with pytest.raises(ArgumentError) as caught:
        encode(wrong)
    assert name in {problem.parameter for problem in caught.value.problems}


def test_everything_wrong_is_named_at_once():
    with pytest.raises(ArgumentError) as caught:
        encode(program(Enter(3), Seize(4)))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "sound",
    [
        Program((), (), ()),
        program(),
        program(Enter(0), Branch((2, 0), (1.0, 0.0))),
        program(Enter(0), Delay(HOUR), Branch((0, 3), (0.5, 0.5))),
        program(flow=Flow("a", Law.exponential(math.inf), 0)),
        program(BOARD, BOARD),
    ],
)
def test_what_is_sound_is_taken(sound):
    encoded = encode(sound)
    assert tuple(encoded.shapes) == Recording._fields
    assert len(encoded.plan.steps) == len(sound.steps)
