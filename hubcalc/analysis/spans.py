"""The time from the first start of service in a batch that finds all servers free to its last end."""

import numpy as np

from hubcalc import queueing
from hubcalc.analysis import many_servers
from hubcalc.analysis.ladder import Rung, climb
from hubcalc.analysis.methods import Column, Method
from hubcalc.queueing.batch_spans import BatchSpan, batch_span


def span_alone(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean time of a batch that finds all servers free: batches' mean and scv, an item's hours and scv."""
    few = servers <= many_servers.MOST_WITH_BATCHES
    rungs = [
        Rung(Method.NONE, few, queueing.batch_span_mean_hours),
        Rung(Method.NONE, True, many_servers.batch_span),
    ]
    return climb(rungs, mean, scv, hours, service_scv, servers).hours


def span_of(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> BatchSpan | None:
    """Give all that is known of that time, where servers are few in all rows."""
    if not np.all(servers <= many_servers.MOST_WITH_BATCHES):
        return None
    return batch_span(mean, scv, hours, service_scv, servers)


def span_variance(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the variance of the time of a batch that finds all servers free."""
    return queueing.batch_span_variance_hours2(mean, scv, hours, service_scv, servers)
