"""Studies done here and now, on all cores or on a cluster; a study that was cut off goes on where it stopped."""

import hashlib
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from hubcalc.documents import Documents, Fixtures, problems_of
from hubcalc.errors import InvalidRequestError, ParameterError, Problem, WorkerDiedError
from hubcalc.frames import to_pandas, to_polars
from hubcalc.studies.base import LARGEST_CHUNK, Study, chunk_count
from hubcalc.studies.engines import PATIENCE_SECONDS, ClusterGoneError, Engine, engine_for
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.rows import RowFolder, chunk_path, write_chunk, write_csv, write_parquet
from hubcalc.studies.sizes import CORRIDOR_ROWS, MOST_CORRIDOR_ROWS
from hubcalc.studies.steps import listening
from hubcalc.studies.telling import Teller
from hubcalc.studies.work import ChunkRows, Work, check_version, do_chunk, made_rows, work_of
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import StudyRequest, StudyResult
from hubmodels.studies.job import StudyStep

R = TypeVar("R", bound=StudyResult)
Progress = Callable[[int, int], object]
"""Called with the rows that are done and all rows."""
Steps = Callable[[StudyStep], object]
"""Called with a step of a long part."""

MANIFEST = "study.json"
_WORTH_PROCESSES = 10 * LARGEST_CHUNK
"""Rows from which starting other processes, some seconds, is worth while."""
_MOST_RENEWALS = 5


@dataclass(frozen=True, eq=False)
class Outcome(Generic[R]):
    """A study that is done: its result, and its rows on disk."""

    result: R
    source: RowFolder

    def to_pandas(self) -> Any:
        """Give the rows as a pandas DataFrame (pandas must be installed)."""
        return to_pandas(self._columns())

    def to_polars(self) -> Any:
        """Give the rows as a polars DataFrame (polars must be installed)."""
        return to_polars({name: column.tolist() for name, column in self._columns().items()})

    def to_rows(self) -> list[dict[str, Any]]:
        """Give the rows as dictionaries."""
        return self.source.page(0, self.source.rows)

    def write(self, path: Path | str) -> None:
        """Write the rows as one file, CSV or Parquet by its suffix; it is there whole or not at all.

        Raises
        ------
        ParameterError
            If the suffix is neither, or the file cannot be written.
        """
        target = Path(path)
        check_suffix(target)
        partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                if target.suffix.lower() == ".csv":
                    write_csv(self.source, file.write)
                else:
                    write_parquet(self.source, file)
            partial.replace(target)
        except OSError as error:
            message = f"cannot be written: {error.strerror or error}"
            raise ParameterError.of(Problem(message, parameter="out", given=str(target))) from error
        finally:
            partial.unlink(missing_ok=True)

    def _columns(self) -> dict[str, Any]:
        return {column.name: self.source.column(column.name) for column in self.source.described}


