"""Simulate a program until its estimates are as precise as asked, or the budget of events is used up.

All decisions are made between rounds, from what the rounds found: the numbers depend on the program, the seed, the
precision and the budget, never on the number of threads or on the machine's speed. Replication r of seed s draws the
same random numbers in every scenario (common random numbers).

References
----------
.. [1] A. M. Law (2015), Simulation Modeling and Analysis, 5th ed., McGraw-Hill, sections 9.4 and 9.5 (replication and
   deletion, sequential procedures).
.. [2] P. W. Glynn, W. Whitt (1992), "The asymptotic validity of sequential stopping rules for stochastic simulations",
   Annals of Applied Probability 2(1), 180-198, doi:10.1214/aoap/1177005777.
"""

from math import ceil, inf

from hubcalc.errors import ArgumentError, Problem
from hubcalc.simulation._round import Judged, Runner
from hubcalc.simulation.estimates import Estimates, estimate, joined
from hubcalc.simulation.intervals import checked_level, student_quantile
from hubcalc.simulation.plans import Plan, first_hours, period_hours, plan_of
from hubcalc.simulation.program import Category, Program
from hubcalc.simulation.results import SimulationResult

PILOTS = 8
FIRST_PILOT = 1 << 20
"""Number of the first pilot replication: far from those that the estimates rest on."""
REPLICATIONS = (16, 10, 5, 2, 1)
"""As many as the budget allows at the length that is needed."""
MOST_REPLICATIONS = 512
ROUNDS = 4
"""After the first, at most so many rounds of further replications."""
PILOT_SHARE = 0.4
"""Of the budget of events that pilot runs may take."""
FIRST_TRIES = 3
"""Of a length that is guessed."""
MEMORIES_TO_FORGET = 4.0
"""Autocorrelation times that a warm-up takes at least."""
PILOT_MEMORIES, LEAST_MEMORIES = 25.0, 60.0
"""Autocorrelation times that a pilot run and a replication should last."""


def simulate(
    program: Program,
    *,
    precision: float = 0.01,
    of: str | None = None,
    most_events: int = 20_000_000,
    seed: int = 0,
    slot_hours: float | None = None,
    level: float = 0.95,
    threads: int | None = None,
) -> SimulationResult:
    """Simulate until the mean dwell and the mean wait of a flow are known to a share of the dwell.

    Pilot runs find the warm-up, the memory and the spread; they are made longer until they settle. Sixteen replications
    (fewer where the budget is small) of the length that this asks for follow, then more of the same length.

    Parameters
    ----------
    program : Program
        What is simulated.
    precision : float
        Half width of the intervals asked for, by the mean dwell [-].
    of : str, optional
        Name of the flow that is watched; the first if not given.
    most_events : int
        Budget of events, pilot runs included [-].
    seed : int
        The same seed gives the same numbers.
    slot_hours : float, optional
        Slots are multiples of it; of the calendars' period if not given [h].
    level : float
        Confidence level of all intervals [-].
    threads : int, optional
        Threads that run replications; one for each core if not given. They change no number.

    Returns
    -------
    SimulationResult
        With estimates if a steady state was found; else its status says why there are none.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or there is no such flow.

    References
    ----------
    .. [1] A. M. Law (2015), Simulation Modeling and Analysis, 5th ed., sections 9.4 and 9.5.
    """
    watched = _flow_number(program, of)
    if not 0.0 < precision < 1.0:
        raise ArgumentError.of(
            Problem("out of range", parameter="precision", given=precision, allowed="above 0, below 1")
        )
    unit = period_hours(program) if slot_hours is None else _positive_hours("slot_hours", slot_hours)
    runner = Runner(program, seed, checked_level(level), _whole("most_events", most_events), threads)
    pilot = _pilot(runner, unit)
    if pilot.status != "steady":
        return runner.result(pilot, None, None, precision)
    return _main(runner, pilot, unit, watched, precision)


