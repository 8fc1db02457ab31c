"""Simulate one station with several equal servers, customer after customer: many times as fast as by events.

G/G/c, first come, first served. Sixteen independent replications run side by side; each is cut in slots, the first of
which are left out as warm-up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, Problem
from hubcalc.simulation._ggc_kernel import (
    LANES,
    WAIT_BINS,
    WAIT_RATIO,
    count_waits,
    draw_uniforms,
    seeded_words,
    serve,
    to_exponential,
    to_hyperexponential,
)
from hubcalc.simulation.intervals import Estimate, checked_level, positive_ratio, quantile_estimate
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.plans import mean_hours
from hubcalc.simulation.warm_up import find_warm_up

SLOTS = 40
BLOCK = 1_024
"""Customers of each replication that are drawn at once, so that they stay in the processor's cache."""
MOST_PHASES = 16
"""Of an Erlang law that is drawn as a product of uniform numbers."""
LEAST_WAIT = 1e-4
"""Of the mean service time: waits below it share one bin."""

Draw = Callable[[FloatArray], None]


@dataclass(frozen=True, slots=True)
class StationEstimates:
    """Result of the simulation of one station."""

    wait_hours: Estimate
    wait_probability: Estimate
    wait_quantiles_hours: Mapping[float, Estimate]
    """By probability; of those that were asked for."""
    settled: bool
    """False if the number of customers was too small for the warm-up, or utilization is 1 or more."""
    utilization: float
    customers: int
    """All that were served, those of the warm-up included."""
    warm_up_customers: int
    """Those of them that are left out."""


