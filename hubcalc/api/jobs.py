"""Jobs over HTTP: list, look, hold, give up; and what came of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, delete, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hubcalc.api import openapi
from hubcalc.api.caching import answer, kept, matches, not_modified, tag
from hubcalc.api.job_options import (
    JOBS_PER_PAGE,
    LONG_PARTS,
    MOST_JOBS_PER_PAGE,
    OF_JOB,
    OF_LIST,
    OF_RESULT,
    STATES,
)
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import PICTURES, disposition, draw, picture_answer, table_answer, table_or_picture
from hubcalc.api.problems import kept_problem
from hubcalc.api.routing import GET_AND_HEAD, Call
from hubcalc.api.services import client_of, jobs_of
from hubcalc.errors import JobStateError, Problem, RefusedError
from hubcalc.jobs.records import StoredJob
from hubcalc.jobs.store import JobStore
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.tables import Column, Format, Table, render
from hubcalc.tables.studies import study_table, study_views, usual_view
from hubmodels.studies.base import StudyResult
from hubmodels.studies.job import Job, JobState

_NEVER = {"Cache-Control": "no-store"}
"""Of what changes by itself: nobody may keep it, but who polls is told when it has not changed."""
_ALSO_VIEWS = ("columns", "warnings")
"""Lists that every result has, besides those of its kind."""
_COLUMNS = (
    *(Column("id"), Column("kind"), Column("state"), Column("done_rows", "rows"), Column("rows", "rows")),
    *(Column("rows_per_second", "rows/s"), Column("seconds_left", "s")),
    *(Column("created_at"), Column("started_at"), Column("finished_at")),
)


@route(
    "/v1/jobs",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("list_jobs"),
    operation_class=openapi.operation(
        "List the caller's jobs", OF_LIST, answers={200: openapi.json_schema("JobPage")}, tables=True
    ),
    sync_to_thread=True,
)
def list_jobs(request: Call) -> Response[bytes]:
    """List the caller's own jobs, the latest first; page by page in JSON, whole in tables."""
    query = Query.of(request, ("state", "limit", "offset", "format"))
    format_ = query.format("json")
    limit = query.whole("limit", JOBS_PER_PAGE if format_ == "json" else None, 1, MOST_JOBS_PER_PAGE)
    offset = query.whole("offset", 0, 0, 10**9) or 0
    state: JobState | None = choice("state", query.named["state"], STATES) if "state" in query.named else None
    found, total = jobs_of(request).list(client=client_of(request), state=state, limit=limit, offset=offset)
    following = offset + len(found)
    next_url = None
    if following < total and limit is not None:
        page = urlencode({**query.named, "limit": limit, "offset": following})
        next_url = f"{request.base_url}v1/jobs?{page}"
    if format_ == "json":
        items = [job.resource().model_dump(mode="json") for job in found]
        said = {"items": items, "total": total, "limit": limit, "offset": offset, "next_url": next_url}
        content = msgspec.json.encode(said)
    else:
        content = render(_table([job.resource() for job in found]), format_, query.layout(format_))
    headers = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
    return _current(request, content, format_, {**headers, **disposition(query, format_)})


@route(
    "/v1/jobs/{job_id:str}",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("get_job"),
    operation_class=openapi.operation(
        "Say how far a job is", OF_JOB, answers={200: openapi.json_schema("Job")}, tables=True, may_be_cached=True
    ),
    sync_to_thread=True,
)
def get_job(request: Call, job_id: FromPath[str]) -> Response[bytes]:
    """Give a job with its progress; in JSON what was asked, and what came of it, if that is asked for."""
    query = Query.of(request, ("fields", "format"))
    format_ = query.format("json")
    jobs = jobs_of(request)
    if format_ != "json":
        layout = query.layout(format_, fields_are_columns=True)
        content = render(_table([jobs.get(job_id).resource()]), format_, layout)
        return _current(request, content, format_, disposition(query, format_))
    wanted = [choice("fields", name, LONG_PARTS) for name in query.names("fields") or ()]
    if wanted:
        whole = jobs.resource(job_id)
        job = whole.model_copy(update={name: None for name in LONG_PARTS if name not in wanted})
    else:
        job = jobs.get(job_id).resource()
    return _current(request, job.model_dump_json().encode(), format_)