def simulate_fixed(
    program: Program,
    *,
    hours: float,
    replications: int,
    of: str | None = None,
    most_events: int = 1_000_000_000,
    seed: int = 0,
    slot_hours: float | None = None,
    level: float = 0.95,
    threads: int | None = None,
) -> SimulationResult:
    """Simulate so many replications of so many hours, warm-up included; nothing is adapted.

    Parameters
    ----------
    program : Program
        What is simulated.
    hours : float
        Length of each replication; it is rounded up to whole slots [h].
    replications : int
        How many; from ten on their means are the observations, else they are cut into batches.
    of : str, optional
        Name of the flow whose precision is reported; the first if not given.
    most_events : int
        Budget of events of all replications together [-].
    seed : int
        The same seed gives the same numbers.
    slot_hours : float, optional
        Slots are multiples of it; of the calendars' period if not given [h].
    level : float
        Confidence level of all intervals [-].
    threads : int, optional
        Threads that run replications; one for each core if not given. They change no number.

    Returns
    -------
    SimulationResult
        With estimates if a steady state was found.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or there is no such flow.
    """
    watched = _flow_number(program, of)
    unit = period_hours(program) if slot_hours is None else _positive_hours("slot_hours", slot_hours)
    plan = plan_of(program, _positive_hours("hours", hours), unit)
    runner = Runner(program, seed, checked_level(level), _whole("most_events", most_events), threads)
    count = _whole("replications", replications)
    judged = runner.judge(runner.round(range(count), plan, runner.most_events // count), plan)
    if judged.status != "steady":
        return runner.result(judged, None, None, inf)
    sections = runner.cut(judged)
    return runner.result(judged, sections, _reached(estimate(sections, program, level), watched), inf)


def _pilot(runner: Runner, unit_hours: float) -> Judged:
    """Run pilots, each four times as long as the last, until they settle or have used their share of the budget."""
    hours, growth, cautious = first_hours(runner.program), inf, FIRST_TRIES
    share = int(PILOT_SHARE * runner.most_events)
    numbers = range(FIRST_PILOT, FIRST_PILOT + PILOTS)
    while True:
        plan = plan_of(runner.program, hours, unit_hours)
        cap = max(share - runner.events, 0) // (PILOTS * max(cautious, 1))
        judged = runner.judge(runner.round(numbers, plan, cap), plan)
        used = sum(outcome.events for outcome in judged.outcomes)
        if judged.status == "out_of_events" and cautious > 1:  # the guess was far too long
            cautious -= 1
            hours = 0.8 * sum(outcome.hours for outcome in judged.outcomes) / PILOTS
            continue
        if judged.status in ("stuck", "out_of_events") or judged.overflowed or not judged.complete:
            return judged
        if judged.status == "growing":
            now = judged.growth(runner.level)
            if now.mean > max(now.half_width, 0.5 * growth):  # as fast as in a run a quarter as long: it will not end
                return judged
            growth = now.mean
            if now.mean <= now.half_width:  # a yard that still fills, not a queue that grows
                judged = judged.with_status("unsettled")
        elif judged.status == "steady" and _remembers_little(judged):
            return judged
        if runner.events + 4 * used > share:
            return judged
        hours, cautious = 4.0 * plan.hours, 1


def _remembers_little(judged: Judged) -> bool:
    """Tell whether what was kept is long beside the hub's memory."""
    memory = judged.warm_up.memory_slots
    return memory <= 0.5 or judged.kept >= PILOT_MEMORIES * memory


def _main(runner: Runner, pilot: Judged, unit_hours: float, watched: int, precision: float) -> SimulationResult:
    """Run the replications that the pilot asks for, then more until the precision is met."""
    program, level = runner.program, runner.level
    found = _reached(estimate(runner.cut(pilot), program, level), watched)
    count, plan = _size(runner, pilot, unit_hours, found, precision)
    if count == 0:  # nothing better than the pilot runs can be had
        return runner.result(pilot, runner.cut(pilot), found, precision)
    judged = runner.judge(runner.round(range(count), plan, runner.left // count), plan)
    if judged.status != "steady":
        return runner.result(judged, None, None, precision)
    judged = judged.with_cut(ceil(_warm_up_hours(pilot) / plan.slot_hours - 1e-9))
    sections = runner.cut(judged)
    each = max(sum(outcome.events for outcome in judged.outcomes) / count, 1.0)
    for _ in range(ROUNDS):
        reached = _reached(estimate(sections, program, level), watched)
        affordable = count + int(0.95 * runner.left / each)
        if reached is None or reached <= precision or count < 10 or affordable <= count or not judged.complete:
            break
        wanted = ceil(1.1 * count * (reached / precision) ** 2) if reached < inf else MOST_REPLICATIONS
        new = min(max(wanted, count + 2), affordable, MOST_REPLICATIONS)
        if new <= count:
            break
        more = runner.judge_further(range(count, new), judged)
        if more is None:
            return runner.result(judged.with_status("growing"), None, None, precision)
        sections, count = joined([sections, more]), new
    memory = pilot.warm_up.memory_slots * pilot.plan.slot_hours  # measured with finer slots
    return runner.result(
        judged, sections, _reached(estimate(sections, program, level), watched), precision, count, memory
    )


def _size(runner: Runner, pilot: Judged, unit_hours: float, found: float | None, precision: float) -> tuple[int, Plan]:
    """Find how many replications of which length to run; none if the pilots were as long as the budget allows."""
    memory = pilot.warm_up.memory_slots * pilot.plan.slot_hours
    warm = _warm_up_hours(pilot)
    least = max(LEAST_MEMORIES * memory, 10.0 * warm, pilot.plan.hours)
    sections = pilot.sections
    factor = student_quantile(runner.level, REPLICATIONS[0]) / student_quantile(runner.level, sections)
    kept = pilot.kept * pilot.plan.slot_hours * len(pilot.outcomes)
    needed = 1.2 * kept * (found * factor / precision) ** 2 if found is not None and found < inf else 0.0
    per_hour = sum(outcome.events for outcome in pilot.outcomes) / sum(outcome.hours for outcome in pilot.outcomes)
    affordable = 0.9 * runner.left / max(per_hour, 1e-9)
    for count in REPLICATIONS:
        hours = min(max(needed / count, least) + warm, affordable / count)
        plan = plan_of(runner.program, hours, unit_hours)
        if plan.hours * count <= 1.05 * affordable and plan.hours >= min(least, pilot.plan.hours):
            return (count, plan) if plan.hours * count > pilot.plan.hours * len(pilot.outcomes) else (0, pilot.plan)
    return 0, pilot.plan


def _warm_up_hours(pilot: Judged) -> float:
    """Give the warm-up that pilots show: they do not know what they cut off elsewhere, so it biases nothing there."""
    memory = pilot.warm_up.memory_slots * pilot.plan.slot_hours
    return max(pilot.warm_up.slots * pilot.plan.slot_hours, MEMORIES_TO_FORGET * memory)


def _reached(estimates: Estimates, watched: int) -> float | None:
    """Give the wider interval of dwell and wait by the mean dwell; None where nothing left, 0 where none takes time."""
    flow = estimates.flows[watched]
    if flow.dwell_hours is None:
        return None
    widest = max(flow.dwell_hours.half_width, flow.times_hours[Category.QUEUE].half_width)
    return widest / flow.dwell_hours.mean if flow.dwell_hours.mean > 0.0 else 0.0


def _flow_number(program: Program, name: str | None) -> int:
    """Find a flow by its name."""
    names = [flow.name for flow in program.flows]
    if not names:
        raise ArgumentError.of(Problem("has no flow", parameter="program"))
    if name is None:
        return 0
    if name not in names:
        raise ArgumentError.of(Problem("there is no such flow", parameter="of", given=name, allowed=", ".join(names)))
    return names.index(name)


def _positive_hours(name: str, hours: float) -> float:
    """Return a finite time above zero, or raise."""
    if not 0.0 < hours < inf:
        raise ArgumentError.of(
            Problem(f"{hours:g} is out of range", parameter=name, given=hours, allowed="finite, > 0")
        )
    return float(hours)


def _whole(name: str, number: int) -> int:
    """Return a whole number of one or more, or raise."""
    if number < 1 or number != int(number):
        raise ArgumentError.of(Problem("out of range", parameter=name, given=number, allowed="whole numbers >= 1"))
    return int(number)
