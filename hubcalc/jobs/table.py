"""The tables of jobs, as callers use them: each function runs within a transaction."""

import json
import secrets
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

import sqlite_utils

from hubcalc.errors import (
    HubcalcError,
    IdempotencyKeyError,
    JobStateError,
    NotFoundError,
    ParameterError,
    Problem,
    TooManyJobsError,
)
from hubcalc.jobs.records import FINISHED, UNFINISHED, NewJob, StoredJob, stamp
from hubcalc.studies.base import StudyColumn
from hubmodels.studies.job import JobState

Text = Literal["request", "documents", "result", "columns"]
"""The long texts of a job, each JSON."""
_SHORT = (
    *("id", "kind", "client", "state", "model_version", "rows", "chunk_rows", "done_rows"),
    *("recent_rows", "recent_seconds", "owner", "created_at", "started_at", "finished_at"),
    *("idempotency_key", "request_digest", "versions", "problem"),
)
_STEP = "(SELECT step FROM job_steps WHERE job_id = jobs.id) AS step"
SHORT = ", ".join([*(f'"{name}"' for name in _SHORT), _STEP])
"""The columns of a `StoredJob`."""
_CONDITIONS = "(:client IS NULL OR client = :client) AND (:state IS NULL OR state = :state)"


def find(db: sqlite_utils.Database, job_id: str) -> StoredJob:
    """Find a job."""
    if job_id.isascii():
        for row in db.table("jobs").rows_where("id = ?", [job_id], select=SHORT):
            return StoredJob.of_row(row)
    raise unknown(job_id)


def unknown(job_id: str) -> HubcalcError:
    """Make the exception for a job that does not exist."""
    hint = "finished jobs are removed after some days: see GET /v1/jobs for those that there are"
    return NotFoundError.of(Problem("there is no such job", given=job_id, hint=hint))


def text_of(db: sqlite_utils.Database, job_id: str, name: Text) -> str | None:
    """Give one of a job's long texts."""
    for row in db.query(f'SELECT "{name}" AS text FROM jobs WHERE id = ?', [job_id]):  # noqa: S608  # one of ours
        text: str | None = row["text"]
        return text
    raise unknown(job_id)


def columns_of(db: sqlite_utils.Database, job_id: str) -> tuple[StudyColumn, ...]:
    """Give the columns of a job's table."""
    return tuple(StudyColumn(**column) for column in json.loads(text_of(db, job_id, "columns") or "[]"))


def page(
    db: sqlite_utils.Database, *, client: str | None, state: JobState | None, limit: int | None, offset: int
) -> tuple[list[StoredJob], int]:
    """List jobs, the latest first, and count them regardless of the limit."""
    arguments = {"client": client, "state": state}
    table = db.table("jobs")
    rows = table.rows_where(
        _CONDITIONS,
        arguments,
        select=SHORT,
        order_by="created_at DESC, id",
        limit=None if limit is None else min(limit, sys.maxsize),
        offset=min(offset, sys.maxsize),
    )
    return [StoredJob.of_row(row) for row in rows], table.count_where(_CONDITIONS, arguments)


def find_by_key(db: sqlite_utils.Database, client: str, key: str, digest: str) -> StoredJob | None:
    """Find the job that a client has made with a key.

    Raises
    ------
    IdempotencyKeyError
        If it was made of another request.
    """
    for row in db.table("jobs").rows_where("client = ? AND idempotency_key = ?", [client, key], select=SHORT):
        job = StoredJob.of_row(row)
        if job.request_digest != digest:
            message = f"this key came with another request, which made job {job.id}"
            raise IdempotencyKeyError.of(Problem(message, given=key, hint="take a new key for a new request"))
        return job
    return None


