"""Open networks of single servers simulated event by event: first come, first served, routes drawn at each departure.

Independent of hubcalc: nothing here knows a formula.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@njit(cache=True)
def draw(mean: float, scv: float) -> float:
    """Draw a time: constant, a mixture of two Erlang laws of one rate, or hyperexponential with balanced means."""
    if scv == 0.0:
        return mean
    if scv > 1.0:
        p = (1.0 + np.sqrt((scv - 1.0) / (scv + 1.0))) / 2.0
        share = p if np.random.random() < p else 1.0 - p  # noqa: NPY002 - compiled code has no generators
        return np.random.exponential(mean / (2.0 * share))  # noqa: NPY002
    k = int(np.ceil(1.0 / scv - 1e-9))
    p = (k * scv - np.sqrt(max(k * (1.0 + scv) - k * k * scv, 0.0))) / (1.0 + scv)
    phases = k - 1 if np.random.random() < p else k  # noqa: NPY002
    return np.random.gamma(phases, mean / (k - p)) if phases else 0.0  # noqa: NPY002


@njit(cache=True)
def simulate_network(
    external: Floats,
    external_scv: Floats,
    service: Floats,
    service_scv: Floats,
    routing: Floats,
    hours: float,
    seed: int,
) -> Floats:
    """Return the mean number waiting at each station over `hours` of time, after a fifth as much of warming up."""
    np.random.seed(seed)  # noqa: NPY002
    stations = external.size
    arrival, done = np.full(stations, np.inf), np.full(stations, np.inf)
    number = np.zeros(stations, dtype=np.int64)
    for i in range(stations):
        if external[i] > 0.0:
            arrival[i] = np.random.random() * draw(1.0 / external[i], external_scv[i])  # noqa: NPY002
    area, since = np.zeros(stations), np.zeros(stations)
    start, now = hours / 5.0, 0.0
    while now < start + hours:
        first, departure = 0, False
        now = np.inf
        for i in range(stations):
            if arrival[i] < now:
                first, now, departure = i, arrival[i], False
            if done[i] < now:
                first, now, departure = i, done[i], True
        target = first
        if departure:
            if now > start:
                area[first] += (now - max(since[first], start)) * max(number[first] - 1, 0)
            since[first] = now
            number[first] -= 1
            done[first] = now + draw(service[first], service_scv[first]) if number[first] else np.inf
            left, target = np.random.random(), -1  # noqa: NPY002
            for j in range(stations):
                if left < routing[first, j]:
                    target = j
                    break
                left -= routing[first, j]
        else:
            arrival[first] = now + draw(1.0 / external[first], external_scv[first])
        if target >= 0:
            if now > start:
                area[target] += (now - max(since[target], start)) * max(number[target] - 1, 0)
            since[target] = now
            number[target] += 1
            if number[target] == 1:
                done[target] = now + draw(service[target], service_scv[target])
    return area / hours
