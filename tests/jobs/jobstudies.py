"""A small kind of study whose chunks say when they run, wait at a gate, die or fail as the request says.

It stands in a module of its own, so that worker processes can import it.
"""

import os
import time
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path

import numpy as np

from hubcalc.errors import Problem, RefusedError
from hubcalc.studies.base import ROW, Columns, RowSource, StudyColumn, StudyKind, chunk_bounds
from hubcalc.studies.steps import tell
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import RowColumn, StudyRequest, StudyResult, StudySubject
from hubmodels.studies.job import StudyStep

WAIT_SECONDS = 200.0


class SumsRequest(StudyRequest):
    """How many rows, and what goes wrong."""

    size: int = 100
    chunk: int = 10
    folder: str = ""
    """Where chunks write down that they run, and where gates are."""
    gated: bool = False
    """Whether a chunk waits until the gate is open."""
    steps: bool = False
    """Whether a chunk tells steps until the gate is open."""
    conclusion_steps: bool = False
    gate_conclusion: bool = False
    burn_seconds: float = 0.0
    ballast: str = ""
    refuse: int | None = None
    fail: int | None = None
    die: int | None = None
    """A chunk whose worker always dies."""
    die_once: int | None = None
    unlike: bool = False
    """Whether the study has other chunks the second time it is made."""


class SumsResult(StudyResult):
    """The sum of the values."""

    total: float


class Sums:
    """Rows with a value each: a random number whose seed is the chunk's."""

    columns = (StudyColumn(ROW, type="integer"), StudyColumn("value", "h"), StudyColumn("label", type="text"))

    def __init__(self, request: SumsRequest) -> None:
        self.request = request
        self.rows = request.size
        self.chunk_rows = request.chunk
        self.folder = Path(request.folder)

    def evaluate(self, chunk: int) -> Columns:
        request = self.request
        if request.folder:
            note(self.folder, chunk, request.seed)
        if request.gated:
            pass_gate(self.folder)
        if request.steps:
            tell_until_open(self.folder)
        if chunk == request.refuse:
            raise RefusedError.of(Problem("no such number", pointer="/fields/0", given=float("nan")))
        if chunk == request.fail:
            raise ZeroDivisionError("an inner secret")
        if chunk == request.die or (chunk == request.die_once and first_time(self.folder, f"died-{chunk}")):
            os._exit(3)
        until = time.process_time() + request.burn_seconds
        while time.process_time() < until:
            pass
        start, stop = chunk_bounds(self, chunk)
        values = np.random.default_rng([request.seed, chunk]).random(stop - start)
        rows = np.arange(start, stop)
        return {ROW: rows, "value": values, "label": np.array([f"row {row}" for row in rows], dtype=object)}

    def conclude(self, source: RowSource) -> SumsResult:
        if self.request.conclusion_steps:
            tell_until_open(self.folder)
        if self.request.gate_conclusion:
            note(self.folder, -1, self.request.seed)
            pass_gate(self.folder)
        return SumsResult(
            kind="sums",
            subject=StudySubject(kind="hub", id="a", name="A", overrides={}),
            model_version=MODEL_VERSION,
            rows=source.rows,
            columns=[RowColumn(name=column.name, unit=column.unit) for column in self.columns],
            total=sum(float(chunk["value"].sum()) for chunk in source.chunks(["value"])),
        )


def build(request: SumsRequest, documents: object) -> Sums:
    if request.refuse == -1:
        raise RefusedError("nothing can be asked of it")
    if request.unlike and not first_time(Path(request.folder), "built"):
        request = request.model_copy(update={"chunk": request.chunk + 1})
    if request.subject is not None:
        documents.hub(request.subject.id)
    return Sums(request)


SUMS = StudyKind("sums", "sums", "Sums of numbers", SumsRequest, SumsResult, build)


def kinds(name: str) -> StudyKind:
    return {"sums": SUMS}[name]


def note(folder: Path, chunk: int, seed: int) -> None:
    with (folder / "begun").open("a") as file:
        file.write(f"{chunk} {seed} {os.getpid()}\n")


def notes(folder: Path) -> list[tuple[int, int, int]]:
    """Give chunk, seed of the job and process of all that has begun so far, in order."""
    path = folder / "begun"
    lines = path.read_text().splitlines() if path.exists() else []
    return [tuple(map(int, line.split())) for line in lines]


def noted(folder: Path) -> list[int]:
    """Give the chunks that have begun so far, in order."""
    return [chunk for chunk, _, _ in notes(folder)]


def pass_gate(folder: Path) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not (folder / "open").exists():
        if time.monotonic() > until:
            raise TimeoutError("the gate stayed shut")
        time.sleep(0.005)


def tell_until_open(folder: Path) -> None:
    until, done = time.monotonic() + WAIT_SECONDS, 0
    while not (folder / "open").exists():
        if time.monotonic() > until:
            raise TimeoutError("the gate stayed shut")
        done += 1
        tell(partial(StudyStep, what="search", done=done, unit="cuts", gap=0.5))
        time.sleep(0.005)


def open_gate(folder: Path) -> None:
    (folder / "open").touch()


def first_time(folder: Path, name: str) -> bool:
    try:
        (folder / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class Inline(Executor):
    """Does everything at once, in the thread that asks."""

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as executors do
            future.set_exception(error)
        return future
