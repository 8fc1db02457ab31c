"""What worker processes do: one chunk of a study, or its result. All of it can be sent to another process.

Errors are given back as what is kept of them: an exception that cannot be sent would break the pool.
"""

import hashlib
import json
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hubcalc.errors import HubcalcError, ModelVersionError
from hubcalc.jobs.problems import UNEXPECTED, problem_of
from hubcalc.jobs.records import DoneChunk
from hubcalc.studies.base import Study, StudyKind
from hubcalc.studies.rows import RowFolder
from hubcalc.studies.snapshot import Snapshot
from hubcalc.studies.steps import StoppedError, listening
from hubcalc.studies.telling import Teller
from hubcalc.studies.work import made_rows

Kinds = Callable[[str], StudyKind]
"""Gives a kind of study by its name; a function of a module, so that other processes find it."""

LIGHT_BYTES = 32_768
"""Studies of no more are sent whole with each chunk, others only to workers that do not know them."""
_STUDIES_KEPT = 4
_studies: "OrderedDict[str, Study]" = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Task:
    """A study as it is sent to workers."""

    digest: str
    """Two tasks of one digest are the same study."""
    kinds: Kinds
    kind: str
    rows: int
    chunk_rows: int
    said: tuple[str, str] | None = field(repr=False)
    """Request and documents as JSON; None in a task for workers that know the study by its digest."""

    @classmethod
    def of(cls, kinds: Kinds, kind: str, request: str, documents: str, rows: int, chunk_rows: int) -> "Task":
        """Make a task, with the digest of all that its rows depend on."""
        digest = hashlib.sha256(f"{kind} {rows} {chunk_rows} {len(request)}\n".encode())
        digest.update(request.encode())
        digest.update(documents.encode())
        return cls(digest.hexdigest(), kinds, kind, rows, chunk_rows, (request, documents))

    @property
    def lighter(self) -> "Task":
        """The task as it is best sent at first: without what is said, if that is long."""
        length = sum(map(len, self.said or ()))
        return self if length <= LIGHT_BYTES else replace(self, said=None)


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


@dataclass(frozen=True, slots=True)
class Unknown:
    """The worker has not seen the study yet; send the chunk again with the whole task."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The piece was given up between two of its steps."""

    seconds: float


Outcome = DoneChunk | Conclusion | Failure | Unknown | Stopped
"""What comes back of a piece of work, with the time [s] that it took where anything was done."""


def evaluate_chunk(task: Task, chunk: int, teller: Teller | None = None) -> DoneChunk | Failure | Unknown | Stopped:
    """Compute a chunk.

    Parameters
    ----------
    task : Task
        The study; it is made once in each process.
    chunk : int
        Number of the chunk, from 0.
    teller : Teller, optional
        Tells whoever has handed it out the steps of a long chunk.

    Returns
    -------
    DoneChunk, Failure, Unknown or Stopped
        The rows as a Parquet file, or why there are none.
    """
    started = time.process_time()
    try:
        study = study_of(task)
        if study is None:
            return Unknown()
        with listening(teller):
            rows, content = made_rows(study, chunk)
        digest = hashlib.sha256(content).hexdigest()
        return DoneChunk(chunk, content, digest, rows, time.process_time() - started)
    except StoppedError:
        return Stopped(time.process_time() - started)
    except Exception as error:  # noqa: BLE001  # the runner logs it
        return _failure(error, started)


def conclude(task: Task, folder: Path, teller: Teller | None = None) -> Conclusion | Failure | Unknown | Stopped:
    """Make the result of all rows.

    Parameters
    ----------
    task : Task
        The study.
    folder : Path
        Where its chunks are, all of them.
    teller : Teller, optional
        Tells whoever has handed it out the steps of a long conclusion.

    Returns
    -------
    Conclusion, Failure, Unknown or Stopped
        The result, or why there is none.
    """
    started = time.process_time()
    try:
        study = study_of(task)
        if study is None:
            return Unknown()
        source = RowFolder(folder, study.columns, study.rows, study.chunk_rows)
        with listening(teller):
            result = study.conclude(source).model_dump_json()
        return Conclusion(result, time.process_time() - started)
    except StoppedError:
        return Stopped(time.process_time() - started)
    except Exception as error:  # noqa: BLE001  # the runner logs it
        return _failure(error, started)


def study_of(task: Task) -> Study | None:
    """Make the study of a task, or take the one that this process has made before.

    Raises
    ------
    ModelVersionError
        If it has other chunks than when the job was made.
    """
    with _lock:
        known = _studies.get(task.digest)
        if known is not None:
            _studies.move_to_end(task.digest)
    if known is not None or task.said is None:
        return known
    request, documents = task.said
    kind, kept = task.kinds(task.kind), json.loads(documents)
    study = kind.build(kind.request.model_validate_json(request), Snapshot(kept["texts"], kept["versions"]))
    if (study.rows, study.chunk_rows) != (task.rows, task.chunk_rows):
        raise ModelVersionError("this hubcalc divides the study into other chunks than the one that took it in")
    with _lock:
        _studies[task.digest] = study
        while len(_studies) > _STUDIES_KEPT:
            _studies.popitem(last=False)
    return study


def _failure(error: Exception, started: float) -> Failure:
    seconds = time.process_time() - started
    if isinstance(error, HubcalcError):
        return Failure(problem_of(error), None, seconds)
    return Failure(UNEXPECTED, "".join(traceback.format_exception(error)), seconds)
