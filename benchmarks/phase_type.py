"""Print the largest error of the phase-type queues by group of golden cases, and their speed.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/phase_type.py

Errors are relative; all 1220 cases of PH/PH/c are solved. Speed is CPU time of one thread, the least of some runs, for
one queue and per queue of a column.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from hubcalc.queueing import (
    PhaseType,
    berth_wait_table,
    fit_two_moments,
    phase_states,
    solve_ph_ph_c,
    solve_ph_ph_c_k,
    solve_phx_ph_c,
)

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
Errors = Iterator[tuple[str, float]]


def cases(name: str) -> list[dict]:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def law(name: str, mean: object) -> PhaseType:
    if name.startswith("H2"):
        return PhaseType.hyperexponential(mean, float(re.search(r"scv=([\d.]+)", name)[1]))
    return PhaseType.erlang(int(name[1:] or 1), mean)


def ph_ph_c() -> Errors:
    probability = {case["id"]: case["value"] for case in cases("phase_type_wait_probability")}
    groups = defaultdict(list)
    for case in cases("phase_type"):
        groups[case["model"], case["parameters"]["c"]].append(case)
    for (model, servers), group in groups.items():
        interval, service, _ = model.split("/")
        means = np.array([1.0 / case["parameters"]["arrival_rate"] for case in group])
        queue = solve_ph_ph_c(law(interval, means), law(service, 1.0), servers, most_states=700)
        for case, wait, waits in zip(group, queue.wait_mean_hours, queue.wait_probability, strict=True):
            yield f"{model} mean wait", wait / case["value"] - 1.0
            yield f"{model} P(wait)", waits / probability[case["id"].removesuffix("Wq") + "PW"] - 1.0


def berths() -> Errors:
    scvs = {"M/M/c": (1.0, 1.0), "M/E2/c": (1.0, 0.5), "E2/E2/c": (0.5, 0.5)}
    for cell in cases("berth_tables"):
        arrival, service = scvs[cell["model"]]
        wait = berth_wait_table(arrival, cell["parameters"]["c"], cell["parameters"]["rho"], service)[0, 0]
        yield f"berth tables {cell['model']}", wait / cell["value"] - 1.0


def published() -> Errors:
    p = (24.0 + 468.0**0.5) / 54.0
    service = PhaseType([p, 1.0 - p], [[-3.0 * p, 0.0], [0.0, -1.5 * (1.0 - p)]])
    intervals = {"E2": PhaseType.erlang(2, 1 / 13.5), "M": PhaseType.exponential(1 / 13.5)}
    intervals["H2"] = PhaseType([0.90824829, 0.09175171], [[-24.52270384, 0.0], [0.0, -2.477296157]])
    for case in cases("phase_type_published"):
        queue = solve_ph_ph_c(intervals[case["model"].split("/")[0]], service, 15)
        value = {
            "mean_wait_Wq": queue.wait_mean_hours,
            "P(wait=0)": 1.0 - queue.wait_probability,
            "mean_number_in_system L": queue.number_mean,
            "P(wait>t)": queue.wait_tail(case["parameters"].get("t", 0.0)),
        }[case["quantity"]]
        exact = "printed to 4-5 digits" if case["quantity"] == "P(wait>t)" else "exact"
        yield f"de Smit, {case['quantity']} ({exact})", float(value) / case["value"] - 1.0


def finite() -> Errors:
    for case in cases("phase_type_finite"):
        p = case["parameters"]
        name = p["service"].replace(" balanced means scv=", "[scv=")
        queue = solve_ph_ph_c_k(
            PhaseType.exponential(1 / p["arrival_rate"]), law(name, p["mean_service"]), p["c"], p["K"]
        )
        blocking = case["quantity"] == "blocking_probability"
        value = float(queue.blocking_probability if blocking else queue.wait_mean_hours)
        yield f"M/PH/c/K {case['quantity']}", value / case["value"] - 1.0 if case["value"] else value


def single_server() -> Errors:
    for case in cases("constant_and_general"):
        match = re.match(r"M/(E\d+|H2) ?/1|M/(E\d+)/1", case["model"])
        if match:
            service = law(match[1], 1.0) if match[1] != "H2" else PhaseType.hyperexponential(1.0, 4.0)
            queue = solve_ph_ph_c(PhaseType.exponential(1 / case["parameters"]["rho"]), service, 1)
            yield "M/E_k/1, M/H2/1 mean wait", float(queue.wait_mean_hours) / case["value"] - 1.0


def batches() -> Errors:
    for case in cases("batches"):
        law_of_sizes = case["parameters"].get("batch_size")
        if case["model"] == "M^[X]/M/c" and isinstance(law_of_sizes, dict) and case["quantity"].startswith("mean_wait"):
            p = case["parameters"]
            pmf = np.zeros(max(map(int, law_of_sizes)))
            for size, probability in law_of_sizes.items():
                pmf[int(size) - 1] = probability
            interval, service = (PhaseType.exponential(1 / p[name]) for name in ("train_arrival_rate", "service_rate"))
            queue = solve_phx_ph_c(interval, pmf, service, p["c"])
            yield "M^[X]/M/c mean wait", float(queue.wait_mean_hours) / case["value"] - 1.0


def milliseconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(12):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1e3 * min(times)


def speed() -> None:
    print("\n| queue | states | one queue, ms | in a column, ms each | with P95, ms each |\n|---|---|---|---|---|")
    shapes = (
        (1, 2, 8, 200),
        (2, 2, 2, 200),
        (2, 2, 4, 200),
        (2, 2, 8, 200),
        (2, 2, 30, 20),
        (3, 3, 8, 5),
        (4, 4, 4, 5),
    )
    for a, m, c, count in shapes:
        column = PhaseType.erlang(a, 1.0 / (c * np.linspace(0.3, 0.95, count)))
        one, service = PhaseType.erlang(a, 1.0 / (0.9 * c)), PhaseType.erlang(m, 1.0)
        single = milliseconds(lambda one=one, service=service, c=c: solve_ph_ph_c(one, service, c))
        each = milliseconds(lambda column=column, service=service, c=c: solve_ph_ph_c(column, service, c)) / count
        queue = solve_ph_ph_c(column, service, c)
        tail = milliseconds(lambda queue=queue: queue.wait_quantile_hours(0.95)) / count
        states = int(phase_states(a, m, c))
        print(f"| E{a}/E{m}/{c} | {states} | {single:.2f} | {each:.3f} | {each + tail:.3f} |")
    loads = np.linspace(0.3, 0.95, 50)
    scvs = fit_two_moments(1.0 / (4 * loads), 0.7), fit_two_moments(1.0, 0.7)
    each = milliseconds(lambda: solve_ph_ph_c(*scvs, 4)) / loads.size
    print(f"| scv 0.7 a side, 4 servers | {int(phase_states(2, 2, 4))} | | {each:.3f} | |")


def main() -> None:
    largest: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for group in (ph_ph_c, berths, published, finite, single_server, batches):
        for name, error in group():
            largest[name] = max(largest[name], abs(error))
            count[name] += 1
    print("| golden cases | number | largest relative error |\n|---|---|---|")
    for name, error in sorted(largest.items()):
        print(f"| {name} | {count[name]} | {error:.1e} |")
    speed()


if __name__ == "__main__":
    main()
