"""Measure the time to an equilibrium on grids, beside averaging and Frank-Wolfe's method on the same trees.

Usage: python benchmarks/equilibrium.py [--date YYYY-MM-DD]

The peers load all demands on their cheapest paths and mix these flows with the present ones: by 1/n (method of
successive averages), or by the best share (Frank and Wolfe).
"""

import argparse
import datetime as dt
import os
import platform
import time
from pathlib import Path

import numpy as np
from scipy import optimize

from hubcalc.network._equilibrium_paths import PathSet, Trees
from hubcalc.network.delays import BprDelays, LinkDelays
from hubcalc.network.equilibrium import system_optimum, user_equilibrium
from hubcalc.network.graph import Demands, Network
from hubcalc.network.tabulated_delays import TabulatedDelays, spare_grid

SIDES = (16, 28, 50)
LOADS = {16: 0.15, 28: 0.15, 50: 0.05}
GOAL, PEER_GOAL, PEER_ROUNDS = 1e-6, 1e-3, 150


def grid(side: int, count: int, kind: str, level: float) -> tuple[Network, Demands, LinkDelays]:
    draw = np.random.default_rng(1)
    place = np.arange(side * side).reshape(side, side)
    pairs = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
    tails = np.concatenate([each.ravel() for pair in pairs for each in pair])
    heads = np.concatenate([each.ravel() for pair in pairs for each in pair[::-1]])
    capacities, free = draw.uniform(5.0, 15.0, tails.size) * side, draw.uniform(1.0, 3.0, tails.size)
    origins = draw.integers(0, side * side, count)
    destinations = (origins + draw.integers(1, side * side, count)) % (side * side)
    flows = draw.uniform(0.2, 1.8, count)
    flows *= level * 4.0 * side**3 / flows.sum()
    delays: LinkDelays = BprDelays(free, capacities)
    if kind == "queues":
        load = spare_grid(25, 0.98)
        delays = TabulatedDelays(
            capacities[:, None] * load, free[:, None] * (1.0 + 0.3 * load**3 / (1.0 - load)), 240.0
        )
    network = Network(side * side, tails, heads, capacities)
    return network, Demands(origins, destinations, flows, np.zeros(count, int)), delays


def mixed(network: Network, demands: Demands, delays: LinkDelays, best_share: bool) -> tuple[float, int]:
    """Run a peer until its gap is small or its rounds are over; return the gap and the rounds."""
    trees = Trees(network, demands, 1)
    flows, gap = np.zeros(network.links), np.inf
    for n in range(PEER_ROUNDS):
        hours = delays.hours(flows)
        least = trees.least_costs(hours[None])
        if n:
            gap = 1.0 - float(demands.per_day @ least) / float(flows @ hours)
            if gap <= PEER_GOAL:
                break
        paths = trees.renew(PathSet.empty(demands.size), np.ones(demands.size, bool))
        paths.flows[:] = demands.per_day
        step = trees.class_flows(paths)[0] - flows

        def rise(share: float, flows: np.ndarray = flows, step: np.ndarray = step) -> float:
            return float(step @ delays.hours(np.maximum(flows + share * step, 0.0)))

        share = 1.0 / (n + 1)
        if best_share and n:
            share = 1.0 if rise(1.0) <= 0.0 else float(optimize.brentq(rise, 0.0, 1.0, xtol=1e-4))
        flows = np.maximum(flows + share * step, 0.0)
    return gap, n


def timed(call: object, *arguments: object, **options: object) -> tuple[float, object]:
    start = time.process_time()
    answer = call(*arguments, **options)
    return time.process_time() - start, answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat())
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    for solve in (user_equilibrium, system_optimum):
        solve(*grid(4, 5, "roads", 0.1))  # compiles
    lines = [
        "# Time to an equilibrium",
        "",
        f"{options.date}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}. Made by"
        " `python benchmarks/equilibrium.py`.",
        "",
        "Grids of links in both directions with random capacities and free times; random demands between as many"
        " origins. Roads: BPR. Queues: tabulated, with an overload of ten days. Processor time of one thread [s];"
        f" peers end at a gap of {PEER_GOAL:g} or after {PEER_ROUNDS} rounds. The ratio is the time of Frank-Wolfe over"
        f" that of hubcalc, both to the gap at which Frank-Wolfe ended.",
        "",
        f"| delays | links | demands | overloaded links | equilibrium to {GOAL:g} [s] | rounds | gap | optimum [s] |"
        " rounds | gap | Frank-Wolfe [s] | gap | averages [s] | gap | same gap [s] | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in ("roads", "queues"):
        for side in SIDES:
            case = grid(side, 20 * side, kind, LOADS[side])
            seconds, found = timed(user_equilibrium, *case, gap=GOAL, most_iterations=60)
            best_seconds, best = timed(system_optimum, *case, gap=GOAL, most_iterations=60)
            wolfe, (wolfe_gap, _) = timed(mixed, *case, best_share=True)
            average, (average_gap, _) = timed(mixed, *case, best_share=False)
            same, _ = timed(user_equilibrium, *case, gap=max(wolfe_gap, 1e-12))
            lines.append(
                f"| {kind} | {case[0].links} | {case[1].size} | {found.overloaded.sum()} | {seconds:.2f} |"
                f" {found.iterations} | {found.relative_gap:.1e} | {best_seconds:.2f} | {best.iterations} |"
                f" {best.relative_gap:.1e} | {wolfe:.2f} | {wolfe_gap:.1e} | {average:.2f} | {average_gap:.1e} |"
                f" {same:.2f} | {wolfe / same:.1f} |"
            )
            print(lines[-1], flush=True)
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
