"""Batches at so many servers that the exact formulas, whose work grows with a power of their number, take too long.

All servers are taken as one that is as fast as they are together. What is missed is a fraction of one item's service
time, since a batch of fewer items than servers cannot use them all; no error has been measured.
"""

from hubcalc import queueing
from hubcalc.analysis.methods import Column

MOST_WITH_BATCHES = 64
MOST_WITH_UNITS = 1_000


def item_wait(rate: Column, mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean wait of an item, waiting inside its batch included."""
    return queueing.mxg1_wait_mean_hours(rate, mean, scv, hours / servers, service_scv)


def first_item_wait(
    rate: Column, mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column
) -> Column:
    """Give the mean wait of a batch for its first item: M/G/1 with the batch's work as service."""
    return queueing.mg1_wait_mean_hours(rate, mean * hours / servers, scv + service_scv / mean)


def batch_span(mean: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean time from a batch's first start to its last end: its work, and the rest of the last service."""
    del scv, service_scv  # the work is what it is
    return mean * hours / servers + hours * (1 - 1 / servers)


def allen_cunneen(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Give the mean wait of GI/G/c: M/M/c times the mean of the two scvs (Allen 1990)."""
    return queueing.mmc_wait_mean_hours(rate, hours, servers) * (scv + service_scv) / 2
