"""Simulate a stretch of time from its beginning: a day's profile, the clearing of a queue, recovery after a closure."""

from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.simulation._round import in_threads
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.intervals import checked_level, student_quantile
from hubcalc.simulation.program import Category, Program
from hubcalc.simulation.recording import DWELL_BINS, OCCUPANCY_BINS, Ending, Recording
from hubcalc.simulation.results import Status, status_of

MOST_BYTES = 1_000_000_000
"""Of one recording."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Means over replications and half widths of their intervals, both [slot, ...]."""

    mean: FloatArray
    half_width: FloatArray
    """Infinite where one replication or fewer had something to observe."""


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """What happens slot by slot. F flows, G stages, R resources, S storages, in the order of the program."""

    status: Status
    """steady if all replications came to the end of the time asked for."""
    hours: FloatArray
    """[slot] beginning of each slot [h]."""
    slot_hours: float
    replications: int
    seed: int
    level: float
    events: int
    arrived: Profile
    """[slot, F] units that came."""
    left: Profile
    """[slot, F] units that left the hub."""
    inside: Profile
    """[slot] mean number of units at all stages together."""
    number: Profile
    """[slot, G] mean number of units at a stage."""
    wait_hours: Profile
    """[slot, G] mean wait in the queue of those that left the stage then; 0, of infinite half width, if none."""
    dwell_hours: Profile
    """[slot, F] mean dwell of the units that left the hub in this slot; as above."""
    occupied: Profile
    """[slot, R] mean share of the servers that are seized."""
    stored: Profile
    """[slot, S] mean occupancy."""

    def clearing_hours(self, number: float = 1.0) -> float | None:
        """Give the end of the last slot in which more units than `number` were inside; None if that is the last of all.

        Parameters
        ----------
        number : float
            Mean number inside that counts as clear.

        Returns
        -------
        float or None
            Time from the beginning [h].
        """
        above = np.flatnonzero(self.inside.mean > number)
        if above.size == 0:
            return 0.0
        last = int(above[-1])
        return None if last == self.hours.size - 1 else float(self.hours[last] + self.slot_hours)


