"""What is kept of a job, and of each chunk of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hubcalc.studies.base import StudyColumn
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.job import Job, JobProblem, JobProgress, JobState, StudyStep

UNFINISHED: tuple[JobState, ...] = ("queued", "running", "paused")
FINISHED: tuple[JobState, ...] = ("done", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How much one client may ask for, and how long it is kept.

    Parameters
    ----------
    open_jobs : int
        Most unfinished jobs of one client.
    rows : int
        Most rows of one job.
    days_kept : float
        How long a finished job is kept. [d]
    """

    open_jobs: int = 20
    rows: int = 1_000_000_000
    days_kept: float = 7.0


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is handed in; texts are JSON."""

    kind: str
    client: str
    model_version: str
    rows: int
    chunk_rows: int
    columns: tuple[StudyColumn, ...]
    request: str
    request_digest: str
    documents: str
    versions: Mapping[str, int | None]
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job as it stands, without what was asked and what came of it, which may be long."""

    id: str
    kind: str
    client: str
    state: JobState
    model_version: str
    rows: int
    chunk_rows: int
    done_rows: int
    rows_per_second: float | None
    step: StudyStep | None
    """How far a long part is that is being done."""
    owner: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    idempotency_key: str | None
    request_digest: str
    versions: dict[str, int | None]
    problem: dict[str, Any] | None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "StoredJob":
        """Make a job of a row of the table."""
        running = row["state"] == "running" and row["recent_seconds"] > 0
        return cls(
            id=row["id"],
            kind=row["kind"],
            client=row["client"],
            state=row["state"],
            model_version=row["model_version"],
            rows=row["rows"],
            chunk_rows=row["chunk_rows"],
            done_rows=row["done_rows"],
            step=StudyStep.model_validate_json(row["step"]) if row["state"] == "running" and row["step"] else None,
            rows_per_second=row["recent_rows"] / row["recent_seconds"] if running else None,
            owner=row["owner"],
            created_at=datetime.fromisoformat(row["created_at"]),
            started_at=_moment(row["started_at"]),
            finished_at=_moment(row["finished_at"]),
            idempotency_key=row["idempotency_key"],
            request_digest=row["request_digest"],
            versions=json.loads(row["versions"]),
            problem=None if row["problem"] is None else json.loads(row["problem"]),
        )

    @property
    def chunks(self) -> int:
        """How many chunks it has."""
        return -(-self.rows // self.chunk_rows)

    @property
    def finished(self) -> bool:
        """Whether nothing more will be done, unless it is resumed."""
        return self.state in FINISHED

    @property
    def seconds_left(self) -> float | None:
        """Time [s] until all rows are there, at the rate of late."""
        return (self.rows - self.done_rows) / self.rows_per_second if self.rows_per_second else None

    def resource(self, *, request: str | None = None, result: str | None = None) -> Job:
        """Give the job as faces show it, with what was asked and what came of it where these are given as JSON."""
        return Job(
            id=self.id,
            kind=self.kind,
            state=self.state,
            model_version=self.model_version,
            documents=self.versions,
            progress=JobProgress(
                done_rows=self.done_rows,
                rows=self.rows,
                rows_per_second=self.rows_per_second,
                seconds_left=self.seconds_left,
                step=self.step,
            ),
            created_at=self.created_at,
            started_at=self.started_at,
            finished_at=self.finished_at,
            idempotency_key=self.idempotency_key,
            problem=None if self.problem is None else JobProblem.model_validate(self.problem),
            request=None if request is None else json.loads(request),
            result=None if result is None else json.loads(result),
        )


@dataclass(frozen=True, slots=True)
class DoneChunk:
    """A chunk that was computed: its rows as a Parquet file."""

    number: int
    content: bytes
    digest: str
    rows: int
    seconds: float
    """Processor time that it took. [s]"""
    model_version: str = MODEL_VERSION
    """Of whoever computed it, which may be on another machine."""


def stamp(moment: datetime | None = None) -> str:
    """Write a moment, by default now, so that later ones sort after earlier ones."""
    return (moment or datetime.now(UTC)).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
