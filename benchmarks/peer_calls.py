"""Time the peers' own calls, in the environment that they need; prints what it finds as JSON.

Run by benchmarks/peers.py, never by hand. It imports nothing of hubcalc. Each case answers the same question with as
little around it as the peer allows; its answer is printed too, so that a fast wrong number shows.
"""

import contextlib
import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np

Call = Callable[[], float]


def e2(mean: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give start, generator and exits of Erlang-2."""
    rate = 2.0 / mean
    return np.array([1.0, 0.0]), np.array([[-rate, rate], [0.0, -rate]]), np.array([0.0, rate])


def arrivals_e2(mean: float) -> tuple[np.ndarray, np.ndarray]:
    start, generator, exits = e2(mean)
    return generator, np.outer(exits, start)


def pyworkforce() -> dict[str, Call]:
    erlang = importlib.import_module("pyworkforce.queuing").ErlangC
    made = erlang(transactions=270, asa=1.0, aht=10.0, interval=100.0, shrinkage=0.0)
    return {"Erlang C, c = 30": lambda: made.waiting_probability(30)}


def most_queue() -> dict[str, Call]:
    fifo = importlib.import_module("most_queue.theory.fifo.erlang")
    constant = importlib.import_module("most_queue.theory.fifo.m_d_n").MDn
    single = importlib.import_module("most_queue.theory.fifo.mg1").MG1Calc
    phase = importlib.import_module("most_queue.theory.matrix.map_phc").MapPhCCalc
    laws = importlib.import_module("most_queue.random.map_ph")
    batch = importlib.import_module("most_queue.theory.batch.mm1").BatchMM1

    def mdc() -> float:
        queue = constant(n=3)
        queue.set_sources(2.7)
        queue.set_servers(1.0)
        waiting = sum((number - 3) * share for number, share in enumerate(queue.run().p) if number > 3)
        return float(waiting) / 2.7

    def mg1() -> float:
        queue = single()
        queue.set_sources(0.9)
        queue.set_servers([1.0, 1.5, 3.0])
        return float(queue.get_w(1)[0])

    def phc(servers: int) -> Call:
        def call() -> float:
            queue = phase(n=servers)
            queue.set_sources(laws.MAPParams(*arrivals_e2(1.0 / (0.9 * servers))))
            start, generator, _ = e2(1.0)
            queue.set_servers(laws.PHParams(start, generator))
            return float(queue.run(1).w[0])

        return call

    def batches() -> float:
        queue = batch()
        queue.set_sources(0.016, [0.0] * 49 + [1.0])
        queue.set_servers(1.0)
        return float(queue.run().v[0]) - 1.0

    return {
        "Erlang C, c = 30": lambda: fifo.erlang_c_formula(27.0, 30),
        "M/G/1": mg1,
        "M/D/3": mdc,
        "M^50/M/1": batches,
        "E2/E2/4": phc(4),
        "E2/E2/8": phc(8),
        "E2/E2/30": phc(30),
    }


def line_solver() -> dict[str, Call]:
    basic = importlib.import_module("line_solver.api.qsys.basic")
    constant = importlib.import_module("line_solver.api.qsys.mdc_crommelin").qsys_mdc_crommelin
    priorities = importlib.import_module("line_solver.api.qsys.scheduling").qsys_mg1_prio
    phase = importlib.import_module("line_solver.api.qsys.mapphc").qsys_mapphc

    def phc(servers: int) -> Call:
        start, generator, _ = e2(1.0)
        return lambda: mean_of(phase(*arrivals_e2(1.0 / (0.9 * servers)), start, generator, servers))

    rates = np.array([0.4, 0.5])
    return {
        "Erlang C, c = 30": lambda: basic.qsys_mmk(27.0, 1.0, 30)["Wq"] * 3.0,
        "M/G/1": lambda: mean_of(basic.qsys_mg1(0.9, 1.0, 0.5**0.5)),
        "M/G/1, two priorities": lambda: float(priorities(rates, np.ones(2), np.full(2, 0.5**0.5))[0][1]) - 1.0,
        "M/D/3": lambda: mean_of(constant(2.7, 1.0, 3)),
        "E2/E2/4": phc(4),
        "E2/E2/8": phc(8),
        "E2/E2/30": phc(30),
    }


def mean_of(found: object) -> float:
    """Read the mean wait out of what LINE answers, which differs from call to call."""
    names = ("Wq", "meanWaitingTime", "mean_waiting_time", "W_q", "wq")
    known = found if isinstance(found, dict) else vars(found) if hasattr(found, "__dict__") else {}
    for name in names:
        value = known.get(name, getattr(found, name, None))
        if value is not None:
            return float(np.ravel(value)[0])
    return float("nan")


def queueing_tool() -> dict[str, Call]:
    tool = importlib.import_module("queueing_tool")
    customers = 20_000

    def simulate() -> float:
        draw = np.random.default_rng(1)
        queue = tool.QueueServer(
            num_servers=3,
            arrival_f=lambda now: now + draw.exponential(1.0 / 2.7),
            service_f=lambda now: now + draw.exponential(1.0),
            seed=1,
        )
        queue.set_active()
        queue.simulate(n=2 * customers)
        return float("nan")

    return {"M/M/3 by simulation, 20,000 customers": simulate}


def rate(call: Call, most_seconds: float) -> float:
    """Give calls a second of CPU time."""
    call()
    calls, start = 0, time.process_time()
    while True:
        call()
        calls += 1
        spent = time.process_time() - start
        if spent > most_seconds:
            return calls / spent


def main(names: list[str]) -> None:
    peers = {f.__name__.replace("_", "-"): f for f in (pyworkforce, most_queue, line_solver, queueing_tool)}
    found = []
    warnings.simplefilter("ignore")
    for name in names:
        with contextlib.redirect_stdout(sys.stderr):
            version = importlib.import_module("importlib.metadata").version(name)
            for case, call in peers[name]().items():
                try:
                    found.append(
                        {
                            "peer": f"{name} {version}",
                            "case": case,
                            "value": call(),
                            "calls_per_second": rate(call, 1.0),
                        }
                    )
                except Exception as error:  # noqa: BLE001  # a peer that fails is a finding too
                    found.append({"peer": f"{name} {version}", "case": case, "error": repr(error)[:80]})
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