def simulate_profile(
    program: Program,
    *,
    hours: float,
    replications: int,
    slot_hours: float,
    seed: int = 0,
    most_events: int = 1_000_000_000,
    level: float = 0.95,
    threads: int | None = None,
) -> ProfileResult:
    """Simulate a stretch of time from an empty hub, or from the program's `initial` units, many times over.

    Parameters
    ----------
    program : Program
        What is simulated.
    hours : float
        How long; rounded up to whole slots [h].
    replications : int
        Two or more; intervals are those of the means of independent replications.
    slot_hours : float
        Length of a slot [h].
    seed : int
        The same seed gives the same numbers.
    most_events : int
        Budget of events of all replications together [-].
    level : float
        Confidence level of each interval by itself [-].
    threads : int, optional
        Threads that run replications; one for each core if not given. They change no number.

    Returns
    -------
    ProfileResult
        Slot by slot; up to the slot that every replication has done.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or there are more slots than memory is taken for.

    Examples
    --------
    >>> from hubcalc.simulation.laws import Law
    >>> from hubcalc.simulation.program import Delay, Enter, Exit, Flow, Leave
    >>> steps = (Enter(0), Delay(Law.constant(0.5)), Leave(), Exit())
    >>> walk = Program(("walk",), (Flow("units", Law.constant(1.0), 0),), steps)
    >>> simulate_profile(walk, hours=4.0, replications=2, slot_hours=2.0).status
    'steady'
    """
    slots = _slots(program, hours, slot_hours)
    if replications < 2:
        raise ArgumentError.of(Problem("too few", parameter="replications", given=replications, allowed="2 or more"))
    checked_level(level)
    encoded = encode(program)

    def once(number: int) -> tuple[_Parts, int, int, Ending]:
        outcome = simulate_once(
            encoded,
            slots=slots,
            slot_hours=slot_hours,
            seed=seed,
            replication=number,
            most_events=max(most_events // replications, 1),
        )
        parts = _parts(outcome.recording, program, slot_hours)
        return parts, outcome.slots_done, outcome.events, outcome.ending

    found = in_threads(once, range(replications), threads)
    done = min(slots_done for _, slots_done, _, _ in found)
    columns = zip(*(vars(part).values() for part, *_ in found), strict=True)
    sums = _Parts(*(np.stack(column)[:, :done] for column in columns))
    return ProfileResult(
        status=status_of([ending for *_, ending in found], done, slots),
        hours=np.arange(done, dtype=np.float64) * slot_hours,
        slot_hours=slot_hours,
        replications=replications,
        seed=seed,
        level=level,
        events=sum(events for _, _, events, _ in found),
        arrived=_means(sums.arrived, level),
        left=_means(sums.left, level),
        inside=_means(sums.number.sum(axis=2), level),
        number=_means(sums.number, level),
        wait_hours=_ratios(sums.waits, sums.visits, level),
        dwell_hours=_ratios(sums.dwells, sums.left, level),
        occupied=_means(sums.occupied, level),
        stored=_means(sums.stored, level),
    )


@dataclass(frozen=True)
class _Parts:
    """What a profile needs of a recording, [slot, ...]; or of many, [replication, slot, ...]."""

    arrived: FloatArray
    left: FloatArray
    number: FloatArray
    waits: FloatArray
    visits: FloatArray
    dwells: FloatArray
    occupied: FloatArray
    stored: FloatArray


def _parts(recording: Recording, program: Program, slot_hours: float) -> _Parts:
    """Take what a profile needs out of a recording."""
    capacities = np.array([resource.capacity for resource in program.resources], dtype=np.float64)
    return _Parts(
        arrived=recording.arrived,
        left=recording.left,
        number=recording.number / slot_hours,
        waits=recording.stage_times[..., Category.QUEUE].sum(axis=2),
        visits=recording.visits.sum(axis=2),
        dwells=recording.times.sum(axis=2),
        occupied=recording.busy / (slot_hours * capacities),
        stored=recording.stored / slot_hours,
    )


def _means(values: FloatArray, level: float) -> Profile:
    """Average over the first axis, the replication."""
    count = values.shape[0]
    return Profile(values.mean(axis=0), student_quantile(level, count) * values.std(axis=0, ddof=1) / np.sqrt(count))


def _ratios(tops: FloatArray, bottoms: FloatArray, level: float) -> Profile:
    """Estimate ratios over the first axis by the jackknife; 0 with infinite half width where there is nothing."""
    count, top, bottom = tops.shape[0], tops.sum(axis=0), bottoms.sum(axis=0)
    rest = bottom - bottoms
    seen = (rest > 0.0).all(axis=0)
    mean = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0.0)
    without = np.divide(top - tops, rest, out=np.zeros_like(tops), where=rest > 0.0)
    error = np.sqrt((count - 1) / count * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    return Profile(mean, np.where(seen, student_quantile(level, count) * error, inf))


def _slots(program: Program, hours: float, slot_hours: float) -> int:
    """Find how many slots there are, or raise."""
    for name, value in (("hours", hours), ("slot_hours", slot_hours)):
        if not 0.0 < value < inf:
            raise ArgumentError.of(Problem("out of range", parameter=name, given=value, allowed="finite, > 0"))
    bytes_each = 8 * (len(program.flows) * DWELL_BINS + len(program.storages) * OCCUPANCY_BINS + 1)
    slots, most = ceil(hours / slot_hours - 1e-9), MOST_BYTES // bytes_each
    if slots > most:
        raise ArgumentError.of(
            Problem(
                f"{slots} slots are too many", parameter="slot_hours", given=slot_hours, allowed=f">= {hours / most:g}"
            )
        )
    return slots
