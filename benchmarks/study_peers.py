"""Time the sweep of a hub as a loop over calls of peers, in the environment that they need; prints JSON.

Run by benchmarks/peers.py, never by hand. It imports nothing of hubcalc. Each row of the sweep is a hub of eight stages
with another flow; its answer, the mean wait at the front, is printed too, so that a fast wrong number shows. CPU time
of one process.
"""

import importlib
import importlib.metadata
import json
import math
import sys
import time
from typing import Any

HUB: dict[str, tuple[float, int, float]] = {
    "reception": (11.0, 2, 1.0),
    "documents": (12.65, 4, 2.5),
    "platforms": (11.0, 20, 30.55),
    "front": (12.65, 3, 3.657),
    "yard": (32.65, 20, 0.8),
    "gate": (20.0, 2, 1.0 / 12.0),
    "departure": (11.0, 4, 2.0),
    "departure-to-china": (1.65, 2, 2.0),
}
"""Arrivals a day, servers, and mean hours of service: the flows and loads of Khorgos Gateway. The places of its yard
and its thousands of platforms stand as 20 servers."""
WESTBOUND = 11.0 / 12.65
SWEPT = 2_000
CUSTOMERS = 100_000
BATCHES = 20
WANTED = 0.01
"""Half the width of the 95 % interval of the mean wait, relative to it."""


def pyworkforce() -> dict[str, Any]:
    """Sweep the flow: an Erlang C call for each stage of each row."""
    erlang = importlib.import_module("pyworkforce.queuing").ErlangC
    front = 0.0
    start = time.process_time()
    for row in range(SWEPT):
        factor = 0.5 + 0.5 * (row + 1) / SWEPT
        for name, (per_day, servers, hours) in HUB.items():
            stage = erlang(transactions=per_day * factor, aht=hours, asa=1.0, interval=24.0)
            wait = stage.waiting_probability(servers) * hours / (servers - stage.intensity)
            if name == "front":
                front = wait
    seconds = time.process_time() - start
    return {"value": front, "calls_per_second": SWEPT / seconds}


def ciw() -> dict[str, Any]:
    """Simulate one row, and say how many rows a second that would be with as many customers as are needed."""
    tool = importlib.import_module("ciw")
    names = list(HUB)
    routing = [[0.0] * len(names) for _ in names]
    for start, end, share in (
        ("reception", "documents", 1.0),
        ("documents", "platforms", WESTBOUND),
        ("documents", "front", 1.0 - WESTBOUND),
        ("platforms", "front", 1.0),
        ("front", "departure", WESTBOUND),
        ("front", "departure-to-china", 1.0 - WESTBOUND),
    ):
        routing[names.index(start)][names.index(end)] = share
    entering = {"reception": 11.0, "documents": 1.65, "yard": 32.65, "gate": 20.0}
    network = tool.create_network(
        arrival_distributions=[
            tool.dists.Exponential(rate=entering[name] / 24.0) if name in entering else None for name in names
        ],
        service_distributions=[tool.dists.Exponential(rate=1.0 / hours) for _, _, hours in HUB.values()],
        number_of_servers=[servers for _, servers, _ in HUB.values()],
        routing=routing,
    )
    tool.seed(1)
    began = time.process_time()
    simulation = tool.Simulation(network)
    simulation.simulate_until_max_customers(CUSTOMERS)
    records = simulation.get_all_records()
    rate = CUSTOMERS / (time.process_time() - began)
    front = names.index("front") + 1
    visits = sorted((record.arrival_date, record.waiting_time) for record in records if record.node == front)
    mean, error = batch_means([wait for _, wait in visits[len(visits) // 10 :]])
    needed = CUSTOMERS * (1.96 * error / (WANTED * mean)) ** 2
    return {"value": mean, "customers_per_second": rate, "customers": needed, "calls_per_second": rate / needed}


def batch_means(waits: list[float]) -> tuple[float, float]:
    """Give the mean, and its standard error by the means of batches, which hardly depend on each other."""
    size = len(waits) // BATCHES
    means = [sum(waits[i * size : (i + 1) * size]) / size for i in range(BATCHES)]
    mean = sum(means) / BATCHES
    return mean, math.sqrt(sum((each - mean) ** 2 for each in means) / (BATCHES - 1) / BATCHES)


def main(names: list[str]) -> None:
    found = []
    for name in names:
        version = importlib.metadata.version(name)
        found.append({"peer": f"{name} {version}", "case": "hub", **{"pyworkforce": pyworkforce, "ciw": ciw}[name]()})
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
