"""M^X/M/c in units of the mean service time: state probabilities below c, the queue, and the span of a batch.

The flow across each level, with r batches per service time and p_n the probability of n items,

    r sum_{i<=n} p_i P(X > n - i) = min(n + 1, c) p_{n+1},                                                       (1)

gives p_0 ... p_{c-1} up to a factor, which follows from sum_{n<c} (c - n) p_n = c - r E[X] (the mean number of idle
servers). Summed over n >= c - 1, plainly and with weight n + 1 - c, (1) gives what is above c in closed form:

    (c - r E[X]) P(N >= c) = r sum_{i<c} p_i E[(X - d_i)^+],                           d_i = c - 1 - i,           (2)
    (c - r E[X]) E[Q] = r (P(N >= c) E[X (X+1)] + sum_{i<c} p_i E[(X - d_i)^+ ((X - d_i)^+ - 1)]) / 2.            (3)

A batch of X that finds N = c - d < c in service starts d items at once. If X <= d, its span is the longest of X service
times, H_X = 1 + 1/2 + ... + 1/X. Else X - d completions at rate c follow until its last item starts. Each completion
takes any of the c in service, so of the c - d older ones O are left, with factorial moments (c-d)_m (1 - m/c)^(X-d),
and the c - O items of the batch take H_{c-O} more. The expansion

    H_{c-o} = H_c - sum_m (o)_m / (m (c)_m)                                                                     (4)

turns that into values of the generating function. If N >= c, the first item starts at a completion that leaves c - 1
older ones: d = 1, for any X.
"""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._batch_law_kernel import fitted_law, pair_moment, sizes_and_larger

_LEAST_RATE = 1e-100  # batches per service time: an empty system gives the limit of light traffic, not 0/0
_RESCALE = 1e200


@helper(inline=True)
def levels(servers: int, rate: float, load: float, larger: FloatArray, below: FloatArray) -> None:
    """Set p_0 ... p_{c-1} by equation (1)."""
    below[0] = 1.0
    idle = float(servers)
    for n in range(servers - 1):
        flow = 0.0
        for j in range(n + 1):
            flow += below[j] * larger[n - j]
        level = rate * flow / (n + 1.0)
        below[n + 1] = level
        idle += (servers - n - 1.0) * level
        if level > _RESCALE:
            idle /= level
            for j in range(n + 2):
                below[j] /= level
    for n in range(servers):
        below[n] *= (servers - load) / idle


@helper
def queue_above(
    servers: int, rate: float, mean: float, pairs: float, larger: FloatArray, below: FloatArray
) -> tuple[float, float]:
    """Return P(N >= c) and E[Q] by equations (2) and (3)."""
    beyond, beyond_pairs = mean, 0.5 * pairs  # E[Y] and E[Y (Y - 1)]/2 of Y = (X - d)^+
    flow, flow_pairs = below[servers - 1] * beyond, below[servers - 1] * beyond_pairs
    for d in range(1, servers):
        beyond = max(beyond - larger[d - 1], 0.0)
        beyond_pairs = max(beyond_pairs - beyond, 0.0)
        flow += below[servers - 1 - d] * beyond
        flow_pairs += below[servers - 1 - d] * beyond_pairs
    spare = servers - rate * mean
    all_busy = rate * flow / spare
    return all_busy, rate * (all_busy * (0.5 * pairs + mean) + flow_pairs) / spare


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def exponential_item_and_first_wait(
    servers: FloatArray, rates: FloatArray, means: FloatArray, scvs: FloatArray, item: FloatArray, first: FloatArray
) -> None:
    """Set the mean waits of an item and of the first item of a batch, in service times; inf where unstable.

    The first item sees N and waits for (N - c + 1)^+ completions at rate c.
    """
    work = np.empty((3, 8))
    for i in range(item.size):
        rate, mean = max(rates[i], _LEAST_RATE), means[i]
        if rate * mean >= servers[i]:
            item[i] = first[i] = np.inf
            continue
        c = int(servers[i])
        if c > work.shape[1]:
            work = np.empty((3, 2 * c))
        sizes, larger, below = work[0], work[1], work[2]
        sizes_and_larger(fitted_law(mean, scvs[i]), c, sizes, larger)
        levels(c, rate, rate * mean, larger, below)
        all_busy, queue = queue_above(c, rate, mean, pair_moment(mean, scvs[i]), larger, below)
        item[i] = queue / (rate * mean)
        first[i] = (queue + all_busy) / c
