"""Measure least-cost flows over synthetic networks, and one linear program over links; write benchmarks/networks.md.

Nothing here is a test: the figures are for reading.
"""

import datetime
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, coo_array, csr_array, hstack
from scipy.spatial import cKDTree

from hubcalc.network.graph import Demands, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow
from hubcalc.network.resilience import group_outages

HERE = Path(__file__).parent
LINKS_EACH = 5
"""Links that leave a node, to its nearest neighbors."""
SIZES = (1000, 2000, 5000, 10_000)
DEMANDS = 1000
PEER_SIZES = ((100, 20), (200, 50), (400, 50))
"""Nodes and demands of networks that the program over links solves too."""
SCARCITY = 0.98
"""Quantile of the loads on cheapest paths that is the mean capacity."""


def synthetic(nodes: int, demands: int, scarcity: float, seed: int = 1) -> LeastCostProblem:
    """Make random places in a square, joined to their neighbors, with as many scarce links as is asked for.

    Costs are lengths times 0.8 to 1.5; capacities are 0.5 to 1.5 times a quantile of the loads that links would have if
    everybody took the cheapest path; not serving costs three mean paths.
    """
    rng = np.random.default_rng(seed)
    places = rng.random((nodes, 2))
    _, nearest = cKDTree(places).query(places, k=LINKS_EACH + 1)
    tails, heads = np.repeat(np.arange(nodes), LINKS_EACH), nearest[:, 1:].ravel()
    costs = np.hypot(*(places[tails] - places[heads]).T) * np.sqrt(nodes) * rng.uniform(0.8, 1.5, tails.size)
    origins = rng.integers(nodes, size=demands)
    destinations = (origins + 1 + rng.integers(nodes - 1, size=demands)) % nodes
    wanted = Demands(origins, destinations, rng.uniform(1.0, 10.0, demands), np.zeros(demands, int))
    free = LeastCostProblem(
        Network(nodes, tails, heads, np.full(tails.size, np.inf)), wanted, costs[np.newaxis], np.full(demands, 1e9)
    )
    loads = least_cost_flow(free).link_loads
    capacities = rng.uniform(0.5, 1.5, tails.size) * np.quantile(loads[loads > 0.0], scarcity)
    path_costs = free.cheapest_cost()
    penalty = 3.0 * path_costs[np.isfinite(path_costs)].mean()
    return LeastCostProblem(
        Network(nodes, tails, heads, capacities), wanted, costs[np.newaxis], np.full(demands, penalty)
    )


@dataclass(frozen=True)
class Timed:
    """One solution, and what it took."""

    flow: LeastCostFlow
    seconds: float
    cpu_seconds: float


def solved(problem: LeastCostProblem) -> Timed:
    """Solve from nothing, the preparation of the searches included."""
    start, cpu = time.perf_counter(), time.process_time()
    again = LeastCostProblem(problem.network, problem.demands, problem.costs, problem.unserved_cost)
    flow = least_cost_flow(again)
    return Timed(flow, time.perf_counter() - start, time.process_time() - cpu)


def by_links(problem: LeastCostProblem) -> tuple[float, float]:
    """Solve one program with a variable for each origin and link; return the cost and the CPU time."""
    network, demands = problem.network, problem.demands
    origins, row = np.unique(demands.origins, return_inverse=True)
    links = np.arange(network.links)
    ends = np.concatenate([network.tails, network.heads]), np.concatenate([links, links])
    leaves = coo_array((np.repeat([1.0, -1.0], network.links), ends), shape=(network.nodes, network.links))
    supply = np.zeros((origins.size, network.nodes))
    np.add.at(supply, (row, demands.origins), demands.per_day)
    np.add.at(supply, (row, demands.destinations), -demands.per_day)
    each = np.arange(demands.size)
    where = (
        np.concatenate([row * network.nodes + demands.origins, row * network.nodes + demands.destinations]),
        np.concatenate([each, each]),
    )
    lost = coo_array((np.repeat([1.0, -1.0], demands.size), where), shape=(supply.size, demands.size))
    balance = csr_array(hstack([block_diag([leaves] * origins.size), lost]))
    room = csr_array(
        hstack([coo_array(np.eye(network.links))] * origins.size + [coo_array((network.links, demands.size))])
    )
    goal = np.concatenate([np.tile(problem.costs[0], origins.size), problem.unserved_cost])
    start = time.process_time()
    found = linprog(
        goal,
        room,
        network.capacities,
        balance,
        supply.ravel(),
        (0, None),
        method="highs",
        options={"time_limit": 60.0},
    )
    return (float(found.fun) if found.status == 0 else np.nan), time.process_time() - start


def growth() -> list[str]:
    """Make the table of time against size."""
    rows = [
        "| nodes | links | full links | served | rounds | paths known | relative gap | seconds | CPU seconds |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for nodes in SIZES:
        problem = synthetic(nodes, DEMANDS, SCARCITY)
        timed = solved(problem)
        flow, full = timed.flow, int((timed.flow.shadow_prices > 0.0).sum())
        served = flow.served_per_day.sum() / problem.demands.per_day.sum()
        rows.append(
            f"| {nodes:,} | {problem.network.links:,} | {full:,} | {100 * served:.1f} % | {flow.rounds} "
            f"| {flow.columns.count:,} | {flow.relative_gap:.0e} | {timed.seconds:.1f} | {timed.cpu_seconds:.1f} |"
        )
        print(rows[-1], flush=True)
    return rows


def peers() -> list[str]:
    """Make the table of the program over links."""
    rows = [
        "| nodes | links | demands | ours, CPU s | over links, CPU s | ours is faster | relative difference of costs |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for nodes, demands in PEER_SIZES:
        problem = synthetic(nodes, demands, 0.9)
        timed = solved(problem)
        cost, seconds = by_links(problem)
        difference = "not solved in 60 s" if np.isnan(cost) else f"{abs(timed.flow.objective / cost - 1.0):.0e}"
        rows.append(
            f"| {nodes} | {problem.network.links:,} | {demands} | {timed.cpu_seconds:.3f} | {seconds:.2f} "
            f"| {seconds / timed.cpu_seconds:.0f} times | {difference} |"
        )
        print(rows[-1], flush=True)
    return rows


def resilience() -> list[str]:
    """Make the table of outages: the links that carry most, alone and in pairs."""
    rows = ["| nodes | outages | solved | CPU seconds |", "|---:|---:|---:|---:|"]
    problem = synthetic(1000, DEMANDS, 0.99)
    base = least_cost_flow(problem)
    links = np.argsort(-base.link_loads)[:10].tolist() + np.argsort(base.link_loads)[:10].tolist()
    start = time.process_time()
    outages = group_outages(base, [[link] for link in links], pairs=True)
    rows.append(f"| 1,000 | {len(outages.parts)} | {outages.solved.sum()} | {time.process_time() - start:.1f} |")
    return rows


def main() -> None:
    solved(synthetic(100, 20, 0.9))  # compiles
    lines = [
        "# Networks",
        "",
        f"`python benchmarks/networks.py`, {datetime.datetime.now(tz=datetime.UTC).date()}, "
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python {platform.python_version()}. One "
        "process, one thread; seconds of the clock include what else the machine was doing. The time holds everything "
        "from arrays to flows.",
        "",
        "Random places in a square, five links from each to its nearest neighbors, 1,000 demands between random "
        "places. Full links have a shadow price above 0.",
    ]
    for title, make in (
        ("Least-cost flow by column generation", growth),
        ("Beside one linear program over links", peers),
        ("Outages", resilience),
    ):
        lines += ["", f"## {title}", "", *make()]
    (HERE / "networks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
