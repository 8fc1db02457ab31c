"""Studies over HTTP: each request makes a job; what is done soon is answered at once, all else can be fetched later."""

import asyncio
from typing import Any

from litestar import Response, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from hubcalc.api import openapi
from hubcalc.api.bodies import read_json
from hubcalc.api.job_options import (
    LONGEST_WAIT_SECONDS,
    OF_STUDY,
    OF_TABLE,
    OF_TABLES,
    SUBJECTS,
    USUAL_WAIT_SECONDS,
    taking,
)
from hubcalc.api.parameters import Query
from hubcalc.api.problems import kept_problem
from hubcalc.api.routing import Call
from hubcalc.api.services import client_of, jobs_of, store_of
from hubcalc.errors import MalformedBodyError, ParameterError, Problem
from hubcalc.jobs.records import StoredJob
from hubcalc.jobs.submission import submit
from hubcalc.jobs.watching import finished
from hubcalc.store import StoreDocuments
from hubcalc.studies.base import StudyKind
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.running import parse_request
from hubmodels.studies.base import StudyRequest

TABLES_OF = "sweep"
"""The kind of study whose request may be a table of scenarios."""
_CSV = "text/csv"
_KIND = "study"
_FAILED = "failed"
_DONE = "done"


async def make_study(request: Call, body: RawBody) -> Response[bytes]:
    """Make a job, and wait a moment for its result."""
    jobs, seconds = jobs_of(request), _wait_seconds(request)
    job = await sync_to_thread(_handed_in, request, body)
    job = await finished(jobs, job.id, USUAL_WAIT_SECONDS if seconds is None else seconds)
    headers = {"Location": f"/v1/jobs/{job.id}", "Cache-Control": "no-store"}
    if seconds is not None:
        headers["Preference-Applied"] = f"wait={seconds}"
    if job.state == _FAILED and job.problem is not None:
        return kept_problem(request, job.problem, headers)
    shown = job.resource().model_dump_json().encode()
    if job.state == _DONE:
        result = (await asyncio.to_thread(jobs.result, job.id)).encode()
        return _json(b'{"job":' + shown + b',"result":' + result + b"}", 200, headers)
    headers["Retry-After"] = str(retry_after_seconds(job))
    return _json(b'{"job":' + shown + b',"result":null}', 202, headers)


def retry_after_seconds(job: StoredJob) -> int:
    """Say when it is worth while to ask for a job again: often at first, then at least each minute."""
    return max(1, min(60, int(job.seconds_left or 1)))


def _handed_in(request: Call, body: bytes) -> StoredJob:
    kind = STUDY_KINDS[request.route_handler.opt[_KIND]]
    if kind.name == TABLES_OF and _media_type(request) == _CSV:
        asked = _sweep_of_table(request, body, kind)
    else:
        Query.of(request, ("format",)).json_only()
        asked = parse_request(kind.name, read_json(request, body))
    key = request.headers.get("Idempotency-Key", "").strip() or None
    documents = StoreDocuments(store_of(request))
    job, _ = submit(jobs_of(request), kind, asked, documents, client=client_of(request), idempotency_key=key)
    return job


def _sweep_of_table(request: Call, body: bytes, kind: StudyKind) -> StudyRequest:
    """Make a sweep of a table of scenarios; what they are scenarios of stands in the query."""
    query = Query.of(request, (*OF_TABLES, "format"), with_paths=True)
    query.json_only()
    named = [name for name in SUBJECTS if name in query.named]
    if len(named) > 1:
        message = "a sweep is about one thing"
        raise ParameterError.of(Problem(message, parameter=named[1], given=query.named[named[1]], hint="leave it out"))
    if not named and "scenario" not in query.named:
        message, hint = "say what the scenarios are of", "add ?hub=, ?line=, ?corridor= or ?scenario= and an id"
        raise ParameterError.of(Problem(message, parameter="hub", hint=hint))
    asked: dict[str, Any] = {
        "design": {"kind": "csv", "text": _text(body)},
        "overrides": query.one_scenario(),
        **{name: query.named[name] for name in ("scenario", "method", "scale", "question") if name in query.named},
    }
    if named:
        asked["subject"] = {"kind": named[0], "id": query.named[named[0]]}
    if "fields" in query.named:
        asked["fields"] = query.names("fields")
    return parse_request(kind.name, asked)


def _text(body: bytes) -> str:
    if not body.strip():
        message = "the body is empty"
        raise MalformedBodyError.of(Problem(message, pointer="", allowed="a table with paths in its first row"))
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "save the table as CSV UTF-8"
        raise MalformedBodyError.of(Problem("the table is not UTF-8", pointer="", hint=hint)) from error


def _media_type(request: Call) -> str:
    given: str = request.headers.get("content-type", "")
    return given.split(";")[0].strip().lower()


def _wait_seconds(request: Call) -> int | None:
    """Read how long the caller prefers to wait; what cannot be read is passed over, as RFC 7240, section 2, wants it.

    More than the longest wait means the longest.
    """
    given = ",".join(request.headers.getall("prefer", [])).lower().split(",")
    preferences = [preference.split(";")[0].strip() for preference in given]
    for preference in preferences:
        name, _, value = preference.partition("=")
        number = value.strip().strip('"')
        if name.strip() == "wait" and number.isascii() and number.isdigit():
            return min(int(number[:9]), LONGEST_WAIT_SECONDS)
    return 0 if "respond-async" in preferences else None


def _json(content: bytes, status: int, headers: dict[str, str]) -> Response[bytes]:
    return Response(content, status_code=status, media_type="application/json", headers=headers)


def _route_of(kind: StudyKind) -> HTTPRouteHandler:
    tables = kind.name == TABLES_OF
    operation = openapi.operation(
        kind.summary,
        [*OF_STUDY, *(OF_TABLE if tables else [])],
        body=openapi.json_schema(kind.request.__name__),
        answers={
            200: study_schema(openapi.json_schema(kind.result.__name__)),
            202: study_schema({"type": "null"}),
        },
    )
    made = post(
        f"/v1/{kind.path}",
        status_code=200,
        operation_id=f"make_{kind.name}",
        operation_class=taking(operation, _CSV) if tables else operation,
        opt={_KIND: kind.name},
    )
    return made(make_study)


def study_schema(result: Any) -> dict[str, Any]:
    """Give the schema of what a request for a study is answered with."""
    return {
        "type": "object",
        "required": ["job", "result"],
        "properties": {"job": openapi.json_schema("Job"), "result": result},
    }


ROUTES = [_route_of(kind) for kind in STUDY_KINDS.values()]
