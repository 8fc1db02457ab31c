"""Jobs as those see them who do them: a job has one owner, for as long as this one renews its lease.

What an owner commits after it has lost a job to another is refused, whatever the clocks say.
"""

import json
import math
import time
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from hubcalc.errors import HubcalcError
from hubcalc.jobs import table
from hubcalc.jobs.problems import problem_of
from hubcalc.jobs.records import DoneChunk, StoredJob, stamp
from hubcalc.jobs.store import JobStore
from hubmodels.studies.job import StudyStep

RECENT_SECONDS = 30.0
"""The rate of progress is that of about so long: what was done earlier counts less by a factor e each time."""

_FREE = "(owner IS NULL OR lease_until < :now)"
_OPEN = f"""
    (state IN ('queued', 'running') AND (owner = :owner OR {_FREE})) OR (state = 'paused' AND owner = :owner)
"""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job with all that is needed to do it."""

    job: StoredJob
    request: str
    documents: str


class Leases:
    """The jobs that one owner has, or could have.

    Parameters
    ----------
    store : JobStore
        The jobs.
    owner : str
        A name that no other owner has; it becomes part of names of files.
    seconds : float
        How long a lease holds when it is not renewed. [s]
    """

    def __init__(self, store: JobStore, owner: str, *, seconds: float) -> None:
        self.owner = owner
        self.seconds = seconds
        self._store = store
        self._database = store.database

    def open_jobs(self) -> list[StoredJob]:
        """List the jobs that this owner has or could have, the oldest first; of those that are held only its own."""
        with self._database.read() as db:
            rows = db.table("jobs").rows_where(_OPEN, self._now(), select=table.SHORT, order_by="created_at, id")
            return [StoredJob.of_row(row) for row in rows]

    def claim(self, job_id: str) -> ClaimedJob | None:
        """Take a job that is queued or whose owner has gone, or give None if another was quicker."""
        with self._database.write() as db:
            if not self._mark_running(db, job_id):
                return None
            table.forget_step(db, job_id)
            job = table.find(db, job_id)
            request, documents = (table.text_of(db, job_id, name) or "" for name in ("request", "documents"))
        self._store.bell.ring()
        self._store.files.tidy(job_id)
        return ClaimedJob(job, request, documents)

    def go_on(self, job_id: str) -> bool:
        """Mark an own job as running that was resumed before it was given back."""
        with self._database.write() as db:
            marked = self._mark_running(db, job_id)
        self._store.bell.ring()
        return marked

    def missing(self, job: StoredJob) -> list[int]:
        """List the chunks that are not there; those whose files are gone are forgotten first."""
        with self._database.read() as db:
            sizes = table.chunk_sizes(db, job.id)
        there = {chunk for chunk, _ in sizes} - set(self._dropped(job.id, sizes))
        return [chunk for chunk in range(job.chunks) if chunk not in there]

    def renew(self) -> None:
        """Hold all own jobs for another while."""
        with self._database.write() as db:
            db.execute("UPDATE jobs SET lease_until = :until WHERE owner = :owner", self._now())

    def commit(self, job_id: str, chunk: DoneChunk) -> bool:
        """Keep a chunk: first its file, then, in one transaction, its name and its row; False if the job is lost."""
        files = self._store.files
        writer = f"{self.owner}-{chunk.number}"
        with files.written(job_id, chunk.content, writer) as written, self._database.write() as db:
            row = self._held(db, job_id)
            if row is None:
                return False
            files.place(written, job_id, chunk.number)
            key = {"job_id": job_id, "number": chunk.number}
            known = db.table("job_chunks").count_where("job_id = :job_id AND number = :number", key)
            about = {"rows": chunk.rows, "seconds": chunk.seconds, "bytes": len(chunk.content), "digest": chunk.digest}
            db.table("job_chunks").upsert({**key, **about}, pk=("job_id", "number"))
            if not known:
                db.table("jobs").update(job_id, self._progress(row, chunk.rows))
            table.forget_step(db, job_id)
            return True

    def tell(self, job_id: str, step: StudyStep) -> None:
        """Keep how far a long part is, unless the job is lost."""
        with self._database.write() as db:
            if self._held(db, job_id) is not None:
                table.keep_step(db, job_id, step.model_dump_json())

    def finish(self, job_id: str, result: str) -> bool:
        """Keep the result; False if the job is lost."""
        return self._end(job_id, state="done", result=result)

    def fail(self, job_id: str, problem: HubcalcError | dict[str, Any]) -> bool:
        """Keep the problem; False if the job is lost."""
        document = problem_of(problem) if isinstance(problem, HubcalcError) else problem
        return self._end(job_id, state="failed", problem=document)

    def release(self, job_id: str | None = None) -> None:
        """Give back a job, or all: whoever comes next may take them at once."""
        with self._database.write() as db:
            db.execute(
                """
                UPDATE jobs SET owner = NULL, state = CASE state WHEN 'running' THEN 'queued' ELSE state END
                WHERE owner = :owner AND (:id IS NULL OR id = :id)
                """,
                {"owner": self.owner, "id": job_id},
            )
        self._store.bell.ring()

    def _now(self) -> dict[str, Any]:
        now = time.time()
        return {"owner": self.owner, "now": now, "until": now + self.seconds}

    def _mark_running(self, db: sqlite_utils.Database, job_id: str) -> bool:
        changed = db.execute(
            f"""
            UPDATE jobs SET state = 'running', owner = :owner, lease_until = :until, recent_at = :now,
                started_at = coalesce(started_at, :stamp)
            WHERE id = :id AND state IN ('queued', 'running') AND (owner = :owner OR {_FREE})
            """,  # noqa: S608  # a condition of our own
            {**self._now(), "id": job_id, "stamp": stamp()},
        )
        return changed.rowcount == 1

    def _held(self, db: sqlite_utils.Database, job_id: str) -> dict[str, Any] | None:
        """Give what a commit needs of a job, if it is still ours and neither canceled nor deleted."""
        where = "id = ? AND owner = ? AND state IN ('queued', 'running', 'paused')"
        select = "done_rows, recent_rows, recent_seconds, recent_at"
        return next(iter(db.table("jobs").rows_where(where, [job_id, self.owner], select=select)), None)

    def _progress(self, row: dict[str, Any], rows: int) -> dict[str, float]:
        now = time.time()
        passed = max(0.0, now - row["recent_at"])
        kept = math.exp(-passed / RECENT_SECONDS)
        return {
            "done_rows": row["done_rows"] + rows,
            "recent_rows": row["recent_rows"] * kept + rows,
            "recent_seconds": row["recent_seconds"] * kept + passed,
            "recent_at": now,
        }

    def _dropped(self, job_id: str, sizes: list[tuple[int, int]]) -> list[int]:
        lost = self._store.files.lost(job_id, sizes)
        if lost:
            with self._database.write() as db:
                if self._held(db, job_id) is not None:
                    table.drop_chunks(db, job_id, lost)
        return lost

    def _end(self, job_id: str, *, state: str, result: str | None = None, problem: Any = None) -> bool:
        with self._database.write() as db:
            if self._held(db, job_id) is None:
                return False
            db.table("jobs").update(
                job_id,
                {
                    "state": state,
                    "owner": None,
                    "finished_at": stamp(),
                    "result": result,
                    "problem": None if problem is None else json.dumps(problem, ensure_ascii=False),
                },
            )
        self._store.bell.ring()
        return True
