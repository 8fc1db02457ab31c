"""`hubcalc jobs` and `hubcalc job`: the studies of a server that go on while nobody waits."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hubcalc.cli.options import client_of, with_format, with_key
from hubcalc.errors import ParameterError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubcalc.client import Client
    from hubmodels.studies.job import Job, JobState

Change = Literal["pause", "resume", "cancel", "delete"]
_URL = click.option("--url", envvar="HUBCALC_URL", show_envvar=True, required=True, help="Address of the server.")


@click.command(short_help="List your jobs on a server.")
@click.option(
    "--state",
    type=click.Choice(["queued", "running", "paused", "done", "failed", "canceled"]),
    help="Only jobs in this state.",
)
@with_format("json", "csv")
@_URL
@with_key
def jobs(state: "JobState | None", format_: str, url: str) -> None:
    """List the studies that this client has asked a server for, the newest first.

    \b
    hubcalc jobs --url http://127.0.0.1:8000
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.output import echo_json

    with client_of(url) as client:
        found = client.jobs(state)
    if format_ == "json":
        echo_json([job.model_dump(mode="json") for job in found])
    else:
        _show(found, format_)


@click.command(short_help="Look at a job of a server, hold it, end it or wait for it.")
@click.argument("job_id", metavar="ID")
@click.option("--pause", "change", flag_value="pause", help="Hold it; what is done stays.")
@click.option("--resume", "change", flag_value="resume", help="Go on.")
@click.option("--cancel", "change", flag_value="cancel", help="End it; rows that are done stay until it is deleted.")
@click.option("--delete", "change", flag_value="delete", help="End it and remove it with its rows.")
@click.option("--wait", "waits", is_flag=True, help="Wait until it is done, and show the result.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv|.parquet",
              help="Write all rows into this file, once it is done.")  # fmt: skip
@click.option("--view", metavar="TABLE", help="Only this table of the result.")
@with_format("json", "csv")
@_URL
@with_key
def job(
    job_id: str, change: Change | None, *, waits: bool, out: Path | None, view: str | None, format_: str, url: str
) -> None:
    """Look at a job: how far it is, or what it gave.

    \b
    hubcalc job 01J9Z8 --url http://127.0.0.1:8000
    hubcalc job 01J9Z8 --wait --out rows.csv
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.study_runs import progress_bar, show

    if out is not None:
        from hubcalc.studies.running import check_suffix

        check_suffix(out)
    with client_of(url) as client:
        if change == "delete":
            client.delete_job(job_id)
            click.echo(f"{job_id} is deleted.", err=True)
            return
        found = _changed(client, job_id, change) if change else client.job(job_id)
        if waits:
            with progress_bar() as bar:
                found = client.wait_for_job(job_id, progress=None if bar is None else bar.job).job
        if found.state == "done" and not change:
            if out is not None:
                client.download_rows(job_id, out)
                click.echo(f"{out}: {found.progress.rows:,} rows.", err=True)
            show(client.job_result(job_id), view, format_, lambda: list(client.job_rows(job_id)))
        elif out is not None or view is not None:
            raise _not_done(found, "--view" if out is None else "--out")
        elif format_ == "json":
            from hubcalc.cli.output import echo_json

            echo_json(found.model_dump(mode="json"))
        else:
            _show([found], format_)


def _show(found: "Sequence[Job]", format_: str) -> None:
    from hubcalc.cli.jobs_text import jobs_text
    from hubcalc.cli.output import csv_of

    if format_ == "csv":
        items = [{**job.model_dump(), **job.progress.model_dump()} for job in found]
        csv_of(items, ["id", "kind", "state", "done_rows", "rows", "created_at", "finished_at"])
    else:
        click.echo(jobs_text(found))


def _not_done(found: "Job", option: str) -> ParameterError:
    message = f"job {found.id} is {found.state}, and has no result yet"
    hint = "--wait waits until it is done, and goes with none of --pause, --resume and --cancel"
    return ParameterError.of(Problem(message, parameter=option, hint=hint))


def _changed(client: "Client", job_id: str, change: Change) -> "Job":
    changes = {"pause": client.pause_job, "resume": client.resume_job, "cancel": client.cancel_job}
    return changes[change](job_id)


COMMANDS = (jobs, job)
