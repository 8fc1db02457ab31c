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
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._batch_law_kernel import FIXED_WITHIN, Law, fitted_law, pair_moment
from hubcalc.queueing._crommelin_kernel import root_of_unity
from hubcalc.queueing._unit_disk_roots import disk_root

_LEAST_RATE = 1e-100  # batches per service time: an empty system gives the limit of light traffic, not 0/0


ComplexArray = NDArray[np.complex128]


@helper(inline=True)
def in_lockstep(servers: float, mean: float, scv: float) -> tuple[float, float]:
    """Return c servers and fixed batches of b, divided by g = gcd(b, c); servers and mean unchanged for other laws.

    Fixed batches with a constant service time move in groups of g from arrival to departure, so a group is an item
    and g servers are one. Undivided, g - 1 of the roots lie on the unit circle, where the formulas are 0/0.
    """
    if scv > FIXED_WITHIN or mean != np.floor(mean):
        return servers, mean
    common, rest = mean, servers
    while rest > 0.0:
        common, rest = rest, common % rest
    return servers / common, mean / common


@helper
def bunching(servers: float, rate: float, mean: float, scv: float) -> float:
    """Return the part of E[Q] that two moments give; `root_shift` of each root gives the rest."""
    # the derivative of log Q(z) at 1 is (A'' - c (c-1)) / (2 (c - A')) + sum 1/(1 - z_k); sum 1/(1 - w_k) = (c-1)/2 is
    # subtracted from the second and added to the first, so that rounding stays small against a small load
    load = rate * mean
    return (load * load + rate * pair_moment(mean, scv) - (servers - 1.0) * load) / (2.0 * (servers - load))


@helper
def root_shift(w: complex, gap: complex, offset: complex) -> float:
    """Return the real part of 1/(1 - z) - 1/(1 - w), with gap = 1 - w and offset = z/w - 1."""
    over = w * offset
    under = (gap - over) * gap
    return (over.real * under.real + over.imag * under.imag) / (under.real**2 + under.imag**2)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def constant_item_wait(
    servers: FloatArray, rates: FloatArray, means: FloatArray, scvs: FloatArray, waits: FloatArray
) -> None:
    """Set the mean wait of an item, E[Q] / (r E[X]) by Little's law, in service times; inf where unstable."""
    for i in range(waits.size):
        c, mean = in_lockstep(servers[i], means[i], scvs[i])
        rate = max(rates[i], _LEAST_RATE)
        if rate * mean >= c:
            waits[i] = np.inf
            continue
        law = fitted_law(mean, scvs[i])
        queue = bunching(c, rate, mean, scvs[i])
        for k in range(1, int(c) // 2 + 1):
            w, gap = root_of_unity(k, int(c))
            offset = disk_root(law, mean, rate / c, w)[1]
            shift = root_shift(w, gap, offset)
            queue += shift if 2 * k == int(c) else 2.0 * shift  # with the conjugate, but -1 stands alone
        waits[i] = max(queue, 0.0) / (rate * mean)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def one_server_item_wait(
    rates: FloatArray, means: FloatArray, scvs: FloatArray, service_scvs: FloatArray, waits: FloatArray
) -> None:
    """Set the mean wait of an item at one server of any service time, in service times; inf where unstable."""
    for i in range(waits.size):
        load = rates[i] * means[i]
        mates = pair_moment(means[i], scvs[i]) / means[i]
        wait = (load * (1.0 + service_scvs[i]) + mates) / (2.0 * (1.0 - load))
        waits[i] = wait if load < 1.0 else np.inf


@helper
def upper_roots(
    law: Law, mean: float, pull: float, servers: int, roots: ComplexArray, offsets: ComplexArray, mates: ComplexArray
) -> float:
    """Set the roots with an angle up to pi, each z/w - 1 and E[w^(X-1)]; return the part of E[Q] that they give."""
    queue = 0.0
    for k in range(1, servers // 2 + 1):
        w, gap = root_of_unity(k, servers)
        roots[k - 1], offsets[k - 1], mates[k - 1] = disk_root(law, mean, pull, w)
        shift = root_shift(w, gap, offsets[k - 1])
        queue += shift if 2 * k == servers else 2.0 * shift
    return queue
