"""Time simulators of others on two models, in the environment that they need; prints what it finds as JSON.

Run by benchmarks/peers.py, never by hand. It imports nothing of hubcalc. Each simulates the same customers' journeys as
its manual does it, and its mean dwell is printed too, so that a fast wrong number shows. CPU time of one process.
"""

import importlib
import importlib.metadata
import json
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable, Generator
from typing import Any

CUSTOMERS = 20_000
MODELS: dict[str, dict[str, Any]] = {
    "M/M/3 at 0.9": {"rate": 2.7, "stages": {"station": (3, 1.0)}},
    "hub of five stages": {
        "rate": 2.0,
        "stages": {
            "gate": (3, 1.0),
            "documents": (3, 0.9),
            "scan": (2, 0.8),
            "physical": (2, 0.55),
            "crane": (4, 0.7),
        },
    },
}
"""Arrivals an hour; by stage: servers, and services an hour. The hub: gate, documents, then a scan (60 %) or a physical
inspection (40 %), then the crane."""
SCANNED = 0.6

Simulate = Callable[[dict[str, Any], int], float]


def ciw(model: dict[str, Any], customers: int) -> float:
    """Simulate with Ciw until so many have left; give the mean dwell."""
    tool = importlib.import_module("ciw")
    stages = list(model["stages"].values())
    count = len(stages)
    arrivals = [tool.dists.Exponential(rate=model["rate"])] + [None] * (count - 1)
    routing = [[0.0] * count for _ in stages]
    if count == 5:
        routing[0][1] = routing[2][4] = routing[3][4] = 1.0
        routing[1][2], routing[1][3] = SCANNED, 1.0 - SCANNED
    network = tool.create_network(
        arrival_distributions=arrivals,
        service_distributions=[tool.dists.Exponential(rate=rate) for _, rate in stages],
        number_of_servers=[servers for servers, _ in stages],
        routing=routing,
    )
    tool.seed(1)
    simulation = tool.Simulation(network)
    simulation.simulate_until_max_customers(customers)
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for record in simulation.get_all_records():
        name = record.id_number
        first[name] = min(first.get(name, record.arrival_date), record.arrival_date)
        last[name] = max(last.get(name, record.exit_date), record.exit_date)
    return sum(last[name] - first[name] for name in first) / len(first)


def simpy(model: dict[str, Any], customers: int) -> float:
    """Simulate with SimPy, one process for each customer; give the mean dwell."""
    tool = importlib.import_module("simpy")
    environment = tool.Environment()
    draw = random.Random(1)
    rates = [rate for _, rate in model["stages"].values()]
    servers = [tool.Resource(environment, capacity=count) for count, _ in model["stages"].values()]
    total = left = 0.0

    def journey() -> Generator[Any, Any, None]:
        nonlocal total, left
        start = environment.now
        route = [0] if len(rates) == 1 else [0, 1, 2 if draw.random() < SCANNED else 3, 4]
        for stage in route:
            with servers[stage].request() as request:
                yield request
                yield environment.timeout(draw.expovariate(rates[stage]))
        total += environment.now - start
        left += 1

    def source() -> Generator[Any, Any, None]:
        for _ in range(customers):
            yield environment.timeout(draw.expovariate(model["rate"]))
            environment.process(journey())

    environment.process(source())
    environment.run()
    return total / left


def measure(name: str, case: str, customers: int, answers: Any) -> None:
    """Simulate in a process of its own, whose peak of memory is this simulation's."""
    importlib.import_module(name)
    start = time.process_time()
    value = {"ciw": ciw, "simpy": simpy}[name](MODELS[case], customers)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put((value, customers / seconds, peak))


def main(names: list[str]) -> None:
    found = []
    for name in names:
        version = importlib.metadata.version(name)
        for case in MODELS:
            for customers in (CUSTOMERS, 10 * CUSTOMERS) if case == "M/M/3 at 0.9" else (CUSTOMERS,):
                answers: Any = multiprocessing.Queue()
                process = multiprocessing.Process(target=measure, args=(name, case, customers, answers))
                process.start()
                value, rate, peak = answers.get()
                process.join()
                found.append(
                    {
                        "peer": f"{name} {version}",
                        "case": case if customers == CUSTOMERS else f"{case}, ten times as many",
                        "value": value,
                        "customers_per_second": rate,
                        "peak_mebibytes": peak,
                    }
                )
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
