"""Studies and jobs: what is sent, how long it is waited for, and what is made of the answers."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hubcalc.client import AsyncClient, Client
from hubcalc.client.clients import _request
from hubcalc.client.jobs import ROWS_PER_PAGE, download_rows
from hubcalc.client.studies import AWAY_SECONDS, FORMS, LONGEST_PAUSE_SECONDS
from hubcalc.errors import ConnectionFailedError, ParameterError, ProblemError, RemoteError
from hubcalc.studies.registry import STUDY_KINDS
from hubmodels.studies.base import StudyResult
from hubmodels.studies.sweep import SweepRequest, SweepResult

REQUEST = {
    "subject": {"kind": "hub", "id": "xian"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [3, 4]}},
}
JOB_ID = "5f0c2a9d41b7e683"
RESULT = {
    "kind": "sweep",
    "subject": {"kind": "hub", "id": "xian", "name": "Xi'an", "overrides": {}, "documents": {"xian": 1}},
    "model_version": "2026.4",
    "rows": 2,
    "columns": [{"name": "row"}],
    "design": "grid",
    "seed": None,
    "statuses": {"ok": 2},
    "summaries": [],
    "first_invalid": [],
}


def job(state: str = "running", done_rows: int = 0, **more: Any) -> dict[str, Any]:
    progress = {"done_rows": done_rows, "rows": 2, "rows_per_second": None, "seconds_left": None}
    said = {"id": JOB_ID, "kind": "sweep", "state": state, "model_version": "2026.4", "documents": {"xian": 1}}
    return {**said, "progress": progress, "created_at": "2026-01-02T03:04:05Z", **more}


def answered(result: Any = None, **said: Any) -> httpx.Response:
    return httpx.Response(200 if result else 202, json={"job": job(**said), "result": result})


def looked(**said: Any) -> httpx.Response:
    return httpx.Response(200, json=job(**said))


def rows(numbers: range, *, more: bool) -> httpx.Response:
    following = f"http://elsewhere/v1/jobs/{JOB_ID}/rows?offset={numbers.stop}" if more else None
    return httpx.Response(200, json={"items": [{"row": n} for n in numbers], "next_url": following})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Keep the waits instead of waiting."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


def collected(things: Any) -> list[Any]:
    """Give the things of an iterator, asynchronous or not."""
    if isinstance(things, Iterator):
        return list(things)

    async def collect() -> list[Any]:
        return [thing async for thing in things]

    return asyncio.run(collect())


def test_the_client_knows_every_kind_of_study() -> None:
    for kind in STUDY_KINDS.values():
        assert (FORMS[kind.name].path, FORMS[kind.name].result) == (kind.path, kind.result)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("sweep", "sweeps"), ("montecarlo", "montecarlo"), ("sensitivity", "sensitivity")),
        *(("size", "sizings"), ("stage", "staging")),
    ],
)
def test_each_kind_has_a_method_and_an_address(connect: Any, server: Any, method: str, path: str) -> None:
    answering = server(httpx.Response(422, json={"code": "invalid_document"}))
    with pytest.raises(ProblemError):
        getattr(connect(answering), method)(REQUEST)
    assert (answering.request.method, answering.request.url.path) == ("POST", f"/v1/{path}")
    assert json.loads(answering.request.content) == REQUEST


def test_what_is_done_at_once_needs_one_request(connect: Any, server: Any) -> None:
    answering, seen = server(answered(RESULT, state="done", done_rows=2)), []
    study = connect(answering).sweep(REQUEST, progress=seen.append)
    assert study.job.id == JOB_ID
    assert study.result == SweepResult.model_validate(RESULT)
    assert [told.progress.done_rows for told in seen] == [2]
    assert answering.request.headers["Prefer"] == "wait=2"
    assert len(answering.request.headers["Idempotency-Key"]) == 32


def test_a_request_may_be_a_model(connect: Any, server: Any) -> None:
    answering = server(answered(RESULT, state="done"))
    connect(answering).sweep(SweepRequest.model_validate(REQUEST))
    assert json.loads(answering.request.content) == REQUEST, "only what was said is sent"


def test_what_is_not_done_is_looked_at_until_it_is(connect: Any, server: Any, slept: list[float]) -> None:
    states = [looked(state="running", done_rows=n % 2) for n in range(1_200)]
    answering, seen = server(answered(state="queued"), *states, looked(state="done", done_rows=2)), []
    answering.answers.append(httpx.Response(200, json=RESULT))
    study = connect(answering).sweep(REQUEST, progress=seen.append)
    assert study.result == SweepResult.model_validate(RESULT)
    assert [request.url.path for request in answering.requests[-2:]] == [
        f"/v1/jobs/{JOB_ID}",
        f"/v1/jobs/{JOB_ID}/result",
    ]
    assert [told.state for told in seen] == ["queued", *["running"] * 1_200, "done"]
    assert len(slept) == 1_201, "before each look"
    assert slept == sorted(slept)
    assert slept[0] < 0.5
    assert slept[-1] == LONGEST_PAUSE_SECONDS


def test_the_same_request_is_sent_again_when_nobody_knows_whether_it_came(
    connect: Any, server: Any, slept: list[float]
) -> None:
    failures = [httpx.RemoteProtocolError("gone"), httpx.ConnectError("refused"), httpx.Response(502)]
    answering = server(*failures, answered(RESULT, state="done"))
    connect(answering).sweep(REQUEST)
    assert len(answering.requests) == 4
    assert len({request.headers["Idempotency-Key"] for request in answering.requests}) == 1
    assert len({request.content for request in answering.requests}) == 1


def test_a_server_that_starts_anew_is_waited_for(connect: Any, server: Any, slept: list[float]) -> None:
    away = [httpx.ConnectError("refused")] * 20
    answering = server(answered(state="queued"), *away, looked(state="running"), httpx.Response(503), *away)
    answering.answers += [looked(state="done"), httpx.ReadError(""), httpx.Response(200, json=RESULT)]
    assert connect(answering).sweep(REQUEST).result.rows == 2
    assert max(slept) <= 6


def test_a_server_that_stays_away_is_given_up(connect: Any, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    def pause(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "sleep", pause)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    answering = server(answered(state="queued"), httpx.ConnectError("refused"))
    with pytest.raises(ConnectionFailedError):
        connect(answering).sweep(REQUEST)
    assert AWAY_SECONDS - 10 < now[0] < AWAY_SECONDS + 10


def test_without_retries_nothing_is_tried_again(connect: Any, server: Any) -> None:
    answering = server(httpx.ConnectError("refused"))
    with pytest.raises(ConnectionFailedError):
        connect(answering, retries=0).sweep(REQUEST)
    assert len(answering.requests) == 1


def test_too_many_jobs_are_a_matter_of_waiting(connect: Any, server: Any, slept: list[float]) -> None:
    busy = httpx.Response(429, json={"code": "too_many_jobs"}, headers={"Retry-After": "5"})
    answering = server(busy, answered(RESULT, state="done"))
    connect(answering).sweep(REQUEST)
    assert slept == [5.0]


@pytest.mark.parametrize("state", ["failed", "canceled"])
def test_a_job_that_does_not_come_to_its_end_is_an_error(
    connect: Any, server: Any, slept: list[float], state: str
) -> None:
    problem = httpx.Response(409, json={"code": "job_state", "detail": "the job is not done"})
    answering = server(answered(state="queued"), looked(state=state), problem)
    with pytest.raises(ProblemError, match="the job is not done"):
        connect(answering).sweep(REQUEST)


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"job": 1, "result": null}', b"<html>", b'{"job": {}}'])
def test_an_answer_without_a_job_is_no_answer(connect: Any, server: Any, content: bytes) -> None:
    with pytest.raises(RemoteError):
        connect(server(httpx.Response(202, content=content))).sweep(REQUEST)


def test_a_study_of_a_kind_that_is_none(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(500))
    for method in ("study", "start_study"):
        with pytest.raises(ParameterError, match="sweep, montecarlo"):
            getattr(connect(answering), method)("swep", REQUEST)
    assert answering.requests == []


def test_study_takes_any_kind(connect: Any, server: Any) -> None:
    answering = server(answered(RESULT, state="done"))
    assert isinstance(connect(answering).study("sweep", REQUEST, idempotency_key="mine").result, SweepResult)
    assert answering.request.headers["Idempotency-Key"] == "mine"


def test_begin_and_wait_later(connect: Any, server: Any, slept: list[float]) -> None:
    answering = server(answered(state="queued"))
    begun = connect(answering).start_study("sweep", REQUEST)
    assert (begun.id, begun.state) == (JOB_ID, "queued")
    assert answering.request.headers["Prefer"] == "respond-async"
    answering = server(looked(state="running"), looked(state="done"), httpx.Response(200, json=RESULT))
    assert isinstance(connect(answering).wait_for_job(JOB_ID).result, SweepResult)
    assert len(slept) == 1, "it is looked at at once"


def test_results_are_read_as_what_they_are(connect: Any, server: Any) -> None:
    client = connect(server(httpx.Response(200, json={**RESULT, "later": 1})))
    assert type(client.job_result(JOB_ID)) is SweepResult
    later = connect(server(httpx.Response(200, json={**RESULT, "kind": "prophecy"}))).job_result(JOB_ID)
    assert (type(later), later.rows) == (StudyResult, 2)


def test_jobs_are_listed_from_all_pages(connect: Any, server: Any) -> None:
    first = {"items": [job()], "total": 2, "next_url": "http://elsewhere/v1/jobs?state=running&offset=1"}
    answering = server(*(httpx.Response(200, json=page) for page in (first, {**first, "next_url": None})))
    assert len(connect(answering, name="me").jobs("running")) == 2
    assert [request.url.raw_path for request in answering.requests] == [
        b"/v1/jobs?state=running",
        b"/v1/jobs?state=running&offset=1",
    ]
    assert {request.headers["X-Hubcalc-Client"] for request in answering.requests} == {"me"}


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("job", "GET /v1/jobs/a%2Fb"),
        ("cancel_job", "POST /v1/jobs/a%2Fb/cancel"),
        ("pause_job", "POST /v1/jobs/a%2Fb/pause"),
        ("resume_job", "POST /v1/jobs/a%2Fb/resume"),
    ],
)
def test_jobs_are_looked_at_and_changed(connect: Any, server: Any, method: str, sent: str) -> None:
    answering = server(looked(state="paused"))
    assert getattr(connect(answering), method)("a/b").state == "paused"
    assert f"{answering.request.method} {answering.request.url.raw_path.decode()}" == sent


def test_delete_job(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(204))
    assert connect(answering).delete_job(JOB_ID) is None
    assert (answering.request.method, answering.request.url.path) == ("DELETE", f"/v1/jobs/{JOB_ID}")


def test_rows_are_fetched_page_by_page_also_while_they_are_made(server: Any, slept: list[float]) -> None:
    def answers() -> Any:
        pages = [rows(range(2), more=True), rows(range(2, 2), more=True), rows(range(2, 2), more=True)]
        return server(*pages, httpx.ConnectError("refused"), rows(range(2, 5), more=False))

    def make(kind: Any) -> tuple[list[Any], Any]:
        answering = answers()
        client = kind("http://hub.test", transport=httpx.MockTransport(answering))
        return collected(client.job_rows(JOB_ID, fields=["row"])), answering

    for kind in (Client, AsyncClient):
        slept.clear()
        found, answering = make(kind)
        assert found == [{"row": n} for n in range(5)]
        offsets = [request.url.params["offset"] for request in answering.requests]
        assert offsets == ["0", "2", "2", "2", "2"]
        assert {request.url.params["limit"] for request in answering.requests} == {str(ROWS_PER_PAGE)}
        assert {request.url.params["fields"] for request in answering.requests} == {"row"}
        assert slept.count(1.0) >= 2, "after each page without rows"


def test_no_more_rows_are_fetched_than_are_taken(server: Any) -> None:
    answering = server(rows(range(3), more=True))
    found = Client("http://hub.test", transport=httpx.MockTransport(answering)).job_rows(JOB_ID)
    assert answering.requests == []
    assert [next(found)["row"] for _ in range(3)] == [0, 1, 2]
    assert len(answering.requests) == 1


def test_the_first_row_has_no_negative_number(connect: Any, server: Any) -> None:
    with pytest.raises(ParameterError, match="start"):
        connect(server(httpx.Response(500))).job_rows(JOB_ID, start=-1)


def test_rows_of_a_study_are_those_of_its_job(server: Any, tmp_path: Path) -> None:
    def answers() -> Any:
        return server(answered(RESULT, state="done"), rows(range(2), more=False), httpx.Response(200, content=b"row\n"))

    answering = answers()
    with Client("http://hub.test", transport=httpx.MockTransport(answering)) as client:
        study = client.sweep(REQUEST)
        assert [row["row"] for row in study.rows(["row"])] == [0, 1]
        assert study.download(tmp_path / "rows.csv").read_bytes() == b"row\n"

    async def use() -> None:
        async with AsyncClient("http://hub.test", transport=httpx.MockTransport(answers())) as client:
            study = await client.sweep(REQUEST)
            assert [row["row"] async for row in study.rows(["row"])] == [0, 1]
            assert (await study.download(tmp_path / "other.csv")).read_bytes() == b"row\n"

    asyncio.run(use())


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends in the middle."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"half of"
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> Any:
        for part in self:
            yield part


def test_a_download_that_breaks_is_made_anew(connect: Any, server: Any, slept: list[float], tmp_path: Path) -> None:
    requests = []
    answers = [httpx.Response(200, stream=Broken()), httpx.Response(503), httpx.Response(200, content=b"all of it")]

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answers[len(requests) - 1]

    path = connect(answer).download_rows(JOB_ID, tmp_path / "rows.parquet")
    assert path == tmp_path / "rows.parquet"
    assert path.read_bytes() == b"all of it"
    assert [file.name for file in tmp_path.iterdir()] == ["rows.parquet"]
    assert {request.url.path for request in requests} == {f"/v1/jobs/{JOB_ID}/files/rows.parquet"}


def test_a_download_that_fails_leaves_what_was_there(connect: Any, server: Any, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("before")
    problem = httpx.Response(409, json={"code": "job_state", "detail": "the job is not done"})
    with pytest.raises(ProblemError, match="the job is not done"):
        connect(server(problem)).download_rows(JOB_ID, path)
    with pytest.raises(ConnectionFailedError):
        connect(lambda _: httpx.Response(200, stream=Broken()), retries=0).download_rows(JOB_ID, str(path))
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize("name", ["rows.xlsx", "rows"])
def test_a_file_is_csv_or_parquet(connect: Any, server: Any, name: str) -> None:
    with pytest.raises(ParameterError, match=r"\.csv, \.parquet"):
        connect(server(httpx.Response(500))).download_rows(JOB_ID, name)


def test_a_large_file_is_waited_for() -> None:
    assert _request(download_rows(JOB_ID, "rows.csv").call, 30.0)["timeout"].read == 300
