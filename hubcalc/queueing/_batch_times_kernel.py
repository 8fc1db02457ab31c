"""M^X/D/c and M^X/M/c side by side: all that a batch goes through, from one set of roots and one of probabilities.

The equations are those of `_constant_service` and `_exponential_service`.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._batch_law_kernel import (
    Law,
    fitted_law,
    mates_and_slopes,
    mates_at,
    pair_moment,
    sizes_and_larger,
)
from hubcalc.queueing._constant_service import ComplexArray, bunching, in_lockstep, upper_roots
from hubcalc.queueing._crommelin_kernel import root_of_unity
from hubcalc.queueing._exponential_service import levels, queue_above

LEAST_RATE = 1e-100  # batches per service time: an empty system gives the limit of light traffic, not 0/0


@helper
def constant_times(
    law: Law, count: float, rate: float, mean: float, scv: float, found: ComplexArray
) -> tuple[float, float, float]:
    """Return the mean waits of an item and of the first and the last one of a batch, in service times."""
    load, c = rate * mean, int(count)
    roots, offsets, at_unity = found[0], found[1], found[2]
    queue = max(upper_roots(law, mean, rate / c, c, roots, offsets, at_unity) + bunching(count, rate, mean, scv), 0.0)
    first = queue + 0.5 * load - 0.5 * (c - 1)
    last = first + mean - 1.0
    scale = (c - load) / rate  # over prod_j (1 - z_j), which is real since roots come in pairs
    for j in range(c // 2):
        root = roots[j]
        scale /= 1.0 - root.real if 2 * (j + 1) == c else (1.0 - root.real) ** 2 + root.imag**2
    for k in range(c // 2):
        w, _ = root_of_unity(k + 1, c)
        mates = at_unity[k]
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
    return queue / load, max(first, 0.0) / c, max(last, 0.0) / c


@helper
def exponential_span(
    law: Law, c: int, mean: float, all_busy: float, sizes: FloatArray, below: FloatArray, work: FloatArray
) -> float:
    """Return the mean time from the first start in a batch to its last completion, by equation (4)."""
    left, ratio, power, shrink = work[0], work[1], work[2], work[3]
    harmonic, behind = 0.0, 0.0
    for m in range(c, 0, -1):
        harmonic += 1.0 / m
    for m in range(1, c):
        s = 1.0 - m / c
        left[m] = s * mates_at(law, s) / m
        ratio[m], power[m], shrink[m] = 1.0, 1.0 / m, s
        behind += left[m]
    span = all_busy * ((mean - 1.0) / c + harmonic - behind)
    beyond, more, at_once, longest = mean, 1.0, 0.0, 0.0
    for d in range(1, c + 1):
        beyond, more = max(beyond - more, 0.0), max(more - sizes[d - 1], 0.0)  # E[(X-d)^+], P(X > d)
        longest += 1.0 / d
        at_once += sizes[d - 1] * longest
        later = beyond / c + harmonic * more
        for m in range(1, c):
            power[m] *= shrink[m]
            # E[s^X; X > d] / m; and (c-d)_m / ((c)_m s^d), at most one: no rounding error grows
            left[m] = max(left[m] - sizes[d - 1] * power[m], 0.0)
            ratio[m] *= max(c - m - d + 1.0, 0.0) / ((c - d + 1.0) * shrink[m])
            later -= ratio[m] * left[m]
        span += below[c - d] * (at_once + later)
    return span


def scratch(servers: FloatArray) -> tuple[ComplexArray, FloatArray]:
    """Make what `batch_times` and `free_spans` write on."""
    most = int(servers.max(initial=1.0))
    return np.empty((3, most), np.complex128), np.empty((7, most))


@kernel(
    "void(f8[::1], f8[::1], f8[::1], f8[::1], boolean, c16[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1])",
    allocates=False,
)
def batch_times(
    servers: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    spans: bool,
    found: ComplexArray,
    work: FloatArray,
    constant: FloatArray,
    exponential: FloatArray,
) -> None:
    """Set the mean waits of an item and of the first item, and the span if `spans`, in service times; inf if unstable.

    A column of one element stands for all rows. `found` and `work` are written on.
    """
    each_c, each_r = int(servers.size > 1), int(rates.size > 1)
    each_m, each_s = int(means.size > 1), int(scvs.size > 1)
    sizes, larger, below = work[0], work[1], work[2]
    for i in range(constant.shape[1]):
        rate, mean, scv = max(rates[i * each_r], LEAST_RATE), means[i * each_m], scvs[i * each_s]
        c = int(servers[i * each_c])
        if rate * mean >= c:
            for time in range(3):
                constant[time, i], exponential[time, i] = np.inf, np.inf
            continue
        law = fitted_law(mean, scv)
        count, group = in_lockstep(float(c), mean, scv)
        group_law = law if group == mean else fitted_law(group, scv)
        item, first, last = constant_times(group_law, count, rate, group, scv, found)
        constant[0, i], constant[1, i], constant[2, i] = item, first, last - first + 1.0
        sizes_and_larger(law, c, sizes, larger)
        levels(c, rate, rate * mean, larger, below)
        all_busy, queue = queue_above(c, rate, mean, pair_moment(mean, scv), larger, below)
        exponential[0, i], exponential[1, i] = queue / (rate * mean), (queue + all_busy) / c
        if spans:
            exponential[2, i] = exponential_span(law, c, mean, all_busy, sizes, below, work[3:])
        else:
            exponential[2, i] = math.nan


@helper
def constant_free_span(law: Law, count: float, mean: float) -> float:
    """Return E[floor((X - 1) / c)] + 1, the span of a batch that finds all servers free."""
    # m mod c = (c - 1)/2 + sum over k of w^m / (1/w - 1), over the c-th roots of unity w other than one
    c = int(count)
    left_over = 0.5 * (c - 1)
    for k in range(1, c // 2 + 1):
        w, _ = root_of_unity(k, c)
        under = w.conjugate() - 1.0
        mates = mates_and_slopes(law, w)[0] * under.conjugate()
        left_over += (1.0 if 2 * k == c else 2.0) * mates.real / (under.real**2 + under.imag**2)
    return (mean - 1.0 - left_over) / c + 1.0


@helper
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
