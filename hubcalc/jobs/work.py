"""What worker processes do: one chunk of a study, or its result. All of it can be sent to another process.

Errors are given back as what is kept of them: an exception that cannot be sent would break the pool.
"""

import hashlib
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from hubcalc.errors import HubcalcError, ModelVersionError
from hubcalc.jobs.problems import UNEXPECTED, problem_of
from hubcalc.jobs.records import DoneChunk
from hubcalc.studies.base import Study, StudyKind
from hubcalc.studies.rows import RowFolder, encode
from hubcalc.studies.snapshot import Snapshot

Kinds = Callable[[str], StudyKind]
"""Gives a kind of study by its name; a function of a module, so that other processes find it."""

_STUDIES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Task:
    """A study as it is sent to workers. Two tasks of one digest are the same."""

    digest: str
    kinds: Kinds = field(compare=False, repr=False)
    kind: str = field(compare=False)
    request: str = field(compare=False, repr=False)
    documents: str = field(compare=False, repr=False)
    rows: int = field(compare=False)
    chunk_rows: int = field(compare=False)

    @classmethod
    def of(cls, kinds: Kinds, kind: str, request: str, documents: str, rows: int, chunk_rows: int) -> "Task":
        """Make a task, with the digest of all that its rows depend on."""
        said = json.dumps([kind, request, documents, rows, chunk_rows])
        digest = hashlib.sha256(said.encode()).hexdigest()
        return cls(digest, kinds, kind, request, documents, rows, chunk_rows)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The result of a study, as JSON."""

    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chunk or a result could not be made; `trace` is for the log, of errors that are not ours."""

    problem: dict[str, Any]
    trace: str | None
    seconds: float


def evaluate_chunk(task: Task, chunk: int) -> DoneChunk | Failure:
    """Compute a chunk.

    Parameters
    ----------
    task : Task
        The study; it is made once in each process.
    chunk : int
        Number of the chunk, from 0.

    Returns
    -------
    DoneChunk or Failure
        The rows as a Parquet file, or why there are none.
    """
    started = time.process_time()
    try:
        study = study_of(task)
        columns = study.evaluate(chunk)
        content = encode(columns, study.columns)
        rows = len(columns[study.columns[0].name])
        digest = hashlib.sha256(content).hexdigest()
        return DoneChunk(chunk, content, digest, rows, time.process_time() - started)
    except Exception as error:  # noqa: BLE001  # the runner logs it
        return _failure(error, started)


def conclude(task: Task, folder: Path) -> Conclusion | Failure:
    """Make the result of all rows.

    Parameters
    ----------
    task : Task
        The study.
    folder : Path
        Where its chunks are, all of them.

    Returns
    -------
    Conclusion or Failure
        The result, or why there is none.
    """
    started = time.process_time()
    try:
        study = study_of(task)
        source = RowFolder(folder, study.columns, study.rows, study.chunk_rows)
        result = study.conclude(source).model_dump_json()
        return Conclusion(result, time.process_time() - started)
    except Exception as error:  # noqa: BLE001  # the runner logs it
        return _failure(error, started)


@lru_cache(maxsize=_STUDIES_KEPT)
def study_of(task: Task) -> Study:
    """Make the study of a task, or take the one that this process has made before.

    Raises
    ------
    ModelVersionError
        If it has other chunks than when the job was made.
    """
    kind = task.kinds(task.kind)
    said = json.loads(task.documents)
    study = kind.build(kind.request.model_validate_json(task.request), Snapshot(said["texts"], said["versions"]))
    if (study.rows, study.chunk_rows) != (task.rows, task.chunk_rows):
        raise ModelVersionError("this hubcalc divides the study into other chunks than the one that took it in")
    return study


def warm() -> None:
    """Do nothing but load what all studies need: the first job then does not wait for it."""
    import pyarrow.parquet  # noqa: F401


def _failure(error: Exception, started: float) -> Failure:
    seconds = time.process_time() - started
    if isinstance(error, HubcalcError):
        return Failure(problem_of(error), None, seconds)
    return Failure(UNEXPECTED, "".join(traceback.format_exception(error)), seconds)
