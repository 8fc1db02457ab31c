"""M^X/D/c and M^X/M/c side by side: all that a batch goes through, from one set of roots and one of probabilities.

The equations are those of `_constant_service` and `_exponential_service`. Batches of many items spread evenly over the
remainders of division by c, as E[w^(X-1)] = 0 says for all c-th roots of unity w but one. Then the roots are
z_k = w_k exp(-p), p = r / c, and the sums over them are elementary. With q = exp(-p),

    sum_k 1/(1 - z_k) - 1/(1 - w_k) = (c L(r/2) - L(p/2)) / 2,   L(x) = coth x - 1/x,                            (1)

    K sum_k w_k prod_j (w_k - z_j) / r = (c - r E[X]) / r (c (1 - q) / (1 - q^c) - 1).                           (2)
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._batch_kept import (
    AFTER,
    AFTER_BUSY,
    BELOW,
    BEYOND,
    BEYOND_PAIRS,
    COUNT,
    GROUP,
    LARGER,
    LAW,
    MEAN,
    NEAR,
    SERVERS,
    kept_slot,
)
from hubcalc.queueing._batch_law_kernel import Law, fitted_law, mates_and_slopes, mates_vanish, sizes_and_larger
from hubcalc.queueing._constant_service import ComplexArray, bunching, in_lockstep, root_shift
from hubcalc.queueing._crommelin_kernel import root_of_unity
from hubcalc.queueing._exponential_service import levels
from hubcalc.queueing._unit_disk_roots import root_offset

LEAST_RATE = 1e-100  # batches per service time: an empty system gives the limit of light traffic, not 0/0
_SERIES_UP_TO = 0.25  # batches per service time


@helper
def _langevin(square: float) -> float:
    """Return L(x)/x, given x^2 of up to 1/64."""
    higher = 2.0 / 93555.0 - square * (1382.0 / 638512875.0)
    return 1.0 / 3.0 - square * (1.0 / 45.0 - square * (2.0 / 945.0 - square * (1.0 / 4725.0 - square * higher)))


@helper
def _lag(x: float) -> float:
    """Return (1 - (1 - exp(-x))/x) / x for x of up to 1/4."""
    square = x * x
    highest = 1.0 / 3628800.0 + square * (1.0 / 479001600.0)
    even = 0.5 + square * (1.0 / 24.0 + square * (1.0 / 720.0 + square * (1.0 / 40320.0 + square * highest)))
    higher = 1.0 / 362880.0 + square * (1.0 / 39916800.0)
    return even - x * (1.0 / 6.0 + square * (1.0 / 120.0 + square * (1.0 / 5040.0 + square * higher)))


@helper(inline=True)
def even_sums(servers: float, rate: float, load: float) -> tuple[float, float]:
    """Return (1) and (2)."""
    part = rate / servers
    shift = 0.25 * rate * (servers * _langevin(0.25 * rate * rate) - _langevin(0.25 * part * part) / servers)
    lag = _lag(rate)
    return shift, (servers - load) * (lag - _lag(part) / servers) / (1.0 - rate * lag)


@helper(inline=True)
def root_sums(
    law: Law, c: int, rate: float, mean: float, near: int, unity: ComplexArray, found: ComplexArray
) -> tuple[float, float, float]:
    """Return the sum of (1) over roots that Halley's method finds, and those of the waits of the first and the last."""
    roots, offsets = found[0], found[1]
    pull = rate / c
    alone, fading = math.expm1(-pull), math.exp(-pull * mean)
    shift, scale = 0.0, (c - rate * mean) / rate  # over prod_j (1 - z_j), which is real since roots come in pairs
    for k in range(c // 2):
        w, gap = root_of_unity(k + 1, c)
        offset = root_offset(law, mean, pull, w, unity[k], fading) if k < near else complex(alone, 0.0)
        root = w * (1.0 + offset)
        roots[k], offsets[k] = root, offset
        single = 2 * (k + 1) == c
        shift += (1.0 if single else 2.0) * root_shift(w, gap, offset)
        scale /= 1.0 - root.real if single else (1.0 - root.real) ** 2 + root.imag**2
    first, last = 0.0, 0.0
    for k in range(c // 2):
        w, _ = root_of_unity(k + 1, c)
        mates = unity[k]
        term = w * scale
        for j in range(c // 2):
            root = roots[j]
            term *= -w * offsets[k] if j == k else w - root
            if 2 * (j + 1) < c:
                term *= w - root.conjugate()
        under = 1.0 - w * mates
        weight = (1.0 if 2 * (k + 1) == c else 2.0) / (under.real**2 + under.imag**2)
        term *= under.conjugate()
        first += weight * term.real
        last += weight * (term.real * mates.real - term.imag * mates.imag)
    return shift, first, last


@helper(inline=True)
def constant_times(
    facts: FloatArray, unity: ComplexArray, rate: float, scv: float, found: ComplexArray
) -> tuple[float, float, float]:
    """Return the mean waits of an item and of the first and the last one of a batch, in service times."""
    count, mean = facts[COUNT], facts[GROUP]
    load = rate * mean
    near = int(facts[NEAR])
    if near == 0 and rate <= _SERIES_UP_TO:
        shift, more = even_sums(count, rate, load)
        more_of_last = 0.0
    else:
        law = (facts[LAW], facts[LAW + 1], facts[LAW + 2], facts[LAW + 3], facts[LAW + 4])
        shift, more, more_of_last = root_sums(law, int(count), rate, mean, near, unity, found)
    queue = max(shift + bunching(count, rate, mean, scv), 0.0)
    first = queue + 0.5 * load - 0.5 * (count - 1.0)
    last = first + mean - 1.0 + more_of_last
    return queue / load, max(first + more, 0.0) / count, max(last, 0.0) / count


@helper(inline=True)
def exponential_times(
    facts: FloatArray, parts: FloatArray, rate: float, spans: bool, below: FloatArray
) -> tuple[float, float, float]:
    """Return the mean waits of an item and of the first one of a batch, and the span if `spans`, in service times."""
    c, mean = int(facts[SERVERS]), facts[MEAN]
    load = rate * mean
    levels(c, rate, load, parts[LARGER], below)
    flow, flow_pairs, span = 0.0, 0.0, 0.0
    for d in range(c):
        level = below[c - 1 - d]
        flow += level * parts[BEYOND, d]
        flow_pairs += level * parts[BEYOND_PAIRS, d]
        if spans:
            span += level * parts[AFTER, d]
    all_busy = rate * flow / (c - load)
    queue = rate * (all_busy * (parts[BEYOND_PAIRS, 0] + mean) + flow_pairs) / (c - load)
    return queue / load, (queue + all_busy) / c, span + all_busy * facts[AFTER_BUSY]


@kernel(
    "void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:, ::1], f8[:, :, ::1], c16[:, ::1], f8[:, ::1], "
    "c16[:, ::1], f8[:, ::1], f8[:, ::1])",
    allocates=False,
)
def batch_times(
    servers: FloatArray,
    batches_per_hour: FloatArray,
    hours: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    facts: FloatArray,
    parts: FloatArray,
    unity: ComplexArray,
    work: FloatArray,
    found: ComplexArray,
    constant: FloatArray,
    exponential: FloatArray,
) -> None:
    """Set the mean waits of an item and of the first item and, where there is a third line, the span; inf if unstable.

    A column of one element stands for all rows. What comes from `scratch` is written on.
    """
    each_c, each_r, each_h = int(servers.size > 1), int(batches_per_hour.size > 1), int(hours.size > 1)
    each_m, each_s = int(means.size > 1), int(scvs.size > 1)
    spans = constant.shape[0] == 3
    for i in range(constant.shape[1]):
        hour, mean, scv = hours[i * each_h], means[i * each_m], scvs[i * each_s]
        rate, c = max(batches_per_hour[i * each_r] * hour, LEAST_RATE), int(servers[i * each_c])
        if rate * mean >= c:
            for time in range(constant.shape[0]):
                constant[time, i] = exponential[time, i] = np.inf
            continue
        slot = kept_slot(c, mean, scv, spans, facts, parts, unity, work)
        item, first, last = constant_times(facts[slot], unity[slot], rate, scv, found)
        constant[0, i], constant[1, i] = hour * item, hour * first
        if spans:
            constant[2, i] = hour * (last - first + 1.0)
        item, first, span = exponential_times(facts[slot], parts[slot], rate, spans, work[BELOW])
        exponential[0, i], exponential[1, i] = hour * item, hour * first
        if spans:
            exponential[2, i] = hour * span


@helper(inline=True)
def constant_free_span(law: Law, count: float, mean: float) -> float:
    """Return E[floor((X - 1) / c)] + 1, the span of a batch that finds all servers free."""
    # m mod c = (c - 1)/2 + sum over k of w^m / (1/w - 1), over the c-th roots of unity w other than one
    c = int(count)
    left_over = 0.5 * (c - 1)
    for k in range(1, c // 2 + 1):
        w, _ = root_of_unity(k, c)
        if mates_vanish(law, w, 0.0):
            break  # and those of later roots, which are farther from one
        under = w.conjugate() - 1.0
        mates = mates_and_slopes(law, w)[0] * under.conjugate()
        left_over += (1.0 if 2 * k == c else 2.0) * mates.real / (under.real**2 + under.imag**2)
    return (mean - 1.0 - left_over) / c + 1.0


@helper(inline=True)
def exponential_free_span(law: Law, c: int, mean: float, sizes: FloatArray, larger: FloatArray) -> float:
    """Return H_X of up to c items, and (X - c) / c + H_c of more, in the mean."""
    sizes_and_larger(law, c, sizes, larger)
    beyond, longest, span = mean, 0.0, 0.0
    for d in range(c):
        beyond = max(beyond - larger[d], 0.0)
        longest += 1.0 / (d + 1.0)
        span += sizes[d] * longest
    return float(span + beyond / c + longest * max(larger[c - 1] - sizes[c - 1], 0.0))


@kernel("void(f8[::1], f8[::1], f8[::1], f8[:, ::1], f8[::1], f8[::1])", allocates=False)
def free_spans(
    servers: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    work: FloatArray,
    constant: FloatArray,
    exponential: FloatArray,
) -> None:
    """Set the mean span of a batch that finds all servers free, in service times.

    A column of one element stands for all rows. `work` is written on.
    """
    each_c, each_m, each_s = int(servers.size > 1), int(means.size > 1), int(scvs.size > 1)
    sizes, larger = work[0], work[1]
    for i in range(constant.size):
        c, mean, scv = int(servers[i * each_c]), means[i * each_m], scvs[i * each_s]
        law = fitted_law(mean, scv)
        count, group = in_lockstep(float(c), mean, scv)
        constant[i] = constant_free_span(law if group == mean else fitted_law(group, scv), count, group)
        exponential[i] = exponential_free_span(law, c, mean, sizes, larger)