def insert(db: sqlite_utils.Database, new: NewJob, *, open_limit: int) -> StoredJob:
    """Add a job.

    Raises
    ------
    TooManyJobsError
        If the client has as many unfinished jobs as one may have.
    """
    unfinished = db.table("jobs").count_where(f"client = ? AND state IN {_texts(UNFINISHED)}", [new.client])
    if unfinished >= open_limit:
        message = f"there are {unfinished} unfinished jobs of this client already"
        hint = "wait until one is done, or cancel one"
        raise TooManyJobsError.of(Problem(message, given=unfinished + 1, allowed=f"at most {open_limit}", hint=hint))
    job_id = secrets.token_hex(8)
    db.table("jobs").insert(
        {
            "id": job_id,
            "kind": new.kind,
            "client": new.client,
            "state": "queued",
            "model_version": new.model_version,
            "rows": new.rows,
            "chunk_rows": new.chunk_rows,
            "done_rows": 0,
            "recent_rows": 0.0,
            "recent_seconds": 0.0,
            "recent_at": 0.0,
            "lease_until": 0.0,
            "created_at": stamp(),
            "idempotency_key": new.idempotency_key,
            "request_digest": new.request_digest,
            "versions": json.dumps(dict(new.versions)),
            "columns": json.dumps([asdict(column) for column in new.columns]),
            "request": new.request,
            "documents": new.documents,
        }
    )
    return find(db, job_id)


def pause(db: sqlite_utils.Database, job: StoredJob) -> None:
    """Hold a job; its owner may still commit what it has begun."""
    _require(job, "paused", *UNFINISHED)
    _update(db, job, state="paused")


def resume(db: sqlite_utils.Database, job: StoredJob) -> None:
    """Let a job go on that is held, or that has failed: what is there stays."""
    _require(job, "resumed", *UNFINISHED, "failed")
    if job.state in ("paused", "failed"):
        _update(db, job, state="queued", problem=None, finished_at=None)


def cancel(db: sqlite_utils.Database, job: StoredJob) -> None:
    """Give a job up; the rows that are there stay."""
    _require(job, "canceled", *UNFINISHED, "canceled")
    if not job.finished:
        _update(db, job, state="canceled", owner=None, finished_at=stamp())


def delete(db: sqlite_utils.Database, job_id: str) -> None:
    """Remove a job from the tables."""
    db.table("jobs").delete_where("id = ?", [job_id])
    db.table("job_chunks").delete_where("job_id = ?", [job_id])
    forget_step(db, job_id)


def keep_step(db: sqlite_utils.Database, job_id: str, step: str) -> None:
    """Keep how far a long part of a job is, as JSON."""
    db.table("job_steps").upsert({"job_id": job_id, "step": step}, pk="job_id")


def forget_step(db: sqlite_utils.Database, job_id: str) -> None:
    """Forget how far a part was that is done, or that is begun anew."""
    db.table("job_steps").delete_where("job_id = ?", [job_id])


def finished_before(db: sqlite_utils.Database, moment: str) -> list[str]:
    """List the jobs that were finished before a moment."""
    where = f"state IN {_texts(FINISHED)} AND finished_at < ?"
    return [row["id"] for row in db.table("jobs").rows_where(where, [moment], select="id")]


def existing(db: sqlite_utils.Database) -> set[str]:
    """Give the ids of all jobs."""
    return {row["id"] for row in db.table("jobs").rows_where(select="id")}


def chunk_sizes(db: sqlite_utils.Database, job_id: str) -> list[tuple[int, int]]:
    """List the chunks that are there by number, with the sizes of their files in bytes."""
    rows = db.table("job_chunks").rows_where("job_id = ?", [job_id], select="number, bytes", order_by="number")
    return [(row["number"], row["bytes"]) for row in rows]


def drop_chunks(db: sqlite_utils.Database, job_id: str, chunks: Iterable[int]) -> None:
    """Forget chunks whose files are gone."""
    for chunk in chunks:
        db.table("job_chunks").delete_where("job_id = ? AND number = ?", [job_id, chunk])
    counted = "SELECT coalesce(sum(rows), 0) FROM job_chunks WHERE job_id = :id"
    db.execute(f"UPDATE jobs SET done_rows = ({counted}) WHERE id = :id", {"id": job_id})  # noqa: S608


def refuse_negative(**numbers: int) -> None:
    """Raise ParameterError for numbers below 0."""
    wrong = [(name, number) for name, number in numbers.items() if number < 0]
    if wrong:
        raise ParameterError.of(
            *(Problem("is negative", parameter=name, given=number, allowed="0 or more") for name, number in wrong)
        )


def _require(job: StoredJob, what: str, *states: JobState) -> None:
    if job.state not in states:
        message = f"a job that is {job.state} cannot be {what}"
        raise JobStateError.of(Problem(message, given=job.state, allowed=", ".join(states), hint="make a new job"))


def _update(db: sqlite_utils.Database, job: StoredJob, **values: Any) -> None:
    db.table("jobs").update(job.id, values)


def _texts(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"
