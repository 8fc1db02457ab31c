"""One chunk of work, as it is sent to whatever process does it."""

import time
from dataclasses import dataclass
from functools import lru_cache

from hubcalc.analysis.columns import metric_columns
from hubcalc.documents import Documents, fixture
from hubcalc.studies.base import Study
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.rows import encode
from hubcalc.studies.snapshot import Recorder, Snapshot
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


def do_chunk(work: Work, chunk: int) -> ChunkRows:
    """Make the rows of one chunk; runs in any process."""
    started = time.process_time()
    study = work.study
    columns = study.evaluate(chunk)
    size = len(columns[study.columns[0].name])
    return ChunkRows(chunk, size, encode(columns, study.columns), time.process_time() - started)


def warm() -> None:
    """Load what studies need, by analyzing a hub: the first chunk of a process then does not wait for it."""
    import pyarrow.parquet  # noqa: F401

    metric_columns(fixture("khorgos-gateway"), 1, ("dwell_p90_hours",))
