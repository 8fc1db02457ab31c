"""One chunk of work, as it is sent to whatever process does it."""

import gc
import time
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache

from hubcalc.analysis.columns import metric_columns
from hubcalc.documents import Documents, fixture
from hubcalc.errors import ModelVersionError, Problem
from hubcalc.studies.base import Study
from hubcalc.studies.processes import keep_memory
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.rows import encode
from hubcalc.studies.snapshot import Recorder, Snapshot
from hubcalc.studies.steps import listening
from hubcalc.studies.telling import Teller
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import StudyRequest

_KEPT = 4
"""Studies that a process keeps, so that it does not build them anew for each chunk."""


@dataclass(frozen=True, slots=True)
class Work:
    """What determines a study: its kind, the request as JSON, and the documents."""

    kind: str
    request: str
    texts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, int | None], ...] = ()

    @property
    def study(self) -> Study:
        """The study."""
        return _built(self)


@dataclass(frozen=True, slots=True)
class ChunkRows:
    """The rows of one chunk, and what they cost."""

    chunk: int
    rows: int
    content: bytes
    """A Parquet file."""
    seconds: float
    """Time of the processor that they took. [s]"""
    model_version: str = MODEL_VERSION
    """Of whoever made them, which may be on another machine."""


def check_version(made_by: str) -> None:
    """Refuse rows of a worker that calculates otherwise.

    Parameters
    ----------
    made_by : str
        The model version of the worker.

    Raises
    ------
    ModelVersionError
        If it is not that of this process.
    """
    if made_by != MODEL_VERSION:
        message = f"a worker of the cluster has model version {made_by}, and {MODEL_VERSION} is wanted"
        hint = "install the same hubcalc on all machines, start the workers again, and go on with the study"
        raise ModelVersionError.of(Problem(message, given=made_by, allowed=MODEL_VERSION, hint=hint))


def work_of(kind: str, request: StudyRequest, documents: Documents) -> tuple[Work, Study]:
    """Build a study once, to check it and to see which documents it needs.

    Parameters
    ----------
    kind : str
        Name of the kind of study.
    request : StudyRequest
        The request.
    documents : Documents
        Where documents are found.

    Returns
    -------
    tuple of Work and Study
        What other processes need to do its chunks, and the study itself.

    Raises
    ------
    HubcalcError
        If the study cannot be made.
    """
    recorder = Recorder(documents)
    study = STUDY_KINDS[kind].build(request, recorder)
    snapshot = recorder.snapshot()
    texts, versions = tuple(sorted(snapshot.texts.items())), tuple(sorted(snapshot.versions.items()))
    return Work(kind, request.model_dump_json(), texts, versions), study


@lru_cache(maxsize=_KEPT)
def _built(work: Work) -> Study:
    kind = STUDY_KINDS[work.kind]
    request = kind.request.model_validate_json(work.request)
    return kind.build(request, Snapshot(dict(work.texts), dict(work.versions)))


def do_chunk(work: Work, chunk: int, teller: Teller | None = None) -> ChunkRows:
    """Make the rows of one chunk; runs in any process, and tells its steps if it is told how."""
    started = time.process_time()
    with listening(teller) if teller else nullcontext():
        rows, content = made_rows(work.study, chunk)
    return ChunkRows(chunk, rows, content, time.process_time() - started)


def made_rows(study: Study, chunk: int) -> tuple[int, bytes]:
    """Make the rows of one chunk of a study: how many there are, and a Parquet file of them.

    What an analysis leaves behind refers to itself, and would stay for many chunks: some megabytes of columns each,
    which a small collection finds in a millisecond.
    """
    keep_memory()
    columns = study.evaluate(chunk)
    rows, content = len(columns[study.columns[0].name]), encode(columns, study.columns)
    del columns
    gc.collect(1)
    return rows, content


def warm() -> None:
    """Load what studies need, by analyzing a hub: the first chunk of a process then does not wait for it."""
    import pyarrow.parquet  # noqa: F401

    import hubcalc.studies.montecarlo
    import hubcalc.studies.sensitivity
    import hubcalc.studies.sweeps  # noqa: F401

    metric_columns(fixture("khorgos-gateway"), 1, ("dwell_p90_hours",))
