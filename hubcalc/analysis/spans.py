"""The time from a batch's first start of service to its last end.

What a batch needs that finds all servers free is known closely; what others add to that is taken from the interpolation
between constant and exponential service.
"""

import numpy as np

from hubcalc import queueing
from hubcalc.analysis import many_servers
from hubcalc.analysis.ladder import Rung, climb
from hubcalc.analysis.methods import Column, Method

_RAREST_PER_HOUR = 1e-12
"""Batches so rare that each finds all servers free."""


def span_alone(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean time of a batch that finds all servers free: batches' mean and scv, an item's hours and scv."""
    few = servers <= many_servers.MOST_WITH_BATCHES
    rare = np.full(np.broadcast(mean, scv, hours, service_scv, servers).shape, _RAREST_PER_HOUR)
    rungs = [Rung(Method.NONE, few, _alone), Rung(Method.NONE, True, many_servers.batch_span)]
    return climb(rungs, rare, mean, scv, hours, service_scv, servers).hours


def span(rate: Column, mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean time of a batch where so many come per hour."""
    few = servers <= many_servers.MOST_WITH_BATCHES
    rungs = [Rung(Method.NONE, few, _among_others), Rung(Method.NONE, True, many_servers.batch_span)]
    return climb(rungs, rate, mean, scv, hours, service_scv, servers).hours


def span_variance(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the variance of the time of a batch that finds all servers free."""
    return queueing.batch_span_variance_hours2(mean, scv, hours, service_scv, servers)


def _alone(_: Column, *batch: Column) -> Column:
    return queueing.batch_span_mean_hours(*batch)


def _among_others(rate: Column, *batch: Column) -> Column:
    rare = np.full(rate.shape, _RAREST_PER_HOUR)
    loaded, free = (queueing.mxgc_batch_span_mean_hours(each, *batch) for each in (rate, rare))
    return loaded + queueing.batch_span_mean_hours(*batch) - free
