"""M/M/c with breakdowns: the mean number in the system, from a quasi-birth-death chain solved for whole columns.

Level n is the number in the system, the phase u = 0 ... c the number of servers that are up. Arrivals move up at rate
lambda in every phase, min(n, u) mu moves down; up servers fail, down servers are repaired by so many crews; an
interrupted service resumes. From level c on the rates no longer depend on n. G, the law of the phase in which the level
below is first entered, follows by cyclic reduction, and R_n = lambda (-(A_n + lambda G_{n+1}))^-1 leads from each level
to the next, G_{n} = (-(A_n + lambda G_{n+1}))^-1 D_n. All these are inverses of M-matrices.

References
----------
.. [1] I. L. Mitrani, B. Avi-Itzhak (1968), "A many-server queue with service interruptions", Operations Research
   16, 628-638.
.. [2] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM, chapters
   8 and 12.
"""

import numpy as np

from hubcalc.arguments import FloatArray

_MOST_STEPS = 60


def mean_servers_up(servers: int, failure: FloatArray, repair: FloatArray, crews: FloatArray) -> FloatArray:
    """Return the mean number of servers that are up where each may fail."""
    weight, total = np.ones_like(failure), np.ones_like(failure)
    up = np.zeros_like(failure)
    for u in range(1, servers + 1):
        # relative to the last state, so that nothing overflows: rescaled where it grows
        weight = weight * np.minimum(servers - u + 1.0, crews) * repair / (u * failure)
        total, up = total + weight, up + u * weight
        large = np.maximum(weight, 1.0)
        weight, total, up = weight / large, total / large, up / large
    return up / total


def _generators(
    servers: int,
    level: int,
    arrivals: FloatArray,
    failure: FloatArray,
    repair: FloatArray,
    crews: FloatArray,
    idle_fail: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return A_n and the diagonal of D_n, in units of the service rate."""
    size = servers + 1
    up = np.arange(size, dtype=np.float64)
    busy = np.minimum(up, level)
    fails = failure[:, None] * np.where(idle_fail[:, None] > 0.0, up, busy)
    repairs = repair[:, None] * np.minimum(servers - up, crews[:, None])
    local = np.zeros((arrivals.size, size, size))
    index = np.arange(size)
    local[:, index[1:], index[:-1]] = fails[:, 1:]
    local[:, index[:-1], index[1:]] = repairs[:, :-1]
    local[:, index, index] = -(arrivals[:, None] + busy + fails + repairs)
    return local, np.broadcast_to(busy, fails.shape)


def number_mean(
    servers: int,
    arrivals: FloatArray,
    failure: FloatArray,
    repair: FloatArray,
    crews: FloatArray,
    idle_fail: FloatArray,
) -> FloatArray:
    """Return the mean number in a stable system, all rates in units of the service rate."""
    size = servers + 1
    identity = np.eye(size)
    rate = arrivals[:, None, None]
    local, down = _generators(servers, servers, arrivals, failure, repair, crews, idle_fail)
    first = _first_passage(local, rate * identity, down[:, None, :] * identity)
    ladder = []
    for n in range(servers, 0, -1):
        local, down = _generators(servers, n, arrivals, failure, repair, crews, idle_fail)
        visits = np.linalg.inv(-(local + rate * first))
        ladder.append(rate * visits)
        first = visits * down[:, None, :]
    local, _ = _generators(servers, 0, arrivals, failure, repair, crews, idle_fail)
    vector = _null_vector(local + rate * first)
    total, number = vector.sum(axis=1), np.zeros_like(arrivals)
    steady = ladder[0]
    for n, step in enumerate(ladder[:0:-1], start=1):
        vector = np.einsum("pi,pij->pj", vector, step)
        total, number = total + vector.sum(axis=1), number + n * vector.sum(axis=1)
    # levels c - 1 + k weigh v R^k: sum R^k = (1 - R)^-1, sum k R^k = R (1 - R)^-2
    tail = np.linalg.inv(identity - steady)
    last = np.einsum("pi,pij->pj", vector, steady @ tail)
    beyond = np.einsum("pi,pij->pj", last, tail).sum(axis=1)
    total, number = total + last.sum(axis=1), number + (servers - 1) * last.sum(axis=1) + beyond
    return np.asarray(number / total)


def _first_passage(local: FloatArray, upward: FloatArray, downward: FloatArray) -> FloatArray:
    """Return G by cyclic reduction."""
    b, up, down, first = local, upward, downward, local
    for _ in range(_MOST_STEPS):
        inverse = np.linalg.inv(-b)
        up_in, down_in = up @ inverse, down @ inverse
        meeting = up_in @ down
        first = first + meeting
        b = b + meeting + down_in @ up
        up, down = up_in @ up, down_in @ down
        if min(float(np.abs(up).max()), float(np.abs(down).max())) < 1e-18 or float(np.abs(meeting).max()) < 1e-18:
            break
    return np.asarray(np.linalg.solve(-first, downward))


def _null_vector(generator: FloatArray) -> FloatArray:
    """Return the stationary weights by state reduction, without subtraction.

    The phase with most servers up comes first: repairs lead to it from all others, of which some may be transient.
    """
    chain = generator[:, ::-1, ::-1].copy()
    size = chain.shape[1]
    for n in range(size - 1, 0, -1):
        out = chain[:, n, :n].sum(axis=1)
        chain[:, :n, n] /= out[:, None]
        chain[:, :n, :n] += chain[:, :n, n, None] * chain[:, n, None, :n]
    weights = np.zeros(chain.shape[:2])
    weights[:, 0] = 1.0
    for n in range(1, size):
        weights[:, n] = np.einsum("pi,pi->p", weights[:, :n], chain[:, :n, n])
        weights /= np.maximum(weights[:, n], 1.0)[:, None]
    return weights[:, ::-1]
