"""The law of the wait in M/D/c where few have to wait, in units of the service time: sums of positive terms only.

Spitzer's identity makes the queue Q a sum of a Poisson number of jumps: log E[z^Q] = sum over j of h_j (z^j - 1) with

    h_j = sum over n >= 1 of P(P_{na} = n c + j) / n,   P Poisson of the mean in its index,                       (1)

so that its probabilities follow from n q_n = sum over j of j h_j q_{n-j}, q_0 = exp(-sum h_j), and small ones keep
their relative precision. With A(u) the arrivals during u service times,

    P(W > k - u) = P(Q + A(u) >= k c).                                                                           (2)

References
----------
.. [1] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
   American Mathematical Society 82, 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
.. [2] H. H. Panjer (1981), "Recursive evaluation of a family of compound distributions", ASTIN Bulletin 12(1), 22-26,
   doi:10.1017/S0515036100006796.
.. [3] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
   29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (equation (2)).
"""

import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.queueing._crommelin_kernel import at_mean, poisson_decay

_FEW_WAIT_FROM = 1.0  # of D: the n-th term of (1) falls as exp(-n D)


@helper
def few_wait_decay(load: float, batch_mean: float, servers: float) -> float:
    """Return D = c (rho - 1 - log rho) for single arrivals of whom few have to wait, else 0."""
    if batch_mean > 1.0:
        return 0.0
    decay = poisson_decay(load, servers)
    return decay if decay >= _FEW_WAIT_FROM else 0.0


@helper
def queue_tails(load: float, servers: int, decay: float, jumps: FloatArray, tails: FloatArray) -> None:
    """Set tails[n] = P(Q >= n) for all n of the array, which ends where they are negligible; `jumps` is work space."""
    size = tails.size
    jumps[:] = 0.0
    chance, n, step = 1.0, 0, math.exp(-decay)
    while chance > 1e-18 and chance > 0.0:
        n += 1
        chance *= step
        term = at_mean(float(n * servers)) * chance / n
        for j in range(1, size):
            term *= n * load / (n * servers + j)
            jumps[j] += term
            if term < 1e-18 * jumps[j]:
                break
    total = 0.0
    for j in range(size - 1, 0, -1):
        total += jumps[j]
        jumps[j] *= j
    tails[0] = math.exp(-total)
    for m in range(1, size):
        flow = 0.0
        for j in range(1, m + 1):
            flow += jumps[j] * tails[m - j]
        tails[m] = flow / m
    for m in range(size - 2, 0, -1):
        tails[m] += tails[m + 1]
    tails[0] = 1.0


@helper
def few_wait_tail(k: float, u: float, load: float, servers: int, tails: FloatArray) -> float:
    """Return P(W > k - u) by (2), from the most probable number of arrivals outwards."""
    level, mean = int(k) * servers, load * u
    if mean <= 0.0:
        return tails[level] if level < tails.size else 0.0
    middle = int(mean)
    peak = math.exp(middle * math.log(mean) - mean - math.lgamma(middle + 1.0))
    total, term, j = 0.0, peak, middle
    while True:
        left = level - j
        part = term if left <= 0 else (term * tails[left] if left < tails.size else 0.0)
        total += part
        j += 1
        term *= mean / j
        if (term < 1e-18 * total and left <= 0) or term == 0.0:
            break
    term = peak
    for j in range(middle, 0, -1):
        term *= j / mean
        left = level - j + 1
        part = term * tails[left] if left < tails.size else 0.0
        total += part
        if part < 1e-18 * total:
            break
    return min(total, 1.0)
