"""What a queue of batches has from the law of their size and the number of servers alone, kept from row to row.

Rows of a sweep often have the same law, and few numbers of servers: each number of servers has a slot of its own.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.queueing._batch_law_kernel import (
    Law,
    fitted_law,
    mates_and_slopes,
    mates_at,
    mates_vanish,
    pair_moment,
    sizes_and_larger,
)
from hubcalc.queueing._constant_service import ComplexArray, in_lockstep
from hubcalc.queueing._crommelin_kernel import root_of_unity

_MOST_SLOTS = 64  # servers; where there are more, one slot is for all rows

# of `facts`, by slot: servers, mean and scv that it is for; servers and batches in groups (see `in_lockstep`), and the
# fitted law of these; at how many roots of unity E[w^(X-1)] counts; mean span of a batch that finds all servers busy
SERVERS, MEAN, SCV, COUNT, GROUP, LAW, NEAR, AFTER_BUSY, FACTS = 0, 1, 2, 3, 4, 5, 10, 11, 12
# of `parts`, by slot, each for d = 0 ... c - 1: P(X > d), E[Y], E[Y (Y - 1)]/2 of Y = (X - d)^+, and the mean span of a
# batch that finds d + 1 servers free
LARGER, BEYOND, BEYOND_PAIRS, AFTER, PARTS = 0, 1, 2, 3, 4
_SIZES, _LEFT, _RATIO, _POWER, _SHRINK, BELOW, LINES = 0, 1, 2, 3, 4, 5, 6  # of `work`


def scratch(servers: FloatArray) -> tuple[FloatArray, FloatArray, ComplexArray, FloatArray, ComplexArray]:
    """Make what kernels keep, by slot (facts, parts and E[w^(X-1)]), and what they write on."""
    most = int(servers.max(initial=1.0))
    slots, half = (most if most <= _MOST_SLOTS else 1), max(most // 2, 1)
    facts = np.full((slots, FACTS), math.nan)  # a slot that has not been made is for no row
    unity = np.empty((slots, half), np.complex128)
    return facts, np.empty((slots, PARTS, most)), unity, np.empty((LINES, most)), np.empty((2, half), np.complex128)


@helper(inline=True)
def kept_slot(
    c: int,
    mean: float,
    scv: float,
    spans: bool,
    facts: FloatArray,
    parts: FloatArray,
    unity: ComplexArray,
    work: FloatArray,
) -> int:
    """Return the slot of a row, made anew where it is for another law or number of servers."""
    slot = c - 1 if c <= facts.shape[0] and facts.shape[0] > 1 else 0
    if facts[slot, SERVERS] == c and facts[slot, MEAN] == mean and facts[slot, SCV] == scv:
        return slot
    facts[slot, SERVERS], facts[slot, MEAN], facts[slot, SCV] = c, mean, scv
    law = fitted_law(mean, scv)
    count, group = in_lockstep(float(c), mean, scv)
    facts[slot, COUNT], facts[slot, GROUP] = count, group
    group_law = law if group == mean else fitted_law(group, scv)
    for part in range(5):
        facts[slot, LAW + part] = group_law[part]
    facts[slot, NEAR] = _set_unity(group_law, int(count), group, unity[slot])
    larger, beyond = parts[slot, LARGER], parts[slot, BEYOND]
    sizes_and_larger(law, c, work[_SIZES], larger)
    _set_beyond(c, mean, pair_moment(mean, scv), larger, beyond, parts[slot, BEYOND_PAIRS])
    if spans:
        facts[slot, AFTER_BUSY] = _set_after(law, c, mean, larger, beyond, parts[slot, AFTER], work)
    return slot


@helper(inline=True)
def _set_unity(law: Law, c: int, mean: float, unity: ComplexArray) -> int:
    """Set E[w^(X-1)] at the roots of unity w of angles up to pi; return of how many, the first, it does not vanish."""
    near = 0
    for k in range(c // 2):
        w, _ = root_of_unity(k + 1, c)
        # the farther w is from one, the smaller; there are at most c / E[X] batches per service time
        if near < k or mates_vanish(law, w, 1.0 / mean):
            unity[k] = 0.0
        else:
            unity[k], near = mates_and_slopes(law, w)[0], k + 1
    return near


@helper(inline=True)
def _set_beyond(
    c: int, mean: float, pairs: float, larger: FloatArray, beyond: FloatArray, beyond_pairs: FloatArray
) -> None:
    """Set what equations (2) and (3) of `_exponential_service` need."""
    beyond[0], beyond_pairs[0] = mean, 0.5 * pairs
    for d in range(1, c):
        beyond[d] = max(beyond[d - 1] - larger[d - 1], 0.0)
        beyond_pairs[d] = max(beyond_pairs[d - 1] - beyond[d], 0.0)


@helper(inline=True)
def _set_after(
    law: Law, c: int, mean: float, larger: FloatArray, beyond: FloatArray, after: FloatArray, work: FloatArray
) -> float:
    """Set the spans by equation (4) of `_exponential_service`; return the mean span of a batch that finds none free."""
    sizes, left, ratio, power, shrink = work[_SIZES], work[_LEFT], work[_RATIO], work[_POWER], work[_SHRINK]
    harmonic, behind = 0.0, 0.0
    for m in range(c, 0, -1):
        harmonic += 1.0 / m
    for m in range(1, c):
        s = 1.0 - m / c
        left[m] = s * mates_at(law, s) / m
        ratio[m], power[m], shrink[m] = 1.0, 1.0 / m, s
        behind += left[m]
    at_once, longest = 0.0, 0.0
    for d in range(1, c + 1):
        more = larger[d] if d < c else max(larger[c - 1] - sizes[c - 1], 0.0)  # P(X > d)
        still = beyond[d] if d < c else max(beyond[c - 1] - larger[c - 1], 0.0)  # E[(X - d)^+]
        longest += 1.0 / d
        at_once += sizes[d - 1] * longest
        later = still / c + harmonic * more
        for m in range(1, c - d + 1):
            power[m] *= shrink[m]
            # E[s^X; X > d] / m; and (c-d)_m / ((c)_m s^d), at most one: no rounding error grows
            left[m] = max(left[m] - sizes[d - 1] * power[m], 0.0)
            ratio[m] *= (c - m - d + 1.0) / ((c - d + 1.0) * shrink[m])
            later -= ratio[m] * left[m]
        after[d - 1] = at_once + later
    return (mean - 1.0) / c + harmonic - behind
