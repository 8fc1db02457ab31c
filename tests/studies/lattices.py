"""Lattices of mixes whose metrics are known, and the cheapest mix by brute force."""

import numpy as np

from hubcalc.studies.sizing.mixes import Choice, Lattice
from hubcalc.studies.sizing.requirements import Requirement
from hubcalc.studies.sizing.task import TIE, Task
from hubmodels.studies.sizing import SizingRequest

SIZES = (4, 4, 3, 3)
WAIT, FLOW = "wait_mean_hours", "practical_capacity_per_day"
SEEDS = range(5)


class Tables:
    """Stands for the analysis of a hub: looks metrics up in tables over the lattice."""

    def __init__(self, lattice, tables, better=None, invalid=None):
        self.lattice, self.tables, self.better, self.invalid = lattice, tables, better or {}, invalid
        self.names, self.units, self.analyses = tuple(tables), dict.fromkeys(tables, "h"), 0

    def evaluate(self, inputs, size, method="fast"):
        places = tuple(np.searchsorted(choice.values, inputs[choice.path]) for choice in self.lattice.choices)
        tables = self.tables if method == "fast" else self.tables | self.better
        found = {name: table[places] for name, table in tables.items()}
        status = np.full(size, "ok", dtype=object)
        if self.invalid is not None:
            status[self.invalid[places]] = "invalid"
            found = {name: np.where(self.invalid[places], np.nan, values) for name, values in found.items()}
        self.analyses += size
        return {**found, "status": status, "reason": np.full(size, "", dtype=object)}


class Rows:
    """Rows in memory."""

    def __init__(self, columns):
        self.columns, self.rows = columns, len(columns["row"])

    def column(self, name):
        return self.columns[name]

    def chunks(self, names=None):
        yield self.columns


def lattice_of(rng, sizes=SIZES, whole=False):
    choices = []
    for i, size in enumerate(sizes):
        costs = np.cumsum(rng.integers(1, 6, size)) * 1e5 if whole else np.sort(rng.uniform(1e5, 9e5, size))
        choices.append(Choice(f"stages.s{i}.servers", np.arange(1.0, size + 1), costs, costs, np.zeros(size)))
    return Lattice(choices)


def monotone_table(rng, sizes=SIZES, sign=-1.0):
    """Draw a table that falls (or rises) along every axis, with plateaus and without steady state at the low end."""
    table = rng.exponential(1.0, sizes) * (rng.random(sizes) < 0.6)
    for axis in range(len(sizes)):
        table = np.cumsum(table, axis=axis)
    return table.max() - table + 1.0 if sign < 0 else table


def task_of(lattice, measures, requirements, front=None, method="fast", most=10_000):
    asked = {
        "subject": {"kind": "hub", "id": "khorgos-gateway"},
        "choices": {"flow.per_day": {"from": 1, "to": 2, "cost_usd_per_year": 1.0}},
        "targets": {WAIT: {"at_most": 1.0}},
        "method": method,
        "most_analyses": most,
        "front": front,
    }
    request = SizingRequest.model_validate(asked)
    return Task(request, None, lattice, {}, measures, requirements)


def brute_force(lattice, tables, requirements, tie=TIE):
    """Give the least cost, and of the mixes that cost it the least tie."""
    costs, good = np.zeros(lattice.sizes), np.ones(lattice.sizes, bool)
    for axis, choice in enumerate(lattice.choices):
        shape = [1] * len(lattice.sizes)
        shape[axis] = -1
        costs = costs + choice.cost_usd_per_year.reshape(shape)
    for metric, sense, bound in requirements:
        with np.errstate(invalid="ignore"):
            good &= sense * tables[metric] <= sense * bound
    if not good.any():
        return None
    least = costs[good].min()
    return least, tables[tie][good & (costs <= least * (1 + 1e-12))].min(), costs, good


def problem(seed, whole=False, unstable=True):
    rng = np.random.default_rng(seed)
    lattice = lattice_of(rng, whole=whole)
    wait, dwell, flow = monotone_table(rng), monotone_table(rng), monotone_table(rng, sign=1.0)
    bounds = (np.quantile(wait, rng.uniform(0.05, 0.6)), np.quantile(flow, rng.uniform(0.3, 0.8)))
    if unstable:
        wait = np.where(wait > np.quantile(wait, 0.9), np.nan, wait)
    tables = {WAIT: wait, FLOW: flow, TIE: dwell}
    # between two values of a table, so that no rounding decides
    requirements = [Requirement(WAIT, 1, float(bounds[0]) + 1e-5), Requirement(FLOW, -1, float(bounds[1]) - 1e-5)]
    return lattice, tables, requirements


def plain(requirements):
    return [(r.metric, r.sense, r.bound) for r in requirements]