@route(
    "/v1/jobs/{job_id:str}/result",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("get_job_result"),
    operation_class=openapi.operation(
        "Give what came of a job",
        OF_RESULT,
        answers={200: openapi.json_schema("AnyStudyResult")},
        tables=True,
        pictures=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def get_result(request: Call, job_id: FromPath[str]) -> Response[bytes]:
    """Give the result as JSON, one of its lists as a table, or one of its charts."""
    query = Query.of(request, ("view", "chart", "format"))
    format_ = table_or_picture(query)
    jobs = jobs_of(request)
    job = jobs.get(job_id)
    if job.state == "failed" and job.problem is not None:
        return kept_problem(request, job.problem, {})
    text = done_result(jobs, job)
    etag = tag(job.id, text, query.canonical, format_)
    if (ready := kept(request, etag)) is not None:
        return ready
    if format_ == "json":
        query.refuse(("view", "chart"), "JSON has all lists and charts at once")
        return answer(text.encode(), "json", etag)
    picture = next((picture for picture in PICTURES if picture == format_), None)
    if picture is None:
        query.refuse(("chart",), "tables have views; charts are for pictures")
        table_format = query.format("json")
        table = _view(STUDY_KINDS[job.kind].result.model_validate_json(text), query.named.get("view"))
        return table_answer(query, table_format, table, etag)
    query.refuse(("view",), "pictures have charts; views are for tables")
    charts: dict[str, Any] = msgspec.json.decode(text)["charts"]
    return picture_answer(draw(charts[_chart(query.named.get("chart"), charts)], picture), picture, etag)


def done_result(jobs: JobStore, job: StoredJob) -> str:
    """Give the result of a job as JSON; while it is not done, say how far it is."""
    if job.state == "done":
        return jobs.result(job.id)
    hint = f"{job.done_rows:,} of {job.rows:,} rows are done"
    if job.seconds_left is not None:
        hint += f", which leaves about {job.seconds_left:.0f} s; ask again then"
    problem = Problem("the job is not done", given=job.state, allowed="done", hint=hint)
    raise JobStateError.of(problem)


def change_job(request: Call) -> Response[bytes]:
    """Hold a job, let it go on, or give it up."""
    Query.of(request, ("format",)).json_only()
    jobs, job_id = jobs_of(request), request.path_params["job_id"]
    change = {"pause": jobs.pause, "resume": jobs.resume, "cancel": jobs.cancel}[request.route_handler.opt["change"]]
    return answer(content := change(job_id).resource().model_dump_json().encode(), "json", tag(content), _NEVER)


@delete(
    "/v1/jobs/{job_id:str}",
    operation_id="delete_job",
    operation_class=openapi.operation("Remove a job with its rows; one that runs is given up", answers={204: None}),
    sync_to_thread=True,
)
def delete_job(request: Call, job_id: FromPath[str]) -> None:
    """Remove a job and its files, in whatever state it is."""
    Query.of(request, ())
    jobs_of(request).delete(job_id)


def _current(request: Call, content: bytes, format_: Format, headers: dict[str, str] | None = None) -> Response[bytes]:
    etag = tag(content)
    if matches(request, etag):
        return not_modified(etag)
    return answer(content, format_, etag, {**_NEVER, **(headers or {})})


def _table(jobs: Sequence[Job]) -> Table:
    rows = []
    for job in jobs:
        said = job.model_dump(mode="json")
        values = {**said, **said["progress"]}
        rows.append([values[column.name] for column in _COLUMNS])
    return Table("job", _COLUMNS, rows, keys=("id",))


def _view(result: StudyResult, view: str | None) -> Table:
    """Give a list of a result as a table, by default the one that the command line shows first."""
    known = (*study_views(type(result)), *_ALSO_VIEWS)
    return study_table(result, usual_view(result) if view is None else choice("view", view, known))


def _chart(given: str | None, known: Mapping[str, Any]) -> str:
    if not known:
        problem = Problem("this result has no chart", parameter="format", allowed="json", hint="ask for JSON")
        raise RefusedError.of(problem)
    return next(iter(known)) if given is None else choice("chart", given, tuple(known))


def _changing(change: str, summary: str) -> HTTPRouteHandler:
    operation = openapi.operation(summary, answers={200: openapi.json_schema("Job")})
    made = post(
        f"/v1/jobs/{{job_id:str}}/{change}",
        status_code=200,
        operation_id=f"{change}_job",
        operation_class=operation,
        opt={"change": change},
        sync_to_thread=True,
    )
    return made(change_job)


ROUTES = [
    *(list_jobs, get_job, delete_job, get_result),
    _changing("pause", "Hold a job once the rows are there that are being made; a part that tells its steps stops"),
    _changing("resume", "Let a job go on that is held or has failed"),
    _changing("cancel", "Give a job up; the rows that are there stay"),
]