def simulate_station(
    gaps: Law,
    service: Law,
    servers: int,
    *,
    customers: int = 10_000_000,
    seed: int = 0,
    quantiles: Sequence[float] = (),
    level: float = 0.95,
) -> StationEstimates:
    """Simulate G/G/c, first come, first served, by the recursion of Kiefer and Wolfowitz.

    Parameters
    ----------
    gaps : Law
        Time between arrivals [h].
    service : Law
        Service time [h].
    servers : int
        How many equal servers [-].
    customers : int
        To be served, in all sixteen replications together; rounded up to whole slots [-].
    seed : int
        The same seed gives the same numbers.
    quantiles : sequence of float
        Probabilities whose quantiles of the wait are wanted; they cost time.
    level : float
        Confidence level of the intervals [-].

    Returns
    -------
    StationEstimates
        Mean wait, probability of waiting, and quantiles, with intervals from sixteen replications.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or utilization is 1 or more: then there is no mean wait.

    References
    ----------
    .. [1] J. Kiefer, J. Wolfowitz (1955), "On the theory of queues with many servers", Transactions of the American
       Mathematical Society 78(1), 1-18, doi:10.1090/S0002-9947-1955-0066587-3.

    Examples
    --------
    >>> found = simulate_station(Law.exponential(1.0), Law.exponential(0.5), 1, customers=2_000_000)
    >>> abs(found.wait_hours.mean - 0.5) < 0.01
    True
    """
    utilization = _checked(gaps, service, servers, customers, quantiles)
    checked_level(level)
    draw_gaps, draw_works = _drawer(gaps, seed, 0), _drawer(service, seed, 1)
    blocks = max(-(-customers // (SLOTS * LANES * BLOCK)), 1)
    rows = max(min(BLOCK, -(-customers // (SLOTS * LANES))), 1)
    left = np.zeros((servers, LANES))
    gap, work = np.empty((rows, LANES)), np.empty((rows, LANES))
    waits, waiting = np.zeros((2, SLOTS, LANES))
    counts = np.zeros((SLOTS if quantiles else 0, LANES, WAIT_BINS))
    least = LEAST_WAIT * mean_hours(service)
    for slot in range(SLOTS):
        for _ in range(blocks):
            draw_gaps(gap)
            draw_works(work)
            serve(gap, work, left, waits[slot], waiting[slot])
            if quantiles:
                count_waits(gap, least, counts[slot])
    each = blocks * rows
    warm_up = find_warm_up(waits.T / each)
    cut = warm_up.slots
    served = np.full(LANES, float((SLOTS - cut) * each))
    edges = np.concatenate(([0.0], least * WAIT_RATIO ** np.arange(WAIT_BINS)))
    kept = counts[cut:].sum(axis=0)
    found = {share: quantile_estimate(kept, edges, share, level) for share in quantiles}
    return StationEstimates(
        wait_hours=positive_ratio(waits[cut:].sum(axis=0), served, level),
        wait_probability=positive_ratio(waiting[cut:].sum(axis=0), served, level),
        wait_quantiles_hours={share: each for share, each in found.items() if each is not None},
        settled=warm_up.settled and not warm_up.growing,
        utilization=utilization,
        customers=SLOTS * LANES * each,
        warm_up_customers=cut * LANES * each,
    )


def _checked(gaps: Law, service: Law, servers: int, customers: int, quantiles: Sequence[float]) -> float:
    """Return the utilization, or raise an `ArgumentError`."""
    for name, number in (("servers", servers), ("customers", customers)):
        if number < 1 or number != int(number):
            raise ArgumentError.of(Problem("out of range", parameter=name, given=number, allowed="whole numbers >= 1"))
    for share in quantiles:
        if not 0.0 < share < 1.0:
            raise ArgumentError.of(
                Problem("out of range", parameter="quantiles", given=share, allowed="above 0, below 1")
            )
    gap, work = mean_hours(gaps), mean_hours(service)
    for name, mean in (("gaps", gap), ("service", work)):
        if not 0.0 < mean < np.inf:
            raise ArgumentError.of(Problem("the mean must be positive", parameter=name, given=mean, allowed="> 0"))
    utilization = work / (servers * gap)
    if utilization >= 1.0:
        message = f"utilization {utilization:g}: there is no steady state"
        raise ArgumentError.of(Problem(message, parameter="servers", given=servers, allowed=f"> {work / gap:g}"))
    return utilization


def _drawer(law: Law, seed: int, stream: int) -> Draw:
    """Give a function that fills an array [customer, lane] with independent values of a law."""
    words, shift, numbers = seeded_words(seed, stream), law.shift_hours, law.parameters

    def exponential(out: FloatArray) -> None:
        draw_uniforms(words, out)
        to_exponential(out.ravel(), numbers[0], shift)

    def erlang(out: FloatArray) -> None:
        draw_uniforms(words, out)
        factor = np.empty_like(out)
        for _ in range(round(1.0 / numbers[1]) - 1):
            draw_uniforms(words, factor)
            out *= factor
        to_exponential(out.ravel(), numbers[0] * numbers[1], shift)

    def hyperexponential(out: FloatArray) -> None:
        mean, scv = numbers
        share = 0.5 * (1.0 + np.sqrt((scv - 1.0) / (scv + 1.0)))
        draw_uniforms(words, out)
        to_hyperexponential(out.ravel(), share, mean / (2.0 * share), mean / (2.0 * (1.0 - share)), shift)

    match law.kind:
        case LawKind.CONSTANT:
            return lambda out: out.fill(shift)
        case LawKind.EXPONENTIAL:
            return exponential
        case LawKind.GAMMA if (
            abs(1.0 / numbers[1] - round(1.0 / numbers[1])) < 1e-12 and 1.0 / numbers[1] < MOST_PHASES
        ):
            return erlang
        case LawKind.HYPEREXPONENTIAL:
            return hyperexponential
        case _:
            return _other_drawer(law, np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, stream)))))


def _other_drawer(law: Law, rng: np.random.Generator) -> Draw:
    """Give such a function for the laws that NumPy draws."""
    shift, numbers = law.shift_hours, law.parameters

    def gamma(out: FloatArray) -> None:
        rng.standard_gamma(1.0 / numbers[1], out=out)
        out *= numbers[0] * numbers[1]
        out += shift

    def lognormal(out: FloatArray) -> None:
        mean, spread = numbers[0], np.log1p(numbers[1])
        rng.standard_normal(out=out)
        np.exp(out * np.sqrt(spread) - spread / 2.0, out=out)
        out *= mean
        out += shift

    def triangular(out: FloatArray) -> None:
        low, mode, high = numbers
        out[:] = shift + rng.triangular(low, mode, high, out.shape)

    def quantiles(out: FloatArray) -> None:
        half = len(numbers) // 2
        out[:] = shift + np.interp(rng.random(out.shape), numbers[:half], numbers[half:])

    return {
        LawKind.GAMMA: gamma,
        LawKind.LOGNORMAL: lognormal,
        LawKind.TRIANGULAR: triangular,
        LawKind.QUANTILES: quantiles,
    }[law.kind]
