"""The flows of an open network of single servers, seen from one of its stations: indices of dispersion over time.

Arrays have scenarios first, then stations. Stations that are less busy than the one in view pass items on at once
(near-immediate feedback, [1]_, section 4), so that what comes back to it before it has met a busier one never left.

References
----------
.. [1] W. Whitt, W. You (2022), "A robust queueing network analyzer based on indices of dispersion", Naval Research
   Logistics 69(1), 36-56, doi:10.1002/nav.22010.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.queueing._dispersion import arrival_weight, renewal_dispersion

_EQUALLY_BUSY = 1e-9
_TIMES = 150
_ZOOMS, _ZOOM_TIMES = 3, 21


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """What is given of the stations: columns (scenarios, stations), and the routing, rows to columns."""

    external: FloatArray
    external_scv: FloatArray
    service: FloatArray
    service_scv: FloatArray
    routing: FloatArray
    arrivals: FloatArray
    utilization: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The network that is left around one station; stations that pass items on at once have no flow.

    `entering[s, h, j]` is the share of the external stream of h that first stops at j; `returning` the probability
    that an item comes back near-immediately.
    """

    entering: FloatArray
    routing: FloatArray
    returning: FloatArray
    throughput: FloatArray
    service: FloatArray
    service_scv: FloatArray
    idle_share: FloatArray


def view(stations: Stations, seat: int) -> View:
    """Return the network in which the station `seat` is one of the least busy."""
    busy = stations.utilization
    count = busy.shape[-1]
    unit = np.eye(count)
    quick = _on_the_way_back(stations, seat)
    through = np.where(quick[:, :, None] & quick[:, None, :], stations.routing, 0.0)
    visits = np.linalg.inv(unit - through)
    onward = np.where(quick[:, :, None] & ~quick[:, None, :], stations.routing, 0.0)
    entering = np.where(quick[:, :, None], visits @ onward, unit)
    kept = np.where(quick[:, :, None], 0.0, stations.routing)
    shares = np.where(quick[:, None, :], 0.0, kept) + np.where(quick[:, None, :], kept, 0.0) @ entering
    shares = np.where(quick[:, None, :], 0.0, shares)
    returning = shares[:, seat, seat].copy()
    # one longer service instead of several visits ([1]_, section 4)
    away = 1.0 - returning
    shares[:, seat] /= away[:, None]
    shares[:, seat, seat] = 0.0
    throughput = np.where(quick, 0.0, np.minimum(stations.arrivals, 1.0 / stations.service))
    throughput[:, seat] *= away
    service, scv = stations.service.copy(), stations.service_scv.copy()
    service[:, seat] /= away
    scv[:, seat] = returning + away * scv[:, seat]
    return View(
        np.where(quick[:, None, :], 0.0, entering),
        shares,
        returning,
        throughput,
        service,
        scv,
        np.maximum(1.0 - busy, 0.0),
    )


def _on_the_way_back(stations: Stations, seat: int) -> NDArray[np.bool_]:
    """Return which stations an item can pass between leaving one and its return, without meeting a busier one."""
    calm = stations.utilization <= stations.utilization[:, seat, None] + _EQUALLY_BUSY
    calm[:, seat] = False
    routes = stations.routing > 0.0
    after, before = calm & routes[:, seat], calm & routes[:, :, seat]
    for _ in range(calm.shape[-1]):
        after = after | (calm & (routes & after[:, :, None]).any(axis=1))
        before = before | (calm & (routes & before[:, None, :]).any(axis=2))
    return np.asarray(after & before)


@dataclass(frozen=True, slots=True, eq=False)
class LongRun:
    """What the flows are in the long run: scvs, and covariances that build up with time.

    `arrival_scv` is the limit of the index of dispersion at each station, `split[s, i, j]` twice the covariance of
    what leaves i with its share that goes to j, `merged[s, j, k]` the covariance of the streams from j (0: from
    outside) and k at the station in view and at every other: last axis.
    """

    arrival_scv: FloatArray
    split: FloatArray
    merged: FloatArray


def long_run(stations: Stations, seen: View) -> LongRun:
    """Return the limits: all flows are linear in the external streams, the choices of routes and full servers."""
    flow, shares = seen.throughput, seen.routing
    unit = np.eye(flow.shape[-1])
    full = seen.idle_share <= 0.0
    passing = np.where(full[:, :, None], 0.0, shares)  # a full server sends out at its own pace
    reach = np.linalg.inv(unit - np.swapaxes(passing, 1, 2))
    # what is drawn at random: external streams with the stations where they enter, and routes
    outer = stations.external
    drawn = outer[:, :, None] * seen.entering
    sources = np.einsum("shj,jk->sjk", drawn, unit)
    excess = (stations.external_scv - 1.0) * outer
    sources += np.einsum("sh,shj,shk->sjk", excess, seen.entering, seen.entering)
    own = np.where(full, seen.service_scv, 0.0) - 1.0
    choice = flow[:, :, None, None] * (
        shares[:, :, :, None] * unit + own[:, :, None, None] * shares[:, :, :, None] * shares[:, :, None, :]
    )
    total = sources + choice.sum(axis=1)
    some = np.where(flow > 0.0, flow, 1.0)
    spread = np.einsum("sij,sjk,sik->si", reach, total, reach, optimize=True)
    arriving = np.where(full, 1.0, flow)  # of full servers nothing is asked
    limit = np.where((flow > 0.0) & ~full, spread / np.where(arriving > 0.0, arriving, 1.0), 1.0)
    kept = np.einsum("sim,simj->sij", reach, choice)  # covariance of what leaves i and what of it goes to j, by choice
    split = 2.0 * np.where(full[:, :, None], 0.0, kept) / some[:, :, None]
    # streams into each station m, as sums of what is drawn: nu_j = p_jm reach_j, and e_m for the external one
    nu = passing[:, :, :, None] * reach[:, :, None, :]  # s, j, m, station
    inner = np.einsum("sjma,sab,skmb->sjkm", nu, total, nu, optimize=True)
    cross = np.einsum("skma,sjam->sjkm", nu, choice)
    inner += cross + np.swapaxes(cross, 1, 2)
    outside = np.einsum("sjma,sam->sjm", nu, sources)[:, None]
    # the queues of a Jackson network are those of Poisson arrivals, though flows that loop are not Poisson
    plain = ((stations.external_scv == 1.0) | (outer == 0.0)).all(axis=1) & (stations.service_scv == 1.0).all(axis=1)
    counts = np.where(plain, 0.0, 1.0)
    merged = np.concatenate([outside, inner], axis=1)
    limit = np.where(plain[:, None], 1.0, limit)
    return LongRun(limit, split * counts[:, None, None], merged * counts[:, None, None, None])


