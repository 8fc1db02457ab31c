"""How long to simulate, and in slots of which length: from the program's rates, times and periods."""

from dataclasses import dataclass
from math import ceil, inf

from hubcalc.simulation.estimates import mean_speed
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.program import (
    AwaitOpen,
    Board,
    Clock,
    Delay,
    Program,
    Quota,
    ReleaseLater,
    Store,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import DWELL_BINS, OCCUPANCY_BINS

MOST_SLOTS = 48
LEAST_SLOTS = 12
BYTES_OF_A_RUN = 5_000_000
"""About what one recording may take."""
DAY_HOURS = 24.0
MOST_PERIODS = 12
"""Of the longest period, after which the shorter ones are to fit; else they are passed over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Slots of equal length."""

    slots: int
    slot_hours: float

    @property
    def hours(self) -> float:
        """Length of one replication [h]."""
        return self.slots * self.slot_hours


def mean_hours(law: Law) -> float:
    """Give the mean of a law.

    Parameters
    ----------
    law : Law
        Of any kind.

    Returns
    -------
    float
        Mean time [h].

    Examples
    --------
    >>> mean_hours(Law.triangular(1.0, 2.0, 6.0))
    3.0
    """
    numbers = law.parameters
    match law.kind:
        case LawKind.CONSTANT:
            mean = 0.0
        case LawKind.TRIANGULAR:
            mean = sum(numbers) / 3.0
        case LawKind.QUANTILES:
            half = len(numbers) // 2
            shares, hours = numbers[:half], numbers[half:]
            pieces = zip(shares[1:], shares, hours[1:], hours, strict=False)
            mean = sum((high - low) * (above + below) / 2.0 for high, low, above, below in pieces)
        case _:
            mean = numbers[0]
    return law.shift_hours + mean


def units_per_hour(program: Program) -> float:
    """Give the rate at which units of all flows come [1/h]."""
    return sum(
        mean_speed(flow.clock) / mean if (mean := mean_hours(flow.gaps)) > 0.0 else 0.0 for flow in program.flows
    )


def walk_hours(program: Program) -> float:
    """Give the mean times of all steps together: what a unit that takes each of them once needs without waiting [h]."""
    total = 0.0
    contents = max((_mean_contents(flow.contents.probabilities) for flow in program.flows), default=1.0)
    for step in program.steps:
        match step:
            case Work() | Delay() | ReleaseLater() | Store():
                total += mean_hours(step.law)
            case WorkItems():
                servers = min(step.at_once, program.resources[step.resource].capacity)
                total += mean_hours(step.law) * max(contents * step.share * step.copies / servers, 1.0)
            case Board():
                total += mean_hours(step.trip) + mean_hours(step.back)
            case _:
                pass
    return total


def _mean_contents(probabilities: tuple[float, ...]) -> float:
    """Give the mean of a batch size."""
    return sum((size + 1) * share for size, share in enumerate(probabilities))


def period_hours(program: Program) -> float:
    """Find after which time the calendars, quotas and timetables repeat together; 0 without any.

    Parameters
    ----------
    program : Program
        What is to be simulated.

    Returns
    -------
    float
        The least multiple (up to 12) of the longest period that the other ones divide, or the longest [h].
    """
    clocks = [
        *(resource.clock for resource in program.resources),
        *(flow.clock for flow in program.flows),
        *(step.clock for step in program.steps if isinstance(step, AwaitOpen)),
    ]
    periods = {clock.period_hours for clock in clocks if _varies(clock)}
    periods |= {DAY_HOURS for step in program.steps if isinstance(step, Quota)}
    periods |= {step.every_hours for step in program.steps if isinstance(step, Board) and step.every_hours > 0.0}
    longest = max(periods, default=0.0)
    for count in range(1, MOST_PERIODS + 1):
        if all(abs(count * longest / each - round(count * longest / each)) < 1e-9 for each in periods):
            return count * longest
    return longest


def _varies(clock: Clock) -> bool:
    """Tell whether a clock has more than one speed."""
    return len(set(clock.speeds)) > 1


def most_slots(program: Program) -> int:
    """Give how many slots one recording may have, so that it stays small."""
    bytes_each = 8 * (len(program.flows) * (DWELL_BINS + 1) + len(program.storages) * OCCUPANCY_BINS)
    return min(max(BYTES_OF_A_RUN // max(bytes_each, 1), LEAST_SLOTS), MOST_SLOTS)


def plan_of(program: Program, hours: float, unit_hours: float) -> Plan:
    """Divide a run of at least so many hours in slots that are multiples of a unit.

    Parameters
    ----------
    program : Program
        What is to be simulated.
    hours : float
        Length asked for [h].
    unit_hours : float
        The slots are multiples of this; 0 for any length [h].

    Returns
    -------
    Plan
        Of 12 slots or more; the run is longer than asked for where 12 units are.
    """
    slot = hours / most_slots(program)
    if unit_hours > 0.0:
        slot = unit_hours * max(ceil(slot / unit_hours - 1e-9), 1)
    return Plan(max(ceil(hours / slot - 1e-9), LEAST_SLOTS), slot)


def first_hours(program: Program) -> float:
    """Guess the length of the first pilot run: two thousand units, and ten times what one needs without waiting [h]."""
    rate = units_per_hour(program)
    return max(2_000.0 / rate if rate > 0.0 else 0.0, 10.0 * walk_hours(program)) or inf
