"""Jobs: looked at, changed, followed, and their rows fetched; the same for both clients."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jobanswers import JOB_ID, collected, job, looked, rows

from hubcalc.client import AsyncClient, Client
from hubcalc.client.jobs import ROWS_PER_PAGE, download_rows
from hubcalc.client.requests import request_of
from hubcalc.errors import ConnectionFailedError, ParameterError, ProblemError


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
    assert request_of(download_rows(JOB_ID, "rows.csv").call, 30.0)["timeout"].read == 300


def told(number: int, name: str, **said: Any) -> bytes:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(job(**said), ensure_ascii=False)}\n\n".encode()


class Parts(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in parts of a few bytes, and may break at its end."""

    def __init__(self, content: bytes, *, broken: bool = False) -> None:
        self._parts = [content[i : i + 7] for i in range(0, len(content), 7)]
        self._broken = broken

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts
        if self._broken:
            raise httpx.ReadError("broken")

    async def __aiter__(self) -> Any:
        for part in self:
            yield part


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_job_is_followed_over_broken_connections(kind: Any, slept: list[float]) -> None:
    first = b"retry: 2500\n\n" + told(7, "state") + b": still here\n\n" + told(9, "progress", done_rows=1)
    problem = {"code": "refused", "title": "", "detail": "keine L\u2028\u00f6sung", "errors": []}
    last = told(12, "done", state="failed", problem=problem).replace(b"\n", b"\r\n")
    half = b"id: 11\nevent: progress\ndata: {"
    answers: list[httpx.Response | Exception] = [
        httpx.Response(200, stream=Parts(first, broken=True)),
        httpx.ConnectError("refused"),
        httpx.Response(200, stream=Parts(half)),
        httpx.Response(200, stream=Parts(last)),
    ]
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    found = collected(kind("http://hub.test", transport=httpx.MockTransport(answer)).job_events(JOB_ID))
    assert [(event.name, event.job.state, event.job.progress.done_rows) for event in found] == [
        *(("state", "running", 0), ("progress", "running", 1), ("done", "failed", 0))
    ]
    assert found[-1].job.problem.detail == problem["detail"]
    assert [request.headers.get("Last-Event-ID") for request in requests] == [None, "9", "9", "9"]
    assert slept.count(2.5) == 2, "as the server asks"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_job_that_was_followed_to_its_end_has_no_more_events(kind: Any) -> None:
    def at(answer: httpx.Response) -> Any:
        return kind("http://hub.test", transport=httpx.MockTransport(lambda _: answer), retries=0)

    assert collected(at(httpx.Response(204)).job_events(JOB_ID)) == []
    with pytest.raises(ProblemError, match="no such job"):
        collected(at(httpx.Response(404, json={"code": "not_found", "detail": "no such job"})).job_events(JOB_ID))
    with pytest.raises(ConnectionFailedError):
        collected(at(httpx.Response(200, stream=Parts(b"", broken=True))).job_events(JOB_ID))
