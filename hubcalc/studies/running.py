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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from hubcalc.documents import Documents, Fixtures, problems_of
from hubcalc.errors import InvalidRequestError, ParameterError, Problem, WorkerDiedError
from hubcalc.frames import to_pandas, to_polars
from hubcalc.studies.base import LARGEST_CHUNK, Study, chunk_count
from hubcalc.studies.engines import Engine, engine_for
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.rows import RowFolder, chunk_path, write_chunk, write_csv, write_parquet
from hubcalc.studies.sizes import CORRIDOR_ROWS, MOST_CORRIDOR_ROWS
from hubcalc.studies.work import ChunkRows, Work, check_version, do_chunk, made_rows, work_of
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import StudyRequest, StudyResult

R = TypeVar("R", bound=StudyResult)
Progress = Callable[[int, int], object]
"""Called with the rows that are done and all rows."""

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

    Returns
    -------
    Outcome
        Result and rows.

    Raises
    ------
    HubcalcError
        If the study cannot be made, or the folder holds another one.
    """
    asked = parse_request(kind, request)
    work, study = work_of(kind, asked, documents or Fixtures())
    place, temporary = _folder(folder, work, study)
    try:
        missing = [chunk for chunk in range(chunk_count(study)) if not chunk_path(place, chunk).exists()]
        with engine_for(workers if workers or scheduler else _usual_workers(study), scheduler) as engine:
            _do(work, study, missing, place, engine, progress or _silent)
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


def _do(work: Work, study: Study, missing: list[int], place: Path, engine: Engine, progress: Progress) -> None:
    """Keep the engine busy, and put down each chunk as it comes; at most a few are in memory at once."""
    done = study.rows - sum(_size(study, chunk) for chunk in missing)
    waiting, renewals = list(reversed(missing)), 0
    running: dict[Future[ChunkRows], int] = {}
    progress(done, study.rows)
    own = 1 if engine.leaves_a_core else 0
    while waiting or running:
        while len(waiting) > own and len(running) < engine.slots + 1:
            chunk = waiting.pop()
            try:
                running[engine.submit(do_chunk, work, chunk)] = chunk
            except BrokenProcessPool as error:
                renewals = _renewed(engine, renewals, error)
                waiting += [chunk, *running.values()]
                running.clear()
        # what others have done comes first, so that they go on; while there is nothing of theirs, a chunk is done here
        here = bool(own and waiting)
        finished, _ = wait(running, timeout=0 if here else None, return_when=FIRST_COMPLETED)
        if here and not finished:
            chunk = waiting.pop()
            rows, content = made_rows(study, chunk)
            write_chunk(place, chunk, content)
            done += rows
            progress(done, study.rows)
        for future in finished:
            chunk = running.pop(future)
            try:
                made = future.result()
            except BrokenProcessPool as error:
                renewals = _renewed(engine, renewals, error)
                waiting += [chunk, *running.values()]
                running.clear()
                break
            except Exception as error:
                failure = engine.failure(error)
                if failure is None:
                    raise
                raise failure from error
            check_version(made.model_version)
            write_chunk(place, chunk, made.content)
            done += made.rows
            progress(done, study.rows)


def _renewed(engine: Engine, renewals: int, error: BrokenProcessPool) -> int:
    """Go on with new processes, unless they have died too often."""
    if renewals >= _MOST_RENEWALS:
        message, hint = "the processes that do the study keep ending", "is there memory enough? take fewer workers"
        raise WorkerDiedError.of(Problem(message, hint=hint)) from error
    engine.renew()
    return renewals + 1


def _size(study: Study, chunk: int) -> int:
    return min(study.rows, (chunk + 1) * study.chunk_rows) - chunk * study.chunk_rows


def _silent(done: int, total: int) -> None:
    """Say nothing."""