def run_study(
    kind: str,
    request: StudyRequest | Mapping[str, Any],
    *,
    documents: Documents | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    folder: Path | str | None = None,
    progress: Progress | None = None,
    steps: Steps | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Outcome[Any]:
    """Do a study.

    Parameters
    ----------
    kind : str
        Kind of study: sweep, montecarlo, sensitivity, sizing, staging.
    request : StudyRequest or mapping
        What is asked.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.
    workers : int, optional
        Processes that share the work, this one among them; 1 does it all here. By default small studies are done here,
        larger ones on all cores.
    scheduler : str, optional
        Address of a Dask scheduler whose workers do the work.
    folder : Path or str, optional
        Where the rows are put, a Parquet file a chunk. If rows of the very same study are there already, it goes on
        with those that are missing. By default a temporary folder, which is removed with the outcome.
    progress : callable, optional
        Called with the rows that are done, and all rows.
    steps : callable, optional
        Called with the steps (`hubmodels.studies.job.StudyStep`) of long parts that give all their rows at once, such
        as a search; of a cluster in a thread of its own.
    patience_seconds : float, optional
        How long a scheduler that is gone is waited for before the study ends. [s]

    Returns
    -------
    Outcome
        Result and rows.

    Raises
    ------
    HubcalcError
        If the study cannot be made, the folder holds another one, or a cluster is gone for too long.
    """
    asked = parse_request(kind, request)
    work, study = work_of(kind, asked, documents or Fixtures())
    place, temporary = _folder(folder, work, study)
    try:
        missing = [chunk for chunk in range(chunk_count(study)) if not chunk_path(place, chunk).exists()]
        share = workers if workers or scheduler else _usual_workers(study)
        with listening(steps), engine_for(share, scheduler, patience_seconds) as engine:
            done = study.rows - sum(_size(study, chunk) for chunk in missing)
            doing = _Doing(work, study, place, engine, progress or _silent, steps, list(reversed(missing)), done)
            try:
                doing.run()
            except ClusterGoneError as error:
                raise _go_on(error, folder, doing.done, study.rows) from error
            source = RowFolder(place, study.columns, study.rows, study.chunk_rows)
            outcome: Outcome[Any] = Outcome(study.conclude(source), source)
    except BaseException:
        if temporary:
            shutil.rmtree(place, ignore_errors=True)
        raise
    if temporary:
        weakref.finalize(outcome, shutil.rmtree, place, ignore_errors=True)
    return outcome


def parse_request(kind: str, request: StudyRequest | Mapping[str, Any]) -> StudyRequest:
    """Read the request of a study.

    Raises
    ------
    ParameterError
        If there is no such kind of study.
    InvalidRequestError
        If the request is not valid; each problem points to its place.
    """
    if kind not in STUDY_KINDS:
        raise ParameterError.of(
            Problem("no such kind of study", parameter="kind", given=kind, allowed=", ".join(STUDY_KINDS))
        )
    form = STUDY_KINDS[kind].request
    if isinstance(request, form):
        return request
    try:
        return form.model_validate(dict(request) if isinstance(request, Mapping) else request)
    except ValidationError as error:
        raise InvalidRequestError.of(*problems_of(error, form=form)) from error


def check_suffix(path: Path) -> None:
    """Refuse a file of another kind than rows are written in, and one in no folder, before anything is computed."""
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise ParameterError.of(
            Problem("rows are written as CSV or Parquet", parameter="out", given=path.name, allowed=".csv, .parquet")
        )
    if not path.absolute().parent.is_dir():
        raise ParameterError.of(Problem("there is no such folder", parameter="out", given=str(path)))


def digest_of(work: Work) -> str:
    """Give what tells a study from others: two with the same digest have the same rows."""
    return hashlib.sha256(repr((work.kind, work.request, work.texts, MODEL_VERSION)).encode()).hexdigest()


def _folder(folder: Path | str | None, work: Work, study: Study) -> tuple[Path, bool]:
    """Make the folder of a study, or find it as it was left."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="hubcalc-")), True
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        # what a process that was killed had begun to write
        for left in (*place.glob("chunk-*.partial"), *place.glob(f"{MANIFEST}.partial")):
            left.unlink(missing_ok=True)
        _check_manifest(place, work, study)
    except OSError as error:
        message = f"cannot be used: {error.strerror or error}"
        raise ParameterError.of(Problem(message, parameter="folder", given=str(place))) from error
    return place, False


def _check_manifest(place: Path, work: Work, study: Study) -> None:
    """Refuse a folder of another study, and claim a new one."""
    manifest = place / MANIFEST
    said = {"digest": digest_of(work), "kind": work.kind, "rows": study.rows, "chunk_rows": study.chunk_rows}
    if manifest.exists():
        if manifest.read_text(encoding="utf-8", errors="replace") != json.dumps(said):
            message, hint = "the folder holds the rows of another study", "name another folder, or remove this one"
            raise ParameterError.of(Problem(message, parameter="folder", given=str(place), hint=hint))
    elif any(place.iterdir()):
        message, hint = "the folder holds other files", "name an empty or a new folder"
        raise ParameterError.of(Problem(message, parameter="folder", given=str(place), hint=hint))
    else:
        partial = place / f"{MANIFEST}.partial"
        partial.write_text(json.dumps(said), encoding="utf-8")
        partial.replace(manifest)


def _usual_workers(study: Study) -> int | None:
    few = study.rows <= (_WORTH_PROCESSES if study.chunk_rows > MOST_CORRIDOR_ROWS else CORRIDOR_ROWS)
    return 1 if few else None


@dataclass
class _Doing:
    """A study under way: chunks that wait, and those that the engine has; at most a few are in memory at once."""

    work: Work
    study: Study
    place: Path
    engine: Engine
    progress: Progress
    steps: Steps | None
    waiting: list[int]
    done: int
    running: dict[Future[ChunkRows], int] = field(default_factory=dict)
    renewals: int = 0
    _teller: Teller | None = None

    def run(self) -> None:
        """Keep the engine busy until all is done, and put down each chunk as it comes."""
        if self.steps is not None:
            self._teller = self.engine.teller(self.steps)
        self.progress(self.done, self.study.rows)
        while self.waiting or self.running:
            try:
                self._turn()
            except (BrokenProcessPool, ClusterGoneError) as error:
                self._recover(error)

    def _turn(self) -> None:
        own = 1 if self.engine.leaves_a_core else 0
        while len(self.waiting) > own and len(self.running) < self.engine.slots + 1:
            chunk = self.waiting[-1]
            self.running[self.engine.submit(do_chunk, self.work, chunk, self._teller)] = chunk
            self.waiting.pop()
        # what others have done comes first, so that they go on; while there is nothing of theirs, a chunk is done here
        here = bool(own and self.waiting)
        finished, _ = wait(self.running, timeout=0 if here else None, return_when=FIRST_COMPLETED)
        if here and not finished:
            chunk = self.waiting.pop()
            self._put_down(chunk, *made_rows(self.study, chunk))
        for future in finished:
            made = self._made(future)
            check_version(made.model_version)
            self._put_down(self.running.pop(future), made.rows, made.content)

    def _made(self, future: "Future[ChunkRows]") -> ChunkRows:
        try:
            return future.result()
        except BrokenProcessPool:
            raise
        except Exception as error:
            failure = self.engine.failure(error)
            if failure is None:
                raise
            raise failure from error

    def _put_down(self, chunk: int, rows: int, content: bytes) -> None:
        write_chunk(self.place, chunk, content)
        self.done += rows
        self.progress(self.done, self.study.rows)

    def _recover(self, error: BrokenProcessPool | ClusterGoneError) -> None:
        """Go on with new processes, or with a scheduler that is back, unless that was too often."""
        self.waiting += self.running.values()
        self.running.clear()
        self.renewals += 1
        if self.renewals > _MOST_RENEWALS:
            if isinstance(error, ClusterGoneError):
                raise error
            message, hint = "the processes that do the study keep ending", "is there memory enough? take fewer workers"
            raise WorkerDiedError.of(Problem(message, hint=hint)) from error
        self.engine.renew()


def _go_on(error: ClusterGoneError, folder: Path | str | None, done: int, rows: int) -> WorkerDiedError:
    """Say what is there, and how to go on, when a cluster has not come back."""
    message = f"the cluster is gone, and did not come back in time; {done:,} of {rows:,} rows were done"
    hint = "start the scheduler and its workers, and do the study again "
    hint += (
        "with a folder (--folder), which keeps the rows that are done"
        if folder is None
        else f"with the same folder ({folder}), which has the rows that are done: it goes on with the others"
    )
    return WorkerDiedError.of(Problem(message, given=error.problems[0].given, hint=hint))


def _size(study: Study, chunk: int) -> int:
    return min(study.rows, (chunk + 1) * study.chunk_rows) - chunk * study.chunk_rows


def _silent(done: int, total: int) -> None:
    """Say nothing."""
