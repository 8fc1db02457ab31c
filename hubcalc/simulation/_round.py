"""Rounds of replications on all cores, and what they show: settled, growing, stuck or cut short."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import inf
from typing import Any, TypeVar

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.estimates import Sections, batches_of, estimate, in_sections, joined, number_inside
from hubcalc.simulation.intervals import Estimate, ratio_estimate
from hubcalc.simulation.plans import Plan, units_per_hour
from hubcalc.simulation.program import Program
from hubcalc.simulation.recording import Ending, Outcome
from hubcalc.simulation.results import SimulationResult, Status, status_of
from hubcalc.simulation.warm_up import WarmUp, find_warm_up

MOST_EVENTS_OF_ONE = 10_000_000_000
"""Of one replication; the engine counts little further."""
LEAST_DONE = 8
"""Slots that every replication must have done for a judgment."""
NOTHING = WarmUp(slots=0, settled=False, growing=False, memory_slots=0.5)

T = TypeVar("T")


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[int], T], numbers: Iterable[int], threads: int | None) -> list[T]:
    """Do work for each number in threads, and give the answers in the order of the numbers."""
    count = cores() if threads is None else max(threads, 1)
    if count == 1:
        return [work(number) for number in numbers]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, numbers))


@dataclass(frozen=True)
class Judged:
    """A round of replications of one plan, and what it shows."""

    status: Status
    outcomes: Sequence[Outcome]
    plan: Plan
    warm_up: WarmUp
    until: int
    """Slots that all of them have done."""
    batches: int
    """Sections of each replication."""
    growth_per_hour: Estimate | None = None

    @property
    def kept(self) -> int:
        """Slots behind the warm-up."""
        return self.until - self.warm_up.slots

    @property
    def sections(self) -> int:
        """Sections of all replications."""
        return self.batches * len(self.outcomes)

    @property
    def complete(self) -> bool:
        """Whether every replication reached its last slot."""
        return all(outcome.ending == Ending.COMPLETE for outcome in self.outcomes)

    @property
    def overflowed(self) -> bool:
        """Whether there were more units than room."""
        return any(outcome.ending == Ending.TOO_MANY_UNITS for outcome in self.outcomes)

    def with_status(self, status: Status) -> "Judged":
        """Give the same with another status."""
        return replace(self, status=status)

    def with_cut(self, slots: int) -> "Judged":
        """Give the same with a warm-up that was found elsewhere, of at most half of the slots."""
        return replace(self, warm_up=replace(self.warm_up, slots=min(slots, self.until // 2)))

    def growth(self, level: float) -> Estimate:
        """Estimate by how much the number of units grows in the second half of the replications [1/h]."""
        rises, hours = [], []
        for outcome in self.outcomes:
            if outcome.slots_done < 4:
                rises.append(float(outcome.left_inside))
                hours.append(outcome.hours)
                continue
            half = slice(outcome.slots_done // 2, outcome.slots_done)
            come, gone, refused = (
                float(column[half].sum())
                for column in (outcome.recording.arrived, outcome.recording.left, outcome.recording.turned_away)
            )
            rises.append(come - gone - refused)
            hours.append((half.stop - half.start) * self.plan.slot_hours)
        found = ratio_estimate(np.array(rises), np.array(hours), level)
        return found or Estimate(0.0, inf, level, 0)


def _any_end(outcomes: Sequence[Outcome], first: int, until: int) -> bool:
    """Tell whether in these slots a unit left the hub or was turned away."""
    recordings = [outcome.recording for outcome in outcomes]
    return any(bool(column[first:until].any()) for one in recordings for column in (one.left, one.turned_away))


class Runner:
    """Runs rounds of one program and counts their events."""

    def __init__(self, program: Program, seed: int, level: float, most_events: int, threads: int | None) -> None:
        self.program = program
        self.seed = seed
        self.level = level
        self.most_events = most_events
        self.threads = threads
        self.events = 0
        self._encoded: Any = encode(program)

    @property
    def left(self) -> int:
        """Events that are left of the budget."""
        return max(self.most_events - self.events, 0)

    def round(self, numbers: Iterable[int], plan: Plan, most_events: int) -> list[Outcome]:
        """Run replications of these numbers, each with its own share of the budget."""
        outcomes = in_threads(lambda number: self._once(number, plan, most_events), numbers, self.threads)
        self.events += sum(outcome.events for outcome in outcomes)
        return outcomes

    def _once(self, number: int, plan: Plan, most_events: int) -> Outcome:
        """Run one replication."""
        return simulate_once(
            self._encoded,
            slots=plan.slots,
            slot_hours=plan.slot_hours,
            seed=self.seed,
            replication=number,
            most_events=min(max(most_events, 1), MOST_EVENTS_OF_ONE),
        )

    def judge(self, outcomes: Sequence[Outcome], plan: Plan) -> Judged:
        """Find the warm-up of a round, and whether it shows a steady state."""
        until = min(outcome.slots_done for outcome in outcomes)
        status = status_of([outcome.ending for outcome in outcomes], until, LEAST_DONE)
        judged = Judged(status, outcomes, plan, NOTHING, until, 1)
        judged = replace(judged, growth_per_hour=judged.growth(self.level))
        if status != "steady":
            return judged
        inside = self._inside(outcomes, plan, until)
        stored = np.stack([outcome.recording.stored[:until] for outcome in outcomes])
        warm_up = find_warm_up(inside, *(stored[:, :, number] for number in range(stored.shape[2])))
        if warm_up.growing or not warm_up.settled:
            status = "growing" if warm_up.growing else "unsettled"
        elif units_per_hour(self.program) > 0.0 and not _any_end(outcomes, warm_up.slots, until):
            status = "unsettled"  # units come, but the run was too short to see one go
        return replace(judged, status=status, warm_up=warm_up, batches=batches_of(inside[:, warm_up.slots :]))

    def judge_further(self, numbers: Iterable[int], first: Judged) -> Sections | None:
        """Run more replications like those of a first round, and cut them alike; None if one of them breaks off."""
        plan, cut = first.plan, first.warm_up.slots

        def work(number: int) -> tuple[Sections | None, int]:
            outcome = self._once(number, plan, self.most_events)
            whole = outcome.ending == Ending.COMPLETE
            part = in_sections([outcome.recording], cut, first.until, plan.slot_hours, 1) if whole else None
            return part, outcome.events

        found = in_threads(work, numbers, self.threads)
        self.events += sum(events for _, events in found)
        parts = [part for part, _ in found if part is not None]
        return joined(parts) if len(parts) == len(found) else None

    def cut(self, judged: Judged) -> Sections:
        """Cut the warm-up of a round off, and sum the rest by sections."""
        recordings = [outcome.recording for outcome in judged.outcomes]
        return in_sections(recordings, judged.warm_up.slots, judged.until, judged.plan.slot_hours, judged.batches)

    def result(
        self,
        judged: Judged,
        sections: Sections | None,
        reached: float | None,
        precision: float,
        replications: int | None = None,
        memory_hours: float = inf,
    ) -> SimulationResult:
        """Put the result together."""
        slot_hours, cut = judged.plan.slot_hours, judged.warm_up.slots if sections is not None else 0
        return SimulationResult(
            status=judged.status,
            estimates=None if sections is None else estimate(sections, self.program, self.level),
            growth_per_hour=judged.growth_per_hour,
            warm_up_hours=cut * slot_hours,
            hours=(judged.until - cut) * slot_hours,
            replications=replications or len(judged.outcomes),
            sections=0 if sections is None else sections.hours.size,
            events=self.events,
            memory_hours=None if sections is None else min(memory_hours, judged.warm_up.memory_slots * slot_hours),
            seed=self.seed,
            level=self.level,
            precision_reached=reached,
            precision_met=reached is not None and reached <= precision,
        )

    @staticmethod
    def _inside(outcomes: Sequence[Outcome], plan: Plan, until: int) -> FloatArray:
        """Give the number of units in the hub [replication, slot]."""
        return np.stack([number_inside(outcome.recording, plan.slot_hours)[:until] for outcome in outcomes])
