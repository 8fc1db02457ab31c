"""What goes wrong: problems, no answers, answers that cannot be read, and what is tried again."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import stamina

from hubcalc.client import Client
from hubcalc.client.failures import LONGEST_WAIT_SECONDS, problem_error, retry_after_seconds, retry_wait
from hubcalc.errors import ConnectionFailedError, Problem, ProblemError, RemoteError
from hubmodels import HUB, Hub

PROBLEM = {
    "type": "/errors/unknown_path",
    "title": "The document has no such path",
    "status": 422,
    "code": "unknown_path",
    "detail": "stages.front.crane: no such path",
    "instance": "/v1/hubs/xian/analysis",
    "errors": [
        {"message": "no such path", "parameter": "stages.front.crane", "hint": "did you mean cranes?", "new": 1}
    ],
    "request_id": "r1",
}
READY = httpx.Response(200, json={"status": "ok"})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Keep the waits instead of waiting."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


def test_a_problem_document_becomes_an_error(connect: Any, server: Any) -> None:
    answer = httpx.Response(422, json=PROBLEM, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(ProblemError) as caught:
        connect(server(answer)).analysis("xian", {"stages.front.crane": 3})
    error = caught.value
    assert (error.status, error.code, error.document) == (422, "unknown_path", PROBLEM)
    assert error.problems == (Problem("no such path", parameter="stages.front.crane", hint="did you mean cranes?"),)
    assert str(error) == "422 unknown_path: stages.front.crane: no such path"
    assert isinstance(error.__cause__, httpx.HTTPStatusError)


@pytest.mark.parametrize(
    ("answer", "message", "code"),
    [
        (
            httpx.Response(500, html="<html>\n<h1>Oops</h1>"),
            "500 Internal Server Error: <html> <h1>Oops</h1>",
            "problem",
        ),
        (httpx.Response(500), "500 Internal Server Error", "problem"),
        (httpx.Response(404, json=["no"]), '404 Not Found: ["no"]', "problem"),
        (httpx.Response(400, json={"title": "Bad", "errors": "x"}), "400 Bad Request: Bad", "problem"),
        (
            httpx.Response(400, json={"errors": [{"message": "a"}, 1, {"pointer": "/b"}]}),
            "400 Bad Request: a; /b: ",
            None,
        ),
        (
            httpx.Response(308, headers={"Location": "https://hub.test/"}),
            "308 Permanent Redirect: the server has moved to https://hub.test/",
            None,
        ),
    ],
)
def test_any_other_error_gives_what_it_says(answer: httpx.Response, message: str, code: str | None) -> None:
    error = problem_error(answer)
    assert str(error) == message
    assert code is None or error.code == code


def test_long_pages_are_cut() -> None:
    assert len(str(problem_error(httpx.Response(502, html="x" * 10_000)))) < 250


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        (httpx.ConnectError("Connection refused"), "no answer from http://hub.test: Connection refused"),
        (httpx.ReadTimeout(""), "no answer from http://hub.test: it did not answer in time"),
        (httpx.ReadError(""), "no answer from http://hub.test: ReadError"),
    ],
)
def test_no_answer(connect: Any, server: Any, cause: httpx.TransportError, message: str) -> None:
    with pytest.raises(ConnectionFailedError, match=message) as caught:
        connect(server(cause), retries=0).info()
    assert caught.value.__cause__ is cause
    assert str(caught.value).startswith("GET /v1/info: ")


def test_an_address_that_is_none(connect: Any, server: Any) -> None:
    with pytest.raises(ConnectionFailedError, match="localhost"):
        connect(server(READY), base_url="localhost:8000", transport=None).ready()


def test_an_answer_that_cannot_be_unpacked(connect: Any, server: Any) -> None:
    with pytest.raises(RemoteError, match="bad gzip"):
        connect(server(httpx.DecodingError("bad gzip"))).info()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(200, html="<html>"), "Invalid JSON"),
        (httpx.Response(200, json={"name": "hubcalc"}), "version: Field required"),
    ],
)
def test_an_answer_of_another_form(connect: Any, server: Any, answer: httpx.Response, message: str) -> None:
    with pytest.raises(RemoteError, match=f"GET /v1/info: the answer is not what was asked for: {message}") as caught:
        connect(server(answer)).info()
    assert caught.value.__cause__ is not None


def test_a_document_with_unknown_parts_is_refused(connect: Any, server: Any, port: Hub) -> None:
    body = {**HUB.dump_python(port, mode="json"), "novelty": 1}  # reading it and writing it back would lose that part
    with pytest.raises(RemoteError, match="novelty"):
        connect(server(httpx.Response(200, json=body, headers={"ETag": '"1"'}))).hub("khorgos-gateway")


@pytest.mark.parametrize(
    "failure",
    [
        *(httpx.Response(status) for status in (429, 502, 503, 504)),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("hung up"),
    ],
    ids=str,
)
def test_safe_calls_are_tried_again(connect: Any, server: Any, port: Hub, slept: list[float], failure: Any) -> None:
    ok = httpx.Response(200, content=HUB.dump_json(port), headers={"ETag": '"1"'})
    answering = server(failure, failure, ok)
    assert connect(answering).hub("khorgos-gateway").version == 1
    assert len(answering.requests) == 3
    assert len(slept) == 2
    assert all(0.1 <= seconds <= 5 for seconds in slept)


def test_retries_end_with_the_last_failure(connect: Any, server: Any, slept: list[float]) -> None:
    answering = server(httpx.Response(429, json={"code": "too_many_requests", "detail": "slow down"}))
    with pytest.raises(ProblemError, match="slow down"):
        connect(answering, retries=2).info()
    assert len(answering.requests) == 3


def test_analysis_by_post_is_sent_whole_again(
    connect: Any, server: Any, port: Hub, report: Any, slept: list[float]
) -> None:
    answering = server(httpx.Response(503), httpx.Response(200, content=report.model_dump_json()))
    connect(answering).analysis(port)
    first, second = answering.requests
    assert first.content == second.content != b""


UNSAFE = [
    ("create_hub", {}),
    ("replace_hub", {"version": 1}),
    ("patch_hub", {"patch": {}, "version": 1}),
    ("delete_hub", {"version": 1}),
    ("restore_hub", {"version": 1}),
]


@pytest.mark.parametrize(("method", "settings"), UNSAFE, ids=[method for method, _ in UNSAFE])
@pytest.mark.parametrize("failure", [httpx.Response(503), httpx.ConnectError("refused")], ids=str)
def test_changes_are_tried_once(
    connect: Any, server: Any, port: Hub, method: str, settings: dict[str, Any], failure: Any
) -> None:
    answering = server(failure)
    subject = port if method in ("create_hub", "replace_hub") else port.id
    with pytest.raises(RemoteError), stamina.set_testing(True, attempts=5):
        getattr(connect(answering), method)(subject, **settings)
    assert len(answering.requests) == 1


@pytest.mark.parametrize("failure", [httpx.Response(404), httpx.Response(500), httpx.UnsupportedProtocol("")], ids=str)
def test_what_does_not_pass_is_tried_once(connect: Any, server: Any, failure: Any) -> None:
    answering = server(failure)
    with pytest.raises(RemoteError):
        connect(answering).info()
    assert len(answering.requests) == 1


def test_no_retries_if_none_are_wanted(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(503))
    with pytest.raises(ProblemError), stamina.set_testing(True, attempts=5):
        connect(answering, retries=0).info()
    assert len(answering.requests) == 1


def test_unavailable_is_an_answer_to_ready(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(503))
    assert not connect(answering).ready()
    assert len(answering.requests) == 1


def test_retry_after_is_kept(connect: Any, server: Any, slept: list[float]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    headers = ["7", soon, "86400"]
    failures = [httpx.Response(429, headers={"Retry-After": text}) for text in headers]
    assert connect(server(*failures, READY)).ready()
    assert slept[0] == 7
    assert slept[1] == pytest.approx(40, abs=2)
    assert slept[2] == LONGEST_WAIT_SECONDS


@pytest.mark.parametrize("text", ["", "soon", "-3", "1.5", "²"])
def test_retry_after_that_is_none(text: str) -> None:
    assert retry_after_seconds(text) is None
    request = httpx.Request("GET", "http://hub.test")
    answer = httpx.Response(503, headers={"Retry-After": text.encode()}, request=request)
    assert retry_wait(httpx.HTTPStatusError("", request=request, response=answer)) is True


def test_retry_after_with_an_unknown_zone_is_universal_time() -> None:
    assert retry_after_seconds("Wed, 21 Oct 2015 07:28:00 -0000") == 0


@pytest.mark.slow
def test_retries_are_quiet_where_logging_is_not_set_up() -> None:
    script = """
import httpx, stamina
from hubcalc.client import Client
stamina.set_testing(True, attempts=3)
client = Client(transport=httpx.MockTransport(lambda request: httpx.Response(429)))
try:
    client.info()
except Exception as error:
    assert error.status == 429
else:
    raise AssertionError
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")


def test_retries_are_logged_where_it_is(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([httpx.Response(429), READY])
    with (
        caplog.at_level(logging.WARNING),
        stamina.set_testing(True, attempts=2),
        Client(transport=httpx.MockTransport(lambda _: next(answers))) as client,
    ):
        assert client.ready()
    assert [record.name for record in caplog.records] == ["stamina"]
