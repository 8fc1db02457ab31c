"""What happens to Poisson batches at a queue: the waits of their items, and how much others draw out their service.

Between constant and exponential service times are interpolated; beyond the scvs that have been measured, and at so many
servers that this would take too long, servers are taken as one that is as fast as all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.analysis import many_servers
from hubcalc.analysis.methods import Column
from hubcalc.queueing.batch_spans import BatchSpan
from hubcalc.queueing.batch_times import free_batch_spans, solve_batch_times

MOST_SCV = 2.0
"""Greatest service scv up to which the interpolation between M^X/D/c and M^X/M/c has been measured."""


@dataclass(frozen=True, slots=True)
class Times:
    """Mean times of batches [h]."""

    item_wait: Column
    first_wait: Column
    span_among_others: Column
    """What the span is longer than that of a batch that finds all servers free; NaN where it has not been asked for."""


def times_of(inputs: Sequence[Column], *, spans: bool = True, free: BatchSpan | None = None) -> Times:
    """Give the times for rate, batch mean, batch scv, service hours, service scv and servers.

    `free` is the span of a batch that finds all servers free, where the caller has it.
    """
    few = inputs[-1] <= many_servers.MOST_WITH_BATCHES
    if np.all(few):
        return _few(*inputs, spans=spans, free=free)
    if not np.any(few):
        return _many(*inputs)
    lines = [np.ravel(each) for each in np.broadcast_arrays(*inputs, few)]
    rows = lines.pop().astype(bool)
    parts = [_few(*(line[rows] for line in lines), spans=spans), _many(*(line[~rows] for line in lines))]
    shape = np.broadcast_shapes(*(each.shape for each in inputs))

    def joined(time: Callable[[Times], Column]) -> Column:
        found = np.empty(rows.size)
        found[rows], found[~rows] = (time(part) for part in parts)
        return found.reshape(shape)

    return Times(
        joined(lambda part: part.item_wait),
        joined(lambda part: part.first_wait),
        joined(lambda part: part.span_among_others),
    )


def _few(
    rate: Column,
    mean: Column,
    scv: Column,
    hours: Column,
    service_scv: Column,
    servers: Column,
    *,
    spans: bool,
    free: BatchSpan | None = None,
) -> Times:
    times = solve_batch_times(rate, mean, scv, hours, servers, spans=spans)
    beyond = np.where(servers > 1, service_scv - MOST_SCV, 0.0) if np.any(service_scv > MOST_SCV) else np.asarray(0.0)
    measured = service_scv - np.maximum(beyond, 0.0)
    item, first = times.item_wait_hours(measured), times.first_item_wait_hours(measured)
    if np.any(beyond > 0):
        added = _irregular(rate, mean, hours, beyond, servers)
        item, first = item + added, first + added
    if not spans:
        return Times(item, first, np.full(item.shape, np.nan))
    constant, exponential = free_batch_spans(mean, scv, servers) if free is None else (free.constant, free.exponential)
    alone = hours * np.maximum(constant + np.sqrt(service_scv) * (exponential - constant), 0.0)
    return Times(item, first, times.span_hours(service_scv) - alone)


def _irregular(rate: Column, mean: Column, hours: Column, beyond: Column, servers: Column) -> Column:
    """Give what an scv beyond the measured ones adds at several servers, as repairs make it; extrapolated, waits fell.

    It is what it would add at one server that is as fast as all, where all are busy: in the share rho of the time.
    """
    work = hours / servers
    load = rate * mean * work
    stable = load < 1
    added = load * rate * mean * work**2 * np.maximum(beyond, 0.0) / 2 / np.where(stable, 1 - load, 1.0)
    return np.where(stable, added, 0.0)


def _many(rate: Column, mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Times:
    batch = (rate, mean, scv, hours, service_scv, servers)
    item, first = many_servers.item_wait(*batch), many_servers.first_item_wait(*batch)
    return Times(item, first, np.zeros(item.shape))
