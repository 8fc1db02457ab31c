"""Jobs: studies that may take long, and how far they are."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Model

JobState = Literal["queued", "running", "paused", "done", "failed", "canceled"]


class StudyStep(Model):
    """How far a long part of a study is that gives all its rows at once, such as a search."""

    what: str = Field(description="What is being done")
    done: int = Field(ge=0, description="Steps that are done")
    total: int | None = Field(None, ge=0, description="Steps in all; null where nobody knows beforehand")
    unit: str = Field(description="What is counted: cuts, scenarios, years, plans")
    gap: float | None = Field(
        None,
        ge=0,
        description="Of a search: the cost of the cheapest mix known that will do less the lower bound, as a share of "
        "that cost; null while no such mix is known [1]",
    )


class JobProgress(Model):
    """How far a job is."""

    done_rows: int = Field(ge=0, description="Rows that are there and stay [rows]")
    rows: int = Field(ge=0, description="Rows of the whole table [rows]")
    rows_per_second: float | None = Field(
        None, ge=0, description="Rate of late; null before the first rows and when nothing is done [rows/s]"
    )
    seconds_left: float | None = Field(
        None, ge=0, description="Time until all rows are there, at the rate of late; null where there is none [s]"
    )
    step: StudyStep | None = Field(
        None, description="Where a long part gives all its rows at once: how far it is while it is done"
    )


class JobProblem(Model):
    """Why a job failed: what a problem document says of an error."""

    code: str
    title: str
    detail: str
    errors: list[dict[str, Any]] = Field(
        default_factory=list, description="Each thing that is wrong: message, pointer, given, allowed, hint"
    )


class Job(Model):
    """A study as work that goes on while nobody waits for it."""

    id: str
    kind: str = Field(description="Kind of study")
    state: JobState = Field(
        description="Waiting for its turn, being done, held, or finished: done, failed (with the problem) or canceled"
    )
    model_version: str = Field(description="Changes only when numbers change")
    documents: dict[str, int | None] = Field(
        description="Documents that it rests on, with their versions; null where none is stored"
    )
    progress: JobProgress
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    idempotency_key: str | None = Field(None, description="The key that came with the request")
    problem: JobProblem | None = Field(None, description="Why it failed")
    request: dict[str, Any] | None = Field(None, description="What was asked; null in lists")
    result: dict[str, Any] | None = Field(None, description="What came of it; null in lists and before it is done")
