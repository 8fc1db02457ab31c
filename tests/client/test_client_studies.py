"""Studies: what is sent, how long it is waited for, and what is made of the answers; the same for both clients."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from jobanswers import JOB_ID, REQUEST, RESULT, answered, looked, rows

from hubcalc.client import AsyncClient, Client
from hubcalc.client.studies import AWAY_SECONDS, FORMS, LONGEST_PAUSE_SECONDS
from hubcalc.errors import ConnectionFailedError, ParameterError, ProblemError, RemoteError
from hubcalc.studies.registry import STUDY_KINDS
from hubmodels.studies.base import StudyResult
from hubmodels.studies.job import Job
from hubmodels.studies.sweep import SweepRequest, SweepResult


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


def test_what_is_done_at_once_needs_onerequest_of(connect: Any, server: Any) -> None:
    answering = server(answered(RESULT, state="done", done_rows=2))
    seen: list[Job] = []
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


@pytest.mark.slow
def test_what_is_not_done_is_looked_at_until_it_is(connect: Any, server: Any, slept: list[float]) -> None:
    states = [looked(state="running", done_rows=n % 2) for n in range(1_200)]
    answering = server(answered(state="queued"), *states, looked(state="done", done_rows=2))
    seen: list[Job] = []
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
