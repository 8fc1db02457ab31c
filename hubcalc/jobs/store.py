"""Jobs as callers see them: every call is one transaction, from whatever thread or process."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from hubcalc.errors import JobStateError, Problem
from hubcalc.jobs import table
from hubcalc.jobs.bell import Bell
from hubcalc.jobs.files import JobFiles
from hubcalc.jobs.records import JobLimits, NewJob, StoredJob, stamp
from hubcalc.store.database import Database
from hubcalc.studies.rows import RowFolder
from hubmodels.studies.job import Job, JobState


class JobStore:
    """Jobs in the database of documents, and their rows in a folder beside it.

    Parameters
    ----------
    database : Database
        An open database: `Store.database`.
    limits : JobLimits
        How much one client may ask for, and how long it is kept.
    """

    def __init__(self, database: Database, limits: JobLimits | None = None) -> None:
        self.database = database
        self.limits = limits or JobLimits()
        self.files = JobFiles(database.path)
        self.bell = Bell()

    @property
    def read_only(self) -> bool:
        """Whether the database cannot be written; each change then raises StoreReadOnlyError."""
        return self.database.read_only

    def add(self, new: NewJob) -> tuple[StoredJob, bool]:
        """Add a job, unless its key has made one before.

        Returns
        -------
        StoredJob, bool
            The job, and whether it was made now.

        Raises
        ------
        IdempotencyKeyError
            If the key came with another request.
        TooManyJobsError
            If the client has as many unfinished jobs as one may have.
        """
        with self.database.write() as db:
            if new.idempotency_key is not None:
                known = table.find_by_key(db, new.client, new.idempotency_key, new.request_digest)
                if known is not None:
                    return known, False
            job = table.insert(db, new, open_limit=self.limits.open_jobs)
        self.bell.ring()
        return job, True

    def find_by_key(self, client: str, key: str, digest: str) -> StoredJob | None:
        """Find the job that a client has made with a key; raise IdempotencyKeyError if of another request."""
        with self.database.read() as db:
            return table.find_by_key(db, client, key, digest)

    def get(self, job_id: str) -> StoredJob:
        """Give a job; raise NotFoundError if there is none."""
        with self.database.read() as db:
            return table.find(db, job_id)

    def resource(self, job_id: str) -> Job:
        """Give a job with what was asked and what came of it, as faces show it; NotFoundError if there is none."""
        with self.database.read() as db:
            job = table.find(db, job_id)
            request, result = (table.text_of(db, job_id, name) for name in ("request", "result"))
        return job.resource(request=request, result=result)

    def result(self, job_id: str) -> str:
        """Give the result as JSON.

        Raises
        ------
        NotFoundError
            If there is no such job.
        JobStateError
            If it is not done.
        """
        with self.database.read() as db:
            job = table.find(db, job_id)
            result = table.text_of(db, job_id, "result")
        if result is None:
            raise _not_yet(job)
        return result

    def list(
        self,
        *,
        client: str | None = None,
        state: JobState | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[list[StoredJob], int]:
        """List jobs, the latest first, and count all that meet the conditions.

        Parameters
        ----------
        client : str, optional
            Whose.
        state : str, optional
            In which state.
        limit : int, optional
            How many to list.
        offset : int
            How many to pass over first.
        """
        table.refuse_negative(limit=limit or 0, offset=offset)
        with self.database.read() as db:
            return table.page(db, client=client, state=state, limit=limit, offset=offset)

    def rows(self, job_id: str) -> RowFolder:
        """Give the rows that are there: all of them, or those before the first that is not yet made.

        Raises
        ------
        NotFoundError
            If there is no such job.
        JobStateError
            If files of a job that was done are gone. It is then queued to make them again.
        """
        with self.database.read() as db:
            job = table.find(db, job_id)
            columns = table.columns_of(db, job_id)
            sizes = table.chunk_sizes(db, job_id)
        lost = self.files.lost(job_id, sizes)
        if lost and job.state == "done":
            self._make_again(job, lost)
        gone = set(lost)
        there = [chunk for chunk, _ in sizes if chunk not in gone]
        first = [chunk for place, chunk in enumerate(there) if place == chunk]
        return RowFolder(self.files.folder(job_id), columns, job.rows, job.chunk_rows, first)

    def pause(self, job_id: str) -> StoredJob:
        """Hold a job once the chunks are done that are being done; raise JobStateError if it is finished.

        A chunk that tells its steps is not waited for: it stops at the next one, and is begun anew with the job.
        """
        with self.database.write() as db:
            table.pause(db, table.find(db, job_id))
        return self._changed(job_id)

    def resume(self, job_id: str) -> StoredJob:
        """Let a job go on that is held or has failed; raise JobStateError if it is done or canceled."""
        with self.database.write() as db:
            table.resume(db, table.find(db, job_id))
        return self._changed(job_id)

    def cancel(self, job_id: str) -> StoredJob:
        """Give a job up, and the chunks that are being done; raise JobStateError if it is done or has failed."""
        with self.database.write() as db:
            table.cancel(db, table.find(db, job_id))
        return self._changed(job_id)

    def delete(self, job_id: str) -> None:
        """Remove a job with its rows, in whatever state it is; raise NotFoundError if there is none."""
        with self.database.write() as db:
            table.find(db, job_id)
            table.delete(db, job_id)
        self.files.remove(job_id)
        self.bell.ring()

    def remove_old(self) -> Sequence[str]:
        """Remove what has been finished for longer than the limit, and files without a job; name those removed."""
        before = stamp(datetime.now(UTC) - timedelta(days=self.limits.days_kept))
        folders = self.files.jobs()  # looked at first: a job that is made meanwhile has no folder here
        with self.database.write() as db:
            old = table.finished_before(db, before)
            for job_id in old:
                table.delete(db, job_id)
            known = table.existing(db)
        for job_id in {*old, *folders} - known:
            self.files.remove(job_id)
        return old

    def _changed(self, job_id: str) -> StoredJob:
        self.bell.ring()
        return self.get(job_id)

    def _make_again(self, job: StoredJob, lost: Collection[int]) -> None:
        with self.database.write() as db:
            if table.find(db, job.id).state == "done":
                table.drop_chunks(db, job.id, lost)
                db.table("jobs").update(job.id, {"state": "queued", "finished_at": None, "result": None})
        self.bell.ring()
        message = f"files of {len(lost)} chunks of this job are gone, so that it makes them again"
        raise JobStateError.of(Problem(message, given=job.id, hint="ask again when it is done"))


def _not_yet(job: StoredJob) -> JobStateError:
    shown = json.dumps(job.problem["detail"]) if job.problem else None
    hint = f"it failed: {shown}" if shown else "ask again when it is done"
    return JobStateError.of(Problem("the job has no result", given=job.state, allowed="done", hint=hint))
