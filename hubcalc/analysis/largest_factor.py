"""The largest multiple of the flows that still meets a target, in each of many scenarios.

What is asked of a factor over what is wanted, its strain, grows with the factor and without bound towards saturation:
each part of it in its own way, see `hubcalc.queueing.load_searches`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.methods import Column
from hubcalc.queueing.load_searches import LoadSearch

Strain = Callable[[Column], Column]
"""What is asked of a factor, over what is wanted: a column, or by part and row what adds up to it."""

_MOST_STEPS = 100
_NEXT_TO_NO_FLOW = 1e-9


@dataclass(frozen=True, slots=True)
class Growth:
    """How the parts of a strain grow, by part and row: the factor at which each has no bound, and the servers there."""

    upper: Column
    servers: Column


def largest_factor(
    strain: Strain,
    upper: Column,
    strain_of: Callable[[NDArray[np.intp]], Strain] | None = None,
    known: Column | None = None,
    *,
    growth: Growth | None = None,
    rises: bool = True,
) -> Column:
    """Find the largest factor below `upper` whose strain, such as wait over target, is at most 1, in each row.

    Rows need not wait for the slowest: `strain_of` gives the strain of those that are left. `known` is the strain at
    the factor 1, where the caller has it. `growth` says how its parts grow, and that of the sum is taken for all where
    it is not given. Where units wait for others to come, the strain need not rise with the factor and `rises` is false:
    then 0 is given where next to no flow does not meet the target.
    """
    ones = np.ones((1, upper.size))
    search = LoadSearch(ones, ones) if growth is None else LoadSearch(upper / growth.upper, growth.servers)
    if known is not None:
        search.begin(1 / upper, np.atleast_2d(known))
    if not rises:
        search.give_up(~(np.atleast_2d(strain(_NEXT_TO_NO_FLOW * upper)).sum(axis=0) <= 1))
    found = search.found * upper
    rows = np.arange(upper.size)
    for _ in range(_MOST_STEPS):
        met = search.met
        if strain_of is not None and np.count_nonzero(met) >= met.size / 3:
            left = np.flatnonzero(~met)
            rows = rows[left]
            if rows.size == 0:
                break
            search, strain = search.taken(left), strain_of(rows)
        elif met.all():
            break
        search.take(np.atleast_2d(strain(search.load * upper[rows])))
        found[rows] = search.found * upper[rows]
    return found
