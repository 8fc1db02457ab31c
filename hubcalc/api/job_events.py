"""The progress of a job as server-sent events (WHATWG HTML, section 9.2)."""

import time
from collections.abc import AsyncIterator
from contextlib import suppress

from litestar import Response, get
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from litestar.response import Stream

from hubcalc.api import openapi
from hubcalc.api.job_options import OF_EVENTS, answering
from hubcalc.api.parameters import Query
from hubcalc.api.routing import Call
from hubcalc.api.services import jobs_of
from hubcalc.errors import NotFoundError
from hubcalc.jobs.records import StoredJob
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.watching import events

EVENT_STREAM = "text/event-stream"
RETRY_MILLISECONDS = 1_000
"""After so long a browser connects again."""
_MOST_DIGITS = 18
_DOCUMENTED = openapi.operation(
    "Follow a job: its state and progress until it is finished", OF_EVENTS, answers={200: openapi.PLAIN_TEXT}
)


@get(
    "/v1/jobs/{job_id:str}/events",
    operation_id="follow_job",
    operation_class=answering(_DOCUMENTED, {EVENT_STREAM: openapi.PLAIN_TEXT}),
)
async def follow_job(request: Call, job_id: FromPath[str]) -> Stream | Response[None]:
    """Send an event for each change of state, for progress, and one when it is finished; each holds the job as JSON.

    Each stream begins with the job as it is, so that whoever comes back has missed nothing that still matters; who
    has seen the last event is told so by 204, which ends the attempts of a browser.
    """
    Query.of(request, ())
    jobs = jobs_of(request)
    job = await sync_to_thread(jobs.get, job_id)  # whether there is one is said before the stream begins
    last = _number(request.headers.get("last-event-id", ""))
    if job.finished and job.finished_at is not None and last >= _milliseconds(job.finished_at.timestamp()):
        return Response(None, status_code=204)
    # without the last header a proxy would gather events before it passes them on
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_written(jobs, job_id, last), media_type=EVENT_STREAM, headers=headers)


async def _written(jobs: JobStore, job_id: str, last: int) -> AsyncIterator[bytes]:
    """Write events; their numbers are times, so that they go on rising when another server takes over."""
    before: StoredJob | None = None
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    with suppress(NotFoundError):  # it was deleted: there is nothing more to be said
        async for job in events(jobs, job_id):
            if job is None:
                yield b": still here\n\n"
                continue
            last = max(last + 1, _milliseconds(time.time()))
            data = job.resource().model_dump_json()
            yield f"id: {last}\nevent: {_name(before, job)}\ndata: {data}\n\n".encode()
            before = job


def _name(before: StoredJob | None, job: StoredJob) -> str:
    if job.finished:
        return "done"
    return "progress" if before is not None and before.state == job.state else "state"


def _number(text: str) -> int:
    """Read the number of an event; whatever is none stands for no event at all."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1_000)


ROUTES = [follow_job]
