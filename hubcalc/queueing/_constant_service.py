"""M^X/D/c in units of the service time: the queue and the waits of the first and the last item of a batch.

The number N in the system, seen one service time apart, follows N' = Q + A with Q = (N - c)^+: whoever was in service
has left, A items have come, A(z) = exp(r (X(z) - 1)). So Q(z) (z^c - A(z)) is a polynomial of degree c which vanishes
at 1 and at the c - 1 roots z_k in the unit disk:

    Q(z) = K (z - 1) prod_k (z - z_k) / (z^c - A(z)),   K = (c - r E[X]) / prod_k (1 - z_k).                    (1)

An item that comes at time t with i mates ahead of it starts within j + 1 - u service times, 0 <= u < 1, if at most
j c + c - 1 items are ahead of it in Q + A(u) + i, where Q is the queue at time t - u and A(u) came between. Hence

    E[W] = integral over u from 0 to 1 of E[floor((Q + A(u) + i) / c)].                                         (2)

With floor(m/c) = (m - m mod c)/c and m mod c = (c - 1)/2 + sum over k of w_k^m / (1/w_k - 1), w_k the c-th roots of
unity other than one, the integral is elementary; since w_k^c = 1, the denominator 1 - A(w_k) of (1) cancels:

    c E[W] = E[Q] + r E[X]/2 + E[i] - (c - 1)/2 + sum_k G_i(w_k) K w_k prod_j (w_k - z_j) / (r (1 - X(w_k))),     (3)

where G_i is the generating function of i: 1 for the first item of a batch, X(z)/z for the last.

References
----------
.. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
   29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (the argument behind (2), for single arrivals).
"""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing._unit_disk_roots import ComplexArray, all_roots, roots_of_unity, upper_roots
from hubcalc.queueing.batches import BatchLaw


def pair_weights(servers: int) -> FloatArray:
    """Return for each upper root how often its real part counts: twice with its conjugate, -1 once."""
    weights = np.full(servers // 2, 2.0)
    if servers % 2 == 0:
        weights[-1] = 1.0
    return weights


def queue_mean(servers: int, batches_per_service: FloatArray, law: BatchLaw) -> FloatArray:
    """Return E[Q], the mean number of items that wait."""
    z, offset = upper_roots(servers, batches_per_service, law)
    return _queue_mean(servers, batches_per_service, law, z, offset)


def _queue_mean(
    servers: int, batches_per_service: FloatArray, law: BatchLaw, z: ComplexArray, offset: ComplexArray
) -> FloatArray:
    # the derivative of log Q(z) at 1 is (A'' - c (c-1)) / (2 (c - A')) + sum 1/(1 - z_k); sum 1/(1 - w_k) = (c-1)/2 is
    # subtracted from the second and added to the first, so that rounding stays small against a small load
    load = batches_per_service * law.mean
    bunching = load**2 + batches_per_service * law.second_factorial_moment - (servers - 1) * load
    w = roots_of_unity(servers)[: servers // 2]
    shift = (w * offset / ((1.0 - z) * (1.0 - w))).real @ pair_weights(servers)
    return np.maximum(bunching / (2.0 * (servers - load)) + shift, 0.0)


def first_and_last_wait(servers: int, batches_per_service: FloatArray, law: BatchLaw) -> tuple[FloatArray, FloatArray]:
    """Return the mean waits of the first and of the last item of a batch, by equation (3), in service times."""
    half = servers // 2
    z, offset = upper_roots(servers, batches_per_service, law)
    w = roots_of_unity(servers)[:half]
    load = batches_per_service * law.mean
    arrived = law.reshaped((-1, 1)).pgf(w)
    terms = _products(servers, z, offset) * (w * (servers - load)[:, None])
    terms = terms / (batches_per_service[:, None] * (1.0 - arrived))
    common = _queue_mean(servers, batches_per_service, law, z, offset) + load / 2.0 - (servers - 1) / 2.0
    first = common + terms.real @ pair_weights(servers)
    last = common + law.mean - 1.0 + (terms * arrived / w).real @ pair_weights(servers)
    return np.maximum(first, 0.0) / servers, np.maximum(last, 0.0) / servers


def _products(servers: int, z: ComplexArray, offset: ComplexArray) -> ComplexArray:
    """Return prod_j (w_k - z_j) / (1 - z_j) for the upper k."""
    half = servers // 2
    w = roots_of_unity(servers)[:half]
    roots = all_roots(z, servers)
    gaps = w[:, None] - roots[:, None, :]
    own = np.arange(half)
    gaps[:, own, own] = -w * offset  # w_k - z_k, without cancellation
    return np.asarray((gaps / (1.0 - roots[:, None, :])).prod(axis=2))
