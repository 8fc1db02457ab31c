"""Calls on jobs that were begun. "Returns" says what the server's answers are read into."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from hubcalc.client.core import Call, Download, Page, body_as, get, path_of
from hubcalc.client.studies import AWAY_SECONDS, read_result
from hubcalc.errors import ParameterError, Problem
from hubmodels.studies.job import Job, JobState

ROWS_PER_PAGE = 10_000
PAUSE_SECONDS = 1.0
"""How long to wait for rows that are still to be made."""
SUFFIXES = (".csv", ".parquet")
_PATIENCE_SECONDS = 300.0
Row = Mapping[str, Any]


class JobPage(BaseModel):
    """One page of the list of jobs."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Job, ...]
    total: int
    next_url: str | None


class RowPage(BaseModel):
    """One page of the rows of a job."""

    model_config = ConfigDict(frozen=True)

    items: tuple[dict[str, Any], ...]
    next_url: str | None


def jobs(state: JobState | None = None) -> Call[list[Job]]:
    """List the jobs of this client, from all pages.

    Parameters
    ----------
    state : {"queued", "running", "paused", "done", "failed", "canceled"}, optional
        Only those in this state.

    Returns
    -------
    list of Job
        The latest first.

    Examples
    --------
    >>> print(jobs("running"))
    GET /v1/jobs?state=running
    """
    return _list({"state": state}, [])


def job(job_id: str) -> Call[Job]:
    """Look at a job.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    Job
        Its state and progress.

    Examples
    --------
    >>> print(job("5f0c2a9d41b7e683"))
    GET /v1/jobs/5f0c2a9d41b7e683
    """
    return get(path_of("jobs", job_id), body_as(Job))


def cancel_job(job_id: str) -> Call[Job]:
    """Give a job up; the rows that are there stay.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    Job
        As it is then.

    Examples
    --------
    >>> print(cancel_job("5f0c2a9d41b7e683"))
    POST /v1/jobs/5f0c2a9d41b7e683/cancel
    """
    return _change(job_id, "cancel")


def pause_job(job_id: str) -> Call[Job]:
    """Hold a job, once the rows are there that are being made; a part that tells its steps is begun anew later.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    Job
        As it is then.

    Examples
    --------
    >>> print(pause_job("5f0c2a9d41b7e683"))
    POST /v1/jobs/5f0c2a9d41b7e683/pause
    """
    return _change(job_id, "pause")


def resume_job(job_id: str) -> Call[Job]:
    """Let a job go on that is held or has failed; the rows that are there are not made again.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    Job
        As it is then.

    Examples
    --------
    >>> print(resume_job("5f0c2a9d41b7e683"))
    POST /v1/jobs/5f0c2a9d41b7e683/resume
    """
    return _change(job_id, "resume")


def delete_job(job_id: str) -> Call[None]:
    """Remove a job with its rows, in whatever state it is.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Examples
    --------
    >>> print(delete_job("5f0c2a9d41b7e683"))
    DELETE /v1/jobs/5f0c2a9d41b7e683
    """
    return Call("DELETE", path_of("jobs", job_id), _nothing)


def job_result(job_id: str) -> Call[Any]:
    """Get the result of a job that is done.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    StudyResult
        That of its kind of study: SweepResult, MonteCarloResult, SensitivityResult, SizingResult or StagingResult.

    Examples
    --------
    >>> print(job_result("5f0c2a9d41b7e683"))
    GET /v1/jobs/5f0c2a9d41b7e683/result
    """
    return get(path_of("jobs", job_id, "result"), lambda response: read_result(response.content))


def job_rows(job_id: str, *, fields: Sequence[str] | None = None, start: int = 0) -> Call[Page[Row]]:
    """Get the rows of a job one by one, in the order of their numbers, and wait for those that are still to be made.

    Parameters
    ----------
    job_id : str
        Id of the job.
    fields : sequence of str, optional
        Names of the columns wanted; all by default.
    start : int
        Number of the first row wanted.

    Returns
    -------
    iterator of dict
        Values by column. Rows are fetched page by page, never more of them than a page is kept. They end before the
        last row if the job ends before it is done.

    Examples
    --------
    >>> print(job_rows("5f0c2a9d41b7e683", fields=["row", "utilization"]))
    GET /v1/jobs/5f0c2a9d41b7e683/rows?fields=row,utilization&limit=10000&offset=0
    """
    if start < 0:
        raise ParameterError.of(Problem("is negative", parameter="start", given=start, allowed="0 or more"))
    return _rows(job_id, fields, start)


def download_rows(job_id: str, path: Path | str) -> Download:
    """Get all rows of a job that is done as one file.

    Parameters
    ----------
    job_id : str
        Id of the job.
    path : Path or str
        Where it is put, once it is whole; its suffix says whether it is CSV or Parquet.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    ParameterError
        If the suffix is neither.

    Notes
    -----
    If the connection breaks, the file is fetched anew.

    Examples
    --------
    >>> print(download_rows("5f0c2a9d41b7e683", "rows.parquet").call)
    GET /v1/jobs/5f0c2a9d41b7e683/files/rows.parquet
    """
    target = Path(path)
    if target.suffix not in SUFFIXES:
        message, allowed = "rows come as CSV or Parquet", ", ".join(SUFFIXES)
        raise ParameterError.of(Problem(message, parameter="path", given=target.name, allowed=allowed))
    place = path_of("jobs", job_id, "files", f"rows{target.suffix}")
    call: Call[None] = Call(
        "GET", place, _nothing, safe=True, timeout_seconds=_PATIENCE_SECONDS, away_seconds=AWAY_SECONDS
    )
    return Download(call, target)


def _list(query: Mapping[str, object], before: list[Job]) -> Call[list[Job]]:
    """Ask for one page, and go on to the next."""

    def parse(response: httpx.Response) -> list[Job] | Call[list[Job]]:
        page = body_as(JobPage)(response)
        items = [*before, *page.items]
        if page.next_url is None or not page.items:
            return items
        return _list(dict(httpx.URL(page.next_url).params), items)

    return get(path_of("jobs"), parse, query)


def _change(job_id: str, change: str) -> Call[Job]:
    # what is asked is a state, which is the same however often it is asked for
    return Call("POST", path_of("jobs", job_id, change), body_as(Job), safe=True)


def _rows(job_id: str, fields: Sequence[str] | None, offset: int, pause_seconds: float = 0.0) -> Call[Page[Row]]:
    query = {} if fields is None else {"fields": ",".join(fields)}
    query |= {"limit": str(ROWS_PER_PAGE), "offset": str(offset)}
    return Call(
        "GET",
        path_of("jobs", job_id, "rows"),
        partial(_page, job_id, fields, offset),
        query,
        safe=True,
        pause_seconds=pause_seconds,
        away_seconds=AWAY_SECONDS,
    )


def _page(job_id: str, fields: Sequence[str] | None, offset: int, response: httpx.Response) -> Page[Row]:
    page = body_as(RowPage)(response)
    if page.next_url is None:
        return Page(page.items, None)
    return Page(page.items, _rows(job_id, fields, offset + len(page.items), 0.0 if page.items else PAUSE_SECONDS))


def _nothing(_: httpx.Response) -> None:
    return None
