"""M^X/M/c in units of the mean service time: state probabilities below c, the queue, and the span of a batch.

The flow across each level, with r batches per service time and p_n the probability of n items,

    r sum_{i<=n} p_i P(X > n - i) = min(n + 1, c) p_{n+1},                                                       (1)

gives p_0 ... p_{c-1} up to a factor, which follows from sum_{n<c} (c - n) p_n = c - r E[X] (the mean number of idle
servers). Summed over n >= c - 1, plainly and with weight n + 1 - c, (1) gives what is above c in closed form:

    (c - r E[X]) P(N >= c) = r sum_{i<c} p_i E[(X - d_i)^+],                           d_i = c - 1 - i,           (2)
    (c - r E[X]) E[Q] = r (P(N >= c) E[X (X+1)] + sum_{i<c} p_i E[(X - d_i)^+ ((X - d_i)^+ - 1)]) / 2.            (3)
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing.batches import BatchLaw

_RESCALE = 1e200


@dataclass(frozen=True, slots=True)
class ExponentialQueue:
    """The stationary state: `below[n]` = P(N = n) for n < c, P(N >= c), and E[Q]."""

    below: FloatArray
    all_busy: FloatArray
    queue_mean: FloatArray

    @classmethod
    def solved(cls, servers: int, batches_per_service: FloatArray, law: BatchLaw) -> Self:
        """Solve the queue by equations (1) to (3)."""
        sizes = law.pmf(servers)
        larger = 1.0 - np.concatenate([np.zeros((1, *law.mean.shape)), np.cumsum(sizes, axis=0)[:-1]])  # P(X > d)
        larger = np.maximum(larger, 0.0)
        below = _levels(servers, batches_per_service, larger)
        idle = np.arange(servers, 0, -1) @ below
        spare = servers - batches_per_service * law.mean
        below = below * (spare / idle)
        beyond, beyond_pairs = _overshoot(law, larger)
        turned = below[::-1]  # p_i with d_i = 0, 1, ... c - 1
        all_busy = batches_per_service * (turned * beyond).sum(axis=0) / spare
        upper = all_busy * (law.second_factorial_moment / 2.0 + law.mean)
        queue = batches_per_service * (upper + (turned * beyond_pairs).sum(axis=0)) / spare
        return cls(below, all_busy, queue)


def _levels(servers: int, batches_per_service: FloatArray, larger: FloatArray) -> FloatArray:
    """Return p_0 ... p_{c-1} up to a factor by equation (1)."""
    below = np.zeros_like(larger)
    below[0] = 1.0
    for n in range(servers - 1):
        below[n + 1] = batches_per_service * (below[: n + 1] * larger[n::-1]).sum(axis=0) / (n + 1.0)
        if np.any(below[n + 1] > _RESCALE):
            below /= np.maximum(below[n + 1], 1.0)
    return below


def _overshoot(law: BatchLaw, larger: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return E[Y] and E[Y (Y - 1)]/2 of Y = (X - d)^+ for d = 0 ... c - 1."""
    mean, pairs = np.empty_like(larger), np.empty_like(larger)
    mean[0], pairs[0] = law.mean, law.second_factorial_moment / 2.0
    for d in range(1, larger.shape[0]):
        mean[d] = np.maximum(mean[d - 1] - larger[d - 1], 0.0)  # sum over m >= d of P(X > m)
        pairs[d] = np.maximum(pairs[d - 1] - mean[d], 0.0)
    return mean, pairs


def first_item_wait(servers: int, batches_per_service: FloatArray, law: BatchLaw) -> FloatArray:
    """Return the mean wait of the first item of a batch, which sees N: (N - c + 1)^+ completions at rate c."""
    queue = ExponentialQueue.solved(servers, batches_per_service, law)
    return np.asarray((queue.queue_mean + queue.all_busy) / servers)


def batch_span(servers: int, batches_per_service: FloatArray, law: BatchLaw) -> FloatArray:
    """Return the mean time from the first start in a batch to its last completion.

    A batch of X that finds N = c - d < c in service starts d items at once. If X <= d, the span is the longest of X
    service times, H_X = 1 + 1/2 + ... + 1/X. Else X - d completions at rate c follow until its last item starts. Each
    completion takes any of the c in service, so of the c - d older ones O are left, with factorial moments
    (c-d)_m (1 - m/c)^(X-d), and the c - O items of the batch take H_{c-O} more. The expansion
    H_{c-o} = H_c - sum_m (o)_m / (m (c)_m) turns that into values of the generating function. If N >= c, the first item
    starts at a completion that leaves c - 1 older ones: d = 1, for any X.
    """
    queue = ExponentialQueue.solved(servers, batches_per_service, law)
    sizes = law.pmf(servers)
    harmonic = np.cumsum(1.0 / np.arange(1.0, servers + 1.0))
    m = np.arange(1.0, servers).reshape(-1, 1)
    s = 1.0 - m / servers
    left = law.pgf(s) / m if servers > 1 else np.zeros((0, law.mean.size))  # E[s^X]/m, less the small batches
    span = queue.all_busy * ((law.mean - 1.0) / servers + harmonic[-1] - left.sum(axis=0))
    ratio, more, beyond, at_once = np.ones_like(s), np.ones_like(law.mean), law.mean, np.zeros_like(law.mean)
    for d in range(1, servers + 1):
        beyond, more = np.maximum(beyond - more, 0.0), np.maximum(more - sizes[d - 1], 0.0)  # E[(X-d)^+], P(X > d)
        at_once = at_once + sizes[d - 1] * harmonic[d - 1]
        left = np.maximum(left - sizes[d - 1] * s**d / m, 0.0)
        # (c-d)_m / ((c)_m s^d), at most one: no rounding error grows
        ratio = ratio * np.maximum(servers - m - d + 1.0, 0.0) / ((servers - d + 1.0) * s)
        later = beyond / servers + harmonic[-1] * more - (ratio * left).sum(axis=0)
        span = span + queue.below[servers - d] * (at_once + later)
    return np.asarray(span)
