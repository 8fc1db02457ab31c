"""M/M^[a,b]/c: the states of a fleet, from all vessels under way down to all in port, each sum of positive terms.

With n waiting and k vessels under way, p(c, n) = A r^n. Below c only n < a wait; with x = lambda / (lambda + k mu) and
y = (k + 1) mu / (lambda + k mu)

    p(k, n) = x p(k, n-1) + y p(k+1, n),    p(k, 0) = F / (lambda + k mu) + y p(k+1, 0),

where F is the flow from level k - 1, which equals that back: F = k mu (p(k, 0) + ... + p(k, a-1)). What F adds to this
sum is F (1 - x^a) / (k mu), so that F = k mu T / x^a with T the sum without it.
"""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

_LEAST = 1e-200
_HALVINGS = 100


@helper
def _root(load: float, most: float) -> float:
    """Return r in (0, 1) with r + ... + r^b = load."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        logarithm = np.log(middle)
        if middle * np.expm1(most * logarithm) / np.expm1(logarithm) < load:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def fleet_states(
    load: FloatArray,
    vessels: FloatArray,
    least: FloatArray,
    most: FloatArray,
    all_away: FloatArray,
    waiting_for_vessel: FloatArray,
    waiting_for_load: FloatArray,
    departures: FloatArray,
) -> None:
    """Write P(all away), the mean numbers waiting, and departures per cycle time; `load` is arrivals in a cycle."""
    work = np.empty(int(np.max(least)))
    for row in range(load.size):
        count, size = int(vessels[row]), int(least[row])
        r = _root(load[row] / count, most[row])
        total = 1.0 / (1.0 - r)
        away, queue, loading = total, r / (1.0 - r) ** 2, 0.0
        for n in range(size):
            work[n] = r**n
        flow = count * total  # vessels that come back, per cycle time
        for k in range(count - 1, -1, -1):
            x, y = load[row] / (load[row] + k), (k + 1) / (load[row] + k)
            passing = x**size
            before, mass = 0.0, 0.0
            for n in range(size):
                before = x * before + y * work[n]
                work[n] = before
                mass += before
            if passing < _LEAST:  # what lies above is never reached
                total, away, queue, loading, flow, mass, passing = 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0
                work[:size] = 0.0
            if k > 0:
                up = k * mass / passing / (load[row] + k)
                for n in range(size):
                    work[n] += up
                    up *= x
            mass, number = 0.0, 0.0
            for n in range(size):
                mass += work[n]
                number += n * work[n]
            shrink = 1.0 / (total + mass)  # so that nothing overflows
            total, away, queue = 1.0, away * shrink, queue * shrink
            loading, flow = (loading + number) * shrink, (flow + k * mass) * shrink
            work[:size] *= shrink
        all_away[row] = away
        waiting_for_vessel[row] = queue
        waiting_for_load[row] = loading
        departures[row] = flow
