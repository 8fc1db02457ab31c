"""Print the largest error of the phase-type queues by group of golden cases, their speed and their memory.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/phase_type.py [precision] [speed]

Errors are relative; all 1220 cases of PH/PH/c are solved. Speed is CPU time of one thread, the least of some runs, for
one call of `solve_ph_ph_c` (mean, second moment and probability of a wait) or of `phphc_wait_mean_hours`, and per queue
of a stack of a thousand, of fifty with the quantile of the wait.
`precision_table` and `speed_table` give the same as lines of Markdown.
"""

import json
import re
import resource
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from hubcalc.queueing import (
    PhaseType,
    berth_wait_table,
    phase_states,
    phphc_wait_mean_hours,
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


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the least CPU time of some runs."""
    work()
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


SHAPES = {2: (1, 2, 4, 8, 15, 30), 3: (1, 2, 4, 8), 4: (1, 2, 4)}
STACK = 1000


def target(phases: int, servers: int) -> str:
    """Return what one queue should take at most."""
    if phases == 2:
        return "1 ms" if servers <= 8 else "50 ms" if servers == 30 else ""
    return "20 ms" if phases == 3 else "solved"


def repeated(work: Callable[[], object]) -> Callable[[], None]:
    """Return work done twenty times, as the clock of CPU time is coarse."""

    def twenty() -> None:
        for _ in range(20):
            work()

    return twenty


def speed_table() -> list[str]:
    """Measure the speed of E_k/E_k/c by servers."""
    lines = [
        "| queue | states | target | one call, ms | by two moments, ms | in a stack, us each | with P95, us each |",
        "|---|---|---|---|---|---|---|",
    ]
    for phases, counts in SHAPES.items():
        for c in counts:
            loads = c * np.linspace(0.3, 0.95, STACK)
            column, service = PhaseType.erlang(phases, 1.0 / loads), PhaseType.erlang(phases, 1.0)
            one = PhaseType.erlang(phases, 1.0 / (0.9 * c))
            runs = 5 if phases == 2 and c < 30 else 1
            single = seconds(repeated(lambda: solve_ph_ph_c(one, service, c)), 2 + runs) / 20  # noqa: B023 - used at once
            scv = 1.0 / phases
            by_moments = seconds(repeated(lambda: phphc_wait_mean_hours(0.9 * c, scv, 1.0, scv, c)), 2 + runs) / 20  # noqa: B023
            each = seconds(lambda: solve_ph_ph_c(column, service, c), runs) / STACK  # noqa: B023 - used at once
            few = PhaseType.erlang(phases, 1.0 / loads[::20])
            tail = seconds(lambda: solve_ph_ph_c(few, service, c).wait_quantile_hours(0.95), 1) / loads[::20].size  # noqa: B023
            lines.append(
                f"| E{phases}/E{phases}/{c} | {int(phase_states(phases, phases, c))} | {target(phases, c)} | "
                f"{1e3 * single:.3f} | {1e3 * by_moments:.3f} | {1e6 * each:.1f} | {1e6 * tail:.1f} |"
            )
    return lines


def memory_line() -> str:
    """Measure the memory of a large stack."""
    rows = 100_000
    column = PhaseType.erlang(2, 1.0 / (4.0 * np.linspace(0.3, 0.95, rows)))
    tracemalloc.start()
    queue = solve_ph_ph_c(column, PhaseType.erlang(2, 1.0), 4)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"\nA stack of {queue.utilization.size:,} E2/E2/4 queues: {kept / 2**20:.0f} MB kept, {peak / 2**20:.0f} MB at "
        f"most while it is solved; the process needed {most:.0f} MB at most."
    )


def precision_table() -> list[str]:
    """Solve the golden cases and tell the largest error of each group."""
    largest: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for group in (ph_ph_c, berths, published, finite, single_server, batches):
        for name, error in group():
            largest[name] = max(largest[name], abs(error))
            count[name] += 1
    head = ["| golden cases | number | largest relative error |", "|---|---|---|"]
    return head + [f"| {name} | {count[name]} | {error:.1e} |" for name, error in sorted(largest.items())]


def main() -> None:
    """Print what the arguments ask for, or all."""
    asked = sys.argv[1:] or ["precision", "speed"]
    if "precision" in asked:
        print("\n".join(precision_table()))
    if "speed" in asked:
        print("\n" + "\n".join(speed_table()))
        print(memory_line())


if __name__ == "__main__":
    main()
