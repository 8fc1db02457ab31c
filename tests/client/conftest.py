"""Both clients behind one blocking face, and a server that answers as it is told."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

sys.path.append(str(Path(__file__).parent))  # tests of studies and jobs share jobanswers

import hubfixtures
from hubcalc.client import AsyncClient, Client
from hubmodels import Hub
from hubmodels.results import AnalysisReport


class Server:
    """Gives the answers in turn, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def request(self) -> httpx.Request:
        """The only request."""
        (request,) = self.requests
        return request


class Blocking:
    """An AsyncClient whose methods are awaited to the end."""

    def __init__(self, client: AsyncClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))


Connect = Callable[..., Any]


@pytest.fixture(params=["Client", "AsyncClient"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Give a function that makes a client of a server."""
    opened = []
    with asyncio.Runner() as runner:

        def make(server: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Any:
            settings = {"base_url": "http://hub.test", "transport": httpx.MockTransport(server), **settings}
            client = Client(**settings) if request.param == "Client" else Blocking(AsyncClient(**settings), runner)
            opened.append(client)
            return client

        yield make
        for client in opened:
            client.close()


@pytest.fixture
def server() -> type[Server]:
    return Server


@pytest.fixture(scope="session")
def port() -> Hub:
    return hubfixtures.load("khorgos-gateway")


@pytest.fixture(scope="session")
def report() -> AnalysisReport:
    verdict = {"status": "exact", "method": "M/M/c"}
    split = {
        "unit": "train",
        "queue_hours": 1,
        "service_hours": 2,
        "synchronization_hours": 0,
        "closure_hours": 0,
        "quota_hours": 0,
        "dwell_hours": 3,
    }

    def scenario(cranes: int, wait: float | None) -> dict[str, Any]:
        metrics = {
            "wait_mean_hours": {"value": wait, "unit": "h", "verdict": verdict},
            "bottleneck": {"value": "front", "unit": "stage", "verdict": verdict},
        }
        overrides = {"stages.front.cranes": cranes}
        return {"overrides": overrides, "metrics": metrics, "stations": [], "time_split": split, "warnings": []}

    return AnalysisReport.model_validate(
        {
            "hub": {"id": "khorgos-gateway", "name": "Khorgos Gateway dry port", "kind": "dry_port", "version": 3},
            "model_version": "2026.1",
            "unit": "train",
            "results": [scenario(3, None), scenario(4, 1.5)],
            "evidence": [],
        }
    )


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Keep the waits instead of waiting."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits
