"""Column generation for the largest share of all demands that fits at once."""

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from hubcalc.network._adjacency import Integers
from hubcalc.network._columns import Columns
from hubcalc.network._pricing import Pricing
from hubcalc.network._program import Program
from hubcalc.network.graph import Demands, Floats, Network

_GAIN = 1e-9
"""Relative gain of a path that is rounding."""


def common_share(network: Network, demands: Demands, loads: Floats) -> tuple[float, float, Floats, Floats, Integers]:
    """Return share, upper bound, loads and weights of links, and demands without a path."""
    wanted = np.flatnonzero(demands.per_day > 0.0)
    per_day, classes = demands.per_day[wanted], np.asarray(demands.classes[wanted], np.int64)
    active = Demands(demands.origins[wanted], demands.destinations[wanted], per_day, classes)
    closed = np.isinf(loads)
    taken = np.where(closed, 0.0, loads)
    limited, nothing = np.isfinite(network.capacities), np.zeros(network.links)
    pricing = Pricing.of(network, active, np.where(closed, np.inf, 0.0))
    unlimited = np.full(wanted.size, np.inf)
    # what a unit takes of each capacity, relative to it: a path is limited if it takes any
    parts = taken * np.where(limited, 1.0 / np.maximum(np.where(limited, network.capacities, 1.0), 1e-300), 0.0)
    parts = np.where(closed, np.inf, np.minimum(parts, 1e300))
    costs, columns = pricing.cheapest(np.where(closed, 0.0, parts), unlimited)
    unreachable = wanted[np.isinf(costs)]
    if unreachable.size:
        return 0.0, 0.0, nothing, nothing, unreachable
    if not (costs > 0.0).any():
        flows = columns.link_flows(per_day[columns.demands], classes, loads.shape)
        return np.inf, np.inf, (flows * taken).sum(axis=0), nothing, unreachable
    known: set[tuple[int, ...]] = set()
    share = _Share(per_day, classes, taken, network.capacities)
    bound = np.inf
    fresh = columns.new_beside(known)
    while fresh.count:
        share.add(fresh)
        share.solve()
        costs, columns = pricing.cheapest(taken * share.weights, unlimited)
        charged = np.flatnonzero(share.weights)
        if (weighed := float(per_day @ costs)) > 0.0:
            bound = min(bound, float(share.weights[charged] @ network.capacities[charged]) / weighed)
        better = costs < share.duals * (1.0 - _GAIN)
        fresh = columns.kept(better[columns.demands]).new_beside(known)
    loads_now = (share.columns.link_flows(share.flows, classes, loads.shape) * taken).sum(axis=0)
    return share.value, bound, loads_now, share.weights, unreachable


class _Share:
    """Maximize the share: the first column of the program, beside paths; a row for each demand and each capacity."""

    def __init__(self, per_day: Floats, classes: Integers, loads: Floats, capacities: Floats) -> None:
        self.classes, self.loads, self.capacities = classes, loads, capacities
        self.columns, self.flows, self.value = Columns.none(), np.empty(0), 0.0
        self.weights, self.duals = np.zeros(capacities.size), np.zeros(per_day.size)
        self.scale = float(per_day.mean())
        used = (loads[np.unique(classes)] > 0.0).any(axis=0)
        self.rows = np.flatnonzero(np.isfinite(capacities) & used)
        self.program = Program()
        # flows in units of the mean demand, so that the share and the flows are of one size
        limits = np.concatenate([np.zeros(per_day.size), capacities[self.rows] / self.scale])
        self.program.add_rows(csr_array((limits.size, 0)), limits)
        column = np.concatenate([per_day / self.scale, np.zeros(self.rows.size)])
        self.program.add_columns(np.array([-1.0]), csc_array(column[:, np.newaxis]))

    def add(self, columns: Columns) -> None:
        """Add paths."""
        where = (columns.demands, np.arange(columns.count))
        serve = csr_array((-np.ones(columns.count), where), shape=(self.duals.size, columns.count))
        room = columns.capacity_rows(self.loads, self.classes, self.rows)
        self.program.add_columns(np.zeros(columns.count), csc_array(vstack([serve, room])))
        self.columns = self.columns.joined(columns)

    def solve(self) -> None:
        """Solve; the marginals weigh demands and capacities."""
        self.program.solve()
        demands = self.duals.size
        self.duals = -self.program.marginals[:demands] / self.scale
        self.weights = np.zeros(self.capacities.size)
        self.weights[self.rows] = -self.program.marginals[demands:] / self.scale
        self.value, self.flows = -self.program.value, self.program.flows[1:] * self.scale
