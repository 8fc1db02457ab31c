"""Hub analyses a second on one core: in columns, one by one, and by peers."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peers import findings
from study_measuring import best_cpu_seconds
from study_peers import BATCHES, CUSTOMERS, HUB

import hubfixtures
from hubcalc import analyze
from hubcalc.analysis.columns import metric_columns
from hubcalc.analysis.metrics import METRIC_NAMES
from hubcalc.documents import Fixtures
from hubcalc.queueing import mmc_wait_mean_hours
from hubcalc.scenarios.tolerant import gather_usable
from hubcalc.studies.evaluators.hubs import COSTLY
from hubcalc.studies.processes import keep_freed
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase
from hubmodels.studies.montecarlo import MonteCarloRequest

HUB_ID = "khorgos-gateway"
FLOW, CRANES, MOVES = "flow.per_day", "stages.front.cranes", "stages.front.moves_per_crane_hour"
FAST = [name for name in METRIC_NAMES if name not in COSTLY]
ROWS = 100_000
FAST_GOAL, INVERSE_GOAL = 200_000, 50_000
LOOP = 20

Columns = dict[str, NDArray[Any]]


def random_columns(rows: int) -> Columns:
    """Draw flow, cranes and moves of a crane."""
    draw = np.random.Generator(np.random.PCG64(1))
    return {FLOW: draw.uniform(5, 18, rows), CRANES: draw.integers(2, 7, rows), MOVES: draw.uniform(12, 20, rows)}


def grid_columns(rows: int) -> Columns:
    """Combine as many flows as rows allow with five numbers of cranes and ten of moves."""
    flows = np.linspace(5.0, 18.0, rows // 50)
    values = np.meshgrid(flows, np.arange(2, 7), np.linspace(12.0, 20.0, 10), indexing="ij")
    return dict(zip((FLOW, CRANES, MOVES), (each.ravel() for each in values), strict=True))


def drawn_columns(rows: int) -> Columns:
    """Draw every input that the document calls uncertain."""
    request = MonteCarloRequest.model_validate({"subject": {"kind": "hub", "id": HUB_ID}, "draws": rows})
    study = STUDY_KINDS["montecarlo"].build(request, Fixtures())
    known = {column.name for column in study.columns if column.name not in METRIC_NAMES}
    chunks = [study.evaluate(chunk) for chunk in range(-(-rows // study.chunk_rows))]
    inputs = [name for name in chunks[0] if name in known and "." in name]
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in inputs}


def gathered(columns: Columns) -> tuple[HubBase, int]:
    """Put columns into the document, and give it with the number of rows that can be."""
    group = gather_usable(hubfixtures.load(HUB_ID), columns, len(next(iter(columns.values())))).groups[0]
    return group.hub, len(group.rows)


def analyses_per_second(columns: Columns, metrics: list[str]) -> float:
    """Measure the columns of metrics alone: the inputs are there, and nothing is written."""
    hub, rows = gathered(columns)
    return rows / best_cpu_seconds(lambda: metric_columns(hub, rows, metrics))


def loop_per_second() -> float:
    """Measure a loop of single analyses, each with another flow, of the same metrics by the same formulas."""
    metrics = list(FAST)
    analyze(HUB_ID, {FLOW: 5.0}, metrics=metrics, method="fast").columns()
    start = time.process_time()
    for flow in np.linspace(5.0, 18.0, LOOP).tolist():
        analyze(HUB_ID, {FLOW: flow}, metrics=metrics, method="fast").columns()
    return LOOP / (time.process_time() - start)


def floor_per_second(rows: int) -> float:
    """Measure a bare floor: as many columns as there are metrics, each the product of two others."""
    one, other = random_columns(rows)[FLOW], random_columns(rows)[MOVES]
    return rows / best_cpu_seconds(lambda: [one * other for _ in FAST])


def speed(quick: bool) -> list[str]:
    """Make the table of analyses a second."""
    keep_freed()
    rows = ROWS // 10 if quick else ROWS
    single, floor = loop_per_second(), floor_per_second(rows)
    lines = [
        f"{rows:,} rows of {HUB_ID}, eight stages, method `fast`; with the sustainable capacity {rows // 5:,} rows. "
        "CPU time of one process that keeps freed memory, as workers do, best of three: `metric_columns` alone. The "
        f"{len(FAST)} metrics but the inverse one have the goal {FAST_GOAL:,} a second, with it {INVERSE_GOAL:,}.",
        "",
        "| design | inputs that vary | analyses/s | share of the goal | beside a loop | with the inverse one | share "
        "of the goal |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, make in (("random", random_columns), ("grid", grid_columns), ("Monte Carlo", drawn_columns)):
        columns = make(rows)
        fast = analyses_per_second(columns, FAST)
        inverse = analyses_per_second({path: column[::5] for path, column in columns.items()}, list(METRIC_NAMES))
        lines.append(
            f"| {name} | {len(columns)} | {fast:,.0f} | {fast / FAST_GOAL:.0%} | {fast / single:,.0f} times "
            f"| {inverse:,.0f} | {inverse / INVERSE_GOAL:.0%} |"
        )
    return [
        *lines,
        f"| a loop of `hubcalc.analyze` | 1 | {single:,.1f} | | 1 | | |",
        f"| a bare floor: {len(FAST)} products of two columns | | {floor:,.0f} | | {floor / single:,.0f} times | | |",
    ]


def peers(quick: bool) -> list[str]:
    """Make the table of the same sweep as a loop over peers' calls."""
    rows = ROWS // 10 if quick else ROWS
    ours = analyses_per_second(random_columns(rows), FAST)
    factors = np.linspace(0.5, 1.0, rows)

    def queues() -> float:
        waits = {
            name: mmc_wait_mean_hours(factors * (per_day / HOURS_PER_DAY), hours, servers)
            for name, (per_day, servers, hours) in HUB.items()
        }
        return float(waits["front"][-1])

    plain, exact = rows / best_cpu_seconds(queues), queues()
    lines = [
        "A row is a hub of eight stages. Ours are Khorgos Gateway with all its metrics; the peers have eight M/M/c "
        "queues of the same flows and loads, and give mean waits only. Their mean wait at the front is beside "
        f"{exact:.4f} h, which is exact for those queues.",
        "",
        "| what does it | a row is | rows/s | ours is faster | wait at the front, h |",
        "|---|---|---:|---:|---:|",
        f"| hubcalc, random design | {len(FAST)} metrics in columns | {ours:,.0f} | | |",
        f"| hubcalc, Erlang C | 8 columns of `mmc_wait_mean_hours` | {plain:,.0f} | {_about(ours / plain)} times "
        f"| {exact:.4f} |",
    ]
    for found in findings("study_peers.py"):
        rate = found["calls_per_second"]
        many = found.get("customers")
        row = f"{len(HUB)} calls of Erlang C" if many is None else f"a simulation of {_about(many)} customers"
        shown = f"{rate:,.0f}" if rate > 1.0 else f"{rate:.1g}"
        lines.append(f"| {found['peer']} | {row} | {shown} | {_about(ours / rate)} times | {found['value']:.4f} |")
    return [
        *lines,
        "",
        "So many customers of all kinds, of whom a fifth pass the front, are needed before the 95 % interval of that "
        f"mean reaches 1 % either way: from the means of {BATCHES} batches of {CUSTOMERS:,} customers in all, which "
        "tell the number within a factor of about 2. Ciw's customers a second were measured; its rows a second follow.",
    ]


def _about(number: float) -> str:
    """Write a number with two digits that count."""
    return f"{float(f'{number:.2g}'):,g}" if number < 100.0 else f"{float(f'{number:.2g}'):,.0f}"