def arrival_dispersion(stations: Stations, seen: View, limits: LongRun, hours: FloatArray, seat: int) -> FloatArray:
    """Return the index of dispersion of what arrives at a station, at times (scenarios, times) ([1]_, section 3)."""
    flow, shares = seen.throughput, seen.routing
    some = np.where(flow > 0.0, flow, 1.0)
    spread = limits.arrival_scv + seen.service_scv
    load = flow * seen.service
    pace = seen.idle_share**2 * flow / np.where(load**2 * spread > 0.0, load**2 * spread, np.inf)
    pace = np.where((spread > 0.0) | (seen.idle_share <= 0.0), pace, np.inf)
    clock = hours[:, :, None] * np.where(np.isfinite(pace), pace, 0.0)[:, None, :]
    weight = np.where(np.isfinite(pace)[:, None, :], arrival_weight(clock), 1.0)  # scenarios, times, stations
    epochs = hours[:, :, None] * stations.external[:, None, :]
    streams = renewal_dispersion(np.broadcast_to(stations.external_scv[:, None, :], epochs.shape), epochs)
    enter = seen.entering
    outer = np.einsum("sh,shj,sth->stj", stations.external, enter**2, streams)
    outer += np.einsum("sh,shj->sj", stations.external, enter * (1.0 - enter))[:, None, :]
    served = hours[:, :, None] * flow[:, None, :]
    services = renewal_dispersion(np.broadcast_to(seen.service_scv[:, None, :], served.shape), served)
    inner = flow[:, :, None] * shares  # from row to column
    fixed = shares[:, None] * ((1.0 - weight) * services)[..., :, None] + (1.0 - shares)[:, None]
    fixed = fixed + limits.split[:, None] * weight[..., :, None]
    constant = outer + np.einsum("sij,stij->stj", inner, fixed) + _merging(shares, limits, clock, weight)
    constant /= some[:, None, :]
    handed_on = (inner * shares / some[:, None, :])[:, None] * weight[..., :, None]
    matrix = np.eye(flow.shape[-1]) - np.swapaxes(handed_on, -1, -2)
    return np.asarray(np.linalg.solve(matrix, constant[..., None])[..., seat, 0])


def _merging(shares: FloatArray, limits: LongRun, clock: FloatArray, weight: FloatArray) -> FloatArray:
    """Return what the covariance of merging streams adds to the variance per hour."""
    slow = arrival_weight(clock[..., :, None] * shares[:, None])  # of the stream from row to column
    slow = np.where((weight >= 1.0)[..., :, None], 1.0, slow)
    count = shares.shape[-1]
    between = limits.merged[:, 1:] * (1.0 - np.eye(count))[:, :, None]
    return np.asarray(
        np.einsum("sjkm,stjm->stm", between, slow) + 2.0 * np.einsum("skm,stkm->stm", limits.merged[:, 0], slow)
    )


def workload_hours(stations: Stations, seen: View, limits: LongRun, seat: int) -> FloatArray:
    """Return the mean work that is found at a station: what a worst case of arrivals makes of it ([1]_).

    The supremum over x of -(1 - rho) x + sqrt(2 rho s x (I(x) + c_s^2)) is found on a grid of log x, then finer.
    """
    load = stations.utilization[:, seat]
    idle = np.where(load < 1.0, 1.0 - load, 1.0)
    service, scv = seen.service[:, seat], seen.service_scv[:, seat]
    middle = np.where(load > 0.0, load, 1.0) * service / idle**2
    lowest, highest = np.log(1e-5 * middle), np.log(1e2 * middle * (1.0 + scv + limits.arrival_scv[:, seat]))
    best = np.zeros(load.shape)
    for step in range(_ZOOMS + 1):
        count = _ZOOM_TIMES if step else _TIMES
        place = np.linspace(0.0, 1.0, count)
        logs = lowest[:, None] + place * (highest - lowest)[:, None]
        hours = np.exp(logs)
        spread = arrival_dispersion(stations, seen, limits, hours, seat) + scv[:, None]
        variance = np.maximum(2.0 * (load * service)[:, None] * hours * spread, 0.0)
        work = np.sqrt(variance) - idle[:, None] * hours
        at = work.argmax(axis=1)
        rows = np.arange(load.size)
        best = np.maximum(best, work[rows, at])
        lowest = logs[rows, np.maximum(at - 1, 0)]
        highest = logs[rows, np.minimum(at + 1, count - 1)]
    return best
