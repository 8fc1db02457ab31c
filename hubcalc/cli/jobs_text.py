"""Jobs as text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hubcalc.cli.output import Column, table_text
from hubcalc.cli.plain import result
from hubcalc.studies.steps import step_text

if TYPE_CHECKING:
    from hubmodels.studies.job import Job


def jobs_text(jobs: "Sequence[Job]") -> str:
    """Write jobs as a table, and below it why some failed."""
    if not jobs:
        return "No jobs."
    columns = [
        *(Column(name, whole=True) for name in ("id", "kind", "state")),
        *(Column(name, right=True) for name in ("rows done", "rows", "rows/s", "left [s]")),
        Column("made at", whole=True),
    ]
    rows = []
    for job in jobs:
        progress = job.progress
        far = [f"{progress.done_rows:,}", f"{progress.rows:,}"]
        rate = [result(progress.rows_per_second), result(progress.seconds_left)]
        rows.append([job.id, job.kind, job.state, *far, *rate, f"{job.created_at:%Y-%m-%d %H:%M:%S}"])
    failed = [f"{job.id}: {job.problem.detail}" for job in jobs if job.problem is not None]
    under_way = [f"{job.id}: {step_text(job.progress.step)}" for job in jobs if job.progress.step is not None]
    return "\n".join([table_text(columns, rows), *under_way, *failed])
