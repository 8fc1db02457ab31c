"""Rows of corridors: what one takes together with others, and alone."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hubfixtures
from hubcalc.analysis.corridors.columns import remembered
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.documents import Fixtures
from hubcalc.studies.base import Evaluator
from hubcalc.studies.registry import STUDY_KINDS
from hubmodels.studies.montecarlo import MonteCarloRequest

Columns = dict[str, NDArray[Any]]

DRAWS = 1_000
ALONE = 2
ROWS = 32
SWEEP, DRAWN = "sweep", "Monte Carlo"
CASES = (
    ("middle-corridor", "transit", SWEEP),
    ("middle-corridor", "transit", DRAWN),
    ("middle-corridor", "flow", DRAWN),
    ("middle-corridor", "equilibrium", DRAWN),
    ("lianyungang-almaty", "transit", DRAWN),
)
_GROWN = 0.2
"""By how much the one input of a sweep varies, up and down."""


def _study(corridor: str, question: str) -> Any:
    """Give a Monte Carlo study of everything that the documents call uncertain."""
    asked = {"subject": {"kind": "corridor", "id": corridor}, "draws": DRAWS, "question": question}
    return STUDY_KINDS["montecarlo"].build(MonteCarloRequest.model_validate(asked), Fixtures())


def _inputs(study: Any, rows: int) -> Columns:
    """Give the inputs of the first rows."""
    columns: Columns = study._draws.columns(0, rows)[0]
    return columns


def _swept(corridor: str, rows: int) -> Columns:
    """Vary the main flow of the first hub."""
    hub = next(node.hub for node in hubfixtures.load(corridor, "corridors").nodes.values() if node.hub)
    document = hubfixtures.load(hub)
    flows = float(document.main.per_day) * np.linspace(1 - _GROWN, 1 + _GROWN, rows)
    return {f"hubs.{hub}.flows.{document.main_flow}.per_day": flows}


def _together(evaluator: Evaluator, columns: Columns) -> float:
    """Measure the rows of one chunk [s of CPU time each]."""
    rows = len(next(iter(columns.values())))
    start = time.process_time()
    evaluator.evaluate(columns, rows)
    return (time.process_time() - start) / rows


def _alone(corridor: str, question: str, columns: Columns) -> float:
    """Measure the last rows, each asked by itself; parts that do not vary are known [s of CPU time each]."""
    options = {"method": "fast"} if "method" in QUESTIONS[question].options else {}
    start = time.process_time()
    for row in range(-ALONE, 0):
        QUESTIONS[question].ask(corridor, {path: column[row].item() for path, column in columns.items()}, **options)
    return (time.process_time() - start) / ALONE


def corridors(quick: bool) -> list[str]:
    """Make the table of rows of corridors."""
    rows = 8 if quick else ROWS
    lines = [
        f"{rows} rows as one chunk of a study, after one row that warms up, beside {ALONE} of them that are asked one "
        f"by one. Monte Carlo draws all inputs that the documents call uncertain; the sweep varies one flow by "
        f"{_GROWN:.0%} up and down, so that all parts of the corridor but one stay as they are.",
        "",
        "| corridor | question | design | inputs that vary | CPU time of a row in a chunk | alone | times faster |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for corridor, question, design in CASES:
        remembered.cache_clear()  # the cases before draw the same
        study = _study(corridor, question)
        evaluator: Evaluator = study._asked.evaluator
        columns = _swept(corridor, rows) if design == SWEEP else _inputs(study, rows)
        _together(evaluator, {path: column[:1] for path, column in columns.items()})
        together, alone = _together(evaluator, columns), _alone(corridor, question, columns)
        lines.append(
            f"| {corridor} | {question} | {design} | {len(columns)} | {1e3 * together:.0f} ms | {alone:.2f} s "
            f"| {alone / together:.0f} |"
        )
        print(lines[-1], flush=True)
    return lines
